"""Speech to text with openai-whisper, biased towards the sentences that the enabled skills expect."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from otto import weights
from otto.audio import SAMPLE_RATE
from otto.audio.source import Samples
from otto.config import WhisperSettings
from otto.errors import WeightsError
from otto.speech.inventions import Decoded, invention, plain_words, without_captions


@dataclass(frozen=True)
class Transcript:
    """What was said. ``rejected`` says why the text is not to be believed (see `inventions`); then it is no command.

    ``logprob`` is Whisper's mean log probability per token; ``seconds`` is how long transcribing took.
    """

    text: str
    logprob: float
    seconds: float
    rejected: str | None = None


class Transcriber:
    """Whisper, loaded. ``hints`` are sentences that users may say; they become Whisper's prompt.

    The same sentences come out of pure noise now and then, because Whisper may repeat its prompt. A text that equals a
    hint is therefore decoded again without the prompt, and believed when both agree that there are words like these.
    """

    def __init__(self, settings: WhisperSettings, hints: Sequence[str] = ()) -> None:
        self._settings = settings
        self._model = _load(settings.model, settings.device)
        self._prompt = " ".join(hints)
        self._hints = [plain_words(hint) for hint in hints]

    def transcribe(self, samples: Samples) -> Transcript:
        """Text of mono float32 sound at 16 kHz, shape (n,), at most 30 s of it."""
        started = time.perf_counter()
        mel = self._mel(samples)
        decoded = self._decode(mel, samples, self._prompt)
        reason = invention(decoded)
        if reason is None and self._prompt and plain_words(decoded.text) in self._hints:
            reason = self._doubt(decoded, self._decode(mel, samples, ""))
        text = without_captions(decoded.text)
        return Transcript(text, decoded.logprob, time.perf_counter() - started, reason)

    def warm_up(self) -> None:
        """Transcribe a moment of silence, so that the first utterance does not pay for what is made at first use."""
        self.transcribe(np.zeros(SAMPLE_RATE // 2, np.float32))

    def _doubt(self, prompted: Decoded, unprompted: Decoded) -> str | None:
        said, again = set(plain_words(prompted.text)), set(plain_words(unprompted.text))
        if invention(unprompted) or not said & again:
            return "the prompt repeated"
        return None

    def _mel(self, samples: Samples) -> Any:
        import whisper

        audio = whisper.pad_or_trim(samples)
        return whisper.log_mel_spectrogram(audio, n_mels=self._model.dims.n_mels).to(self._model.device)

    def _decode(self, mel: Any, samples: Samples, prompt: str) -> Decoded:
        import whisper

        options = whisper.DecodingOptions(
            language=self._settings.language,
            without_timestamps=True,
            fp16=self._settings.device != "cpu",
            prompt=prompt or None,
            sample_len=160,
        )
        result = whisper.decode(self._model, mel, options)
        seconds = len(samples) / SAMPLE_RATE
        return Decoded(
            result.text.strip(), seconds, result.no_speech_prob, result.avg_logprob, result.compression_ratio
        )


def _load(size: str, device: str) -> Any:
    """A Whisper of Otto's table, a checkpoint file, or a size that openai-whisper downloads itself."""
    if f"whisper-{size}" in weights.names():
        from otto.speech.checkpoint import load_whisper

        return load_whisper(weights.fetch(f"whisper-{size}"), device)
    import whisper

    if size not in whisper.available_models() and not Path(size).exists():
        known = ", ".join(whisper.available_models())
        raise WeightsError(f"There is no Whisper size {size!r}; use one of {known}.")
    try:
        return whisper.load_model(size, device=device)
    except Exception as error:  # unpickling a file that is no checkpoint raises anything
        raise WeightsError(f"Whisper {size} cannot be loaded: {error}. Check the network, or use tiny.en.") from None
