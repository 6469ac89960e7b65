"""What a skill is given (`Context`) and what it answers (`Reply`)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel

from otto.errors import SkillError
from otto.questions import NO, Question

if TYPE_CHECKING:
    import httpx

    from otto.config import Config
    from otto.skill import Skill
    from otto.store import Store

Settings = TypeVar("Settings", bound=BaseModel)
Asker = Callable[[Question], Awaitable[str | None]]  # gives what `Question.answer` gives, None when none came in time


@dataclass(frozen=True)
class Reply:
    """What a skill answers: ``speech`` is said aloud, ``notice`` is shown beside it when there is more to see.

    ``ok`` is false when the skill could not do what was asked. ``said`` is true when the skill has already handed all
    of the speech to `Context.say`, part by part.
    """

    speech: str
    notice: str | None = None
    ok: bool = True
    said: bool = False


def _say_nothing(_: str) -> None:
    pass


@dataclass(frozen=True)
class Context:
    """What a skill may use: the configuration, Otto's store, an HTTP client with time limits, and the local time.

    ``skills`` are the enabled skills by name. ``asker`` asks the user, None where nobody can be asked. ``say`` tells a
    part of a reply that is still being made.
    """

    config: Config
    store: Store
    http: httpx.AsyncClient
    clock: Callable[[], datetime]
    skills: Mapping[str, Skill] = field(default_factory=dict)
    asker: Asker | None = None
    say: Callable[[str], None] = _say_nothing

    def now(self) -> datetime:
        """The local time, with its zone."""
        return self.clock()

    def settings(self, model: type[Settings], name: str) -> Settings:
        """The settings of the skill ``name``: its table in the configuration, with its secrets.

        Raises ConfigError with a sentence for a missing or wrong setting.
        """
        from otto.settings import read

        return read(model, name, self.config.skills.get(name, {}))

    async def choose(self, question: str, options: Sequence[str]) -> str:
        """Ask the user for one of the options. Time spent asking does not count against the skill's time limit.

        Raises SkillError when no answer came: with the question itself where nobody could be asked.
        """
        if self.asker is None:
            raise SkillError(question)
        answer = await self.asker(Question(question, tuple(options)))
        if answer is None or answer == NO:
            raise SkillError("Okay, I leave it." if answer else "I heard no answer, so I leave it.")
        return answer
