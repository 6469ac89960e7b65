"""Where an utterance begins and ends. Pure: told one speech probability a frame, it owns no sound and no clock.

probability   . . # # # # # . . # # . . . . . . . .
             |pre-|                   |end silence|
             start                                end
"""

from __future__ import annotations

from dataclasses import dataclass

from otto.audio import FRAME_SECONDS
from otto.config import SegmenterSettings

_RELEASE = 0.15  # speech goes on until the probability is this much below the threshold (Silero's own hysteresis)


@dataclass(frozen=True)
class Started:
    """Somebody speaks. ``frame`` is where the utterance begins, pre-roll included; known once speech is long enough."""

    frame: int


@dataclass(frozen=True)
class Ended:
    """The utterance is the frames ``start`` to ``end`` (exclusive); ``speech`` is the mean probability of its speech.

    ``cut`` says that the maximum length ended it and the speaker goes on.
    """

    start: int
    end: int
    speech: float
    cut: bool = False


@dataclass(frozen=True)
class _Quiet:
    pass


@dataclass(frozen=True)
class _Speaking:
    """Speech since frame ``first``, last heard in ``last``; ``total`` and ``count`` sum the speech frames."""

    first: int
    last: int
    total: float
    count: int
    announced: bool


class Segmenter:
    """Feed it `step` once a frame; it answers with what just became known. `finish` ends the stream."""

    def __init__(self, settings: SegmenterSettings) -> None:
        self._settings = settings
        self._pre_roll = round(settings.pre_roll / FRAME_SECONDS)
        self._min_speech = max(1, round(settings.min_speech / FRAME_SECONDS))
        self._end_silence = max(1, round(settings.end_silence / FRAME_SECONDS))
        self._max_length = round(settings.max_length / FRAME_SECONDS)
        self._frame = 0
        self._floor = 0  # frames before this belong to an utterance already given out
        self._state: _Quiet | _Speaking = _Quiet()

    @property
    def speaking(self) -> bool:
        """Whether speech is under way."""
        return isinstance(self._state, _Speaking)

    @property
    def wanted_from(self) -> int:
        """The first frame that may still become part of an utterance; sound before it can be forgotten."""
        first = self._state.first if isinstance(self._state, _Speaking) else self._frame
        return max(self._floor, first - self._pre_roll)

    def step(self, probability: float) -> Started | Ended | None:
        """Take the next frame's speech probability, 0 to 1."""
        frame = self._frame
        self._frame += 1
        state = self._state
        if isinstance(state, _Quiet):
            if probability >= self._settings.threshold:
                self._state = _Speaking(frame, frame, probability, 1, announced=False)
            return None
        if probability >= self._settings.threshold - _RELEASE:
            state = _Speaking(state.first, frame, state.total + probability, state.count + 1, state.announced)
            self._state = state
        if frame - state.first + 1 >= self._max_length:
            return self._end(state, cut=frame - state.last < self._end_silence // 2)
        if frame - state.last >= self._end_silence:
            return self._end(state)
        if not state.announced and state.count >= self._min_speech:
            self._state = _Speaking(state.first, state.last, state.total, state.count, announced=True)
            return Started(max(self._floor, state.first - self._pre_roll))
        return None

    def finish(self) -> Ended | None:
        """The stream is over: an utterance under way ends here."""
        return self._end(self._state) if isinstance(self._state, _Speaking) else None

    def _end(self, state: _Speaking, cut: bool = False) -> Ended | None:
        """Less speech than the minimum was a click or a cough: nothing is given out."""
        start = max(self._floor, state.first - self._pre_roll)
        self._state = _Quiet()
        if state.count < self._min_speech:
            return None
        end = self._frame if cut else min(self._frame, state.last + 1 + max(1, self._end_silence // 2))
        self._floor = end
        return Ended(start, end, state.total / state.count, cut)
