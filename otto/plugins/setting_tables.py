"""Settings as people see them: each with its type, default, value, where the value comes from, and how to set it."""

from __future__ import annotations

import json
import os
import tomllib
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import to_jsonable_python

from otto.arguments import without_none
from otto.config import Config, config_file
from otto.secrets import MASK
from otto.settings import given
from otto.skill import Skill

Source = Literal["environment", "file", "keyring", "default", "missing"]

_KINDS: Mapping[Any, str] = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "true or false",
    SecretStr: "secret",
    dict: "table",
}
_SAMPLES = {"text": '"..."', "secret": '"..."', "whole number": "0", "number": "0.0", "true or false": "true"}


@dataclass(frozen=True)
class Setting:
    """One setting. ``value`` and ``default`` are as JSON has them, None where there is none, ``***`` for a secret.

    ``variable`` is the environment variable that sets it.
    """

    name: str
    kind: str
    required: bool
    secret: bool
    default: Any
    value: Any
    source: Source
    description: str
    variable: str

    @property
    def line(self) -> str:
        """A line for config.toml that sets it."""
        return f"{self.name} = {_SAMPLES.get(self.kind, '[]' if self.kind.startswith('list') else '...')}"


@dataclass(frozen=True)
class Table:
    """A table of the configuration, such as "skills.light", its model, and the values that are in it.

    ``name`` is what its secrets are called by in the keyring, as in "light.token".
    """

    name: str
    path: str
    model: type[BaseModel]
    values: Mapping[str, Any] = field(default_factory=dict)

    def settings(self) -> list[Setting]:
        """Every setting with its value, which is not checked. Asks the keyring for secrets without one."""
        in_file, values = _in_file(self.path), given(self.model, self.name, self.values)
        return [
            self._setting(name, info, values, _source(name, info, self.values, values, in_file, self._variable(name)))
            for name, info in self.model.model_fields.items()
        ]

    def declared(self) -> list[Setting]:
        """Every setting as it is declared, whatever the configuration says."""
        return [
            self._setting(name, info, {}, "missing" if info.is_required() else "default")
            for name, info in self.model.model_fields.items()
        ]

    def _variable(self, setting: str) -> str:
        return "OTTO_" + "__".join([*self.path.split("."), setting]).upper()

    def _setting(self, name: str, info: FieldInfo, values: Mapping[str, Any], source: Source) -> Setting:
        secret = _holds_secret(info.annotation)
        default = None if info.is_required() else info.get_default(call_default_factory=True, validated_data={})
        default, value = (_shown(one, secret) for one in (default, values.get(name, default)))
        kind, words = _kind(info.annotation), " ".join((info.description or "").split())
        return Setting(name, kind, info.is_required(), secret, default, value, source, words, self._variable(name))


def table_of(skill: Skill, config: Config | None = None) -> Table | None:
    """The table of a skill; None for one without settings."""
    if skill.settings is None:
        return None
    values = config.skills.get(skill.name, {}) if config else {}
    return Table(skill.name, f"skills.{skill.name}", skill.settings, values)


def chat_table(config: Config) -> Table:
    """The table [chat] of the larger language model, which several skills use."""
    chat = config.chat
    return Table("chat", "chat", type(chat), {name: getattr(chat, name) for name in chat.model_fields_set})


def missing(skill: Skill, config: Config) -> list[str]:
    """The required settings of a skill that have no value anywhere."""
    table = table_of(skill, config)
    return [setting.name for setting in table.settings() if setting.source == "missing"] if table else []


def written(value: Any) -> str:
    """A setting's value as TOML writes it."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json.dumps(str(key))} = {written(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _shown(value: Any, secret: bool) -> Any:
    return MASK if secret and value is not None else to_jsonable_python(value, fallback=str)


def _source(
    name: str,
    info: FieldInfo,
    table: Mapping[str, Any],
    values: Mapping[str, Any],
    in_file: Mapping[str, Any],
    variable: str,
) -> Source:
    if name in table:
        from_file = name in in_file and variable not in {one.upper() for one in os.environ}
        return "file" if from_file else "environment"
    if name in values:
        return "keyring"
    return "missing" if info.is_required() else "default"


def _in_file(path: str) -> Mapping[str, Any]:
    """The table in config.toml itself. What is wrong with the file, `otto.config.load` says."""
    try:
        values: Any = tomllib.loads(config_file().read_text(encoding="utf-8"))
        for part in path.split("."):
            values = values.get(part, {})
        return dict(values)
    except (OSError, ValueError, AttributeError, TypeError):
        return {}


def _kind(annotation: Any) -> str:
    """A type in words."""
    plain = without_none(annotation)
    origin, inner = typing.get_origin(plain), typing.get_args(plain)
    if origin is typing.Annotated:
        return _kind(inner[0])
    if origin is Literal:
        return " or ".join(json.dumps(choice) for choice in inner)
    if origin in (types.UnionType, typing.Union):
        return " or ".join(_kind(one) for one in inner)
    if origin in (list, tuple, set, frozenset):
        return f"list of {_kind(inner[0])}"
    if origin is dict or (isinstance(plain, type) and issubclass(plain, BaseModel)):
        return "table"
    return _KINDS.get(plain) or str(getattr(plain, "__name__", plain))


def _holds_secret(annotation: Any) -> bool:
    """Whether a SecretStr is somewhere in a type: such a value is never shown."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return any(_holds_secret(info.annotation) for info in annotation.model_fields.values())
    return annotation is SecretStr or any(_holds_secret(one) for one in typing.get_args(annotation))
