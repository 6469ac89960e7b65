"""Which sentence is spoken by whom, in which room, and heard by which Whisper: all of it by chance from a seed."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, islice

from training.noise import Room
from training.sources import Sentence

# How often each kind of sentence and each engine is taken.
_KINDS = {"examples": 0.5, "pattern": 0.2, "invented": 0.16, "ambient": 0.14}
_ENGINES = {"espeak": 0.5, "piper": 0.3, "kokoro": 0.2}
_TAKES = {"espeak": 1, "piper": 3, "kokoro": 6}  # what is dear to speak is heard in several rooms
_SIZES = {"tiny.en": 0.8, "base": 0.2}
_SNRS = (None, 20.0, 12.0, 6.0, 2.0)
_NOISY = {  # shares of these; the plainer a voice, the more noise it takes before Whisper errs, and the more it bears
    "espeak": (0.5, 0.4, 0.1, 0.0, 0.0),
    "piper": (0.15, 0.35, 0.25, 0.2, 0.05),
    "kokoro": (0.05, 0.2, 0.35, 0.3, 0.1),
}
_NOISES = ("hum", "fan", "pink", "clatter", "babble")
_MOST_WORDS = 30  # Whisper's window holds them
_UNSPEAKABLE = frozenset("[]()*♪♫")


@dataclass(frozen=True)
class Hearing:
    """One sound that Whisper hears. ``id`` is "seed/number/take"; the takes of a number are the same words spoken."""

    id: str
    sentence: Sentence
    voice: str
    speed: float
    room: Room
    whisper: str

    @property
    def spoken(self) -> str:
        return self.id.rpartition("/")[0]


def plan(
    sentences: Sequence[Sentence], sample: int, seed: int, voices: Mapping[str, Sequence[str]], sizes: Sequence[str]
) -> list[Hearing]:
    """``sample`` hearings; a larger sample begins with the same ones."""
    return list(islice(_hearings(sentences, seed, voices, sizes), sample))


def _hearings(
    sentences: Sequence[Sentence], seed: int, voices: Mapping[str, Sequence[str]], sizes: Sequence[str]
) -> Iterator[Hearing]:
    stacks = _stacks(sentences, seed)
    for number in count():
        chance = random.Random(f"{seed} {number}")  # noqa: S311 - reproducible, not secret
        kind = chance.choices(list(stacks), [_KINDS[kind] for kind in stacks])[0]
        sentence = stacks[kind].pop(0)
        stacks[kind].append(sentence)
        engine = chance.choices(list(voices), [_ENGINES[engine] / _TAKES[engine] for engine in voices])[0]
        voice, speed = chance.choice(voices[engine]), round(chance.uniform(0.8, 1.2), 2)
        for take in range(_TAKES[engine]):
            size = chance.choices(sizes, [_SIZES.get(size, 0.2) for size in sizes])[0]
            yield Hearing(f"{seed}/{number}/{take}", sentence, voice, speed, _room(engine, chance), size)


def _stacks(sentences: Sequence[Sentence], seed: int) -> dict[str, list[Sentence]]:
    stacks: dict[str, list[Sentence]] = {}
    for sentence in sentences:
        kind = sentence.kind.split()[0]
        if kind != "taught" and len(sentence.text.split()) <= _MOST_WORDS and not _UNSPEAKABLE & set(sentence.text):
            stacks.setdefault(kind if kind in _KINDS else "examples", []).append(sentence)
    for kind, stack in stacks.items():
        random.Random(f"{seed} {kind}").shuffle(stack)  # noqa: S311
    return {kind: stacks[kind] for kind in _KINDS if kind in stacks}


def _room(engine: str, chance: random.Random) -> Room:
    snr = chance.choices(_SNRS, _NOISY[engine])[0]
    noise = "pink" if snr is None else chance.choice(_NOISES)
    echo = 0.0 if chance.random() < 0.4 else round(chance.uniform(0.15, 0.6), 2)
    return Room(noise, snr, echo, round(chance.uniform(-42, -16), 1))
