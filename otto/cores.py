"""How Otto shares the processor with the programs that its owner works with."""

from __future__ import annotations

import os


def spare_cores() -> int:
    """All physical cores but one, at least one: the number of llama.cpp's threads.

    Its threads wait for each other after every layer. When another program takes the core of one of them, all wait: on
    two cores with one busy program, two threads took over 2 s for what one thread does in 0.4 s (and two take 0.2 s on
    a machine with nothing else to do).
    """
    import psutil

    return max(1, (psutil.cpu_count(logical=False) or 2) - 1)


def wait_idly() -> None:
    """Let torch's threads sleep while they wait for each other. Call it before torch is imported.

    By default they spin. On two cores with one busy program, Whisper took 5.6 s for a short command when spinning, and
    1.5 s when sleeping; on an idle machine both take 0.8 s.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
