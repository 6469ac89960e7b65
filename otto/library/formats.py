"""Which kinds of file can be read, and how."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from otto.library import docx, markdown, pdf, text
from otto.library.passages import Passage, cut
from otto.library.unreadable import Unreadable

TEXT = frozenset({".txt", ".text", ".rst", ".md", ".markdown"})
MARKDOWN = frozenset({".md", ".markdown"})
KNOWN = TEXT | {".pdf", ".docx"}
MOST_BYTES = {".pdf": 100_000_000, ".docx": 50_000_000}
MOST_BYTES_OF_TEXT = 10_000_000
_MOST_CHARACTERS = 5_000_000  # of text, after reading; a thousand pages have three million


def largest(suffix: str) -> int:
    """The most bytes that a file of this kind may have."""
    return MOST_BYTES.get(suffix, MOST_BYTES_OF_TEXT)


def read(name: str, data: bytes) -> list[Passage]:
    """The passages of a file of this name. Raises Unreadable; broken files may raise anything else."""
    passages, characters = [], 0
    for passage in cut(_paragraphs(PurePath(name).suffix.lower(), data)):
        characters += len(passage.text)
        if characters > _MOST_CHARACTERS:
            raise Unreadable(f"it is too long: it has more than {_MOST_CHARACTERS:,} characters")
        passages.append(passage)
    if not passages:
        raise Unreadable("it is empty")
    return passages


def _paragraphs(suffix: str, data: bytes) -> Iterator[Passage]:
    if suffix == ".pdf":
        return pdf.paragraphs(data)
    if suffix == ".docx":
        return docx.paragraphs(data)
    words = text.decode(data)
    return markdown.paragraphs(words) if suffix in MARKDOWN else text.paragraphs(words)
