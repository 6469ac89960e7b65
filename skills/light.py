"""Lights, through Home Assistant."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from otto.house.colors import color_of
from otto.house.homeassistant import HomeAssistant
from otto.house.lights import Wish, choose_lamps, report
from otto.skill import Context, Reply, SkillError, skill


class LightSettings(BaseModel):
    """The table [skills.light] of the configuration."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str = Field(description="Home Assistant's address, such as http://homeassistant.local:8123.")
    token: SecretStr = Field(description="A long-lived access token, made in your profile there.")
    default_room: str | None = Field(None, description="The room whose lights are meant when none is named.")
    also: list[str] = Field(default_factory=list, description='Switches that are lamps, such as "switch.desk".')
    rooms: bool = Field(True, description="Ask for the rooms, which needs an administrator's token.")
    timeout: float = Field(8.0, gt=0, description="Seconds to wait for each answer.")


@skill(permission="acts", settings=LightSettings)
async def light(
    ctx: Context,
    action: Literal["on", "off", "set"],
    name: str | None = None,
    brightness: int | None = None,
    color: str | None = None,
) -> Reply:
    """Switches lights or sets brightness (percent) and color; name is a lamp or room.

    Needs Home Assistant: set url and token under [skills.light]; `otto skills settings light` shows all settings. The
    name is matched to the lamps and rooms that it has; "all" means every light. Without a name it is the lights of
    default_room, or every light where that is not set. Colors are those of CSS ("red", "dark orange") and the whites
    from "warm white" to "daylight".
    """
    settings = ctx.settings(LightSettings, "light")
    if brightness is not None and not 0 <= brightness <= 100:
        raise SkillError("Brightness goes from 0 to 100 percent.")
    if action == "set" and brightness is None and color is None:
        return Reply("How bright should it be, or what color?", ok=False)
    wanted = color_of(color) if color is not None else None
    if color is not None and wanted is None:
        raise SkillError(f"I don't know the color {color}.")
    off = action == "off" or brightness == 0
    wish = Wish(on=False) if off else Wish(True, brightness, wanted)
    home = HomeAssistant(ctx.http, settings.url, settings.token, settings.timeout)
    house = await home.house(settings.also, settings.rooms)
    group = await choose_lamps(ctx, house, name, settings.default_room)
    able = [lamp for lamp in group.lamps if lamp.available and wish.fits(lamp)]
    said = report(wish, group, able)
    await home.switch(wish.on, [(lamp, wish.changes(lamp)) for lamp in able])
    return Reply(said)
