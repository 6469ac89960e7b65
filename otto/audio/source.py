"""Where frames come from: a recording, standard input, or the microphone.

Every source is an iterator of float32 arrays of shape (512,), mono, 16 kHz, values -1 to 1. It reads as it goes, so an
hour of sound needs no more memory than a second.
"""

from __future__ import annotations

import os
import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from otto.audio import FRAME_SAMPLES, SAMPLE_RATE
from otto.errors import AudioError

Samples = NDArray[np.float32]
_BLOCK = 16384
_UNKNOWN_SIZE = 0x7FFFF000  # what programs that write to a pipe leave in a WAV header (sox), or more (the others)
_RATES = range(1000, 768_001)  # Hz; a wrong header may say 1, and a second would become hours


def open_source(name: str) -> Iterator[Samples]:
    """The frames of a file, or of standard input for ``-``. Raises AudioError at once if it cannot be read."""
    if name == "-":
        return standard_input(open(sys.stdin.fileno(), "rb", buffering=0, closefd=False))
    return recording(Path(name))


def recording(file: Path) -> Iterator[Samples]:
    """The frames of a WAV, FLAC, OGG or MP3 file of any rate and number of channels.

    Raises AudioError for a missing, empty or foreign file, and for one that ends before its header says.
    """
    import soundfile

    try:
        _check_whole(file)
        sound = soundfile.SoundFile(os.fsencode(file))
    except OSError as error:
        raise AudioError(f"{file} cannot be read: {error.strerror or error}.") from None
    except soundfile.LibsndfileError:
        raise AudioError(f"{file} is not a recording that Otto can read; use WAV, FLAC, OGG or MP3.") from None
    if sound.frames == 0:
        sound.close()
        raise AudioError(f"{file} holds no sound.")
    if sound.samplerate not in _RATES:
        sound.close()
        raise AudioError(f"{file} says that it has {sound.samplerate} samples a second, which cannot be.")
    sound.seekable = lambda: False  # soundfile seeks after each read, and fails at the end of a FLAC from a pipe
    return _frames(_blocks(sound, file))


def standard_input(stream: BinaryIO) -> Iterator[Samples]:
    """The frames of raw signed 16-bit little-endian mono sound at 16 kHz."""

    def blocks() -> Iterator[Samples]:
        odd = b""
        while data := stream.read(2 * FRAME_SAMPLES):
            data = odd + data
            odd = data[len(data) // 2 * 2 :]
            yield np.frombuffer(data[: len(data) // 2 * 2], "<i2").astype(np.float32) / np.float32(32768)

    return _frames(blocks())


def _check_whole(file: Path) -> None:
    """libsndfile reads a cut WAV without a word, so the header's size of the sound is compared with the file's."""
    size = file.stat().st_size
    if size == 0:
        raise AudioError(f"{file} is empty.")
    with file.open("rb") as stream:
        if stream.read(4) != b"RIFF" or stream.read(8)[4:] != b"WAVE":
            return
        while len(header := stream.read(8)) == 8:
            name, length = struct.unpack("<4sI", header)
            if name == b"data":
                if length < _UNKNOWN_SIZE and stream.tell() + length > size:
                    raise AudioError(f"{file} is cut short: it holds less sound than its header says.")
                return
            stream.seek(length + length % 2, 1)


def _blocks(sound: object, file: Path) -> Iterator[Samples]:
    import soundfile
    import soxr

    with sound as opened:  # type: ignore[attr-defined]
        rate, expected, read = opened.samplerate, opened.frames, 0
        resample = soxr.ResampleStream(rate, SAMPLE_RATE, 1, dtype="float32") if rate != SAMPLE_RATE else None
        try:
            while len(block := opened.read(_BLOCK, dtype="float32", always_2d=True)):
                read += len(block)
                mono = np.clip(np.nan_to_num(block.mean(axis=1, dtype=np.float32)), -1, 1)
                yield resample.resample_chunk(mono) if resample else mono
        except soundfile.LibsndfileError:
            raise AudioError(f"{file} is damaged after {read / rate:.1f} seconds.") from None
        if resample:
            yield resample.resample_chunk(np.zeros(0, np.float32), last=True)
        if read < expected < _UNKNOWN_SIZE and opened.format != "MP3":  # whose length is an estimate
            raise AudioError(f"{file} is cut short after {read / rate:.1f} seconds.")


def _frames(blocks: Iterator[Samples]) -> Iterator[Samples]:
    """Regroup blocks of any length into frames; the last one is filled with silence."""
    pending = np.zeros(0, np.float32)
    for block in blocks:
        pending = np.concatenate([pending, np.clip(block, -1, 1)])
        whole = len(pending) // FRAME_SAMPLES * FRAME_SAMPLES
        yield from pending[:whole].reshape(-1, FRAME_SAMPLES)
        pending = pending[whole:]
    if len(pending):
        yield np.pad(pending, (0, FRAME_SAMPLES - len(pending)))
