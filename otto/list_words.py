"""The words of lists: which list a spoken name means, and which items a sentence holds. Pure rules over the words."""

from __future__ import annotations

import re
from collections.abc import Iterable

from otto.arguments import comparable
from otto.matching import best

SHOPPING, TODO = "shopping", "todo"
ALL = {"all", "everything", "all of them", "all of it", "every item", "all items", "whole list", "it all"}
ALL_LISTS = {"all", "every", "everything", "all of them", "all lists", "all my", "all of my", "every single"}

_FLOOR = 85.0  # of 100: "shoping" is 93 like "shopping"; a new list is made for what is less alike
_NAMES = {
    SHOPPING: {"shopping", "shop", "grocery", "groceries", "food shopping", "supermarket", "food", "buy"},
    TODO: {"todo", "todos", "to do", "to dos", "task", "tasks", "things to do", "to do s", "chore", "chores"},
}
_COUPLES = (  # one thing to buy, with an "and" in its name
    "salt and pepper|salt and vinegar|mac and cheese|macaroni and cheese|fish and chips|gin and tonic|rum and coke|half"
    " and half|sour cream and onion|peanut butter and jelly|cookies and cream|sausage and mash|pork and beans|sweet and"
    " sour|black and white|head and shoulders|nuts and bolts|bed and breakfast|hook and loop|arts and crafts"
)
_AND = re.compile(rf"\b(?:{_COUPLES})\b|\band\b", re.IGNORECASE)


def list_name(said: str) -> str:
    """The name that a list goes by: "my grocery list" -> "shopping", "To-Do" -> "todo", "Camping list" -> "camping"."""
    words = " ".join(re.sub(r"[^\w&+#']+", " ", comparable(said)).split())
    words = re.sub(r"(?:^| )lists?$", "", words) or words
    return next((name for name, known in _NAMES.items() if words in known), words)


def lists_meant(said: str, names: Iterable[str]) -> list[str]:
    """Which of these lists a name can mean: one, several that are as near, or none.

    A part of a list's name is enough ("camping" for "camping trip"); a longer name is another list ("christmas
    shopping" is not "shopping").
    """
    wanted = list_name(said)
    words = set(wanted.split())
    return best(wanted, [name for name in names if not set(name.split()) < words], floor=_FLOOR)


def say_list(name: str) -> str:
    """ "the shopping list"."""
    return f"the {'to-do' if name == TODO else name} list"


def split_items(said: str, name: str) -> list[str]:
    """The items in the words for one list: "milk, eggs and bread" -> "milk", "eggs", "bread".

    A comma always separates, and so does an "and" after one. Any other "and" separates too, but not within a couple
    that is one thing ("salt and pepper"), and never on the to-do list, where it belongs to the item ("call mum and
    dad"). The order stays; doubles and articles go.
    """
    items: dict[str, str] = {}
    for piece in re.split(r",(?!\d)|;|\bplus\b|\bas well as\b", said):
        piece = re.sub(r"^\s*(?:and|also)\s+", "", piece)
        for item in [piece] if name == TODO else _at_and(piece):
            plain = re.sub(r"^(?:an?|the|some|my)\s+(?=\S)", "", item.strip(" .,;!?"), flags=re.IGNORECASE)
            if plain:
                items.setdefault(comparable(plain), plain)
    return list(items.values())


def _at_and(piece: str) -> list[str]:
    whole = _AND.sub(lambda found: "\n" if found[0].casefold() == "and" else found[0], piece)
    return whole.split("\n")
