"""When has somebody finished, and how many things may they have asked for? Pure rules over the words."""

from __future__ import annotations

import re

from otto.calls import MAX_CALLS
from otto.speech.inventions import plain_words

# Words after which an English request goes on. Words that may also end one ("turn it on", "log in") are not among them.
_GOES_ON = frozenset(
    "a an the my your his her our their for to of at with from and or but by into called named saying remind".split()
)

# Ends that go on too, though their last word alone may not; Whisper writes "for it" when it hears a lone "for".
_ENDS_GO_ON = ("for it", "time in", "time is it in", "weather in", "weather like in")
_JOINT = re.compile(r"\b(?:and|then|also|plus)\b|[,;:.?!]\s+(?=\S)", re.IGNORECASE)


def unfinished(text: str) -> bool:
    """Whether the words plainly stop in the middle: "set a timer for", "what's the weather in".

    A speaker who pauses there is given more time before the utterance counts as over.
    """
    words = plain_words(text)
    if not words or text.rstrip().endswith("?"):
        return False
    if text.rstrip().endswith(("...", "\u2026", ",", "-")):
        return True
    return len(words) > 1 and (words[-1] in _GOES_ON or " ".join(words).endswith(_ENDS_GO_ON))


def most_requests(text: str) -> int:
    """How many things a sentence can ask for at most, 1 to 3: one more than the joints ("and", a comma) it has."""
    return min(MAX_CALLS, 1 + len(_JOINT.findall(text.strip())))
