"""Tools of the MCP servers in the configuration, as skills."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import logging
import threading
from collections.abc import Coroutine, Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

from otto.config import McpServer
from otto.errors import OttoError, PluginError, SkillError
from otto.mcp.faults import hidden, secrets_of
from otto.mcp.schema import Parameter, Unusable, parameters
from otto.mcp.wording import call_name, help_text, summary
from otto.registry import Problem, Registry
from otto.skill import Context, Permission, Reply, Skill

if TYPE_CHECKING:
    from mcp.types import Tool

    from otto.mcp.connection import Connection

Result = TypeVar("Result")

_STRICTNESS: tuple[Permission, ...] = ("safe", "private", "network", "acts", "dangerous")
_PATIENCE = 5.0  # seconds for the servers to end
_SLACK = 2.0  # seconds in which our own sentence about a slow server comes before the dispatcher's


class Servers:
    """The configured servers, connected in a thread with an event loop of its own, until `close`.

    ``skills`` are their tools, ``problems`` the servers and tools that cannot be used, and why. Making it takes as
    long as the slowest server, at most its own time limit.
    """

    def __init__(self, servers: Mapping[str, McpServer]) -> None:
        self.skills: list[Skill] = []
        self.problems: list[Problem] = []
        self._connections: list[Connection] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        usable = {name: settings for name, settings in servers.items() if self._is_usable(name, settings)}
        if usable:
            _quieten()
            self._loop = asyncio.new_event_loop()
            self._thread = threading.Thread(target=self._loop.run_forever, name="mcp", daemon=True)
            self._thread.start()
            try:
                asyncio.run_coroutine_threadsafe(self._connect(usable), self._loop).result()
            except BaseException:
                self.close()
                raise

    def __enter__(self) -> Servers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self, patience: float = _PATIENCE) -> None:
        """End all connections and the servers that were started, within ``patience`` seconds or soon after."""
        loop, self._loop = self._loop, None
        if loop is None:
            return
        ending = asyncio.run_coroutine_threadsafe(_close_all(self._connections), loop)
        with contextlib.suppress(Exception):
            ending.result(patience)
        loop.call_soon_threadsafe(loop.stop)
        self._thread.join(1)
        if not self._thread.is_alive():
            loop.close()

    def _is_usable(self, name: str, settings: McpServer) -> bool:
        if importlib.util.find_spec("mcp") is None:
            self._leave_out(name, name, "MCP needs a package that is not installed: pip install 'otto[mcp]'.")
        elif bool(settings.command) == bool(settings.url):
            self._leave_out(name, name, f"[mcp.{name}] needs either a `command` or a `url`.")
        elif not call_name(name):
            self._leave_out(name, name, "its name has no letter that a skill's name could begin with.")
        else:
            return True
        return False

    async def _connect(self, servers: Mapping[str, McpServer]) -> None:
        from otto.mcp.connection import Connection

        self._connections = [Connection(name, settings) for name, settings in servers.items()]
        opened = await asyncio.gather(*(one.open() for one in self._connections), return_exceptions=True)
        for connection, tools in zip(self._connections, opened, strict=True):
            if isinstance(tools, BaseException):
                why = str(tools) if isinstance(tools, OttoError) else f"{type(tools).__name__}."
                self._leave_out(connection.name, connection.name, why)
                continue
            for tool in tools:
                self._add(connection, tool)

    def _add(self, connection: Connection, tool: Tool) -> None:
        name = call_name(f"{call_name(connection.name)}_{call_name(tool.name)}")
        shown = name if call_name(tool.name) else connection.name
        try:
            if not call_name(tool.name):
                raise Unusable("has a name without a letter")
            self.skills.append(self._skill(name, connection, tool))
        except (Unusable, PluginError) as error:
            self._leave_out(shown, connection.name, f"it {error}.")

    def _skill(self, name: str, connection: Connection, tool: Tool) -> Skill:
        found = parameters(tool.input_schema)
        return Skill(
            name,
            _doc(tool, found),
            [parameter.argument for parameter in found],
            self._function(connection, tool.name, found),
            _permission(connection.settings, tool),
            source=Path(f"mcp:{connection.name}"),
            timeout=connection.settings.timeout + _SLACK,
        )

    def _function(self, connection: Connection, tool: str, found: tuple[Parameter, ...]) -> Any:
        from otto.mcp.results import reply_of

        secrets = secrets_of(connection.settings)

        async def call(ctx: Context, /, **arguments: Any) -> Reply:
            now = ctx.now()
            sent = {
                parameter.wire: parameter.encode(arguments[parameter.argument.name], now)
                for parameter in found
                if parameter.argument.name in arguments
            }
            try:
                return reply_of(await self._there(connection.call(tool, sent)), connection.name)
            except SkillError as error:
                raise SkillError(hidden(str(error), secrets)) from None

        return call

    async def _there(self, work: Coroutine[Any, Any, Result]) -> Result:
        """The result of work that is done in the servers' own loop; cancelled with the one who waits for it."""
        if self._loop is None:
            work.close()
            raise SkillError("The connections to the MCP servers are closed.")
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._loop))

    def _leave_out(self, name: str, server: str, why: str) -> None:
        self.problems.append(Problem(name, Path(f"mcp:{server}"), 0, why))


def joined(registry: Registry, servers: Servers) -> Registry:
    """The registry with the servers' skills behind its own. Of two skills with one name the first is used."""
    skills, origins, problems = dict(registry.skills), dict(registry.origins), [*registry.problems, *servers.problems]
    for skill in servers.skills:
        if skill.name in skills:
            reason = f"{skills[skill.name].source} already has a skill of that name."
            problems.append(Problem(skill.name, skill.source, 0, reason))
        else:
            skills[skill.name] = skill
            origins[skill.name] = str(skill.source)
    return Registry(skills, origins, tuple(problems))


def _doc(tool: Tool, found: tuple[Parameter, ...]) -> str:
    """A docstring: one bounded line for the model, then the whole description and the arguments for people."""
    description = tool.description or tool.title or ""
    first = summary(description, call_name(tool.name))
    rest = [paragraph for paragraph in help_text(description) if paragraph != first]
    notes = [f"{parameter.argument.name}: {parameter.note}" for parameter in found if parameter.note]
    return "\n\n".join([first, *rest, *notes])


def _permission(settings: McpServer, tool: Tool) -> Permission:
    """The configured permission; what the tool says of itself is a stranger's word and can only make it stricter."""
    hints = tool.annotations
    kinds: list[Permission] = [settings.permission]
    if hints is not None and hints.read_only_hint is False:
        kinds.append("acts")
    if hints is not None and hints.destructive_hint and not hints.read_only_hint:
        kinds.append("dangerous")
    return max(kinds, key=_STRICTNESS.index)


def _quieten() -> None:
    """The SDK logs tracebacks for what is reported in a sentence here, with what servers sent in them."""
    for name in ("mcp", "client", "httpx2", "httpcore2"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


async def _close_all(connections: list[Connection]) -> None:
    await asyncio.gather(*(connection.close() for connection in connections), return_exceptions=True)
