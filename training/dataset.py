"""`otto build-dataset`: from what is written to rows for a trainer, the same to the byte for the same seed."""

from __future__ import annotations

import hashlib
import json
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from otto.calls import render
from otto.model.prompt import system_prompt
from training import leaks
from training.catalogues import Catalogues, read_renames
from training.heard import read_heard
from training.sources import FOLDER, Sentence, Sources, read_sources

SPLITS = ("train", "validation", "test")
_SHARES = (0.9, 0.05, 0.05)
_HEARD = 1 / 3  # of the rows whose sentence was heard have what Whisper wrote
_COPIES = {"pattern": 1, "ambient": 3, "invented": 4}  # rows for each sentence, each with another catalogue
_COPIES_ELSE = 4


@dataclass(frozen=True)
class Row:
    """One row: the system prompt with its catalogue, the utterance, and the answer. The rest is for reports."""

    system: str
    text: str
    answer: str
    kind: str
    skill: str
    family: int
    renamed: bool
    removed: bool
    heard: bool

    @property
    def marks(self) -> dict[str, Any]:
        return {"kind": self.kind, "skill": self.skill, "family": self.family, "heard": self.heard}

    def prompt_completion(self) -> dict[str, Any]:
        """For trl's SFTTrainer, which then trains on the completion only."""
        return {
            "prompt": [{"role": "system", "content": self.system}, {"role": "user", "content": self.text}],
            "completion": [{"role": "assistant", "content": self.answer}],
            **self.marks,
        }

    def chat(self) -> dict[str, Any]:
        """For trainers that take whole chats."""
        row = self.prompt_completion()
        return {"messages": [*row["prompt"], *row["completion"]], **self.marks}

    def alpaca(self) -> dict[str, Any]:
        """For trainers that take instruction, input and output."""
        return {"instruction": self.system, "input": self.text, "output": self.answer, **self.marks}


def build(seed: int, expansions: int) -> tuple[Sources, dict[str, list[Row]]]:
    """All rows by split. No sentence has a near-duplicate in another split."""
    sources = read_sources(seed, expansions)
    sentences = [replace(one, heard=heard) for one, heard in _with_heard(sources.sentences)]
    by_split: dict[str, list[Sentence]] = {name: [] for name in SPLITS}
    for sentence in sentences:
        by_split[_split(sentence.family, seed)].append(sentence)
    own = Catalogues(
        sources.skills, [one.skill for one in sources.invented], read_renames(FOLDER / "data" / "renames.txt")
    )
    rows = {name: _rows(by_split[name], own, random.Random(f"{seed} {name}")) for name in SPLITS}  # noqa: S311
    return sources, _without_leaks(rows, sources.held_out.texts)


def write(rows: Mapping[str, Sequence[Row]], folder: Path, form: str) -> None:
    """One JSON object a line in train.jsonl, validation.jsonl and test.jsonl."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, some in rows.items():
        with (folder / f"{name}.jsonl").open("w", encoding="utf-8", newline="\n") as file:
            for row in some:
                fields = getattr(row, form)()
                file.write(json.dumps(fields, ensure_ascii=False) + "\n")


def count(rows: Mapping[str, Sequence[Row]]) -> dict[str, dict[str, int]]:
    """Rows by skill, and by split."""
    skills = sorted({row.skill for some in rows.values() for row in some})
    return {skill: {name: sum(row.skill == skill for row in some) for name, some in rows.items()} for skill in skills}


def repeated(rows: Iterable[Row]) -> int:
    """Rows that are equal to an earlier one in all that the model sees."""
    seen = Counter((row.system, row.text, row.answer) for row in rows)
    return sum(number - 1 for number in seen.values())


def _with_heard(sentences: Sequence[Sentence]) -> Iterator[tuple[Sentence, tuple[str, ...]]]:
    heard = read_heard(FOLDER / "data" / "heard")
    for sentence in sentences:
        yield sentence, tuple(heard.get(leaks.plain(sentence.text), ()))


def _split(family: int, seed: int) -> str:
    """By a hash of the family, so that adding sentences moves few of the others."""
    number = int.from_bytes(hashlib.sha256(f"{seed} {family}".encode()).digest()[:8]) / 2**64
    return SPLITS[0] if number < _SHARES[0] else SPLITS[1] if number < _SHARES[0] + _SHARES[1] else SPLITS[2]


def _rows(sentences: Sequence[Sentence], catalogues: Catalogues, chance: random.Random) -> list[Row]:
    rows = []
    for sentence in sentences:
        for _ in range(_COPIES.get(sentence.kind.split()[0], _COPIES_ELSE)):
            offer = catalogues.offer(sentence, chance)
            heard = bool(sentence.heard) and chance.random() < _HEARD
            text = chance.choice(sentence.heard) if heard else sentence.text
            skill = "other" if offer.removed else _skill(sentence)
            rows.append(
                Row(
                    system_prompt(offer.skills),
                    text,
                    render(offer.calls),
                    sentence.kind.split()[0],
                    skill,
                    sentence.family,
                    offer.renamed,
                    offer.removed,
                    heard,
                )
            )
    chance.shuffle(rows)
    return rows


def _skill(sentence: Sentence) -> str:
    if sentence.kind == "invented":
        return "(invented)"
    return sentence.skills[0].name if len(sentence.calls) == 1 else "(several)"


def _without_leaks(rows: dict[str, list[Row]], held_out: Sequence[str]) -> dict[str, list[Row]]:
    """Rows are dropped whose text is like a held-out sentence, or in validation and test like one of another split.

    The sentences were parted before; what Whisper heard of one may come close to another.
    """
    kept = dict(rows)
    for name, against in (("train", ()), ("validation", ("train",)), ("test", ("train", "validation"))):
        others = sorted({row.text for other in against for row in kept[other]} | set(held_out))
        texts = sorted({row.text for row in kept[name]})
        leaking = {texts[index] for index, _ in leaks.alike(texts, others)}
        kept[name] = [row for row in kept[name] if row.text not in leaking]
    return kept
