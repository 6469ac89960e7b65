"""The moment at which something shall ring: "7 am tomorrow", "in 20 minutes", "every monday at 6", "friday evening".

What is left open is settled like this:

- A time of day without a day is the next one to come; "7" is morning or evening, whichever is sooner.
- On another day, or again and again, "7" is the one of the two that is in the twelve hours from `Habits.first_hour` on.
- A part of the day without a time is an hour of `otto.when.pieces`: "tomorrow morning" is 8 AM, "tonight" 8 PM.
- A day without a time is at `Habits.hour`. When that is over today, it is the next full hour, half an hour off or more.
- A date that is today and over is the next such date: "the 24th at 5", said on the 24th at 6.
- "midnight" of a day is its end. "tonight" reaches to five in the morning.
- Hours, minutes and seconds from now are counted; days, weeks and months from now are days of the calendar.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone, tzinfo

from otto.spoken import in_digits, parse_duration, say_duration
from otto.when.clock import say_time
from otto.when.dates import say_day
from otto.when.pieces import Part, Pieces, pieces_from_words
from otto.when.repeats import say_days

_COUNTED = re.compile(
    r"(?:(?:in|after|within) (?P<in>.+?)(?: time| from now)?|(?P<later>.+) (?:from now|later|hence)|(?P<bare>.+))"
)
_SHORT_UNIT = re.compile(r"(?<![a-z])(?:hours?|hrs?|h|minutes?|mins?|m|seconds?|secs?|s)(?![a-z])")
_APPROXIMATELY = re.compile(r"\b(?:please|about|around|roughly|approximately|exactly|like|or so)\b")
_MILITARY = re.compile(r"\d{3,4} hours")
_SAME_TIME = re.compile(r"(?<=\S )(?:at )?(?:the )?same time|\b(?:at )?(?:this|the same|same) time(?= \S)")
_EVENT = re.compile(r"(?:when|once|if|while|as soon as|(?:the )?next time|(?:after|before|until) (?:i|we|you)\b)")
_VAGUE = {  # minutes
    **dict.fromkeys(("soon", "in a bit", "in a little bit", "in a little while"), 15),
    **dict.fromkeys(("later", "later on", "in a while"), 120),
}
_THIS_DAY = re.compile(r"\b(?:today|this|tonight)\b")
_FARTHEST = timedelta(days=3653)
_SOONEST = timedelta(minutes=30)
_SMALL_HOURS = 5


@dataclass(frozen=True)
class Moment:
    """Either ``wall``, a time on the clock on the wall (without zone), or ``after``, real seconds from now.

    With ``days`` (0 is Monday) it comes again on these weekdays, and ``wall`` is the first time.
    """

    wall: datetime | None = None
    after: float | None = None
    days: frozenset[int] = frozenset()

    def local(self, now: datetime) -> datetime:
        """What the clock on the wall will show, without zone."""
        if self.wall is not None:
            return self.wall
        zone = changing_zone(now)
        return datetime.fromtimestamp(now.timestamp() + (self.after or 0), zone).replace(tzinfo=None)


class _Over(ValueError):
    """The words mean a moment that is over."""


@dataclass(frozen=True)
class Habits:
    """What people mean when they do not say it.

    ``first_hour`` is the earliest that "at six" means in the morning of a day; ``hour`` is when a day without a time
    is meant, None when the time must be said.
    """

    first_hour: int = 7
    hour: int | None = 9


def moment_from_words(text: str, now: datetime, habits: Habits = Habits()) -> Moment:
    """The moment that the words mean, said at the local time ``now`` (with its zone, or without for this computer's).

    It lies in the future. Raises ValueError, with one sentence, when the words mean none or one that is over.
    """
    if seconds := _counted(text):
        return Moment(after=seconds)
    words, today = _SAME_TIME.sub(f"at {now:%H:%M}", text.lower()), now.date()
    try:
        said = pieces_from_words(words, today)
    except ValueError:
        if _EVENT.match(in_digits(text)):
            raise ValueError("I can only go by the clock, not wait for something to happen.") from None
        raise
    try:
        moment = _repeated(said, now, habits) if said.days else Moment(_once(said, now, habits))
    except _Over:
        if said.day != today or _THIS_DAY.search(words):
            raise
        moment = Moment(_once(pieces_from_words(words, today + timedelta(1)), now, habits))  # the next 24th
    except OverflowError:
        raise ValueError("That is too far ahead for me.") from None
    if moment.local(now) - _wall(now) > _FARTHEST:
        raise ValueError("That is too far ahead for me.")
    return moment


def say_moment(moment: Moment, now: datetime) -> str:
    """When it is: "tomorrow at 7 AM", "on Friday at 5 PM", "every weekday at 6:30 AM", "in 20 minutes"."""
    if moment.after is not None:
        return f"in {say_duration(moment.after)}"
    day, at = _said(moment, now)
    return f"{day} at {at}"


def name_moment(moment: Moment, now: datetime) -> str:
    """Its name: "7 AM tomorrow", "5 PM on Friday", "6:30 AM every weekday", "2:40 PM, 20 minutes from now"."""
    if moment.after is not None and moment.after < 43200:
        return f"{_say_clock(moment.local(now))}, {say_duration(moment.after)} from now"
    day, at = _said(moment, now)
    return f"{at} {day}".removesuffix(",")


def changing_zone(now: datetime) -> tzinfo | None:
    """The zone of a local time, None for this computer's.

    `datetime.astimezone` knows the local zone only as it is now; daylight saving asks for the zone itself.
    """
    return None if isinstance(now.tzinfo, timezone) else now.tzinfo


def _counted(text: str) -> float | None:
    """The seconds in "in 20 minutes", "an hour and a half from now", "20 minutes"; None in other words."""
    plain = re.sub(r"['\u2019]|[.,!?]+$", "", text.casefold())  # not `in_digits`, for which "second" is a number
    words = " ".join(_APPROXIMATELY.sub("", plain).split())
    if words in _VAGUE:
        return _VAGUE[words] * 60.0
    match = _COUNTED.fullmatch(words)
    length = (match["in"] or match["later"] or match["bare"]) if match else ""
    if not _SHORT_UNIT.search(length) or _MILITARY.fullmatch(in_digits(text)):
        return None
    try:
        return parse_duration(length)
    except ValueError:
        return None


def _repeated(said: Pieces, now: datetime, habits: Habits) -> Moment:
    offset = _offsets(said, habits)[0]
    days = frozenset((day + offset.days) % 7 for day in said.days)  # "every friday at midnight"
    start = max(said.day or now.date(), now.date())
    first = next(
        wall
        for ahead in range(-1, 10)
        if (wall := _midnight(start + timedelta(ahead)) + offset).weekday() in days
        and wall.date() >= start
        and _is_later(wall, now)
    )
    return Moment(first, days=days)


def _once(said: Pieces, now: datetime, habits: Habits) -> datetime:
    today = now.date()
    if said.day is None and not (said.part and said.part.today):
        walls = [_midnight(today + timedelta(ahead)) + offset for ahead in (-1, 0, 1, 2) for offset in _offsets(said)]
        return min(wall for wall in walls if _is_later(wall, now))
    day = said.day or today
    offsets = _offsets(said, None if day == today and said.clock else habits)
    days = [day - timedelta(1), day] if _reaches_into_today(said.part, day, now) else [day]
    walls = [wall for day in days for offset in offsets if _is_later(wall := _midnight(day) + offset, now)]
    if walls:
        return min(walls)
    last = _midnight(days[-1]) + offsets[-1]
    if day == today and said.clock is None and (full := _still_today(said.part, now)):
        return full
    raise _Over(_over(last, now))


def _offsets(said: Pieces, habits: Habits | None = None) -> list[timedelta]:
    """The times from midnight that may be meant; with habits, the one that is."""
    part = said.part
    if said.clock is None:
        if part is None and (habits is None or habits.hour is None):
            raise ValueError("At what time?")
        hour = part.hour if part else habits.hour if habits else None
        return [timedelta(hours=hour or 0)]
    hours = part.hours(said.clock) if part else said.clock.hours
    if habits and part is None and len(hours) > 1:
        hours = tuple(hour for hour in hours if habits.first_hour <= hour < habits.first_hour + 12)
    if not hours:
        raise ValueError("That time of day does not fit together.")
    return [timedelta(hours=hour, minutes=said.clock.minute) for hour in hours]


def _reaches_into_today(part: Part | None, day: date, now: datetime) -> bool:
    """Whether it is the small hours of the night that began yesterday: "tonight at three", said at one."""
    return part is not None and part.today and part.last > 24 and day == now.date() and now.hour < _SMALL_HOURS


def _still_today(part: Part | None, now: datetime) -> datetime | None:
    """The next full hour that leaves some time, if it is still in this part of the day."""
    soonest = _wall(now) + _SOONEST
    full = soonest.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    end = _midnight(now.date()) + timedelta(hours=part.last if part else 24)
    return full if full < end and _is_later(full, now) else None


def _over(wall: datetime, now: datetime) -> str:
    if wall.date() == now.date():
        return f"It is already past {_say_clock(wall)}."
    return f"{say_day(wall.date(), year=wall.year != now.year)} is over." if wall < _wall(now) else "That is over."


def _said(moment: Moment, now: datetime) -> tuple[str, str]:
    """The day and the time in words. Midnight belongs to the day that it ends."""
    wall = moment.local(now)
    is_midnight = wall.time() == time()
    if moment.days:
        return say_days((day - is_midnight) % 7 for day in moment.days), _say_clock(wall)
    return _say_day(wall - timedelta(is_midnight), now, night=is_midnight), _say_clock(wall)


def _say_day(wall: datetime, now: datetime, night: bool) -> str:
    ahead = (wall.date() - now.date()).days
    if ahead <= 0:
        return "tonight" if night or wall.hour >= 18 else "today"
    if ahead == 1:
        return f"tomorrow, {wall:%A}," if now.hour < _SMALL_HOURS else "tomorrow"  # before sleep or after it?
    if ahead < 7:
        return f"on {wall:%A}"
    return f"on {say_day(wall.date(), year=ahead > 300)}"


def _say_clock(wall: datetime) -> str:
    return say_time(wall.time().replace(second=0, microsecond=0))


def _is_later(wall: datetime, now: datetime) -> bool:
    """Whether the wall clock shows a time after now. One that comes twice counts as the first of the two."""
    zone = changing_zone(now)
    return (wall.replace(tzinfo=zone) if zone else wall).timestamp() > now.timestamp()


def _wall(now: datetime) -> datetime:
    return now.replace(tzinfo=None)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())
