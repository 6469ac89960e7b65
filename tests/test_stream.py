"""Hours of sound: silence, noise and commands stream through faster than they are spoken, in bounded memory."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest
import soundfile

from otto.assistant import Assistant
from otto.audio import FRAME_SAMPLES, SAMPLE_RATE
from otto.audio.source import Samples, recording
from otto.config import Config
from otto.events import Bus, Ignored, SpeechStarted
from otto.model.skill_model import Decision
from otto.speech.whisper import Transcriber

RECORDINGS = Path(__file__).parent.parent / "examples" / "audio"
COMMANDS = ("never_mind", "day_today", "weather_berlin", "timer_ten_minutes", "time_tokyo", "math_percent")


class NoModel:
    """Decides nothing: the ears are what is measured."""

    def decide(self, text: str) -> Decision:
        return Decision(text, (), "", None, 0.0)


def mixed_sound(file: Path, minutes: int) -> int:
    """Write a recording in which each minute has silence, noise, a hum and a command; returns how many commands."""
    random = np.random.default_rng(5)
    spoken = {name: soundfile.read(RECORDINGS / f"{name}.wav", dtype="float32")[0] for name in COMMANDS}
    with soundfile.SoundFile(file, "w", SAMPLE_RATE, 1, "PCM_16") as sound:
        for minute in range(minutes):
            room = random.normal(0, 0.0008, SAMPLE_RATE * 60).astype(np.float32)
            noise = random.normal(0, 0.05, SAMPLE_RATE * 15).astype(np.float32)
            room[SAMPLE_RATE * 5 : SAMPLE_RATE * 20] += np.convolve(noise, np.ones(8) / 8, "same").astype(np.float32)
            hum = 0.1 * np.sin(2 * np.pi * 120 * np.arange(SAMPLE_RATE * 10) / SAMPLE_RATE)
            room[SAMPLE_RATE * 22 : SAMPLE_RATE * 32] += hum.astype(np.float32)
            words = spoken[COMMANDS[minute % len(COMMANDS)]]
            at = SAMPLE_RATE * 36 + int(random.integers(0, SAMPLE_RATE * 10))
            room[at : at + len(words)] += words
            sound.write(np.clip(room, -1, 1))
    return minutes


class Memory:
    """What this process takes, in MiB, looked at once a second of sound."""

    def __init__(self) -> None:
        self.taken: list[float] = []

    def watch(self, frames: Iterable[Samples]) -> Iterator[Samples]:
        process = psutil.Process()
        for number, frame in enumerate(frames):
            if number * FRAME_SAMPLES // SAMPLE_RATE >= len(self.taken):
                self.taken.append(process.memory_info().rss / 2**20)
            yield frame

    def growth(self, after: int) -> float:
        """How much more than after so many seconds of sound it ever took later."""
        return max(self.taken[after:]) - self.taken[after]


def listen(transcriber: Transcriber, file: Path) -> tuple[int, float, Memory, dict[str, int]]:
    """Commands heard, seconds taken, memory, and events."""
    counts: dict[str, int] = {}
    bus = Bus()
    bus.listen(lambda event: counts.update({type(event).__name__: counts.get(type(event).__name__, 0) + 1}))
    assistant = Assistant(Config(), transcriber, NoModel(), bus)  # type: ignore[arg-type]
    memory = Memory()
    began = time.perf_counter()
    heard = sum(1 for _ in assistant.hear(memory.watch(recording(file))))
    return heard, time.perf_counter() - began, memory, counts


def stream(transcriber: Transcriber, folder: Path, minutes: int, times_real: float) -> None:
    file = folder / "mixed.wav"
    commands = mixed_sound(file, minutes)
    heard, seconds, memory, counts = listen(transcriber, file)
    speed = minutes * 60 / seconds
    growth = memory.growth(after=min(300, minutes * 60 // 4))
    print(f"\n{minutes} min in {seconds:.0f} s: {speed:.1f} times real time")
    print(f"memory {max(memory.taken):.0f} MiB, grew {growth:.0f} MiB after it had settled; {counts}")
    assert heard == commands
    assert speed > times_real
    assert growth < 100
    assert counts.get(SpeechStarted.__name__, 0) < 3 * commands
    assert counts.get(Ignored.__name__, 0) <= commands // 10


def test_five_minutes_of_mixed_sound(transcriber: Transcriber, tmp_path: Path) -> None:
    stream(transcriber, tmp_path, 5, times_real=4)


@pytest.mark.slow
def test_an_hour_of_mixed_sound(transcriber: Transcriber, tmp_path: Path) -> None:
    stream(transcriber, tmp_path, 60, times_real=4)
