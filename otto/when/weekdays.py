"""Weekdays in words: "friday", "this friday", "next friday", "friday week", "monday of next week".

A bare weekday is the next one after today, "this" one may be today, "last" one is the latest before today, and "next"
one is in the next week. Weeks begin on Monday.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

WEEKDAY = r"(?P<weekday>mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:days?)?"
WHICH = r"(?P<which>this coming|this|next|last|coming|upcoming|past|previous)"
PAST = ("last", "past", "previous")

_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_PLAIN = re.compile(
    rf"(?:{WHICH} )?(?:{WEEKDAY}|(?P<weekend>weekend))(?: (?P<after>week|coming|next|(?:this|next|last) week))?"
)
_IN_WEEK = re.compile(rf"(?P<week>this|next|last) week (?:on )?{WEEKDAY}")
_OF_WEEK = re.compile(rf"{WEEKDAY} (?:of|in) (?P<week>this|next|last) week")


def weekday_from_words(words: str, today: date) -> date | None:
    """The day, when the words (as `in_digits` gives them) are a weekday or a weekend, which is its Saturday."""
    if match := _IN_WEEK.fullmatch(words) or _OF_WEEK.fullmatch(words):
        return monday(today, match["week"]) + timedelta(number(match["weekday"]))
    match = _PLAIN.fullmatch(words)
    if match is None:
        return None
    wanted = 5 if match["weekend"] else number(match["weekday"])
    which, after = match["which"], match["after"] or ""
    if which == "next" or after == "next":
        return monday(today, "next") + timedelta(wanted)
    if after.endswith(" week"):
        return monday(today, after.split()[0]) + timedelta(wanted)
    if which in PAST:
        return last_before(today, wanted)
    if which == "this" and not after:
        return next_after(today - timedelta(1), wanted)
    return next_after(today, wanted) + timedelta(7 if after == "week" else 0)


def number(name: str) -> int:
    """The weekday's number from its first letters: Monday is 0, as in `date.weekday`."""
    return _NAMES.index(name[:3])


def monday(today: date, which: str) -> date:
    """The Monday of "this", "next" or "last" week."""
    return today - timedelta(today.weekday()) + timedelta({"last": -7, "this": 0, "next": 7}[which])


def next_after(day: date, weekday: int) -> date:
    """The first such weekday after the day, one to seven days later."""
    return day + timedelta((weekday - day.weekday() - 1) % 7 + 1)


def last_before(day: date, weekday: int) -> date:
    """The latest such weekday before the day, one to seven days earlier."""
    return day - timedelta((day.weekday() - weekday - 1) % 7 + 1)
