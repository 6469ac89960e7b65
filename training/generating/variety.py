"""Who speaks, where, and how it is put: every request asks for another combination, so that the answers differ."""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass
from pathlib import Path

from training.blocks import read_lines

FOLDER = Path(__file__).parent.parent / "data" / "variety"


@dataclass(frozen=True)
class Cell:
    """One combination: a person, a situation, and a phrasing for each pair."""

    person: str
    situation: str
    phrasings: tuple[str, ...]


class Variety:
    """All combinations in an order that the seed gives. Each is there once before the first comes again."""

    def __init__(self, seed: int, folder: Path = FOLDER) -> None:
        people, situations = read_lines(folder / "people.txt"), read_lines(folder / "situations.txt")
        self._phrasings = read_lines(folder / "phrasings.txt")
        self._places = list(itertools.product(people, situations))
        self._seed = seed
        random.Random(seed).shuffle(self._places)  # noqa: S311 - an order, not a secret

    def cell(self, number: int, pairs: int) -> Cell:
        """The combination of the request with this number, for so many pairs."""
        person, situation = self._places[number % len(self._places)]
        chance = random.Random(f"{self._seed} {number}")  # noqa: S311
        times = -(-pairs // len(self._phrasings))
        return Cell(person, situation, tuple(chance.sample(self._phrasings * times, pairs)))
