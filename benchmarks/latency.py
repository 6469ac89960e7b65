"""How long from the last word to the call, and how much memory: Otto on the recordings in examples/audio.

    python benchmarks/latency.py [ROUNDS]

The end of speech is known only after the configured silence; that wait is part of the time that a person feels.
"""

from __future__ import annotations

import os
import platform
import resource
import statistics
import sys
from pathlib import Path

from otto import config, parts
from otto.assistant import Assistant, Turn
from otto.audio.source import open_source
from otto.cli.output import console
from otto.cores import wait_idly
from otto.events import Bus

RECORDINGS = Path(__file__).parent.parent / "examples" / "audio"


def main(rounds: int = 5) -> None:
    from rich.table import Table

    wait_idly()
    settings = config.load()
    offered = parts.catalogue(settings)
    model = parts.skill_model(settings, offered)
    model.warm_up()
    assistant = Assistant(settings, parts.transcriber(settings, offered), model, Bus())
    files = sorted(RECORDINGS.glob("*.wav"))
    turns: list[Turn] = []
    for count in range(rounds + 1):
        heard = [turn for file in files for turn in assistant.hear(open_source(str(file)))]
        turns += heard if count else []  # the first round warms caches up
    silence = settings.segmenter.end_silence
    table = Table("seconds", "p50", "p95", "longest", box=None, header_style="dim")
    steps = {
        "silence that ends an utterance": [silence for _ in turns],
        "transcribe": [turn.transcribe for turn in turns],
        "decide": [turn.decide for turn in turns],
        "last word to call": [silence + turn.total for turn in turns],
    }
    for step, seconds in steps.items():
        table.add_row(step, *(f"{value:.2f}" for value in (statistics.median(seconds), _p95(seconds), max(seconds))))
    out = console()
    out.print(table)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform == "linux" else 1024**2)
    out.print(f"{len(turns)} utterances of {len(files)} recordings, {rounds} rounds; peak memory {peak:.0f} MiB")
    out.print(f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}")


def _p95(values: list[float]) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
