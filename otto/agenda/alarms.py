"""The alarms and reminders to come: which one is meant, what it is called, and how a new one is kept."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime

from otto.arguments import comparable
from otto.store import Alarm, Store
from otto.when.moments import Moment, changing_zone, moment_from_words
from otto.when.pieces import Pieces, pieces_from_words

_ALL = re.compile(r"(?:all|every|each|both|everything|them all|all of (?:them|it))(?: (?:of )?(?:my |the )?alarms?)?")
_NEXT = re.compile(r"(?:1st|first|next|earliest|soonest|upcoming|nearest)(?: one| alarm)?")
_SEVERAL = re.compile(r"^(?:all|both)(?: of)?(?: my| the)? ", re.IGNORECASE)
_NAMELESS = re.compile(r"\balarms?\b|(?<=\S)(?<!\bat)(?<!past)(?<!\bto) ones?$", re.IGNORECASE)
_KIND = re.compile(r"\b(weekday|weekend)$", re.IGNORECASE)
_CLOSE = 90.0  # seconds that two moments counted from now may differ and be the same


def keep(store: Store, moment: Moment, now: datetime, text: str | None = None) -> bool:
    """Keep an alarm, or a reminder with a text. False when the same one is there already."""
    when = moment.wall if moment.wall is not None else now.timestamp() + (moment.after or 0)
    with store.transaction():
        same = (text and comparable(text), moment.wall, moment.days)
        for alarm in store.alarms.all() if moment.wall else []:
            if same == (alarm.text and comparable(alarm.text), alarm.wall, alarm.days):
                return False
        store.alarms.add(when, now.timestamp(), text, moment.days)
    return True


def alarms(store: Store, now: datetime) -> list[Alarm]:
    """Those without a text, the next one first."""
    return [alarm for alarm in store.alarms.all(changing_zone(now)) if alarm.text is None]


def reminders(store: Store, now: datetime) -> list[Alarm]:
    """Those with a text, the next one first."""
    return [alarm for alarm in store.alarms.all(changing_zone(now)) if alarm.text is not None]


def moment_of(alarm: Alarm, now: datetime) -> Moment:
    """When it rings next, on the clock on the wall."""
    if alarm.wall is not None:
        return Moment(alarm.wall, days=alarm.days)
    return Moment(datetime.fromtimestamp(alarm.moment(), changing_zone(now)).replace(tzinfo=None))


def are_all_meant(words: str) -> bool:
    """Whether the words mean all alarms: "all", "both", "all of my alarms"."""
    return _ALL.fullmatch(comparable(words)) is not None


def are_several_meant(words: str) -> bool:
    """Whether all alarms that fit the words are meant: "all my weekday alarms"."""
    return _SEVERAL.match(words) is not None


def meant(words: str, among: Sequence[Alarm], now: datetime) -> list[Alarm]:
    """The alarms that the words mean: "7 am", "tomorrow", "6:30 on weekdays", "next one".

    Raises ValueError with one sentence when the words mean no time.
    """
    if _NEXT.fullmatch(comparable(words)):
        return list(among[:1])
    counted = _counted(words, now)
    if counted is not None:
        return [alarm for alarm in among if abs(alarm.moment(changing_zone(now)) - counted) < _CLOSE]
    said = _pieces(words, now)
    return [alarm for alarm in among if _fits(said, moment_of(alarm, now).local(now), alarm.days, now.date())]


def skipped(words: str, alarm: Alarm, now: datetime) -> datetime | None:
    """The next time on the wall of an alarm that comes again, when the words mean only its next day.

    "cancel the alarm tomorrow" leaves an alarm of every weekday as it is, but for tomorrow. None when all of it is
    meant. Raises ValueError when they mean a later day, which alone cannot be left out.
    """
    if len(alarm.days) < 2 or alarm.wall is None or _NEXT.fullmatch(comparable(words)):
        return None
    day = _pieces(words, now).day
    if day is None:
        return None
    if day != alarm.wall.date():
        raise ValueError("I can only leave out the next time of an alarm that comes again.")
    return alarm.next_wall(alarm.wall)


def _pieces(words: str, now: datetime) -> Pieces:
    """What was said of an alarm: "all my 7 am alarms", "weekday alarm", "half past six one"."""
    plain = _NAMELESS.sub("", _SEVERAL.sub("", words)).strip()
    return pieces_from_words(_KIND.sub(r"\1s", plain), now.date())


def _counted(words: str, now: datetime) -> float | None:
    try:
        moment = moment_from_words(words, now)
    except ValueError:
        return None
    return now.timestamp() + moment.after if moment.after is not None else None


def _fits(said: Pieces, wall: datetime, days: frozenset[int], today: date) -> bool:
    part, clock = said.part, said.clock
    day = today if part and part.today and said.day is None else said.day
    if clock and (wall.hour not in clock.hours or wall.minute != clock.minute):
        return False
    if part and wall.hour not in part and wall.hour + 24 not in part:
        return False
    if said.days and said.days != days:
        return False
    return day is None or wall.date() == day or (day > wall.date() and day.weekday() in days)
