"""Closes desktop programs."""

from __future__ import annotations

import asyncio

from pydantic import BaseModel, ConfigDict, Field

from otto.matching import one_of
from otto.skill import Context, Reply, SkillError, skill


class CloseAppSettings(BaseModel):
    """The table [skills.close_app] of the configuration."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    patience: float = Field(
        3.0, gt=0, le=10, description="Seconds that a program gets to close before Otto says that it is still open."
    )


def question(program: str) -> str:
    return f"Shall I close {program}?"


@skill(permission="dangerous", settings=CloseAppSettings, danger=question)
async def close_app(ctx: Context, program: str) -> Reply:
    """Closes a desktop program.

    All windows of the program get the message that their close button sends, so it can ask about unsaved work; a
    program without a window gets SIGTERM. Nothing is ever killed, and Otto, what it runs in, the desktop and other
    users' programs stay. On Wayland, only programs of the desktop's menu and those with an X11 window are found.
    """
    from otto.desktop.running import close, find_running

    found = {item.name: item for item in await asyncio.to_thread(find_running, program)}
    if not found:
        raise SkillError(f"{program} is not running.")
    meant = found[await one_of(ctx, list(found), "program")]
    if not meant.processes:
        raise SkillError(f"{meant.name} has to stay open: the desktop needs it, or I run in it.")
    if await close(meant, ctx.settings(CloseAppSettings, "close_app").patience):
        return Reply(f"Closed {meant.name}.")
    return Reply(f"{meant.name} is still open; it may be asking you something.", ok=False)
