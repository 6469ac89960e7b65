"""Questions at the command line: on a terminal, in a pipe, and answered beforehand."""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

from otto import parts
from otto.calls import Call
from otto.taught import taught_file, teach

OTTO = Path(sys.executable).parent / "otto"
WIPE = "wipe the slate"  # taught, so that what the model makes of it is certain


@pytest.fixture(autouse=True)
def two_notes() -> None:
    teach(WIPE, [Call.make("notes", action="delete", note="all")], taught_file())
    memory = parts.store()
    memory.notes.add("milk", 1.0)
    memory.notes.add("call Ann", 2.0)
    memory.close()


def notes() -> list[str]:
    memory = parts.store()
    try:
        return [note.text for note in memory.notes.all()]
    finally:
        memory.close()


def piped(*more: str) -> dict[str, object]:
    result = subprocess.run([OTTO, "ask", WIPE, *more], capture_output=True, text=True, timeout=120, check=True)
    answer: dict[str, object] = json.loads(result.stdout)
    return answer


def typed(answer: str) -> str:
    """`otto ask` on a terminal, with an answer typed once it asks."""
    leader, follower = pty.openpty()
    process = subprocess.Popen([OTTO, "ask", WIPE], stdin=follower, stdout=follower, stderr=follower)
    os.close(follower)
    shown, ends = "", time.monotonic() + 60
    while time.monotonic() < ends:
        if select.select([leader], [], [], 0.2)[0]:
            try:
                part = os.read(leader, 4096)
            except OSError:  # the other end is closed
                break
            shown += part.decode()
            if shown.rstrip().endswith("[y/N]"):
                os.write(leader, f"{answer}\n".encode())
                shown += "<asked>"
        elif process.poll() is not None:
            break
    process.wait(10)
    os.close(leader)
    return shown


def test_in_a_pipe_the_question_is_the_reply_and_nothing_is_done() -> None:
    reply = str(piped()["reply"])
    assert reply.endswith("?") and "notes" in reply
    assert notes() == ["milk", "call Ann"]


def test_yes_can_be_said_beforehand() -> None:
    assert piped("--yes")["reply"] == "All 2 notes are deleted."
    assert notes() == []


@pytest.mark.parametrize(
    ("answer", "left"), [("y", 0), ("yes please", 0), ("n", 2), ("", 2), ("perhaps", 2), ("yes but later", 2)]
)
def test_on_a_terminal_it_is_asked(answer: str, left: int) -> None:
    shown = typed(answer)
    assert "<asked>" in shown
    assert len(notes()) == left, shown
