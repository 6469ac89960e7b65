"""What a model answered: its pairs, as far as they can be read, and what it used."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import from_json

_LONGEST = 400_000  # characters; more is no answer to any request


@dataclass(frozen=True)
class RawPair:
    """A pair as the model gave it: nothing about it is checked."""

    utterance: str
    arguments: dict[str, Any]


@dataclass(frozen=True)
class Tokens:
    """Tokens read and written by the model."""

    given: int = 0
    made: int = 0

    def __add__(self, other: Tokens) -> Tokens:
        return Tokens(self.given + other.given, self.made + other.made)


@dataclass(frozen=True)
class Answer:
    """The answer to one request. ``malformed`` counts the pairs that cannot be read; ``said`` is what it said instead.

    ``called`` says whether it called the function (or gave the JSON for it).
    """

    pairs: tuple[RawPair, ...] = ()
    malformed: int = 0
    tokens: Tokens = Tokens()
    said: str = ""
    called: bool = False


class Loose(BaseModel):
    """What comes from a server, which may hold more than is read."""

    model_config = ConfigDict(extra="ignore", from_attributes=True)


class Usage(Loose):
    prompt_tokens: int = 0
    completion_tokens: int = 0

    @property
    def tokens(self) -> Tokens:
        return Tokens(self.prompt_tokens, self.completion_tokens)


class _Function(Loose):
    arguments: str | None = None


class _ToolCall(Loose):
    index: int | None = None
    function: _Function | None = None

    @property
    def arguments(self) -> str:
        return (self.function.arguments if self.function else None) or ""


class Said(Loose):
    """A message, or the part of one."""

    content: str | None = None
    refusal: str | None = None
    tool_calls: list[_ToolCall] | None = None


class _Choice(Loose):
    message: Said


class Body(Loose):
    """A whole answer, as the Batch API gives it."""

    choices: list[_Choice] = Field(min_length=1)
    usage: Usage | None = None

    def answer(self) -> Answer:
        message, usage = self.choices[0].message, self.usage or Usage()
        calls = [call.arguments for call in message.tool_calls or ()]
        return read_answer(calls, message.refusal or message.content or "", usage.tokens)


class _Pair(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)
    utterance: str
    arguments: dict[str, Any] = Field(default_factory=dict)


def read_answer(calls: Sequence[str], said: str, tokens: Tokens) -> Answer:
    """An answer from the arguments of its function calls, which may be cut off, and from what was said beside them.

    Some local models write the JSON as text instead of calling the function; that is read too.
    """
    texts = [text for text in calls if text] or ([said] if '"utterance"' in said else [])
    if not texts:
        return Answer(tokens=tokens, said=said)
    pairs, malformed = [], 0
    for item in [item for text in texts for item in _items(text[:_LONGEST])]:
        try:
            pair = _Pair.model_validate(item)
        except ValidationError:
            malformed += 1
        else:
            pairs.append(RawPair(pair.utterance, pair.arguments))
    return Answer(tuple(pairs), malformed or int(not pairs), tokens, called=True)


def _items(text: str) -> list[Any]:
    found, whole = _json(text)
    items = _pairs_in(found)
    return items if whole else items[:-1]  # the last one may lack an argument


def _json(text: str) -> tuple[Any, bool]:
    """The JSON in a text, and whether all of it is there; None when there is none."""
    begin = re.search(r"[{\[]", text)
    if begin is None:
        return None, False
    body = re.sub(r"\s*```\s*\Z", "", text[begin.start() :])
    for partial in (False, True):
        try:
            return from_json(body, allow_partial=partial), not partial
        except ValueError:
            continue
    return None, False


def _pairs_in(found: Any) -> list[Any]:
    """The list of pairs, which some models wrap once more: {"name": "write_pairs", "arguments": {"pairs": [...]}}."""
    for key in ("arguments", "parameters"):
        if isinstance(found, dict) and "pairs" not in found and key in found:
            found = found[key]
    if isinstance(found, dict):
        found = found.get("pairs")
    return found if isinstance(found, list) else []
