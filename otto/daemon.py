"""Otto as it runs all day: listens in one thread, carries out skills and rings timers in another."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, wait
from typing import Any

from otto.assistant import Assistant
from otto.audio.source import Samples
from otto.config import Config
from otto.dispatcher import Dispatcher
from otto.events import Bus, Replied, TimerEnded
from otto.model.skill_model import Decision
from otto.parts import skill_context
from otto.skill import Context

log = logging.getLogger("otto")

_TICK = 0.25  # seconds between looks at the timers
_STOPPING = 0.4  # seconds for each step of closing down; a skill that blocks the thread is left behind


class Workshop:
    """A thread with an event loop in which skills run and timers ring, so that neither holds up listening.

    Use it as a context manager: leaving it waits for the skills under way, at most ``patience`` seconds, then stops.
    """

    def __init__(self, config: Config, bus: Bus) -> None:
        self.patience = config.skill_timeout
        self._config = config
        self._bus = bus
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="otto-skills", daemon=True)
        self._under_way: set[Future[Any]] = set()

    def __enter__(self) -> Workshop:
        self._thread.start()
        self._stack = contextlib.AsyncExitStack()
        try:
            self._context: Context = self._wait(self._stack.enter_async_context(skill_context(self._config)))
        except BaseException:
            self._stop()
            raise
        self._dispatcher = Dispatcher(self._context, self._config.skill_timeout)
        return self

    def __exit__(self, *_: object) -> None:
        wait(list(self._under_way), timeout=self.patience)
        self._stop()

    def carry_out(self, decision: Decision) -> Future[Any]:
        """Start a decision's skills; each reply is published. The future is done when all have replied."""
        running = asyncio.run_coroutine_threadsafe(self._carry_out(decision), self._loop)
        self._under_way.add(running)
        running.add_done_callback(self._under_way.discard)
        return running

    def ring_timers(self) -> None:
        """Publish `TimerEnded` for each timer whose time has come, from now on."""
        asyncio.run_coroutine_threadsafe(self._ring(), self._loop)

    async def _carry_out(self, decision: Decision) -> None:
        for checked, reply in await self._dispatcher.run(decision):
            self._bus.publish(Replied(checked, reply))

    async def _ring(self) -> None:
        while True:
            try:
                now = time.time()
                for timer in self._context.store.timers.take_due(now):
                    self._bus.publish(TimerEnded(timer, now - timer.due))
            except Exception:
                log.exception("The timers could not be read.")
            await asyncio.sleep(_TICK)

    def _wait(self, coroutine: Any, timeout: float | None = None) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(timeout)

    def _stop(self) -> None:
        async def close() -> None:
            tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._stack.aclose()

        with contextlib.suppress(TimeoutError):
            self._wait(close(), _STOPPING)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_STOPPING)


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
