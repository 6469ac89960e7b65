"""Timers in words: what each is called, what it has left, and which ones a name means."""

from __future__ import annotations

import re
from collections.abc import Sequence

from otto import matching
from otto.arguments import comparable
from otto.spoken import parse_duration, say_duration
from otto.store import StoredTimer

_ALL = {"all", "both", "everything", "every", "each", "all of them", "both of them", "them all", "every one", "them"}
_NEXT = {"next", "first", "soonest", "shortest", "next one", "first one"}
_NEWEST = {"last", "latest", "newest", "last one", "latest one", "newest one", "most recent"}
_TIMER = re.compile(r"(?:^|\s+)(?:(?:of )?(?:my |the )?(?:timers?|countdowns?|one))$")
_SAME = 0.5  # seconds
_WHOLE_MINUTES = 3600.0  # seconds from which nobody wants to hear the seconds


def called(timer: StoredTimer) -> str:
    """ "tea timer", "10-minute timer", "timer for 1 hour and 30 minutes"."""
    if timer.name is not None:
        return timer.name if timer.name.casefold().endswith("timer") else f"{timer.name} timer"
    length = say_duration(timer.seconds)
    count, _, unit = length.partition(" ")
    return f"{count}-{unit.removesuffix('s')} timer" if " " not in unit else f"timer for {length}"


def label(timer: StoredTimer) -> str:
    """What it is chosen by: "tea", "10 minutes"."""
    return timer.name or say_duration(timer.seconds)


def labels(timers: Sequence[StoredTimer], now: float) -> dict[str, StoredTimer]:
    """The timers by `label`; where two have the same, it says what is left of each."""
    plain = [label(timer) for timer in timers]
    return {
        name if plain.count(name) == 1 else f"{name} with {say_left(timer.left(now))} left": timer
        for name, timer in zip(plain, timers, strict=True)
    }


def say_left(left: float) -> str:
    """Seconds in words: "3 minutes and 20 seconds", from an hour on to the minute."""
    return say_duration(60 * round(left / 60) if left >= _WHOLE_MINUTES else left)


def are_all_meant(said: str) -> bool:
    """Whether a name means all timers: "all", "both", "every timer", "all of my timers"."""
    return _bare(said) in _ALL


def meant(said: str, timers: Sequence[StoredTimer]) -> list[StoredTimer]:
    """The timers that a spoken name means: by name, by length ("ten minute"), or the next or newest one.

    Several when it fits them equally well, none when it fits none.
    """
    words = _bare(said)
    if are_all_meant(said):
        return list(timers)
    if equal := [timer for timer in timers if timer.name and _bare(timer.name) == words]:
        return equal
    if words in _NEXT | _NEWEST:
        return list(timers[:1]) if words in _NEXT else [max(timers, key=lambda timer: timer.id)]
    seconds = _length(words)
    if seconds is not None and (found := of_length(seconds, timers)):
        return found
    best = matching.best(words, {_bare(timer.name) for timer in timers if timer.name})
    return [timer for timer in timers if timer.name and _bare(timer.name) in best]


def of_length(seconds: float, timers: Sequence[StoredTimer]) -> list[StoredTimer]:
    """The timers that were set to a length; those without a name, if there are any."""
    found = [timer for timer in timers if abs(timer.seconds - seconds) < _SAME]
    return [timer for timer in found if timer.name is None] or found


def _bare(name: str) -> str:
    return _TIMER.sub("", comparable(name))


def _length(words: str) -> float | None:
    try:
        return parse_duration(words)
    except ValueError:
        return None
