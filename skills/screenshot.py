"""Saves a picture of the screen."""

from __future__ import annotations

import asyncio
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from otto.desktop.screen import pictures, save, take_picture
from otto.skill import Context, Reply, skill


class ScreenshotSettings(BaseModel):
    """The table [skills.screenshot] of the configuration."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    folder: Path | None = Field(None, description="Where pictures are saved; by default Screenshots in your pictures.")


@skill(permission="private", settings=ScreenshotSettings, timeout=50)
async def screenshot(ctx: Context) -> Reply:
    """Saves a picture of the screen.

    A PNG file of all monitors, named by date and time, in Pictures/Screenshots or the folder of [skills.screenshot];
    only you may read it. Under Wayland the desktop may ask you first.
    """
    folder = ctx.settings(ScreenshotSettings, "screenshot").folder or pictures()
    picture = await take_picture()
    file = await asyncio.to_thread(save, picture, folder.expanduser(), ctx.now())
    return Reply("I saved a screenshot.", notice=str(file))
