"""Plain text: its encoding and its paragraphs."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from otto.library.passages import Passage
from otto.library.unreadable import Unreadable

_MARKS = (  # the longer ones first: UTF-32's begins with UTF-16's
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 1 << 16  # bytes that tell the encoding
_UNDERLINE = re.compile(r"([=\-~^#*])\1{2,}\s*")  # reStructuredText's headings, and a habit in plain text
_LONGEST_HEADING = 120  # characters


def decode(data: bytes) -> str:
    """The text in these bytes, whatever their encoding. Raises Unreadable when they are no text."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    if b"\0" in data:
        raise Unreadable("it is no text")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode(_guess(data), "replace")
    if sum(text.count(chr(code)) for code in range(9)) > len(text) / 1000:
        raise Unreadable("it is no text")
    return text


def paragraphs(text: str) -> Iterator[Passage]:
    """Paragraphs stand between empty lines; a line that is underlined is a heading."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n").split("\n")
    heading, first, gathered = None, 0, list[str]()
    for number, line in enumerate([*lines, ""], start=1):
        if len(gathered) == 1 and _UNDERLINE.fullmatch(line) and len(gathered[0]) <= _LONGEST_HEADING:
            heading, gathered = gathered[0].strip(), []
        elif line.strip():
            first = first if gathered else number
            gathered.append(line.rstrip())
        elif gathered:
            yield Passage("\n".join(gathered), heading, line=first)
            gathered = []


def _guess(data: bytes) -> str:
    try:
        from charset_normalizer import from_bytes
    except ImportError:
        return "cp1252"
    best = from_bytes(data[:_SAMPLE]).best()
    if best is None:
        raise Unreadable("it is no text")
    return best.encoding
