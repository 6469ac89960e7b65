"""The path of one utterance, wired: frames -> utterance -> transcript -> wake gate -> call -> skill -> reply."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from otto.audio.source import Samples
from otto.audio.utterances import Quiet, Utterance, join, utterances
from otto.audio.vad import Vad
from otto.config import Config
from otto.dialogue import Dialogue
from otto.errors import OttoError
from otto.events import Bus, Decided, Failed, Heard, Ignored, SpeechStarted
from otto.model.skill_model import Decision, SkillModel
from otto.speech.whisper import Transcriber, Transcript
from otto.turns import unfinished
from otto.wake import address

_LONGEST = 30.0  # seconds of sound that Whisper takes in


@dataclass(frozen=True)
class Turn:
    """One utterance that was for Otto, and what the model made of it.

    ``start`` and ``end`` are its seconds in the stream. ``total`` are the seconds from the moment that the utterance
    was cut out until its call was known; ``transcribe`` and ``decide`` are parts of it.
    """

    transcript: Transcript
    decision: Decision
    start: float
    end: float
    transcribe: float
    decide: float
    total: float


@dataclass(frozen=True)
class _Pending:
    """An utterance that stops in the middle of a sentence; its speaker may go on."""

    utterance: Utterance
    transcript: Transcript
    began: float


class Assistant:
    """Ears and understanding. ``named_only`` acts only on utterances that name Otto; the name is dropped either way.

    Words that answer the open question of the ``dialogue`` make no turn, and need no name.
    """

    def __init__(
        self, config: Config, transcriber: Transcriber, model: SkillModel, bus: Bus, dialogue: Dialogue | None = None
    ) -> None:
        self._config = config
        self._transcriber = transcriber
        self._model = model
        self._bus = bus
        self._dialogue = dialogue

    def hear(self, frames: Iterable[Samples], named_only: bool = False) -> Iterator[Turn]:
        """The turns in a stream of frames, as they end. Sound that holds no words for Otto gives none."""
        stream = utterances(
            frames, self._config.segmenter, Vad(), lambda second: self._bus.publish(SpeechStarted(second))
        )
        for pending in self._sentences(stream):
            turn = self._understand(pending, named_only)
            if turn is not None:
                yield turn

    def _sentences(self, stream: Iterator[Utterance | Quiet]) -> Iterator[_Pending]:
        """Transcribed utterances; one that stops in the middle is joined with what follows within ``max_pause``."""
        held: _Pending | None = None
        for item in stream:
            if isinstance(item, Quiet):
                if held is not None:
                    yield held
                    held = None
                continue
            if held is not None and not self._goes_on(held.utterance, item):
                yield held
                held = None
            pending = self._transcribed(join(held.utterance, item) if held is not None else item)
            held = None
            if pending is None:
                continue
            if unfinished(pending.transcript.text) and pending.transcript.rejected is None:
                held = pending
            else:
                yield pending
        if held is not None:
            yield held

    def _goes_on(self, first: Utterance, second: Utterance) -> bool:
        pause, together = second.start - first.end, second.end - first.start
        return pause <= self._config.segmenter.max_pause and together <= _LONGEST

    def _transcribed(self, utterance: Utterance) -> _Pending | None:
        began = time.perf_counter()
        try:
            return _Pending(utterance, self._transcriber.transcribe(utterance.samples), began)
        except (OttoError, RuntimeError) as error:  # RuntimeError: torch
            self._bus.publish(Failed(f"An utterance could not be transcribed: {error}"))
            return None

    def _understand(self, pending: _Pending, named_only: bool) -> Turn | None:
        transcript = pending.transcript
        if transcript.rejected is not None:
            self._bus.publish(Ignored(transcript.rejected))
            return None
        addressed = address(transcript.text)
        if self._dialogue is not None and self._dialogue.answer(transcript, addressed.text):
            return None
        if named_only and not addressed.named:
            self._bus.publish(Ignored("not addressed to Otto"))
            return None
        if self._dialogue is not None:
            self._dialogue.drop()
        self._bus.publish(Heard(transcript))
        try:
            decision = replace(self._model.decide(addressed.text or transcript.text), named=addressed.named)
        except OttoError as error:
            self._bus.publish(Failed(str(error)))
            return None
        self._bus.publish(Decided(decision))
        waited = time.perf_counter() - pending.began
        utterance = pending.utterance
        return Turn(transcript, decision, utterance.start, utterance.end, transcript.seconds, decision.seconds, waited)
