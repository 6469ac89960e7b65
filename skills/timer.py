"""Countdowns. The daemon rings them when they are due."""

from __future__ import annotations

from otto.skill import Context, Duration, Reply, skill


@skill(permission="safe")
async def timer(ctx: Context, duration: Duration, name: str | None = None) -> Reply:
    """Starts a countdown; name is what it is for.

    Otto says so when it is over, also after a restart, and needs `otto run` for that.
    """
    ctx.store.timers.add(name, duration.seconds, ctx.now().timestamp() + duration.seconds)
    if name is None:
        return Reply(f"Timer for {duration} started.")
    called = name if name.casefold().endswith("timer") else f"{name} timer"
    return Reply(f"{called[0].upper()}{called[1:]} for {duration} started.")
