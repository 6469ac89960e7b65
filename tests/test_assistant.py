"""What Otto makes of a stream of sound: real detector, real Whisper; the model only notes what it is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

import numpy as np
import pytest

from otto import paths
from otto.assistant import Assistant, Turn
from otto.audio import FRAME_SAMPLES, SAMPLE_RATE
from otto.audio.source import Samples, recording
from otto.config import Config
from otto.errors import ModelError
from otto.events import Bus, Decided, Event, Failed, Heard, Ignored, SpeechStarted
from otto.model.skill_model import Decision
from otto.speech.whisper import Transcriber, Transcript
from tests import noises

RECORDINGS = paths.bundled("examples") / "audio"


class Model:
    """Decides nothing, notes what it is asked, and fails at what contains ``refuses``."""

    def __init__(self, refuses: str = "\0") -> None:
        self.asked: list[str] = []
        self.refuses = refuses

    def decide(self, text: str) -> Decision:
        if self.refuses in text:
            raise ModelError("The server cannot be reached.")
        self.asked.append(text)
        return Decision(text, (), "other()", 0.5, 0.01)


class Ears:
    """An assistant, its model, and all events it told."""

    def __init__(self, transcriber: object, model: Model | None = None) -> None:
        self.model = model or Model()
        self.events: list[Event] = []
        bus = Bus()
        bus.listen(self.events.append)
        self.assistant = Assistant(Config(), transcriber, self.model, bus)  # type: ignore[arg-type]

    def hear(self, *sounds: Samples | str | float, named_only: bool = False) -> list[Turn]:
        return list(self.assistant.hear(stream(*sounds), named_only))

    def told(self, kind: type) -> list[Event]:
        return [event for event in self.events if isinstance(event, kind)]


@pytest.fixture
def ears(transcriber: Transcriber) -> Ears:
    return Ears(transcriber)


def stream(*sounds: Samples | str | float) -> Iterator[Samples]:
    """Frames of sounds, recordings by name, and seconds of a quiet room, one after the other."""
    room = np.random.default_rng(3)
    pieces: list[Samples] = []
    for one in sounds:
        if isinstance(one, str):
            pieces += recording(RECORDINGS / f"{one}.wav")
        elif isinstance(one, float):
            pieces.append(room.normal(0, 0.0003, round(one * SAMPLE_RATE)).astype(np.float32))
        else:
            pieces.append(one)
    joined = np.concatenate(pieces)
    yield from joined[: len(joined) // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)


def halves(name: str) -> tuple[Samples, Samples]:
    """A recording before and after the middle of its longest pause between words."""
    samples = np.concatenate(list(recording(RECORDINGS / f"{name}.wav")))
    loud = np.flatnonzero(np.abs(samples) > 0.02)
    longest = int(np.diff(loud).argmax())
    middle = int(loud[longest] + loud[longest + 1]) // 2
    return samples[:middle], samples[middle:]


def test_what_is_said_is_told_as_it_becomes_known(ears: Ears) -> None:
    (turn,) = ears.hear(2.0, "weather_berlin", 2.0)
    assert turn.transcript.text == "What's the weather in Berlin tomorrow?"
    assert ears.model.asked == ["What's the weather in Berlin tomorrow?"]
    assert [type(event) for event in ears.events] == [SpeechStarted, Heard, Decided]
    (started,) = ears.told(SpeechStarted)
    assert isinstance(started, SpeechStarted)
    assert 1.9 < started.second == turn.start < 2.6 < 4 < turn.end < 6
    assert turn.total >= turn.transcribe > 0 and turn.decide == 0.01


def test_a_command_over_noise_is_heard(ears: Ears) -> None:
    (turn,) = ears.hear("weather_over_noise")
    assert turn.transcript.text == "What's the weather in Madrid this weekend?"


class TestNamedOnly:
    def test_only_what_names_otto_is_acted_on_and_the_other_words_are_nowhere(self, ears: Ears) -> None:
        (turn,) = ears.hear("talk_about_oven", "time_tokyo", "weather_berlin", named_only=True)
        assert ears.model.asked == ["What time is it in Tokyo?"]
        assert turn.transcript.text == "Otto, what time is it in Tokyo?"
        assert ears.told(Ignored) == [Ignored("not addressed to Otto")] * 2
        everything = repr(ears.events).lower()
        assert "tokyo" in everything
        for word in ("oven", "broken", "berlin", "weather"):
            assert word not in everything

    def test_without_it_the_name_is_dropped_too(self, ears: Ears) -> None:
        ears.hear("time_tokyo")
        assert ears.model.asked == ["What time is it in Tokyo?"]


class TestAPauseInTheMiddleOfASentence:
    def test_the_two_parts_are_heard_as_one_utterance(self, ears: Ears) -> None:
        (turn,) = ears.hear("timer_long_pause")
        assert turn.transcript.text in ("Set a timer for 20 minutes.", "Set a timer for twenty minutes.")
        assert len(ears.model.asked) == len(ears.told(Heard)) == 1
        assert len(ears.told(SpeechStarted)) == 2

    def test_after_the_longest_pause_the_parts_are_two(self, ears: Ears) -> None:
        first, second = halves("timer_long_pause")
        turns = ears.hear(first, 3.0, second)
        assert [turn.transcript.text.split()[0] for turn in turns] in (["Set", "20"], ["Set", "Twenty"])

    def test_who_does_not_go_on_is_answered_while_the_stream_goes_on(self, ears: Ears) -> None:
        first, _ = halves("timer_long_pause")
        seconds = 0.0

        def counted() -> Iterator[Samples]:
            nonlocal seconds
            for frame in stream(first, 20.0):
                seconds += len(frame) / SAMPLE_RATE
                yield frame

        turn = next(ears.assistant.hear(counted()))
        assert turn.transcript.text.startswith("Set a timer for")
        assert seconds - turn.end == pytest.approx(2.5, abs=0.1)

    def test_who_stops_where_the_stream_ends_is_answered(self, ears: Ears) -> None:
        first, _ = halves("timer_long_pause")
        assert len(ears.hear(first)) == 1

    def test_a_finished_sentence_is_not_held_back(self, ears: Ears) -> None:
        turns = ears.assistant.hear(stream("never_mind", "day_today"))
        assert next(turns).transcript.text == "Never mind."
        assert len(ears.told(SpeechStarted)) == 1  # the second sentence has not been listened to

    def test_what_never_comes_to_an_end_is_taken_in_pieces_that_whisper_can_hear(self) -> None:
        """A film in the room whose every sentence seems to go on: nothing is lost, and nothing grows."""
        lengths: list[float] = []

        class Unfinished:
            def transcribe(self, samples: Samples) -> Transcript:
                lengths.append(len(samples) / SAMPLE_RATE)
                return Transcript("and then the", -0.1, 0.1)

        ears = Ears(Unfinished())
        turns = ears.hear(*["never_mind"] * 25)
        assert 10 < max(lengths) <= 30
        assert 1 < len(turns) < 25
        assert all(one.end <= other.start for one, other in pairwise(turns))
        assert sum(turn.end - turn.start for turn in turns) > 40


class TestFailures:
    def test_an_utterance_that_cannot_be_transcribed_is_the_only_one_lost(self, transcriber: Transcriber) -> None:
        class Faulty:
            calls = 0

            def transcribe(self, samples: Samples) -> Transcript:
                self.calls += 1
                if self.calls == 1:
                    raise RuntimeError("out of memory")
                return transcriber.transcribe(samples)

        ears = Ears(Faulty())
        (turn,) = ears.hear("weather_berlin", "never_mind")
        assert turn.transcript.text == "Never mind."
        assert ears.told(Failed) == [Failed("An utterance could not be transcribed: out of memory")]

    def test_an_utterance_that_the_model_cannot_decide_is_the_only_one_lost(self, transcriber: Transcriber) -> None:
        ears = Ears(transcriber, Model(refuses="day"))
        (turn,) = ears.hear("day_today", "never_mind")
        assert turn.transcript.text == "Never mind."
        assert ears.told(Failed) == [Failed("The server cannot be reached.")]


class TestNobodySpeaks:
    @pytest.mark.parametrize("name", noises.NOISES)
    def test_noise_is_no_command(self, ears: Ears, name: str) -> None:
        assert ears.hear(1.0, noises.NOISES[name](4), 1.0) == []
        assert ears.model.asked == []
        assert not ears.told(Heard)

    @pytest.mark.parametrize("name", ["noise", "silence"])
    def test_recordings_without_speech_are_no_commands(self, ears: Ears, name: str) -> None:
        assert ears.hear(name) == []

    def test_a_stream_without_frames_is_none(self, ears: Ears) -> None:
        assert ears.hear(np.zeros(0, np.float32)) == []
        assert ears.events == []

    @pytest.mark.parametrize("make", [noises.clicks, noises.melody, noises.fan])
    def test_a_command_after_noise_is_heard(self, ears: Ears, make: Callable[[float], Samples]) -> None:
        (turn,) = ears.hear(make(3), 1.0, "never_mind")
        assert turn.transcript.text == "Never mind."
