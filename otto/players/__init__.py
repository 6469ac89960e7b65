"""Media players: which are running, and telling them what to do. `control` does what the skill is asked for."""

from __future__ import annotations

import sys
from contextlib import AbstractAsyncContextManager

from otto.players.player import Found


def players(timeout: float) -> AbstractAsyncContextManager[Found]:
    """The players that are running, usable inside the block. ``timeout`` is in seconds, for each answer of a player."""
    if sys.platform == "win32":
        from otto.players.windows import windows_players

        return windows_players(timeout)
    if sys.platform == "darwin":
        from otto.players.applescript import mac_players

        return mac_players(timeout)
    from otto.players.mpris import mpris_players

    return mpris_players(timeout)
