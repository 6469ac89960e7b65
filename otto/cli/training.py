"""The commands of the training package. It is imported when one of them runs: the runtime never needs it."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from otto.cli.output import Format
from otto.cli.skill_lookup import Folders


def add_to(app: typer.Typer) -> None:
    app.command(name="eval")(evaluate)
    app.command(name="build-dataset")(build_dataset)
    app.command(name="gen-examples")(gen_examples)
    app.command(name="heard")(heard)


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


def gen_examples(
    skill: Annotated[str, typer.Option(help="The skill to write examples for.")],
    count: Annotated[int, typer.Option("-n", min=0, help="Pairs; those left by earlier runs count.")] = 40,
    model: Annotated[str | None, typer.Option(help="The server's name of the model; else [chat] model.")] = None,
    base_url: Annotated[str | None, typer.Option(help="The server's address; else [chat] base_url.")] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", dir_okay=False, help="Write here, not to the skill's file.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Accept all valid pairs without a review.")] = False,
    batch: Annotated[bool, typer.Option("--batch", help="Use the Batch API: cheaper, within a day.")] = False,
    parallel: Annotated[int, typer.Option(min=1, max=64, help="Requests at a time.")] = 4,
    tries: Annotated[int, typer.Option(min=1, max=20, help="How often a failing request is tried.")] = 6,
    seed: Annotated[int, typer.Option(help="Another seed asks for other people and situations.")] = 0,
    price_in: Annotated[float | None, typer.Option(min=0, help="US dollars per million tokens read.")] = None,
    price_out: Annotated[float | None, typer.Option(min=0, help="US dollars per million tokens written.")] = None,
    folders: Folders = [],  # noqa: B006
) -> None:
    """Have a larger model write examples for a skill, and review them."""
    from training.generate import Order, generate_examples
    from training.generating.prices import Price

    price = None if price_in is None and price_out is None else Price(price_in or 0, price_out or 0)
    generate_examples(
        Order(skill, count, model, base_url, out, yes, batch, parallel, tries, seed, price),
        folders,
    )


def heard(
    sample: Annotated[int, typer.Option(min=0, help="Hearings in all; 0 prints the table of what is there.")] = 12_000,
    seed: Annotated[int, typer.Option(help="Chooses sentences, voices and rooms.")] = 1,
    voices: Annotated[str, typer.Option(help="Engines or voices, with commas between them.")] = "espeak,piper,kokoro",
    whisper: Annotated[str, typer.Option(help="Sizes of Whisper, with commas between them.")] = "tiny.en,base",
    out: Annotated[
        Path | None, typer.Option(help="The folder to write to.", metavar="DIR", show_default="training/data/heard")
    ] = None,
    output: Annotated[Format, typer.Option("--format")] = Format.AUTO,
) -> None:
    """Speak training sentences in noisy rooms and keep what Whisper writes for them. Goes on where it stopped."""
    from training.heard import FOLDER, hear_and_report

    hear_and_report(sample, seed, voices.split(","), whisper.split(","), out or FOLDER, output.is_json)
