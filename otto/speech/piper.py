"""Piper: a small fast voice, by the library piper-tts (which brings its own espeak-ng)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from otto import weights

_FILES = {"joe": "en_US-joe-medium.onnx"}
VOICES = tuple(_FILES)


class PiperEngine:
    """Loads a voice when it first speaks, in about a second."""

    def __init__(self) -> None:
        self._loaded: dict[str, Any] = {}

    def synthesize(self, text: str, name: str, speed: float) -> tuple[NDArray[np.float32], int]:
        """Mono samples at 22,050 Hz. Raises WeightsError if the voice cannot be fetched."""
        from piper import PiperVoice, SynthesisConfig

        if name not in self._loaded:
            self._loaded[name] = PiperVoice.load(weights.fetch(f"piper-{name}") / _FILES[name])
        voice = self._loaded[name]
        chunks = voice.synthesize(text, SynthesisConfig(length_scale=1 / speed))
        samples = [np.asarray(chunk.audio_float_array, np.float32) for chunk in chunks]
        return np.concatenate(samples), int(voice.config.sample_rate)
