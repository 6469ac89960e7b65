"""The time of day."""

from __future__ import annotations

from otto.places import zoned_place
from otto.skill import Context, Place, Reply, SkillError, skill
from otto.when.clock import say_time


@skill(permission="safe")
async def timecheck(ctx: Context, location: Place | None = None) -> Reply:
    """The time of day, here or at a place.

    Knows cities of more than 15,000 people, countries, states and zones such as "Pacific time", without a network.
    """
    now = ctx.now()
    if location is None:
        return Reply(f"It is {say_time(now.time())}.")
    try:
        place = zoned_place(location)
    except ValueError as error:
        raise SkillError(str(error)) from None
    there = now.astimezone(place.zone)
    weekday = f" on {there:%A}" if there.date() != now.date() else ""
    return Reply(f"{place.where[0].upper()}{place.where[1:]} it is {say_time(there.time())}{weekday}.")
