"""The players of a Linux desktop, over D-Bus: specifications.freedesktop.org/mpris/latest.

Nothing that a player says is trusted: it has a time limit, wrong types count as nothing said, and texts are cleaned.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from otto.errors import SkillError
from otto.players.player import Command, Found, State, Status, Track, clean
from otto.spoken import join_words

if TYPE_CHECKING:
    from dbus_fast.aio import MessageBus

_PREFIX = "org.mpris.MediaPlayer2."
_ROOT, _PLAYER = "org.mpris.MediaPlayer2", "org.mpris.MediaPlayer2.Player"
_NO_PLAYER = {"playerctld"}  # it stands for another player, which is on the bus too
_NO_TRACK = ("/NoTrack", "/noplaylist")  # the specification's track that is none, and mpv's
_MOST = 20  # players that are looked at
_NO_BUS = "I can't reach the media players: there is no desktop session."
_GONE = {f"org.freedesktop.DBus.Error.{name}" for name in ("NoReply", "ServiceUnknown", "NameHasNoOwner")}
_METHODS: dict[Command, str] = {
    "play": "Play",
    "pause": "Pause",
    "stop": "Stop",
    "next": "Next",
    "previous": "Previous",
}


def _texts(value: object) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]  # some give one artist without a list
    return tuple(filter(None, map(clean, values[:3])))


def _schemes(value: object) -> frozenset[str]:
    return (
        frozenset(item.lower() for item in value[:50] if isinstance(item, str))
        if isinstance(value, list)
        else frozenset()
    )


_Text = Annotated[str, BeforeValidator(clean)]
_Flag = Annotated[bool, BeforeValidator(lambda value: value is not False)]


class _Loose(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Root(_Loose):
    Identity: _Text = ""
    DesktopEntry: _Text = ""
    SupportedUriSchemes: Annotated[frozenset[str], BeforeValidator(_schemes)] = frozenset()


class _Metadata(_Loose):
    track: Annotated[str, BeforeValidator(str)] = Field("", alias="mpris:trackid")
    title: _Text = Field("", alias="xesam:title")
    artists: Annotated[tuple[str, ...], BeforeValidator(_texts)] = Field((), alias="xesam:artist")
    address: Annotated[str, BeforeValidator(lambda value: value[:2000] if isinstance(value, str) else "")] = Field(
        "", alias="xesam:url"
    )


class _Playing(_Loose):
    PlaybackStatus: Annotated[Status, BeforeValidator(lambda value: _status(value))] = "stopped"
    Metadata: Annotated[_Metadata, BeforeValidator(lambda value: value if isinstance(value, dict) else {})] = (
        _Metadata()
    )
    CanPlay: _Flag = True
    CanPause: _Flag = True
    CanGoNext: _Flag = True
    CanGoPrevious: _Flag = True

    @property
    def state(self) -> State:
        data = self.Metadata
        if data.track.endswith(_NO_TRACK):  # an idle mpv says that it plays
            return State()
        return State(self.PlaybackStatus, Track(data.title, join_words(list(data.artists)), data.address))

    @property
    def refuses(self) -> frozenset[Command]:
        able: dict[Command, bool] = {"play": self.CanPlay, "pause": self.CanPause}
        able |= {"next": self.CanGoNext, "previous": self.CanGoPrevious}
        return frozenset(command for command, can in able.items() if not can)


def _status(value: object) -> Status:
    return "playing" if value == "Playing" else "paused" if value == "Paused" else "stopped"


class _Refused(Exception):
    """The answer to a call was an error. ``gone``: the player has left the bus."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.gone = error in _GONE


@dataclass(frozen=True)
class _Connection:
    bus: MessageBus
    timeout: float

    async def call(
        self, name: str, interface: str, member: str, *texts: str, path: str = "/org/mpris/MediaPlayer2"
    ) -> Any:
        """The first value of the answer, without its D-Bus types. Raises TimeoutError and _Refused."""
        from dbus_fast import DBusError, Message, MessageFlag, MessageType
        from dbus_fast.unpack import unpack_variants

        signature, flags = "s" * len(texts), MessageFlag.NO_AUTOSTART
        message = Message(name, path, interface, member, signature=signature, body=list(texts), flags=flags)
        try:
            reply = await asyncio.wait_for(self.bus.call(message), self.timeout)
        except (OSError, EOFError, DBusError) as error:  # the bus itself went away
            raise _Refused("org.freedesktop.DBus.Error.NoReply") from error
        if reply.message_type is MessageType.ERROR:
            raise _Refused(reply.error_name or "")
        return unpack_variants(reply.body[0]) if reply.body else None

    async def properties(self, name: str, interface: str) -> dict[str, Any]:
        """All properties of an interface."""
        values = await self.call(name, "org.freedesktop.DBus.Properties", "GetAll", interface)
        return values if isinstance(values, dict) else {}

    async def names(self) -> list[str]:
        """The names on the bus that are players, the same order each time."""
        bus = "org.freedesktop.DBus"
        names = await self.call(bus, bus, "ListNames", path="/org/freedesktop/DBus")
        return sorted(name for name in names if name.startswith(_PREFIX) and _short(name) not in _NO_PLAYER)[:_MOST]


@dataclass(frozen=True)
class MprisPlayer:
    """A player on the bus; see `otto.players.player.Player`."""

    connection: _Connection
    bus_name: str
    name: str
    names: tuple[str, ...]
    state: State
    refuses: frozenset[Command]
    opens_files: bool

    async def now(self) -> State:
        try:
            return _Playing.model_validate(await self.connection.properties(self.bus_name, _PLAYER)).state
        except _Refused:
            return State()
        except TimeoutError:
            raise SkillError(f"{self.name} does not answer.") from None

    async def tell(self, command: Command) -> None:
        try:
            await self.connection.call(self.bus_name, _PLAYER, _METHODS[command])
        except _Refused as error:
            if not (error.gone and command in ("stop", "pause")):  # some close when they are stopped
                raise SkillError(f"{self.name} refused to do that.") from None
        except TimeoutError:
            raise SkillError(f"{self.name} does not answer.") from None

    async def open(self, address: str) -> None:
        try:
            await self.connection.call(self.bus_name, _PLAYER, "OpenUri", address)
            await self.connection.call(self.bus_name, _PLAYER, "Play")  # one that was paused stays so otherwise
        except _Refused:
            raise SkillError(f"{self.name} refused to open the file.") from None
        except TimeoutError:
            raise SkillError(f"{self.name} does not answer.") from None


@asynccontextmanager
async def mpris_players(timeout: float) -> AsyncIterator[Found]:
    """The players on the session bus, asked all at once."""
    bus = await _connect(timeout)
    if isinstance(bus, str):
        yield Found(problem=bus)
        return
    try:
        yield await _find(_Connection(bus, timeout))
    finally:
        bus.disconnect()
        with contextlib.suppress(Exception):  # however it ended, it has ended
            await asyncio.wait_for(bus.wait_for_disconnect(), 1)  # type: ignore[no-untyped-call]


async def _connect(timeout: float) -> MessageBus | str:
    """The session bus, or the sentence that says why there is none."""
    try:
        from dbus_fast.aio import MessageBus
        from dbus_fast.errors import AuthError, InvalidAddressError
    except ImportError:
        return "I can't reach the media players: the Python package dbus-fast is missing."
    address = _address()
    if address is None:
        return _NO_BUS
    try:
        return await asyncio.wait_for(MessageBus(bus_address=address).connect(), timeout)
    except (OSError, EOFError, TimeoutError, ValueError, AuthError, InvalidAddressError):
        return _NO_BUS


def _address() -> str | None:
    """Where the bus listens. A service of the user has no DBUS_SESSION_BUS_ADDRESS, but knows the folder it is in."""
    socket = Path(os.environ.get("XDG_RUNTIME_DIR") or "/nonexistent") / "bus"
    return os.environ.get("DBUS_SESSION_BUS_ADDRESS") or (f"unix:path={socket}" if socket.is_socket() else None)


async def _find(connection: _Connection) -> Found:
    try:
        names = await connection.names()
    except (TimeoutError, _Refused):
        return Found(problem=_NO_BUS)
    each = await asyncio.gather(*(_player(connection, name) for name in names))
    silent: Sequence[str] = [_short(name) for name, player in zip(names, each, strict=True) if player is None]
    return Found(tuple(filter(None, each)), tuple(silent))


async def _player(connection: _Connection, bus_name: str) -> MprisPlayer | None:
    try:
        about, playing = await asyncio.gather(
            connection.properties(bus_name, _ROOT), connection.properties(bus_name, _PLAYER)
        )
    except (TimeoutError, _Refused):
        return None
    root, now = _Root.model_validate(about), _Playing.model_validate(playing)
    names = (root.Identity, root.DesktopEntry.rpartition(".")[2], _short(bus_name))
    return MprisPlayer(
        connection,
        bus_name,
        name=root.Identity or _short(bus_name),
        names=tuple(dict.fromkeys(filter(None, names))),
        state=now.state,
        refuses=now.refuses,
        # mpv names only the streams that it plays, and plays files too
        opens_files=bool(root.SupportedUriSchemes & {"file", "http", "https"}),
    )


def _short(bus_name: str) -> str:
    """ "vlc" for org.mpris.MediaPlayer2.vlc.instance42."""
    return clean(re.sub(r"\.instance.*", "", bus_name.removeprefix(_PREFIX)))
