"""The pieces of a spoken moment: time of day, part of the day, day, and the weekdays on which it comes again."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from otto.spoken import in_digits
from otto.when.clock import ClockTime, find_clock
from otto.when.dates import day_from_words
from otto.when.repeats import find_days
from otto.when.weekdays import WEEKDAY, monday

_MOST = 150  # characters; nobody says a longer time


@dataclass(frozen=True)
class Part:
    """A part of the day: the ``hour`` that it means by itself, and the hours that it spans, over 24 the next day's.

    ``today`` is whether it was said of this very day: "this evening", "tonight".
    """

    hour: int
    first: int
    last: int
    today: bool = False

    def hours(self, clock: ClockTime) -> tuple[int, ...]:
        """The hours of a time of day that lie in this part: 25 for "tonight at one"."""
        return tuple(hour for hour in sorted((*clock.hours, *(hour + 24 for hour in clock.hours))) if hour in self)

    def __contains__(self, hour: int) -> bool:
        return self.first <= hour < self.last


NIGHT = Part(21, 17, 29)
_PARTS = {
    "morning": Part(8, 0, 12),
    "breakfast": Part(8, 5, 11),
    "before lunch": Part(11, 9, 13),
    "lunch": Part(12, 11, 16),
    "after lunch": Part(13, 12, 16),
    "afternoon": Part(15, 12, 19),
    "end of the day": Part(17, 15, 20),
    "after work": Part(18, 15, 23),
    "dinner": Part(18, 16, 23),
    "after dinner": Part(20, 17, 24),
    "evening": Part(19, 16, 25),
    "tonight": Part(20, 17, 29),
    "bedtime": Part(22, 19, 29),
    "night": NIGHT,
}
_ALSO = {
    "lunchtime": "lunch",
    "lunch time": "lunch",
    "arvo": "afternoon",
    "end of day": "end of the day",
    "dinnertime": "dinner",
    "dinner time": "dinner",
    "bed time": "bedtime",
    "before bed": "bedtime",
}
_PART = re.compile(
    r"\b(?:(?P<lead>this|in the|at the|at|during the|over|the) )?(?P<part>"
    + "|".join(sorted((*_PARTS, *_ALSO), key=len, reverse=True))
    + r")s?\b"
)
_SHIFTED = re.compile(r"\b(early|late)\b")
_SHIFT = 2  # hours that "early" and "late" move a part of the day
_FIRST_THING = re.compile(r"\b1st thing(?: in the morning)?\b")

_FILLERS = re.compile(
    r"\b(?:please|sharp|exactly|promptly|roughly|approximately|about|around|on the dot|or so|by"
    r"|later (?=today|this|tonight|on )|(?<=\d)ish)\b|(?<=\d)ish\b"
)
_CLOCK_WORDS = (  # forms of a time of day that people say and Whisper writes, and the same for `find_clock`
    (re.compile(r"\b(\d{1,2}) ?([ap]) ?m\b"), r"\1 \2m"),
    (re.compile(r"\bo clock\b"), "oclock"),
    (re.compile(r"\b(?:oh|o) (?=\d\b)"), "0"),
    (re.compile(r"\b(\d{1,2}) 0(\d)\b"), r"\1:0\2"),
    (re.compile(r"\bhalf (?=\d)"), "half past "),
    (re.compile(r"(?:^|\bat )(\d{1,2})([0-5]\d)(?: hours)?(?= |$)"), r"at \1:\2"),
    (re.compile(r"\b(?=jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)([a-z]+ \d{1,2}) (?=\d{1,2}\b)"), r"\1th "),
)
_HOUR = r"(?P<hour>\d{1,2}(?: [0-5]\d)?)"
_AFTER_HOUR = rf"(?:on|in the|this|next|tomorrow|today|tonight|at night|morning|{WEEKDAY})"
_BARE_HOUR = (  # "7", "7 tomorrow", "tomorrow 7"
    re.compile(rf"^(?P<lead>){_HOUR}(?=$| {_AFTER_HOUR}\b)"),
    re.compile(rf"(?P<lead>\b(?:tomorrow|today|tonight|morning|afternoon|evening|night|{WEEKDAY}) ){_HOUR}$"),
)
_EDGES = re.compile(r"^(?:(?:on|at|for|of|in|and|the)(?: |$))+|(?:(?:^| )(?:on|at|for|of|in|and|the))+$")
_NOW = {"now", "right now", "just now", "immediately"}


@dataclass(frozen=True)
class Pieces:
    """What was said of a moment; None, or no days, where nothing was said.

    With ``days`` it comes again on these weekdays, from ``day`` on if there is one.
    """

    clock: ClockTime | None = None
    part: Part | None = None
    day: date | None = None
    days: frozenset[int] = frozenset()


def pieces_from_words(text: str, today: date) -> Pieces:
    """The pieces of a moment said on a day. Raises ValueError, with one sentence, when the words mean none."""
    unknown = ValueError(f"I don't know when {text[:60]} is.")
    if len(text) > _MOST:
        raise unknown
    days, words = find_days(in_digits(text)) or (frozenset(), in_digits(text))
    if re.search(r"\b(?:every|each|weekly|monthly|yearly|annually|hourly)\b", words):
        raise ValueError("I can only repeat something on days of the week, such as every Monday.")
    words = _plain(words)
    clock, words = _find_clock(words)
    for part, rest in (_find_part(words), (None, words)):  # "the night of friday", but "bonfire night" is a day
        pieces = _with_day(Pieces(clock, part, None, days), rest, today)
        if pieces:
            return replace(pieces, part=NIGHT) if _is_midnight_of_a_day(pieces, text) else pieces
    raise unknown


def _with_day(pieces: Pieces, rest: str, today: date) -> Pieces | None:
    """The pieces with the day that the words left over mean, or None when they mean none."""
    start = re.sub(r"\b(?:starting|beginning)\b", "", rest)
    words = _EDGES.sub("", " ".join(start.split())).strip()
    if not words:
        return pieces if pieces != Pieces() else None
    if words in _NOW or (pieces.days and start == rest):  # "every day" and one day besides
        return None
    if words == "next week":
        return replace(pieces, day=monday(today, "next"))
    try:
        return replace(pieces, day=day_from_words(words, today))
    except ValueError:
        return None


def _is_midnight_of_a_day(pieces: Pieces, text: str) -> bool:
    """ "friday at midnight" is the end of Friday, for most people."""
    return "midnight" in text.casefold() and pieces.part is None and bool(pieces.day or pieces.days)


def _plain(words: str) -> str:
    words = " ".join(_FILLERS.sub("", words).split())
    for pattern, plain in _CLOCK_WORDS:
        words = pattern.sub(plain, words)
    return words


def _find_clock(words: str) -> tuple[ClockTime | None, str]:
    for form in (words, *(pattern.sub(r"\g<lead>at \g<hour>", words) for pattern in _BARE_HOUR)):
        if found := find_clock(form):
            return found
    return None, words


def _find_part(words: str) -> tuple[Part | None, str]:
    words = _FIRST_THING.sub("morning", words)
    match = _PART.search(words)
    if match is None:
        return None, words
    part = _PARTS[_ALSO.get(match["part"], match["part"])]
    rest = f"{words[: match.start()]} {words[match.end() :]}"
    if shifted := _SHIFTED.search(rest):
        part = replace(part, hour=part.hour + (_SHIFT if shifted[1] == "late" else -_SHIFT))
        rest = _SHIFTED.sub("", rest)
    if match["lead"] == "this" or match["part"] == "tonight":
        part = replace(part, today=True)
    return part, " ".join(rest.split())
