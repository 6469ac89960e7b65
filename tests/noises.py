"""Sounds in which nobody speaks: mono float32 at 16 kHz, the same every time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from otto.audio import SAMPLE_RATE
from otto.audio.source import Samples

_SLOPES = {"white": 0.0, "pink": 0.5, "brown": 1.0, "blue": -0.5}


def noise(colour: str, level: float, seconds: float) -> Samples:
    """Noise of a colour; ``level`` is its peak."""
    count = round(seconds * SAMPLE_RATE)
    frequencies = np.fft.rfftfreq(count, 1 / SAMPLE_RATE)
    frequencies[0] = frequencies[1]
    spectrum = np.fft.rfft(np.random.default_rng(7).normal(size=count)) / frequencies ** _SLOPES[colour]
    wave = np.fft.irfft(spectrum, count)
    return (level * wave / np.abs(wave).max()).astype(np.float32)


def hum(hertz: float, seconds: float) -> Samples:
    """Mains hum: a tone and its overtones."""
    time = _time(seconds)
    return sum(0.2 * np.sin(2 * np.pi * hertz * n * time) / n for n in range(1, 8)).astype(np.float32)  # type: ignore[union-attr]


def clicks(seconds: float) -> Samples:
    """A click every quarter of a second, as of a keyboard."""
    wave = np.zeros(round(seconds * SAMPLE_RATE), np.float32)
    wave[:: SAMPLE_RATE // 4] = 0.9
    return wave


def knocks(seconds: float) -> Samples:
    """A dull knock twice a second, as of steps."""
    time = _time(seconds) % 0.5
    return (0.8 * np.sin(2 * np.pi * 90 * time) * np.exp(-time * 40)).astype(np.float32)


def melody(seconds: float) -> Samples:
    """A tune of pure tones, four a second."""
    notes = [262, 294, 330, 349, 392, 440, 494, 523, 262, 330, 392, 523, 440, 349, 294, 262]
    length = np.arange(SAMPLE_RATE // 4)
    tune = [np.sin(2 * np.pi * note * length / SAMPLE_RATE) * np.hanning(len(length)) for note in notes]
    return np.resize(0.4 * np.concatenate(tune), round(seconds * SAMPLE_RATE)).astype(np.float32)


def chord(seconds: float) -> Samples:
    """Three square waves that swell four times a second."""
    time = _time(seconds)
    waves = sum(np.sign(np.sin(2 * np.pi * note * time)) for note in (220, 277, 330))
    return (0.1 * waves * (1 + 0.5 * np.sin(2 * np.pi * 4 * time))).astype(np.float32)  # type: ignore[operator]


def fan(seconds: float) -> Samples:
    """Pink noise that comes and goes three times a second."""
    return (noise("pink", 0.6, seconds) * (0.5 + 0.5 * np.sin(2 * np.pi * 3 * _time(seconds)))).astype(np.float32)


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * SAMPLE_RATE), np.float32)


def _time(seconds: float) -> np.ndarray:
    return np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE


NOISES: dict[str, Callable[[float], Samples]] = {
    **{
        f"{colour} noise at {level}": lambda seconds, colour=colour, level=level: noise(colour, level, seconds)  # type: ignore[misc]
        for colour in _SLOPES
        for level in (0.003, 0.05, 0.8)
    },
    "hum at 50 Hz": lambda seconds: hum(50, seconds),
    "hum at 120 Hz": lambda seconds: hum(120, seconds),
    "clicks": clicks,
    "knocks": knocks,
    "melody": melody,
    "chord": chord,
    "fan": fan,
    "silence": silence,
}
