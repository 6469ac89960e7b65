"""What a tool answers -> a reply: short text to say, all of it to show."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import TYPE_CHECKING, Any

from otto.errors import SkillError
from otto.mcp.wording import shortened
from otto.skill import Reply

if TYPE_CHECKING:
    from mcp.types import CallToolResult

_MAX_SPEECH = 600  # characters: about forty seconds
_MAX_NOTICE = 4000
_MAX_PARTS = 50
_EMPHASIS = re.compile(r"[*`~]+")
_MARKS = re.compile(r"[#|]+|^\s*[->]+\s", re.MULTILINE)
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_TERMINAL = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?)")  # colours, window titles
_ADDRESS = re.compile(r"https?://\S+")


def reply_of(result: CallToolResult, server: str) -> Reply:
    """The reply of a tool of the named server. Raises SkillError with its text when the tool failed."""
    texts, things = _parts(result)
    text = "\n".join(texts)
    if result.is_error:
        raise SkillError(_said(text) or f"The server {server} could not do that and did not say why.")
    value = result.structured_content
    if value is not None and (not text or _is_json(text)):
        text = _told(value)
    notice = "\n".join([part for part in [text, *things] if part])
    speech = _said(text) or (f"Here is {things[0]}." if things else "Done.")
    return Reply(speech, shortened(notice, _MAX_NOTICE) if notice and notice != speech else None)


def _parts(result: CallToolResult) -> tuple[list[str], list[str]]:
    """The texts, and what else there is in words."""
    texts: list[str] = []
    things: list[str] = []
    for part in result.content[:_MAX_PARTS]:
        match part.type:
            case "text":
                texts.append(_printable(part.text))
            case "image":
                things.append("an image")
            case "audio":
                things.append("a sound")
            case "resource_link":
                things.append(_printable(f"a link to {part.title or part.name}"))
            case "resource":
                inside = getattr(part.resource, "text", None)
                texts.append(_printable(inside)) if isinstance(inside, str) else things.append("a file")
    return [text for text in texts if text], things


def _said(text: str) -> str:
    """As a voice can say it: no markup, addresses or line breaks."""
    words = _ADDRESS.sub("a link", _MARKS.sub(" ", _EMPHASIS.sub("", _LINK.sub(r"\1", text))))
    lines = [joined for line in words.splitlines() if (joined := " ".join(line.split()))]
    ended = [line if line[-1] in ".,:;!?" else f"{line}." for line in lines[:-1]]
    return shortened(" ".join(ended + lines[-1:]), _MAX_SPEECH)


def _told(value: Any, depth: int = 0) -> str:
    """A JSON value in words: "temperature: 5, wind: strong"."""
    match value:
        case {"result": only} if len(value) == 1:  # how the SDK wraps what is no object
            return _told(only, depth)
        case dict() if depth < 3:
            pairs = [f"{str(key).replace('_', ' ')}: {_told(item, depth + 1)}" for key, item in value.items()]
            return _printable(", ".join(pairs[:_MAX_PARTS]))
        case list() if depth < 3:
            return ", ".join(_told(item, depth + 1) for item in value[:_MAX_PARTS])
        case bool():
            return "yes" if value else "no"
        case None:
            return "nothing"
        case str():
            return _printable(value)
    return _printable(json.dumps(value, ensure_ascii=False))


def _is_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict | list)
    except (ValueError, RecursionError):
        return False


def _printable(text: str) -> str:
    """Without what a terminal obeys; lines are kept."""
    text = _TERMINAL.sub("", text[: 4 * _MAX_NOTICE]).replace("\r\n", "\n").replace("\t", " ")
    return "".join(
        character
        for character in text
        if character == "\n" or unicodedata.category(character) not in ("Cc", "Cf", "Cs")
    ).strip()
