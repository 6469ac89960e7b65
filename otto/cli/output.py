"""What the commands print: JSON lines for scripts, a few quiet lines for people. Logs go to standard error."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

    from otto.assistant import Turn
    from otto.model.skill_model import CheckedCall, Decision
    from otto.skill import Reply

Replies = Sequence[tuple["CheckedCall | None", "Reply"]]


class Format(StrEnum):
    """How results are printed."""

    AUTO = "auto"
    JSON = "json"
    TEXT = "text"

    @property
    def is_json(self) -> bool:
        """``auto`` is text on a terminal and JSON for a script."""
        return self is Format.JSON or (self is Format.AUTO and not sys.stdout.isatty())


def show_log(verbose: bool = False) -> None:
    """Send Otto's log to standard error: warnings, or everything. No known secret is in it, nor in a traceback."""
    from otto.secrets import Redaction, show_crash

    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Redaction("otto: %(message)s"))
    logging.basicConfig(handlers=[handler], level=logging.WARNING)
    logging.getLogger("otto").setLevel(logging.INFO if verbose else logging.WARNING)
    sys.excepthook = show_crash


def print_json(fields: dict[str, Any]) -> None:
    """One object on one line of standard output, in UTF-8; written at once, so that lines of two threads do not mix."""
    line = json.dumps(fields, ensure_ascii=False) + "\n"
    sys.stdout.buffer.write(line.encode("utf-8", "replace"))
    sys.stdout.flush()


def decision_fields(decision: Decision) -> dict[str, Any]:
    """call, skill, arguments and confidence as the scripts of others read them; ``calls`` when there are several."""
    calls: list[dict[str, Any]] = [
        {"call": str(one.call), "skill": one.skill.name, "arguments": one.plain} for one in decision.calls
    ]
    first: dict[str, Any] = calls[0] if calls else {"skill": None, "arguments": {}}
    fields: dict[str, Any] = {
        "call": decision.rendered or None,
        "skill": first["skill"],
        "arguments": first["arguments"],
        "confidence": None if decision.confidence is None else round(decision.confidence, 4),
    }
    if len(calls) > 1:
        fields["calls"] = calls
    if decision.problem is not None:
        fields["error"] = decision.problem
    return fields


def text_fields(text: str, decision: Decision) -> dict[str, Any]:
    """One sentence that was given as text."""
    return {"text": text, **decision_fields(decision), "seconds": round(decision.seconds, 3)}


def turn_fields(file: str, turn: Turn) -> dict[str, Any]:
    """One utterance of a recording."""
    seconds = {"transcribe": turn.transcribe, "decide": turn.decide, "total": turn.total}
    return {
        "file": file,
        "transcript": turn.transcript.text,
        **decision_fields(turn.decision),
        "seconds": {step: round(value, 3) for step, value in seconds.items()},
    }


def show_decision(console: Console, decision: Decision, replies: Replies = (), took: float | None = None) -> None:
    """The call and the replies for a person; ``took`` are the seconds of all replies together."""
    from rich.markup import escape

    sure = "" if decision.confidence is None else f", {decision.confidence:.0%} sure"
    call = decision.rendered or f"none: {decision.problem}"
    console.print(f"  [dim]call [/dim] {escape(call)}  [dim]{decision.seconds:.2f} s{sure}[/dim]")
    for number, (_, reply) in enumerate(replies, start=1):
        show_reply(console, reply, took if number == len(replies) else None)


def show_reply(console: Console, reply: Reply, took: float | None = None) -> None:
    from rich.markup import escape

    seconds = "" if took is None else f"  [dim]{took:.2f} s[/dim]"
    if reply.speech and not reply.said:
        console.print(f"  [dim]reply[/dim] [{'green' if reply.ok else 'yellow'}]{escape(reply.speech)}[/]{seconds}")
    if reply.notice:
        console.print(f"        [dim]{escape(reply.notice)}[/dim]")


def console() -> Console:
    """Standard output for people: no wrapping of long lines where it is not a terminal."""
    from rich.console import Console

    return Console(highlight=False, soft_wrap=True)
