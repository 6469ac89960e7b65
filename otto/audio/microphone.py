"""The microphone, through sounddevice (PortAudio). The audio callback only puts frames into a queue: it never waits."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from typing import Any

import numpy as np

from otto.audio import FRAME_SAMPLES, SAMPLE_RATE
from otto.audio.source import Samples
from otto.errors import AudioError

_BACKLOG_SECONDS = 60  # sound kept while Whisper and the model are busy
_STALLED_SECONDS = 5.0


class Microphone:
    """An open microphone; iterate over it for frames, close it to stop.

    ``device`` is a name or number from `devices`, None the system's default. ``lost`` counts the frames that came
    while the backlog was full. Raises AudioError when there is no such device, or it stops giving sound.
    """

    def __init__(self, device: str | int | None = None) -> None:
        sounddevice = _sounddevice()
        self.lost = 0
        self._frames: queue.Queue[Samples | None] = queue.Queue(_BACKLOG_SECONDS * SAMPLE_RATE // FRAME_SAMPLES)
        try:
            self._stream = sounddevice.InputStream(
                samplerate=SAMPLE_RATE,
                blocksize=FRAME_SAMPLES,
                channels=1,
                dtype="float32",
                device=device,
                callback=self._captured,
            )
            self._stream.start()
        except (sounddevice.PortAudioError, ValueError) as error:
            name = "The default microphone" if device is None else f"The microphone {device!r}"
            raise AudioError(f"{name} cannot be opened ({error}). `otto devices` lists what there is.") from None

    def __iter__(self) -> Iterator[Samples]:
        while True:
            try:
                frame = self._frames.get(timeout=_STALLED_SECONDS)
            except queue.Empty:
                raise AudioError("The microphone stopped giving sound. Check that it is still connected.") from None
            if frame is None:
                return
            yield frame

    def close(self) -> None:
        """Stop capturing; an iteration that is under way ends after the frames already captured."""
        self._stream.close()
        try:
            self._frames.put_nowait(None)
        except queue.Full:
            self._frames.get_nowait()
            self._frames.put_nowait(None)

    def _captured(self, samples: Samples, _count: int, _time: Any, _status: Any) -> None:
        try:
            self._frames.put_nowait(np.array(samples[:, 0]))
        except queue.Full:
            self.lost += 1


def devices() -> list[dict[str, Any]]:
    """The sound devices: number, name, input and output channels, default rate in Hz, and which are the defaults."""
    sounddevice = _sounddevice()
    try:
        default_in, default_out = sounddevice.default.device
        return [
            {
                "number": number,
                "name": device["name"],
                "inputs": device["max_input_channels"],
                "outputs": device["max_output_channels"],
                "rate": int(device["default_samplerate"]),
                "default": [
                    kind for kind, chosen in (("input", default_in), ("output", default_out)) if chosen == number
                ],
            }
            for number, device in enumerate(sounddevice.query_devices())
        ]
    except sounddevice.PortAudioError as error:
        raise AudioError(f"The sound devices cannot be listed ({error}).") from None


def _sounddevice() -> Any:
    try:
        import sounddevice
    except OSError:
        raise AudioError(
            "The PortAudio library is missing, so there is no microphone; on Debian: apt install libportaudio2."
        ) from None
    return sounddevice
