"""A skill from its signature line, without any code: how invented skills are written down.

parcel(number: str, carrier?: str) - Tracks a parcel by its number.
"""

from __future__ import annotations

import re
from typing import Any, Literal

from otto.arguments import Duration, Expression, Place, argument_type
from otto.context import Context, Reply
from otto.errors import PluginError
from otto.skill import Argument, Skill

_LINE = re.compile(r"(?P<name>[a-z][a-z0-9_]*)\((?P<arguments>.*?)\) - (?P<summary>\S.*)")
_ARGUMENT = re.compile(r"(?P<name>[a-z][a-z0-9_]*)(?P<optional>\?)?: (?P<type>\S.*)")
_TYPES: dict[str, Any] = {
    "str": str,
    "int": int,
    "float": float,
    "bool": bool,
    "Duration": Duration,
    "Place": Place,
    "Expression": Expression,
}


def skill_from_line(line: str) -> Skill:
    """The skill that a line describes; it does nothing when called. Raises PluginError, saying what is wrong."""
    match = _LINE.fullmatch(line.strip())
    if match is None:
        raise PluginError(f"{line[:60]!r} is not a line such as: parcel(number: str, carrier?: str) - Tracks a parcel.")
    arguments = [_argument(part) for part in match["arguments"].split(", ") if part]
    names = [argument.name for argument in arguments]
    if len(set(names)) < len(names):
        raise PluginError(f"{match['name']} has two arguments of one name.")
    return Skill(match["name"], match["summary"], arguments, _nothing)


async def _nothing(ctx: Context, **_: Any) -> Reply:  # noqa: ARG001 - every skill takes the context
    return Reply("")


def _argument(text: str) -> Argument:
    match = _ARGUMENT.fullmatch(text)
    if match is None:
        raise PluginError(f"{text[:60]!r} is not an argument such as 'carrier?: str'.")
    kind = match["type"]
    annotation = _TYPES.get(kind) or (Literal[tuple(kind.split("/"))] if "/" in kind else None)
    if annotation is None:
        raise PluginError(f"{kind!r} is not a type; there are {', '.join(_TYPES)}, and choices such as on/off.")
    try:
        return Argument(match["name"], argument_type(annotation), required=not match["optional"])
    except TypeError as error:
        raise PluginError(f"{kind!r}: {error}.") from None
