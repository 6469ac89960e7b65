"""Real MCP servers: programs that are started, and one that listens on a port. (No __init__.py here: this folder must
not be taken for the package `mcp`.)"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from mcp_servers import TOKEN, Listening, program

from otto.calls import Call
from otto.config import McpServer
from otto.mcp.client import Servers
from otto.skill import Context, Reply

Use = Callable[..., Servers]
RunTool = Callable[..., Awaitable[Reply]]


@pytest.fixture(scope="session")
def calls_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("calendar") / "calls.jsonl"


@pytest.fixture
def calls(calls_file: Path) -> Callable[[], list[dict[str, Any]]]:
    """What the calendar was asked in this test, as it noted it."""
    calls_file.unlink(missing_ok=True)
    return lambda: [json.loads(line) for line in calls_file.read_text().splitlines()] if calls_file.exists() else []


@pytest.fixture(scope="session")
def calendar(calls_file: Path) -> McpServer:
    return program("calendar_server.py", env={"CALLS": str(calls_file), "CALENDAR_TOKEN": TOKEN})


@pytest.fixture(scope="session")
def cal(calendar: McpServer) -> Iterator[Servers]:
    """The calendar, connected as "cal", for the tests that leave it as it is."""
    with Servers({"cal": calendar}) as servers:
        yield servers


@pytest.fixture
def use() -> Iterator[Use]:
    """``use(cal=McpServer(...))``: connected, and closed after the test."""
    with contextlib.ExitStack() as stack:
        yield lambda **servers: stack.enter_context(Servers(servers))


@pytest.fixture
def run_tool() -> RunTool:
    """``await run_tool(ctx, servers, "cal_add", a=1, b=2)``: a call as the model makes it, checked and run."""

    async def run(ctx: Context, servers: Servers, name: str, /, **arguments: Any) -> Reply:
        skill = next(skill for skill in servers.skills if skill.name == name)
        return await skill(ctx, **skill.validate(Call.make(name, **arguments)))

    return run


@pytest.fixture
def listening(calendar: McpServer) -> Iterator[Listening]:
    server = Listening(calendar.env)
    yield server
    server.kill()
