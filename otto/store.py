"""Otto's memory: one SQLite file with timers and notes. Safe for several processes (the daemon and `otto ask`).

Times are seconds since 1970 (UTC), so that they survive a restart and a change of the clock's zone.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from otto.errors import OttoError

_MIGRATIONS = (
    """
    CREATE TABLE timers (id INTEGER PRIMARY KEY, name TEXT, seconds REAL NOT NULL, due REAL NOT NULL);
    CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL, added REAL NOT NULL);
    """,
)


@dataclass(frozen=True)
class StoredTimer:
    """A countdown of ``seconds`` that ends at ``due`` (seconds since 1970)."""

    id: int
    name: str | None
    seconds: float
    due: float


@dataclass(frozen=True)
class Note:
    id: int
    text: str
    added: float


class Store:
    """The database at ``file``, made when it does not exist. ``Store(":memory:")`` is for tests.

    Raises OttoError with the file's name when it cannot be opened, is damaged or comes from a newer Otto.
    """

    def __init__(self, file: Path | str) -> None:
        self._file = file
        try:
            if isinstance(file, Path):
                file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._database = sqlite3.connect(file, timeout=10, isolation_level=None, check_same_thread=False)
            self._database.execute("PRAGMA journal_mode=WAL")
            self._migrate()
        except (sqlite3.Error, OSError) as error:
            raise OttoError(f"Otto's database {file} cannot be used: {error}. Move it away to start anew.") from None

    def close(self) -> None:
        self._database.close()

    def add_timer(self, name: str | None, seconds: float, due: float) -> StoredTimer:
        with self._transaction():
            row = self._database.execute(
                "INSERT INTO timers (name, seconds, due) VALUES (?, ?, ?)", (name, seconds, due)
            ).lastrowid
        return StoredTimer(row or 0, name, seconds, due)

    def timers(self) -> list[StoredTimer]:
        """The running timers, the next one first."""
        rows = self._database.execute("SELECT id, name, seconds, due FROM timers ORDER BY due, id")
        return [StoredTimer(*row) for row in rows]

    def take_due_timers(self, now: float) -> list[StoredTimer]:
        """The timers that have ended by ``now``; each is handed out once, whoever asks."""
        with self._transaction():
            rows = self._database.execute(
                "DELETE FROM timers WHERE due <= ? RETURNING id, name, seconds, due", (now,)
            ).fetchall()
        return sorted((StoredTimer(*row) for row in rows), key=lambda timer: timer.due)

    def add_note(self, text: str, now: float) -> Note:
        with self._transaction():
            row = self._database.execute("INSERT INTO notes (text, added) VALUES (?, ?)", (text, now)).lastrowid
        return Note(row or 0, text, now)

    def notes(self) -> list[Note]:
        """All notes, the oldest first."""
        return [Note(*row) for row in self._database.execute("SELECT id, text, added FROM notes ORDER BY id")]

    def delete_note(self, note: Note) -> None:
        with self._transaction():
            self._database.execute("DELETE FROM notes WHERE id = ?", (note.id,))

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")

    def _migrate(self) -> None:
        with self._transaction():
            (version,) = self._database.execute("PRAGMA user_version").fetchone()
            if version > len(_MIGRATIONS):
                raise OttoError(f"Otto's database {self._file} comes from a newer Otto. Update Otto to use it.")
            for script in _MIGRATIONS[version:]:
                for statement in script.split(";"):
                    self._database.execute(statement)
            self._database.execute(f"PRAGMA user_version = {len(_MIGRATIONS)}")
