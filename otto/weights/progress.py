"""The progress bar on standard error: one line a download, with size, speed and time left."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn


def progress_bar(show: bool | None) -> Progress:
    """A rich progress bar, to be used with ``with``. None shows it only if standard error is a terminal."""
    visible = sys.stderr.isatty() if show is None else show
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True, force_terminal=True if show else None),
        disable=not visible,
        transient=True,
    )
