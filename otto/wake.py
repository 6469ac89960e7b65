"""Was Otto meant? Pure rules over the transcript."""

from __future__ import annotations

import re
from dataclasses import dataclass

_GREETING = r"(?:(?:hey|hi|hello|ok|okay|yo|good (?:morning|evening)),? )"
_NAME = r"otto"
_MISHEARD = r"(?:auto|oddo|otho|ottoh|outto|aught o|lotto|motto|ato|ado|odo)"  # what Whisper makes of "Otto"
_LEADING = re.compile(
    rf"^{_GREETING}?{_NAME}\b(?!['’])[\s,.!?:;-]*|^{_GREETING}{_MISHEARD}\b[\s,.!?:;-]*|^{_MISHEARD}[,!]\s+", re.I
)
_TRAILING = re.compile(rf",\s*{_NAME}[\s.!?]*$| {_NAME}\s*\?$", re.I)  # but not "I told Otto."


@dataclass(frozen=True)
class Address:
    """Whether the words name Otto, and the words without the name."""

    named: bool
    text: str


def address(text: str) -> Address:
    """Take Otto's name off the words: "Hey Otto, what time is it?" and "What time is it, Otto?"."""
    said = text.strip()
    rest = _LEADING.sub("", said, count=1)
    if rest != said:
        return Address(True, rest[:1].upper() + rest[1:] if said[:1].isupper() else rest)
    match = _TRAILING.search(said)
    if match:
        mark = "?" if said.rstrip().endswith("?") else ""
        return Address(True, said[: match.start()] + mark)
    return Address(False, said)


def without_name(text: str) -> str:
    """The words of somebody who speaks to Otto, with or without naming it; the name alone is left as it is."""
    return address(text).text or text.strip()
