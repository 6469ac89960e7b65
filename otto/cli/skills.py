"""`otto skills`: what Otto can do, what each skill needs, and writing one's own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from otto.cli import skill_settings, skill_writing
from otto.cli.output import Format, console, print_json, show_log
from otto.cli.skill_lookup import Folders, Name, Output, everything, named, skill_table
from otto.cli.skill_settings import setting_fields

if TYPE_CHECKING:
    from otto.registry import Registry
    from otto.skill import Skill

skills = typer.Typer(help="What Otto can do.", no_args_is_help=True)

_SENTENCES = 4
_ALLOWANCES = {
    "allow": "allowed",
    "confirm": "asks before it does anything",
    "deny": "not allowed by the configuration",
}


def add_to(app: typer.Typer) -> None:
    skills.command("settings")(skill_settings.show_settings)
    skills.command()(skill_writing.new)
    skills.command("test")(skill_writing.check)
    app.add_typer(skills, name="skills")


@skills.command("list")
def list_skills(folders: Folders = [], output: Output = Format.AUTO) -> None:  # noqa: B006
    """Every skill: its permission, where it comes from, whether it may run, and what it does."""
    from rich.markup import escape
    from rich.table import Table

    from otto import config
    from otto.errors import ConfigError
    from otto.plugins.setting_tables import missing
    from otto.policy import Policy, check_rules

    show_log()
    settings = config.load()
    policy = Policy(settings)
    table = Table(box=None, header_style="dim")
    for column in ("skill", "permission", "from", "state", "does"):
        table.add_column(column, overflow="fold")
    with everything(settings, folders) as found:
        for name, skill in found.skills.items():
            allowance, needs = policy.allowance(skill), missing(skill, settings)
            row = {
                "skill": skill.signature,
                "permission": skill.permission,
                "from": found.origins[name],
                "state": _state(name in settings.disabled, allowance, needs),
            }
            if output.is_json:
                more = {"allowance": allowance, "source": _source(skill, found), "needs": needs}
                print_json({"name": name, **row, "does": skill.summary, **more})
            else:
                cells = (name, *list(row.values())[1:], skill.summary)  # the signature is wide; `show` has it
                table.add_row(*map(escape, cells))
    if not output.is_json:
        console().print(table)
    wrong = [str(problem) for problem in found.problems]
    try:
        check_rules(settings, found.skills)
    except ConfigError as error:
        wrong.append(str(error))
    for sentence in wrong:
        typer.echo(f"otto: {sentence}", err=True)
    raise typer.Exit(1 if wrong else 0)


@skills.command()
def show(name: Name, folders: Folders = [], output: Output = Format.TEXT) -> None:  # noqa: B006
    """A skill's help: what it does, its arguments, permission and settings, and what to say."""
    from otto import config
    from otto.plugins.plugin_files import example_sentences
    from otto.plugins.skill_page import PERMISSIONS, meaning
    from otto.policy import Policy

    show_log()
    settings = config.load()
    with everything(settings, folders) as found:
        skill = named(name, found)
    allowance, table = Policy(settings).allowance(skill), skill_table(name, found, settings)
    said, rows = example_sentences(skill, _SENTENCES), table.settings() if table else []
    if output.is_json:
        print_json(
            {
                "name": name,
                "skill": skill.signature,
                "help": skill.doc,
                "permission": skill.permission,
                "allowance": allowance,
                "arguments": [
                    {"name": one.name, "type": one.type.label, "required": one.required, "meaning": meaning(one)}
                    for one in skill.arguments
                ],
                "settings": [setting_fields(one) for one in rows],
                "examples": said,
                "source": _source(skill, found),
                "file": str(skill.source),
            }
        )
        return
    print(f"{skill.signature}\n\n{skill.doc}\n")
    for argument in skill.arguments:
        print(f"  {argument}{'' if argument.required else ' (may be left out)'}: {meaning(argument)}")
    if skill.arguments:
        print()
    print(f"Permission: {skill.permission} ({PERMISSIONS[skill.permission]}); {_ALLOWANCES[allowance]}")
    print(f"File: {skill.source}")
    if rows:
        told = [f"{one.name} (needed)" if one.source == "missing" else one.name for one in rows]
        print(f"Settings: {', '.join(told)}; see: otto skills settings {name}")
    if said:
        print("Say:  " + "\n      ".join(said))


def _state(off: bool, allowance: str, needs: Sequence[str]) -> str:
    if off or allowance == "deny":
        return "off" if off else "denied"
    if needs:
        return f"needs settings: {', '.join(needs)}"
    return "asks first" if allowance == "confirm" else "on"


def _source(skill: Skill, found: Registry) -> str:
    """What kind of place a skill comes from: otto, user, folder, package or mcp."""
    origin = found.origins[skill.name]
    if origin in ("otto", "user"):
        return origin
    if str(skill.source).startswith("mcp:"):
        return "mcp"
    return "folder" if Path(origin) == skill.source.parent else "package"
