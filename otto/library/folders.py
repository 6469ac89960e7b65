"""Which files stand in the user's folders."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from otto.library.formats import KNOWN

MOST_FILES = 20_000  # in one folder


@dataclass(frozen=True)
class Stamp:
    """What tells that a file has changed, without reading it."""

    size: int
    modified: int  # nanoseconds since 1970


@dataclass(frozen=True)
class Scan:
    """The documents in one folder, and how many files of other kinds; ``problem`` says why it is not complete."""

    files: dict[str, Stamp]
    others: int = 0
    problem: str | None = None


def scan(root: str) -> Scan:
    """The documents under a folder, or the one file that ``root`` is, whatever its kind.

    Hidden files and folders are left out. Symbolic links are not followed: one that leads out of the folder must not
    be, and one that stays in it leads to what is found anyway.
    """
    try:
        status = os.lstat(root)
    except OSError as error:
        return Scan({}, problem=f"it cannot be read: {(error.strerror or str(error)).lower()}")
    if stat.S_ISREG(status.st_mode):
        return Scan({root: _stamp(status)})
    if not stat.S_ISDIR(status.st_mode):
        return Scan({}, problem="it is no folder and no ordinary file")
    files: dict[str, Stamp] = {}
    others, problem, waiting = 0, None, [root]
    while waiting:
        folder = waiting.pop()
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            problem = f"{folder} cannot be read: {(error.strerror or str(error)).lower()}"
            continue
        for entry in entries:
            if entry.name.startswith((".", "~$")) or entry.is_symlink():
                continue
            if entry.is_dir(follow_symlinks=False):
                waiting.append(entry.path)
            elif not entry.is_file(follow_symlinks=False):
                continue
            elif Path(entry.name).suffix.lower() not in KNOWN or not _is_text(entry.path):
                others += 1
            elif len(files) == MOST_FILES:
                return Scan(files, others, f"it holds more than {MOST_FILES} documents; the others are left out")
            else:
                try:
                    files[entry.path] = _stamp(entry.stat(follow_symlinks=False))
                except OSError:
                    continue  # deleted since
    return Scan(files, others, problem)


def _is_text(path: str) -> bool:
    """Whether a file name is one that can be stored and said."""
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _stamp(status: os.stat_result) -> Stamp:
    return Stamp(status.st_size, status.st_mtime_ns)
