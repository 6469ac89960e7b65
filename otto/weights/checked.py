"""Checks a file by size and sha256, and remembers the files that were right.

Hashing 100 MB takes a quarter of a second, too long for each start. A small file beside the weight, NAME.checked,
holds the size, modification time and hash of what was hashed; while these still hold, the file is not read again.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from pathlib import Path

from otto.weights.table import File


def is_good(path: Path, file: File) -> bool:
    """Whether ``path`` is the file of the table. Reads it unless it was found right before and has not changed."""
    try:
        stamp = _stamp(path, file)
        if stamp["size"] != file.size:
            return False
        if _remembered(path) == stamp:
            return True
        with path.open("rb") as content:
            right = hashlib.file_digest(content, "sha256").hexdigest() == file.sha256
    except OSError:
        return False
    if right:
        remember(path, file)
    return right


def remember(path: Path, file: File) -> None:
    """Note that ``path`` has just been hashed and is right. A cache that cannot be written is hashed each time."""
    with contextlib.suppress(OSError):
        _sidecar(path).write_text(json.dumps(_stamp(path, file)), encoding="utf-8")


def _stamp(path: Path, file: File) -> dict[str, int | str]:
    status = path.stat()
    return {"size": status.st_size, "modified_ns": status.st_mtime_ns, "sha256": file.sha256}


def _remembered(path: Path) -> object:
    try:
        return json.loads(_sidecar(path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _sidecar(path: Path) -> Path:
    return path.with_name(path.name + ".checked")
