"""Speech that is not for Otto."""

from __future__ import annotations

from otto.skill import Context, Reply, skill


@skill(permission="safe")
async def other(ctx: Context) -> Reply:
    """Not for Otto: talk overheard, the television, fragments and noise."""
    return Reply("")
