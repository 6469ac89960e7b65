"""Brings the index up to date with the folders: what is new or changed is read, what is gone is forgotten."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from otto.library.folders import Stamp, scan
from otto.library.index import Index, Placed, Root, title
from otto.library.minilm import Embedder
from otto.library.reader import Reader
from otto.library.unreadable import Unreadable

_BATCH = 16  # passages whose vectors are made and kept at once
_ANEW = Stamp(-1, -1)  # no file has it, so a file with this stamp is read again


@dataclass(frozen=True)
class Progress:
    """How far it is: ``done`` of ``all`` things (files, or passages whose vectors are made)."""

    doing: str
    done: int
    all: int


def _silent(_: Progress) -> None:
    pass


def refresh(
    index: Index,
    embedder: Embedder | None,
    reader: Reader,
    *,
    tell: Callable[[Progress], None] = _silent,
    stopped: Callable[[], bool] = lambda: False,
) -> None:
    """Scan all folders, read what changed, and make the vectors that are missing.

    Each file is kept as soon as it is read, and each batch of vectors as it is made: when this is stopped or killed,
    the next one goes on from there.
    """
    there = _scan(index)
    known = {file.path: file for file in index.files()}
    index.forget(path for path in known if path not in there)
    changed = [path for path, stamp in there.items() if path not in known or known[path].stamp != stamp]
    for number, path in enumerate(changed):
        if stopped():
            return
        tell(Progress("reading", number, len(changed)))
        before = known.get(path)
        _read(index, reader, path, there[path], before.sha256 if before else None)
    if changed:
        tell(Progress("reading", len(changed), len(changed)))
    if embedder is not None:
        _embed(index, embedder, tell, stopped)


def _scan(index: Index) -> dict[str, Stamp]:
    """The documents in all folders."""
    there: dict[str, Stamp] = {}
    for root in index.roots():
        found = scan(root.path)
        there.update(found.files)
        now = replace(root, others=found.others, problem=found.problem)
        if now != root:
            index.note_root(Root(now.path, now.others, now.problem))
    return there


def _read(index: Index, reader: Reader, path: str, stamp: Stamp, known: str | None) -> None:
    try:
        content = reader.read(path, known)
    except Unreadable as error:
        index.put_problem(path, _ANEW if error.again else stamp, error.reason)
        return
    if content.passages is None:
        index.touch(path, stamp)
    else:
        index.put(path, stamp, content.sha256, content.passages)


def _embed(index: Index, embedder: Embedder, tell: Callable[[Progress], None], stopped: Callable[[], bool]) -> None:
    missing, done = index.missing_vectors(), 0
    while not stopped():
        batch = index.without_vector(_BATCH)
        if not batch:
            return
        vectors = embedder.vectors([embedded_text(one) for one in batch])
        index.put_vectors((one.id, vector.tobytes()) for one, vector in zip(batch, vectors, strict=True))
        done += len(batch)
        tell(Progress("understanding", done, max(missing, done)))


def embedded_text(placed: Placed) -> str:
    """What is made a vector of: the text under the file's name and its headings."""
    above = [title(placed.path), *([placed.passage.heading] if placed.passage.heading else [])]
    return f"{' > '.join(above)}\n{placed.passage.text}"
