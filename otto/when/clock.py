"""Times of day between words and numbers: "half past five", "6 pm", "18:30", "noon"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time

_HOUR = r"(?P<hour>\d{1,2})"
_MINUTE = r"(?P<minute>[0-5]\d)"
_WAY = r"(?P<way>past|after|to|till)"
_HALF = r"(?P<half>[ap]m)"
_FORMS = tuple(
    re.compile(rf"\b{form}\b")
    for form in (
        rf"(?:at )?(?:a )?(?P<part>half|quarter|\d{{1,2}})(?: minutes?)? {_WAY} {_HOUR}(?: ?{_HALF})?",
        rf"(?:at )?{_HOUR}(?:[:. ]?{_MINUTE})? ?{_HALF}",
        rf"(?:at )?{_HOUR}[:.]{_MINUTE}",
        rf"(?:at )?{_HOUR} oclock(?: {_HALF})?",
        rf"at {_HOUR}(?: {_MINUTE})?(?! \w*(?:past|to)\b)",
        r"(?:at )?(?P<noon>noon|midday)",
        r"(?:at )?(?P<midnight>midnight)",
    )
)


@dataclass(frozen=True)
class ClockTime:
    """A time as spoken. ``hours`` are the hours of the day (0 to 23) that it may mean: 6 and 18 for "at six"."""

    hours: tuple[int, ...]
    minute: int

    def times(self) -> list[time]:
        """What it may mean, the earlier first."""
        return [time(hour, self.minute) for hour in self.hours]


def find_clock(words: str) -> tuple[ClockTime, str] | None:
    """The time of day in some words (as `in_digits` gives them), and the words that are left, or None without one."""
    for form in _FORMS:
        match = form.search(words)
        if match and (clock := _clock(match.groupdict())):
            return clock, " ".join((words[: match.start()] + " " + words[match.end() :]).split())
    return None


def say_time(moment: time) -> str:
    """ "3:45 PM", "3 PM", "noon", "midnight"."""
    if moment.minute == 0 and moment.hour % 12 == 0:
        return "noon" if moment.hour else "midnight"
    minutes = f":{moment.minute:02}" if moment.minute else ""
    return f"{moment.hour % 12 or 12}{minutes} {'PM' if moment.hour >= 12 else 'AM'}"


def _clock(found: dict[str, str | None]) -> ClockTime | None:
    if found.get("noon") or found.get("midnight"):
        return ClockTime((12,) if found.get("noon") else (0,), 0)
    hour, minute, half = int(found["hour"] or 0), int(found.get("minute") or 0), found.get("half")
    if part := found.get("part"):
        minute = {"half": 30, "quarter": 15}.get(part) or int(part)
        if found["way"] in ("to", "till"):
            hour, minute = (hour - 1) % 12 if hour <= 12 else hour - 1, 60 - minute
    if hour > 23 or not 0 <= minute < 60 or (half and hour > 12):
        return None
    if half:
        return ClockTime((hour % 12 + (12 if half == "pm" else 0),), minute)
    written_in_24 = hour > 12 or (found["hour"] or "").startswith("0")  # "07:00" is no evening
    return ClockTime((hour,) if written_in_24 else (hour % 12, hour % 12 + 12), minute)
