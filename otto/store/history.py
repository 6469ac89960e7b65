"""What was heard and done."""

from __future__ import annotations

from dataclasses import dataclass

from otto.store.database import Database

_COLUMNS = "id, at, heard, calls, reply, ok, confidence, wrong"


@dataclass(frozen=True)
class Entry:
    """One turn, at the time ``at``: the words, the canonical calls made of them, and what was replied.

    ``heard`` is None when Otto spoke of its own accord (a timer that ended). ``ok`` is false when something could not
    be done, ``wrong`` true when the user marked the calls as a mistake.
    """

    id: int
    at: float
    heard: str | None
    calls: str
    reply: str
    ok: bool = True
    confidence: float | None = None
    wrong: bool = False


class History:
    """The turns, in the order in which they happened."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self, at: float, heard: str | None, calls: str, reply: str, ok: bool = True, confidence: float | None = None
    ) -> int:
        """Keep one turn; gives its number."""
        return self._database.change(
            "INSERT INTO history (at, heard, calls, reply, ok, confidence) VALUES (?, ?, ?, ?, ?, ?)",
            (at, heard, calls, reply, ok, confidence),
        )

    def last(self, count: int, wrong: bool = False) -> list[Entry]:
        """The last turns, the oldest of them first; with ``wrong`` only those marked as mistakes."""
        only = "WHERE wrong" if wrong else ""
        rows = self._database.rows(f"SELECT {_COLUMNS} FROM history {only} ORDER BY id DESC LIMIT ?", (count,))  # noqa: S608
        return [_entry(row) for row in rows[::-1]]

    def get(self, number: int) -> Entry | None:
        """The turn with this number."""
        rows = self._database.rows(f"SELECT {_COLUMNS} FROM history WHERE id = ?", (number,))  # noqa: S608
        return _entry(rows[0]) if rows else None

    def mark(self, number: int, wrong: bool = True) -> None:
        self._database.change("UPDATE history SET wrong = ? WHERE id = ?", (wrong, number))

    def forget(self, before: float) -> None:
        """Delete what happened before a time."""
        self._database.change("DELETE FROM history WHERE at < ?", (before,))


def _entry(row: tuple[int, float, str | None, str, str, int, float | None, int]) -> Entry:
    number, at, heard, calls, reply, ok, confidence, wrong = row
    return Entry(number, at, heard, calls, reply, bool(ok), confidence, bool(wrong))
