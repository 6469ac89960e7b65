"""What Otto asks back, and what an answer in words means. Pure rules over the words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from otto.arguments import comparable
from otto.spoken import in_digits

YES, NO = "yes", "no"

_YES = (
    "yes|yeah|yep|yup|aye|sure|sure thing|of course|certainly|definitely|absolutely|do it|do that|do so|go ahead|do"
    "|go for it|okay|ok|all right|alright|fine|right|thats right|that is right|correct|thats correct|exactly"
    "|affirmative|confirm|confirmed|i do|i did|i am|im sure|i am sure"
)
_NO = (
    "no|nope|nah|no way|not now|not really|not that|dont|do not|dont do it|do not do it|dont do that|stop|stop it"
    "|cancel|cancel that|cancel it|never mind|nevermind|forget it|leave it|wrong|thats wrong|that is wrong|negative"
    "|rather not|better not|id rather not|i dont|i do not|i didnt|i did not|wait|absolutely not|certainly not"
    "|definitely not|of course not"
)
_MANNERS = "please|thanks|thank you|otto"


def _only(phrases: str) -> re.Pattern[str]:
    """Matches words that are nothing but these phrases, one at least, and good manners."""
    ordered = "|".join(sorted(phrases.split("|"), key=len, reverse=True))
    polite = rf"(?:(?:{_MANNERS}) )*"
    return re.compile(rf"{polite}(?:(?:{ordered}) {polite})+")


_MEANINGS = {YES: _only(_YES), NO: _only(_NO)}
_ORDINALS = ("first", "second", "third", "fourth", "fifth")
_LIKE = 80.0  # of 100: what an option must score to be the one meant


@dataclass(frozen=True)
class Question:
    """A question with few answers. Without ``options`` it is one of yes or no."""

    text: str
    options: tuple[str, ...] = ()

    def answer(self, heard: str) -> str | None:
        """What the words answer: `YES`, `NO`, one of the options, or None when they are no answer.

        Only words that say nothing else count: "yes, but the other one" is no yes, "yes, no" is neither. A no also
        answers a choice.
        """
        said = _plain(heard)
        meant = next((meaning for meaning, words in _MEANINGS.items() if words.fullmatch(f"{said} ")), None)
        if not self.options:
            return meant
        return NO if meant == NO else self._option(said)

    def _option(self, said: str) -> str | None:
        from otto.matching import best

        for ordinal, option in zip(_ORDINALS, self.options, strict=False):
            if said in (ordinal, f"the {ordinal}", f"{ordinal} one", f"the {ordinal} one"):
                return option
        if len(self.options) > 1 and said in ("last", "the last", "last one", "the last one"):
            return self.options[-1]
        digits = {in_digits(option): option for option in self.options}  # "ten minutes" is "10 minutes"
        found = best(in_digits(comparable(said).removesuffix(" one")), digits, floor=_LIKE)
        return digits[found[0]] if len(found) == 1 else None


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", re.sub(r"['\u2019]", "", text.casefold())))
