"""Words in, checked calls out: prompt, grammar, engine, parser and pydantic in one step."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from otto import weights
from otto.calls import MAX_CALLS, Call, parse, render
from otto.config import ModelSettings
from otto.errors import CallError, SkillError
from otto.examples import ExamplesFile
from otto.grammar import call_grammar
from otto.model.engine import Completion, Engine, Request
from otto.model.prompt import example_messages, prefix_messages, shown_examples
from otto.skill import Skill
from otto.taught import Taught
from otto.turns import most_requests

MAX_UTTERANCE = 1000


@dataclass(frozen=True)
class CheckedCall:
    """A call of a skill that exists, with typed arguments; ``call`` is its canonical form."""

    skill: Skill
    call: Call
    arguments: Mapping[str, Any]

    @property
    def plain(self) -> dict[str, Any]:
        """The arguments as JSON."""
        return self.skill.plain(self.arguments)


@dataclass(frozen=True)
class Decision:
    """What the model made of an utterance.

    ``confidence`` is 0 to 1, or None where the engine gives none. With a ``problem`` (the answer was no valid call)
    there are no calls, and ``answer`` is what the model wrote. ``named`` says that the words named Otto.
    """

    text: str
    calls: tuple[CheckedCall, ...]
    answer: str
    confidence: float | None
    seconds: float
    problem: str | None = None
    named: bool = False

    @property
    def ambient(self) -> bool:
        """Whether the words were taken for speech that is not for Otto."""
        return bool(self.calls) and all(checked.skill.name == "other" for checked in self.calls)

    @property
    def rendered(self) -> str:
        """The canonical text of all calls."""
        return render([checked.call for checked in self.calls])


class SkillModel:
    """An engine with the prompt and the grammar of the enabled skills, and what the user taught."""

    def __init__(
        self,
        engine: Engine,
        skills: Mapping[str, Skill],
        examples: Sequence[ExamplesFile] = (),
        each: int = 0,
        taught: Taught | None = None,
    ) -> None:
        self.engine = engine
        self._skills = dict(skills)
        self._prefix = prefix_messages(skills.values(), shown_examples(examples, skills, each))
        self._grammars = {most: call_grammar(skills.values(), most) for most in range(1, MAX_CALLS + 1)}
        self._tools = [skill.tool for skill in skills.values()]
        self._taught = taught

    def decide(self, text: str) -> Decision:
        """The calls for what was said. Raises ModelError only when the engine itself fails."""
        started = time.perf_counter()
        said = " ".join(text.split())[:MAX_UTTERANCE]
        completion = self._known(said) or self._completed(said)
        try:
            calls = tuple(self.check(call) for call in parse(completion.text))
            problem = None
        except (CallError, SkillError) as error:
            calls, problem = (), str(error)
        seconds = time.perf_counter() - started
        return Decision(text, calls, completion.text, completion.confidence, seconds, problem)

    def _known(self, said: str) -> Completion | None:
        """What the user taught for these very words needs no model."""
        example = self._taught.exact(said) if self._taught else None
        return Completion(render(example.calls), 1.0, 0.0) if example else None

    def _completed(self, said: str) -> Completion:
        near = example_messages(self._taught.near(said)) if self._taught else []
        grammar = self._grammars[most_requests(said)]
        return self.engine.complete(Request(self._prefix, said, grammar, self._tools, near))

    def check(self, call: Call) -> CheckedCall:
        """The call with typed arguments. Raises SkillError for an unknown skill or wrong arguments."""
        skill = self._skills.get(call.name)
        if skill is None:
            raise SkillError(f"There is no skill {call.name!r}.")
        arguments = skill.validate(call)
        return CheckedCall(skill, skill.canonical(arguments), arguments)

    def warm_up(self) -> None:
        """Compute the fixed part of the prompt now, so that the first utterance does not wait for it."""
        self._completed("hello")


def make_engine(settings: ModelSettings) -> Engine:
    """The configured engine, loaded."""
    if settings.engine == "openai":
        from otto.model.openai import OpenAI

        return OpenAI(settings)
    if settings.model in weights.names():
        settings = settings.model_copy(update={"model": str(weights.fetch(settings.model))})
    if settings.engine == "transformers":
        from otto.model.transformers import Transformers

        return Transformers(settings)
    from otto.model.llamacpp import LlamaCpp

    return LlamaCpp(Path(settings.model).expanduser(), settings)
