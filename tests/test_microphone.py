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


@pytest.fixture(autouse=True)
def short_prompt(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is tested here is not what the model answers: without examples in its prompt it loads seconds faster."""
    monkeypatch.setenv("OTTO_MODEL__EXAMPLES", "0")


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
            assert next(events(otto, "Listening"))["source"] == "the microphone"
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


LISTEN = """
import itertools, json, sys
import numpy as np
from otto import config
from otto.audio.microphone import Microphone
from otto.errors import OttoError

try:
    microphone = Microphone(config.load().audio.device)
except OttoError as error:
    sys.exit(str(error))
print("open", flush=True)
frames = list(itertools.islice(microphone, 60))
microphone.close()
microphone.close()
left = len(list(microphone))
peak = float(np.abs(np.concatenate(frames)).max())
kinds = sorted({(frame.shape, str(frame.dtype)) for frame in frames})
print(json.dumps({"kinds": kinds, "peak": peak, "left": left, "lost": microphone.lost}))
"""


def listen(server: SoundServer, **environment: str) -> subprocess.Popen[str]:
    """A program that takes 60 frames, two seconds, from the microphone of the configuration."""
    return subprocess.Popen(
        [sys.executable, "-c", LISTEN],
        env={**server.environment, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@needs_pulseaudio
@pytest.mark.parametrize("device", [None, "pulse", "0"], ids=["default", "by name", "by number"])
def test_a_microphone_gives_frames_until_it_is_closed(server: SoundServer, device: str | None) -> None:
    with listen(server, **({"OTTO_AUDIO__DEVICE": device} if device else {})) as listening:
        assert listening.stdout is not None and listening.stderr is not None
        assert listening.stdout.readline() == "open\n", listening.stderr.read()
        server.play(RECORDINGS / "never_mind.wav")
        found = json.loads(listening.stdout.read())
    assert listening.returncode == 0
    assert found["kinds"] == [[[512], "float32"]]
    assert 0.1 < found["peak"] <= 1
    assert found["lost"] == 0 and found["left"] < 30


@needs_pulseaudio
@pytest.mark.parametrize("device", ["studio", "99"])
def test_a_microphone_that_is_not_there_is_one_plain_sentence(server: SoundServer, device: str) -> None:
    _, told = listen(server, OTTO_AUDIO__DEVICE=device).communicate(timeout=60)
    sentence = told.splitlines()[-1]
    assert sentence.startswith("The microphone") and device in sentence
    assert sentence.endswith("`otto devices` lists what there is.")


@needs_pulseaudio
@pytest.mark.slow
def test_a_microphone_that_goes_away_ends_it_with_one_plain_sentence(tmp_path: Path) -> None:
    with sound_server(tmp_path) as server:
        otto = subprocess.Popen(
            [OTTO, "run"], env=server.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert otto.stdout is not None
        assert json.loads(otto.stdout.readline())["event"] == "Listening"
    _, told = otto.communicate(timeout=30)
    assert otto.returncode == 1
    assert told.splitlines()[-1] == "otto: The microphone stopped giving sound. Check that it is still connected."
    assert "Traceback" not in told


def test_with_no_sound_server_there_is_one_plain_sentence(tmp_path: Path) -> None:
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "PULSE_SERVER": "unix:/nowhere"}
    code = "from otto.audio.microphone import Microphone; Microphone()"
    command = f"from otto.errors import AudioError\ntry:\n    {code}\nexcept AudioError as error:\n    print(error)"
    told = subprocess.run([sys.executable, "-c", command], env=environment, capture_output=True, text=True, timeout=60)
    assert told.stdout.count("\n") == 1
    assert "microphone" in told.stdout
