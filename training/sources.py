"""All that is written for training, read and checked: each sentence once, with its calls, its skills and its family."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from otto import paths, registry
from otto.calls import Call
from otto.examples import Example, ExamplesError, check, read_folder
from otto.skill import Skill
from otto.taught import taught_file
from training import leaks
from training.blocks import InventedSkill, checked, read_examples, read_invented, read_lines
from training.grounding import ungrounded
from training.slots import Pattern, read_patterns, read_pools, without_values

FOLDER = Path(__file__).parent
OTHER = (Call("other"),)


@dataclass(frozen=True)
class Sentence:
    """What somebody says and what it means. ``kind`` is where it comes from; ``skills`` are those of its calls.

    ``family`` is the same for sentences that are near-duplicates or come from one pattern. ``heard`` are the ways in
    which Whisper wrote it down.
    """

    text: str
    calls: tuple[Call, ...]
    kind: str
    skills: tuple[Skill, ...]
    family: int = 0
    heard: tuple[str, ...] = ()


@dataclass(frozen=True)
class HeldOut:
    """What is never trained on: sentences of Otto's skills, ambient lines, and skills that training does not know."""

    examples: Mapping[str, Sequence[Example]]
    ambient: Sequence[str]
    unseen: Sequence[InventedSkill]

    @property
    def texts(self) -> list[str]:
        said = [example.text for examples in self.examples.values() for example in examples]
        return [*said, *self.ambient, *(example.text for skill in self.unseen for example in skill.examples)]

    @property
    def values(self) -> set[str]:
        """All text values of its calls, as `leaks.plain` writes them."""
        examples = [example for some in self.examples.values() for example in some]
        examples += [example for skill in self.unseen for example in skill.examples]
        calls = [call for example in examples for call in example.calls]
        return {leaks.plain(value) for call in calls for _, value in call.arguments if isinstance(value, str)}


@dataclass(frozen=True)
class Sources:
    """The bundled skills, the invented ones, every sentence for training, and what is held out."""

    skills: Mapping[str, Skill]
    invented: Sequence[InventedSkill]
    sentences: Sequence[Sentence]
    held_out: HeldOut
    dropped: Mapping[str, int] = field(default_factory=dict)


def read_held_out(skills: Mapping[str, Skill], folder: Path = FOLDER / "heldout") -> HeldOut:
    """The held-out sets, checked. Raises ExamplesError with file and line."""
    examples = {file.stem: read_examples(file, skills) for file in sorted((folder / "skills").glob("*.txt"))}
    ambient = read_lines(folder / "ambient.txt") if (folder / "ambient.txt").exists() else []
    unseen = read_invented(folder / "unseen.txt") if (folder / "unseen.txt").exists() else []
    return HeldOut(examples, ambient, unseen)


def read_sources(seed: int, expansions: int) -> Sources:
    """Everything, read, checked and sorted into families. Raises ExamplesError before any computing is spent.

    Each pattern is filled ``expansions`` times. Sentences that are near-duplicates of held-out ones are dropped.
    """
    skills = dict(registry.load().skills)
    held_out = read_held_out(skills)
    data = FOLDER / "data"
    invented = [skill for file in sorted((data / "invented").glob("*.txt")) for skill in read_invented(file)]
    _check_invented(invented, held_out, skills)
    pools = read_pools(data / "slots")
    patterns = read_patterns(data / "patterns", pools)
    chance = random.Random(seed)  # noqa: S311 - reproducible, not secret
    pools = without_values(pools, held_out.values)
    filled = [
        (pattern, checked(pattern.filled(pools, chance), pattern.file, skills))
        for pattern in patterns
        for _ in range(expansions if pattern.slots else 1)
    ]
    ambient = [line for file in sorted((data / "ambient").glob("*.txt")) for line in read_lines(file)]
    sentences = [*_of_examples(skills), *_of_patterns(filled, skills), *_of_invented(invented)]
    sentences += [Sentence(line, OTHER, "ambient", (skills["other"],)) for line in ambient]
    return _in_families(skills, invented, sentences, held_out)


def _of_examples(skills: Mapping[str, Skill]) -> list[Sentence]:
    sentences = []
    files = read_folder(paths.bundled("examples"))
    files += [file for file in read_folder(taught_file().parent) if file.skill in (*skills, "taught")]
    for file in files:
        check(file, skills)
        for example in file.shown + file.examples:
            _check_grounded(example, file.file, skills)
            sentences.append(_sentence(example, file.skill, skills))
    return sentences


def _of_patterns(filled: Iterable[tuple[Pattern, Example]], skills: Mapping[str, Skill]) -> list[Sentence]:
    return [
        _sentence(example, f"pattern {pattern.file.stem} {pattern.pair.line}", skills) for pattern, example in filled
    ]


def _of_invented(invented: Iterable[InventedSkill]) -> list[Sentence]:
    sentences = []
    for one in invented:
        skills = {one.skill.name: one.skill}
        for example in one.examples:
            _check_grounded(example, one.file, skills)
            sentences.append(_sentence(example, "invented", skills))
    return sentences


def _sentence(example: Example, kind: str, skills: Mapping[str, Skill]) -> Sentence:
    return Sentence(example.text, example.calls, kind, tuple(skills[call.name] for call in example.calls))


def _check_grounded(example: Example, file: Path, skills: Mapping[str, Skill]) -> None:
    problem = ungrounded(example.text, example.calls, skills)
    if problem:
        raise ExamplesError(f"{file}, line {example.line}: {problem}.")


def _check_invented(invented: Sequence[InventedSkill], held_out: HeldOut, skills: Mapping[str, Skill]) -> None:
    """No skill stands twice, is one of Otto's, or one that is held out."""
    seen = dict.fromkeys(skills, "Otto's own") | {one.skill.name: "held out" for one in held_out.unseen}
    for one in invented:
        if one.skill.name in seen:
            raise ExamplesError(f"{one.file}: the skill {one.skill.name!r} is {seen[one.skill.name]} already.")
        seen[one.skill.name] = f"in {one.file.name}"


def _in_families(
    skills: Mapping[str, Skill],
    invented: Sequence[InventedSkill],
    sentences: Sequence[Sentence],
    held_out: HeldOut,
) -> Sources:
    once = list({leaks.plain(sentence.text): sentence for sentence in sentences}.values())
    held = {index for index, _ in leaks.alike([sentence.text for sentence in once], held_out.texts)}
    kept = [sentence for index, sentence in enumerate(once) if index not in held]
    of_pattern: dict[str, int] = {}
    given = [
        of_pattern.setdefault(one.kind, number) if one.kind.startswith("pattern ") else number
        for number, one in enumerate(kept)
    ]
    numbers = leaks.families([sentence.text for sentence in kept], given)
    placed = [
        Sentence(one.text, one.calls, one.kind, one.skills, number, one.heard)
        for one, number in zip(kept, numbers, strict=True)
    ]
    dropped = {"exact duplicates": len(sentences) - len(once), "like held-out sentences": len(held)}
    return Sources(skills, invented, placed, held_out, dropped)
