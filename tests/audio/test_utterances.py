"""Utterances are the very sound that was spoken; no more than that is kept. # is a frame of speech, . of silence."""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Iterator
from itertools import cycle, islice

import numpy as np
import pytest

from otto.audio import FRAME_SAMPLES, FRAME_SECONDS, SAMPLE_RATE
from otto.audio.source import Samples
from otto.audio.utterances import Quiet, Utterance, join, utterances
from otto.config import SegmenterSettings

SECOND = round(1 / FRAME_SECONDS)  # frames in a second, nearly
SETTINGS = SegmenterSettings(pre_roll=4 * FRAME_SECONDS, end_silence=10 * FRAME_SECONDS, max_pause=2.5)


def frames(drawing: Iterable[str]) -> Iterator[Samples]:
    """Frame n holds the value n / 65536 everywhere, plus 0.5 where there is speech: each frame can be told from all."""
    for number, character in enumerate(drawing):
        yield np.full(FRAME_SAMPLES, number / 65536 + (0.5 if character == "#" else 0), np.float32)


def is_speech(frame: Samples) -> float:
    return 0.95 if frame[0] >= 0.5 else 0.01


def numbers(utterance: Utterance) -> list[int]:
    """Which frames an utterance is made of."""
    values = utterance.samples.reshape(-1, FRAME_SAMPLES)[:, 0].astype(float)
    return [round((value % 0.5) * 65536) for value in values]


def heard(drawing: Iterable[str], settings: SegmenterSettings = SETTINGS) -> list[Utterance | Quiet]:
    return list(utterances(frames(drawing), settings, is_speech))


def test_an_utterance_is_the_frames_from_the_pre_roll_to_half_of_the_end_silence() -> None:
    (utterance,) = heard("." * 20 + "#" * 15 + "." * 30)
    assert isinstance(utterance, Utterance)
    assert numbers(utterance) == list(range(16, 40))
    assert utterance.start == pytest.approx(16 * FRAME_SECONDS)
    assert utterance.end == pytest.approx(40 * FRAME_SECONDS)
    assert utterance.decided == pytest.approx(45 * FRAME_SECONDS)
    assert utterance.speech == pytest.approx(0.95)
    assert not utterance.cut


def test_each_utterance_has_its_own_frames() -> None:
    first, second = heard("." * 20 + "#" * 15 + "." * 14 + "#" * 15 + "." * 12)
    assert isinstance(first, Utterance) and isinstance(second, Utterance)
    assert numbers(first) == list(range(16, 40))
    assert numbers(second) == list(range(45, 69))


def test_speech_without_an_end_is_cut_into_pieces_that_leave_nothing_out() -> None:
    settings = SETTINGS.model_copy(update={"max_length": 2.0})
    pieces = [item for item in heard("#" * 5 * SECOND + "." * 20, settings) if isinstance(item, Utterance)]
    assert [piece.cut for piece in pieces] == [True, True, False]
    assert [number for piece in pieces for number in numbers(piece)] == list(range(5 * SECOND + 5))


def test_speech_at_the_end_of_the_stream_is_an_utterance() -> None:
    (utterance,) = heard("." * 20 + "#" * 15)
    assert isinstance(utterance, Utterance)
    assert numbers(utterance) == list(range(16, 35))


def test_the_beginning_is_told_while_the_speaker_still_speaks() -> None:
    told: list[float] = []
    stream = utterances(frames("." * 20 + "#" * 15 + "." * 12), SETTINGS, is_speech, told.append)
    assert told == []
    next(stream)
    assert told == pytest.approx([16 * FRAME_SECONDS])


def test_quiet_comes_once_when_nobody_has_gone_on_for_the_longest_pause() -> None:
    utterance, quiet = heard("#" * 15 + "." * 20 * SECOND)
    assert isinstance(utterance, Utterance) and isinstance(quiet, Quiet)
    assert quiet.second - utterance.end == pytest.approx(2.5, abs=FRAME_SECONDS)


def test_no_quiet_comes_before_the_first_utterance() -> None:
    assert heard("." * 20 * SECOND) == []


def test_quiet_does_not_come_while_somebody_speaks() -> None:
    kinds = [type(item) for item in heard("#" * 15 + "." * 2 * SECOND + "#" * 3 * SECOND + "." * 5 * SECOND)]
    assert kinds == [Utterance, Utterance, Quiet]


def test_after_a_click_at_the_end_of_the_pause_quiet_comes_late_but_comes() -> None:
    kinds = [type(item) for item in heard("#" * 15 + "." * 80 + "##" + "." * 40)]
    assert kinds == [Utterance, Quiet]


def test_each_utterance_has_a_quiet_of_its_own() -> None:
    kinds = [type(item) for item in heard(("#" * 15 + "." * 4 * SECOND) * 3)]
    assert kinds == [Utterance, Quiet] * 3


def test_two_utterances_are_joined_with_the_pause_between_them() -> None:
    first, second = heard("#" * 15 + "." * SECOND + "#" * 15 + "." * 12)
    assert isinstance(first, Utterance) and isinstance(second, Utterance)
    joined = join(first, second)
    assert (joined.start, joined.end, joined.decided) == (first.start, second.end, second.decided)
    assert len(joined.samples) == round((second.end - first.start) * SAMPLE_RATE)
    pause = joined.samples[len(first.samples) : len(joined.samples) - len(second.samples)]
    assert len(pause) > 0 and not pause.any()
    assert np.array_equal(joined.samples[: len(first.samples)], first.samples)
    assert np.array_equal(joined.samples[-len(second.samples) :], second.samples)


@pytest.mark.parametrize(
    ("drawing", "spoken", "most"),
    [("." * 3000, 0, 8), (("#" * 20 + "." * 80) * 30, 30, 40), ("#" * 3100, 50, 74)],
    ids=["silence", "talk", "no end"],
)
def test_frames_that_no_utterance_can_need_are_forgotten(drawing: str, spoken: int, most: int) -> None:
    """Counts the frames that anybody still holds: pre-roll and utterance, not the stream."""
    alive = highest = 0

    def gone() -> None:
        nonlocal alive
        alive -= 1

    def watched() -> Iterator[Samples]:
        nonlocal alive, highest
        for frame in frames(drawing):
            alive += 1
            highest = max(highest, alive)
            weakref.finalize(frame, gone)
            yield frame

    settings = SETTINGS.model_copy(update={"max_length": 2.0})
    assert sum(isinstance(item, Utterance) for item in utterances(watched(), settings, is_speech)) == spoken
    assert highest <= most


def test_an_hour_gives_its_utterances_as_they_end() -> None:
    """The stream is read no further than the utterance that is asked for."""
    read = 0

    def counted() -> Iterator[Samples]:
        nonlocal read
        for frame in frames(cycle("#" * 20 + "." * 300)):
            read += 1
            yield frame

    stream = utterances(counted(), SETTINGS, is_speech)
    first = next(stream)
    assert isinstance(first, Utterance) and read == 30
    assert len(list(islice(stream, 9))) == 9 and read < 2000
