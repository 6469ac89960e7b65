"""Runs checked calls. Whatever a skill does, crash or hang, the answer is a `Reply`."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from otto.errors import OttoError
from otto.model.skill_model import CheckedCall, Decision
from otto.skill import Context, Reply

log = logging.getLogger("otto")

NOT_UNDERSTOOD = Reply("Sorry, I did not understand that.", ok=False)


class Dispatcher:
    """Runs skills with one `Context`. ``timeout`` is in seconds, for each call."""

    def __init__(self, context: Context, timeout: float) -> None:
        self._context = context
        self._timeout = timeout

    async def run(self, decision: Decision) -> list[tuple[CheckedCall | None, Reply]]:
        """Carry out a decision, one call after the other. An answer that was no valid call is owned up to."""
        if decision.problem is not None:
            log.info("The model's answer was refused: %s", decision.problem)
            return [(None, NOT_UNDERSTOOD)]
        return [(checked, await self._call(checked)) for checked in decision.calls]

    async def _call(self, checked: CheckedCall) -> Reply:
        try:
            return await asyncio.wait_for(self._guarded(checked), self._timeout)
        except TimeoutError:
            return Reply(f"The skill {checked.skill.name} took too long, so I stopped it.", ok=False)

    async def _guarded(self, checked: CheckedCall) -> Reply:
        try:
            reply = await checked.skill(self._context, **checked.arguments)
            if not isinstance(reply, Reply):
                raise TypeError(f"it gave {reply!r} for a reply")
        except OttoError as error:
            return Reply(str(error), ok=False)
        except (Exception, SystemExit):
            log.exception("The skill %s failed.", checked.skill.name)
            return Reply(f"Something went wrong in the skill {checked.skill.name}; the log says what.", ok=False)
        return reply


def spoken(replies: Sequence[tuple[CheckedCall | None, Reply]]) -> str:
    """All that the replies say, as one text."""
    return " ".join(reply.speech for _, reply in replies if reply.speech)
