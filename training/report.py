"""What a data set holds, in a table and on a card; and the check that nothing leaks from one split into another."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from otto.errors import OttoError
from training import leaks
from training.dataset import SPLITS, Row, count, repeated
from training.sources import Sources


@dataclass(frozen=True)
class Leaks:
    """Between two sets: texts that are equal when normalised, and texts that are near-duplicates."""

    one: str
    other: str
    equal: int
    near: int


def find_leaks(texts: Mapping[str, Sequence[str]]) -> list[Leaks]:
    """Every pair of sets compared; a good data set has 0 everywhere."""
    names, found = list(texts), []
    for number, one in enumerate(names):
        for other in names[number + 1 :]:
            mine, theirs = ({leaks.plain(text) for text in texts[name]} for name in (one, other))
            near = {index for index, _ in leaks.alike(sorted(mine), sorted(theirs))}
            found.append(Leaks(one, other, len(mine & theirs), len(near)))
    return found


def texts_in(folder: Path) -> dict[str, list[str]]:
    """The utterances of a written data set, in whichever form. Raises OttoError with file and line."""
    texts: dict[str, list[str]] = {}
    for name in SPLITS:
        file = folder / f"{name}.jsonl"
        if not file.exists():
            raise OttoError(f"There is no {file}; write a data set with: otto build-dataset --out {folder}")
        texts[name] = []
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
            try:
                row = json.loads(line)
                turns = row.get("prompt") or row.get("messages")
                texts[name].append(turns[1]["content"] if turns else row["input"])
            except (ValueError, KeyError, TypeError, IndexError) as error:
                raise OttoError(f"{file}, line {number}, is no row of a data set: {error}.") from None
    return texts


def summary(sources: Sources, rows: Mapping[str, Sequence[Row]]) -> list[tuple[str, str]]:
    """The figures beside the table: what, and how much."""
    every = [row for some in rows.values() for row in some]
    lengths = sorted(len(row.system) + len(row.text) for row in every)
    answers = sorted(len(row.answer) for row in every)
    kinds = Counter(sentence.kind.split()[0] for sentence in sources.sentences)
    written = sum(number for kind, number in kinds.items() if kind not in ("pattern", "invented", "ambient"))

    def share(number: int) -> str:
        return f"{number} ({number / len(every):.0%})"

    return [
        ("rows", ", ".join(f"{name} {len(some)}" for name, some in rows.items())),
        (
            "different sentences",
            f"{len(sources.sentences)}: {written} written, {kinds['pattern']} from patterns, "
            f"{kinds['invented']} for invented skills, {kinds['ambient']} not for Otto",
        ),
        ("families", str(len({sentence.family for sentence in sources.sentences}))),
        ("invented skills", str(len(sources.invented))),
        ("rows with other names", share(sum(row.renamed for row in every))),
        ("rows without the right skill", share(sum(row.removed for row in every))),
        ("rows with heard text", share(sum(row.heard for row in every))),
        ("prompt, characters", f"median {lengths[len(lengths) // 2]}, longest {lengths[-1]}"),
        ("answer, characters", f"median {answers[len(answers) // 2]}, longest {answers[-1]}"),
        ("equal rows", str(sum(repeated(some) for some in rows.values()))),
        *((f"left out: {why}", str(number)) for why, number in sources.dropped.items()),
    ]


def card(sources: Sources, rows: Mapping[str, Sequence[Row]], found: Sequence[Leaks], command: str) -> str:
    """The data card, in Markdown."""
    table = "\n".join(
        f"| {skill} | {' | '.join(str(numbers[name]) for name in SPLITS)} |" for skill, numbers in count(rows).items()
    )
    figures = "\n".join(f"| {what} | {how_much} |" for what, how_much in summary(sources, rows))
    leaking = "\n".join(f"| {leak.one} and {leak.other} | {leak.equal} | {leak.near} |" for leak in found)
    return f"""# Data for Otto's skill model

Made by `{command}` from what stands in `examples/` and `training/data/` of Otto, all of it written for Otto by its
authors; no public data set is in it. Licence: Apache-2.0. Language: English as spoken to, or near, a desktop assistant.
The speech in `heard` rows is synthetic (Kokoro, Piper, espeak-ng), written down by Whisper tiny.en and base.

A row is a prompt (a catalogue of skills and an utterance) and its completion (one to three calls, `other()` for what is
not for Otto). Catalogues hold 3 to 25 skills or Otto's full list; a third have other names for skills and arguments.

| what | figure |
|---|---|
{figures}

| skill | {" | ".join(SPLITS)} |
|---|---|---|---|
{table}

| between | equal texts | near-duplicates |
|---|---|---|
{leaking}

Near-duplicate: an edit similarity of {leaks.LIKE} of 100 or more (`training/leaks.py`). Splits are by family: the
near-duplicates of a sentence and all fillings of a pattern stay together.
"""
