"""The microphone path for real: a recording is played into a virtual microphone, and `otto run` answers it."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sound_server import SoundServer, sound_server

OTTO = Path(sys.executable).parent / "otto"
RECORDINGS = Path(__file__).parent.parent / "examples" / "audio"

needs_pulseaudio = pytest.mark.skipif(
    not (shutil.which("pulseaudio") and shutil.which("paplay")),
    reason="pulseaudio is not installed; apt install pulseaudio pulseaudio-utils libasound2-plugins",
)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[SoundServer]:
    with sound_server(tmp_path) as running:
        yield running


def events(process: subprocess.Popen[str], until: str) -> Iterator[dict[str, object]]:
    """The daemon's events up to the first of a kind."""
    assert process.stdout is not None
    for line in process.stdout:
        event = json.loads(line)
        yield event
        if event["event"] == until:
            return


@needs_pulseaudio
def test_what_is_said_into_the_microphone_is_heard_and_answered(server: SoundServer) -> None:
    with subprocess.Popen(
        [OTTO, "run"], env=server.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as otto:
        try:
            assert list(events(otto, "Listening"))[0]["source"] == "the microphone"
            server.play(RECORDINGS / "television_sports.wav")
            server.play(RECORDINGS / "time_tokyo.wav")
            seen = {str(event["event"]): event for event in events(otto, "Replied")}
            assert seen["Ignored"]["reason"] == "not addressed to Otto"
            assert "what time is it in tokyo" in str(seen["Heard"]["transcript"]).lower()
            assert seen["Decided"]["call"] == seen["Replied"]["call"]
            assert "studio" not in json.dumps(seen)
        finally:
            otto.send_signal(signal.SIGTERM)
            asked = time.monotonic()
            code = otto.wait(timeout=20)
            took = time.monotonic() - asked
    assert code == 0
    assert took < 2


@needs_pulseaudio
def test_the_microphone_is_listed(server: SoundServer) -> None:
    listed = subprocess.run([OTTO, "devices"], env=server.environment, capture_output=True, text=True, check=True)
    devices = [json.loads(line) for line in listed.stdout.splitlines()]
    assert any("input" in device["default"] and device["inputs"] > 0 for device in devices)


def test_with_no_sound_server_there_is_one_plain_sentence(tmp_path: Path) -> None:
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "PULSE_SERVER": "unix:/nowhere"}
    code = "from otto.audio.microphone import Microphone; Microphone()"
    command = f"from otto.errors import AudioError\ntry:\n    {code}\nexcept AudioError as error:\n    print(error)"
    told = subprocess.run([sys.executable, "-c", command], env=environment, capture_output=True, text=True, timeout=60)
    assert told.stdout.count("\n") == 1
    assert "microphone" in told.stdout
