"""Never mind."""

from __future__ import annotations

from otto.skill import Context, Reply, skill


@skill(permission="safe")
async def cancel(ctx: Context) -> Reply:
    """Never mind, stop talking, stop listening."""
    return Reply("Okay.")
