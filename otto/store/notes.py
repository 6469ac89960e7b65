"""Notes."""

from __future__ import annotations

from dataclasses import dataclass

from otto.store.database import Database


@dataclass(frozen=True)
class Note:
    id: int
    text: str
    added: float


class Notes:
    """The user's notes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, text: str, now: float) -> Note:
        return Note(self._database.change("INSERT INTO notes (text, added) VALUES (?, ?)", (text, now)), text, now)

    def all(self) -> list[Note]:
        """The oldest first."""
        return [Note(*row) for row in self._database.rows("SELECT id, text, added FROM notes ORDER BY id")]

    def delete(self, note: Note) -> None:
        self._database.change("DELETE FROM notes WHERE id = ?", (note.id,))
