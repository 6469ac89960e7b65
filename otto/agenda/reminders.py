"""What a reminder is about, in a sentence: "call my mum" becomes "I'll remind you to call your mum"."""

from __future__ import annotations

import re

_YOURS = {
    "my": "your",
    "mine": "yours",
    "me": "you",
    "myself": "yourself",
    "i": "you",
    "i'm": "you're",
    "i've": "you've",
    "i'll": "you'll",
    "am": "are",
}
# A text that begins with none of these may be a thing ("dentist appointment"), and is put behind a colon.
_VERBS = set(
    "add apply arrange ask attend back be bake begin bring brush buy call cancel change charge check clean clear "
    "close collect confirm cook defrost deliver do donate download drink drop dry eat email empty feed fetch fill "
    "find finish fix fold follow freeze get give go grab hang have hoover install invite iron join keep lay leave "
    "lend let listen load lock look make measure meet message move mow open order pack paint park pay phone pick "
    "plant prepare print pump put read refill register renew repair replace reply report rest return review ring "
    "rinse rotate run save schedule see sell send set share sign sit sleep soak sort speak start stir stop submit "
    "sweep swap switch take talk tell text thank throw tidy transfer try turn unload unplug update upload vacuum "
    "visit vote wait wake walk warm wash watch water wear weed wish wrap write".split()
)
_TO = re.compile(r"to (?=\S)", re.IGNORECASE)


def without_to(text: str) -> str:
    """The text of a reminder without the "to" of "remind me to"."""
    return _TO.sub("", text, count=1) if _TO.match(text) else text


def promise(text: str, when: str) -> str:
    """The sentence that says what Otto understood; ``when`` is as `otto.when.moments.say_moment` says it."""
    words = for_you(without_to(text)).rstrip(".!?")
    first, _, more = words.partition(" ")
    if first.casefold() in ("about", "of", "that", "not"):
        return f"I'll remind you {words} {when}."
    if _TO.match(text) or (more and first.casefold() in _VERBS):
        return f"I'll remind you to {words} {when}."
    return f"I'll remind you {when}: {words}."


def for_you(text: str) -> str:
    """The user's words as Otto says them to the user: "my" becomes "your"."""

    def turned(match: re.Match[str]) -> str:
        return _YOURS.get(match[0].casefold().replace("\u2019", "'"), match[0])

    return re.sub(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)?", turned, text)
