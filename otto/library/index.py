"""The index: one SQLite file with the passages, their words (FTS5) and their meaning (vectors).

A file of its own beside Otto's database, since all of it but the list of folders can be made again. A file's passages
are replaced in one transaction, so that the index is whole whenever the program is killed.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from otto import paths
from otto.errors import OttoError
from otto.library.folders import Stamp
from otto.library.passages import Passage

_MIGRATIONS = (
    (
        "CREATE TABLE roots (path TEXT PRIMARY KEY, others INTEGER NOT NULL DEFAULT 0, problem TEXT)",
        """CREATE TABLE files (
            id INTEGER PRIMARY KEY AUTOINCREMENT, path TEXT NOT NULL UNIQUE, size INTEGER NOT NULL,
            modified INTEGER NOT NULL, sha256 TEXT, problem TEXT
        )""",
        # AUTOINCREMENT: a vector that is still being made must not find another passage under its number.
        """CREATE TABLE passages (
            id INTEGER PRIMARY KEY AUTOINCREMENT, file INTEGER NOT NULL REFERENCES files (id) ON DELETE CASCADE,
            name TEXT NOT NULL, heading TEXT, page INTEGER, line INTEGER, text TEXT NOT NULL
        )""",
        "CREATE INDEX passages_file ON passages (file)",
        """CREATE TABLE vectors (
            passage INTEGER PRIMARY KEY REFERENCES passages (id) ON DELETE CASCADE, vector BLOB NOT NULL
        )""",
        """CREATE VIRTUAL TABLE words USING fts5 (
            name, heading, text, content='passages', content_rowid='id',
            tokenize='porter unicode61 remove_diacritics 2'
        )""",
        """CREATE TRIGGER passages_added AFTER INSERT ON passages BEGIN
            INSERT INTO words (rowid, name, heading, text) VALUES (new.id, new.name, new.heading, new.text);
        END""",
        """CREATE TRIGGER passages_deleted AFTER DELETE ON passages BEGIN
            INSERT INTO words (words, rowid, name, heading, text)
            VALUES ('delete', old.id, old.name, old.heading, old.text);
        END""",
    ),
)
_WEIGHTS = "2.0, 2.0, 1.0"  # in BM25: the file's name, the headings, the text


@dataclass(frozen=True)
class Root:
    """A folder or file that the user added; ``others`` are its files of kinds that are not read."""

    path: str
    others: int = 0
    problem: str | None = None


@dataclass(frozen=True)
class Indexed:
    """A file in the index; ``problem`` is why it was skipped."""

    path: str
    stamp: Stamp
    sha256: str | None
    problem: str | None
    passages: int


@dataclass(frozen=True)
class Placed:
    """A passage and the file that it stands in."""

    id: int
    path: str
    passage: Passage


def default_file() -> Path:
    return paths.data_dir() / "library.db"


class Index:
    """The index in ``file``, made when it does not exist. For one thread; other processes may use it meanwhile.

    Raises OttoError when it cannot be opened, is damaged or comes from a newer Otto.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        try:
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._connection = sqlite3.connect(file, timeout=10, isolation_level=None, check_same_thread=False)
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute("PRAGMA synchronous=NORMAL")
            self._connection.execute("PRAGMA foreign_keys=ON")
            self._migrate()
            offer_distance(self._connection)
        except (sqlite3.Error, OSError) as error:
            raise OttoError(
                f"The index of your documents, {file}, cannot be used: {error}. Delete it and add your folders again."
            ) from None

    def __enter__(self) -> Index:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    # What the user added

    def roots(self) -> list[Root]:
        return [Root(*row) for row in self._rows("SELECT path, others, problem FROM roots ORDER BY path")]

    def add_root(self, path: str) -> None:
        self._change("INSERT OR IGNORE INTO roots (path) VALUES (?)", (path,))

    def note_root(self, root: Root) -> None:
        """Keep what the last scan of a folder gave."""
        self._change("UPDATE roots SET others = ?, problem = ? WHERE path = ?", (root.others, root.problem, root.path))

    def remove_root(self, path: str) -> None:
        self._change("DELETE FROM roots WHERE path = ?", (path,))

    # What was read

    def files(self) -> list[Indexed]:
        rows = self._rows(
            "SELECT path, size, modified, sha256, problem, (SELECT count(*) FROM passages WHERE file = files.id) "
            "FROM files ORDER BY path"
        )
        return [Indexed(path, Stamp(size, modified), *rest) for path, size, modified, *rest in rows]

    def put(self, path: str, stamp: Stamp, sha256: str, passages: Sequence[Passage]) -> None:
        """Replace what is kept of a file by these passages."""
        with self._transaction():
            file = self._replace(path, stamp, sha256, None)
            self._connection.executemany(
                "INSERT INTO passages (file, name, heading, page, line, text) VALUES (?, ?, ?, ?, ?, ?)",
                [(file, title(path), one.heading, one.page, one.line, _clean(one.text)) for one in passages],
            )

    def put_problem(self, path: str, stamp: Stamp, problem: str) -> None:
        """Note why a file is skipped; its passages go."""
        with self._transaction():
            self._replace(path, stamp, None, problem)

    def touch(self, path: str, stamp: Stamp) -> None:
        """The file was written, but holds what it held."""
        self._change("UPDATE files SET size = ?, modified = ? WHERE path = ?", (stamp.size, stamp.modified, path))

    def forget(self, files: Iterable[str]) -> None:
        with self._transaction():
            self._connection.executemany("DELETE FROM files WHERE path = ?", [(path,) for path in files])

    # Meaning

    def without_vector(self, most: int) -> list[Placed]:
        """Passages whose vector is still to be made."""
        return self._placed("WHERE NOT EXISTS (SELECT 1 FROM vectors WHERE passage = passages.id) LIMIT ?", (most,))

    def missing_vectors(self) -> int:
        """How many passages have none."""
        ((count,),) = self._rows("SELECT (SELECT count(*) FROM passages) - (SELECT count(*) FROM vectors)")
        return int(count)

    def put_vectors(self, vectors: Iterable[tuple[int, bytes]]) -> None:
        """Keep vectors (float32) by the number of their passage; those of passages that are gone are dropped."""
        with self._transaction():
            self._connection.executemany(
                "INSERT OR IGNORE INTO vectors SELECT id, ?2 FROM passages WHERE id = ?1", list(vectors)
            )

    def nearest(self, vector: bytes, most: int) -> list[tuple[int, float]]:
        """Passages and the cosine of their vector and this one, the most alike first."""
        query = "SELECT passage, vec_distance_cosine(vector, ?) AS distance FROM vectors ORDER BY distance LIMIT ?"
        return [(passage, 1 - distance) for passage, distance in self._rows(query, (vector, most))]

    # Words

    def containing(self, words: Iterable[str], most: int) -> list[int]:
        """Passages with any of the words, in the order of BM25."""
        query = f"SELECT rowid FROM words WHERE words MATCH ? ORDER BY bm25(words, {_WEIGHTS}), rowid LIMIT ?"  # noqa: S608
        return [number for (number,) in self._rows(query, (" OR ".join(map(_quoted, words)), most))]

    def frequency(self, word: str) -> int:
        """How many passages contain a word."""
        ((count,),) = self._rows("SELECT count(*) FROM words WHERE words MATCH ?", (_quoted(word),))
        return int(count)

    def those_with(self, word: str, passages: Sequence[int]) -> set[int]:
        """Which of the passages contain a word."""
        query = "SELECT rowid FROM words WHERE words MATCH ? AND rowid IN (SELECT value FROM json_each(?))"
        return {number for (number,) in self._rows(query, (_quoted(word), json.dumps(list(passages))))}

    def count(self) -> int:
        """How many passages there are."""
        ((count,),) = self._rows("SELECT count(*) FROM passages")
        return int(count)

    def get(self, passages: Sequence[int]) -> dict[int, Placed]:
        found = self._placed("WHERE passages.id IN (SELECT value FROM json_each(?))", (json.dumps(list(passages)),))
        return {one.id: one for one in found}

    def _placed(self, where: str, values: Sequence[Any]) -> list[Placed]:
        columns = "passages.id, path, text, heading, page, line"
        rows = self._rows(f"SELECT {columns} FROM passages JOIN files ON files.id = file {where}", values)  # noqa: S608
        return [Placed(number, path, Passage(*fields)) for number, path, *fields in rows]

    def _replace(self, path: str, stamp: Stamp, sha256: str | None, problem: str | None) -> int:
        self._connection.execute("DELETE FROM files WHERE path = ?", (path,))
        added = self._connection.execute(
            "INSERT INTO files (path, size, modified, sha256, problem) VALUES (?, ?, ?, ?, ?)",
            (path, stamp.size, stamp.modified, sha256, problem),
        )
        return added.lastrowid or 0

    def _rows(self, query: str, values: Sequence[Any] = ()) -> list[Any]:
        return self._connection.execute(query, values).fetchall()

    def _change(self, statement: str, values: Sequence[Any]) -> None:
        with self._transaction():
            self._connection.execute(statement, values)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def _migrate(self) -> None:
        with self._transaction():
            ((version,),) = self._rows("PRAGMA user_version")
            if version > len(_MIGRATIONS):
                raise OttoError(f"The index {self._file} comes from a newer Otto. Update Otto to use it.")
            for statements in _MIGRATIONS[version:]:
                for statement in statements:
                    self._connection.execute(statement)
            self._connection.execute(f"PRAGMA user_version = {len(_MIGRATIONS)}")


def offer_distance(connection: sqlite3.Connection) -> str:
    """Give the connection ``vec_distance_cosine``: sqlite-vec's, and ours where it cannot be loaded.

    Many builds of Python cannot load extensions into SQLite. Ours takes unit vectors, and is as fast here: 0.1 s for
    50,000 passages. Returns whose it is.
    """
    try:
        import sqlite_vec  # type: ignore[import-untyped,unused-ignore]

        connection.enable_load_extension(True)
        sqlite_vec.load(connection)
        connection.enable_load_extension(False)
    except (ImportError, AttributeError, sqlite3.Error):
        import numpy as np

        def distance(one: bytes, other: bytes) -> float:
            return 1.0 - float(np.frombuffer(one, np.float32) @ np.frombuffer(other, np.float32))

        connection.create_function("vec_distance_cosine", 2, distance, deterministic=True)
        return "otto"
    return "sqlite-vec"


def title(path: str) -> str:
    """A file's name as words."""
    return " ".join(PurePath(path).stem.replace("_", " ").replace("-", " ").split())


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'


def _clean(text: str) -> str:
    """Without what cannot be stored or said: half characters and control characters."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(character for character in text if character in "\n\t" or character.isprintable())
