"""Kokoro-82M: natural voices, 28 of them English, by the library kokoro-onnx (which brings its own espeak-ng)."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from otto import weights

VOICES = weights.KOKORO_VOICES
_STYLE = (510, 1, 256)  # a style vector for each length in phonemes


class KokoroEngine:
    """Loads the model in about a second. Raises WeightsError if the weights cannot be fetched."""

    def __init__(self) -> None:
        model, styles = weights.fetch("kokoro"), weights.fetch("kokoro-voices")
        self._kokoro = _load(model)
        self._styles: NDArray[np.float32] = np.memmap(styles, dtype="<f4", mode="r", shape=(len(VOICES), *_STYLE))

    def synthesize(self, text: str, name: str, speed: float) -> tuple[NDArray[np.float32], int]:
        """Mono samples at 24 kHz, without silence around them."""
        language = "en-gb" if name.startswith("b") else "en-us"  # of the pronunciation; see KOKORO_VOICES on names
        samples, rate = self._kokoro.create(text, self._styles[VOICES.index(name)], speed=speed, lang=language)
        return np.asarray(samples, np.float32), int(rate)


def _load(model: Path) -> Any:
    from kokoro_onnx import Kokoro

    # The library wants a file of voices at once, though it takes a style with each sentence: it gets an empty one.
    with tempfile.TemporaryDirectory() as folder:
        none = Path(folder) / "voices.npy"
        np.save(none, np.zeros(0, np.float32))
        return Kokoro(str(model), str(none))
