"""Countdowns."""

from __future__ import annotations

from dataclasses import dataclass

from otto.store.database import Database

_COLUMNS = "id, name, seconds, due, paused"


@dataclass(frozen=True)
class StoredTimer:
    """A countdown of ``seconds`` that ends at ``due`` (seconds since 1970).

    ``paused`` are the seconds that are left of one that stands still; its ``due`` then counts for nothing.
    """

    id: int
    name: str | None
    seconds: float
    due: float
    paused: float | None = None

    def left(self, now: float) -> float:
        """The seconds until it ends."""
        return self.due - now if self.paused is None else self.paused


class Timers:
    """The running and paused timers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, name: str | None, seconds: float, due: float) -> StoredTimer:
        row = self._database.change("INSERT INTO timers (name, seconds, due) VALUES (?, ?, ?)", (name, seconds, due))
        return StoredTimer(row, name, seconds, due)

    def all(self) -> list[StoredTimer]:
        """The next one first, the paused ones last."""
        order = "ORDER BY paused IS NOT NULL, coalesce(paused, due), id"
        return [StoredTimer(*row) for row in self._database.rows(f"SELECT {_COLUMNS} FROM timers {order}")]  # noqa: S608

    def take_due(self, now: float) -> list[StoredTimer]:
        """The timers that have ended by ``now``; each is handed out once, whoever asks."""
        with self._database.transaction():
            rows = self._database.rows(
                f"DELETE FROM timers WHERE due <= ? AND paused IS NULL RETURNING {_COLUMNS}",  # noqa: S608
                (now,),
            )
        return sorted((StoredTimer(*row) for row in rows), key=lambda timer: timer.due)

    def pause(self, timer: StoredTimer, now: float) -> None:
        self._database.change(
            "UPDATE timers SET paused = due - ? WHERE id = ? AND paused IS NULL AND due > ?", (now, timer.id, now)
        )

    def resume(self, timer: StoredTimer, now: float) -> None:
        self._database.change(
            "UPDATE timers SET due = ? + paused, paused = NULL WHERE id = ? AND paused IS NOT NULL", (now, timer.id)
        )

    def lengthen(self, timer: StoredTimer, seconds: float) -> None:
        """Move its end by so many seconds; fewer than none bring it nearer."""
        self._database.change(
            "UPDATE timers SET seconds = seconds + ?, due = due + ?, paused = paused + ? WHERE id = ?",
            (seconds, seconds, seconds, timer.id),
        )

    def shift(self, seconds: float) -> None:
        """Move the ends of all running timers."""
        self._database.change("UPDATE timers SET due = due + ? WHERE paused IS NULL", (seconds,))

    def delete(self, timer: StoredTimer) -> None:
        self._database.change("DELETE FROM timers WHERE id = ?", (timer.id,))
