"""What a model is asked: the function that it must call, the rules, and one combination with examples."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from otto import paths
from otto.examples import Example
from otto.skill import Skill
from training.generating.variety import Variety

FUNCTION = "write_pairs"
_SHOWN = 6  # examples in a request


@dataclass(frozen=True)
class Request:
    """One request for ``pairs`` pairs, by its number."""

    number: int
    pairs: int
    messages: tuple[Mapping[str, str], ...]
    tool: Mapping[str, Any]

    def body(self, by_schema: bool = False) -> dict[str, Any]:
        """Messages and function as the API takes them.

        ``by_schema`` asks for the same JSON as plain text, for servers whose models call no functions.
        """
        messages = [dict(message) for message in self.messages]
        if by_schema:
            wanted = {"name": FUNCTION, "schema": self.tool["function"]["parameters"]}
            return {"messages": messages, "response_format": {"type": "json_schema", "json_schema": wanted}}
        return {"messages": messages, "tools": [self.tool], "tool_choice": "required"}


class Requests:
    """Makes the requests for one skill. The same seed and number give the same request."""

    def __init__(self, skill: Skill, others: Iterable[Skill], examples: Sequence[Example], seed: int) -> None:
        template = (paths.bundled("prompts") / "generate.txt").read_text(encoding="utf-8").strip()
        lines = "\n".join(other.line for other in others if other.name != skill.name)
        about = f"{skill.signature}\n{skill.doc}"
        self._rules = template.replace("{skill}", about).replace("{others}", lines or "(none)")
        self._skill = skill
        self._examples = [one for one in examples if [call.name for call in one.calls] == [skill.name]]
        self._variety = Variety(seed)
        self._seed = seed

    def make(self, number: int, pairs: int) -> Request:
        cell = self._variety.cell(number, pairs)
        chance = random.Random(f"{self._seed} {number}")  # noqa: S311 - a choice, not a secret
        shown = chance.sample(self._examples, min(_SHOWN, len(self._examples)))
        asked = {
            "person": cell.person,
            "situation": cell.situation,
            "examples": [{"utterance": one.text, "arguments": dict(one.calls[0].arguments)} for one in shown],
            "phrasings": cell.phrasings,
        }
        messages = (
            {"role": "system", "content": self._rules},
            {"role": "user", "content": json.dumps(asked, ensure_ascii=False)},
        )
        return Request(number, pairs, messages, tool_for(self._skill, pairs))


def tool_for(skill: Skill, pairs: int) -> dict[str, Any]:
    """The function that takes the pairs; the arguments of each are those of the skill's own tool."""
    arguments = {**skill.tool["function"]["parameters"], "description": f"The arguments of {skill.name}."}
    pair = {
        "type": "object",
        "properties": {"utterance": {"type": "string", "description": "What the person says."}, "arguments": arguments},
        "required": ["utterance", "arguments"],
        "additionalProperties": False,
    }
    parameters = {
        "type": "object",
        "properties": {"pairs": {"type": "array", "items": pair, "minItems": pairs, "maxItems": pairs}},
        "required": ["pairs"],
        "additionalProperties": False,
    }
    about = "Hands in the pairs of utterances and arguments."
    return {"type": "function", "function": {"name": FUNCTION, "description": about, "parameters": parameters}}
