"""Catalogues of skills for training: chosen at random, shuffled and partly renamed, so that the model reads them."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from otto.calls import Call
from otto.examples import ExamplesError
from otto.skill import Skill
from training.blocks import read_lines
from training.sources import OTHER, Sentence

_FEWEST, _MOST = 3, 25
_FULL = 0.2  # of the rows have the full list of Otto's skills
_RENAMED = 1 / 3
_REMOVED = 0.05  # have lost the right skill
_INVENTED = 0.5  # of the skills beside the right one, at random, are invented ones
_AFFIXES = ("do_{}", "{}_now", "my_{}", "{}_tool", "run_{}", "{}_skill", "the_{}", "{}2", "go_{}", "{}_x")
_KEPT = frozenset(("other",))  # the runtime knows it by its name


@dataclass(frozen=True)
class Offer:
    """The skills of one prompt, in their order, and the right calls among them."""

    skills: tuple[Skill, ...]
    calls: tuple[Call, ...]
    renamed: bool = False
    removed: bool = False


def read_renames(file: Path) -> dict[str, list[str]]:
    """``name: other, names`` a line."""
    renames = {}
    for line in read_lines(file):
        name, _, others = line.partition(": ")
        renames[name] = [other.strip() for other in others.split(",") if other.strip()]
        if not renames[name]:
            raise ExamplesError(f"{file}: {line[:60]!r} is not a line such as 'timer: countdown, egg_timer'.")
    return renames


class Catalogues:
    """Makes an `Offer` for a sentence. All chance comes from the given generator."""

    def __init__(
        self, own: Mapping[str, Skill], invented: Sequence[Skill], renames: Mapping[str, Sequence[str]]
    ) -> None:
        self._own = own
        self._invented = invented
        self._renames = renames

    def offer(self, sentence: Sentence, chance: random.Random) -> Offer:
        right = list(dict.fromkeys(sentence.skills))
        full = chance.random() < _FULL and all(one.name in self._own for one in right)
        skills = list(self._own.values()) if full else self._some(right, chance)
        calls, removed = sentence.calls, False
        if not full and calls != OTHER and len(skills) > _FEWEST and chance.random() < _REMOVED:
            gone = chance.choice(right)
            skills, calls, removed = [one for one in skills if one is not gone], OTHER, True
        chance.shuffle(skills)
        renamed = chance.random() < _RENAMED
        if renamed:
            skills, calls = self._with_other_names(skills, calls, chance)
        return Offer(tuple(skills), tuple(calls), renamed, removed)

    def _some(self, right: list[Skill], chance: random.Random) -> list[Skill]:
        """The right skills, `other`, and some more of both kinds."""
        skills = list(dict.fromkeys([*right, self._own["other"]]))
        names = {one.name for one in skills}
        wanted = chance.randint(max(_FEWEST, len(skills)), _MOST)
        while len(skills) < wanted:
            pool = self._invented if self._invented and chance.random() < _INVENTED else list(self._own.values())
            one = chance.choice(pool)
            if one.name not in names:
                names.add(one.name)
                skills.append(one)
        return skills

    def _with_other_names(
        self, skills: Sequence[Skill], calls: Sequence[Call], chance: random.Random
    ) -> tuple[list[Skill], list[Call]]:
        taken = {one.name for one in skills}
        new: dict[str, tuple[str, dict[str, str]]] = {}
        changed = []
        for one in skills:
            name = one.name if one.name in _KEPT else self._other_name(one.name, taken, chance)
            taken.add(name)
            inside: set[str] = {argument.name for argument in one.arguments}
            arguments = {}
            for argument in one.arguments:
                arguments[argument.name] = self._other_name(argument.name, inside, chance)
                inside.add(arguments[argument.name])
            new[one.name] = name, arguments
            renamed = [replace(argument, name=arguments[argument.name]) for argument in one.arguments]
            changed.append(Skill(name, one.doc, renamed, one.function, one.permission))
        written = [
            Call(new[call.name][0], tuple((new[call.name][1][key], value) for key, value in call.arguments))
            for call in calls
        ]
        return changed, written

    def _other_name(self, name: str, taken: set[str], chance: random.Random) -> str:
        """A synonym, or the name with something before or behind it; now and then the name itself."""
        known = [other for other in self._renames.get(name, ()) if other not in taken]
        kind = chance.random()
        if kind < 0.2:
            return name
        if known and kind < 0.85:
            return chance.choice(known)
        made = [affix.format(name)[:60] for affix in _AFFIXES if affix.format(name)[:60] not in taken]
        return chance.choice(made)
