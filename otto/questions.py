"""What Otto asks back, and what an answer in words means. Pure rules over the words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from otto.arguments import comparable

YES, NO = "yes", "no"

_YES = (
    "yes|yes please|yes do|yes do it|yes do that|yes go ahead|yes i do|yes i did|yes i am|yes i'm sure|yes sure|yes yes"
    "|yes that's right|yes exactly|yes correct|yes thank you|yes thanks|yeah|yeah sure|yeah do it|yeah go ahead|yep|yup"
    "|aye|sure|sure thing|of course|certainly|definitely|absolutely|please do|do it|do that|do so|go ahead|go for it"
    "|okay|ok|okay do it|ok do it|okay go ahead|all right|alright|fine|right|that's right|that is right|correct"
    "|exactly|affirmative|confirm|confirmed|i do|i did|i am|i'm sure"
)
_NO = (
    "no|no thanks|no thank you|no no|no don't|no do not|no i don't|no i didn't|no i did not|no stop|no cancel"
    "|no never mind|no wait|nope|nah|no way|not now|not really|not that|don't|do not|don't do it|do not do it"
    "|don't do that|please don't|stop|stop it|cancel|cancel that|cancel it|never mind|nevermind|forget it|leave it"
    "|wrong|that's wrong|that is wrong|negative|rather not|better not|i don't|i didn't|i did not|wait|absolutely not"
    "|certainly not|definitely not|of course not"
)


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", re.sub(r"['\u2019]", "", text.casefold())))


_MEANINGS = {_plain(words): YES for words in _YES.split("|")} | {_plain(words): NO for words in _NO.split("|")}
_ORDINALS = ("first", "second", "third", "fourth", "fifth")
_LIKE = 80.0  # of 100: what an option must score to be the one meant


@dataclass(frozen=True)
class Question:
    """A question with few answers. Without ``options`` it is one of yes or no."""

    text: str
    options: tuple[str, ...] = ()

    def answer(self, heard: str) -> str | None:
        """What the words answer: `YES`, `NO`, one of the options, or None when they are no answer.

        Only words that say nothing else count: "yes, but the other one" is no yes. A no also answers a choice.
        """
        said = _plain(heard)
        meant = _MEANINGS.get(said) or _MEANINGS.get(said.removesuffix(" otto").removesuffix(" please"))
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
        found = best(comparable(said).removesuffix(" one"), self.options, floor=_LIKE)
        return found[0] if len(found) == 1 else None
