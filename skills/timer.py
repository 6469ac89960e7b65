"""Countdowns. The daemon rings them when they are due."""

from __future__ import annotations

from otto.agenda.countdowns import called
from otto.skill import Context, Duration, Reply, skill


@skill(permission="safe")
async def timer(ctx: Context, duration: Duration, name: str | None = None) -> Reply:
    """Starts a countdown; name is what it is for.

    Otto says so when it is over, also after a restart, and needs `otto run` for that.
    """
    added = ctx.store.timers.add(name, duration.seconds, ctx.now().timestamp() + duration.seconds)
    title = called(added) if name else "timer"
    return Reply(f"{title[0].upper()}{title[1:]} for {duration} started.")
