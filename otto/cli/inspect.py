"""The commands that show what there is: skills, devices, doctor."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from otto.cli.output import Format, console, print_json, show_log

Output = Annotated[Format, typer.Option("--format", help="auto: text on a terminal, JSON lines for a script.")]
Folders = Annotated[list[Path], typer.Option("--skills", help="A further folder of skill plugins.", metavar="DIR")]
skills = typer.Typer(help="What Otto can do.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    app.add_typer(skills, name="skills")
    app.command()(devices)
    app.command()(doctor)


@skills.command("list")
def list_skills(folders: Folders = [], output: Output = Format.AUTO) -> None:  # noqa: B006
    """Every skill: its signature, permission, where it comes from, and whether it is on."""
    from rich.markup import escape
    from rich.table import Table

    from otto import config, registry

    show_log()
    found = registry.load(folders)
    disabled = set(config.load().disabled)
    table = Table("skill", "permission", "from", "state", "does", box=None, header_style="dim")
    for name, skill in found.skills.items():
        state = "off" if name in disabled else "on"
        row = {"skill": skill.signature, "permission": skill.permission, "from": found.origins[name], "state": state}
        if output.is_json:
            print_json({"name": name, **row, "does": skill.summary})
        else:
            table.add_row(*(escape(cell) for cell in row.values()), escape(skill.summary))
    if not output.is_json:
        console().print(table)
    for problem in found.problems:
        typer.echo(f"otto: {problem}", err=True)
    raise typer.Exit(1 if found.problems else 0)


@skills.command()
def show(name: Annotated[str, typer.Argument(help="The skill's name.")], folders: Folders = []) -> None:  # noqa: B006
    """A skill's help: what it does, its arguments, permission and file."""
    import difflib

    from otto import registry
    from otto.errors import UsageError

    found = registry.load(folders).skills
    if name not in found:
        near = difflib.get_close_matches(name, found, n=1)
        hint = f"Did you mean {near[0]!r}?" if near else f"There are {', '.join(found)}."
        raise UsageError(f"There is no skill {name!r}. {hint}")
    print(found[name].help)


def devices(output: Output = Format.AUTO) -> None:
    """The microphones and speakers of this computer."""
    from rich.table import Table

    from otto.audio.microphone import devices as sound_devices

    table = Table("number", "name", "inputs", "outputs", "Hz", "default", box=None, header_style="dim")
    found = sound_devices()
    for device in found:
        if output.is_json:
            print_json(device)
        else:
            table.add_row(*(" ".join(value) if isinstance(value, list) else str(value) for value in device.values()))
    if not output.is_json:
        console().print(table if found else "There are no sound devices; is a sound server running?")


def doctor(output: Output = Format.AUTO) -> None:
    """Check that Otto can work here, and say what to do where it cannot. Exit code 1 when something is wrong."""
    from rich.markup import escape

    from otto.doctor import examine

    wrong = False
    for finding in examine():
        wrong = wrong or not finding.good
        if output.is_json:
            print_json({"check": finding.check, "good": finding.good, "found": finding.found, "do": finding.advice})
        else:
            mark = "[green]ok[/green]   " if finding.good else "[red]wrong[/red]"
            console().print(f"{mark} {finding.check}: {escape(finding.found)}")
            if finding.advice:
                console().print(f"      [dim]{escape(finding.advice)}[/dim]")
    raise typer.Exit(1 if wrong else 0)
