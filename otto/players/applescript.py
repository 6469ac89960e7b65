"""Music and Spotify on macOS, over AppleScript. Not tested on macOS. No script contains anything that the user said."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from otto.errors import SkillError
from otto.players.player import Command, Found, State, Status, Track, clean

_RUNNING = 'application "{app}" is running'
_STATE = """tell application "{app}"
set now to player state as text
try
set now to now & linefeed & name of current track & linefeed & artist of current track
end try
return now
end tell"""
_SCRIPTS: dict[Command, str] = {
    "play": 'tell application "{app}" to play',
    "pause": 'tell application "{app}" to pause',
    "stop": 'tell application "{app}" to pause',  # Spotify knows no stop
    "next": 'tell application "{app}" to next track',
    "previous": 'tell application "{app}" to previous track',
}
_STATUS: dict[str, Status] = {"playing": "playing", "paused": "paused"}


@dataclass(frozen=True)
class ScriptedPlayer:
    """A Mac application; see `otto.players.player.Player`."""

    name: str
    state: State
    timeout: float
    refuses: frozenset[Command] = frozenset()
    opens_files: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name,)

    async def now(self) -> State:
        return await _state(self.name, self.timeout)

    async def tell(self, command: Command) -> None:
        await _run(_SCRIPTS[command].format(app=self.name), self.timeout, self.name)

    async def open(self, address: str) -> None:
        raise SkillError(f"{self.name} can't be told which file to open: {address}.")


@asynccontextmanager
async def mac_players(timeout: float) -> AsyncIterator[Found]:
    """Those of Music and Spotify that are running."""
    players, silent = [], []
    for app in ("Music", "Spotify"):
        try:
            if await _run(_RUNNING.format(app=app), timeout, app) == "true":
                players.append(ScriptedPlayer(app, await _state(app, timeout), timeout))
        except SkillError:
            silent.append(app)
    yield Found(tuple(players), tuple(silent))


async def _state(app: str, timeout: float) -> State:
    said = await _run(_STATE.format(app=app), timeout, app)
    status, title, artist, *_ = [*said.split("\n"), "", "", ""]
    return State(_STATUS.get(status, "stopped"), Track(clean(title), clean(artist)))


async def _run(script: str, timeout: float, app: str) -> str:
    pipe, null = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec("osascript", "-e", script, stdin=null, stdout=pipe, stderr=null)
    try:
        output, _ = await asyncio.wait_for(process.communicate(), timeout)
    except TimeoutError:
        raise SkillError(f"{app} does not answer.") from None
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
    if process.returncode:
        raise SkillError(f"macOS does not let me control {app}.")
    return output.decode(errors="replace").strip()
