"""Where utterances begin and end. A drawing is one character a frame: # speech, ~ half sure, . silence."""

from __future__ import annotations

import random
import time

from hypothesis import given
from hypothesis import strategies as st

from otto.audio import FRAME_SECONDS
from otto.audio.segmenter import Ended, Segmenter, Started
from otto.config import SegmenterSettings

PROBABILITIES = {"#": 0.9, "~": 0.4, ".": 0.05}


def in_frames(pre_roll: int = 0, min_speech: int = 1, end_silence: int = 4, max_length: int = 60) -> SegmenterSettings:
    """Settings in frames: what the segmenter counts in."""
    return SegmenterSettings(
        threshold=0.5,
        pre_roll=pre_roll * FRAME_SECONDS,
        min_speech=min_speech * FRAME_SECONDS,
        end_silence=end_silence * FRAME_SECONDS,
        max_length=max_length * FRAME_SECONDS,
    )


def heard(drawing: str, settings: SegmenterSettings) -> list[Started | Ended]:
    segmenter = Segmenter(settings)
    events = [segmenter.step(PROBABILITIES[frame]) for frame in drawing]
    return [event for event in [*events, segmenter.finish()] if event is not None]


def spans(drawing: str, settings: SegmenterSettings) -> list[tuple[int, int]]:
    return [(event.start, event.end) for event in heard(drawing, settings) if isinstance(event, Ended)]


def test_silence_is_no_utterance() -> None:
    assert heard("." * 500, in_frames()) == []


def test_half_of_the_end_silence_stays_after_the_words() -> None:
    assert spans("..####....", in_frames(end_silence=4)) == [(2, 8)]


def test_sound_from_before_the_first_speech_is_kept() -> None:
    assert spans(".....####....", in_frames(pre_roll=3)) == [(2, 11)]


def test_the_pre_roll_stops_at_the_beginning_of_the_stream() -> None:
    assert spans(".####....", in_frames(pre_roll=3)) == [(0, 7)]


def test_the_beginning_is_told_once_speech_is_long_enough() -> None:
    segmenter = Segmenter(in_frames(pre_roll=2, min_speech=3))
    told = [segmenter.step(PROBABILITIES[frame]) for frame in "....######"]
    assert told == [None] * 6 + [Started(2)] + [None] * 3


def test_a_click_is_no_utterance() -> None:
    assert heard("...##......##....", in_frames(min_speech=3)) == []


def test_short_speech_with_gaps_counts_together() -> None:
    assert spans("#..#..#....", in_frames(min_speech=3)) == [(0, 9)]


def test_a_pause_shorter_than_the_end_silence_does_not_end_it() -> None:
    assert spans("###...###....", in_frames(end_silence=4)) == [(0, 11)]


def test_a_pause_as_long_as_the_end_silence_ends_it() -> None:
    assert spans("###....###....", in_frames(end_silence=4)) == [(0, 5), (7, 12)]


def test_half_sure_does_not_begin_an_utterance() -> None:
    assert heard("~" * 100, in_frames()) == []


def test_half_sure_carries_an_utterance_on() -> None:
    assert spans("#~~~~~~~~~....", in_frames(end_silence=4)) == [(0, 12)]


def test_an_utterance_at_the_end_of_the_stream_ends_there() -> None:
    assert spans("..####", in_frames()) == [(2, 6)]
    assert spans("..####.", in_frames()) == [(2, 7)]


def test_an_utterance_that_has_ended_does_not_end_again_with_the_stream() -> None:
    assert spans("####....", in_frames()) == [(0, 6)]


def test_speech_that_does_not_stop_is_cut_and_goes_on_without_a_gap() -> None:
    ends = [event for event in heard("#" * 100 + "....", in_frames(max_length=40)) if isinstance(event, Ended)]
    assert [(event.start, event.end, event.cut) for event in ends] == [
        (0, 40, True),
        (40, 80, True),
        (80, 102, False),
    ]


def test_a_speaker_who_was_just_silent_at_the_maximum_length_is_not_cut() -> None:
    (end,) = (event for event in heard("#" * 38 + "." * 10, in_frames(max_length=40)) if isinstance(event, Ended))
    assert (end.start, end.end, end.cut) == (0, 40, False)


def test_the_pre_roll_of_an_utterance_does_not_reach_into_the_one_before() -> None:
    assert spans("###....###....", in_frames(pre_roll=6, end_silence=4)) == [(0, 5), (5, 12)]


def test_the_certainty_is_that_of_the_speech_alone() -> None:
    (end,) = (event for event in heard("##.##....", in_frames()) if isinstance(event, Ended))
    assert abs(end.speech - 0.9) < 1e-9


def test_speaking_from_the_first_frame_of_speech_until_the_end_is_known() -> None:
    segmenter = Segmenter(in_frames(end_silence=3))
    states = []
    for frame in "..##....":
        segmenter.step(PROBABILITIES[frame])
        states.append(segmenter.speaking)
    assert states == [False, False, True, True, True, True, False, False]


def test_the_defaults_hear_a_short_word_and_ignore_a_cough() -> None:
    word, cough = round(0.35 / FRAME_SECONDS), round(0.1 / FRAME_SECONDS)
    silence = "." * round(2 / FRAME_SECONDS)
    assert len(spans(silence + "#" * word + silence, SegmenterSettings())) == 1
    assert spans(silence + "#" * cough + silence, SegmenterSettings()) == []


def test_half_an_hour_of_listening_takes_milliseconds() -> None:
    frames = round(30 * 60 / FRAME_SECONDS)
    every_eight_seconds = ("#" * 50 + "." * 200) * (frames // 250)
    segmenter = Segmenter(SegmenterSettings())
    started = time.process_time()
    ends = sum(isinstance(segmenter.step(PROBABILITIES[frame]), Ended) for frame in every_eight_seconds)
    assert ends == 225
    assert time.process_time() - started < 0.5  # of one core, shared with others


some_settings = st.builds(
    in_frames,
    pre_roll=st.integers(0, 12),
    min_speech=st.integers(1, 12),
    end_silence=st.integers(1, 20),
    max_length=st.integers(32, 60),
)


def talk(seed: int, frames: int = 400) -> list[float]:
    """Probabilities in runs of speech, silence and doubt, as a detector gives them."""
    dice = random.Random(seed)
    found: list[float] = []
    while len(found) < frames:
        level = dice.choice([0.02, 0.4, 0.5, 0.95])
        found += [min(1.0, max(0.0, dice.gauss(level, 0.1))) for _ in range(dice.randint(1, 80))]
    return found[:frames]


probabilities = st.one_of(st.lists(st.floats(0, 1), max_size=150), st.integers(0, 2**32).map(talk))


@given(some_settings, probabilities)
def test_whatever_the_detector_says(settings: SegmenterSettings, told: list[float]) -> None:
    """Utterances are in order, do not overlap, are bounded, and are made of frames that were still wanted."""
    segmenter = Segmenter(settings)
    longest = round((settings.pre_roll + settings.max_length) / FRAME_SECONDS)
    forgotten = previous_end = 0
    for frame, probability in enumerate([*told, None], start=1):
        event = segmenter.finish() if probability is None else segmenter.step(probability)
        now = min(frame, len(told))
        if isinstance(event, Started):
            assert forgotten <= event.frame < now
        if isinstance(event, Ended):
            assert max(forgotten, previous_end) <= event.start < event.end <= now
            assert event.end - event.start <= longest
            assert 0 <= event.speech <= 1
            previous_end = event.end
        assert segmenter.wanted_from >= forgotten
        assert now - segmenter.wanted_from <= longest
        forgotten = segmenter.wanted_from


@given(some_settings, probabilities)
def test_every_end_was_announced(settings: SegmenterSettings, told: list[float]) -> None:
    """`Started` and `Ended` come in turns with the same beginning, unless speech ended before it was announced."""
    segmenter = Segmenter(settings)
    open_since: int | None = None
    for event in [*map(segmenter.step, told), segmenter.finish()]:
        if isinstance(event, Started):
            assert open_since is None
            open_since = event.frame
        elif isinstance(event, Ended):
            assert open_since in (None, event.start)
            open_since = None
    assert open_since is None
