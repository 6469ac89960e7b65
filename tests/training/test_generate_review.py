"""The review, on a real terminal (a pseudo-terminal): given these keys, this stands in the file."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from otto import registry
from otto.calls import render
from otto.examples import check, read
from tests.training.pair_server import PairServer, pairs, running

OTTO = Path(sys.executable).parent / "otto"
SAID = (
    "Fetch me Kdenlive, the film is due tonight.",
    "Where has Okular gone, I must read the lease.",
    "Somebody has to draw, so put Krita on.",
    "Is Audacity any good for cutting this speech?",
)


@pytest.fixture
def server() -> Iterator[PairServer]:
    with running() as started:
        programs = ("Kdenlive", "Okular", "Krita", "Audacity")
        started.replies.append(pairs(*((text, {"program": one}) for text, one in zip(SAID, programs, strict=True))))
        yield started


class Terminal:
    """`otto gen-examples` on a terminal. ``sees`` waits until words stand on it, ``presses`` types."""

    def __init__(self, server: PairServer, out: Path, **environment: str) -> None:
        self._own, theirs = pty.openpty()
        command = ["gen-examples", "--skill", "run_app", "-n", "4", "--model", "m", "--parallel", "1"]
        inherited = {name: value for name, value in os.environ.items() if name not in ("EDITOR", "VISUAL")}
        self._process = subprocess.Popen(
            [OTTO, *command, "--base-url", server.url, "--out", str(out)],
            stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
            env={**inherited, "TERM": "xterm", "COLUMNS": "200", **environment},
        )  # fmt: skip
        os.close(theirs)
        self._screen = ""

    def sees(self, words: str, seconds: float = 60) -> str:
        deadline = time.monotonic() + seconds
        while words not in self._screen and time.monotonic() < deadline:
            if select.select([self._own], [], [], 0.1)[0]:
                try:
                    part = os.read(self._own, 4096)
                except OSError:  # it ended
                    break
                self._screen += re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", part.decode("utf-8", "replace"))
        assert words in self._screen, self._screen
        before, _, self._screen = self._screen.partition(words)
        return before

    def presses(self, keys: str) -> None:
        time.sleep(0.1)  # the terminal is still being made raw
        os.write(self._own, keys.encode())

    def ends(self) -> int:
        code = self._process.wait(60)
        with contextlib.suppress(OSError):
            os.close(self._own)
        return code


def kept(out: Path) -> dict[str, str]:
    found = read(out)
    check(found, registry.load().skills)
    return {example.text: render(example.calls) for example in found.shown + found.examples}


def test_accept_reject_and_quit(server: PairServer, tmp_path: Path) -> None:
    out = tmp_path / "run_app_examples.txt"
    terminal = Terminal(server, out)
    terminal.sees("a accept, e edit, r reject, q quit")
    terminal.sees(SAID[0])
    terminal.sees('run_app(program="Kdenlive")')
    terminal.presses("a")
    terminal.sees("accepted")
    assert list(kept(out)) == [SAID[0]]  # at once, not at the end
    terminal.sees(SAID[1])
    terminal.presses("r")
    terminal.sees("rejected")
    terminal.sees(SAID[2])
    terminal.presses("x")
    terminal.sees("a accept, e edit")
    terminal.presses("\r")
    terminal.sees(SAID[3])
    terminal.presses("q")
    terminal.sees("2 pairs added to ")
    terminal.sees("left for later.")
    assert terminal.ends() == 0
    assert list(kept(out)) == [SAID[0], SAID[2]]

    server.replies.append(pairs((SAID[1], {"program": "Okular"})))  # what was rejected does not come again
    again = Terminal(server, out)
    again.sees(SAID[3])
    again.presses("a")
    again.sees("accepted")
    again.presses("q")
    assert SAID[1] not in again.sees("left for later.")
    assert again.ends() == 0
    assert list(kept(out)) == [SAID[0], SAID[2], SAID[3]]


def test_editing_in_place(server: PairServer, tmp_path: Path) -> None:
    out = tmp_path / "run_app_examples.txt"
    terminal = Terminal(server, out)
    terminal.sees('"Kdenlive")')
    terminal.presses("e")
    terminal.sees("words: ")
    terminal.presses("\x15Fetch me Shotcut, the film is due.\n")  # Ctrl-U empties the line
    terminal.sees("call:  ")
    terminal.presses("\n")
    terminal.sees("program='Kdenlive' is not in 'Fetch me Shotcut, the film is due.'. It stays as it was.")
    terminal.sees('"Kdenlive")')
    terminal.presses("e")
    terminal.sees("words: ")
    terminal.presses("\x15Fetch me Shotcut, the film is due.\n")
    terminal.sees("call:  ")
    terminal.presses('\x15run_app( program = "Shotcut" )\n')
    terminal.sees("1 of 4  Fetch me Shotcut, the film is due.")
    terminal.presses("a")
    terminal.sees(SAID[1])
    terminal.presses("q")
    assert terminal.ends() == 0
    assert kept(out) == {"Fetch me Shotcut, the film is due.": 'run_app(program="Shotcut")'}


def test_editing_in_the_users_editor(server: PairServer, tmp_path: Path) -> None:
    out = tmp_path / "run_app_examples.txt"
    editor = tmp_path / "editor"
    editor.write_text("#!/bin/sh\nsed -i 's/Kdenlive/Pitivi/' \"$1\"\n")
    editor.chmod(0o755)
    terminal = Terminal(server, out, EDITOR=str(editor))
    terminal.sees('"Kdenlive")')
    terminal.presses("e")
    terminal.sees('"Pitivi")')
    terminal.presses("a")
    terminal.sees(SAID[1])
    terminal.presses("\x1b")
    assert terminal.ends() == 0
    assert kept(out) == {SAID[0].replace("Kdenlive", "Pitivi"): 'run_app(program="Pitivi")'}


def test_interrupting_keeps_what_was_accepted(server: PairServer, tmp_path: Path) -> None:
    out = tmp_path / "run_app_examples.txt"
    terminal = Terminal(server, out)
    terminal.sees(SAID[0])
    terminal.presses("a")
    terminal.sees(SAID[1])
    terminal.presses("\x03")
    assert terminal.ends() == 130
    assert list(kept(out)) == [SAID[0]]
