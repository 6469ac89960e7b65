"""The commands of the training package. It is imported when one of them runs: the runtime never needs it."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from otto.cli.output import Format


def add_to(app: typer.Typer) -> None:
    app.command(name="eval")(evaluate)
    app.command(name="build-dataset")(build_dataset)


def evaluate(
    limit: Annotated[int, typer.Option(min=0, help="Examples per file; 0 takes all.")] = 0,
    mistakes: Annotated[bool, typer.Option(help="Print each wrong answer.")] = False,
    output: Annotated[Format, typer.Option("--format")] = Format.AUTO,
) -> None:
    """Measure the configured model on the examples that are not in its prompt."""
    from training.evaluate import evaluate_examples

    evaluate_examples(limit, mistakes, output.is_json)


class Form(StrEnum):
    """The shape of a row."""

    PROMPT_COMPLETION = "prompt-completion"
    CHAT = "chat"
    ALPACA = "alpaca"


def build_dataset(
    out: Annotated[Path, typer.Option(help="The folder to write to.", metavar="DIR")] = Path("dataset"),
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 0,
    expansions: Annotated[int, typer.Option(min=1, help="How often each pattern is filled.")] = 12,
    form: Annotated[Form, typer.Option(help="The shape of a row.")] = Form.PROMPT_COMPLETION,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; look for leaks in what is there.")] = False,
    output: Annotated[Format, typer.Option("--format")] = Format.AUTO,
) -> None:
    """Make rows for a trainer from all that is written: train.jsonl, validation.jsonl, test.jsonl and a data card."""
    from training import build

    if check:
        build.check_dataset(out, output.is_json)
    else:
        build.build_dataset(out, seed, expansions, form.value.replace("-", "_"), output.is_json)
