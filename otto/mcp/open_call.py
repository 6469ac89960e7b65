"""A call that is under way and may ask something in the middle of it, however the answer comes back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from otto.context import Asker
from otto.questions import Question
from otto.skill import Reply

PATIENCE = 120.0  # seconds in which a person at a screen answers; no answer is a no


class OpenCall:
    """Runs ``work`` in a task. `step` gives its next question or its reply; `answer` lets it go on."""

    def __init__(self, work: Callable[[Asker], Awaitable[Reply]], patience: float = PATIENCE) -> None:
        self._patience = patience
        self._questions: asyncio.Queue[Question] = asyncio.Queue()
        self._answer: asyncio.Future[str | None] | None = None
        self.task: asyncio.Task[Reply] = asyncio.create_task(_awaited(work(self._ask)))

    async def step(self) -> Question | Reply:
        """What comes next. The work is cancelled with the one who waits here."""
        asked = asyncio.create_task(self._questions.get())
        try:
            await asyncio.wait([asked, self.task], return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            self.task.cancel()
            raise
        finally:
            asked.cancel()
        if asked.done() and not asked.cancelled():
            return asked.result()
        return self.task.result()

    def answer(self, answer: str | None) -> None:
        """Answer the question that `step` gave; None is no answer. Too late, it does nothing."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(answer)

    async def _ask(self, question: Question) -> str | None:
        self._answer = asyncio.get_running_loop().create_future()
        self._questions.put_nowait(question)
        try:
            return await asyncio.wait_for(self._answer, self._patience)
        except TimeoutError:
            return None


async def _awaited(work: Awaitable[Reply]) -> Reply:
    return await work
