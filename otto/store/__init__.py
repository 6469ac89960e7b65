"""Otto's memory: one SQLite file with timers, alarms, reminders, notes, lists and the history.

Safe for several threads and processes (the daemon and `otto ask`). Times are seconds since 1970 (UTC), except the time
of an alarm on the clock on the wall, which stays what it is when the zone or daylight saving changes.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from otto.store.alarms import Alarm, Alarms
from otto.store.database import Database
from otto.store.history import Entry, History
from otto.store.lists import Item, Lists
from otto.store.notes import Note, Notes
from otto.store.timers import StoredTimer, Timers

__all__ = ["Alarm", "Entry", "Item", "Note", "Store", "StoredTimer"]


class Store:
    """The database at ``file``, made when it does not exist. ``Store(":memory:")`` is for tests.

    Raises OttoError with the file's name when it cannot be opened, is damaged or comes from a newer Otto.
    """

    def __init__(self, file: Path | str) -> None:
        self._database = Database(file)
        self.timers = Timers(self._database)
        self.alarms = Alarms(self._database)
        self.notes = Notes(self._database)
        self.lists = Lists(self._database)
        self.history = History(self._database)

    def transaction(self) -> AbstractContextManager[None]:
        """Several changes as one: all or nothing, also when the program is killed."""
        return self._database.transaction()

    def shift(self, seconds: float) -> None:
        """The clock was set by so many seconds: a countdown keeps its length, a time of day stays what it is."""
        with self.transaction():
            self.timers.shift(seconds)
            self.alarms.shift(seconds)

    def close(self) -> None:
        self._database.close()
