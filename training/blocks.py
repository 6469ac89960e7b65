"""Pairs of an utterance and its call, in plain text; and invented skills with theirs.

    ### User: Where is my package with number 7741?
    ### Assistant: parcel(number="7741")

A file of invented skills has the skill's line before its pairs, under ``#### Skill:``. Every reader is strict: the
first line that is out of place raises ExamplesError with the file and line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from otto.calls import Call, parse, render
from otto.errors import CallError, PluginError, SkillError
from otto.examples import ASSISTANT, USER, Example, ExamplesError
from otto.skill import Skill
from training.signatures import skill_from_line

_SKILL = "#### Skill:"


@dataclass(frozen=True)
class Pair:
    """An utterance and the text of its answer, not yet parsed; ``line`` is that of the utterance."""

    text: str
    answer: str
    line: int


@dataclass(frozen=True)
class InventedSkill:
    """A skill that Otto does not have, and what people say to it."""

    skill: Skill
    examples: tuple[Example, ...]
    file: Path


def read_pairs(file: Path) -> list[Pair]:
    """All pairs of a file that holds nothing else but blank lines."""

    def refuse(line: str, where: str) -> None:
        raise ExamplesError(f"{where}: {line[:60]!r} is neither {USER!r} nor {ASSISTANT!r}.")

    return list(_pairs(file, refuse))


def read_examples(file: Path, skills: Mapping[str, Skill]) -> list[Example]:
    """The pairs of a file, parsed, valid for these skills and canonical."""
    return [checked(pair, file, skills) for pair in read_pairs(file)]


def read_invented(file: Path) -> list[InventedSkill]:
    """The invented skills of a file, each with its examples, all of them valid for it and canonical."""
    found: list[tuple[Skill, list[Example]]] = []
    expects_line = False

    def heading(line: str, where: str) -> None:
        nonlocal expects_line
        if line == _SKILL and not expects_line:
            expects_line = True
        elif expects_line:
            try:
                found.append((skill_from_line(line), []))
            except PluginError as error:
                raise ExamplesError(f"{where}: {error}") from None
            expects_line = False
        else:
            raise ExamplesError(f"{where}: {line[:60]!r} is neither {_SKILL!r} nor {USER!r} nor {ASSISTANT!r}.")

    for pair in _pairs(file, heading):
        if expects_line or not found:
            raise ExamplesError(f"{file}, line {pair.line}: there is no skill's line before this.")
        skill, examples = found[-1]
        examples.append(checked(pair, file, {skill.name: skill}))
    return [InventedSkill(skill, tuple(examples), file) for skill, examples in found]


def checked(pair: Pair, file: Path, skills: Mapping[str, Skill]) -> Example:
    """A pair whose answer parses, is valid for these skills and canonical, as an example."""
    where = f"{file}, line {pair.line + 1}"
    try:
        calls = parse(pair.answer)
        canonical = render([_canonical(call, skills) for call in calls])
    except (CallError, SkillError) as error:
        raise ExamplesError(f"{where}: {error}") from None
    if canonical != pair.answer:
        raise ExamplesError(f"{where}: the call should be written: {canonical}")
    return Example(pair.text, calls, pair.line)


def read_lines(file: Path) -> list[str]:
    """The lines of a text file that are neither blank nor comments (#)."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ExamplesError(f"{file} cannot be read: {error}.") from None
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def _canonical(call: Call, skills: Mapping[str, Skill]) -> Call:
    skill = skills.get(call.name)
    if skill is None:
        raise SkillError(f"There is no skill {call.name!r}.")
    return skill.canonical(skill.validate(call))


def _pairs(file: Path, other: Callable[[str, str], None]) -> Iterator[Pair]:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ExamplesError(f"{file} cannot be read: {error}.") from None
    said: tuple[str, int] | None = None
    for number, line in enumerate(lines, start=1):
        where = f"{file}, line {number}"
        if said is not None:
            if not line.startswith(ASSISTANT) or not line.removeprefix(ASSISTANT).strip():
                raise ExamplesError(f"{where}: expected {ASSISTANT!r} and the call for {said[0]!r}.")
            yield Pair(said[0], line.removeprefix(ASSISTANT).strip(), said[1])
            said = None
        elif line.startswith(USER) and line.removeprefix(USER).strip():
            said = line.removeprefix(USER).strip(), number
        elif line.strip():
            other(line.strip(), where)
    if said is not None:
        raise ExamplesError(f"{file}, line {said[1]}: {said[0]!r} has no call after it.")
