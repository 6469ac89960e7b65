"""The weekdays on which something comes again: "every day", "weekdays", "every monday and thursday", "mon-fri"."""

from __future__ import annotations

import re
from collections.abc import Iterable

from otto.spoken import join_words
from otto.when.weekdays import WEEKDAY, number

EVERY_DAY = frozenset(range(7))
WEEKDAYS = frozenset(range(5))
WEEKEND = frozenset((5, 6))

_NAMES = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_DAY = WEEKDAY.replace("?P<weekday>", "?:")
_LIST = rf"{_DAY}(?:(?: and)? (?:(?:on|every|each) )?{_DAY})*"
_GROUP = r"(?:week|work|working |school )days?|weekends?|days?(?: of the week)?"
_PART = r"mornings?|afternoons?|evenings?|nights?"
_WITHOUT = rf"(?:except|but|but not|apart from|excluding)(?: on| for)? (?P<without>{_LIST}|weekdays|(?:the )?weekends?)"
_REPEATS = re.compile(
    rf"\b(?:on |at )?(?:the )?(?:(?P<every>every|each|all)(?: single)?(?: the)? )?"
    rf"(?:(?P<first>{_DAY}) ?(?:-|to|thru|through|until|till) ?(?P<last>{_DAY})"
    rf"|(?P<list>{_LIST})|(?P<group>{_GROUP})|(?P<part>{_PART}))"
    rf"(?: {_WITHOUT})?\b"
)
_WORDS = (
    (re.compile(r"\b(?:daily|everyday|7 days a week)\b"), "every day"),
    (re.compile(r"\bnightly\b"), "every night"),
    (re.compile(r"\b(?:every )?(?:weeknights?)\b"), "weekdays night"),
    (re.compile(rf"\b(weekday|weekend|{_DAY})s? ({_PART.replace('?', '')})\b"), r"every \1 \2"),
    (re.compile(rf"\b({_DAY}) (?:every|each) week\b"), r"every \1"),
    (re.compile(rf"\b(?:once a week|weekly|(?:every|each) week) (?:on )?(?={_DAY}\b)"), "every "),
)


def find_days(words: str) -> tuple[frozenset[int], str] | None:
    """The weekdays (0 is Monday) in some words, as `in_digits` gives them, and the words that are left.

    None when the words tell of no repetition: "monday" is one day, "mondays" and "monday and friday" come every week.
    """
    for pattern, plain in _WORDS:
        words = pattern.sub(plain, words)
    for match in _REPEATS.finditer(words):
        days = _days(match)
        if days:
            kept = match["part"].removesuffix("s") if match["part"] else ""
            return days, " ".join(f"{words[: match.start()]} {kept} {words[match.end() :]}".split())
    return None


def say_days(days: Iterable[int]) -> str:
    """ "every day", "every weekday", "on weekends", "every Monday and Thursday"."""
    kept = frozenset(days)
    known = {EVERY_DAY: "every day", WEEKDAYS: "every weekday", WEEKEND: "on weekends"}
    missing = EVERY_DAY - kept
    if len(missing) == 1:
        return f"every day except {_NAMES[min(missing)]}"
    return known.get(kept) or f"every {join_words([_NAMES[day] for day in sorted(kept)])}"


def _days(match: re.Match[str]) -> frozenset[int]:
    days = _named(match)
    without = match["without"]
    return days - (_group(without) or _list(without)) if without else days


def _named(match: re.Match[str]) -> frozenset[int]:
    every, several = match["every"], match["list"]
    if match["first"]:
        first, last = number(match["first"]), number(match["last"])
        return frozenset((first + ahead) % 7 for ahead in range((last - first) % 7 + 1))
    if several:
        weekly = every or several.endswith("days") or len(_list(several)) > 1
        return _list(several) if weekly else frozenset()
    if match["part"]:
        return EVERY_DAY if every else frozenset()
    group = match["group"]
    several_days = group == "weekends" or (group.endswith("days") and group != "days")  # but no "in two days"
    return _group(group) if every or several_days else frozenset()


def _group(words: str) -> frozenset[int]:
    if "weekend" in words:
        return WEEKEND
    if words.startswith("day"):
        return EVERY_DAY
    return WEEKDAYS if words.startswith(("week", "work", "school")) else frozenset()


def _list(words: str) -> frozenset[int]:
    return frozenset(number(name) for name in re.findall(_DAY, words))
