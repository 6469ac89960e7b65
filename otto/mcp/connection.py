"""One MCP server: started or reached, asked, and reached again when it went away. Lives in one event loop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from otto.config import McpServer
from otto.errors import OttoError, SkillError
from otto.mcp.faults import Lost, hidden, leaves, reason, secrets_of
from otto.mcp.wording import plain, shortened

if TYPE_CHECKING:
    import httpx2
    from mcp import Client
    from mcp.client import Transport
    from mcp.types import CallToolResult, Tool

    from otto.mcp.stderr import Stderr

log = logging.getLogger("otto")

_MAX_PAGES = 20
_MAX_TOOLS = 200
_TURNS = 20  # of the event loop, in which it is noticed that a server has just died
_GRACE = 0.5  # seconds in which a connection that ended may say why


class Connection:
    """The server ``name``, with a task of its own that holds the connection open.

    `open` may be called again after the connection ended; `call` does so itself.
    """

    def __init__(self, name: str, settings: McpServer) -> None:
        self.name = name
        self.settings = settings
        self._client: Client | None = None
        self._task: asyncio.Task[None] | None = None
        self._ready: asyncio.Future[list[Tool]] | None = None
        self._stop = asyncio.Event()
        self._opening = asyncio.Lock()
        self._ending: BaseException | None = None
        self._status: int | None = None
        self._stderr: Stderr | None = None

    async def open(self) -> list[Tool]:
        """Connect, and give the server's tools. Raises OttoError with a clause that says why it cannot be used."""
        await self.close()
        self._ending, self._status, self._stderr = None, None, None
        self._stop = asyncio.Event()
        self._ready = ready = asyncio.get_running_loop().create_future()
        self._task = asyncio.create_task(self._hold(ready, self._stop))
        try:
            async with asyncio.timeout(self.settings.timeout):
                return await asyncio.shield(ready)
        except Exception as error:
            raise OttoError(self._why(error)) from None
        finally:
            if self._client is None:
                ready.cancel()
                self._task.cancel()

    async def call(self, tool: str, arguments: dict[str, Any]) -> CallToolResult:
        """The result of a tool. Raises SkillError with a sentence when there is none.

        A server that had gone away is connected to once more; a call that it may have received is not sent again.
        """
        try:
            async with asyncio.timeout(self.settings.timeout):
                for last in (False, True):
                    try:
                        return await self._ask(tool, arguments)
                    except Lost as lost:
                        if lost.asked:
                            raise SkillError(
                                f"The server {self.name} went away, so I don't know whether that was done."
                            ) from None
                        if last:
                            break
        except TimeoutError:
            raise SkillError(f"The server {self.name} took too long, so I stopped waiting.") from None
        raise SkillError(f"The server {self.name} went away again.")

    async def close(self) -> None:
        """End the connection; a server that was started ends with it."""
        self._stop.set()
        if self._task is not None:
            if self._ready is not None and not self._ready.done():
                self._task.cancel()  # it waits for the server's first answer
            await asyncio.gather(self._task, return_exceptions=True)

    async def _ask(self, tool: str, arguments: dict[str, Any]) -> CallToolResult:
        from mcp import MCPError
        from mcp.types import CONNECTION_CLOSED
        from pydantic import ValidationError

        for _ in range(_TURNS):
            await asyncio.sleep(0)
        client = await self._connected()
        try:
            return await client.call_tool(tool, arguments)
        except MCPError as error:
            if error.message == "Session terminated":  # as the SDK words HTTP's 404: the server was started anew
                if self._client is client:
                    self._client = None
                raise Lost(asked=False) from None
            if error.code == CONNECTION_CLOSED:
                raise Lost(asked=not await self._never_sent()) from None
            told = shortened(plain(hidden(error.message, secrets_of(self.settings))), 200).rstrip(".")
            raise SkillError(f"The server {self.name} could not do that: {told}.") from None
        except (RuntimeError, ValidationError):  # what the SDK raises for a result that breaks the tool's own schema
            raise SkillError(f"The server {self.name} gave an answer that I cannot read.") from None

    async def _connected(self) -> Client:
        async with self._opening:
            if self._client is None:
                log.info("Connecting to the MCP server %s again.", self.name)
                try:
                    await self.open()
                except OttoError as error:
                    raise SkillError(f"The server {self.name} cannot be used: {error}") from None
            assert self._client is not None
            return self._client

    async def _never_sent(self) -> bool:
        """Whether the connection ended before the call could go out."""
        import httpx2

        if self._task is not None:
            await asyncio.wait([self._task], timeout=_GRACE)
        return self._ending is not None and any(isinstance(leaf, httpx2.ConnectError) for leaf in leaves(self._ending))

    async def _hold(self, ready: asyncio.Future[list[Tool]], stop: asyncio.Event) -> None:
        """The life of one connection, in one task, as the SDK wants it."""
        from mcp import Client

        try:
            async with contextlib.AsyncExitStack() as stack:
                gone = asyncio.Event()
                transport = _watched(self._transport(stack), gone)
                client = await stack.enter_async_context(Client(transport, cache=None))
                tools = await _tools(client)
                self._client = client
                ready.set_result(tools)
                waiting = [asyncio.ensure_future(event.wait()) for event in (stop, gone)]
                try:
                    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    for one in waiting:
                        one.cancel()
                    self._client = None
        except BaseException as error:
            self._ending = error
            if not ready.done():
                ready.set_exception(error if isinstance(error, Exception) else Lost(asked=False))
            if isinstance(error, asyncio.CancelledError):
                raise
        finally:
            self._client = None

    def _transport(self, stack: contextlib.AsyncExitStack) -> Transport:
        settings = self.settings
        if settings.url:
            from mcp.client.streamable_http import streamable_http_client

            return streamable_http_client(settings.url, http_client=self._http(stack))
        from mcp.client.stdio import StdioServerParameters, stdio_client

        from otto.mcp.stderr import Stderr

        self._stderr = stack.enter_context(Stderr(self.name, secrets_of(settings)))
        program, *arguments = settings.command
        parameters = StdioServerParameters(command=program, args=arguments, env=settings.env)
        return stdio_client(parameters, errlog=self._stderr.file)

    def _http(self, stack: contextlib.AsyncExitStack) -> httpx2.AsyncClient:
        import httpx2

        async def note(response: httpx2.Response) -> None:
            self._status = response.status_code if response.status_code >= 400 else None

        headers = {name: value.get_secret_value() for name, value in self.settings.headers.items()}
        timeout = httpx2.Timeout(self.settings.timeout, connect=min(5, self.settings.timeout))
        client = httpx2.AsyncClient(headers=headers, timeout=timeout, event_hooks={"response": [note]})
        stack.push_async_callback(client.aclose)
        return client

    def _why(self, error: Exception) -> str:
        last_words = self._stderr.last_line() if self._stderr else ""
        return reason(self._ending or error, self.settings, self._status, last_words)


@contextlib.asynccontextmanager
async def _watched(transport: Transport, gone: asyncio.Event) -> AsyncIterator[Any]:
    """The transport, which sets ``gone`` when the server's side ends: the SDK tells only who asks it something."""
    import anyio

    async with transport as (reading, writing), anyio.create_task_group() as group:
        send, receive = anyio.create_memory_object_stream[Any](0)

        async def pass_on() -> None:
            async with send:
                async for message in reading:
                    await send.send(message)
            gone.set()

        group.start_soon(pass_on)
        async with receive:
            yield receive, writing
            group.cancel_scope.cancel()


async def _tools(client: Client) -> list[Tool]:
    """All tools, page by page, up to a bound that only a broken server passes."""
    found: list[Tool] = []
    cursor: str | None = None
    for _ in range(_MAX_PAGES):
        page = await client.list_tools(cursor=cursor)
        found += page.tools
        cursor = page.next_cursor
        if cursor is None or len(found) >= _MAX_TOOLS:
            break
    return found[:_MAX_TOOLS]
