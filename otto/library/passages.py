"""Passages: bounded stretches of a document that know where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

LIMIT = 500  # characters, about 130 tokens; of 300, 400, 500 and 800 the best in tests/library/measure.py
_OVERLAP = 150  # characters; a longer last sentence is not repeated

_END = re.compile(r"(?<=[.!?])\s+|\n+")  # a cut after "Dr." does no harm here


@dataclass(frozen=True)
class Passage:
    """Text and its place: the headings above it ("Kitchen > Oven"), its page and its first line, each from 1."""

    text: str
    heading: str | None = None
    page: int | None = None
    line: int | None = None


def cut(pieces: Iterable[Passage], limit: int = LIMIT) -> Iterator[Passage]:
    """Join the paragraphs of a section and cut what is too long: no passage has more than ``limit`` characters.

    A passage that continues another one in the same section begins with that one's last sentence, as does the top of
    a page when the page before ends within a sentence.
    """
    current: Passage | None = None
    for piece in _bounded(pieces, limit, limit - _OVERLAP - 1):
        if current is None:
            current = piece
        elif _section(current) == _section(piece) and len(current.text) + len(piece.text) < limit:
            current = replace(current, text=f"{current.text}\n{piece.text}")
        else:
            yield current
            current = replace(piece, text=_overlap(current, piece, limit) + piece.text)
    if current is not None:
        yield current


def _section(passage: Passage) -> tuple[str | None, int | None]:
    return passage.heading, passage.page


def _overlap(before: Passage, after: Passage, limit: int) -> str:
    unfinished = before.heading == after.heading and before.text[-1] not in ".!?:;"
    if _section(before) != _section(after) and not unfinished:
        return ""
    last = _END.split(before.text)[-1]
    fits = len(last) <= _OVERLAP and len(last) + len(after.text) < limit
    return f"{last} " if fits and last != before.text else ""


def _bounded(pieces: Iterable[Passage], limit: int, length: int) -> Iterator[Passage]:
    """The pieces, those that are too long cut at the ends of sentences, or between words, or anywhere.

    What is cut has at most ``length`` characters, which leaves room for the sentence before it.
    """
    for piece in pieces:
        line = piece.line
        if len(piece.text) <= limit:
            if piece.text.strip():
                yield replace(piece, text=piece.text.strip())
            continue
        start = 0
        while start < len(piece.text):
            end = _end(piece.text, start, length)
            text = piece.text[start:end]
            if text.strip():
                yield replace(piece, text=text.strip(), line=line)
            line = None if line is None else line + text.count("\n")
            start = end


def _end(text: str, start: int, limit: int) -> int:
    """Where a part that begins at ``start`` ends."""
    if len(text) - start <= limit:
        return len(text)
    window = text[start : start + limit]
    ends = [match.end() for match in _END.finditer(window)]
    if ends and ends[-1] > limit // 4:
        return start + ends[-1]
    space = window.rfind(" ")
    return start + (space + 1 if space > limit // 4 else limit)
