"""`otto build-dataset` at the command line."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from otto.cli.output import console, print_json
from otto.errors import OttoError
from training.dataset import SPLITS, build, count, write
from training.report import Leaks, card, find_leaks, summary, texts_in
from training.sources import read_held_out


def build_dataset(out: Path, seed: int, expansions: int, form: str, as_json: bool) -> None:
    """Read, build, write and print the table. Raises OttoError when anything leaks."""
    from rich.table import Table

    sources, rows = build(seed, expansions)
    texts = {name: [row.text for row in some] for name, some in rows.items()}
    found = find_leaks({**texts, "held out": sources.held_out.texts})
    write(rows, out, form)
    command = f"otto build-dataset --seed {seed} --expansions {expansions} --form {form.replace('_', '-')}"
    (out / "README.md").write_text(card(sources, rows, found, command), encoding="utf-8")
    if as_json:
        print_json({"out": str(out), "rows": {name: len(some) for name, some in rows.items()}, "skills": count(rows)})
    else:
        table = Table("skill", *SPLITS, box=None, header_style="dim")
        for skill, numbers in count(rows).items():
            table.add_row(skill, *(str(numbers[name]) for name in SPLITS))
        screen = console()
        screen.print(table)
        for what, how_much in summary(sources, rows):
            screen.print(f"[dim]{what}:[/dim] {how_much}")
    _tell(found, as_json)
    print(f"otto: written to {out}", file=sys.stderr)


def check_dataset(folder: Path, as_json: bool) -> None:
    """Compare the splits of a written data set with each other and with the held-out sets."""
    from otto import registry

    held_out = read_held_out(dict(registry.load().skills))
    _tell(find_leaks({**texts_in(folder), "held out": held_out.texts}), as_json)


def _tell(found: Sequence[Leaks], as_json: bool) -> None:
    for leak in found:
        if as_json:
            print_json(vars(leak))
        else:
            told = f"{leak.equal} equal texts, {leak.near} near-duplicates"
            console().print(f"[dim]{leak.one} and {leak.other}:[/dim] {told}")
    if any(leak.equal or leak.near for leak in found):
        raise OttoError("Sentences of one set are in another: no figure measured on them could be believed.")
