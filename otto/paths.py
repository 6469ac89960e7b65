"""Where things are: what Otto ships with, and the user's own folders (the platform's places, see platformdirs)."""

from __future__ import annotations

from pathlib import Path

import platformdirs

_PACKAGE = Path(__file__).parent


def bundled(name: str) -> Path:
    """A folder that Otto ships (skills, examples, prompts): inside the wheel, or beside ``otto/`` in a checkout."""
    inside = _PACKAGE / "_bundled" / name
    return inside if inside.exists() else _PACKAGE.parent / name


def config_dir() -> Path:
    """config.toml and the user's own skills/ and examples/."""
    return platformdirs.user_config_path("otto", appauthor=False)


def data_dir() -> Path:
    """What Otto keeps for the user: the database."""
    return platformdirs.user_data_path("otto", appauthor=False)


def cache_dir() -> Path:
    """Model files; all of it can be fetched again."""
    return platformdirs.user_cache_path("otto", appauthor=False)
