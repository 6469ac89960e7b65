"""The commands that hear and act: hear, ask, call, run."""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from otto.cli.acting import carry_out
from otto.cli.output import (
    Format,
    Replies,
    console,
    print_json,
    show_decision,
    show_log,
    text_fields,
    turn_fields,
)

if TYPE_CHECKING:
    from otto.assistant import Turn
    from otto.events import Bus

Skills = Annotated[list[Path], typer.Option("--skills", help="A further folder of skill plugins.", metavar="DIR")]
Output = Annotated[Format, typer.Option("--format", help="auto: text on a terminal, JSON lines for a script.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Answer yes wherever Otto asks before it acts.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Decide, but run no skill.")]


def add_to(app: typer.Typer) -> None:
    for command in (hear, ask, call, run):
        app.command()(command)


def hear(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", help="Recordings; - is raw sound on standard input.")
    ],
    dry_run: DryRun = False,
    yes: Yes = False,
    skills: Skills = [],  # noqa: B006 - Typer's way of a repeatable option
    output: Output = Format.AUTO,
) -> None:
    """Hear recordings and act: one line for each utterance heard."""
    from otto import config, parts
    from otto.assistant import Assistant
    from otto.audio.source import open_source
    from otto.errors import AudioError
    from otto.events import Bus

    show_log()
    settings = config.load()
    offered = parts.catalogue(settings, skills)
    bus = Bus()
    _report_failures(bus)
    transcriber, model = parts.transcriber(settings, offered), parts.skill_model(settings, offered)
    transcriber.warm_up()
    model.warm_up()
    assistant = Assistant(settings, transcriber, model, bus)
    failed = False
    for file in files:
        try:
            heard = False
            for turn in assistant.hear(open_source(file)):
                heard = True
                began = time.perf_counter()
                replies = [] if dry_run else carry_out(settings, offered, turn.decision, yes, output)
                _show_turn(file, turn, replies, time.perf_counter() - began, dry_run, output)
            if not heard and not output.is_json:
                console().print(f"[bold]{file}[/bold]\n  [dim]nothing heard[/dim]")
        except AudioError as error:
            print(f"otto: {error}", file=sys.stderr)
            failed = True
    raise typer.Exit(1 if failed else 0)


def ask(
    text: Annotated[list[str], typer.Argument(metavar="TEXT", help="What you would say.")],
    dry_run: DryRun = False,
    yes: Yes = False,
    skills: Skills = [],  # noqa: B006
    output: Output = Format.AUTO,
) -> None:
    """Act on a sentence."""
    from otto import config, parts
    from otto.dispatcher import spoken

    show_log()
    settings = config.load()
    said = _words(" ".join(text).encode("utf-8", "surrogateescape").decode("utf-8", "replace"))
    offered = parts.catalogue(settings, skills)
    decision = replace(parts.skill_model(settings, offered).decide(said), named=True)
    replies = [] if dry_run else carry_out(settings, offered, decision, yes, output)
    if output.is_json:
        fields = text_fields(said, decision)
        print_json(fields if dry_run else {**fields, "reply": spoken(replies)})
    else:
        show_decision(console(), decision, replies)


def call(
    skills: Skills = [],  # noqa: B006
) -> None:
    """Read utterances, one a line, and print their calls as JSON lines. Nothing is run."""
    from otto import config, parts
    from otto.wake import without_name

    show_log()
    settings = config.load()
    model = parts.skill_model(settings, parts.catalogue(settings, skills))
    for line in sys.stdin.buffer:
        if said := line.decode("utf-8", "replace").strip():
            print_json(text_fields(said, model.decide(without_name(said))))


def run(
    source: Annotated[
        str | None, typer.Option("--source", metavar="FILE", help="Listen to a recording instead; - is standard input.")
    ] = None,
    always: Annotated[bool, typer.Option("--always", help="Act on all speech, not only when Otto is named.")] = False,
    skills: Skills = [],  # noqa: B006
    output: Output = Format.AUTO,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log more, to standard error.")] = False,
) -> None:
    """Listen on the microphone and act, until stopped."""
    from otto.cli.running import run_daemon

    run_daemon(source, always, skills, output, verbose)


def _words(text: str) -> str:
    from otto.errors import UsageError
    from otto.wake import without_name

    said = without_name(text)
    if not said:
        raise UsageError("There is nothing to ask; say what you want, as in: otto ask what time is it in Tokyo")
    return said


def _show_turn(file: str, turn: Turn, replies: Replies, took: float, dry_run: bool, output: Format) -> None:
    from rich.markup import escape

    from otto.dispatcher import spoken

    if output.is_json:
        fields = turn_fields(file, turn)
        print_json(fields if dry_run else {**fields, "reply": spoken(replies)})
        return
    out = console()
    out.print(f"[bold]{escape(file)}[/bold]")
    out.print(f"  [dim]heard[/dim] {escape(turn.transcript.text)}  [dim]{turn.transcribe:.2f} s[/dim]")
    show_decision(out, turn.decision, replies, took)


def _report_failures(bus: Bus) -> None:
    from otto.events import Failed

    bus.listen(lambda event: print(f"otto: {event.message}", file=sys.stderr) if isinstance(event, Failed) else None)
