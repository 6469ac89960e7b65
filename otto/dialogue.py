"""The one question that Otto may have open, between the skills that ask and the ears that hear the answer."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from dataclasses import dataclass, field

from otto.events import Answered, Asked, Bus, Event, SpeechStarted
from otto.questions import NO, Question
from otto.speech.whisper import Transcript

_MOST = 3  # speaking extends the time to answer, up to this many times the time


@dataclass
class _Open:
    question: Question
    answer: asyncio.Future[str | None]
    loop: asyncio.AbstractEventLoop
    deadline: asyncio.Timeout
    asked: float = field(default_factory=time.monotonic)


class Dialogue:
    """Asks through the bus and takes answers from whoever hears them. No answer within ``timeout`` seconds is None.

    `ask` belongs to the event loop of the skills, all else may come from any thread.
    """

    def __init__(self, bus: Bus, timeout: float) -> None:
        self._bus = bus
        self._timeout = timeout
        self._lock = threading.Lock()
        self._open: _Open | None = None
        bus.listen(self._wait_for_speech)

    async def ask(self, question: Question) -> str | None:
        """Ask, and wait for what `Question.answer` makes of the answer. An older open question counts as a no."""
        self.drop()
        loop = asyncio.get_running_loop()
        mine = _Open(question, loop.create_future(), loop, asyncio.timeout(self._timeout))
        with self._lock:
            self._open = mine
        self._bus.publish(Asked(question))
        try:
            async with mine.deadline:
                return await mine.answer
        except TimeoutError:
            return None
        finally:
            with self._lock:
                if self._open is mine:
                    self._open = None

    def answer(self, transcript: Transcript, words: str) -> bool:
        """Give the open question these words; false when there is none, or they do not answer it."""
        with self._lock:
            answer = self._open.question.answer(words) if self._open else None
        if answer is None or not self._settle(answer):
            return False
        self._bus.publish(Answered(transcript, answer))
        return True

    def drop(self) -> None:
        """The user wants something else: an open question counts as a no."""
        self._settle(NO)

    def _settle(self, answer: str) -> bool:
        with self._lock:
            settled, self._open = self._open, None
        if settled is None:
            return False

        def settle() -> None:
            if not settled.answer.done():
                settled.answer.set_result(answer)

        with contextlib.suppress(RuntimeError):  # the loop has been closed
            settled.loop.call_soon_threadsafe(settle)
        return True

    def _wait_for_speech(self, event: Event) -> None:
        """Who has begun to speak in time may finish: the words arrive a little later."""
        if not isinstance(event, SpeechStarted):
            return
        with self._lock:
            current = self._open
        if current is None or time.monotonic() - current.asked > _MOST * self._timeout:
            return

        def extend() -> None:
            if not current.answer.done() and not current.deadline.expired():
                current.deadline.reschedule(current.loop.time() + self._timeout)

        with contextlib.suppress(RuntimeError):
            current.loop.call_soon_threadsafe(extend)
