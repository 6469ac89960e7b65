"""Does the utterance hold what the call says? Each text argument must be found in it, or be derivable from it.

A model that learns values from nowhere learns to invent them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from otto.arguments import comparable
from otto.calls import Call
from otto.skill import Skill
from otto.speech.inventions import plain_words
from otto.spoken import in_digits

# Values that stand for other words: the call's value, and what a person says for it.
_MEANS = {
    "all": ("every", "everything", "both", "each", "whole", "any", "them", "entire", "lot", "empty", "clear"),
    "todo": ("to do", "to-do", "to-dos", "task", "tasks", "chores"),
    "shopping": ("groceries", "grocery", "buy", "shop", "supermarket", "store"),
}
_SYMBOLS = {"$": " dollars ", "\u20ac": " euros ", "\u00a3": " pounds ", "\u00a5": " yen ", "%": " percent "}
_SMALL = frozenset("a an the my of to for at in on and is s".split())


def ungrounded(text: str, calls: Sequence[Call], skills: dict[str, Skill]) -> str | None:
    """The first text argument that the utterance does not hold, as a sentence; None when it holds them all.

    Words may stand in another order ("tomorrow at 7" for "wake me at 7 tomorrow") and numbers may be written in the
    other way; enum words, numbers, expressions and truth values are derived, not copied.
    """
    said = _words(text)
    for call in calls:
        skill = skills.get(call.name)
        types = {argument.name: argument.type for argument in skill.arguments} if skill else {}
        for name, value in call.arguments:
            if name in types and types[name].copies and isinstance(value, str) and not _holds(said, text, value):
                return f"{name}={value!r} is not in {text!r}"
    return None


def _holds(said: set[str], text: str, value: str) -> bool:
    if any(word in f" {comparable(text)} " for word in _MEANS.get(value, ())):
        return True
    return any(
        all(word in said or word.rstrip("s") in said or f"{word}s" in said for word in words if word not in _SMALL)
        for words in (plain_words(value), plain_words(in_digits(value)))
    )


def _words(text: str) -> set[str]:
    """All words, with numbers also as digits and times without their colon: "7:30", "half"."""
    plain = re.sub(r"['\u2019]s\b", "", text)
    for symbol, word in _SYMBOLS.items():
        plain = plain.replace(symbol, word)
    return {*plain_words(plain), *plain_words(in_digits(plain)), *plain_words(plain.replace("-", " "))}
