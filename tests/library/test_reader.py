"""What is read of a file, and what is said of one that cannot be read."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from docx.document import Document

from otto.library.passages import Passage
from otto.library.reader import Reader
from otto.library.unreadable import Unreadable
from tests.library.conftest import make_bomb, make_docx, make_pdf


def passages(reader: Reader, file: Path, data: bytes) -> list[Passage]:
    file.write_bytes(data)
    found = reader.read(str(file)).passages
    assert found is not None
    return found


def reason(reader: Reader, file: Path) -> str:
    with pytest.raises(Unreadable) as error:
        reader.read(str(file))
    return error.value.reason


@pytest.mark.parametrize(
    "data",
    [
        "Müllabfuhr: jeden zweiten Dienstag, außer an Feiertagen. Die Gebühr beträgt 40 €.".encode(encoding)
        for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252")
    ],
)
def test_text_in_any_encoding(reader: Reader, folder: Path, data: bytes) -> None:
    (passage,) = passages(reader, folder / "waste.txt", data)
    assert "außer an Feiertagen" in passage.text and "40 €" in passage.text


def test_russian_text_of_an_old_computer(reader: Reader, folder: Path) -> None:
    text = "Гарантия на холодильник действует два года со дня покупки. Сохраните чек."
    assert passages(reader, folder / "fridge.txt", text.encode("cp1251"))[0].text == text


def test_paragraphs_and_underlined_headings_with_their_lines(reader: Reader, folder: Path) -> None:
    text = b"Rent\r\n====\r\n\r\nIt is 940 euros.\r\n\r\nPets\r\n----\r\nA cat needs consent.\r\n"
    assert passages(reader, folder / "lease.txt", text) == [
        Passage("It is 940 euros.", "Rent", line=4),
        Passage("A cat needs consent.", "Pets", line=8),
    ]


def test_markdown_under_its_headings_without_its_marks(reader: Reader, folder: Path) -> None:
    text = """---
title: not shown
---
# Oven

Turn it **off** with [the knob](http://x.example).

## Cleaning

- Use *no* sand.
- Dry it.

| code | meaning |
|---|---|
| E1 | hot |

```
# no heading
```
"""
    assert passages(reader, folder / "oven.md", text.encode()) == [
        Passage("Turn it off with the knob.", "Oven", line=6),
        Passage("Use no sand.\nDry it.\ncode, meaning\nE1, hot\n# no heading", "Oven > Cleaning", line=10),
    ]


def test_docx_with_headings_and_tables(reader: Reader, folder: Path) -> None:
    def build(document: Document) -> None:
        document.add_heading("Handbook", 0)
        document.add_heading("Holidays", 1)
        document.add_paragraph("You have 30 days.")
        table = document.add_table(rows=1, cols=2)
        table.rows[0].cells[0].text, table.rows[0].cells[1].text = "Easter", "2 days"
        document.add_heading("Training", 1)
        document.add_paragraph("1,200 euros a year.")

    assert passages(reader, folder / "handbook.docx", make_docx(build)) == [
        Passage("You have 30 days.\nEaster, 2 days", "Holidays"),
        Passage("1,200 euros a year.", "Training"),
    ]


def test_pdf_by_page(reader: Reader, folder: Path) -> None:
    found = passages(reader, folder / "warranty.pdf", make_pdf(["Thank you.", "The warranty lasts three years."]))
    assert [(one.page, one.text) for one in found] == [(1, "Thank you."), (2, "The warranty lasts three years.")]


def test_a_pdf_without_a_password_of_its_own_is_read_though_it_is_locked_against_changes(
    reader: Reader, folder: Path
) -> None:
    assert passages(reader, folder / "locked.pdf", make_pdf(["Open."], password=""))[0].text == "Open."


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("secret.pdf", make_pdf(["Secret."], password="swordfish"), "it is encrypted"),
        ("secret.docx", b"\xd0\xcf\x11\xe0" + b"\0" * 600, "it is encrypted, or of the old .doc format"),
        ("scan.pdf", make_pdf([""]), "it holds no text; is it a scan?"),
        ("half.pdf", make_pdf(["Cut off."])[:300], "it is no PDF that can be read"),
        ("nonsense.pdf", b"hello", "it is no PDF that can be read"),
        ("nonsense.docx", b"PK\x03\x04 hello", "it is no DOCX that can be read"),
        ("picture.txt", bytes(range(256)) * 9, "it is no text"),
        ("empty.txt", b"", "it is empty"),
        ("empty.md", b"# Only a heading\n", "it is empty"),
        ("large.txt", b"word " * 2_100_000, "it is too large: 10 MB"),
        ("long.txt", b"word " * 1_100_000, "it is too long"),
    ],
)
def test_what_cannot_be_read_has_a_reason(reader: Reader, folder: Path, name: str, data: bytes, why: str) -> None:
    (folder / name).write_bytes(data)
    assert reason(reader, folder / name).startswith(why)


def test_a_pdf_bomb_is_given_up_and_the_next_file_is_read(folder: Path) -> None:
    (folder / "bomb.pdf").write_bytes(make_bomb())
    with Reader(seconds=1.5) as reader:
        began = time.monotonic()
        assert "1.5 seconds" in reason(reader, folder / "bomb.pdf")
        assert time.monotonic() - began < 4
        assert passages(reader, folder / "fine.txt", b"Fine.")


def test_what_is_no_ordinary_file_is_left_alone(reader: Reader, folder: Path) -> None:
    os.mkfifo(folder / "pipe.txt")
    (folder / "link.txt").symlink_to("/etc/passwd")
    assert reason(reader, folder / "pipe.txt") == "it is no ordinary file"
    assert reason(reader, folder / "link.txt").startswith("it cannot be read")
    assert reason(reader, folder / "gone.txt") == "it cannot be read: no such file or directory"


def test_a_file_whose_hash_is_known_is_not_read_further(reader: Reader, folder: Path) -> None:
    (folder / "same.txt").write_text("The same.")
    first = reader.read(str(folder / "same.txt"))
    assert reader.read(str(folder / "same.txt"), first.sha256).passages is None
