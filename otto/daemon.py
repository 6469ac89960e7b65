"""Otto as it runs all day: listens in one thread, carries out skills in another, rings timers in a third."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, wait
from typing import Any

from otto import parts
from otto.agenda.ringing import Ringer
from otto.assistant import Assistant
from otto.audio.source import Samples
from otto.bench import Bench
from otto.config import Config
from otto.dialogue import Dialogue
from otto.events import Acted, Bus, Failed, Replied, Said
from otto.history import HistoryKeeper
from otto.model.skill_model import Decision
from otto.skill import Skill

_TICK = 0.25  # seconds between looks at whether to stop
_STUCK = 2.0  # seconds without a sign of life after which the skills get a new thread


class Workshop:
    """Where skills run and timers ring, so that neither holds up listening.

    A skill that blocks its thread, which a skill must not do, is left behind with it when the next call comes. Use it
    as a context manager: leaving it waits for the skills under way, at most ``patience`` seconds, then stops.
    ``dialogue`` is where skills ask the user.
    """

    def __init__(self, config: Config, bus: Bus, skills: Mapping[str, Skill] | None = None) -> None:
        self.patience = config.skill_timeout
        self.dialogue = Dialogue(bus, config.ask.timeout)
        self._config = config
        self._bus = bus
        self._skills = skills or {}
        self._under_way: set[Future[Any]] = set()

    def __enter__(self) -> Workshop:
        self._store = parts.store()
        self._ringer = Ringer(self._store, self._bus, self._config.history.keep)
        self._bus.listen(HistoryKeeper(self._store, self._config.history))
        try:
            self._bench = self._new_bench()
        except BaseException:
            self._store.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.dialogue.drop()  # nobody is there to answer any more
        wait(list(self._under_way), timeout=self.patience)
        self._ringer.stop()
        self._bench.stop()
        self._store.close()

    def carry_out(self, decision: Decision) -> Future[Any]:
        """Start a decision's skills; each reply is published. The future is done when all have replied."""
        if self._under_way and not self._bench.answers(_STUCK):
            self._bus.publish(Failed("A skill blocks the others; I go on without it."))
            self._bench = self._new_bench()
        running = self._bench.submit(self._carry_out(self._bench, decision))
        self._under_way.add(running)
        running.add_done_callback(self._under_way.discard)
        return running

    def ring(self) -> None:
        """Tell each timer, alarm and reminder whose time has come, from now on."""
        self._ringer.start()

    def _new_bench(self) -> Bench:
        def say(part: str) -> None:
            self._bus.publish(Said(part))

        return Bench(parts.skill_context(self._config, self._skills, self._store, self.dialogue.ask, say))

    async def _carry_out(self, bench: Bench, decision: Decision) -> None:
        replies = []
        async for checked, reply in bench.dispatcher.run(decision):
            replies.append((checked, reply))
            self._bus.publish(Replied(checked, reply))
        self._bus.publish(Acted(decision, replies))


class Listener(threading.Thread):
    """Listens in a thread of its own until the frames end or `stop` is called; skills run in the workshop meanwhile.

    ``stopped`` is whether `stop` was called, ``error`` what ended it, if something did. The thread does not keep the
    program alive: it may be waiting for sound that never comes.
    """

    def __init__(self, assistant: Assistant, workshop: Workshop, frames: Iterable[Samples], named_only: bool) -> None:
        super().__init__(name="otto-listener", daemon=True)
        self.error: Exception | None = None
        self._assistant = assistant
        self._workshop = workshop
        self._frames = frames
        self._named_only = named_only
        self.stopped = False  # no Event: its lock could be held when a signal handler calls `stop`

    def run(self) -> None:
        try:
            for turn in self._assistant.hear(self._until_stopped(), self._named_only):
                self._workshop.carry_out(turn.decision)
        except Exception as error:
            self.error = error

    def wait(self) -> None:
        """Return when the frames have ended or `stop` was called; a signal handler may call it meanwhile."""
        while self.is_alive() and not self.stopped:
            self.join(_TICK)

    def stop(self, error: Exception | None = None) -> None:
        """Ask it to end, because of an error or without one; it does so at the next frame."""
        self.error = self.error or error
        self.stopped = True

    def _until_stopped(self) -> Iterator[Samples]:
        for frame in self._frames:
            if self.stopped:
                return
            yield frame
