"""`otto mcp`, driven by the official client: the skills, their checks and their rules."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, MCPError, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CallToolResult, ElicitResult

from otto.config import McpServer
from otto.errors import UsageError
from otto.mcp.client import Servers
from otto.mcp.serving import parsed
from otto.store import Store

OTTO = str(Path(sys.executable).parent / "otto")
PLUGIN = '''
import asyncio, subprocess
from pathlib import Path
from otto.skill import Context, Reply, skill

print("noise while loading")

def _danger(what=None):
    return f"Shall I wipe {what}?" if what != "nothing" else None

@skill(permission="acts", danger=_danger)
async def wipe(ctx: Context, what: str) -> Reply:
    """Wipe something."""
    print("noise while running")
    subprocess.run(["echo", "noise of a child"])
    (Path(__file__).parent / "wiped").open("a").write(what)
    return Reply(f"Wiped {what}.")

@skill(permission="safe")
async def paint(ctx: Context) -> Reply:
    """Paint a wall."""
    colour = await ctx.choose("Which colour?", ["red", "blue"])
    return Reply(f"It is {colour}.", notice=f"The wall is {colour} now.")

@skill(permission="safe")
async def crash(ctx: Context) -> Reply:
    """Crash."""
    raise RuntimeError("secret details")

@skill(permission="safe")
async def sleep(ctx: Context) -> Reply:
    """Sleep."""
    await asyncio.sleep(60)
    return Reply("Awake.")
'''

Answer = Callable[[str, dict[str, Any]], ElicitResult]
Connect = Callable[..., contextlib.AbstractAsyncContextManager[Client]]


@pytest.fixture
def plugins(tmp_path: Path) -> Path:
    folder = tmp_path / "plugins"
    folder.mkdir()
    (folder / "wipe.py").write_text(PLUGIN)
    return folder


@pytest.fixture
def configure(tmp_path: Path) -> Callable[[str], None]:
    def write(text: str) -> None:
        file = tmp_path / "config" / "otto" / "config.toml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    return write


def environment() -> dict[str, str]:
    return {name: os.environ[name] for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME")}


@pytest.fixture
def connect(plugins: Path, tmp_path: Path) -> Connect:
    """``async with connect(answer) as client``: `otto mcp` over stdio. The mode "legacy" is the older protocol."""

    @contextlib.asynccontextmanager
    async def connected(answer: Answer | None = None, mode: str = "auto") -> AsyncIterator[Client]:
        async def fill_in(_: Any, form: Any) -> ElicitResult:
            assert answer is not None
            return answer(form.message, form.requested_schema["properties"]["answer"])

        command = StdioServerParameters(command=OTTO, args=["mcp", "--skills", str(plugins)], env=environment())
        with (tmp_path / "stderr").open("w") as errors:
            transport = stdio_client(command, errlog=errors)
            async with Client(transport, mode=mode, elicitation_callback=fill_in if answer else None) as client:
                yield client

    return connected


def text(result: CallToolResult) -> str:
    return "\n".join(part.text for part in result.content if part.type == "text")


def accept(**content: Any) -> Answer:
    return lambda *_: ElicitResult(action="accept", content=content)


class TestTools:
    async def test_every_enabled_skill_is_a_tool(self, connect: Connect, configure: Callable[[str], None]) -> None:
        configure('disabled = ["weather"]')
        async with connect() as client:
            tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert {"math", "timer", "notes", "wipe"} <= tools.keys()
        assert not {"weather", "other", "cancel"} & tools.keys()
        timer = tools["timer"]
        assert timer.input_schema["required"] == ["duration"]
        assert "countdown" in (timer.description or "")
        assert tools["wipe"].annotations is not None and tools["wipe"].annotations.destructive_hint

    async def test_skills_of_other_servers_are_not_served_on(
        self, connect: Connect, configure: Callable[[str], None], calendar: McpServer
    ) -> None:
        configure(f'[mcp.cal]\ncommand = ["{calendar.command[0]}", "{calendar.command[1]}"]')
        async with connect() as client:
            assert not [tool.name for tool in (await client.list_tools()).tools if tool.name.startswith("cal_")]


class TestCalls:
    async def test_they_are_run(self, connect: Connect, tmp_path: Path) -> None:
        async with connect() as client:
            answer = await client.call_tool("math", {"question": "sqrt(16)"})
            assert (answer.is_error, text(answer)) == (False, "That is 4.\nsqrt(16) = 4")
            answer = await client.call_tool("timer", {"duration": "five minutes", "name": "tea"})
            assert text(answer) == "Tea timer for 5 minutes started."
        with contextlib.closing(Store(tmp_path / "data" / "otto" / "otto.db")) as store:
            assert [timer.name for timer in store.timers.all()] == ["tea"]

    async def test_bad_arguments_are_an_error_of_the_tool(self, connect: Connect) -> None:
        wrong: list[tuple[dict[str, Any], str]] = [
            ({}, "duration is missing"),
            ({"duration": "banana"}, "is not a length of time"),
            ({"duration": 5, "size": 3}, "there is no argument 'size'"),
            ({"duration": ["5"]}, "a value of type list"),
            ({"duration": {"a": 1}}, "a value of type dict"),
            ({"duration": "5 minutes", "name": "a\x00b"}, "control characters"),
            ({"duration": "5 minutes", "name": "x" * 5000}, "too long"),
            ({"duration": 10**400}, "too large"),
            ({'"); other(': "x"}, "is not an argument name"),
        ]
        async with connect() as client:
            for arguments, why in wrong:
                answer = await client.call_tool("timer", arguments)
                assert answer.is_error
                assert why in text(answer)

    async def test_other_tools_are_an_error_of_the_protocol(self, connect: Connect) -> None:
        async with connect() as client:
            for name in ("other", "cancel", "no_such", "x" * 10_000, "\x00"):
                with pytest.raises(MCPError, match="There is no tool"):
                    await client.call_tool(name, {})

    async def test_a_skill_that_crashes_or_hangs_is_a_sentence(
        self, connect: Connect, configure: Callable[[str], None]
    ) -> None:
        configure("skill_timeout = 0.5")
        async with connect() as client:
            crashed, hung = await client.call_tool("crash"), await client.call_tool("sleep")
        assert crashed.is_error and "Something went wrong in the skill crash" in text(crashed)
        assert "secret details" not in text(crashed)
        assert hung.is_error and "took too long" in text(hung)


class TestRules:
    async def test_a_denied_skill_is_not_run(self, connect: Connect, configure: Callable[[str], None]) -> None:
        configure('[permissions]\nmath = "deny"')
        async with connect(accept(answer=True)) as client:
            answer = await client.call_tool("math", {"question": "1+1"})
        assert answer.is_error
        assert "does not allow" in text(answer)

    @pytest.mark.parametrize("mode", ["auto", "legacy"])
    async def test_a_yes_lets_it_run(self, mode: str, connect: Connect, plugins: Path) -> None:
        asked = []

        def yes(message: str, field: dict[str, Any]) -> ElicitResult:
            asked.append((message, field["type"]))
            return ElicitResult(action="accept", content={"answer": True})

        async with connect(yes, mode) as client:
            answer = await client.call_tool("wipe", {"what": "the disk"})
        assert text(answer) == "Wiped the disk."
        assert asked == [("Shall I wipe the disk?", "boolean")]
        assert (plugins / "wiped").read_text() == "the disk"

    @pytest.mark.parametrize("mode", ["auto", "legacy"])
    async def test_nothing_else_does(self, mode: str, connect: Connect, plugins: Path) -> None:
        answers = [
            ElicitResult(action="accept", content={"answer": False}),
            ElicitResult(action="accept", content={"answer": "yes"}),
            ElicitResult(action="accept", content={"other": True}),
            ElicitResult(action="accept"),
            ElicitResult(action="decline"),
            ElicitResult(action="decline", content={"answer": True}),
            ElicitResult(action="cancel"),
        ]
        async with connect(lambda *_: answers.pop(), mode) as client:
            while answers:
                assert (await client.call_tool("wipe", {"what": "the disk"})).is_error
        assert not (plugins / "wiped").exists()

    async def test_where_nobody_can_be_asked_it_says_how_to_allow_it(self, connect: Connect, plugins: Path) -> None:
        async with connect() as client:
            answer = await client.call_tool("wipe", {"what": "the disk"})
            harmless = await client.call_tool("wipe", {"what": "nothing"})
        assert answer.is_error
        assert text(answer) == (
            "Shall I wipe the disk? This needs a yes, and this client cannot ask its user. To allow it without asking, "
            'set wipe = "allow" under [permissions] in Otto\'s configuration.'
        )
        assert text(harmless) == "Wiped nothing."
        assert (plugins / "wiped").read_text() == "nothing"

    async def test_allowed_in_the_configuration_it_is_run(
        self, connect: Connect, configure: Callable[[str], None]
    ) -> None:
        configure('[permissions]\nwipe = "allow"')
        async with connect() as client:
            assert text(await client.call_tool("wipe", {"what": "the disk"})) == "Wiped the disk."

    @pytest.mark.parametrize("mode", ["auto", "legacy"])
    async def test_a_skill_may_ask_in_the_middle(self, mode: str, connect: Connect) -> None:
        def second(message: str, field: dict[str, Any]) -> ElicitResult:
            assert message == "Which colour?"
            return ElicitResult(action="accept", content={"answer": field["enum"][1]})

        async with connect(second, mode) as client:
            assert text(await client.call_tool("paint")) == "It is blue.\nThe wall is blue now."
        async with connect(accept(answer="green")) as client:
            assert (await client.call_tool("paint")).is_error
        async with connect() as client:
            assert text(await client.call_tool("paint")) == "Which colour?"

    async def test_a_question_is_answered_once_and_for_its_own_call(self, connect: Connect, plugins: Path) -> None:
        async with connect(accept(answer=True), mode="auto") as client:

            async def call(what: str, state: str | None, yes: bool) -> Any:
                answers = {"question": ElicitResult(action="accept", content={"answer": yes})} if state else None
                return await client.session.call_tool(
                    "wipe", {"what": what}, input_responses=answers, request_state=state, allow_input_required=True
                )

            asked = await call("a", None, True)
            assert "no longer open" in text(await call("b", asked.request_state, True))  # the answer of another call
            assert "no longer open" in text(await call("a", asked.request_state, True))
            asked = await call("c", None, True)
            assert text(await call("c", asked.request_state, True)) == "Wiped c."
            assert "no longer open" in text(await call("c", asked.request_state, True))
            assert "no longer open" in text(await call("d", "made up", True))
        assert (plugins / "wiped").read_text() == "c"


class TestStreams:
    async def test_standard_output_carries_only_the_protocol(
        self, connect: Connect, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        async with connect(accept(answer=True)) as client:
            await client.call_tool("wipe", {"what": "x"})
        told = (tmp_path / "stderr").read_text()
        assert {"noise while loading", "noise while running", "noise of a child"} <= set(told.splitlines())
        assert "Failed to parse" not in caplog.text

    def test_it_ends_with_standard_input(self) -> None:
        done = subprocess.run([OTTO, "mcp"], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=20)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")

    @pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
    async def test_signals_stop_it(self, how: signal.Signals, plugins: Path) -> None:
        servers = Servers({"otto": McpServer(command=[OTTO, "mcp"], env=environment())})
        import psutil

        (child,) = [one for one in psutil.Process().children() if "mcp" in one.cmdline()]
        child.send_signal(how)
        child.wait(3)
        servers.close()

    def test_a_mistake_in_the_configuration_is_one_sentence(self, configure: Callable[[str], None]) -> None:
        configure('[permissions]\nmaths = "deny"')
        done = subprocess.run([OTTO, "mcp"], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=20)
        assert done.returncode == 2
        assert done.stdout == ""
        assert done.stderr.startswith("otto: [permissions] names 'maths'")
        assert len(done.stderr.splitlines()) == 1


@contextlib.contextmanager
def over_http(address: str, **more: str) -> Iterator[str]:
    """The address of `otto mcp --http`, which is stopped afterwards and must then end."""
    server = subprocess.Popen([OTTO, "mcp", "--http", address], env={**os.environ, **more}, stderr=subprocess.PIPE)
    try:
        assert server.stderr is not None
        found = re.search(r"http://\S+", server.stderr.readline().decode())
        assert found
        yield found.group()
    finally:
        server.terminate()
        server.wait(5)
        server.stderr.close()


class TestOverHttp:
    @pytest.mark.parametrize("mode", ["auto", "legacy"])
    async def test_tools_are_called_and_questions_asked(self, mode: str, configure: Callable[[str], None]) -> None:
        configure('[permissions]\nmath = "confirm"')

        async def yes(_: Any, form: Any) -> ElicitResult:
            return ElicitResult(action="accept", content={"answer": True})

        with over_http("0") as url:
            assert url.startswith("http://127.0.0.1:")
            async with Client(url, mode=mode, elicitation_callback=yes) as client:
                assert text(await client.call_tool("math", {"question": "6*7"})).startswith("That is 42.")
            async with Client(url, mode=mode) as client:
                assert "This needs a yes" in text(await client.call_tool("math", {"question": "6*7"}))

    async def test_a_page_in_the_browser_cannot_call_it(self) -> None:
        import httpx

        ping = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
        headers = {"Accept": "application/json, text/event-stream"}
        with over_http("0") as url:
            async with httpx.AsyncClient(trust_env=False) as http:
                for wrong in ({"Origin": "http://evil.example"}, {"Host": "evil.example"}):
                    assert (await http.post(url, json=ping, headers={**headers, **wrong})).status_code in (403, 421)

    def test_other_computers_need_a_token(self) -> None:
        done = subprocess.run([OTTO, "mcp", "--http", "0.0.0.0:0"], capture_output=True, text=True, timeout=20)
        assert done.returncode == 2
        assert "set OTTO_MCP_TOKEN" in done.stderr

    async def test_the_token_opens_it(self) -> None:
        import httpx
        import httpx2

        with over_http("0.0.0.0:0", OTTO_MCP_TOKEN="open sesame") as url:
            url = url.replace("0.0.0.0", "127.0.0.1")
            async with httpx.AsyncClient(trust_env=False) as http:
                for wrong in ({}, {"Authorization": "Bearer wrong"}):
                    assert (await http.post(url, json={}, headers=wrong)).status_code == 401
            async with (
                httpx2.AsyncClient(headers={"Authorization": "Bearer open sesame"}) as http2,
                Client(streamable_http_client(url, http_client=http2)) as client,
            ):
                assert text(await client.call_tool("math", {"question": "1+1"})).startswith("That is 2.")

    @pytest.mark.parametrize("wrong", ["", "x", "localhost", "localhost:x", "1:2:3:999999", "-1"])
    def test_addresses_that_are_none(self, wrong: str) -> None:
        with pytest.raises(UsageError, match="is no address"):
            parsed(wrong)

    def test_addresses(self) -> None:
        assert parsed("8000") == ("127.0.0.1", 8000)
        assert parsed("localhost:1") == ("localhost", 1)
        assert parsed("[::1]:1") == ("::1", 1)

    def test_a_port_that_is_taken_is_a_sentence(self) -> None:
        with over_http("0") as url:
            port = url.split(":")[2].split("/")[0]
            done = subprocess.run([OTTO, "mcp", "--http", port], capture_output=True, text=True, timeout=20)
        assert done.returncode == 1
        assert done.stderr.startswith(f"otto: Cannot serve at 127.0.0.1, port {port}: ")


async def test_otto_can_use_otto(context: Callable[..., Any], run_tool: Callable[..., Awaitable[Any]]) -> None:
    """Both halves at once."""
    with Servers({"far": McpServer(command=[OTTO, "mcp"], env=environment())}) as servers:
        reply = await run_tool(context(), servers, "far_math", question="2**10")
    assert reply.speech.startswith("That is 1,024.")
