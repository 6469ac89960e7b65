"""Tells the state of this computer."""

from __future__ import annotations

import asyncio
from typing import Literal

from otto.skill import Context, Reply, skill


@skill(permission="private")
async def system(ctx: Context, query: Literal["battery", "disk", "memory", "cpu", "network", "uptime"]) -> Reply:
    """Tells this computer's battery, disk, memory, processor, network or uptime.

    Looks only at this computer: nothing is sent to find out whether it is online.
    """
    from otto.desktop import machine

    states = {
        "battery": machine.battery,
        "disk": machine.disk,
        "memory": machine.memory,
        "cpu": machine.cpu,
        "network": machine.network,
        "uptime": machine.uptime,
    }
    speech, notice = await asyncio.to_thread(states[query])
    return Reply(speech, notice)
