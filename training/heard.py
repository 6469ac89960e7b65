"""What Whisper writes for sentences that voices speak."""

from __future__ import annotations

from pathlib import Path

from training.leaks import plain


def read_heard(folder: Path) -> dict[str, list[str]]:
    """The transcripts of each clean sentence, by its `leaks.plain` form. A missing folder has none."""
    heard: dict[str, list[str]] = {}
    for file in sorted(folder.glob("*.tsv")):
        for line in file.read_text(encoding="utf-8").splitlines():
            clean, written, *_ = line.split("\t")
            heard.setdefault(plain(clean), []).append(written)
    return heard
