"""The settings of skills: typed by the skill's own model, from the environment, config.toml and the keyring."""

from __future__ import annotations

import contextlib
import json
import typing
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, SecretStr, ValidationError

from otto import keychain, secrets
from otto.arguments import without_none
from otto.config import Config
from otto.errors import ConfigError
from otto.skill import Skill, describe

Settings = TypeVar("Settings", bound=BaseModel)


def read(model: type[Settings], name: str, table: Mapping[str, Any]) -> Settings:
    """The table ``[skills.NAME]`` of the configuration as the given model; its values count before the keyring's.

    Every secret in it is known to `otto.secrets` from then on. Raises ConfigError with a sentence.
    """
    try:
        settings = model.model_validate(given(model, name, table))
    except ValidationError as error:
        lacking = [str(one["loc"][0]) for one in error.errors() if one["type"] == "missing" and len(one["loc"]) == 1]
        if lacking:
            needs = f"The skill {name} still needs {' and '.join(lacking)}"
            raise ConfigError(f"{needs}; see: otto skills settings {name}") from None
        found = describe(error, "setting")
        raise ConfigError(secrets.redact(f"In [skills.{name}] of the configuration, {found}.")) from None
    secrets.know_all(settings)
    return settings


def given(model: type[BaseModel], name: str, table: Mapping[str, Any]) -> dict[str, Any]:
    """The values that a table has, with the secrets that the keyring adds; nothing is checked.

    An environment variable can only hold a list or a table as JSON: it is read.
    """
    values = dict(table)
    for key, info in model.model_fields.items():
        kind = without_none(info.annotation)
        if kind is SecretStr:
            if key not in values and (found := keychain.find(f"{name}.{key}")) is not None:
                values[key] = found
            if isinstance(values.get(key), str):
                secrets.know(values[key])
        elif isinstance(values.get(key), str) and typing.get_origin(kind) in (list, dict):
            with contextlib.suppress(ValueError):
                values[key] = json.loads(values[key])
    return values


def secret_names(model: type[BaseModel] | None) -> list[str]:
    """The settings that are secrets."""
    fields = model.model_fields.items() if model else ()
    return [name for name, info in fields if without_none(info.annotation) is SecretStr]


def know_secrets(config: Config, skills: Iterable[Skill]) -> None:
    """Tell `otto.secrets` every secret of the configuration: Otto's own, and those in the tables of skills."""
    secrets.know_all(config)
    for skill in skills:
        table = config.skills.get(skill.name, {})
        for name in secret_names(skill.settings):
            if isinstance(table.get(name), str):
                secrets.know(table[name])
