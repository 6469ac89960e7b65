"""Otto's questions as MCP forms, and what the filled-in form answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from otto.questions import NO, YES, Question

if TYPE_CHECKING:
    from mcp.server.context import ServerRequestContext
    from mcp.types import ElicitRequestFormParams

_FIELD = "answer"


def can_ask(ctx: ServerRequestContext[Any, Any]) -> bool:
    """Whether the client shows forms to a person."""
    capabilities = ctx.session.client_capabilities
    asking = capabilities.elicitation if capabilities else None
    if asking is None or (asking.form is None and asking.url is not None):  # neither said: forms, as it used to be
        return False
    return is_modern(ctx) or ctx.session.can_send_request


def is_modern(ctx: ServerRequestContext[Any, Any]) -> bool:
    """Whether a question is a result, after which the client calls again (2026-07-28), and no request of its own."""
    from mcp.types.version import MODERN_PROTOCOL_VERSIONS

    return ctx.protocol_version in MODERN_PROTOCOL_VERSIONS


def form(question: Question) -> ElicitRequestFormParams:
    """A form with one field: yes or no, or one of the options."""
    from mcp.types import ElicitRequestFormParams

    field: Mapping[str, Any] = {"type": "boolean", "title": "Yes, do it"}
    if question.options:
        field = {"type": "string", "title": "Which one", "enum": list(question.options)}
    schema = {"type": "object", "properties": {_FIELD: field}, "required": [_FIELD]}
    return ElicitRequestFormParams(message=question.text, requested_schema=schema)


def answer(question: Question, result: object) -> str | None:
    """YES, NO or one of the options; None for a form that was closed, and for what is no form. Only true is a yes."""
    from mcp.types import ElicitResult

    if not isinstance(result, ElicitResult) or result.action == "cancel":
        return None
    said = (result.content or {}).get(_FIELD)
    if result.action != "accept":
        return NO
    if question.options:
        return said if isinstance(said, str) and said in question.options else None
    return YES if said is True else NO
