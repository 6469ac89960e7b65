"""Otto all day long: skills run while it listens, timers ring, and it stops when told to."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from otto import parts, paths
from otto.agenda.ringing import ring_words
from otto.assistant import Assistant
from otto.audio import FRAME_SAMPLES
from otto.audio.source import Samples, recording
from otto.config import Config
from otto.daemon import Listener, Workshop
from otto.errors import AudioError, OttoError
from otto.events import Bus, Heard, Ignored, Replied, TimerEnded
from otto.model.skill_model import CheckedCall, Decision
from otto.skill import Context, Reply, Skill, skill
from otto.speech.whisper import Transcriber
from otto.store import Store, StoredTimer
from otto.store.timers import Timers
from tests.conftest import Events

RECORDINGS = paths.bundled("examples") / "audio"
gate = threading.Event()


@skill(permission="safe")
async def greet(ctx: Context, name: str | None = None) -> Reply:
    """Says hello."""
    return Reply(f"Hello{' ' + name if name else ''}.")


@skill(permission="safe")
async def slow(ctx: Context) -> Reply:
    """Waits until the gate is opened."""
    while not gate.is_set():
        await asyncio.sleep(0.01)
    return Reply("At last.")


@skill(permission="safe")
async def rude(ctx: Context) -> Reply:
    """Holds up every other skill, which a skill must not do."""
    time.sleep(3)
    return Reply("Well.")


def decided(which: Skill, **arguments: Any) -> Decision:
    return Decision("words", (CheckedCall(which, which.canonical(arguments), arguments),), "answer", 0.9, 0.01)


@pytest.fixture(autouse=True)
def closed_gate() -> None:
    gate.clear()


def stored() -> Store:
    """The database that the daemon uses, as another program sees it."""
    return Store(paths.data_dir() / "otto.db")


class TestWorkshop:
    def test_a_skill_runs_and_its_reply_is_told(self, bus: Bus, events: Events) -> None:
        with Workshop(Config(), bus) as workshop:
            workshop.carry_out(decided(greet, name="Ann")).result(timeout=10)
        replied = events.get_nowait()
        assert isinstance(replied, Replied) and replied.reply == Reply("Hello Ann.")
        assert str(replied.checked.call) == 'greet(name="Ann")' if replied.checked else False

    def test_a_slow_skill_does_not_hold_up_the_next(self, bus: Bus, events: Events) -> None:
        with Workshop(Config(), bus) as workshop:
            workshop.carry_out(decided(slow))
            workshop.carry_out(decided(greet))
            assert events.wait_for(Replied).reply.speech == "Hello."
            gate.set()
            assert events.wait_for(Replied).reply.speech == "At last."

    def test_leaving_waits_for_the_skills_under_way(self, bus: Bus, events: Events) -> None:
        with Workshop(Config(), bus) as workshop:
            workshop.carry_out(decided(slow))
            threading.Timer(0.5, gate.set).start()
        assert events.get_nowait().reply.speech == "At last."  # type: ignore[union-attr]

    def test_leaving_waits_no_longer_than_its_patience(self, bus: Bus, events: Events) -> None:
        with Workshop(Config(), bus) as workshop:
            workshop.carry_out(decided(slow))
            workshop.patience = 0.2
            began = time.monotonic()
        assert time.monotonic() - began < 2
        assert events.empty()

    @pytest.mark.filterwarnings("ignore:coroutine .* was never awaited")
    def test_a_skill_that_blocks_its_thread_is_left_behind(self, bus: Bus) -> None:
        before = set(threading.enumerate())
        with Workshop(Config(), bus) as workshop:
            (own,) = set(threading.enumerate()) - before
            workshop.carry_out(decided(rude))
            time.sleep(0.1)
            workshop.patience = 0.1
            began = time.monotonic()
        assert time.monotonic() - began < 2
        own.join(timeout=10)
        del workshop
        gc.collect()
        assert not own.is_alive()

    def test_its_thread_ends_with_it(self, bus: Bus) -> None:
        before = set(threading.enumerate())
        with Workshop(Config(), bus):
            (own,) = set(threading.enumerate()) - before
        own.join(timeout=5)
        assert not own.is_alive()

    def test_a_database_that_cannot_be_used_is_told_at_once(self, bus: Bus) -> None:
        paths.data_dir().mkdir(parents=True)
        (paths.data_dir() / "otto.db").write_text("This is no database, whatever its name may say.")
        with pytest.raises(OttoError, match=r"otto\.db cannot be used"), Workshop(Config(), bus):
            pass


class TestTimers:
    def test_a_timer_rings_when_it_is_due_and_once(self, bus: Bus, events: Events) -> None:
        with Workshop(Config(), bus) as workshop:
            stored().timers.add("tea", 1, time.time() + 0.6)
            workshop.ring()
            began = time.monotonic()
            ended = events.wait_for(TimerEnded)
            assert 0.4 < time.monotonic() - began < 2
            assert ended.timer.name == "tea" and 0 <= ended.late < 1
            time.sleep(0.7)
        assert events.empty()
        assert stored().timers.all() == []

    def test_a_timer_that_ended_while_otto_was_away_says_how_late_it_is(self, bus: Bus, events: Events) -> None:
        stored().timers.add("pasta", 600, time.time() - 90)
        with Workshop(Config(), bus) as workshop:
            workshop.ring()
            ended = events.wait_for(TimerEnded)
        assert 90 <= ended.late < 95
        assert ring_words(TimerEnded(ended.timer, 90)) == "Your pasta timer is done, 1 minute and 30 seconds ago."

    def test_timers_ring_while_a_skill_is_slow(self, bus: Bus, events: Events) -> None:
        with Workshop(Config(), bus) as workshop:
            workshop.ring()
            workshop.carry_out(decided(slow))
            stored().timers.add(None, 300, time.time())
            assert ring_words(events.wait_for(TimerEnded)) == "Your 5-minute timer is done."
            gate.set()

    def test_timers_ring_on_after_one_look_at_them_failed(
        self, bus: Bus, events: Events, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        take, failed = Timers.take_due, threading.Event()

        def once_locked(self: Timers, now: float) -> list[StoredTimer]:
            if not failed.is_set():
                failed.set()
                raise OSError("the disk is full")
            return take(self, now)

        monkeypatch.setattr(Timers, "take_due", once_locked)
        stored().timers.add("tea", 1, time.time())
        with Workshop(Config(), bus) as workshop:
            workshop.ring()
            assert events.wait_for(TimerEnded).timer.name == "tea"
        assert failed.is_set()

    @pytest.mark.parametrize("moment", range(5))
    def test_leaving_while_timers_are_looked_at_leaves_no_error(
        self, bus: Bus, caplog: pytest.LogCaptureFixture, moment: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("otto.agenda.ringing._TICK", 0.0)
        with Workshop(Config(), bus) as workshop:
            workshop.ring()
            time.sleep(moment / 100)
        assert caplog.text == ""


class Model:
    """Greets, or starts the slow skill when the day is asked for."""

    def decide(self, text: str) -> Decision:
        return decided(slow if "day" in text else greet)


@pytest.fixture
def assistant(transcriber: Transcriber, bus: Bus) -> Assistant:
    return Assistant(Config(), transcriber, Model(), bus)  # type: ignore[arg-type]


def frames_of(*names: str) -> Iterator[Samples]:
    for name in names:
        yield from recording(RECORDINGS / f"{name}.wav")


class TestListener:
    def test_it_listens_on_while_a_skill_runs(self, assistant: Assistant, bus: Bus, events: Events) -> None:
        with Workshop(Config(), bus) as workshop:
            listener = Listener(assistant, workshop, frames_of("day_today", "never_mind"), named_only=False)
            listener.start()
            assert events.wait_for(Heard).transcript.text == "What day is it today?"
            assert events.wait_for(Heard).transcript.text == "Never mind."
            assert events.wait_for(Replied).reply.speech == "Hello."
            gate.set()
            assert events.wait_for(Replied).reply.speech == "At last."
            listener.wait()
            listener.join(5)
        assert not listener.is_alive() and listener.error is None

    def test_words_that_are_not_for_otto_start_no_skill(self, assistant: Assistant, bus: Bus, events: Events) -> None:
        with Workshop(Config(), bus) as workshop:
            listener = Listener(assistant, workshop, frames_of("never_mind"), named_only=True)
            listener.start()
            listener.wait()
            listener.join(5)
        assert not any(isinstance(event, Heard | Replied) for event in events.queue)
        assert Ignored("not addressed to Otto") in events.queue

    def test_it_stops_at_the_next_frame_when_told_to(self, assistant: Assistant, bus: Bus) -> None:
        def endless() -> Iterator[Samples]:
            while True:
                time.sleep(0.005)
                yield np.zeros(FRAME_SAMPLES, np.float32)

        with Workshop(Config(), bus) as workshop:
            listener = Listener(assistant, workshop, endless(), named_only=False)
            listener.start()
            time.sleep(0.1)
            assert listener.is_alive()
            listener.stop()
            began = time.monotonic()
            listener.wait()
            listener.join(5)
            assert not listener.is_alive()
            assert time.monotonic() - began < 1

    def test_waiting_for_it_ends_though_its_source_gives_nothing(self, assistant: Assistant, bus: Bus) -> None:
        never = threading.Event()

        def dead() -> Iterator[Samples]:
            never.wait(20)
            yield from ()

        with Workshop(Config(), bus) as workshop:
            listener = Listener(assistant, workshop, dead(), named_only=False)
            listener.start()
            threading.Timer(0.2, listener.stop).start()
            began = time.monotonic()
            listener.wait()
            assert time.monotonic() - began < 2
            assert listener.is_alive()
            never.set()
            listener.join(5)

    def test_what_ended_it_can_be_told(self, assistant: Assistant, bus: Bus) -> None:
        def unplugged() -> Iterator[Samples]:
            yield np.zeros(FRAME_SAMPLES, np.float32)
            raise AudioError("The microphone stopped giving sound.")

        with Workshop(Config(), bus) as workshop:
            listener = Listener(assistant, workshop, unplugged(), named_only=False)
            listener.start()
            listener.wait()
        assert str(listener.error) == "The microphone stopped giving sound."


@pytest.mark.parametrize(
    ("name", "late", "words"),
    [
        ("tea", 0.2, "Your tea timer is done."),
        (None, 0.2, "Your 5-minute timer is done."),
        ("tea", 4.9, "Your tea timer is done."),
        ("tea", 7200, "Your tea timer is done, 2 hours ago."),
    ],
)
def test_what_is_said_when_a_timer_ends(name: str | None, late: float, words: str) -> None:
    assert ring_words(TimerEnded(StoredTimer(1, name, 300, 0), late)) == words


async def test_the_network_that_skills_use_is_closed_after_them() -> None:
    async with parts.skill_context(Config(), {}, parts.store()) as context:
        assert context.now().tzinfo is not None
    assert context.http.is_closed
