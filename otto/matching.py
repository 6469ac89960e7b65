"""Which of the things that exist does a spoken name mean? Fuzzy, with a floor; a near tie is left to the user."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

from otto.arguments import comparable
from otto.errors import SkillError
from otto.spoken import join_words

if TYPE_CHECKING:
    from otto.context import Context

Thing = TypeVar("Thing")

FLOOR = 80.0  # of 100: "livingroom lamp" is 97 like "living room lamp", "kitchen" 57 like "chicken coop"
NEAR = 4.0  # scores this close could both be meant
_MOST = 4  # options that a person can keep in mind


def likeness(said: str, name: str) -> float:
    """How alike two names are, 0 to 100: equal names, then one within the other word by word, then spelling."""
    from rapidfuzz import fuzz

    one, other = _words(said), _words(name)
    if not one or not other:
        return 0.0
    if one.replace(" ", "") == other.replace(" ", ""):
        return 100.0
    said_words, name_words = set(one.split()), set(other.split())
    if said_words <= name_words:  # "desk" for "desk lamp"
        return 92.0 + 4 * len(said_words) / len(name_words)
    if name_words <= said_words:  # "shopping list" for "shopping"
        return 88.0 + 4 * len(name_words) / len(said_words)
    return min(95.0, fuzz.ratio(one, other))


def best(said: str, names: Iterable[str], floor: float = FLOOR) -> list[str]:
    """The names that are meant: one, several that are as good as each other, or none above the floor.

    A name that is equal is meant alone.
    """
    return nearest({name: likeness(said, name) for name in names}, floor)


def nearest(scores: Mapping[str, float], floor: float = FLOOR) -> list[str]:
    """Of names and what they score: those that are meant, as `best` gives them."""
    top = max(scores.values(), default=0.0)
    if top < floor:
        return []
    near = NEAR if top < 100 else 0.0
    return [
        name for name, score in sorted(scores.items(), key=lambda pair: -pair[1]) if score >= max(floor, top - near)
    ]


async def pick(ctx: Context, said: str, things: Mapping[str, Thing], kind: str, floor: float = FLOOR) -> Thing:
    """The one of these things that a spoken name means; the user is asked where two are as near.

    ``things`` are by name, ``kind`` is what they are ("lamp"). Raises SkillError with a sentence that says what there
    is when nothing fits, and when the question stays open.
    """
    found = best(said, things, floor)
    if not found:
        there = f" There is {join_words(list(things)[:_MOST])}." if things and len(things) <= _MOST else ""
        raise SkillError(f"I don't know a {kind} called {said}.{there}")
    return things[await one_of(ctx, found, kind)]


async def one_of(ctx: Context, found: Sequence[str], kind: str) -> str:
    """The only one of these names, or the one that the user chooses. Raises SkillError when the question stays open."""
    if len(found) == 1:
        return found[0]
    options = found[:_MOST]
    return await ctx.choose(f"Which {kind} do you mean: {', or '.join(options)}?", options)


def _words(name: str) -> str:
    return " ".join(re.sub(r"[^\w+#]+", " ", comparable(name)).split())
