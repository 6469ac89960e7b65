"""The prompt of the skill model: instructions and catalogue, then examples as earlier turns, then the utterance."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence

from otto import paths
from otto.calls import render
from otto.examples import Example, ExamplesFile
from otto.model.engine import Message
from otto.skill import Skill

_SEED = 0


def system_prompt(skills: Iterable[Skill]) -> str:
    """prompts/system.txt with a line for each skill."""
    template = (paths.bundled("prompts") / "system.txt").read_text(encoding="utf-8")
    return template.replace("{skills}", "\n".join(skill.line for skill in skills)).strip()


def shown_examples(files: Sequence[ExamplesFile], skills: Iterable[str], each: int) -> list[Example]:
    """The examples for a model that was not trained: ``each`` a file, in a fixed shuffled order.

    Examples with a call of a skill that is not enabled are left out.
    """
    known = set(skills)
    chosen = [
        example
        for file in files
        for example in [one for one in file.shown if all(call.name in known for call in one.calls)][:each]
    ]
    random.Random(_SEED).shuffle(chosen)  # noqa: S311 - an order, not a secret
    return chosen


def prefix_messages(skills: Iterable[Skill], examples: Iterable[Example]) -> list[Message]:
    """The messages before the utterance; they are the same for every utterance."""
    return [{"role": "system", "content": system_prompt(skills)}, *example_messages(examples)]


def example_messages(examples: Iterable[Example]) -> list[Message]:
    """Examples as earlier turns of the chat."""
    messages: list[Message] = []
    for example in examples:
        messages.append({"role": "user", "content": example.text})
        messages.append({"role": "assistant", "content": render(example.calls)})
    return messages
