"""The settings of skills: typed, from the configuration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from otto.errors import ConfigError

Settings = TypeVar("Settings", bound=BaseModel)


def read(model: type[Settings], name: str, table: Mapping[str, Any]) -> Settings:
    """The table ``[skills.NAME]`` of the configuration as the given model."""
    from otto.skill import describe

    try:
        return model.model_validate(dict(table))
    except ValidationError as error:
        raise ConfigError(f"In [skills.{name}] of the configuration, {describe(error, 'setting')}.") from None
