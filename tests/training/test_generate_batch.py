"""The Batch API: one file of requests, a batch that goes on without Otto, and its answers."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from otto.errors import ModelError, UsageError
from otto.examples import read
from tests.training.pair_server import PairServer, running
from training.generate import Order, generate_examples

OTTO = Path(sys.executable).parent / "otto"


@pytest.fixture
def server() -> Iterator[PairServer]:
    with running() as started:
        yield started


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "run_app_examples.txt"


def by_batch(server: PairServer, out: Path, count: int = 20, **more: Any) -> None:
    order = {"yes": True, "batch": True, "tries": 2, **more}
    generate_examples(Order("run_app", count, "gpt-4o-mini", server.url, out, **order))


def count(out: Path) -> int:
    found = read(out)
    return len(found.shown + found.examples)


def test_all_requests_go_in_one_file(server: PairServer, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    by_batch(server, out)
    assert not server.requests and len(server.batches) == 1
    lines = [json.loads(line) for line in server.files["file-0"].splitlines()]
    assert len(lines) == 4  # a quarter more than is wanted
    assert len({line["custom_id"] for line in lines}) == 4
    assert {line["url"] for line in lines} == {"/v1/chat/completions"}
    assert lines[0]["body"]["tools"][0]["function"]["name"] == "write_pairs"
    assert count(out) == 20
    told = capsys.readouterr().err
    assert "3 requests, 1 without an answer" in told and "2,700 tokens in, 900 out." in told


def test_a_batch_is_fetched_by_the_next_run_when_otto_was_killed(server: PairServer, out: Path) -> None:
    server.looks = 10_000
    command = ["gen-examples", "--skill", "run_app", "-n", "20", "--model", "m", "--base-url", server.url, "--batch"]
    waiting = subprocess.Popen([OTTO, *command, "--out", str(out)], stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while not (server.batches and server.batches["batch_0"]["looks"]) and time.monotonic() < deadline:
        time.sleep(0.05)
    waiting.send_signal(signal.SIGINT)
    _, told = waiting.communicate(timeout=60)
    assert waiting.returncode == 130
    assert told == "The batch goes on at the server; the same command fetches it.\n"

    server.looks = 1
    by_batch(server, out)
    assert len(server.batches) == 1 and count(out) == 20


def test_an_open_batch_belongs_to_its_server(server: PairServer, out: Path) -> None:
    server.batch_end, server.looks = "in_progress", 0
    with running() as other:
        other.has_batches = False
        leave_open(server, out)
        with pytest.raises(UsageError, match=f"at another server; use --base-url {server.url}"):
            by_batch(other, out)


def test_without_batch_an_open_one_is_left_alone(
    server: PairServer, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    leave_open(server, out)
    by_batch(server, out, 4, batch=False)
    assert "A batch is open; --batch fetches it." in capsys.readouterr().err and count(out) == 4


def test_a_batch_that_the_server_has_forgotten_is_forgotten(server: PairServer, out: Path) -> None:
    leave_open(server, out)
    server.batches.clear()
    with pytest.raises(ModelError, match=r"knows no batch 'batch_0'; it is forgotten now\."):
        by_batch(server, out)
    by_batch(server, out)
    assert count(out) == 20


def test_a_batch_that_fails_says_why(server: PairServer, out: Path) -> None:
    server.batch_end = "failed"
    with pytest.raises(ModelError, match=r"^The batch batch_0 at .* is failed: Line 3 is no JSON\.$"):
        by_batch(server, out)
    server.batch_end = "completed"
    by_batch(server, out)
    assert len(server.batches) == 2 and count(out) == 20


def test_what_an_expired_batch_brought_is_kept(server: PairServer, out: Path) -> None:
    server.batch_end = "expired"
    with pytest.raises(ModelError, match="is expired"):
        by_batch(server, out)
    by_batch(server, out, batch=False)
    assert len(server.requests) <= 1 and count(out) == 20


def test_a_server_without_batches(server: PairServer, out: Path) -> None:
    server.has_batches = False
    with pytest.raises(ModelError, match=r"has no Batch API; leave out --batch\."):
        by_batch(server, out)


def leave_open(server: PairServer, out: Path) -> None:
    """A run that ends while its batch goes on: the server cannot be asked how far it is."""
    from training.generating.journal import OpenBatch, open_journal

    server.files["file-0"] = ""
    server.batches["batch_0"] = {
        "id": "batch_0", "object": "batch", "status": "in_progress", "looks": -9999, "input_file_id": "file-0",
    }  # fmt: skip
    with open_journal("run_app", out) as journal:
        journal.opened(OpenBatch("batch_0", server.url, 4))
