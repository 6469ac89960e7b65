"""What happened, as typed events on one bus. The command line, the metrics and the tests only listen to it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from otto.model.skill_model import CheckedCall, Decision
    from otto.skill import Reply
    from otto.speech.whisper import Transcript
    from otto.store import StoredTimer

log = logging.getLogger("otto")


@dataclass(frozen=True)
class Listening:
    """Otto hears the source from now on."""

    source: str


@dataclass(frozen=True)
class SpeechStarted:
    """Somebody began to speak, at this second of the stream."""

    second: float


@dataclass(frozen=True)
class Ignored:
    """Speech or noise that was not acted on. The words are not kept: they were not for Otto."""

    reason: str


@dataclass(frozen=True)
class Heard:
    """Words for Otto."""

    transcript: Transcript


@dataclass(frozen=True)
class Decided:
    """The model's answer to what was heard."""

    decision: Decision


@dataclass(frozen=True)
class Replied:
    """A skill has finished. ``checked`` is None when there was no valid call to run."""

    checked: CheckedCall | None
    reply: Reply


@dataclass(frozen=True)
class TimerEnded:
    """A countdown is over; ``late`` are the seconds since it ended (more than a few when Otto was not running)."""

    timer: StoredTimer
    late: float


@dataclass(frozen=True)
class Failed:
    """Something went wrong and one utterance may be lost; Otto goes on."""

    message: str


Event = Listening | SpeechStarted | Ignored | Heard | Decided | Replied | TimerEnded | Failed


class Bus:
    """Hands each event to every listener. A listener that fails is logged and disturbs nobody."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[Event], None]] = []

    def listen(self, listener: Callable[[Event], None]) -> None:
        self._listeners.append(listener)

    def publish(self, event: Event) -> None:
        for listener in self._listeners:
            try:
                listener(event)
            except Exception:
                log.exception("A listener failed on %s.", type(event).__name__)
