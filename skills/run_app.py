"""Starts desktop programs."""

from __future__ import annotations

from otto.programs import find_program, start
from otto.skill import Context, Reply, SkillError, skill


@skill(permission="acts")
async def run_app(ctx: Context, program: str) -> Reply:
    """Starts a desktop program.

    Finds it by its name, by what it is ("browser", "text editor") or by its file, in the desktop's menu; otherwise a
    command of exactly that name. What you say never reaches a shell.
    """
    found = find_program(program)
    if found is None:
        raise SkillError(f"I can't find a program called {program}.")
    start(found)
    return Reply(f"Opening {found.name}.")
