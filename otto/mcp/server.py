"""Otto's skills as tools for MCP clients, under the same rules as for speech."""

from __future__ import annotations

import json
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from otto.calls import Call
from otto.context import Asker
from otto.errors import CallError, SkillError
from otto.mcp.elicitation import answer, can_ask, form, is_modern
from otto.mcp.open_call import OpenCall
from otto.model.skill_model import CheckedCall
from otto.policy import Policy
from otto.policy import question as question_before
from otto.questions import Question
from otto.skill import Reply, Skill

if TYPE_CHECKING:
    from mcp.server import Server
    from mcp.server.context import ServerRequestContext
    from mcp.types import (
        CallToolRequestParams,
        CallToolResult,
        InputRequiredResult,
        ListToolsResult,
        PaginatedRequestParams,
        Tool,
    )

Run = Callable[[CheckedCall, Asker | None], Awaitable[Reply]]

_SPEECH_ONLY = {"other", "cancel"}
_KEY = "question"
_MOST_OPEN = 16  # calls that may wait for an answer at once
_INSTRUCTIONS = (
    "The skills of Otto, the voice assistant of this computer's owner. Arguments take the user's own words, such as "
    "'five minutes' or 'tomorrow at seven'. Some calls ask the user first."
)


@dataclass(frozen=True)
class _Parked:
    """A call that waits for the client to come back with the answer to its question."""

    call: OpenCall
    question: Question
    request: str


class ServedSkills:
    """Lists and calls skills for MCP clients. ``run`` carries out a checked call, and asks through the `Asker`."""

    def __init__(self, skills: Mapping[str, Skill], policy: Policy, run: Run) -> None:
        self._skills = {name: skill for name, skill in skills.items() if name not in _SPEECH_ONLY}
        self._policy = policy
        self._run = run
        self._parked: dict[str, _Parked] = {}

    def server(self) -> Server[Any]:
        """The MCP server, for any transport."""
        from mcp.server import Server

        from otto import __version__

        return Server(
            "otto",
            version=__version__,
            instructions=_INSTRUCTIONS,
            on_list_tools=self._list,
            on_call_tool=self._call,
        )

    def close(self) -> None:
        """Give up the calls that still wait for an answer."""
        for parked in list(self._parked.values()):
            parked.call.task.cancel()

    async def _list(self, _: ServerRequestContext[Any, Any], __: PaginatedRequestParams | None) -> ListToolsResult:
        from mcp.types import ListToolsResult

        return ListToolsResult(tools=[_tool(skill) for skill in self._skills.values()])

    async def _call(
        self, ctx: ServerRequestContext[Any, Any], params: CallToolRequestParams
    ) -> CallToolResult | InputRequiredResult:
        request = json.dumps([params.name, params.arguments], sort_keys=True)
        if params.request_state is not None:
            parked = self._parked.pop(params.request_state, None)
            if parked is None or parked.request != request:
                return _failed("That question is no longer open. Please call the tool again.")
            parked.call.answer(answer(parked.question, (params.input_responses or {}).get(_KEY)))
            return await self._go_on(ctx, parked.call, request)
        try:
            checked = self._checked(params.name, params.arguments or {})
        except SkillError as error:
            return _failed(str(error))
        if not can_ask(ctx):
            return await self._without_asking(checked)
        return await self._go_on(ctx, OpenCall(lambda asker: self._run(checked, asker)), request)

    async def _go_on(
        self, ctx: ServerRequestContext[Any, Any], call: OpenCall, request: str
    ) -> CallToolResult | InputRequiredResult:
        """Up to the reply, or to a question that the client takes away with it."""
        while isinstance(outcome := await call.step(), Question):
            if is_modern(ctx):
                return self._park(call, outcome, request)
            call.answer(await _elicited(ctx, outcome))
        return _result(outcome)

    def _park(self, call: OpenCall, question: Question, request: str) -> CallToolResult | InputRequiredResult:
        from mcp.types import ElicitRequest, InputRequiredResult

        if len(self._parked) >= _MOST_OPEN:
            call.task.cancel()
            return _failed("Too many questions are open already.")
        state = secrets.token_urlsafe(24)
        self._parked[state] = _Parked(call, question, request)
        call.task.add_done_callback(lambda _: self._parked.pop(state, None))
        return InputRequiredResult(input_requests={_KEY: ElicitRequest(params=form(question))}, request_state=state)

    async def _without_asking(self, checked: CheckedCall) -> CallToolResult:
        if self._policy.allowance(checked.skill, checked.arguments) == "confirm":
            name = checked.skill.name
            return _failed(
                f"{question_before(checked)} This needs a yes, and this client cannot ask its user. "
                f'To allow it without asking, set {name} = "allow" under [permissions] in Otto\'s configuration.'
            )
        return _result(await self._run(checked, None))

    def _checked(self, name: str, arguments: Mapping[str, Any]) -> CheckedCall:
        """The call with typed arguments. Raises SkillError; an unknown tool is an error of the protocol."""
        from mcp import MCPError
        from mcp.types import INVALID_PARAMS

        skill = self._skills.get(name)
        if skill is None:
            raise MCPError(INVALID_PARAMS, f"There is no tool {name[:64]!r}.")
        try:
            call = Call(name, tuple((key, value) for key, value in arguments.items() if value is not None))
            values = skill.validate(call)
            return CheckedCall(skill, skill.canonical(values), values)
        except CallError as error:
            raise SkillError(f"{name}: {error.reason}.") from None


async def _elicited(ctx: ServerRequestContext[Any, Any], question: Question) -> str | None:
    from mcp import MCPError
    from pydantic import ValidationError

    asked = form(question)
    try:
        filled = await ctx.session.elicit_form(asked.message, asked.requested_schema, ctx.request_id)
    except (MCPError, ValidationError):
        return None
    return answer(question, filled)


def _tool(skill: Skill) -> Tool:
    from mcp.types import Tool, ToolAnnotations

    schema = skill.tool["function"]["parameters"]
    hints = ToolAnnotations(
        read_only_hint=True if skill.permission == "private" else None,
        destructive_hint=skill.permission == "dangerous" or skill.danger is not None,
        open_world_hint=skill.permission == "network",
    )
    return Tool(name=skill.name, description=skill.doc, input_schema=schema, annotations=hints)


def _result(reply: Reply) -> CallToolResult:
    from mcp.types import CallToolResult, TextContent

    texts = [text for text in (reply.speech, reply.notice) if text]
    return CallToolResult(content=[TextContent(text=text) for text in texts], is_error=not reply.ok)


def _failed(sentence: str) -> CallToolResult:
    return _result(Reply(sentence, ok=False))
