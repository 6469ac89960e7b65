"""The players of Windows, over its media transport controls (package winrt-Windows.Media.Control). Not tested there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from otto.errors import SkillError
from otto.players.player import Command, Found, State, Status, Track, clean

_STATUS: dict[int, Status] = {4: "playing", 5: "paused"}  # GlobalSystemMediaTransportControlsSessionPlaybackStatus
_METHODS: dict[Command, str] = {
    "play": "try_play_async",
    "pause": "try_pause_async",
    "stop": "try_stop_async",
    "next": "try_skip_next_async",
    "previous": "try_skip_previous_async",
}


@dataclass(frozen=True)
class SessionPlayer:
    """A session of the transport controls; see `otto.players.player.Player`."""

    session: Any
    name: str
    state: State
    timeout: float
    refuses: frozenset[Command] = frozenset()
    opens_files: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name,)

    async def now(self) -> State:
        return await _state(self.session, self.name, self.timeout)

    async def tell(self, command: Command) -> None:
        if not await _answer(getattr(self.session, _METHODS[command])(), self.name, self.timeout):
            raise SkillError(f"{self.name} refused to do that.")

    async def open(self, address: str) -> None:
        raise SkillError(f"{self.name} can't be told which file to open: {address}.")


@asynccontextmanager
async def windows_players(timeout: float) -> AsyncIterator[Found]:
    """The sessions that Windows knows."""
    try:
        from winrt.windows.media.control import (  # type: ignore[import-not-found]
            GlobalSystemMediaTransportControlsSessionManager as Manager,
        )
    except ImportError:
        yield Found(problem="To control media players, install the Python package winrt-Windows.Media.Control.")
        return
    manager = await _answer(Manager.request_async(), "Windows", timeout)
    players, silent = [], []
    for session in manager.get_sessions():
        name = clean(session.source_app_user_model_id.rpartition("!")[2].removesuffix(".exe"))
        try:
            players.append(SessionPlayer(session, name, await _state(session, name, timeout), timeout))
        except SkillError:
            silent.append(name)
    yield Found(tuple(players), tuple(silent))


async def _state(session: Any, name: str, timeout: float) -> State:
    status = _STATUS.get(int(session.get_playback_info().playback_status), "stopped")
    about = await _answer(session.try_get_media_properties_async(), name, timeout)
    return State(status, Track(clean(about.title), clean(about.artist)))


async def _answer(operation: Any, name: str, timeout: float) -> Any:
    async def wait() -> Any:
        return await operation

    try:
        return await asyncio.wait_for(wait(), timeout)
    except (TimeoutError, OSError):
        raise SkillError(f"{name} does not answer.") from None
