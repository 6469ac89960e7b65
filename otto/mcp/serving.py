"""`otto mcp`: the served skills over standard input and output, or over HTTP."""

from __future__ import annotations

import contextlib
import hmac
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any

from otto import config, parts, registry
from otto.context import Asker
from otto.dispatcher import Dispatcher
from otto.errors import OttoError, UsageError
from otto.mcp.server import ServedSkills
from otto.model.skill_model import CheckedCall
from otto.policy import Policy, check_rules
from otto.skill import Reply

if TYPE_CHECKING:
    from mcp.server import Server
    from starlette.types import ASGIApp, Receive, Scope, Send

TOKEN = "OTTO_MCP_TOKEN"  # noqa: S105 - the name of the variable
_PATIENCE = 2  # seconds for open streams when it is stopped


async def serve_stdio(folders: Iterable[Path]) -> None:
    """Serve one client until it closes standard input. Standard output carries only the protocol."""
    from mcp.server.stdio import stdio_server

    signal.signal(signal.SIGINT, signal.SIG_DFL)  # a thread waits for standard input, which Ctrl-C would wait for too
    async with contextlib.AsyncExitStack() as stack:
        with contextlib.redirect_stdout(sys.stderr):  # what a plugin prints while it is loaded
            server = await stack.enter_async_context(_served(folders))
        async with stdio_server() as (reading, writing):
            with contextlib.redirect_stdout(sys.stderr):
                await server.run(reading, writing, server.create_initialization_options())


async def serve_http(folders: Iterable[Path], address: str) -> None:
    """Serve clients at ``[HOST:]PORT`` until stopped. Beyond this computer only with the token in $OTTO_MCP_TOKEN."""
    import uvicorn

    host, port = parsed(address)
    token = os.environ.get(TOKEN)
    if not token and not _is_loopback(host):
        raise UsageError(
            f"{host} can be reached from other computers, and would give them your skills: set {TOKEN} to a secret "
            "that clients send as 'Authorization: Bearer SECRET', or serve on 127.0.0.1."
        )
    async with _served(folders) as server:
        app: ASGIApp = server.streamable_http_app(host=host)
        settings = uvicorn.Config(
            _with_token(app, token) if token else app,
            log_config=None,
            log_level="warning",
            timeout_graceful_shutdown=_PATIENCE,
        )
        with _bound(host, port) as opened:
            shown = f"[{host}]" if ":" in host else host
            print(f"otto: serving at http://{shown}:{opened.getsockname()[1]}/mcp", file=sys.stderr, flush=True)
            await uvicorn.Server(settings).serve(sockets=[opened])


def parsed(address: str) -> tuple[str, int]:
    """``8000``, ``localhost:8000`` or ``[::1]:8000``. Raises UsageError."""
    host, _, port = address.rpartition(":")
    if not port.isdecimal() or int(port) > 65535:
        raise UsageError(f"{address!r} is no address; write PORT or HOST:PORT, as in 8000.")
    return host.strip("[]") or "127.0.0.1", int(port)


@contextlib.asynccontextmanager
async def _served(folders: Iterable[Path]) -> AsyncIterator[Server[Any]]:
    """The MCP server of the enabled skills, less those that come from MCP servers themselves."""
    settings = config.load()
    folders = list(folders)
    for folder in folders:
        if not folder.is_dir():
            raise OttoError(f"There is no folder {folder} with skills.")
    every = registry.load(folders)
    check_rules(settings, every.skills)
    found = every.without(settings.disabled)
    for problem in found.problems:
        parts.log.warning("%s", problem)
    with contextlib.closing(parts.store()) as memory:
        async with parts.skill_context(settings, found.skills, memory) as context:

            async def run(checked: CheckedCall, asker: Asker | None) -> Reply:
                return await Dispatcher(replace(context, asker=asker)).call(checked)

            with contextlib.closing(ServedSkills(found.skills, Policy(settings), run)) as served:
                yield served.server()


def _with_token(app: ASGIApp, token: str) -> ASGIApp:
    """The same application for those who send the token."""
    wanted = f"Bearer {token}".encode()

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            given = dict(scope["headers"]).get(b"authorization", b"")
            if not hmac.compare_digest(given, wanted):
                await send(
                    {"type": "http.response.start", "status": 401, "headers": [(b"www-authenticate", b"Bearer")]}
                )
                await send({"type": "http.response.body", "body": b""})
                return
        await app(scope, receive, send)

    return guarded


def _bound(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise OttoError(f"Cannot serve at {host}, port {port}: {error.strerror or error}.") from None


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
