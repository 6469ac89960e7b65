"""The commands over what Otto heard and learned: history, teach."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from otto.cli.output import Format, console, print_json, show_log

if TYPE_CHECKING:
    from otto.store import Entry

Output = Annotated[Format, typer.Option("--format", help="auto: text on a terminal, JSON lines for a script.")]
history = typer.Typer(help="What was heard and done.", invoke_without_command=True)


def add_to(app: typer.Typer) -> None:
    app.add_typer(history, name="history")
    app.command()(teach)


@history.callback()
def show_history(
    context: typer.Context,
    count: Annotated[int, typer.Option("-n", min=1, help="How many turns, the last ones.")] = 20,
    wrong: Annotated[bool, typer.Option("--wrong", help="Only those marked as mistakes.")] = False,
    output: Output = Format.AUTO,
) -> None:
    """What was heard and done, the last turn at the end."""
    if context.invoked_subcommand is not None:
        return
    from otto import parts

    memory = parts.store()
    try:
        entries = memory.history.last(count, wrong)
    finally:
        memory.close()
    if output.is_json:
        for entry in entries:
            print_json({**vars(entry), "at": datetime.fromtimestamp(entry.at).astimezone().isoformat("T", "seconds")})
        return
    _print_table(entries)


@history.command("wrong")
def mark_wrong(
    number: Annotated[
        int | None, typer.Argument(help="The turn's number in `otto history`; without one, the last.")
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="It was right after all.")] = False,
) -> None:
    """Mark a turn as a mistake, and see how to teach Otto the right call."""
    import shlex

    from otto import parts
    from otto.errors import UsageError

    memory = parts.store()
    try:
        heard = [entry for entry in memory.history.last(100) if entry.heard is not None]
        entry = memory.history.get(number) if number is not None else heard[-1] if heard else None
        if entry is None or entry.heard is None:
            raise UsageError("There is no such turn of yours; `otto history` shows them with their numbers.")
        memory.history.mark(entry.id, wrong=not undo)
    finally:
        memory.close()
    mark = "right" if undo else "wrong"
    print(f"{entry.id} is marked as {mark}: {entry.heard!r} was taken for {entry.calls or 'nothing'}.")
    if not undo:
        print(f"Teach Otto what you meant:\n  otto teach {shlex.quote(entry.heard)} 'skill(argument=\"value\")'")


def teach(
    words: Annotated[str, typer.Argument(metavar="WORDS", help="What was said, or heard.")],
    call: Annotated[str, typer.Argument(metavar="CALL", help="The right call: 'weather(location=\"Berlin\")'.")],
    output: Output = Format.AUTO,
) -> None:
    """Correct Otto: from now on these words, and words like them, mean this call."""
    from otto import config, parts
    from otto.calls import parse, render
    from otto.errors import CallError, SkillError, UsageError
    from otto.taught import taught_file
    from otto.taught import teach as keep
    from otto.wake import without_name

    show_log()
    said = without_name(words)
    if not said.strip():
        raise UsageError("There are no words to teach.")
    skills = parts.catalogue(config.load()).registry.skills
    try:
        calls = []
        for one in parse(call):
            if one.name not in skills:
                raise SkillError(f"There is no skill {one.name!r}; `otto skills list` shows them.")
            calls.append(skills[one.name].canonical(skills[one.name].validate(one)))
    except (CallError, SkillError) as error:
        raise UsageError(f"{call!r} cannot be taught: {str(error).rstrip('.')}.") from None
    replaced = keep(said, calls, taught_file())
    if output.is_json:
        print_json({"text": said, "call": render(calls), "replaced": replaced})
    else:
        print(f"{'Taught anew' if replaced else 'Taught'}: {said!r} means {render(calls)}")


def _print_table(entries: list[Entry]) -> None:
    from rich.markup import escape
    from rich.table import Table

    table = Table("no", "when", "heard", "call", "reply", box=None, header_style="dim")
    for entry in entries:
        when = datetime.fromtimestamp(entry.at).strftime("%d %b %H:%M")
        mark = " [red]wrong[/red]" if entry.wrong else ""
        table.add_row(f"{entry.id}{mark}", when, escape(entry.heard or "-"), escape(entry.calls), escape(entry.reply))
    console().print(table if entries else "Nothing has been heard yet.")
