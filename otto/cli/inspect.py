"""The commands that look around on this computer: devices, doctor."""

from __future__ import annotations

from typing import Annotated

import typer

from otto.cli.output import Format, console, print_json

Output = Annotated[Format, typer.Option("--format", help="auto: text on a terminal, JSON lines for a script.")]


def add_to(app: typer.Typer) -> None:
    app.command()(devices)
    app.command()(doctor)


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
