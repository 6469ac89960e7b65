"""Which pairs are good: a real sentence, a valid call that the sentence holds, and like nothing that is there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from otto.arguments import clean_text
from otto.calls import Call, parse, render
from otto.errors import CallError, SkillError
from otto.skill import Skill
from training import leaks
from training.generating.answers import RawPair
from training.grounding import ungrounded

_LONGEST = 300  # characters of a sentence that is said in one breath
_ARTICLE = re.compile(r"^(?:an?|the|my) (?=\S)")
_END = re.compile(r"(?<![.\s]\w)[.,!?;:]+$")  # but not that of "6 a.m."
_SLOT = re.compile(r"\{[a-z_]+\d?\}")
_COPIED = ("str", "Place")


class Reason(StrEnum):
    """Why a pair is left out."""

    MALFORMED = "not readable"
    NO_SENTENCE = "no sentence"
    INVALID = "no valid call"
    UNGROUNDED = "with an argument that the sentence does not hold"
    DUPLICATE = "there already"
    NEAR = "too like one that is there"
    PATTERN = "too like a pattern"
    HELD_OUT = "too like a held-out sentence"


@dataclass(frozen=True)
class Pair:
    """A sentence and the text of its call, canonical."""

    text: str
    call: str


@dataclass(frozen=True)
class Known:
    """What a new sentence is compared with: examples of its own skill, patterns and held-out sentences.

    ``others`` only count when they are the same, for "close Firefox" is like "open Firefox" and means something else.
    """

    own: Sequence[str] = ()
    others: Sequence[str] = ()
    patterns: Sequence[str] = ()
    held_out: Sequence[str] = ()


class Sieve:
    """Sifts pairs for one skill, and remembers those that it let through."""

    def __init__(self, skill: Skill, skills: Mapping[str, Skill], known: Known) -> None:
        self._skill = skill
        self._skills = {**skills, skill.name: skill}
        self._own = list(known.own)
        self._taken = {leaks.plain(text) for text in [*known.own, *known.others]}
        self._patterns = [_SLOT.sub("x", pattern) for pattern in known.patterns]
        self._held_out = list(known.held_out)

    def sift(self, raw: Iterable[RawPair]) -> tuple[list[Pair], Counter[Reason]]:
        """The good ones of a model's pairs, and how many were left out, by reason."""
        good: list[Pair] = []
        left_out: Counter[Reason] = Counter()
        for one in raw:
            found = self._judge(one)
            if isinstance(found, Reason):
                left_out[found] += 1
            else:
                good.append(found)
                self.remember(found.text)
        return good, left_out

    def remember(self, text: str) -> None:
        """Take a sentence for one that is there."""
        self._own.append(text)
        self._taken.add(leaks.plain(text))

    def forget(self, text: str) -> None:
        """Take a sentence for one that is not there, such as one that is about to be changed."""
        self._own.remove(text)
        self._taken.discard(leaks.plain(text))

    def mended(self, text: str, answer: str) -> Pair:
        """A pair as a person wrote it, who may say almost the same again. Raises SkillError with a sentence."""
        try:
            said = _sentence(text)
            calls = [self._canonical(call) for call in parse(answer)]
        except (CallError, ValueError) as error:
            raise SkillError(f"{str(error).rstrip('.')}.") from None
        if problem := ungrounded(said, calls, self._skills):
            raise SkillError(f"{problem}.")
        if leaks.plain(said) in self._taken:
            raise SkillError("That sentence is there already.")
        if leaks.alike([said], self._held_out):
            raise SkillError(f"That is {Reason.HELD_OUT}.")
        return Pair(said, render(calls))

    def _judge(self, raw: RawPair) -> Pair | Reason:
        try:
            text = _sentence(raw.utterance)
        except ValueError:
            return Reason.NO_SENTENCE
        try:
            call = self._call(raw.arguments)
        except (CallError, SkillError):
            return Reason.INVALID
        if ungrounded(text, [call], self._skills):
            return Reason.UNGROUNDED
        if leaks.plain(text) in self._taken:
            return Reason.DUPLICATE
        if leaks.alike([text], self._held_out):
            return Reason.HELD_OUT
        if leaks.alike([_without_values(text, call)], self._patterns):
            return Reason.PATTERN
        if leaks.alike([text], self._own):
            return Reason.NEAR
        return Pair(text, str(call))

    def _call(self, arguments: Mapping[str, object]) -> Call:
        """The canonical call. Arguments that are null or empty, which models write for "not said", are left out."""
        kinds = {argument.name: argument.type for argument in self._skill.arguments}
        given = []
        for name, value in arguments.items():
            if isinstance(value, str) and name in kinds and kinds[name].label in _COPIED:
                value = _END.sub("", _ARTICLE.sub("", value.strip()))
            if value is not None and value != "":
                given.append((name, value))
        return self._canonical(Call(self._skill.name, tuple(given)))  # type: ignore[arg-type]  # Call checks them

    def _canonical(self, call: Call) -> Call:
        if call.name not in self._skills:
            raise SkillError(f"There is no skill {call.name!r}.")
        skill = self._skills[call.name]
        return skill.canonical(skill.validate(call))


def _sentence(text: str) -> str:
    """One line of words. Raises ValueError."""
    said = clean_text(text)
    if said[0] == said[-1] == '"':
        said = said[1:-1].strip()
    if len(said) > _LONGEST or not leaks.plain(said):
        raise ValueError("That is no sentence that somebody says")
    return said


def _without_values(text: str, call: Call) -> str:
    """The sentence with x for each value of its call, as patterns are compared."""
    for _, value in call.arguments:
        if not isinstance(value, bool):
            text = re.sub(rf"(?<!\w){re.escape(str(value))}(?!\w)", "x", text, flags=re.IGNORECASE)
    return text
