"""Real documents: PDFs written by fpdf2, DOCX by python-docx."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from docx import Document
from fpdf import FPDF

from otto import weights
from otto.library import minilm
from otto.library.library import Library
from otto.library.minilm import Embedder
from otto.library.reader import Reader

MakePdf = Callable[..., bytes]


def make_pdf(pages: Sequence[str], password: str | None = None) -> bytes:
    """A PDF with this text on its pages."""
    pdf = FPDF()
    pdf.set_font("helvetica", size=12)
    for text in pages:
        pdf.add_page()
        pdf.multi_cell(0, 8, text)
    if password is not None:
        pdf.set_encryption(owner_password="owner", user_password=password)
    return bytes(pdf.output())


def make_docx(build: Callable[[Document], None]) -> bytes:
    """A DOCX that ``build`` fills."""
    document = Document()
    build(document)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def make_bomb() -> bytes:
    """A PDF of 70 kB whose one page has ten million operators."""
    content = zlib.compress(b"BT (a) Tj ET " * 5_000_000, 9)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R /Resources << /Font << >> >> >>",
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%b\nendstream" % (len(content), content),
    ]
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out + b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % table)


@pytest.fixture
def reader() -> Iterator[Reader]:
    with Reader() as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The user's folder."""
    made = tmp_path / "papers"
    made.mkdir()
    return made


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    return minilm.load(weights.fetch("minilm-l6"))


@pytest.fixture
def words_only(tmp_path: Path) -> Library:
    """A library on a computer without the model."""
    return Library(tmp_path / "library.db", lambda: None)
