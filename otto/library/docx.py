"""DOCX: paragraphs and tables under their headings."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING

from otto.library.passages import Passage
from otto.library.unreadable import Unreadable, missing

if TYPE_CHECKING:
    from docx.table import Table

_OLE = b"\xd0\xcf\x11\xe0"  # an encrypted document is wrapped in the container of the old format
_MOST_BYTES = 200_000_000  # unpacked


def paragraphs(data: bytes) -> Iterator[Passage]:
    """The paragraphs and the rows of tables, in their order. Raises Unreadable."""
    try:
        from docx import Document
        from docx.table import Table
    except ImportError:
        raise missing("python-docx") from None
    if data.startswith(_OLE):
        raise Unreadable("it is encrypted, or of the old .doc format")
    try:
        if sum(member.file_size for member in zipfile.ZipFile(io.BytesIO(data)).infolist()) > _MOST_BYTES:
            raise Unreadable("it is too large when unpacked")
        document = Document(io.BytesIO(data))
    except Unreadable:
        raise
    except Exception as error:  # python-docx lets through what zipfile, lxml and its own reader raise
        raise Unreadable(f"it is no DOCX that can be read ({type(error).__name__})") from None
    headings: dict[int, str] = {}
    for item in document.iter_inner_content():
        heading = " > ".join(headings[level] for level in sorted(headings)) or None
        if isinstance(item, Table):
            yield from (Passage(row, heading) for row in _rows(item))
        elif (level := _level(item.style.name if item.style else None)) and item.text.strip():
            headings = {above: name for above, name in headings.items() if above < level}
            headings[level] = item.text.strip()
        else:
            yield Passage(item.text, heading)


def _level(style: str | None) -> int:
    """1 for the title and "Heading 1", and so on; 0 for what is no heading."""
    found = re.fullmatch(r"(?i)title|heading (\d)", style or "")
    return 0 if not found else int(found[1] or 1)


def _rows(table: Table) -> Iterator[str]:
    for row in table.rows:
        cells = dict.fromkeys(" ".join(cell.text.split()) for cell in row.cells)  # a merged cell is met several times
        yield ", ".join(cell for cell in cells if cell)
