"""Whisper tiny.en writes down what the recordings say, and nothing where nobody speaks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from rapidfuzz.distance import Levenshtein

from otto import paths
from otto.audio import SAMPLE_RATE
from otto.audio.source import Samples, recording
from otto.config import WhisperSettings
from otto.errors import WeightsError
from otto.examples import read_folder
from otto.speech.inventions import plain_words
from otto.speech.vocabulary import hints
from otto.speech.whisper import Transcriber, Transcript
from otto.spoken import in_digits
from tests import noises

RECORDINGS = paths.bundled("examples") / "audio"
ROW = re.compile(r"^\| (\S+)\.wav \| \S+ \| (.+?) \| `.+` \|", re.MULTILINE)
SAID = dict(ROW.findall((RECORDINGS / "README.md").read_text(encoding="utf-8")))


def sound(name: str) -> Samples:
    return np.concatenate(list(recording(RECORDINGS / f"{name}.wav")))


def comparable(text: str) -> list[str]:
    """Words as they count: numbers in digits, "%" as a word, and no "(1.5 s)" for a pause."""
    return plain_words(in_digits(re.sub(r"\(.*?\)", "", text).replace("%", " percent")))


@pytest.fixture(scope="module")
def transcripts(transcriber: Transcriber) -> dict[str, Transcript]:
    return {name: transcriber.transcribe(sound(name)) for name in SAID}


@pytest.mark.parametrize("name", SAID)
def test_a_recording_is_written_down(transcripts: Mapping[str, Transcript], name: str) -> None:
    transcript = transcripts[name]
    assert transcript.rejected is None
    said = comparable(SAID[name])
    assert Levenshtein.distance(said, comparable(transcript.text)) <= len(said) / 8, transcript.text
    assert -1 < transcript.logprob < 0 < transcript.seconds


def test_few_words_are_wrong_in_all(transcripts: Mapping[str, Transcript]) -> None:
    wrong = sum(
        Levenshtein.distance(comparable(said), comparable(transcripts[name].text)) for name, said in SAID.items()
    )
    words = sum(len(comparable(said)) for said in SAID.values())
    print(f"\nword error rate of {len(SAID)} recordings: {wrong}/{words} = {wrong / words:.1%}")
    assert wrong / words < 0.03


def test_a_sentence_that_was_told_to_be_expected_is_really_said_and_kept(transcriber: Transcriber) -> None:
    """never_mind.wav is word for word one of the sentences in Whisper's prompt."""
    files = read_folder(paths.bundled("examples"))
    assert "Never mind." in hints(files, [file.skill for file in files])
    transcript = transcriber.transcribe(sound("never_mind"))
    assert (plain_words(transcript.text), transcript.rejected) == (["never", "mind"], None)


def test_whisper_expects_the_words_of_the_skills() -> None:
    plain = Transcriber(WhisperSettings())
    assert "pasta" not in plain.transcribe(sound("timer_pasta")).text
    told = Transcriber(WhisperSettings(), ["How long for the pasta?"])
    assert told.transcribe(sound("timer_pasta")).text == "Set a pasta timer for an hour and a half."


@pytest.mark.parametrize(
    "name",
    [
        "white noise at 0.05",
        "pink noise at 0.8",
        "brown noise at 0.003",
        "hum at 120 Hz",
        "clicks",
        "melody",
        "silence",
    ],
)
def test_what_is_no_speech_is_not_believed(transcriber: Transcriber, name: str) -> None:
    """Without the detector before it that keeps nearly all of this away."""
    assert transcriber.transcribe(noises.NOISES[name](3)).rejected


@pytest.mark.parametrize("name", ["noise", "silence"])
def test_recordings_without_speech_are_not_believed(transcriber: Transcriber, name: str) -> None:
    assert transcriber.transcribe(sound(name)).rejected


class TestThePromptRepeated:
    """Told one sentence again and again, Whisper hears it in noise, and is sure of it."""

    @pytest.fixture(scope="class")
    def insistent(self) -> Transcriber:
        return Transcriber(WhisperSettings(), ["What's the weather like?"] * 12)

    @pytest.mark.parametrize("name", ["pink noise at 0.8", "chord"])
    def test_in_noise_it_is_not_believed(self, insistent: Transcriber, name: str) -> None:
        transcript = insistent.transcribe(noises.NOISES[name](3))
        assert plain_words(transcript.text) == ["what", "s", "the", "weather", "like"]
        assert transcript.logprob > -1
        assert transcript.rejected == "the prompt repeated"

    def test_other_words_are_heard_all_the_same(self, insistent: Transcriber) -> None:
        transcript = insistent.transcribe(sound("time_tokyo"))
        assert "in tokyo" in transcript.text.lower() and transcript.rejected is None


@pytest.mark.parametrize("seconds", [0.0, 0.01, 45.0])
def test_no_length_of_sound_is_too_short_or_too_long(transcriber: Transcriber, seconds: float) -> None:
    assert transcriber.transcribe(np.zeros(round(seconds * SAMPLE_RATE), np.float32)).rejected


def test_a_size_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(WeightsError, match=r"no Whisper size 'tiny\.ne'; use one of tiny\.en, tiny, base\.en"):
        Transcriber(WhisperSettings(model="tiny.ne"))


def test_a_file_that_is_no_checkpoint_is_refused(tmp_path: Path) -> None:
    (tmp_path / "whisper.pt").write_text("hello")
    with pytest.raises(WeightsError, match=r"whisper\.pt cannot be loaded"):
        Transcriber(WhisperSettings(model=str(tmp_path / "whisper.pt")))
