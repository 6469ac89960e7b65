"""A call that needs a yes is never run without one: not after "no", silence, or speech that is neither."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from otto.assistant import Assistant
from otto.audio.source import Samples, recording
from otto.config import Config
from otto.daemon import Listener, Workshop
from otto.dispatcher import Dispatcher
from otto.events import Acted, Answered, Asked, Bus, Event, Heard, Ignored, Replied, SpeechStarted
from otto.model.skill_model import CheckedCall, Decision
from otto.questions import Question
from otto.skill import Context, Reply, Skill, skill
from otto.speech.voices import Voices
from otto.speech.whisper import Transcriber, Transcript
from tests.conftest import Events, MakeContext

ran: list[str] = []


@skill(permission="dangerous")
async def explode(ctx: Context, what: str | None = None) -> Reply:
    """Cannot be undone."""
    ran.append("explode")
    return Reply("Boom.")


@skill(permission="safe")
async def greet(ctx: Context) -> Reply:
    """Says hello."""
    ran.append("greet")
    return Reply("Hello.")


@skill(permission="safe")
async def other(ctx: Context) -> Reply:
    """Nothing."""
    return Reply("")


@skill(permission="safe")
async def chooser(ctx: Context) -> Reply:
    """Asks which one."""
    return Reply(f"The {await ctx.choose('Which one: red, or blue?', ['red', 'blue'])} one.")


@pytest.fixture(autouse=True)
def forget() -> None:
    ran.clear()


def decided(*skills: Skill, confidence: float | None = 0.9) -> Decision:
    return Decision("words", tuple(CheckedCall(one, one.canonical({}), {}) for one in skills), "", confidence, 0.1)


class TestDispatcher:
    async def replies(self, ctx: Context, decision: Decision) -> list[str]:
        return [reply.speech async for _, reply in Dispatcher(ctx).run(decision)]

    @pytest.mark.parametrize(
        ("answer", "reply"),
        [("no", "Okay, I won't."), (None, "I heard no answer, so I won't."), ("red", "Okay, I won't.")],
    )
    async def test_anything_but_a_yes_runs_nothing(self, context: MakeContext, answer: str | None, reply: str) -> None:
        async def ask(question: Question) -> str | None:
            assert question.text == "Shall I use explode?"
            return answer

        assert await self.replies(replace(context(), asker=ask), decided(explode, greet)) == [reply, "Hello."]
        assert ran == ["greet"]

    async def test_a_yes_runs_it(self, context: MakeContext) -> None:
        async def ask(_: Question) -> str | None:
            return "yes"

        assert await self.replies(replace(context(), asker=ask), decided(explode)) == ["Boom."]

    async def test_where_nobody_can_be_asked_the_question_is_the_reply(self, context: MakeContext) -> None:
        assert await self.replies(context(), decided(explode)) == ["Shall I use explode?"]
        assert ran == []

    async def test_what_is_denied_is_not_even_asked(self, context: MakeContext) -> None:
        ctx = context(permissions={"explode": "deny"})
        assert await self.replies(ctx, decided(explode)) == ["The configuration does not allow me to use explode."]
        assert ran == []

    async def test_a_call_of_low_confidence_is_asked_back(self, context: MakeContext) -> None:
        ctx = context(ask={"below": 0.5})
        assert await self.replies(ctx, decided(greet, confidence=0.49)) == ["Did you mean: use greet?"]
        assert ran == []
        assert await self.replies(ctx, decided(greet, confidence=0.5)) == ["Hello."]
        assert await self.replies(ctx, decided(greet, confidence=None)) == ["Hello."]

    async def test_a_yes_to_that_is_no_yes_to_the_danger(self, context: MakeContext) -> None:
        asked: list[str] = []

        async def first_only(question: Question) -> str | None:
            asked.append(question.text)
            return "yes" if len(asked) == 1 else "no"

        await self.replies(replace(context(), asker=first_only), decided(explode, confidence=0.01))
        assert asked == ["Did you mean: use explode?", "Shall I use explode?"] and ran == []

    async def test_ambient_speech_is_never_asked_back(self, context: MakeContext) -> None:
        assert await self.replies(context(), decided(other, confidence=0.01)) == [""]

    async def test_time_to_answer_is_not_the_skills_time(self, context: MakeContext) -> None:
        async def slowly(question: Question) -> str | None:
            await asyncio.sleep(0.5)
            return question.answer("the second one")

        ctx = replace(context(skill_timeout=0.2), asker=slowly)
        assert await self.replies(ctx, decided(chooser)) == ["The blue one."]


def transcript(text: str) -> Transcript:
    return Transcript(text, -0.1, 0.1)


class TestDialogue:
    """The question in the daemon: asked on one thread, answered from another."""

    def test_yes_runs_it(self, bus: Bus, events: Events) -> None:
        with Workshop(Config(), bus) as workshop:
            workshop.carry_out(decided(explode))
            assert events.wait_for(Asked).question.text == "Shall I use explode?"
            assert ran == []
            assert workshop.dialogue.answer(transcript("Yes, please."), "Yes, please.")
            assert events.wait_for(Answered).answer == "yes"
            assert events.wait_for(Replied).reply == Reply("Boom.")

    def test_no_does_not(self, bus: Bus, events: Events) -> None:
        with Workshop(Config(), bus) as workshop:
            workshop.carry_out(decided(explode))
            events.wait_for(Asked)
            assert workshop.dialogue.answer(transcript("No."), "No.")
            assert events.wait_for(Replied).reply.speech == "Okay, I won't."
        assert ran == []

    def test_silence_does_not(self, bus: Bus, events: Events) -> None:
        with Workshop(Config(ask={"timeout": 0.3}), bus) as workshop:  # type: ignore[arg-type]
            workshop.carry_out(decided(explode))
            assert events.wait_for(Replied).reply.speech == "I heard no answer, so I won't."
            assert not workshop.dialogue.answer(transcript("Yes."), "Yes.")  # too late
            time.sleep(0.2)
        assert ran == []

    def test_speech_that_is_neither_leaves_it_open_until_the_time_is_over(self, bus: Bus, events: Events) -> None:
        with Workshop(Config(ask={"timeout": 0.5}), bus) as workshop:  # type: ignore[arg-type]
            workshop.carry_out(decided(explode))
            events.wait_for(Asked)
            assert not workshop.dialogue.answer(transcript("He said yes."), "He said yes.")
            assert events.wait_for(Replied).reply.speech == "I heard no answer, so I won't."
        assert ran == []

    def test_who_speaks_in_time_may_finish(self, bus: Bus, events: Events) -> None:
        with Workshop(Config(ask={"timeout": 0.6}), bus) as workshop:  # type: ignore[arg-type]
            workshop.carry_out(decided(explode))
            events.wait_for(Asked)
            time.sleep(0.4)
            bus.publish(SpeechStarted(1.0))
            time.sleep(0.4)  # the words take longer than the time to answer
            assert workshop.dialogue.answer(transcript("Yes."), "Yes.")
            assert events.wait_for(Replied).reply.speech == "Boom."

    def test_speech_does_not_keep_it_open_for_ever(self, bus: Bus, events: Events) -> None:
        with Workshop(Config(ask={"timeout": 0.3}), bus) as workshop:  # type: ignore[arg-type]
            workshop.carry_out(decided(explode))
            began = time.monotonic()
            while not any(isinstance(event, Replied) for event in events.queue):
                bus.publish(SpeechStarted(0.0))
                time.sleep(0.05)
                assert time.monotonic() - began < 5
        assert ran == []

    def test_a_new_question_closes_the_old_one_with_a_no(self, bus: Bus, events: Events) -> None:
        with Workshop(Config(), bus) as workshop:
            workshop.carry_out(decided(explode))
            events.wait_for(Asked)
            workshop.carry_out(decided(chooser))
            assert events.wait_for(Asked).question.options == ("red", "blue")
            assert workshop.dialogue.answer(transcript("blue"), "blue")
            said = [event.reply.speech for event in (events.wait_for(Replied), events.wait_for(Replied))]
        assert sorted(said) == ["Okay, I won't.", "The blue one."] and ran == []

    def test_leaving_closes_it_with_a_no(self, bus: Bus, events: Events) -> None:
        with Workshop(Config(), bus) as workshop:
            workshop.carry_out(decided(explode))
            events.wait_for(Asked)
            began = time.monotonic()
        assert time.monotonic() - began < 3 and ran == []


class Model:
    """Takes all words for the dangerous call, except a greeting."""

    def decide(self, text: str) -> Decision:
        return decided(greet if "hello" in text.lower() else explode)


VOICES = Voices()


def spoken(sentence: str, file: Path) -> Path:
    """A recording of the sentence, with a second of silence after it."""
    samples, rate = VOICES.synthesize(sentence, "piper:joe")
    soundfile.write(file, np.concatenate([samples, np.zeros(rate, np.float32)]), rate)
    return file


def until(condition: Callable[[], bool], seconds: float = 15) -> None:
    ends = time.monotonic() + seconds
    while not condition() and time.monotonic() < ends:
        time.sleep(0.02)


class TestByVoice:
    """Spoken by a voice, heard by Whisper, on the daemon's threads."""

    def listen(
        self, transcriber: Transcriber, bus: Bus, events: Events, tmp_path: Path, *sentences: str, timeout: float = 8.0
    ) -> list[Event]:
        config = Config(ask={"timeout": timeout})  # type: ignore[arg-type]
        files = [spoken(sentence, tmp_path / f"{number}.wav") for number, sentence in enumerate(sentences)]

        def frames() -> Iterator[Samples]:
            for number, file in enumerate(files):
                if number:  # a person waits for the question
                    until(lambda: any(isinstance(event, Asked) for event in events.queue))
                yield from recording(file)

        with Workshop(config, bus) as workshop:
            assistant = Assistant(config, transcriber, Model(), bus, workshop.dialogue)  # type: ignore[arg-type]
            listener = Listener(assistant, workshop, frames(), named_only=True)
            listener.start()
            listener.wait()
            listener.join(10)
            assert listener.error is None
            until(lambda: any(isinstance(event, Acted) for event in events.queue))
        return list(events.queue)

    def test_a_spoken_yes_needs_no_name(
        self, transcriber: Transcriber, bus: Bus, events: Events, tmp_path: Path
    ) -> None:
        seen = self.listen(transcriber, bus, events, tmp_path, "Otto, delete all my notes.", "Yes, please do.")
        assert [event.answer for event in seen if isinstance(event, Answered)] == ["yes"]
        assert ran == ["explode"]

    def test_a_spoken_no(self, transcriber: Transcriber, bus: Bus, events: Events, tmp_path: Path) -> None:
        seen = self.listen(transcriber, bus, events, tmp_path, "Otto, delete all my notes.", "No, thank you.")
        assert [event.answer for event in seen if isinstance(event, Answered)] == ["no"]
        assert ran == []

    def test_talk_that_is_neither_and_then_silence(
        self, transcriber: Transcriber, bus: Bus, events: Events, tmp_path: Path
    ) -> None:
        seen = self.listen(
            transcriber,
            bus,
            events,
            tmp_path,
            "Otto, delete all my notes.",
            "She was late for dinner again.",
            timeout=2,
        )
        assert Ignored("not addressed to Otto") in seen
        assert ran == []

    def test_another_request_takes_the_place_of_an_answer(
        self, transcriber: Transcriber, bus: Bus, events: Events, tmp_path: Path
    ) -> None:
        seen = self.listen(transcriber, bus, events, tmp_path, "Otto, delete all my notes.", "Otto, say hello.")
        assert len([event for event in seen if isinstance(event, Heard)]) == 2
        assert ran == ["greet"]
