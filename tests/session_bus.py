"""A real D-Bus session of one's own, and real media players on it: mpv with its MPRIS plugin, playing into nothing."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import soundfile

MPRIS_PLUGIN = Path("/usr/lib/mpv-mpris/mpris.so")

# Its own configuration: the desktop's would start real services.
_CONFIGURATION = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


def why_not() -> str | None:
    """What is missing on this computer for a session with players, or None."""
    missing = [name for name in ("dbus-daemon", "dbus-send", "mpv") if not shutil.which(name)]
    missing += [] if MPRIS_PLUGIN.exists() else ["mpv-mpris"]
    return f"{', '.join(missing)} is not installed" if missing else None


@dataclass(frozen=True)
class Mpv:
    """A player that is running. Its state is read with dbus-send, not with Otto's own code."""

    process: subprocess.Popen[bytes]
    bus_name: str
    environment: dict[str, str]

    @property
    def status(self) -> str:
        """ "Playing", "Paused", "Stopped", or "Gone"."""
        answer = self._get("PlaybackStatus")
        return next((word for word in ("Playing", "Paused", "Stopped") if f'"{word}"' in answer), "Gone")

    @property
    def url(self) -> str:
        """The file that it is at."""
        after = self._get("Metadata").partition('"xesam:url"')[2]
        return after.split('"')[1] if after else ""

    def has_read_the_tags(self) -> bool:
        """Whether what it says of the file stays the same."""
        before = self._get("Metadata").partition("\n")[2]
        time.sleep(0.15)
        return self._get("Metadata").partition("\n")[2] == before

    def freeze(self) -> None:
        """From now on it answers nothing."""
        self.process.send_signal(signal.SIGSTOP)

    def _get(self, name: str) -> str:
        command = ["dbus-send", "--session", "--print-reply", f"--dest={self.bus_name}", "/org/mpris/MediaPlayer2"]
        command += ["org.freedesktop.DBus.Properties.Get", "string:org.mpris.MediaPlayer2.Player", f"string:{name}"]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=10).stdout


@dataclass(frozen=True)
class SessionBus:
    """``environment`` is that of a program which shall use this bus."""

    address: str
    environment: dict[str, str]
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def mpv(self, *files: Path, options: Sequence[str] = ()) -> Mpv:
        """Start a player on these files; returns when it plays the first, or, without files, when it is there."""
        command = ["mpv", "--no-config", "--load-scripts=no", f"--script={MPRIS_PLUGIN}", "--no-video", "--ao=null"]
        command += ["--idle=yes", "--really-quiet", "--loop-playlist=no", *options, "--", *map(str, files)]
        process = subprocess.Popen(command, env=self.environment, stdin=subprocess.DEVNULL)
        first = not any(other.poll() is None for other in self.running)
        self.running.append(process)
        name = "org.mpris.MediaPlayer2.mpv" + ("" if first else f".instance{process.pid}")
        player = Mpv(process, name, self.environment)
        wait_until(lambda: player.status == "Playing" and bool(player.url) if files else player.status != "Gone")
        wait_until(player.has_read_the_tags)
        return player


@contextmanager
def session_bus(folder: Path) -> Iterator[SessionBus]:
    """Run a bus while the block runs, and end the players that it started. Its socket is in ``folder``."""
    socket, configuration = folder / "session-bus", folder / "session-bus.conf"
    configuration.write_text(_CONFIGURATION.format(socket=socket))
    daemon = subprocess.Popen(
        ["dbus-daemon", f"--config-file={configuration}", "--nofork"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"unix:path={socket}"
    bus = SessionBus(address, {**os.environ, "DBUS_SESSION_BUS_ADDRESS": address, "HOME": str(folder)})
    try:
        wait_until(socket.is_socket)
        yield bus
    finally:
        for process in [*bus.running, daemon]:
            process.kill()
            process.wait(timeout=10)


def write_song(
    file: Path, title: str = "", artist: str = "", album: str = "", number: int = 0, seconds: int = 60
) -> Path:
    """A recording of a soft tone, with its tags."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with soundfile.SoundFile(file, "w", 8000, 1) as recording:
        tags = {"title": title, "artist": artist, "album": album, "tracknumber": str(number or "")}
        for name, value in tags.items():
            if value:
                setattr(recording, name, value)
        recording.write((0.1 * np.sin(np.arange(8000 * seconds) * 0.3)).astype("float32"))
    return file


def wait_until(happened: Callable[[], bool], seconds: float = 10) -> None:
    """Wait for it. Raises AssertionError when it does not happen in time."""
    ends = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < ends, "it did not happen in time"
        time.sleep(0.02)
