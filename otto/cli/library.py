"""`otto docs`: the documents that Otto answers from."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from otto.cli.output import Format, console, print_json, show_log, show_reply

if TYPE_CHECKING:
    from otto.library.answering import Answer
    from otto.library.indexing import Progress
    from otto.library.library import Listed

Output = Annotated[Format, typer.Option("--format", help="auto: text on a terminal, JSON lines for a script.")]
Paths = Annotated[list[Path], typer.Argument(metavar="FOLDER|FILE...", help="Folders or single files.")]
docs = typer.Typer(help="Your own documents, which Otto answers questions from.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    app.add_typer(docs, name="docs")


@docs.command()
def add(paths: Paths, output: Output = Format.AUTO) -> None:
    """Add folders or files and index them. What changes in them later is noticed at the next question."""
    from otto.library.library import Library

    show_log()
    _fetch_model()
    with _progress() as tell:
        listed = Library().add(paths, tell)
    for one in listed:
        if output.is_json:
            print_json(_fields(one))
        else:
            print(f"{one.root.path}: {_counts(one)}")
    missing = sum("pip install" in reason for one in listed for reason in one.skipped.values())
    if missing:
        print(f"otto: {missing} files need more packages to be read: pip install 'otto[docs]'", file=sys.stderr)


@docs.command("list")
def list_documents(output: Output = Format.AUTO) -> None:
    """The folders and files that were added, how much is in the index of them, and what is skipped, and why."""
    from rich.markup import escape

    from otto.library.library import Library

    listed = Library().listed()
    for one in listed:
        if output.is_json:
            print_json(_fields(one))
            continue
        console().print(f"[bold]{escape(one.root.path)}[/bold]  {_counts(one)}")
        if one.root.problem:
            console().print(f"  [yellow]{escape(one.root.problem)}[/yellow]")
        for path, reason in one.skipped.items():
            console().print(f"  [dim]skipped[/dim] {escape(path)}: {escape(reason)}")
    if not listed and not output.is_json:
        print("No documents yet; add a folder with: otto docs add FOLDER")


@docs.command()
def remove(paths: Paths, output: Output = Format.AUTO) -> None:
    """Remove folders or files from the library; the files themselves stay."""
    from otto.library.library import Library

    for path in Library().remove(paths):
        if output.is_json:
            print_json({"removed": path})
        else:
            print(f"Removed {path}")


@docs.command()
def ask(
    question: Annotated[list[str], typer.Argument(metavar="QUESTION", help="What you would ask.")],
    output: Output = Format.AUTO,
) -> None:
    """Answer a question from the documents. Exit code 1 when nothing fits."""
    import asyncio

    from otto import config
    from otto.library.library import Library, answer_from
    from otto.library.settings import DocsSettings
    from otto.settings import read

    show_log()
    began, asked = time.perf_counter(), " ".join(question)
    settings = config.load()
    own = read(DocsSettings, "docs", settings.skills.get("docs", {}))
    answer = asyncio.run(answer_from(Library(), asked, settings.chat, own))
    took = time.perf_counter() - began
    if output.is_json:
        print_json({"question": asked, **_answer_fields(answer), "seconds": round(took, 3)})
    else:
        show_reply(console(), answer.reply, took)
    raise typer.Exit(0 if answer.source else 1)


def _fetch_model() -> None:
    """Get the model that finds by meaning; without it documents are found by their words."""
    from otto import weights
    from otto.errors import WeightsError
    from otto.library import minilm

    try:
        weights.fetch(minilm.NAME)
    except WeightsError as error:
        print(f"otto: {error} Until then documents are found by their words alone.", file=sys.stderr)


@contextmanager
def _progress() -> Iterator[Callable[[Progress], None]]:
    """A bar on standard error, where that is a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bars

    err = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Bars(*columns, console=err, transient=True, disable=not err.is_terminal) as bars:
        tasks: dict[str, Any] = {}

        def tell(progress: Progress) -> None:
            if progress.doing not in tasks:
                tasks[progress.doing] = bars.add_task(progress.doing, total=progress.all)
            bars.update(tasks[progress.doing], completed=progress.done, total=progress.all)

        yield tell


def _counts(listed: Listed) -> str:
    """ "12 files, 340 passages, 2 skipped, 5 of other kinds"."""
    skipped = len(listed.skipped)
    parts = [f"{len(listed.files) - skipped} files", f"{listed.passages} passages"]
    parts += [f"{skipped} skipped"] if skipped else []
    parts += [f"{listed.root.others} of other kinds"] if listed.root.others else []
    return ", ".join("1 file" if part == "1 files" else "1 passage" if part == "1 passages" else part for part in parts)


def _fields(listed: Listed) -> dict[str, Any]:
    return {
        "path": listed.root.path,
        "files": len(listed.files) - len(listed.skipped),
        "passages": listed.passages,
        "others": listed.root.others,
        "problem": listed.root.problem,
        "skipped": listed.skipped,
    }


def _answer_fields(answer: Answer) -> dict[str, Any]:
    sources = []
    if answer.source is not None:
        placed = answer.source.placed
        passage = placed.passage
        place = {"page": passage.page, "heading": passage.heading, "line": passage.line}
        sources.append({"file": placed.path, **place, "passage": passage.text})
    return {
        "answer": answer.text,
        "ok": answer.source is not None,
        "by_model": answer.by_model,
        "sources": sources,
        "notes": list(answer.notes),
    }
