"""Frames -> utterances: the segmenter's decisions applied to the sound, in bounded memory.

The stream also says when it has stayed quiet after an utterance, so that what follows needs no clock of its own to know
that a speaker who stopped in the middle of a sentence is not going on.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from otto.audio import FRAME_SECONDS, SAMPLE_RATE
from otto.audio.segmenter import Ended, Segmenter, Started
from otto.audio.source import Samples
from otto.config import SegmenterSettings


@dataclass(frozen=True)
class Utterance:
    """Sound in which somebody spoke: mono float32 at 16 kHz, shape (n,).

    ``start`` and ``end`` are seconds in the stream, ``decided`` the second at which the end was known (end of speech
    plus the end silence), ``speech`` the mean speech probability. ``cut`` says that the speaker was still speaking.
    """

    samples: Samples
    start: float
    end: float
    decided: float
    speech: float
    cut: bool = False


@dataclass(frozen=True)
class Quiet:
    """Nobody has spoken for ``max_pause`` seconds after an utterance; ``second`` is now."""

    second: float


def join(first: Utterance, second: Utterance) -> Utterance:
    """One utterance of two, with the pause between them."""
    pause = np.zeros(max(0, round((second.start - first.end) * SAMPLE_RATE)), np.float32)
    samples = np.concatenate([first.samples, pause, second.samples])
    speech = (first.speech + second.speech) / 2
    return Utterance(samples, first.start, second.end, second.decided, speech, second.cut)


def utterances(
    frames: Iterable[Samples],
    settings: SegmenterSettings,
    probability: Callable[[Samples], float],
    started: Callable[[float], None] = lambda _: None,
) -> Iterator[Utterance | Quiet]:
    """The utterances of a stream as they end. ``started`` is told the second at which one begins."""
    quiet_at: float | None = None
    segmenter = Segmenter(settings)
    kept: deque[Samples] = deque()
    first = count = 0  # kept holds the frames first .. count - 1
    for frame in frames:
        kept.append(frame)
        count += 1
        event = segmenter.step(probability(frame))
        if isinstance(event, Started):
            started(event.frame * FRAME_SECONDS)
        elif isinstance(event, Ended):
            yield _cut_out(kept, first, event, count)
            quiet_at = event.end * FRAME_SECONDS + settings.max_pause
        elif quiet_at is not None and count * FRAME_SECONDS >= quiet_at and not segmenter.speaking:
            yield Quiet(count * FRAME_SECONDS)
            quiet_at = None
        while first < min(segmenter.wanted_from, count):
            kept.popleft()
            first += 1
    last = segmenter.finish()
    if last is not None:
        yield _cut_out(kept, first, last, count)


def _cut_out(kept: deque[Samples], first: int, ended: Ended, now: int) -> Utterance:
    frames = [kept[index - first] for index in range(ended.start, ended.end)]
    start, end = ended.start * FRAME_SECONDS, ended.end * FRAME_SECONDS
    return Utterance(np.concatenate(frames), start, end, now * FRAME_SECONDS, ended.speech, ended.cut)
