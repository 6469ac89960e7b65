"""The commands of the training package. It is imported when one of them runs: the runtime never needs it."""

from __future__ import annotations

from typing import Annotated

import typer

from otto.cli.output import Format


def add_to(app: typer.Typer) -> None:
    app.command(name="eval")(evaluate)


def evaluate(
    limit: Annotated[int, typer.Option(min=0, help="Examples per file; 0 takes all.")] = 0,
    mistakes: Annotated[bool, typer.Option(help="Print each wrong answer.")] = False,
    output: Annotated[Format, typer.Option("--format")] = Format.AUTO,
) -> None:
    """Measure the configured model on the examples that are not in its prompt."""
    from training.evaluate import evaluate_examples

    evaluate_examples(limit, mistakes, output.is_json)
