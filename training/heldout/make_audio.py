"""Makes training/heldout/audio/*.flac and audio.tsv: held-out sentences, in voices and in noise never trained on.

    python -m training.heldout.make_audio             # goes on where it stopped; the same seed gives the same choice
    python -m training.heldout.make_audio --listen    # and prints the word error rate of Whisper tiny.en on them

Mono, 16 kHz, 16 bit. The voices are `training.speakers.HELD_OUT`; the noises stand below and nowhere else.
"""

from __future__ import annotations

import argparse
import random
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from otto import registry
from otto.calls import render
from otto.examples import Example
from training.noise import RATE, Noise, Room, Samples, coloured, in_room, unit
from training.sources import read_held_out
from training.speakers import HELD_OUT, Speakers

FOLDER = Path(__file__).parent / "audio"
SEED = 77
COUNT = 200
_MOST_WORDS = 12  # they stay small: all of them are part of the repository
_SNRS = (None, 22.0, 15.0, 9.0)


def street(count: int, random: np.random.Generator) -> Samples:
    """Cars that pass: a rumble that swells and fades every few seconds."""
    time = np.arange(count) / RATE
    swell = 0.4 + sum(np.exp(-((time - at) ** 2) / 0.8) for at in random.uniform(0, count / RATE, size=2))
    return unit(coloured(count, 1.2, random) * swell)


def rain(count: int, random: np.random.Generator) -> Samples:
    """Drops: many short clicks of all sizes over a soft hiss."""
    drops = random.standard_normal(count) * (random.random(count) < 0.01) * random.exponential(3, count)
    return unit(np.convolve(drops, np.exp(-np.arange(60) / 12), mode="same") + 0.2 * coloured(count, 0.6, random))


def music(count: int, random: np.random.Generator) -> Samples:
    """A keyboard in another room: a chord every 0.6 s, without its high notes."""
    time, sound = np.arange(count) / RATE, np.zeros(count)
    for start in np.arange(0, count / RATE, 0.6):
        since = np.maximum(time - start, 0)
        root = 130.8 * 2 ** (random.integers(0, 12) / 12)
        chord = sum(np.sin(2 * np.pi * root * ratio * since) for ratio in (1, 1.26, 1.498, 2))
        sound += chord * np.exp(-since * 4) * (time >= start)
    return unit(sound)


def train(count: int, random: np.random.Generator) -> Samples:
    """A carriage: deep rumble, and wheels over the joints of the rails twice at a time."""
    time = np.arange(count) / RATE
    beat = sum(np.exp(-((time + shift) % 0.9) * 30) for shift in (random.uniform(0, 0.9), random.uniform(0, 0.9)))
    return unit(coloured(count, 1.0, random) * (0.3 + beat))


NOISES: Mapping[str, Noise] = {"street": street, "rain": rain, "music": music, "train": train}


@dataclass(frozen=True)
class Recording:
    """What one file holds."""

    file: str
    voice: str
    speed: float
    room: Room
    example: Example

    @property
    def line(self) -> str:
        return "\t".join((self.file, self.voice, str(self.room), self.example.text, render(self.example.calls)))


def plan(examples: Mapping[str, Sequence[Example]]) -> list[Recording]:
    """As many sentences of each skill, each voice as often as the others, in all rooms."""
    chance = random.Random(SEED)  # noqa: S311 - reproducible, not secret
    stacks = {name: [one for one in some if len(one.text.split()) <= _MOST_WORDS] for name, some in examples.items()}
    for stack in stacks.values():
        chance.shuffle(stack)
    in_turns = [stack[turn] for turn in range(COUNT) for stack in stacks.values() if turn < len(stack)][:COUNT]
    recordings = []
    for number, example in enumerate(in_turns):
        snr = chance.choice(_SNRS)
        room = Room(chance.choice(list(NOISES)), snr, chance.choice([0, 0.25, 0.5]), round(chance.uniform(-38, -32), 1))
        voice = HELD_OUT[number % len(HELD_OUT)]
        recordings.append(Recording(f"{number:03}.flac", voice, round(chance.uniform(0.9, 1.15), 2), room, example))
    return recordings


def make(recording: Recording, speakers: Speakers) -> Samples:
    """The whole recording, floats from -1 to 1."""
    words = speakers.speak(recording.example.text, recording.voice, recording.speed)
    random = np.random.default_rng([SEED, zlib.crc32(recording.file.encode())])
    return in_room(words, recording.room, NOISES, random)


def listen(recordings: Sequence[Recording]) -> None:
    """Print what Whisper tiny.en writes for each, and its word error rate."""
    import soundfile

    from training.heard import skill_hints
    from training.listeners import Listener
    from training.recoverable import errors

    listener, wrong, words = Listener("tiny.en", skill_hints()), 0, 0
    for one in recordings:
        sound, _ = soundfile.read(FOLDER / one.file, dtype="float32")
        written = listener.listen([sound], window=30)[0] or ""
        mistakes, count = errors(one.example.text, written)
        wrong, words = wrong + mistakes, words + count
        print(f"{one.file} {one.voice:18} {one.room!s:12} {one.example.text!r} -> {written!r}")
    print(f"word error rate of tiny.en on {len(recordings)} recordings: {wrong / words:.1%}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--listen", action="store_true", help="print what Whisper tiny.en writes down for each")
    arguments = parser.parse_args()
    import soundfile

    recordings = plan(read_held_out(dict(registry.load().skills)).examples)
    FOLDER.mkdir(exist_ok=True)
    list_file, lines = FOLDER / "audio.tsv", [one.line for one in recordings]
    made = set(list_file.read_text(encoding="utf-8").splitlines()) if list_file.exists() else set()
    speakers = Speakers()
    for one in recordings:
        if one.line not in made or not (FOLDER / one.file).exists():
            soundfile.write(FOLDER / one.file, make(one, speakers), RATE, subtype="PCM_16", compression_level=1.0)
            with list_file.open("a", encoding="utf-8", newline="\n") as file:
                file.write(f"{one.line}\n")
    list_file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")
    size = sum(file.stat().st_size for file in FOLDER.glob("*.flac"))
    print(f"{len(recordings)} recordings in {len(HELD_OUT)} voices, {size / 1e6:.1f} MB, in {FOLDER}")
    if arguments.listen:
        listen(recordings)


if __name__ == "__main__":
    main()
