"""The SQLite file under the store: opened, brought to today's tables, and written in transactions."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from otto.errors import OttoError

_MIGRATIONS = (
    """
    CREATE TABLE timers (id INTEGER PRIMARY KEY, name TEXT, seconds REAL NOT NULL, due REAL NOT NULL);
    CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL, added REAL NOT NULL);
    """,
    """
    ALTER TABLE timers ADD COLUMN paused REAL;
    CREATE TABLE alarms (
        id INTEGER PRIMARY KEY, text TEXT, due REAL, wall TEXT, days TEXT NOT NULL, added REAL NOT NULL,
        CHECK ((due IS NULL) != (wall IS NULL))
    );
    CREATE TABLE items (id INTEGER PRIMARY KEY, list TEXT NOT NULL, text TEXT NOT NULL, added REAL NOT NULL);
    CREATE TABLE history (
        id INTEGER PRIMARY KEY, at REAL NOT NULL, heard TEXT, calls TEXT NOT NULL, reply TEXT NOT NULL,
        ok INTEGER NOT NULL, confidence REAL, wrong INTEGER NOT NULL DEFAULT 0
    );
    CREATE INDEX history_at ON history (at);
    """,
)


class Database:
    """The database at ``file``, made when it does not exist; ":memory:" is for tests. Threads may share it.

    Raises OttoError with the file's name when it cannot be opened, is damaged or comes from a newer Otto.
    """

    def __init__(self, file: Path | str) -> None:
        self._file = file
        self._lock = threading.RLock()
        self._depth = 0  # of transactions within transactions, which are part of the outer one
        try:
            if isinstance(file, Path):
                file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._connection = sqlite3.connect(file, timeout=10, isolation_level=None, check_same_thread=False)
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._migrate()
        except (sqlite3.Error, OSError) as error:
            raise OttoError(f"Otto's database {file} cannot be used: {error}. Move it away to start anew.") from None

    def close(self) -> None:
        """Waits for the thread that uses it; SQLite would crash under that thread's hands."""
        with self._lock:
            self._connection.close()

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[Any]:
        """What a query gives."""
        with self._lock:
            return self._connection.execute(query, values).fetchall()

    def change(self, statement: str, values: Sequence[Any] = ()) -> int:
        """Run one statement in a transaction of its own; gives the number of the row that it added."""
        with self.transaction():
            return self._connection.execute(statement, values).lastrowid or 0

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, also when the program is killed; other threads and processes wait."""
        with self._lock:
            if self._depth == 0:
                self._connection.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException:
                if self._depth == 1:
                    self._connection.execute("ROLLBACK")
                raise
            else:
                if self._depth == 1:
                    self._connection.execute("COMMIT")
            finally:
                self._depth -= 1

    def _migrate(self) -> None:
        with self.transaction():
            ((version,),) = self.rows("PRAGMA user_version")
            if version > len(_MIGRATIONS):
                raise OttoError(f"Otto's database {self._file} comes from a newer Otto. Update Otto to use it.")
            for script in _MIGRATIONS[version:]:
                for statement in script.split(";"):
                    self._connection.execute(statement)
            self._connection.execute(f"PRAGMA user_version = {len(_MIGRATIONS)}")
