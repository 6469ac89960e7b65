"""Silero hears speech in the recordings and none in noise."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from otto import paths
from otto.audio import FRAME_SAMPLES, SAMPLE_RATE
from otto.audio.source import Samples, recording
from otto.audio.vad import Vad

RECORDINGS = paths.bundled("examples") / "audio"
SPOKEN = [file for file in sorted(RECORDINGS.glob("*.wav")) if file.stem not in ("noise", "silence")]


def probabilities(samples: Samples, vad: Vad | None = None) -> np.ndarray:
    vad = vad or Vad()
    return np.array([vad(frame) for frame in samples[: len(samples) // 512 * 512].reshape(-1, FRAME_SAMPLES)])


@pytest.mark.parametrize("file", SPOKEN, ids=lambda file: file.stem)
def test_speech_is_heard_in_the_words_and_not_around_them(file: Path) -> None:
    samples = np.concatenate(list(recording(file)))
    found = probabilities(samples)
    assert np.mean(found > 0.5) > 0.2
    around = np.concatenate([found[: int(0.3 * 31.25)], found[-int(0.5 * 31.25) :]])
    assert around.max() < 0.35


@pytest.mark.parametrize("name", ["noise.wav", "silence.wav"])
def test_no_speech_is_heard_in_recordings_without_any(name: str) -> None:
    found = probabilities(np.concatenate(list(recording(RECORDINGS / name))))
    assert found.max() < 0.5


@pytest.mark.parametrize("level", [0.001, 0.03, 0.3])
def test_no_speech_is_heard_in_white_noise(level: float) -> None:
    noise = np.random.default_rng(2).normal(0, level, 5 * SAMPLE_RATE).clip(-1, 1).astype(np.float32)
    assert np.mean(probabilities(noise) > 0.5) < 0.01


def test_a_detector_that_was_reset_hears_as_a_new_one_does() -> None:
    samples = np.concatenate(list(recording(RECORDINGS / "never_mind.wav")))
    used = Vad()
    first = probabilities(samples, used)
    assert not np.array_equal(probabilities(samples[: 10 * FRAME_SAMPLES], used), first[:10])
    used.reset()
    assert np.array_equal(probabilities(samples, used), first)
