"""Reads files in a process of its own, so that one that hangs, crashes or eats memory takes nothing else with it.

A request is a line of JSON, and so is its answer. The process ends when its standard input does.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import astuple, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from otto.library.passages import Passage
from otto.library.unreadable import Unreadable

SECONDS = 60.0  # for one file
_MEMORY = 2 << 30  # bytes of address space
_OPEN = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)


@dataclass(frozen=True)
class Content:
    """What a file holds. ``passages`` is None when its hash is the known one: then it was not read further."""

    sha256: str
    passages: list[Passage] | None


class Reader:
    """The process, started when the first file is read. A context manager; for one thread."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop()

    def read(self, path: str, known: str | None = None) -> Content:
        """The content of a file; ``known`` is the hash that it had. Raises Unreadable."""
        process = self._running()
        assert process.stdin is not None and process.stdout is not None
        overdue = threading.Event()

        def end() -> None:
            overdue.set()
            process.kill()

        timer = threading.Timer(self._seconds, end)
        timer.start()
        try:
            process.stdin.write(json.dumps({"path": path, "known": known, "seconds": self._seconds}) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except OSError:
            line = ""
        finally:
            timer.cancel()
        if not line.endswith("\n"):
            self._stop()
            took = f"reading it took longer than {self._seconds:g} seconds"
            raise Unreadable(took if overdue.is_set() else "reading it failed: it may be broken, or made to do harm")
        answer = json.loads(line)
        if "problem" in answer:
            raise Unreadable(answer["problem"], answer["again"])
        passages = answer["passages"]
        return Content(answer["sha256"], None if passages is None else [Passage(*fields) for fields in passages])

    def _running(self) -> subprocess.Popen[str]:
        if self._process is None:
            self._process = subprocess.Popen(  # -P: a file of the user's named otto.py is not what is meant
                [sys.executable, "-P", "-m", "otto.library.reader"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                encoding="ascii",
            )
        return self._process

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            with suppress(OSError):
                process.communicate()


def _serve() -> None:
    """The other side: answer requests until there are no more."""
    answers, sys.stdout = sys.stdout, sys.stderr  # a library that prints must not answer
    _limit_memory()
    for line in sys.stdin:
        request = json.loads(line)
        _limit_time(request["seconds"])
        answers.write(json.dumps(_answer(request["path"], request["known"])) + "\n")
        answers.flush()
        _limit_time(0)


def _answer(path: str, known: str | None) -> dict[str, Any]:
    from otto.library import formats

    try:
        data = _bytes(path, formats.largest(Path(path).suffix.lower()))
        sha256 = hashlib.sha256(data).hexdigest()
        passages = None if sha256 == known else formats.read(path, data)
    except Unreadable as error:
        return {"problem": error.reason, "again": error.again}
    except OSError as error:
        return {"problem": f"it cannot be read: {(error.strerror or str(error)).lower()}", "again": True}
    except (MemoryError, RecursionError):
        return {"problem": "it needs too much memory", "again": False}
    except Exception as error:  # what a broken file makes a library do
        return {"problem": f"it is broken ({type(error).__name__})", "again": False}
    rows = None if passages is None else [astuple(piece) for piece in passages]
    return {"sha256": sha256, "passages": rows}


def _bytes(path: str, most: int) -> bytes:
    with open(os.open(path, _OPEN), "rb") as file:  # noqa: PTH123 - a symbolic link is not followed
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise Unreadable("it is no ordinary file", again=True)
        if status.st_size > most:
            raise Unreadable(f"it is too large: {status.st_size / 1e6:.0f} MB, at most {most / 1e6:.0f} MB are read")
        return file.read(most)


def _limit_memory() -> None:
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


def _limit_time(seconds: float) -> None:
    """End this process after a while, even if its parent is gone; zero takes the limit back."""
    with suppress(ImportError, AttributeError):
        import signal

        signal.alarm(int(seconds) + 5 if seconds else 0)


if __name__ == "__main__":
    _serve()
