"""What happened, as typed events on one bus. The command line, the metrics and the tests only listen to it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from otto.dispatcher import Replies
    from otto.model.skill_model import CheckedCall, Decision
    from otto.questions import Question
    from otto.skill import Reply
    from otto.speech.whisper import Transcript
    from otto.store import Alarm, StoredTimer

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
class Said:
    """A part of a reply that is still being made."""

    text: str


@dataclass(frozen=True)
class Asked:
    """Otto waits for an answer to this question."""

    question: Question


@dataclass(frozen=True)
class Answered:
    """Words that answered the open question: "yes", "no", or one of its options."""

    transcript: Transcript
    answer: str


@dataclass(frozen=True)
class Acted:
    """All calls of a decision have been carried out, or refused."""

    decision: Decision
    replies: Replies


@dataclass(frozen=True)
class TimerEnded:
    """A countdown is over; ``late`` are the seconds since it ended (more than a few when Otto was not running)."""

    timer: StoredTimer
    late: float


@dataclass(frozen=True)
class AlarmRang:
    """The time of an alarm or reminder has come, ``late`` seconds ago."""

    alarm: Alarm
    late: float


@dataclass(frozen=True)
class Failed:
    """Something went wrong and one utterance may be lost; Otto goes on."""

    message: str


Event = (
    Listening
    | SpeechStarted
    | Ignored
    | Heard
    | Decided
    | Said
    | Asked
    | Answered
    | Replied
    | Acted
    | TimerEnded
    | AlarmRang
    | Failed
)


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
