"""What a skill plugin imports. A skill is one typed async function; everything else is derived from its signature.

    from otto.skill import Context, Duration, Reply, skill

    @skill(permission="safe")
    async def timer(ctx: Context, duration: Duration, name: str | None = None) -> Reply:
        \"\"\"Start a countdown. The name is what the timer is for, if the user says it.\"\"\"

The first paragraph of the docstring is what the model reads; further paragraphs are help for people.
"""

from __future__ import annotations

import functools
import inspect
import re
import typing
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from otto.arguments import ArgumentType, Duration, Expression, Place, argument_type, without_none
from otto.calls import Call, Value
from otto.context import Context, Reply
from otto.errors import PluginError, SkillError

__all__ = ["Context", "Duration", "Expression", "Permission", "Place", "Reply", "Skill", "SkillError", "skill"]

Permission = Literal["safe", "private", "network", "acts", "dangerous"]
Function = Callable[..., Awaitable[Reply]]


@dataclass(frozen=True)
class Argument:
    """One argument of a skill, as its signature declares it."""

    name: str
    type: ArgumentType
    required: bool

    def __str__(self) -> str:
        return f"{self.name}{'' if self.required else '?'}: {self.type.label}"


class Skill:
    """A skill and all that is derived from it. Calling it runs its function.

    ``doc`` is the cleaned docstring, ``settings`` the pydantic model of its table in the configuration, ``timeout`` its
    own time limit in seconds, and ``danger`` gives, for a call's arguments, the question to ask before a call that
    cannot be undone, or None for one that can.
    """

    def __init__(
        self,
        name: str,
        doc: str,
        arguments: typing.Iterable[Argument],
        function: Function,
        permission: Permission = "safe",
        *,
        source: Path = Path("?"),
        settings: type[BaseModel] | None = None,
        danger: Callable[..., str | None] | None = None,
        timeout: float | None = None,
    ) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,63}", name) or name in typing.get_args(Permission):
            raise PluginError(
                f"The skill name {name!r} must be lower-case letters, digits and underscores, and no permission."
            )
        if not doc:
            raise PluginError(f"The skill {name!r} needs a docstring: it is what the model reads.")
        self.name = name
        self.doc = doc
        self.arguments = tuple(arguments)
        self.function = function
        self.permission = permission
        self.source = source
        self.settings = settings
        self.danger = danger
        self.timeout = timeout

    @classmethod
    def of(cls, function: Function, permission: Permission, **more: Any) -> Skill:
        """The skill that a function's signature and docstring declare."""
        if not inspect.iscoroutinefunction(function):
            raise PluginError(f"The skill {function.__name__!r} must be an async function.")
        doc, source = inspect.cleandoc(function.__doc__ or ""), Path(inspect.getsourcefile(function) or "?")
        return cls(function.__name__, doc, _arguments(function), function, permission, source=source, **more)

    async def __call__(self, ctx: Context, /, **arguments: Any) -> Reply:
        return await self.function(ctx, **arguments)

    def __repr__(self) -> str:
        return f"<skill {self.signature}>"

    @property
    def summary(self) -> str:
        """The docstring's first paragraph on one line."""
        return " ".join(self.doc.split("\n\n")[0].split())

    @property
    def signature(self) -> str:
        """``timer(duration: Duration, name?: str)``."""
        return f"{self.name}({', '.join(map(str, self.arguments))})"

    @property
    def line(self) -> str:
        """The skill in the model's prompt: signature and summary."""
        return f"{self.signature} - {self.summary}"

    @property
    def help(self) -> str:
        """The skill for people: signature, the whole docstring, permission and file."""
        return f"{self.signature}\n\n{self.doc}\n\nPermission: {self.permission}\nFile: {self.source}"

    @functools.cached_property
    def model(self) -> type[BaseModel]:
        """The pydantic model of the arguments. Unknown arguments are refused."""
        fields: dict[str, Any] = {
            argument.name: (argument.type.annotation, ...)
            if argument.required
            else (argument.type.annotation | None, None)
            for argument in self.arguments
        }
        return create_model(self.name, __config__=ConfigDict(extra="forbid", frozen=True), **fields)

    @property
    def tool(self) -> dict[str, Any]:
        """The skill as an OpenAI function-calling tool."""
        properties = {argument.name: dict(argument.type.schema) for argument in self.arguments}
        required = [argument.name for argument in self.arguments if argument.required]
        parameters = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
        return {
            "type": "function",
            "function": {"name": self.name, "description": self.summary, "parameters": parameters},
        }

    def validate(self, call: Call) -> dict[str, Any]:
        """The call's arguments as typed values, in the order of the signature, without those not given.

        Raises SkillError with one sentence that names the argument and what is wrong with it.
        """
        try:
            checked = self.model.model_validate(dict(call.arguments))
        except ValidationError as error:
            raise SkillError(f"{self.name}: {describe(error)}.") from None
        values = {argument.name: getattr(checked, argument.name) for argument in self.arguments}
        return {name: value for name, value in values.items() if value is not None}

    def canonical(self, values: Mapping[str, Any]) -> Call:
        """The call with these typed values, arguments in the order of the signature."""
        pairs: list[tuple[str, Value]] = [
            (argument.name, argument.type.write(values[argument.name]))
            for argument in self.arguments
            if argument.name in values
        ]
        return Call(self.name, tuple(pairs))

    def plain(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Typed values as JSON: a Duration in seconds, a Place as text."""
        return {item.name: item.type.plain(values[item.name]) for item in self.arguments if item.name in values}

    def same(self, one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
        """Whether two sets of typed values mean the same."""
        return one.keys() == other.keys() and all(
            item.type.same(one[item.name], other[item.name]) for item in self.arguments if item.name in one
        )


def skill(
    permission: Permission,
    *,
    settings: type[BaseModel] | None = None,
    danger: Callable[..., str | None] | None = None,
    timeout: float | None = None,
) -> Callable[[Function], Skill]:
    """Make an async function a skill. ``permission`` says what it may do at most:

    "safe" nothing outside Otto, "private" reads the user's data, "network" sends something out, "acts" changes
    something on this computer or in the house, "dangerous" cannot be undone.

    ``settings`` is the pydantic model of the table [skills.NAME] of the configuration. ``danger`` takes the skill's
    arguments by name and returns the question to ask before a call that cannot be undone ("Shall I delete all your
    notes?"), None for any other call; such a call counts as dangerous whatever ``permission`` says. ``timeout``
    replaces the configured time limit, in seconds, for a skill that needs longer.
    """
    if permission not in typing.get_args(Permission):
        raise PluginError(f"{permission!r} is not a permission; use one of {', '.join(typing.get_args(Permission))}.")
    return lambda function: Skill.of(function, permission, settings=settings, danger=danger, timeout=timeout)


def describe(error: ValidationError, thing: str = "argument") -> str:
    """pydantic's findings as words: "duration is missing; name must not be empty". ``thing`` is what a name names."""
    return "; ".join(_describe_one(detail, thing) for detail in error.errors())


def _describe_one(detail: Any, thing: str) -> str:
    name = ".".join(str(part) for part in detail["loc"] if not str(part).startswith("function-")) or "it"
    if detail["type"] == "missing":
        return f"{name} is missing"
    if detail["type"] == "extra_forbidden":
        return f"there is no {thing} {name!r}"
    message = detail["msg"].removeprefix("Value error, ")
    return f"{name}: {message[0].lower()}{message[1:]}" if message else f"{name} is wrong"


def _arguments(function: Function) -> typing.Iterator[Argument]:
    hints = typing.get_type_hints(function)
    parameters = list(inspect.signature(function).parameters.values())
    if not parameters or parameters[0].name != "ctx":
        raise PluginError(f"The skill {function.__name__!r} needs 'ctx: Context' as its first parameter.")
    for parameter in parameters[1:]:
        if parameter.name not in hints:
            raise PluginError(f"Argument {parameter.name!r} of the skill {function.__name__!r} has no type.")
        required = parameter.default is parameter.empty
        if not required and parameter.default is not None:
            raise PluginError(
                f"Argument {parameter.name!r} of the skill {function.__name__!r} may only have the default None."
            )
        try:
            kind = argument_type(without_none(hints[parameter.name]))
        except TypeError as error:
            raise PluginError(f"Argument {parameter.name!r} of the skill {function.__name__!r}: {error}.") from None
        yield Argument(parameter.name, kind, required)
