"""What an engine is: the one interface behind which llama.cpp, transformers and OpenAI-compatible servers stand."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypedDict


class Message(TypedDict):
    """One message of a chat."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True)
class Request:
    """What an engine is asked.

    ``prefix`` are the messages that are the same for every utterance, so that an engine can keep their state;
    ``near`` are examples like this utterance, and ``utterance`` is the user's message after them. The answer is held to
    ``grammar`` (GBNF) where the engine can; ``tools`` are the same skills as OpenAI tools, for servers that know no
    grammar.
    """

    prefix: Sequence[Message]
    utterance: str
    grammar: str
    tools: Sequence[dict[str, Any]]
    near: Sequence[Message] = ()

    @property
    def messages(self) -> list[Message]:
        return [*self.prefix, *self.near, {"role": "user", "content": self.utterance}]


@dataclass(frozen=True)
class Completion:
    """What an engine answers: the text, how sure the model was (0 to 1, None if unknown), and the seconds it took."""

    text: str
    confidence: float | None
    seconds: float


class Engine(Protocol):
    """A language model that completes a `Request`. Raises ModelError when it cannot."""

    name: str

    def complete(self, request: Request) -> Completion: ...

    def close(self) -> None: ...


def confidence(logprobs: Iterable[float]) -> float:
    """How sure a model was of its answer: the geometric mean of the probabilities of the tokens it wrote.

    The probabilities are the model's own, from before the grammar ruled tokens out, in all three engines.
    """
    values = list(logprobs)
    return math.exp(sum(values) / len(values)) if values else 0.0
