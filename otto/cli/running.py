"""`otto run`: the daemon at the command line, with what happens shown as it happens."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from otto.agenda.ringing import ring_words
from otto.cli.output import Format, console, decision_fields, print_json, show_decision, show_log, show_reply
from otto.events import (
    AlarmRang,
    Answered,
    Asked,
    Bus,
    Decided,
    Event,
    Failed,
    Heard,
    Ignored,
    Listening,
    Replied,
    Said,
    TimerEnded,
)
from otto.questions import NO, YES

if TYPE_CHECKING:
    from otto.audio.source import Samples
    from otto.config import Config

_PATIENCE = 0.4  # seconds that a stop waits for what is under way


def run_daemon(source: str | None, always: bool, skills: Iterable[Path], output: Format, verbose: bool) -> None:
    """Load everything, then listen until the source ends, or SIGINT or SIGTERM comes."""
    from otto import config, parts
    from otto.assistant import Assistant
    from otto.daemon import Listener, Workshop

    show_log(verbose)
    settings = config.load()
    offered = parts.catalogue(settings, skills)
    bus = Bus()
    model = parts.skill_model(settings, offered)
    model.warm_up()
    transcriber = parts.transcriber(settings, offered)
    transcriber.warm_up()
    with Workshop(settings, bus, offered.registry.skills) as workshop, _opened(settings, source) as frames:
        assistant = Assistant(settings, transcriber, model, bus, workshop.dialogue)
        listener = Listener(assistant, workshop, frames, settings.wake.required and not always)
        bus.listen(_json_listener(listener.stop) if output.is_json else _text_listener())
        for stopping in (signal.SIGINT, signal.SIGTERM):
            signal.signal(stopping, lambda *_: listener.stop())
        workshop.ring()
        listener.start()
        bus.publish(Listening(source or "the microphone"))
        listener.wait()
        if listener.stopped:
            listener.join(_PATIENCE)  # it may be waiting for sound, or be in the middle of an utterance
            workshop.patience = _PATIENCE
        if listener.error is not None:
            raise listener.error
    if listener.is_alive():
        sys.stdout.flush()
        os._exit(0)  # all is closed; Python's own ending would pull the libraries away from under the thread


@contextlib.contextmanager
def _opened(settings: Config, source: str | None) -> Iterator[Iterable[Samples]]:
    """The frames of a recording, or of the microphone, which is closed afterwards."""
    if source is not None:
        from otto.audio.source import open_source

        yield open_source(source)
        return
    from otto.audio.microphone import Microphone

    with contextlib.closing(Microphone(settings.audio.device)) as microphone:
        yield microphone


def _json_listener(reader_left: Callable[[Exception], None]) -> Callable[[Event], None]:
    """One JSON object per event on standard output; failures also go to standard error."""

    def listener(event: Event) -> None:
        fields = _fields(event)
        try:
            if fields is not None:
                print_json({"event": type(event).__name__, **fields})
        except BrokenPipeError as error:
            reader_left(error)
        if isinstance(event, Failed):
            print(f"otto: {event.message}", file=sys.stderr)

    return listener


def _fields(event: Event) -> dict[str, Any] | None:
    match event:
        case Listening(source):
            return {"source": source}
        case Ignored(reason):
            return {"reason": reason}
        case Heard(transcript):
            return {"transcript": transcript.text, "seconds": round(transcript.seconds, 3)}
        case Decided(decision):
            return {**decision_fields(decision), "seconds": round(decision.seconds, 3)}
        case Replied(checked, reply):
            return {"call": str(checked.call) if checked else None, "reply": reply.speech, "ok": reply.ok}
        case Said(text):
            return {"text": text}
        case Asked(question):
            return {"question": question.text, "options": list(question.options or (YES, NO))}
        case Answered(transcript, answer):
            return {"transcript": transcript.text, "answer": answer}
        case TimerEnded(timer, late):
            return {"name": timer.name, "seconds": timer.seconds, "late": round(late, 1)}
        case AlarmRang(alarm, late):
            return {"text": alarm.text, "added": alarm.added, "late": round(late, 1)}
        case Failed(message):
            return {"message": message}
    return None


def _text_listener() -> Callable[[Event], None]:
    from rich.markup import escape

    out = console()

    def listener(event: Event) -> None:
        match event:
            case Listening(source):
                out.print(f"[dim]Listening to {escape(source)}. Stop with Ctrl-C.[/dim]")
            case Heard(transcript):
                out.print(f"\n  [dim]heard[/dim] {escape(transcript.text)}  [dim]{transcript.seconds:.2f} s[/dim]")
            case Decided(decision):
                show_decision(out, decision)
            case Replied(_, reply):
                show_reply(out, reply)
            case Said(text):
                out.print(f"  [dim]...[/dim]   [green]{escape(text)}[/]")
            case Asked(question):
                out.print(f"  [dim]asks [/dim] [bold]{escape(question.text)}[/bold]")
            case Answered(_, answer):
                out.print(f"  [dim]heard[/dim] {escape(answer)}")
            case TimerEnded() | AlarmRang():
                out.print(f"\n  [bold]{escape(ring_words(event))}[/bold]\a")
            case Failed(message):
                out.print(f"  [red]{escape(message)}[/red]")

    return listener
