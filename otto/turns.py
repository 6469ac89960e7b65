"""When has somebody finished? Pure rules over the words."""

from __future__ import annotations

from otto.speech.inventions import plain_words

# Words after which an English request goes on. Words that may also end one ("turn it on", "log in") are not among them.
_GOES_ON = frozenset(
    "a an the my your his her our their for to of at with from and or but by into called"
    " named saying remind".split()
)


def unfinished(text: str) -> bool:
    """Whether the words plainly stop in the middle: "set a timer for", "what's the weather in".

    A speaker who pauses there is given more time before the utterance counts as over.
    """
    words = plain_words(text)
    if not words or text.rstrip().endswith("?"):
        return False
    if text.rstrip().endswith(("...", "\u2026", ",", "-")):
        return True
    return len(words) > 1 and (words[-1] in _GOES_ON or words[-2:] == ["time", "in"] or words[-2:] == ["weather", "in"])
