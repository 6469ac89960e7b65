"""espeak-ng: a formant synthesiser, robotic but instant; a program that most Linux desktops have."""

from __future__ import annotations

import io
import subprocess

import numpy as np
from numpy.typing import NDArray

from otto.errors import VoiceError

VOICES = ("en-us", "en-gb", "en-gb-scotland", "en-gb-x-rp", "en-us+f3", "en-us+m3", "en-gb+f2", "en-gb+m7")
_WORDS_PER_MINUTE = 165  # espeak-ng's own 175 is a little hasty


class EspeakEngine:
    """Runs the program once for each text."""

    def synthesize(self, text: str, name: str, speed: float) -> tuple[NDArray[np.float32], int]:
        """Mono samples at 22,050 Hz. Raises VoiceError if the program fails, which says why."""
        import soundfile

        command = ["espeak-ng", "-v", name, "-s", str(round(_WORDS_PER_MINUTE * speed)), "--stdin", "--stdout"]
        done = subprocess.run(command, input=text.encode(), capture_output=True, check=False)
        if done.returncode or not done.stdout:
            said = done.stderr.decode(errors="replace").strip() or f"exit code {done.returncode}"
            raise VoiceError(f"espeak-ng cannot speak with the voice {name}: {said.rstrip('.')}.")
        samples, rate = soundfile.read(io.BytesIO(done.stdout), dtype="float32")
        return samples, int(rate)
