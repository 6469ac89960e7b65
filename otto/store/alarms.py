"""Alarms and reminders: what rings at a time of day, once or again and again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from otto.store.database import Database

_COLUMNS = "id, text, due, wall, days, added"


@dataclass(frozen=True)
class Alarm:
    """An alarm, or a reminder when it has a ``text``.

    It rings either at ``due`` (seconds since 1970: "in twenty minutes"), or when the clock on the wall shows ``wall``
    (a datetime without zone: "tomorrow at 7"), whatever the zone and daylight saving are by then. ``days`` are the
    weekdays (0 is Monday) on which a ``wall`` alarm rings again.
    """

    id: int
    text: str | None
    due: float | None
    wall: datetime | None
    days: frozenset[int] = frozenset()
    added: float = 0.0

    def moment(self, zone: tzinfo | None = None) -> float:
        """When it rings, in seconds since 1970; ``zone`` is the local one if None.

        A time that daylight saving skips is moved behind the gap, one that comes twice is the first of the two.
        """
        if self.due is not None:
            return self.due
        assert self.wall is not None
        return (self.wall.replace(tzinfo=zone) if zone else self.wall).timestamp()

    def next_wall(self, now: datetime) -> datetime | None:
        """The first time on the wall after ``now`` (without zone) at which it rings again; None when it does not."""
        if self.wall is None or not self.days:
            return None
        return next_on(self.days, self.wall.time(), max(now, self.wall))


def next_on(days: Iterable[int], at: time, after: datetime) -> datetime:
    """The first moment later than ``after`` on one of these weekdays at this time of day (all without zone)."""
    today: date = after.date()
    moments = (datetime.combine(today + timedelta(ahead), at) for ahead in range(8))
    wanted = set(days)
    return next(moment for moment in moments if moment > after and moment.weekday() in wanted)


class Alarms:
    """The alarms and reminders to come."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, when: datetime | float, now: float, text: str | None = None, days: Iterable[int] = ()) -> Alarm:
        """Ring at a time on the wall (a datetime without zone) or at seconds since 1970."""
        due, wall = (None, when) if isinstance(when, datetime) else (float(when), None)
        kept = frozenset(days)
        row = self._database.change(
            "INSERT INTO alarms (text, due, wall, days, added) VALUES (?, ?, ?, ?, ?)",
            (text, due, wall.isoformat() if wall else None, _written(kept), now),
        )
        return Alarm(row, text, due, wall, kept, now)

    def all(self, zone: tzinfo | None = None) -> list[Alarm]:
        """The next one first."""
        alarms = [_alarm(row) for row in self._database.rows(f"SELECT {_COLUMNS} FROM alarms")]  # noqa: S608
        return sorted(alarms, key=lambda alarm: (alarm.moment(zone), alarm.id))

    def take_due(self, now: float, zone: tzinfo | None = None) -> list[Alarm]:
        """The alarms whose time has come by ``now``; each is handed out once, whoever asks.

        One that rings again is moved to its next time after now: what was missed in between rings once, not often.
        """
        local = datetime.fromtimestamp(now, zone).replace(tzinfo=None)
        with self._database.transaction():
            due = [alarm for alarm in self.all(zone) if alarm.moment(zone) <= now]
            for alarm in due:
                again = alarm.next_wall(local)
                if again is None:
                    self._database.rows("DELETE FROM alarms WHERE id = ?", (alarm.id,))
                else:
                    self._database.rows("UPDATE alarms SET wall = ? WHERE id = ?", (again.isoformat(), alarm.id))
        return due

    def shift(self, seconds: float) -> None:
        """Move what counts down ("in twenty minutes"); a time on the wall stays."""
        self._database.change("UPDATE alarms SET due = due + ? WHERE due IS NOT NULL", (seconds,))

    def move(self, alarm: Alarm, wall: datetime) -> None:
        """Ring next at this time on the wall: the one of an alarm that comes again is left out."""
        self._database.change("UPDATE alarms SET wall = ? WHERE id = ?", (wall.isoformat(), alarm.id))

    def delete(self, alarm: Alarm) -> None:
        self._database.change("DELETE FROM alarms WHERE id = ?", (alarm.id,))


def _written(days: frozenset[int]) -> str:
    return "".join(map(str, sorted(days)))


def _alarm(row: tuple[int, str | None, float | None, str | None, str, float]) -> Alarm:
    number, text, due, wall, days, added = row
    return Alarm(number, text, due, datetime.fromisoformat(wall) if wall else None, frozenset(map(int, days)), added)
