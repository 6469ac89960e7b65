"""A download that continues where it stopped: over broken connections, and over runs.

What has arrived lies in NAME.part until it is whole, then takes its name in one step, so that a file under its own
name is never half a file. A server without Range support sends the file from the start again.
"""

from __future__ import annotations

import base64
import hashlib
import os
import time
from dataclasses import dataclass
from pathlib import Path

import httpx
from rich.progress import Progress, TaskID

_FRUITLESS_TRIES = 3  # in a row without one new byte
_WAIT = 0.25  # seconds before the first new try; each further fruitless one waits twice as long
_TIMEOUT = httpx.Timeout(30, connect=10)  # seconds


class SourceFailed(Exception):
    """This source cannot give the file, the next may; the message is a clause without capital and full stop."""

    def __init__(self, clause: str, not_found: bool = False) -> None:
        super().__init__(clause)
        self.not_found = not_found


@dataclass(frozen=True)
class Digest:
    """What the content must hash to."""

    algorithm: str
    hexdigest: str

    @classmethod
    def from_integrity(cls, text: str) -> Digest:
        """From the form that npm writes: ``sha512-BASE64``."""
        algorithm, _, encoded = text.partition("-")
        return cls(algorithm, base64.b64decode(encoded).hex())

    def matches(self, path: Path) -> bool:
        with path.open("rb") as content:
            return hashlib.file_digest(content, self.algorithm).hexdigest() == self.hexdigest


def download(url: str, target: Path, digest: Digest | None, bar: Progress, label: str) -> None:
    """Bring ``url`` to ``target``. A target that is there and matches the digest is not fetched again.

    Raises SourceFailed (what was tried, and why it failed) and OSError (the disk). The .part stays for the next run.
    """
    if digest and target.exists() and digest.matches(target):
        return
    part = part_of(target)
    continued = part.exists()
    _fetch_whole(url, part, bar, label)
    if continued and digest and not digest.matches(part):  # its beginning may have been of another file: once afresh
        part.unlink()
        _fetch_whole(url, part, bar, label)
    if digest and not digest.matches(part):
        part.unlink()
        raise SourceFailed(f"{url} is not the expected file: its {digest.algorithm} differs")
    finish(part, target)


def part_of(target: Path) -> Path:
    """Where a file lies while it is not whole."""
    return target.with_name(target.name + ".part")


def finish(part: Path, target: Path) -> None:
    """Give a whole .part its name, safely on disk: after a power cut there is the old state or the new."""
    with part.open("rb+") as written:
        os.fsync(written.fileno())
    part.replace(target)


def _fetch_whole(url: str, part: Path, bar: Progress, label: str) -> None:
    task = bar.add_task(label, total=None)
    try:
        with httpx.Client(follow_redirects=True, timeout=_TIMEOUT, headers={"Accept-Encoding": "identity"}) as client:
            _keep_trying(client, url, part, bar, task)
    except httpx.HTTPStatusError as error:
        response = error.response
        answer = f"{response.status_code} {response.reason_phrase}".rstrip()
        raise SourceFailed(f"{url} answers {answer}", not_found=response.status_code == 404) from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        reason = (str(error) or type(error).__name__).splitlines()[0].rstrip(".")
        raise SourceFailed(f"{url} cannot be reached ({reason})") from None
    finally:
        bar.remove_task(task)


def _keep_trying(client: httpx.Client, url: str, part: Path, bar: Progress, task: TaskID) -> None:
    """Continue over broken connections, as long as each few tries bring something."""
    fruitless = 0
    while True:
        before = _size(part)
        try:
            return _fetch_rest(client, url, part, bar, task)
        except httpx.TransportError:
            fruitless = 0 if _size(part) > before else fruitless + 1
            if fruitless == _FRUITLESS_TRIES:
                raise
            time.sleep(_WAIT * 2**fruitless)


def _fetch_rest(client: httpx.Client, url: str, part: Path, bar: Progress, task: TaskID) -> None:
    """Append what is missing to the .part, or write it from the start if the server sends it from the start."""
    have = _size(part)
    with client.stream("GET", url, headers={"Range": f"bytes={have}-"} if have else {}) as response:
        range_sent = response.headers.get("Content-Range", "")
        if response.status_code == 416 and range_sent == f"bytes */{have}":
            return  # there is nothing after what we have: it is whole
        if response.status_code == 416 or (response.status_code == 206 and not range_sent.startswith(f"bytes {have}-")):
            part.unlink()  # what we have is not the beginning of this file
            raise httpx.RemoteProtocolError("the server's file has another size than before")
        response.raise_for_status()
        continues = response.status_code == 206
        length = response.headers.get("Content-Length")
        done = have if continues else 0
        bar.update(task, completed=done, total=done + int(length) if length else None)
        with part.open("ab" if continues else "wb") as file:
            for chunk in response.iter_raw():  # as it arrives: a chunk being filled would be lost with the connection
                file.write(chunk)
                bar.update(task, advance=len(chunk))


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
