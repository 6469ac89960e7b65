"""Slots: pools of values, and the patterns that they are put into.

    ### User: Put {duration} on the clock for the {dish}.
    ### Assistant: timer(duration="{duration}", name="{dish}")

``training/data/slots/duration.txt`` has a value a line; ``forty => 40`` where the words and the value in the call
differ. A second place in one pattern is ``{place2}``, from the same pool.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from otto.examples import ExamplesError
from otto.speech.inventions import plain_words
from training.blocks import Pair, read_lines, read_pairs

_SLOT = re.compile(r"\{([a-z_]+?)(\d?)\}")
_QUOTED = re.compile(r'"([^"]*)"')


@dataclass(frozen=True)
class Value:
    """One value of a pool: how it is said, and what stands in the call."""

    said: str
    written: str


Pools = Mapping[str, Sequence[Value]]


@dataclass(frozen=True)
class Pattern:
    """A pair with slots, and its file."""

    pair: Pair
    file: Path

    @property
    def slots(self) -> list[str]:
        """The slots in the utterance, each once: ["place", "place2"]."""
        return list(dict.fromkeys("".join(match) for match in _SLOT.findall(self.pair.text)))

    def filled(self, pools: Pools, chance: random.Random) -> Pair:
        """The pair with a random value in each slot, different ones where a pool is used twice."""
        values: dict[str, Value] = {}
        for slot in self.slots:
            left = [value for value in pools[_pool(slot)] if value not in values.values()]
            values[slot] = chance.choice(left)
        if self.slots and _begins_with_slot(self.pair.text):  # the call copies the capital, as everywhere
            values[self.slots[0]] = _with_capital(values[self.slots[0]])
        text = _SLOT.sub(lambda match: values[match[1] + match[2]].said, self.pair.text)
        answer = _QUOTED.sub(lambda match: json.dumps(_put(match[1], values), ensure_ascii=False), self.pair.answer)
        return Pair(text, _put(answer, values), self.pair.line)


def read_pools(folder: Path) -> dict[str, list[Value]]:
    """All pools of a folder, by name. Raises ExamplesError for a value that stands twice in one."""
    pools: dict[str, list[Value]] = {}
    for file in sorted(folder.glob("*.txt")):
        values = []
        for line in read_lines(file):
            said, arrow, written = (part.strip() for part in line.partition(" => "))
            values.append(Value(said, written if arrow else said))
        twice = [value.said for number, value in enumerate(values) if value in values[:number]]
        if twice:
            raise ExamplesError(f"{file}: {twice[0]!r} stands there twice.")
        pools[file.stem] = values
    return pools


def read_patterns(folder: Path, pools: Container[str]) -> list[Pattern]:
    """All patterns of a folder. Raises ExamplesError for a slot without a pool, or one that only the call has."""
    patterns = []
    for file in sorted(folder.glob("*.txt")):
        for pair in read_pairs(file):
            pattern = Pattern(pair, file)
            where = f"{file}, line {pair.line}"
            for slot in pattern.slots:
                if _pool(slot) not in pools:
                    raise ExamplesError(f"{where}: there is no pool {_pool(slot)}.txt for {{{slot}}}.")
            asked = {"".join(match) for match in _SLOT.findall(pair.answer)}
            if not asked <= set(pattern.slots):
                lacking = min(asked - set(pattern.slots))
                raise ExamplesError(f"{where}: {{{lacking}}} is in the call, but not in the words.")
            patterns.append(pattern)
    return patterns


def without_values(pools: Pools, held_out: Container[str], kept: int = 40) -> dict[str, list[Value]]:
    """The pools less the values that the held-out sets use, for the pools that stay large enough without them.

    A small pool (times of day, colours) is a closed set: its values must be learned, and are kept.
    """
    rest = {}
    for name, values in pools.items():
        left = [value for value in values if " ".join(plain_words(value.said)) not in held_out]
        rest[name] = left if len(left) >= max(kept, len(values) // 2) else list(values)
    return rest


def _pool(slot: str) -> str:
    return slot.rstrip("0123456789")


def _put(text: str, values: Mapping[str, Value]) -> str:
    return _SLOT.sub(lambda match: values[match[1] + match[2]].written, text)


def _begins_with_slot(pattern: str) -> bool:
    """Whether it is a sentence that begins with a slot, and so with a capital: "{query}, search for that."."""
    return pattern.startswith("{") and pattern.rstrip().endswith((".", "?", "!"))


def _with_capital(value: Value) -> Value:
    said = value.said[0].upper() + value.said[1:]
    return Value(said, said if value.written == value.said else value.written)
