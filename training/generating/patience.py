"""When a request is tried again: after the time that the server asks for, or after longer and longer pauses."""

from __future__ import annotations

import asyncio
import email.utils
import itertools
import random
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

import openai

T = TypeVar("T")
_LONGEST = 120.0  # seconds that a server may ask to wait; a daily limit asks for hours
_LONGEST_PAUSE = 30.0
_MENDABLE = (408, 409, 429)


class Patience:
    """Repeats requests of several tasks, ``tries`` times each; a server that is full stops them all for a while.

    ``first`` is the first pause in seconds, which then doubles. ``told`` is called with the seconds of each pause.
    """

    def __init__(self, tries: int = 6, first: float = 1.0, told: Callable[[float], None] | None = None) -> None:
        self._tries = tries
        self._first = first
        self._told = told
        self._chance = random.Random()  # noqa: S311 - jitter
        self._full_until = 0.0
        self._worked = False

    async def __call__(self, ask: Callable[[], Awaitable[T]]) -> T:
        """What ``ask`` gives. Raises the SDK's last error when trying again does not help."""
        for attempt in itertools.count(1):
            while (left := self._full_until - time.monotonic()) > 0:
                await asyncio.sleep(left + self._chance.uniform(0, 0.1))
            try:
                answer = await ask()
            except openai.APIError as error:
                pause = self._pause(error, attempt)
                if pause is None:
                    raise
            else:
                self._worked = True
                return answer
            if self._told is not None:
                self._told(pause)
            await asyncio.sleep(pause)
        raise AssertionError

    def _pause(self, error: openai.APIError, attempt: int) -> float | None:
        """Seconds to wait before the next try; None when there is none."""
        unreachable = isinstance(error, openai.APIConnectionError) and not isinstance(error, openai.APITimeoutError)
        # A server that never answered is not there; one that did may be starting again.
        if attempt >= (min(2, self._tries) if unreachable and not self._worked else self._tries):
            return None
        pause = min(_LONGEST_PAUSE, self._first * 2.0 ** (attempt - 1)) * self._chance.uniform(0.75, 1.25)
        if not isinstance(error, openai.APIStatusError):
            return pause
        headers = error.response.headers
        if not _mendable(error) or headers.get("x-should-retry") == "false":
            return None
        asked = _seconds(headers.get("retry-after"))
        if asked is not None:
            if asked > _LONGEST:
                return None
            pause = asked + self._chance.uniform(0, 0.1)
        if error.status_code == 429:
            self._full_until = max(self._full_until, time.monotonic() + pause)
        return pause


def _mendable(error: openai.APIStatusError) -> bool:
    return (error.status_code in _MENDABLE or error.status_code >= 500) and error.code != "insufficient_quota"


def _seconds(header: str | None) -> float | None:
    """A Retry-After header: a number of seconds, or a date (RFC 9110, 10.2.3)."""
    if header is None:
        return None
    try:
        return max(0.0, float(header))
    except ValueError:
        pass
    try:
        return max(0.0, email.utils.parsedate_to_datetime(header).timestamp() - time.time())
    except ValueError:
        return None
