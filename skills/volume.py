"""The sound level."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from otto.desktop.loudness import Level, adjust
from otto.skill import Context, Reply, SkillError, skill

_FULL = 100


class VolumeSettings(BaseModel):
    """The table [skills.volume] of the configuration."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    step: int = Field(10, ge=1, le=100, description="Percent that up and down change, if not said.")


@skill(permission="acts", settings=VolumeSettings)
async def volume(
    ctx: Context, action: Literal["up", "down", "mute", "unmute", "set"], percent: int | None = None
) -> Reply:
    """Changes the sound level. Percent is the new level for set, else the change, if said.

    It is the level of the default output. Up stops at 100 percent; an output that was louder already stays so. Up and
    set switch the sound on again when it was muted; down leaves it muted.
    """
    step = ctx.settings(VolumeSettings, "volume").step
    if percent is not None and not 0 <= percent <= _FULL:
        raise SkillError("The volume goes from 0 to 100 percent.")
    if action == "set" and percent is None:
        return Reply("To how many percent should I set the volume?", ok=False)
    change = step if percent is None else percent

    def wanted(now: Level) -> Level:
        match action:
            case "up":
                return Level(max(now.percent, min(_FULL, now.percent + change)), muted=False)
            case "down":
                return Level(max(0, now.percent - change), now.muted)
            case "set":
                return Level(change, muted=False)
            case _:
                return Level(now.percent, muted=action == "mute")

    level = await adjust(wanted)
    if level.muted:
        return Reply("Muted." if action == "mute" else f"Volume {level.percent} percent, still muted.")
    return Reply(f"Volume {level.percent} percent.")
