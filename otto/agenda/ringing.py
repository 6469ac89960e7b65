"""Timers, alarms and reminders ring here, in a thread of their own that no skill can hold up."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from datetime import datetime

from otto.agenda.countdowns import called
from otto.events import AlarmRang, Bus, TimerEnded
from otto.spoken import say_duration
from otto.store import Alarm, Store
from otto.when.clock import say_time

log = logging.getLogger("otto")

_TICK = 0.25  # seconds between looks
_LATE = 5.0  # seconds after which it is said how late it is
_JUMP = 2.0  # seconds; a smaller change of the clock is a correction, not a new time


class ClockWatch:
    """Notices when somebody sets the clock: the wall clock then moves against the one that only counts.

    The counting clock goes on while the machine sleeps, so that sleep is no jump.
    """

    def __init__(self, wall: float, counted: float) -> None:
        self._offset = wall - counted

    def jump(self, wall: float, counted: float) -> float:
        """How many seconds the clock was set forward since the last look; negative for back, 0 for not at all."""
        moved = wall - counted - self._offset
        self._offset += moved  # small corrections add up over months and must not become a jump
        return moved if abs(moved) > _JUMP else 0.0


class Ringer(threading.Thread):
    """Publishes `TimerEnded` and `AlarmRang` for each timer, alarm and reminder whose time has come, until stopped.

    A thing that rings leaves the store and enters the history in one step, before it is told: it never rings twice,
    however Otto ends, and the history accounts for it.
    """

    def __init__(self, store: Store, bus: Bus, keep_history: bool = True) -> None:
        super().__init__(name="otto-ringer", daemon=True)
        self._store = store
        self._bus = bus
        self._keep_history = keep_history
        self._stopped = threading.Event()
        self._watch = ClockWatch(time.time(), _counted())

    def run(self) -> None:
        while not self._stopped.is_set():
            try:
                self._look()
            except sqlite3.ProgrammingError:  # the store was closed while Otto ends
                if not self._stopped.is_set():
                    log.exception("The timers and alarms could not be read.")
            except Exception:
                log.exception("The timers and alarms could not be read.")
            self._stopped.wait(_TICK)

    def stop(self) -> None:
        """Look no more; returns at once."""
        self._stopped.set()

    def _look(self) -> None:
        if hasattr(time, "tzset"):
            time.tzset()  # the zone may have changed since Otto began
        now = time.time()
        jump = self._watch.jump(now, _counted())
        if jump:
            log.info("The clock was set by %+.0f seconds; running timers keep their length.", jump)
            self._store.shift(jump)
        for event in self._taken(now):
            self._bus.publish(event)

    def _taken(self, now: float) -> list[TimerEnded | AlarmRang]:
        with self._store.transaction():
            events: list[TimerEnded | AlarmRang] = [
                TimerEnded(timer, now - timer.due) for timer in self._store.timers.take_due(now)
            ]
            events += [AlarmRang(alarm, now - alarm.moment()) for alarm in self._store.alarms.take_due(now)]
            for event in events if self._keep_history else []:
                self._store.history.add(now, None, "", ring_words(event))
        return events


def ring_words(event: TimerEnded | AlarmRang) -> str:
    """What Otto says when something rings."""
    late = f", {say_duration(event.late)} ago" if event.late > _LATE else ""
    if isinstance(event, TimerEnded):
        return f"Your {called(event.timer)} is done{late}."
    return _alarm_words(event.alarm, event.late, late)


def _alarm_words(alarm: Alarm, lateness: float, late: str) -> str:
    at = say_time(datetime.fromtimestamp(alarm.moment()).time())
    if alarm.text is None:
        return f"It is {at}: your alarm." if lateness <= _LATE else f"Your alarm for {at} was due{late}."
    return f"Reminder: {alarm.text}." if lateness <= _LATE else f"Reminder, due{late}: {alarm.text}."


def _counted() -> float:
    """Seconds on a clock that nobody sets. Where it stops during sleep (macOS, Windows), every wake would look like a
    jump, so there the wall clock itself stands in and no jump is ever seen."""
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return time.time() if boot is None else time.clock_gettime(boot)
