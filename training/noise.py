"""Rooms that somebody speaks in: noise, distance, echo and level. Seeded numpy; mono float32 at 16 kHz.

Every noise is made here, none is a recording: mains hum, a fan, pink noise, the clatter of a kitchen, and babble, which
is several voices of text to speech at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RATE = 16_000  # Hz

Samples = NDArray[np.float32]
Noise = Callable[[int, np.random.Generator], Samples]
"""Makes that many samples with an RMS of 1."""


@dataclass(frozen=True)
class Room:
    """``snr`` is how far the noise lies below the words, in dB, both as RMS; None is a quiet room (60 dB below).

    ``echo`` is the time in seconds in which the room's sound falls by 60 dB, 0 for none; ``level`` is the RMS of the
    words relative to full scale, in dB. Loud peaks are clipped, as a microphone's are.
    """

    noise: str = "pink"
    snr: float | None = None
    echo: float = 0.0
    level: float = -24.0

    def __str__(self) -> str:
        return "quiet" if self.snr is None else f"{self.noise} {self.snr:g} dB"


def in_room(words: Samples, room: Room, noises: Mapping[str, Noise], random: np.random.Generator) -> Samples:
    """The words as a microphone in the room gives them, with 0.3 s before and 0.7 s after, in steps of 16 bit."""
    if room.echo:
        words = echoing(words, room.echo, random)
    sound = np.concatenate([_silence(0.3), unit(words), _silence(0.7)])
    below = 60.0 if room.snr is None else room.snr
    sound += noises[room.noise](len(sound), random) * np.float32(amplitude(-below))
    sound *= np.float32(amplitude(room.level))
    clipped: Samples = np.round(np.clip(sound, -1, 1) * 32767).astype(np.float32)
    return clipped / np.float32(32768)


def echoing(words: Samples, seconds: float, random: np.random.Generator) -> Samples:
    """The words with the echo of a small room: noise that decays, 2 ms to ``seconds`` behind the direct sound."""
    count = round(seconds * RATE)
    time = np.arange(count) / RATE
    tail = random.standard_normal(count) * 10 ** (-3 * time / seconds) * (time > 0.002)
    tail *= np.sqrt(0.5 / np.sum(tail**2))  # the echo holds half as much energy as the direct sound
    tail[0] = 1.0
    size = len(words) + count - 1
    return np.fft.irfft(np.fft.rfft(words, size) * np.fft.rfft(tail, size), size).astype(np.float32)


def hum(count: int, random: np.random.Generator) -> Samples:
    """Mains hum at 50 or 60 Hz with its overtones, and a little hiss."""
    base, time = random.choice([50.0, 60.0]), np.arange(count) / RATE
    tones = sum(np.sin(2 * np.pi * (base * n * time + random.random())) / n for n in range(1, 9))
    return unit(tones + 0.1 * random.standard_normal(count))


def fan(count: int, random: np.random.Generator) -> Samples:
    """Air that is moved: low-passed noise that swells with each blade, and the tone of the motor."""
    time, blades = np.arange(count) / RATE, random.uniform(8, 30)
    air = coloured(count, 0.8, random) * (1 + 0.3 * np.sin(2 * np.pi * blades * time))
    return unit(air + 0.2 * np.sin(2 * np.pi * random.uniform(90, 240) * time))


def pink(count: int, random: np.random.Generator) -> Samples:
    """Noise whose power falls by 3 dB an octave."""
    return coloured(count, 0.5, random)


def clatter(count: int, random: np.random.Generator) -> Samples:
    """A kitchen: dishes and cutlery that ring shortly, two to six a second, over running water."""
    sound = 0.15 * coloured(count, 0.0, random) + 0.15 * coloured(count, 0.5, random)
    for _ in range(max(2, round(count / RATE * random.uniform(2, 6)))):
        start, length = int(random.integers(count)), round(random.uniform(0.03, 0.3) * RATE)
        time = np.arange(min(length, count - start)) / RATE
        ring = sum(np.sin(2 * np.pi * tone * time) for tone in random.uniform(700, 6500, size=4))
        sound[start : start + len(time)] += ring * np.exp(-time * random.uniform(15, 60)) * random.uniform(0.3, 1.5)
    return unit(sound)


def babble(voices: Sequence[Samples]) -> Noise:
    """Five of these voices at once, each from a random place on, as in a room full of people."""

    def talk(count: int, random: np.random.Generator) -> Samples:
        sound = np.zeros(count, np.float32)
        for one in random.choice(len(voices), size=min(5, len(voices)), replace=False):
            start = int(random.integers(len(voices[one])))
            sound += np.resize(np.roll(unit(voices[one]), start), count) * np.float32(random.uniform(0.4, 1))
        return unit(sound)

    return talk


STEADY: Mapping[str, Noise] = {"hum": hum, "fan": fan, "pink": pink, "clatter": clatter}


def coloured(count: int, slope: float, random: np.random.Generator) -> Samples:
    """Noise whose amplitude falls with the frequency to the power of ``slope``; nothing below 40 Hz."""
    frequency = np.fft.rfftfreq(count, 1 / RATE)
    shape = np.where(frequency < 40, 0, np.maximum(frequency, 1) ** -slope)
    return unit(np.fft.irfft(np.fft.rfft(random.standard_normal(count)) * shape, count))


def unit(sound: NDArray[np.floating]) -> Samples:
    """The sound with an RMS of 1; silence stays silence."""
    rms = float(np.sqrt(np.mean(np.square(sound, dtype=np.float64)))) if len(sound) else 0.0
    return (sound / rms if rms else sound).astype(np.float32)


def amplitude(db: float) -> float:
    """The factor that a level in decibels stands for."""
    return float(10 ** (db / 20))


def _silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE), np.float32)
