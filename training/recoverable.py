"""Does what Whisper wrote still say what was asked? If not, a model trained on it would learn to guess."""

from __future__ import annotations

import re
from collections.abc import Sequence

from otto.calls import Call
from otto.skill import Skill
from otto.spoken import in_digits
from training.grounding import ungrounded

_SIGNS = {"+": "plus", "×": "times", "*": "times", "÷": "divided by", "%": "percent", "&": "and", "=": "equals"}
# Words that an enum word, a number or a truth value may hang on; one of them more or less changes the call.
_DECIDING = frozenset(
    "on off up down no not never all every both half quarter point minus plus times divided over squared root percent "
    "add remove delete create read list show clear start stop pause resume next previous mute unmute louder quieter "
    "brighter dimmer lower higher increase decrease max maximum minimum undo and celsius fahrenheit am pm".split()
)
_WEAK = frozenset(("set",))  # nothing hangs on it beside a number: "said it to 40"
_ALIKE = 70  # of 100, in letters


def words_of(text: str) -> list[str]:
    """A sentence's words for comparing: lower case, numbers in digits, signs of arithmetic in words."""
    return re.findall(r"[^\W_]+", _in_digits(text))


def errors(clean: str, heard: str) -> tuple[int, int]:
    """Word errors (wrong, missing and added ones) and the number of words; numbers may be written in either way."""
    from rapidfuzz.distance import Levenshtein

    said = words_of(clean)
    return Levenshtein.distance(said, words_of(heard)), len(said)


def lost(clean: str, heard: str, calls: Sequence[Call], skills: Sequence[Skill]) -> str | None:
    """What of the calls cannot be recovered from the heard words, in a word or two; None when all can.

    A text argument must stand there. Where something else hangs on single words (numbers, enum words), numbers and
    such words must be the same as in the clean sentence. The whole must resemble it, also where nothing was asked: what
    Whisper invents may be a command.
    """
    from rapidfuzz import fuzz

    known = {skill.name: skill for skill in skills}
    if ungrounded(_in_digits(heard), [_call_in_digits(call) for call in calls], known):
        return "argument"
    said, written = words_of(clean), words_of(heard)
    derived = [value for call in calls for value in _derived(call, known)]
    if derived:
        deciding = _DECIDING | {word for value in derived for word in words_of(str(value))} - _WEAK
        changed = set(said) ^ set(written)
        if any(word in deciding or any(letter.isdigit() for letter in word) for word in changed):
            return "number or choice"
    longer = len(written) > 1.4 * len(said) + 2  # a sentence that Whisper wrote twice
    if longer or fuzz.ratio(" ".join(said), " ".join(written)) < _ALIKE:
        return "too far"
    return None


def _in_digits(text: str) -> str:
    for sign, word in _SIGNS.items():
        text = text.replace(sign, f" {word} ")
    text = re.sub(r"(?<=\d),(?=\d{3}\b)", "", text.replace("-", " "))
    return in_digits(text)


def _call_in_digits(call: Call) -> Call:
    values = ((name, _in_digits(value) if isinstance(value, str) else value) for name, value in call.arguments)
    return Call(call.name, tuple(values))


def _derived(call: Call, skills: dict[str, Skill]) -> list[object]:
    """The values that are not the user's own words."""
    copies = {argument.name: argument.type.copies for argument in skills[call.name].arguments}
    return [value for name, value in call.arguments if not copies[name]]
