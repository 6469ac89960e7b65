"""The journal of a run: a line for each thing that happened, written at once, so that nothing is lost when it ends.

{"did": "asked", "requests": 1, "pairs": [["Fire up Blender.", "run_app(program=\"Blender\")"]]}
{"did": "accepted", "text": "Fire up Blender."}
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from otto import paths
from otto.errors import OttoError
from training.generating.sieve import Pair


@dataclass(frozen=True)
class OpenBatch:
    """A batch that a server works on: its name, the server's address, and how many requests are in it."""

    name: str
    base_url: str
    requests: int


class Journal:
    """What earlier runs for the same file left: pairs to review, sentences that were rejected, an open batch.

    ``requests`` is the number of the next request. Raises OttoError when the journal cannot be written.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._pending: dict[str, Pair] = {}
        self.rejected: list[str] = []
        self.requests = 0
        self.batch: OpenBatch | None = None
        for record in self._records():
            self._apply(record)

    @property
    def pending(self) -> list[Pair]:
        """The pairs that nobody has decided on, the oldest first."""
        return list(self._pending.values())

    def asked(self, pairs: Sequence[Pair]) -> None:
        """A request was answered with these pairs."""
        self._add({"did": "asked", "requests": 1, "pairs": [[pair.text, pair.call] for pair in pairs]})

    def accept(self, text: str) -> None:
        """The pair stands in its file now, as it was or changed, or is there already."""
        self._add({"did": "accepted", "text": text})

    def reject(self, text: str) -> None:
        """The sentence is not to come up again."""
        self._add({"did": "rejected", "text": text})

    def opened(self, batch: OpenBatch) -> None:
        self._add({"did": "opened", "batch": batch.name, "base_url": batch.base_url, "requests": batch.requests})

    def fetched(self, pairs: Sequence[Pair]) -> None:
        """The open batch gave these pairs, and is done with."""
        requests = self.batch.requests if self.batch else 0
        self._add({"did": "fetched", "requests": requests, "pairs": [[pair.text, pair.call] for pair in pairs]})

    def _apply(self, record: dict[str, Any]) -> None:
        match record:
            case {"did": "asked" | "fetched" as did, "requests": int(requests), "pairs": list(pairs)}:
                self.requests += requests
                self._pending |= {str(text): Pair(str(text), str(call)) for text, call in pairs}
                if did == "fetched":
                    self.batch = None
            case {"did": "accepted", "text": str(text)}:
                self._pending.pop(text, None)
            case {"did": "rejected", "text": str(text)}:
                self._pending.pop(text, None)
                self.rejected.append(text)
            case {"did": "opened", "batch": str(name), "base_url": str(base_url), "requests": int(requests)}:
                self.batch = OpenBatch(name, base_url, requests)

    def _records(self) -> Iterator[dict[str, Any]]:
        try:
            lines = self._file.read_text(encoding="utf-8", errors="replace").split("\n")
        except FileNotFoundError:
            return
        except OSError as error:
            raise OttoError(f"{self._file} cannot be read: {error.strerror}.") from None
        for line in lines:
            try:
                record = json.loads(line)
            except ValueError:  # the program was killed while it wrote
                continue
            if isinstance(record, dict):
                yield record

    def _add(self, record: dict[str, Any]) -> None:
        try:
            with self._file.open("a+b") as out:
                torn = out.seek(0, os.SEEK_END) and not _ends_line(self._file)
                out.write((b"\n" if torn else b"") + json.dumps(record, ensure_ascii=False).encode() + b"\n")
                out.flush()
                os.fsync(out.fileno())
        except OSError as error:
            raise OttoError(f"{self._file} cannot be written: {error.strerror}.") from None
        self._apply(record)


@contextmanager
def open_journal(skill: str, target: Path) -> Iterator[Journal]:
    """The journal for the pairs of a skill that go into a file. Raises OttoError while another run has it."""
    name = hashlib.sha256(str(target.resolve()).encode()).hexdigest()[:8]
    file = paths.data_dir() / "generated" / f"{skill}-{name}.jsonl"
    lock = FileLock(file.with_suffix(".lock"))
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout:
        raise OttoError(f"Another `otto gen-examples` is at work on {target}.") from None
    except OSError as error:
        raise OttoError(f"{file} cannot be written: {error.strerror}.") from None
    with lock:
        yield Journal(file)


def _ends_line(file: Path) -> bool:
    with file.open("rb") as inside:
        inside.seek(-1, os.SEEK_END)
        return inside.read(1) == b"\n"
