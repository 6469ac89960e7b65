"""The desktop portal of freedesktop.org: the way to a picture of the screen under Wayland.

The method and its answer are described at flatpak.github.io/xdg-desktop-portal, under Screenshot and Request.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from dbus_fast import Message
    from dbus_fast.aio import MessageBus

_BUS = "org.freedesktop.DBus"
_PORTAL = "org.freedesktop.portal.Desktop"
_PATH = "/org/freedesktop/portal/desktop"
_REQUEST = "org.freedesktop.portal.Request"
_SCREENSHOT = "org.freedesktop.portal.Screenshot"
_PATIENCE = 30.0  # seconds: the desktop may ask its user first


class Refused(Exception):
    """The user, or the desktop in the user's name, said no; or nobody answered the desktop's question."""


async def screenshot() -> bytes | None:
    """The picture file's content, None where there is no portal. Its own copy of the picture is removed.

    Raises Refused.
    """
    async with _session_bus() as bus:
        if bus is None:
            return None
        try:
            async with asyncio.timeout(_PATIENCE):
                uri = await _ask(bus)
        except TimeoutError:
            raise Refused from None
        except (OSError, EOFError):  # the bus ended
            return None
    return await asyncio.to_thread(_fetch, uri) if uri else None


async def _ask(bus: MessageBus) -> str | None:
    """Where the desktop put the picture, None where no portal takes pictures."""
    from dbus_fast import Variant

    token = f"otto_{secrets.token_hex(8)}"
    sender = (bus.unique_name or "").removeprefix(":").replace(".", "_")
    requests = {f"{_PATH}/request/{sender}/{token}"}
    answer: asyncio.Future[list[Any]] = asyncio.get_running_loop().create_future()

    def hear(message: Message) -> None:
        response = message.interface == _REQUEST and message.member == "Response"
        if response and message.path in requests and not answer.done():
            answer.set_result(message.body)

    bus.add_message_handler(hear)  # before the question: the answer may be quick
    rule = f"type='signal',sender='{_PORTAL}',interface='{_REQUEST}',member='Response'"
    await _call(bus, _BUS, "/org/freedesktop/DBus", _BUS, "AddMatch", "s", [rule])
    options = {"handle_token": Variant("s", token), "interactive": Variant("b", False)}
    reply = await _call(bus, _PORTAL, _PATH, _SCREENSHOT, "Screenshot", "sa{sv}", ["", options])
    if reply is None:
        return None
    requests.add(str(reply[0]))  # portals older than 0.9 choose the path themselves
    code, results = await answer
    if code != 0:
        raise Refused
    return str(results["uri"].value) if "uri" in results else None


@contextlib.asynccontextmanager
async def _session_bus() -> AsyncIterator[MessageBus | None]:
    from dbus_fast.aio import MessageBus
    from dbus_fast.errors import AuthError, InvalidAddressError

    try:
        bus = await MessageBus().connect()
    except (OSError, EOFError, AuthError, InvalidAddressError):
        yield None
        return
    try:
        yield bus
    finally:
        bus.disconnect()


async def _call(
    bus: MessageBus, name: str, path: str, interface: str, member: str, signature: str, body: list[Any]
) -> list[Any] | None:
    """What a method answers, None for an error."""
    from dbus_fast import Message, MessageType

    reply = await bus.call(
        Message(destination=name, path=path, interface=interface, member=member, signature=signature, body=body)
    )
    return reply.body if reply is not None and reply.message_type == MessageType.METHOD_RETURN else None


def _fetch(uri: str) -> bytes | None:
    parts = urlsplit(uri)
    file = Path(unquote(parts.path))
    if parts.scheme != "file" or file.suffix.lower() != ".png" or file.is_symlink():
        return None
    try:
        picture = file.read_bytes()
        file.unlink()
    except OSError:
        return None
    return picture
