"""Every engine speaks English that Whisper understands; one that is missing is one sentence with the way out."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
import soxr

from otto import weights
from otto.errors import VoiceError
from otto.speech import voices
from otto.speech.checkpoint import load_whisper
from otto.speech.voices import Voices

SENTENCE = "It is twelve degrees in London."


@pytest.fixture(scope="module")
def speaker() -> Voices:
    return Voices()


@pytest.fixture(scope="module")
def whisper_tiny():
    return load_whisper(weights.fetch("whisper-tiny.en"))


@pytest.mark.parametrize("voice", ["kokoro:af_heart", "kokoro:bm_george", "piper:joe", "espeak:en-us"])
def test_a_voice_says_the_words(speaker, whisper_tiny, voice):
    if not voices.installed(voice.partition(":")[0]):
        pytest.skip("this engine is not installed")
    samples, rate = speaker.synthesize(SENTENCE, voice)
    assert samples.dtype == np.float32
    assert samples.ndim == 1
    assert 0.05 < np.abs(samples).max() <= 1
    assert 1 < len(samples) / rate < 5, "seconds"
    heard = whisper_tiny.transcribe(soxr.resample(samples, rate, 16000), fp16=False, temperature=0.0)["text"]
    assert "degrees in london" in heard.lower()


@pytest.mark.skipif(not voices.installed("espeak"), reason="needs espeak-ng")
@pytest.mark.parametrize("voice", [name for name in voices.names() if name.startswith("espeak:")])
def test_every_voice_of_espeak_exists(speaker, voice):
    samples, rate = speaker.synthesize("hello", voice)
    assert len(samples) > 0.2 * rate


@pytest.mark.skipif(not voices.installed("espeak"), reason="needs espeak-ng")
def test_a_higher_speed_takes_less_time(speaker):
    slow, _ = speaker.synthesize(SENTENCE, "espeak:en-us", speed=0.7)
    fast, _ = speaker.synthesize(SENTENCE, "espeak:en-us", speed=1.5)
    assert len(fast) < 0.7 * len(slow)


@pytest.mark.skipif(not voices.installed("espeak"), reason="needs espeak-ng")
@pytest.mark.parametrize("text", ["", "  ", "...", "!?"])
def test_nothing_to_say_is_no_sound(speaker, text):
    samples, rate = speaker.synthesize(text, "espeak:en-us")
    assert len(samples) == 0
    assert rate > 0


@pytest.mark.skipif(not voices.installed("espeak"), reason="needs espeak-ng")
def test_text_that_looks_like_an_option_is_spoken(speaker):
    samples, _ = speaker.synthesize("--help", "espeak:en-us")
    assert len(samples) > 5000


def test_an_unknown_voice_suggests_the_nearest(speaker):
    with pytest.raises(VoiceError, match=r"^There is no voice 'kokoro:heart'; did you mean kokoro:af_heart\?$"):
        speaker.synthesize("hello", "kokoro:heart")


def test_an_impossible_speed_is_refused(speaker):
    with pytest.raises(VoiceError, match=r"speed from 0.5 to 2"):
        speaker.synthesize("hello", "espeak:en-us", speed=9)


@pytest.mark.parametrize(
    ("voice", "way_out"),
    [
        ("kokoro:af_heart", r"needs the library kokoro-onnx; install it with `pip install 'otto\[voice\]'`"),
        ("piper:joe", r"needs the library piper-tts; install it with `pip install 'otto\[voice\]'`"),
        ("espeak:en-us", r"needs the program espeak-ng; install it with the system's package manager"),
    ],
)
def test_a_missing_engine_names_the_way_out(monkeypatch, voice, way_out):
    monkeypatch.setattr("otto.speech.voices.find_spec", lambda _: None)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(VoiceError, match=way_out):
        Voices().synthesize("hello", voice)
    assert voices.default() is None


def test_there_are_american_and_british_women_and_men():
    names = voices.names()
    for beginning in ("kokoro:af_", "kokoro:am_", "kokoro:bf_", "kokoro:bm_"):
        assert sum(name.startswith(beginning) for name in names) >= 4
    assert sum(name.startswith(("kokoro:a", "kokoro:b")) for name in names) == 28


def test_listing_the_voices_loads_no_engine():
    check = (
        "import sys; from otto.speech import voices; voices.names(); voices.default(); "
        "print([m for m in ('torch', 'onnxruntime', 'kokoro_onnx', 'piper') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
