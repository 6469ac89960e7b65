"""Starts a program on its own: it outlives Otto, says nothing into Otto's output, and never goes through a shell."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path


def start_detached(command: Sequence[str], folder: Path | None = None) -> subprocess.Popen[bytes]:
    """Start a list of arguments in a folder, else in the user's home. Raises OSError when it cannot be started."""
    process = subprocess.Popen(
        command,
        cwd=folder if folder and folder.is_dir() else Path.home(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    threading.Thread(target=process.wait, daemon=True).start()  # or it stays a zombie when it ends
    return process
