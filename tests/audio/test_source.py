"""Any recording becomes frames of mono float32 at 16 kHz; what is none is refused in one sentence."""

from __future__ import annotations

import io
import os
import struct
import threading
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from otto.audio import FRAME_SAMPLES, SAMPLE_RATE
from otto.audio.source import Samples, open_source, recording, standard_input
from otto.errors import AudioError

SECONDS = 1.5
HERTZ = 440.0
FRAMES = -(-int(SECONDS * SAMPLE_RATE) // FRAME_SAMPLES)


def tone(rate: int, channels: int = 1, seconds: float = SECONDS) -> np.ndarray:
    """A sine of 440 Hz, half of full scale, the same in every channel; shape (n, channels)."""
    wave = 0.5 * np.sin(2 * np.pi * HERTZ * np.arange(round(seconds * rate)) / rate)
    return np.repeat(wave[:, None], channels, axis=1).astype(np.float32)


def sound(frames: Iterable[Samples]) -> Samples:
    """The frames as one array, each of them checked."""
    found = list(frames)
    assert all(frame.shape == (FRAME_SAMPLES,) and frame.dtype == np.float32 for frame in found)
    samples = np.concatenate(found)
    assert np.abs(samples).max() <= 1
    return samples


def assert_is_the_tone(samples: Samples) -> None:
    assert len(samples) == FRAMES * FRAME_SAMPLES
    middle = samples[SAMPLE_RATE // 4 : SAMPLE_RATE // 4 + SAMPLE_RATE]
    spectrum = np.abs(np.fft.rfft(middle * np.hanning(len(middle))))
    assert int(spectrum.argmax()) == HERTZ  # a second of sound: the bins are whole hertz
    assert np.sqrt(np.mean(middle**2)) == pytest.approx(0.5 / np.sqrt(2), rel=0.02)


@pytest.mark.parametrize("rate", [8000, 11025, 16000, 22050, 44100, 48000, 96000])
def test_every_rate_keeps_pitch_length_and_loudness(tmp_path: Path, rate: int) -> None:
    file = tmp_path / "tone.wav"
    soundfile.write(file, tone(rate), rate)
    assert_is_the_tone(sound(recording(file)))


@pytest.mark.parametrize("channels", [1, 2, 5])
def test_channels_are_mixed(tmp_path: Path, channels: int) -> None:
    file = tmp_path / "tone.wav"
    soundfile.write(file, tone(48000, channels), 48000)
    assert_is_the_tone(sound(recording(file)))


def test_a_microphone_on_one_channel_of_two_is_heard(tmp_path: Path) -> None:
    stereo = tone(16000, 2)
    stereo[:, 1] = 0
    soundfile.write(tmp_path / "left.wav", stereo, 16000)
    assert np.abs(sound(recording(tmp_path / "left.wav"))).max() == pytest.approx(0.25, rel=0.01)


@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE", "ULAW"])
def test_every_sample_format_has_the_same_scale(tmp_path: Path, subtype: str) -> None:
    file = tmp_path / "tone.wav"
    soundfile.write(file, tone(16000), 16000, subtype=subtype)
    assert_is_the_tone(sound(recording(file)))


@pytest.mark.parametrize("rate", [16000, 44100])
@pytest.mark.parametrize("kind", ["wav", "flac", "ogg", "mp3", "aiff"])
def test_every_kind_of_file_is_read(tmp_path: Path, kind: str, rate: int) -> None:
    file = tmp_path / f"tone.{kind}"
    soundfile.write(file, tone(rate), rate)
    samples = sound(recording(file))
    assert len(samples) == pytest.approx(FRAMES * FRAME_SAMPLES, abs=0.1 * SAMPLE_RATE)  # MP3 pads
    assert_is_the_tone(np.resize(samples, FRAMES * FRAME_SAMPLES))


def test_the_contents_count_not_the_name(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "tone.wav", tone(16000), 16000, format="FLAC")
    assert_is_the_tone(sound(recording(tmp_path / "tone.wav")))


def test_the_last_frame_is_filled_with_silence(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "short.wav", np.full(FRAME_SAMPLES + 100, 0.25), 16000)
    first, last = recording(tmp_path / "short.wav")
    assert first == pytest.approx(0.25) and last[:100] == pytest.approx(0.25)
    assert not last[100:].any()


def test_samples_that_are_no_numbers_do_no_harm(tmp_path: Path) -> None:
    wave = tone(44100)
    wave[1000:1003] = np.nan
    wave[2000:2003] = np.inf
    wave[3000:3003] = -1e30
    soundfile.write(tmp_path / "odd.wav", wave, 44100, subtype="FLOAT")
    samples = sound(recording(tmp_path / "odd.wav"))
    assert np.isfinite(samples).all()
    assert np.sqrt(np.mean(samples[8000:20000] ** 2)) == pytest.approx(0.5 / np.sqrt(2), rel=0.02)


# Standard input: raw 16-bit little-endian mono at 16 kHz.


def raw(wave: np.ndarray) -> bytes:
    return (wave[:, 0] * 32767).astype("<i2").tobytes()


class Pipe(io.RawIOBase):
    """Gives what it holds in pieces of odd sizes, as a pipe may."""

    def __init__(self, data: bytes, sizes: list[int]) -> None:
        self.data, self.sizes = io.BytesIO(data), sizes

    def read(self, size: int = -1) -> bytes:
        self.sizes = self.sizes[1:] + self.sizes[:1]
        return self.data.read(min(size, self.sizes[-1]))


@pytest.mark.parametrize("sizes", [[1024], [1], [1, 3, 5], [1023, 1], [333, 1024, 7]], ids=str)
def test_standard_input_is_the_same_however_it_is_split(sizes: list[int]) -> None:
    data = raw(tone(16000))
    assert_is_the_tone(sound(standard_input(Pipe(data, sizes))))  # type: ignore[arg-type]


def test_half_a_sample_at_the_end_of_standard_input_is_dropped() -> None:
    (frame,) = standard_input(io.BytesIO(b"\x00\x40" * 512 + b"\x7f"))
    assert frame == pytest.approx(0.5)


def test_standard_input_without_sound_has_no_frames() -> None:
    assert list(standard_input(io.BytesIO(b""))) == []


def test_a_dash_is_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    out, into = os.pipe()
    writer = threading.Thread(target=lambda: (os.write(into, raw(tone(16000))), os.close(into)))
    writer.start()
    with os.fdopen(out) as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        assert_is_the_tone(sound(open_source("-")))
    writer.join()


# What is refused, and how.


def refusal(file: Path) -> str:
    """The one sentence with which a file is refused, when it is opened or while it is read."""
    with pytest.raises(AudioError) as caught:
        list(recording(file))
    sentence = str(caught.value)
    assert sentence.startswith(str(file)) and sentence.endswith(".") and "\n" not in sentence
    return sentence.removeprefix(f"{file} ")


def cut(file: Path, keep: float) -> Path:
    """The first part of a file."""
    data = file.read_bytes()
    file.write_bytes(data[: int(len(data) * keep)])
    return file


def test_a_missing_file(tmp_path: Path) -> None:
    assert refusal(tmp_path / "missing.wav") == "cannot be read: No such file or directory."


def test_a_directory(tmp_path: Path) -> None:
    assert refusal(tmp_path) == "cannot be read: Is a directory."


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "empty.wav").touch()
    assert refusal(tmp_path / "empty.wav") == "is empty."


@pytest.mark.parametrize(
    "data",
    [
        b"Set a timer for five minutes.\n",
        b"RIFF",
        b"RIFF\x10\x00\x00\x00WAVE",
        b"\x89PNG\r\n\x1a\n" + bytes(100),
        b"\x00",
    ],
    ids=["text", "four letters", "no sound", "picture", "a byte"],
)
def test_a_file_of_another_kind(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "other.wav").write_bytes(data)
    assert refusal(tmp_path / "other.wav") == "is not a recording that Otto can read; use WAV, FLAC, OGG or MP3."


@pytest.mark.parametrize("keep", [0.9, 0.5, 0.01])
@pytest.mark.parametrize("rate", [16000, 44100])
def test_a_wav_that_ends_early_is_refused_before_anything_is_heard(tmp_path: Path, rate: int, keep: float) -> None:
    soundfile.write(tmp_path / "cut.wav", tone(rate), rate)
    with pytest.raises(AudioError, match=r"is cut short: it holds less sound than its header says\.$"):
        recording(cut(tmp_path / "cut.wav", keep))


def test_a_wav_that_ends_after_its_header(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "header.wav", tone(16000), 16000)
    assert "is cut short" in refusal(cut(tmp_path / "header.wav", 44.5 / (tmp_path / "header.wav").stat().st_size))


def test_a_wav_without_sound(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "none.wav", tone(16000)[:0], 16000)
    assert refusal(tmp_path / "none.wav") == "holds no sound."


def test_a_flac_that_ends_early_is_heard_up_to_there(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).normal(0, 0.1, 5 * 16000)
    soundfile.write(tmp_path / "cut.flac", noise, 16000)
    frames = recording(cut(tmp_path / "cut.flac", 0.7))
    heard = 0
    with pytest.raises(AudioError, match=r"cut\.flac is (damaged|cut short) after \d\.\d seconds\.$"):
        for _ in frames:
            heard += 1
    assert heard * FRAME_SAMPLES / SAMPLE_RATE > 2


def test_an_mp3_that_ends_early_is_heard_up_to_there(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "cut.mp3", tone(44100, seconds=4), 44100)
    assert len(sound(recording(cut(tmp_path / "cut.mp3", 0.5)))) > SAMPLE_RATE


def test_a_rate_that_cannot_be(tmp_path: Path) -> None:
    """A second at 1 Hz would become four hours of sound."""
    soundfile.write(tmp_path / "slow.wav", tone(16000), 1)
    assert refusal(tmp_path / "slow.wav") == "says that it has 1 samples a second, which cannot be."


# What programs write to a pipe, where they cannot go back to the header.


@pytest.mark.parametrize(
    "size", [0xFFFFFFFF, 0x7FFFF000, 0x80000000, 0x7FFFFFFF], ids=["ffmpeg", "sox", "arecord", "others"]
)
def test_a_wav_from_a_pipe_is_read_to_its_end(tmp_path: Path, size: int) -> None:
    file = tmp_path / "piped.wav"
    soundfile.write(file, tone(16000), 16000)
    data = bytearray(file.read_bytes())
    assert data[36:40] == b"data"
    data[40:44] = struct.pack("<I", size)
    file.write_bytes(data)
    assert_is_the_tone(sound(recording(file)))


def test_a_flac_from_a_pipe_is_read_to_its_end(tmp_path: Path) -> None:
    """Its header says that the number of samples is not known (RFC 9639, section 8.2)."""
    file = tmp_path / "piped.flac"
    soundfile.write(file, tone(16000), 16000)
    data = bytearray(file.read_bytes())
    data[21] &= 0xF0
    data[22:26] = bytes(4)
    file.write_bytes(data)
    assert_is_the_tone(sound(recording(file)))


def test_an_hour_is_read_as_it_goes(tmp_path: Path) -> None:
    """The first frames come without the rest: 100 s are enough to tell reading a block from reading all."""
    soundfile.write(tmp_path / "long.wav", np.zeros((100 * 44100, 1), np.int16), 44100)
    frames = recording(tmp_path / "long.wav")
    next(frames)
    (tmp_path / "long.wav").write_bytes(b"")
    with pytest.raises(AudioError, match=r"is (cut short|damaged) after 0"):
        list(frames)
