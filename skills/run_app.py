"""Starts desktop programs."""

from __future__ import annotations

import asyncio

from otto.desktop.programs import find_programs, start
from otto.matching import one_of
from otto.skill import Context, Reply, SkillError, skill


@skill(permission="acts")
async def run_app(ctx: Context, program: str) -> Reply:
    """Starts a desktop program.

    Finds it by its name, by what it is ("browser", "text editor") or by its file, in the desktop's menu; otherwise a
    command of exactly that name. Where two fit as well, it asks which. What you say never reaches a shell.
    """
    found = {item.name: item for item in await asyncio.to_thread(find_programs, program)}
    if not found:
        raise SkillError(f"I can't find a program called {program}.")
    meant = found[await one_of(ctx, list(found), "program")]
    await asyncio.to_thread(start, meant)
    return Reply(f"Opening {meant.name}.")
