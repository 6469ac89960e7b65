"""Who speaks: the voices that training sentences are spoken with, and those that only held-out ones are."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

import numpy as np

from otto.errors import VoiceError
from otto.speech import kokoro
from otto.speech.espeak import EspeakEngine
from otto.speech.voices import Sound, Voices
from training.noise import RATE, Samples

HELD_OUT = tuple(
    f"kokoro:{name}"
    for name in (
        *("af_kore", "af_sky", "am_eric", "am_liam", "bf_lily", "bm_daniel"),  # American and British
        *("ef_dora", "im_nicola"),  # Spanish and Italian voices, who speak English here
    )
)
_ENGLISH = tuple(f"kokoro:{name}" for name in kokoro.VOICES if name[0] in "ab")
_FOREIGN = "em_alex ff_siwis hf_alpha hm_omega if_sara jf_alpha jm_kumo pf_dora pm_alex zf_xiaobei zm_yunxi"
_ACCENTS = tuple(f"kokoro:{name}" for name in _FOREIGN.split())
_LANGUAGES = "en-us en-gb en-gb-scotland en-gb-x-rp en-gb-x-gbcwmd en-us-nyc".split()
_VARIANTS = "f1 f2 f3 f4 f5 m1 m2 m3 m4 m5 m6 m7 m8 belinda edward grandma grandpa linda max steph".split()
_ESPEAK = tuple(f"espeak:{language}+{variant}" for language, variant in product(_LANGUAGES, _VARIANTS))

TRAINING = {
    "kokoro": tuple(voice for voice in (*_ENGLISH, *_ACCENTS) if voice not in HELD_OUT),
    "piper": ("piper:joe",),
    "espeak": _ESPEAK,
}
"""The voices of each engine that training may use."""


def chosen(names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The voices for these names, by engine; a name is a voice, or an engine for all of its voices.

    Raises VoiceError for one that is unknown or kept for the held-out recordings.
    """
    found: dict[str, list[str]] = {}
    for name in names:
        engine = name.partition(":")[0]
        voices = [voice for voice in TRAINING.get(engine, ()) if name in (engine, voice)]
        if not voices:
            why = "is kept for the held-out recordings" if name in HELD_OUT else "is no voice to train with"
            raise VoiceError(f"{name!r} {why}; use {', '.join(TRAINING)}, or one voice such as kokoro:af_heart.")
        found.setdefault(engine, []).extend(voice for voice in voices if voice not in found.get(engine, ()))
    return {engine: tuple(voices) for engine, voices in found.items()}


class Speakers:
    """Speaks with any voice, of espeak-ng also with the variants that the runtime does not offer."""

    def __init__(self) -> None:
        self._voices = Voices()
        self._espeak = EspeakEngine()

    def speak(self, text: str, voice: str, speed: float = 1.0) -> Samples:
        """The words at 16 kHz, without the silence around them. Raises VoiceError and WeightsError."""
        import soxr

        samples, rate = self._synthesize(text, voice, speed)
        return trimmed(soxr.resample(samples, rate, RATE).astype(np.float32))

    def _synthesize(self, text: str, voice: str, speed: float) -> Sound:
        engine, _, name = voice.partition(":")
        if engine == "espeak":
            return self._espeak.synthesize(text, name, speed)
        return self._voices.synthesize(text, voice, speed)


def trimmed(samples: Samples, below_peak: float = 0.01) -> Samples:
    """Without what lies before and after the first and last sample that is loud."""
    if not len(samples) or not np.abs(samples).max():
        return samples[:0]
    loud = np.flatnonzero(np.abs(samples) > below_peak * np.abs(samples).max())
    return samples[max(0, int(loud[0]) - 500) : int(loud[-1]) + 500]
