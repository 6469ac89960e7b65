"""What the commands about skills share: finding the skill that is meant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from otto.cli.output import Format

if TYPE_CHECKING:
    from otto.config import Config
    from otto.plugins.setting_tables import Table
    from otto.registry import Registry
    from otto.skill import Skill

Output = Annotated[Format, typer.Option("--format", help="auto: text on a terminal, JSON lines for a script.")]
Folders = Annotated[list[Path], typer.Option("--skills", help="A further folder of skill plugins.", metavar="DIR")]
Name = Annotated[str, typer.Argument(help="The skill's name.")]


@contextmanager
def everything(settings: Config, folders: Sequence[Path], mcp: bool = True) -> Iterator[Registry]:
    """All skills, those of MCP servers too."""
    from otto import registry

    found = registry.load(folders)
    if not (settings.mcp and mcp):
        yield found
        return
    from otto.mcp.client import Servers, joined

    with Servers(settings.mcp) as servers:
        yield joined(found, servers)


def named(name: str, found: Registry) -> Skill:
    """The skill of that name. Raises UsageError with the nearest name that there is."""
    import difflib

    from otto.errors import UsageError

    if name not in found.skills:
        near = difflib.get_close_matches(name, found.skills, n=1)
        hint = f"Did you mean {near[0]!r}?" if near else f"There are {', '.join(found.skills)}."
        raise UsageError(f"There is no skill {name!r}. {hint}")
    return found.skills[name]


def skill_table(name: str, found: Registry, settings: Config) -> Table | None:
    """The settings of a skill, None where it has none; "chat" is the larger language model."""
    from otto.plugins.setting_tables import chat_table, table_of

    if name == "chat" and name not in found.skills:
        return chat_table(settings)
    return table_of(named(name, found), settings)
