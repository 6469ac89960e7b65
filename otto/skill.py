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
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from otto.arguments import ArgumentType, Duration, Expression, Place, argument_type, without_none
from otto.calls import Call, Value
from otto.errors import ConfigError, PluginError, SkillError

if TYPE_CHECKING:
    import httpx

    from otto.config import Config
    from otto.store import Store

__all__ = ["Context", "Duration", "Expression", "Permission", "Place", "Reply", "Skill", "SkillError", "skill"]

Permission = Literal["safe", "private", "network", "acts", "dangerous"]
Function = Callable[..., Awaitable["Reply"]]
Settings = typing.TypeVar("Settings", bound=BaseModel)


@dataclass(frozen=True)
class Reply:
    """What a skill answers: ``speech`` is said aloud, ``notice`` is shown beside it when there is more to see.

    ``ok`` is false when the skill could not do what was asked.
    """

    speech: str
    notice: str | None = None
    ok: bool = True


@dataclass(frozen=True)
class Context:
    """What a skill may use: the configuration, Otto's store, an HTTP client with time limits, and the local time."""

    config: Config
    store: Store
    http: httpx.AsyncClient
    clock: Callable[[], datetime]

    def now(self) -> datetime:
        """The local time, with its zone."""
        return self.clock()

    def settings(self, model: type[Settings], name: str) -> Settings:
        """The table ``[skills.NAME]`` of the configuration as the given pydantic model."""
        try:
            return model.model_validate(self.config.skills.get(name, {}))
        except ValidationError as error:
            raise ConfigError(f"In [skills.{name}] of the configuration, {describe(error, 'setting')}.") from None


@dataclass(frozen=True)
class Argument:
    """One argument of a skill, as its signature declares it."""

    name: str
    type: ArgumentType
    required: bool

    def __str__(self) -> str:
        return f"{self.name}{'' if self.required else '?'}: {self.type.label}"


class Skill:
    """A skill and all that is derived from its function. Calling it runs the function."""

    def __init__(self, function: Function, permission: Permission) -> None:
        self.function = function
        self.permission = permission
        self.name = function.__name__
        self.source = Path(inspect.getsourcefile(function) or "?")
        self.doc = inspect.cleandoc(function.__doc__ or "")
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,63}", self.name):
            raise PluginError(f"The skill name {self.name!r} must be lower-case letters, digits and underscores.")
        if not self.doc:
            raise PluginError(f"The skill {self.name!r} needs a docstring: it is what the model reads.")
        if not inspect.iscoroutinefunction(function):
            raise PluginError(f"The skill {self.name!r} must be an async function.")
        self.arguments = tuple(_arguments(function))

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


def skill(permission: Permission) -> Callable[[Function], Skill]:
    """Make an async function a skill. ``permission`` says what it may do at most:

    "safe" nothing outside Otto, "private" reads the user's data, "network" sends something out, "acts" changes
    something on this computer or in the house, "dangerous" cannot be undone.
    """
    if permission not in typing.get_args(Permission):
        raise PluginError(f"{permission!r} is not a permission; use one of {', '.join(typing.get_args(Permission))}.")
    return lambda function: Skill(function, permission)


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
