"""The recordings of held-out sentences: all there, and in nothing that training has heard."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
import soundfile

from otto import registry
from otto.calls import render
from training.heldout.make_audio import COUNT, FOLDER, NOISES, make, plan
from training.noise import RATE, STEADY
from training.sources import read_held_out
from training.speakers import TRAINING, Speakers

SKILLS = dict(registry.load().skills)
LINES = [line.split("\t") for line in (FOLDER / "audio.tsv").read_text(encoding="utf-8").splitlines()]


def test_each_is_a_recording_of_a_held_out_sentence_and_its_call() -> None:
    held_out = {one.text: render(one.calls) for some in read_held_out(SKILLS).examples.values() for one in some}
    assert len(LINES) == COUNT == len({text for *_, text, _ in LINES})
    for file, _, _, text, call in LINES:
        assert held_out[text] == call
        info = soundfile.info(FOLDER / file)
        assert (info.samplerate, info.channels, info.subtype) == (RATE, 1, "PCM_16")
        assert 1 < info.duration < 10


def test_voices_and_noises_are_those_that_training_does_not_have() -> None:
    voices = Counter(voice for _, voice, *_ in LINES)
    assert len(voices) >= 8 and min(voices.values()) >= 20
    assert not set(voices) & {voice for some in TRAINING.values() for voice in some}
    assert not set(NOISES) & {*STEADY, "babble"}
    assert {noise.split()[0] for _, _, noise, *_ in LINES} == {*NOISES, "quiet"}


@pytest.mark.parametrize("name", NOISES)
def test_every_noise_is_as_loud_as_the_others(name: str) -> None:
    noise = NOISES[name](2 * RATE, np.random.default_rng(1))
    assert len(noise) == 2 * RATE and np.sqrt(np.mean(noise**2)) == pytest.approx(1, rel=1e-3)


def test_all_of_them_are_small_enough_for_the_repository() -> None:
    assert sum(file.stat().st_size for file in FOLDER.glob("*.flac")) < 10e6


def test_a_recording_can_be_made_again() -> None:
    first = plan(read_held_out(SKILLS).examples)[0]
    stored, _ = soundfile.read(FOLDER / first.file, dtype="float32")
    made = make(first, Speakers())
    assert len(made) == len(stored) and float(np.abs(made - stored).max()) < 0.02
