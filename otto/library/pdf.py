"""PDF: the text of each page."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from otto.library.passages import Passage
from otto.library.unreadable import Unreadable, missing

_MOST_PAGES = 3000
_BROKEN_WORD = re.compile(r"(?<=[^\W\d_])-\n(?=[^\W\d_])")


def paragraphs(data: bytes) -> Iterator[Passage]:
    """The paragraphs of every page; a page without empty lines is one. Raises Unreadable."""
    try:
        from pypdf import PasswordType, PdfReader
        from pypdf.errors import DependencyError, PyPdfError
    except ImportError:
        raise missing("pypdf") from None
    found = False
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED:
            raise Unreadable("it is encrypted")
        if len(reader.pages) > _MOST_PAGES:
            raise Unreadable(f"it has more than {_MOST_PAGES} pages")
        for number, page in enumerate(reader.pages, start=1):
            for paragraph in re.split(r"\n\s*\n", _BROKEN_WORD.sub("", page.extract_text())):
                if paragraph.strip():
                    found = True
                    yield Passage(paragraph, page=number)
    except DependencyError:
        raise Unreadable("it is encrypted") from None
    except PyPdfError as error:
        raise Unreadable(f"it is no PDF that can be read ({error})") from None
    if not found:
        raise Unreadable("it holds no text; is it a scan?")
