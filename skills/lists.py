"""Shopping and to-do lists, kept in Otto's database."""

from __future__ import annotations

from typing import Literal

from otto.arguments import comparable
from otto.list_words import ALL, ALL_LISTS, SHOPPING, TODO, list_name, lists_meant, say_list, split_items
from otto.matching import best, pick
from otto.skill import Context, Reply, SkillError, skill
from otto.spoken import join_words
from otto.store import Item

_ALOUD = 7
_MOST = 50  # items in one sentence
_LONGEST = 60  # characters of a list's name


def question(
    action: Literal["add", "remove", "show", "clear"], item: str | None = None, name: str | None = None
) -> str | None:
    """What to ask before a list is emptied."""
    if action != "clear" and not (action == "remove" and comparable(item or "") in ALL):
        return None
    if name is None:
        return "Shall I clear the list that you used last?"
    return "Shall I clear all your lists?" if _every(name) else f"Shall I clear {say_list(list_name(name))}?"


@skill(permission="private", danger=question)
async def lists(
    ctx: Context,
    action: Literal["add", "remove", "show", "clear"],
    item: str | None = None,
    name: str | None = None,
) -> Reply:
    """Shopping, to-do and other lists; item is what to add or remove.

    Without a name it is the list that was added to last, or else the shopping list. Several items may be said at once:
    "milk, eggs and bread". On the to-do list only a comma separates them. Removing finds an item by a part of its
    words, on another list too when you name none. Showing reads seven items aloud and shows the others.
    """
    if name is not None and _every(name) and action in ("show", "clear"):
        return _overview(ctx) if action == "show" else _clear(ctx, ctx.store.lists.names())
    if action == "add":
        return await _add(ctx, item, name)
    if action == "remove" and comparable(item or "") not in ALL:
        return await _remove(ctx, item, name)
    if action == "show":
        return _show(ctx, await _existing(ctx, name))
    return _clear(ctx, [_same(ctx, name)])


async def _add(ctx: Context, said: str | None, name: str | None) -> Reply:
    target = await _existing(ctx, name, new=True)
    items = split_items(said or "", target)
    if not items:
        return Reply(f"What should I put on {say_list(target)}?", ok=False)
    if len(items) > _MOST:
        raise SkillError(f"That is more than {_MOST} items at once.")
    there = {comparable(known.text) for known in ctx.store.lists.items(target)}
    new = [text for text in items if comparable(text) not in there]
    old = [text for text in items if comparable(text) in there]
    for text in new:
        ctx.store.lists.add(target, text, ctx.now().timestamp())
    if not new:
        return Reply(f"{_capital(join_words(old))} {_are(old)} already on {say_list(target)}.")
    also = f" {_capital(join_words(old))} {_are(old)} already on it." if old else ""
    return Reply(f"Added {join_words(new)} to {say_list(target)}.{also}")


async def _remove(ctx: Context, said: str | None, name: str | None) -> Reply:
    if said is None:
        return Reply("What should I take off the list?", ok=False)
    target = await _existing(ctx, name)
    if name is None:  # on the first list that has it
        names = ctx.store.lists.names()
        target = next((known for known in names if _meant(ctx, said, known)), target)
    words = _parts(ctx, said, target)
    if not _meant(ctx, said, target):
        raise SkillError(f"There is no {join_words(words)} on {say_list(target)}.")
    gone: dict[int, Item] = {}
    missing: list[str] = []
    for part in words:
        kept = {item.text: item for item in ctx.store.lists.items(target) if item.id not in gone}
        if best(part, kept):
            found = await pick(ctx, part, kept, "item")
            gone[found.id] = found
        else:
            missing.append(part)
    for item in gone.values():
        ctx.store.lists.remove(item)
    also = f" There is no {join_words(missing)} on it." if missing else ""
    return Reply(f"Took {join_words([item.text for item in gone.values()])} off {say_list(target)}.{also}")


def _parts(ctx: Context, said: str, name: str) -> list[str]:
    """What was said as items of a list; whole if it is one of them."""
    whole = best(said, [item.text for item in ctx.store.lists.items(name)], floor=100.0)
    return [said] if whole else split_items(said, name)[:_MOST]


def _meant(ctx: Context, said: str, name: str) -> bool:
    """Whether any of it is on a list."""
    texts = [item.text for item in ctx.store.lists.items(name)]
    return any(best(part, texts) for part in _parts(ctx, said, name))


def _show(ctx: Context, name: str) -> Reply:
    texts = [item.text for item in ctx.store.lists.items(name)]
    if not texts:
        return Reply(f"{_capital(say_list(name))} is empty.")
    if len(texts) <= _ALOUD:
        return Reply(f"On {say_list(name)}: {join_words(texts)}.")
    notice = "\n".join(f"- {text}" for text in texts)
    first = join_words(texts[:_ALOUD])
    return Reply(f"There are {len(texts)} items on {say_list(name)}. The first {_ALOUD} are {first}.", notice)


def _overview(ctx: Context) -> Reply:
    names = ctx.store.lists.names()
    if not names:
        return Reply("All your lists are empty.")
    sizes = [(name, len(ctx.store.lists.items(name))) for name in names]
    each = [f"{say_list(name)} with {size} item{'' if size == 1 else 's'}" for name, size in sizes]
    return Reply(f"You have {join_words(each)}.")


def _clear(ctx: Context, names: list[str]) -> Reply:
    filled = [name for name in names if ctx.store.lists.items(name)]
    for name in filled:
        ctx.store.lists.clear(name)
    if not filled:
        return Reply(f"{_capital(say_list(names[0]))} is already empty." if names else "All your lists are empty.")
    return Reply(f"{_capital(join_words([say_list(name) for name in filled]))} {_are(filled)} empty now.")


async def _existing(ctx: Context, said: str | None, new: bool = False) -> str:
    """The list that is meant: one that has items, or the shopping or to-do list; with ``new`` a list of that name."""
    names = ctx.store.lists.names()
    if said is None:
        return names[0] if names else SHOPPING
    meant = lists_meant(said, dict.fromkeys([*names, SHOPPING, TODO]))
    if len(meant) > 1:
        known = {name: name for name in meant}
        return await pick(ctx, list_name(said), known, "list")
    if meant:
        return meant[0]
    if new:
        if not 0 < len(list_name(said)) <= _LONGEST:
            raise SkillError("That can't be the name of a list.")
        return list_name(said)
    raise _unknown(said, names)


def _same(ctx: Context, said: str | None) -> str:
    """The list of exactly that name: what is cleared must be what the question named."""
    names = ctx.store.lists.names()
    if said is None:
        return names[0] if names else SHOPPING
    if list_name(said) not in {*names, SHOPPING, TODO}:
        raise _unknown(said, names)
    return list_name(said)


def _unknown(said: str, names: list[str]) -> SkillError:
    there = f" You have {join_words([say_list(name) for name in names[:4]])}." if names else ""
    return SkillError(f"There is no list called {list_name(said)}.{there}")


def _every(name: str) -> bool:
    return comparable(name) in ALL_LISTS or list_name(name) in ALL_LISTS


def _are(things: list[str]) -> str:
    return "is" if len(things) == 1 else "are"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
