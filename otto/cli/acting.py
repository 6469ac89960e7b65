"""Carrying out a decision from the command line: questions are asked on the terminal."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

from otto.cli.output import Format, Replies

if TYPE_CHECKING:
    from otto.config import Config
    from otto.context import Asker
    from otto.model.skill_model import Decision
    from otto.parts import Catalogue
    from otto.questions import Question


def carry_out(settings: Config, offered: Catalogue, decision: Decision, yes: bool, output: Format) -> Replies:
    """Run a decision's skills and keep the turn in the history.

    With ``yes`` every question of yes or no is answered with yes. On a terminal the others are asked; elsewhere nobody
    is asked, and the question is the reply.
    """
    from otto import parts
    from otto.dispatcher import Dispatcher
    from otto.history import HistoryKeeper

    memory = parts.store()
    asker = _terminal if sys.stdin.isatty() and not output.is_json else None

    async def run() -> Replies:
        said = None if output.is_json else _say
        skills = offered.registry.skills
        async with parts.skill_context(settings, skills, memory, _agreeing(asker) if yes else asker, said) as context:
            return [pair async for pair in Dispatcher(context).run(decision)]

    try:
        replies = asyncio.run(run())
        HistoryKeeper(memory, settings.history).keep(decision, replies)
    finally:
        memory.close()
    return replies


def _say(part: str) -> None:
    print(f"  {part}", flush=True)


def _agreeing(otherwise: Asker | None) -> Asker:
    from otto.errors import SkillError
    from otto.questions import YES

    async def agree(question: Question) -> str | None:
        if not question.options:
            return YES
        if otherwise is None:
            raise SkillError(question.text)
        return await otherwise(question)

    return agree


async def _terminal(question: Question) -> str | None:
    """Ask on the terminal; an empty line, or the end of the input, is no answer."""
    choice = f"[{'/'.join(question.options)}]" if question.options else "[y/N]"
    try:
        answer = (await asyncio.to_thread(input, f"  {question.text} {choice} ")).strip()
    except EOFError:
        return None
    return question.answer({"y": "yes", "n": "no"}.get(answer.casefold(), answer))
