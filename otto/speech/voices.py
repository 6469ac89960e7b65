"""Text to speech: one interface over three engines.

A voice is written ``engine:name``. ``kokoro:af_heart`` sounds natural and costs about as much time as it speaks on two
cores; ``piper:joe`` takes a tenth of that; ``espeak:en-us`` is a robot that answers at once and needs no weights.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from importlib.util import find_spec
from shutil import which
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from otto.errors import VoiceError
from otto.speech import espeak, kokoro, piper

Sound = tuple[NDArray[np.float32], int]
"""Mono samples from -1 to 1, and their rate in Hz."""


class Engine(Protocol):
    """A loaded engine. Loading it may fetch its weights."""

    def synthesize(self, text: str, name: str, speed: float) -> Sound:
        """Speak English text that has at least one letter or digit; ``speed`` 1.0 is the voice's own."""
        ...


_OPEN: dict[str, Callable[[], Engine]] = {
    "kokoro": kokoro.KokoroEngine,
    "piper": piper.PiperEngine,
    "espeak": espeak.EspeakEngine,
}
_NAMES: dict[str, tuple[str, ...]] = {"kokoro": kokoro.VOICES, "piper": piper.VOICES, "espeak": espeak.VOICES}
_INSTALL = {
    "kokoro": "the library kokoro-onnx; install it with `pip install 'otto[voice]'`",
    "piper": "the library piper-tts; install it with `pip install 'otto[voice]'`",
    "espeak": "the program espeak-ng; install it with the system's package manager",
}


def names() -> list[str]:
    """Every voice, whether its engine is installed or not, the best first."""
    return [f"{engine}:{name}" for engine, voices in _NAMES.items() for name in voices]


def installed(engine: str) -> bool:
    """Whether the engine's library or program is here; nothing is imported."""
    needs: dict[str, object] = {
        "kokoro": find_spec("kokoro_onnx"),
        "piper": find_spec("piper"),
        "espeak": which("espeak-ng"),
    }
    return needs[engine] is not None


def default() -> str | None:
    """The best voice that is installed, None if no engine is."""
    best = {"kokoro": "kokoro:af_heart", "piper": "piper:joe", "espeak": "espeak:en-us"}
    return next((voice for engine, voice in best.items() if installed(engine)), None)


class Voices:
    """Speaks with any voice; an engine is loaded when it first speaks, and kept."""

    def __init__(self) -> None:
        self._engines: dict[str, Engine] = {}

    def synthesize(self, text: str, voice: str, speed: float = 1.0) -> Sound:
        """Speak English text; text without a letter or digit is no sound. ``speed`` is from 0.5 to 2.

        Raises VoiceError (unknown voice, engine not installed) and WeightsError (its weights cannot be fetched).
        """
        if not 0.5 <= speed <= 2.0:
            raise VoiceError(f"Speech at speed {speed:g} is not possible; use a speed from 0.5 to 2.")
        engine, name = _parse(voice)
        if engine not in self._engines:
            if not installed(engine):
                raise VoiceError(f"The voice {voice} needs {_INSTALL[engine]}, or choose another voice.")
            self._engines[engine] = _OPEN[engine]()
        if not any(character.isalnum() for character in text):
            return np.zeros(0, np.float32), 24000
        return self._engines[engine].synthesize(text, name, speed)


def _parse(voice: str) -> tuple[str, str]:
    if voice not in names():
        near = difflib.get_close_matches(voice, names(), n=1, cutoff=0.4)
        hint = f"did you mean {near[0]}?" if near else f"voices are written like {names()[0]}."
        raise VoiceError(f"There is no voice {voice!r}; {hint}")
    engine, _, name = voice.partition(":")
    return engine, name
