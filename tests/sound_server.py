"""A real sound server of one's own: PulseAudio with a virtual microphone and a virtual speaker."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class SoundServer:
    """``environment`` is that of a program which shall use this server."""

    environment: dict[str, str]

    def play(self, recording: Path) -> None:
        """Say something into the virtual microphone; returns when it has been said."""
        command = ["paplay", "--device=virtual_mic", str(recording)]
        subprocess.run(command, env=self.environment, check=True, timeout=60)


@contextmanager
def sound_server(folder: Path) -> Iterator[SoundServer]:
    """Run the server while the block runs. Its home, socket and settings are in ``folder``."""
    home, runtime = folder / "home", folder / "runtime"
    home.mkdir()
    runtime.mkdir(mode=0o700)
    (home / ".asoundrc").write_text("pcm.!default { type pulse }\nctl.!default { type pulse }\n")
    socket = runtime / "native"
    cache = os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache"))
    environment = {
        **os.environ,
        "HOME": str(home),
        "XDG_CACHE_HOME": cache,
        "XDG_RUNTIME_DIR": str(runtime),
        "PULSE_SERVER": f"unix:{socket}",
        "PULSE_SOURCE": "virtual_mic.monitor",
        "PULSE_SINK": "virtual_speaker",
    }
    command = ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--disable-shm=true"]
    for module in (
        f"module-native-protocol-unix socket={socket} auth-anonymous=1",
        "module-null-sink sink_name=virtual_mic",
        "module-null-sink sink_name=virtual_speaker",
    ):
        command += ["-L", module]
    running = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        ends = time.monotonic() + 15
        while subprocess.run(["pactl", "info"], env=environment, capture_output=True).returncode:
            assert running.poll() is None and time.monotonic() < ends, "PulseAudio did not start"
            time.sleep(0.1)
        yield SoundServer(environment)
    finally:
        running.terminate()
        running.wait(timeout=10)
