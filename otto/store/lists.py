"""Shopping lists, to-do lists: items under the name of a list. A list exists while it has items."""

from __future__ import annotations

from dataclasses import dataclass

from otto.store.database import Database


@dataclass(frozen=True)
class Item:
    """One entry of the list ``list``."""

    id: int
    list: str
    text: str


class Lists:
    """The items of all lists."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, name: str, text: str, now: float) -> Item:
        row = self._database.change("INSERT INTO items (list, text, added) VALUES (?, ?, ?)", (name, text, now))
        return Item(row, name, text)

    def names(self) -> list[str]:
        """The lists that have items, the one used last first."""
        return [name for (name,) in self._database.rows("SELECT list FROM items GROUP BY list ORDER BY max(id) DESC")]

    def items(self, name: str) -> list[Item]:
        """The items of a list, the oldest first."""
        rows = self._database.rows("SELECT id, list, text FROM items WHERE list = ? ORDER BY id", (name,))
        return [Item(*row) for row in rows]

    def remove(self, item: Item) -> None:
        self._database.change("DELETE FROM items WHERE id = ?", (item.id,))

    def clear(self, name: str) -> None:
        self._database.change("DELETE FROM items WHERE list = ?", (name,))
