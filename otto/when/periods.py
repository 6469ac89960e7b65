"""The stretch of time that a forecast is asked for: "now", "tonight", "tomorrow morning", "this weekend", "at 6 pm"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from otto.spoken import in_digits, parse_duration
from otto.when.clock import ClockTime, find_clock, say_time
from otto.when.dates import day_from_words, say_day
from otto.when.weekdays import monday, weekday_from_words

_PARTS = {  # hours of the day, from and to; over 24 it is the next day
    "morning": (6, 12),
    "lunch": (12, 14),
    "afternoon": (12, 18),
    "evening": (18, 23),
    "night": (18, 30),
}
_ALSO = {"lunchtime": "lunch", "lunch time": "lunch", "arvo": "afternoon", "tonight": "night", "overnight": "night"}
_PART = re.compile(
    r"\b(?P<lead>(?:later )?(?:in the |this |at |during the |over )?)"
    r"(?P<part>morning|lunch ?time|lunch|afternoon|arvo|evening|overnight|tonight|night)\b"
)
_NOW = {"now", "right now", "just now", "currently", "at the moment", "at present", "outside", "outdoors", "today now"}
_LATER = {
    "later",
    "later on",
    "later today",
    "soon",
    "in a bit",
    "in a while",
    "the rest of the day",
    "rest of the day",
}
_TODAY = {"today", "all day", "during the day", "the day", "today and tonight"}
_DAYS = re.compile(
    r"(?:the )?(?:next|coming|following) (?P<count>\d+|few|couple of|several)?(?: )?(?P<unit>hour|day|week)s?"
)
_AHEAD = {"this week", "week", "the week", "rest of the week", "the rest of the week", "week ahead", "the week ahead"}
_WEEKEND = re.compile(r"(?:on |over |at )?(?:this |the |coming |this coming |(?P<next>next ))?weekend")


@dataclass(frozen=True)
class Period:
    """From ``start`` up to ``end``, local times without a zone; no length at all means now.

    ``words`` say it in a sentence: "tomorrow evening", "on Friday", "this weekend".
    """

    start: datetime
    end: datetime
    words: str

    @property
    def is_now(self) -> bool:
        return self.start == self.end

    @property
    def whole_days(self) -> int:
        """How many days it is made of; 0 for hours of a day."""
        return (self.end - self.start).days if self.start.time() == self.end.time() == time() else 0


def period_from_words(text: str, now: datetime) -> Period:
    """The period that the words mean, said at the local time ``now``, which has no zone.

    Raises ValueError, with one sentence, when they mean none.
    """
    words = re.sub(r"\b(?:early|late) ", "", in_digits(text))
    words = re.sub(r"^(\d{1,2}) (?=in the |this |tonight|tomorrow|(?:on )?[a-z]+day)", r"at \1 ", words)
    try:
        return _read(words, now)
    except (ValueError, OverflowError):
        raise ValueError(f"I don't know when {text[:60]} is.") from None


def _read(words: str, now: datetime) -> Period:
    today = now.date()
    if words in _NOW:
        return Period(now, now, "now")
    if words in _LATER:
        return Period(now, _midnight(today, 1) if now.hour < 20 else now + timedelta(hours=6), "later")
    if words in _TODAY:
        return _whole(today, 1, "today")
    if period := _several_days(words, today) or _hours_ahead(words, now):
        return period
    if found := find_clock(words):
        return _at(*found, now)
    if part := _PART.search(words):
        return _part_of_day(part, _without(part, words), now)
    day = _day(words, today)
    return _whole(day, 1, _say_on(day, today))


def _several_days(words: str, today: date) -> Period | None:
    if weekend := _WEEKEND.fullmatch(words):
        saturday = monday(today, "next" if weekend["next"] else "this") + timedelta(5)
        start = max(saturday, today)
        return _whole(start, (saturday - start).days + 2, f"{'next' if weekend['next'] else 'this'} weekend")
    if words in _AHEAD:
        return _whole(today, 7 - today.weekday(), "this week")
    if words == "next week":
        return _whole(monday(today, "next"), 7, words)
    if (match := _DAYS.fullmatch(words)) and match["unit"] != "hour":
        each = 1 if match["unit"] == "day" else 7
        count = min(_number(match["count"]) * each, 16)
        return _whole(today + timedelta(1), count, f"over the next {count} days" if count > 1 else "tomorrow")
    return None


def _hours_ahead(words: str, now: datetime) -> Period | None:
    """ "in two hours" is one hour of the forecast, "the next three hours" are all three."""
    if (match := _DAYS.fullmatch(words)) and match["unit"] == "hour":
        count = min(_number(match["count"]), 48)
        return Period(now, now + timedelta(hours=count), f"over the next {count} hours" if count > 1 else "shortly")
    match = re.fullmatch(r"in (?P<in>.*(?:hour|minute)s?.*)|(?P<from>.*(?:hour|minute)s?) (?:from now|later)", words)
    if match is None:
        return None
    start = now + timedelta(seconds=parse_duration((match["in"] or match["from"]).removesuffix(" time")))
    return Period(start, start + timedelta(hours=1), _say_at(start, now.date()))


def _at(clock: ClockTime, rest: str, now: datetime) -> Period:
    """At a time of day; without a day it is the next such time."""
    today = now.date()
    part = _PART.search(rest)
    if part:
        rest = _without(part, rest)
        wanted = range(12) if part["part"] == "morning" else range(12, 24)
        times = [moment for moment in clock.times() if moment.hour in wanted] or clock.times()
    else:
        times = clock.times()
    rest = re.sub(r"^(?:on|in|at|of)$|^(?:on|of) | (?:on|at)$", "", rest)
    if rest in ("", "today"):
        moments = [datetime.combine(today, moment) for moment in times]
        moments += [moment + timedelta(1) for moment in moments]
        start = next(moment for moment in moments if moment > now - timedelta(hours=1))
    else:
        likely = [moment for moment in times if 7 <= moment.hour < 19]  # "on friday at 8" is not in the evening
        start = datetime.combine(_day(rest, today), (likely or times)[0])
    return Period(start, start + timedelta(hours=1), _say_at(start, today))


def _part_of_day(found: re.Match[str], rest: str, now: datetime) -> Period:
    part = _ALSO.get(found["part"], found["part"])
    first, last = _PARTS[part]
    rest = re.sub(r"^(?:on|in|of|the)$|^(?:on|of) | (?:in|on|at)$", "", rest)
    today = now.date()
    day = _day(rest, today) if rest else today
    if not rest and part == "night" and now.hour < 4:
        day = today - timedelta(1)  # the night that is not over
    start, end = _midnight(day) + timedelta(hours=first), _midnight(day) + timedelta(hours=last)
    over = now >= (start if (part, found["lead"]) == ("morning", "in the ") else end)
    if not rest and over and "this" not in found["lead"]:
        day, start, end = day + timedelta(1), start + timedelta(1), end + timedelta(1)
    if start < now < end:
        start = now
    return Period(start, end, _say_part(day, part, today))


def _day(words: str, today: date) -> date:
    """As in `otto.when.dates`, but a bare weekday may be today: "saturday's forecast" on a Saturday."""
    words = words.removeprefix("on ")
    return weekday_from_words(f"this {words}", today) or day_from_words(words, today)


def _without(part: re.Match[str], words: str) -> str:
    return " ".join((words[: part.start()] + " " + words[part.end() :]).split())


def _whole(first: date, count: int, words: str) -> Period:
    return Period(_midnight(first), _midnight(first, count), words)


def _midnight(day: date, later: int = 0) -> datetime:
    return datetime.combine(day + timedelta(later), time())


def _number(words: str | None) -> int:
    if words and words.isdigit():
        return max(1, int(words))
    return {"couple of": 2, "few": 3, "several": 4}.get(words or "", 1)


def _say_on(day: date, today: date) -> str:
    near = {0: "today", 1: "tomorrow"}.get((day - today).days)
    return near or f"on {f'{day:%A}' if 0 < (day - today).days < 7 else say_day(day)}"


def _say_at(moment: datetime, today: date) -> str:
    at = f"at {say_time(moment.time().replace(second=0, microsecond=0))}"
    this_midnight = moment.date() == today + timedelta(1) and moment.time() == time()
    return at if moment.date() == today or this_midnight else f"{_say_on(moment.date(), today)} {at}"


def _say_part(day: date, part: str, today: date) -> str:
    name = {"lunch": "lunchtime"}.get(part, part)
    if day <= today:
        return {"night": "tonight", "lunch": "at lunchtime"}.get(part, f"this {name}")
    return f"{_say_on(day, today)} {name}" if (day - today).days < 7 else f"on the {name} of {say_day(day)}"
