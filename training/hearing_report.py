"""What came of hearing: how much was kept and dropped, and how often Whisper errs, by engine, noise and size."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.table import Table


@dataclass(frozen=True)
class Result:
    """What came of one hearing: ``outcome`` is "kept", "same", or why the pair was dropped.

    ``words`` and ``errors`` are those of the word error rate.
    """

    id: str
    clean: str
    heard: str
    voice: str
    whisper: str
    room: str
    outcome: str
    words: int
    errors: int

    @property
    def pair(self) -> str:
        """Its line in heard.tsv."""
        return f"{self.clean}\t{self.heard}\t{self.voice}\t{self.whisper}\n"


@dataclass(frozen=True)
class Tally:
    """Results that have one thing in common, such as the engine of the voice."""

    by: str
    name: str
    asked: int
    same: int
    kept: int
    dropped: int
    word_error_rate: float

    @property
    def fields(self) -> dict[str, Any]:
        return {**vars(self), "word_error_rate": round(self.word_error_rate, 4)}


_BY: dict[str, Callable[[Result], str]] = {
    "voice": lambda one: one.voice.partition(":")[0],
    "noise": lambda one: one.room if one.room == "quiet" else " ".join(one.room.split()[-2:]),
    "whisper": lambda one: one.whisper,
    "outcome": lambda one: one.outcome,
    "all": lambda _: "",
}


def tallies(results: Sequence[Result]) -> list[Tally]:
    """By engine, by noise, by size of Whisper, by outcome, and of all."""
    found = []
    for by, name_of in _BY.items():
        groups: dict[str, list[Result]] = {}
        for one in results:
            groups.setdefault(name_of(one), []).append(one)
        found += [_tally(by, name, groups[name]) for name in sorted(groups, key=_by_number)]
    return found


def table(rows: Sequence[Tally]) -> Table:
    """For people; shares are of what was asked."""
    from rich.table import Table

    shown = Table("by", "", "asked", "same", "kept", "dropped", "word errors", box=None, header_style="dim")
    for row in rows:
        shares = (f"{number} ({number / row.asked:.0%})" for number in (row.same, row.kept, row.dropped))
        shown.add_row(row.by, row.name, str(row.asked), *shares, f"{row.word_error_rate:.1%}")
    return shown


def _tally(by: str, name: str, results: Sequence[Result]) -> Tally:
    outcomes = Counter(one.outcome for one in results)
    same, kept = outcomes["same"], outcomes["kept"]
    rate = sum(one.errors for one in results) / max(1, sum(one.words for one in results))
    return Tally(by, name, len(results), same, kept, len(results) - same - kept, rate)


def _by_number(name: str) -> tuple[float, str]:
    """Noise levels in their order, the quiet room first; other names by the alphabet."""
    number = name.removesuffix(" dB")
    return (-float(number), "") if number != name else (-1000.0 if name == "quiet" else 0.0, name)
