"""A thread with an event loop in which skills run."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager
from typing import Any

from otto.dispatcher import Dispatcher
from otto.skill import Context

_STOPPING = 0.4  # seconds for each step of closing down; a skill that blocks the thread is left behind


class Bench:
    """Runs coroutines of one `Dispatcher` from its creation until `stop`."""

    def __init__(self, context: AbstractAsyncContextManager[Context]) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="otto-skills", daemon=True)
        self._stack = contextlib.AsyncExitStack()
        self._thread.start()
        try:
            self.dispatcher = Dispatcher(self.submit(self._stack.enter_async_context(context)).result())
        except BaseException:
            self.stop()
            raise

    def submit(self, work: Coroutine[Any, Any, Any]) -> Future[Any]:
        """Start a coroutine; from any thread."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def answers(self, within: float) -> bool:
        """Whether the loop gives a sign of life within so many seconds, or is blocked by a skill."""
        alive = threading.Event()
        self._loop.call_soon_threadsafe(alive.set)
        return alive.wait(within)

    def stop(self) -> None:
        """Cancel what is under way and end the thread, unless a skill blocks it."""

        async def close() -> None:
            tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._stack.aclose()

        with contextlib.suppress(TimeoutError):
            self.submit(close()).result(_STOPPING)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_STOPPING)
