"""Whisper on many sounds at once, several times as fast as the runtime's `Transcriber` on one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from otto import weights
from otto.speech.checkpoint import load_whisper
from otto.speech.inventions import Decoded, invention, plain_words, without_captions
from training.noise import RATE, Samples

_BEHIND = 3.0  # seconds of silence behind the longest sound; the runtime fills up to 30, which costs four times as much
_FRAMES = 50  # of the encoder, in a second


class Listener:
    """Whisper of one size, loaded, told the sentences ``hints`` as in the runtime."""

    def __init__(self, size: str, hints: Sequence[str] = ()) -> None:
        self.model: Any = load_whisper(weights.fetch(f"whisper-{size}"))
        self.prompt = " ".join(hints)
        self._hints = {" ".join(plain_words(hint)) for hint in hints}

    def listen(self, sounds: Sequence[Samples], window: float | None = None) -> list[str | None]:
        """What it writes for each sound; None where the runtime would not believe it.

        ``window`` is how many seconds Whisper is given; None is as much as the longest sound needs.
        """
        import torch
        import whisper

        longest = max(len(sound) for sound in sounds) / RATE
        seconds = min(30, round(longest + _BEHIND + 0.5)) if window is None else window
        with _window(self.model, round(seconds * _FRAMES)):
            padded = [whisper.pad_or_trim(sound, round(seconds * RATE)) for sound in sounds]
            mels = torch.stack([whisper.log_mel_spectrogram(sound) for sound in padded])
            options = whisper.DecodingOptions(
                language="en", without_timestamps=True, fp16=False, prompt=self.prompt or None, sample_len=80
            )
            results = _decode(self.model, mels, options)
        return [self._believed(result, len(sound) / RATE) for result, sound in zip(results, sounds, strict=True)]

    def _believed(self, result: Any, seconds: float) -> str | None:
        decoded = Decoded(
            result.text.strip(), seconds, result.no_speech_prob, result.avg_logprob, result.compression_ratio
        )
        return None if invention(decoded) else without_captions(decoded.text)

    def is_hint(self, text: str) -> bool:
        """Whether this is a sentence of the prompt: Whisper writes one now and then for what it did not understand."""
        return " ".join(plain_words(text)) in self._hints


def _decode(model: Any, mels: Any, options: Any) -> list[Any]:
    """`whisper.decode`, but a score for each word of the vocabulary is computed only at the two places that are read.

    The library computes them at all 200 places of the prompt, which is half of the work of a short answer.
    """
    from whisper.decoding import DecodingTask

    task = DecodingTask(model, options)
    start, task.sot_index = task.sot_index, 0

    def two_places(_: Any, inputs: tuple[Any]) -> tuple[Any] | None:
        return (inputs[0][:, [start, -1]],) if inputs[0].shape[1] > 1 else None

    hook = model.decoder.ln.register_forward_pre_hook(two_places)
    try:
        results: list[Any] = task.run(mels)
    finally:
        hook.remove()
    return results


@contextmanager
def _window(model: Any, frames: int) -> Iterator[None]:
    """Within it, the encoder takes that many frames: its positions count from the start, so the later ones can go."""
    encoder, whole = model.encoder, model.encoder.positional_embedding
    try:
        encoder.positional_embedding = whole[:frames]
        model.dims.n_audio_ctx = frames
        yield
    finally:
        encoder.positional_embedding = whole
        model.dims.n_audio_ctx = len(whole)
