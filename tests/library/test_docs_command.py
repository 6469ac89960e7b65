"""`otto docs` as others script against it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

OTTO = Path(sys.executable).parent / "otto"


def otto_docs(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [OTTO, "docs", *arguments], env={**os.environ, **environment}, capture_output=True, text=True, timeout=120
    )


def answered(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    (line,) = done.stdout.splitlines()
    answer: dict[str, Any] = json.loads(line)
    return answer


@pytest.fixture
def lease(folder: Path) -> Path:
    file = folder / "lease.md"
    file.write_text("# Lease\n\nThe rent is 940 euros a month.\n")
    (folder / "broken.docx").write_bytes(b"none")
    return file


def test_add_list_ask_and_remove(lease: Path) -> None:
    added = otto_docs("add", lease.parent)
    assert added.returncode == 0
    fields = answered(added)
    assert (fields["path"], fields["files"], fields["passages"]) == (str(lease.parent), 1, 1)
    assert answered(otto_docs("list")) == fields
    assert fields["skipped"] == {str(lease.parent / "broken.docx"): "it is no DOCX that can be read (BadZipFile)"}

    done = otto_docs("ask", "how much", "is the rent")
    answer = answered(done)
    assert done.returncode == 0 and answer["answer"] == "The rent is 940 euros a month." and not answer["by_model"]
    assert answer["sources"] == [
        {
            "file": str(lease),
            "page": None,
            "heading": "Lease",
            "line": 3,
            "passage": "The rent is 940 euros a month.",
        }
    ]
    shown = otto_docs("ask", "how much is the rent", "--format", "text").stdout
    assert "From lease.md, under Lease: The rent is 940 euros a month." in shown and f"{lease}, Lease, line 3:" in shown

    nothing = otto_docs("ask", "how tall is Mount Everest")
    assert nothing.returncode == 1 and answered(nothing)["ok"] is False

    assert answered(otto_docs("remove", lease.parent)) == {"removed": str(lease.parent)}
    assert otto_docs("list").stdout == ""


def test_without_the_model_and_without_a_network_words_are_enough(lease: Path, tmp_path: Path) -> None:
    away = {"XDG_CACHE_HOME": str(tmp_path / "cache"), "PIP_INDEX_URL": "http://127.0.0.1:9", "PIP_NO_INDEX": "1"}
    added = otto_docs("add", lease, **away)
    assert added.returncode == 0 and "found by their words alone" in added.stderr
    assert answered(otto_docs("ask", "how much is the rent", **away))["answer"] == "The rent is 940 euros a month."


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["add", "/no/such/folder"], 2, "otto: There is no folder or file /no/such/folder."),
        (["remove", "/no/such/folder"], 2, "otto: /no/such/folder is not among your documents. None was added."),
        (["ask", "anything"], 1, "otto: You have given me no documents yet."),
    ],
)
def test_an_error_is_one_sentence(arguments: list[str], code: int, sentence: str) -> None:
    done = otto_docs(*arguments)
    assert (done.returncode, done.stdout) == (code, "") and done.stderr.startswith(sentence)
    assert len(done.stderr.splitlines()) == 1
