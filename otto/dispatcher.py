"""Runs checked calls, if they may be run. Whatever a skill does, crash or hang, the answer is a `Reply`."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

from otto.context import Asker
from otto.errors import OttoError
from otto.model.skill_model import CheckedCall, Decision
from otto.policy import Policy, described, question
from otto.questions import YES, Question
from otto.secrets import redact
from otto.skill import Context, Reply

log = logging.getLogger("otto")

NOT_UNDERSTOOD = Reply("Sorry, I did not understand that.", ok=False)
_NEVER_ASKED_BACK = {"cancel", "other"}  # they do nothing, and "did you mean nothing?" helps nobody

Replies = Sequence[tuple[CheckedCall | None, Reply]]


class Dispatcher:
    """Runs skills with one `Context`, whose configuration holds the rules and the time limit of each call.

    A call that needs a yes is run only after `Context.asker` brought one; where nobody can be asked, the question is
    the reply.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._policy = Policy(context.config)

    async def run(self, decision: Decision) -> AsyncIterator[tuple[CheckedCall | None, Reply]]:
        """Carry out a decision, one call after the other. An answer that was no valid call is owned up to."""
        if decision.problem is not None:
            log.info("The model's answer was refused: %s", decision.problem)
            yield None, NOT_UNDERSTOOD
            return
        if self._doubtful(decision):
            meant = ", and ".join(described(checked) for checked in decision.calls)
            refused = await self._refused(f"Did you mean: {meant}?", "Okay. Please say it again in other words.")
            if refused is not None:
                yield decision.calls[0], refused
                return
        for checked in decision.calls:
            yield checked, await self.call(checked)

    async def call(self, checked: CheckedCall) -> Reply:
        """Run one call, under the rules."""
        match self._policy.allowance(checked.skill, checked.arguments):
            case "deny":
                name = checked.skill.name
                return Reply(f"The configuration does not allow me to use {name.replace('_', ' ')}.", ok=False)
            case "confirm":
                refused = await self._refused(question(checked), "Okay, I won't.")
                return refused or await self._run(checked)
        return await self._run(checked)

    def _doubtful(self, decision: Decision) -> bool:
        unsure = decision.confidence is not None and decision.confidence < self._context.config.ask.below
        return unsure and any(checked.skill.name not in _NEVER_ASKED_BACK for checked in decision.calls)

    async def _refused(self, text: str, after_no: str) -> Reply | None:
        """Ask; None after a yes, and what to say after anything else."""
        if self._context.asker is None:
            return Reply(text, ok=False)
        answer = await self._context.asker(Question(text))
        if answer == YES:
            return None
        return Reply(after_no if answer else "I heard no answer, so I won't.", ok=False)

    async def _run(self, checked: CheckedCall) -> Reply:
        limit = checked.skill.timeout or self._context.config.skill_timeout
        try:
            async with asyncio.timeout(limit) as deadline:
                asker = self._context.asker
                context = self._context
                if asker is not None:
                    context = replace(context, asker=_patient(asker, deadline, limit))
                reply = await _guarded(checked, context)
                notice = None if reply.notice is None else redact(reply.notice)
                return replace(reply, speech=redact(reply.speech), notice=notice)
        except TimeoutError:
            return Reply(f"The skill {checked.skill.name} took too long, so I stopped it.", ok=False)


def spoken(replies: Replies) -> str:
    """All that the replies say, as one text."""
    return " ".join(reply.speech for _, reply in replies if reply.speech)


def _patient(asker: Asker, deadline: asyncio.Timeout, limit: float) -> Asker:
    """Asking that does not count against the skill's time, which begins anew afterwards."""

    async def ask(asked: Question) -> str | None:
        deadline.reschedule(None)
        try:
            return await asker(asked)
        finally:
            deadline.reschedule(asyncio.get_running_loop().time() + limit)

    return ask


async def _guarded(checked: CheckedCall, context: Context) -> Reply:
    name = checked.skill.name
    try:
        reply = await checked.skill(context, **checked.arguments)
        if not isinstance(reply, Reply):
            raise TypeError(f"it gave {reply!r} for a reply")
    except OttoError as error:
        return Reply(str(error), ok=False)
    except (Exception, SystemExit):
        log.exception("The skill %s failed.", name)
        return Reply(f"Something went wrong in the skill {name}; the log says what.", ok=False)
    return reply
