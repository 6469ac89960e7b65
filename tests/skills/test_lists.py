from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from otto import registry
from otto.errors import SkillError
from otto.questions import Question
from otto.skill import Context
from tests.conftest import MakeContext, RunSkill


@pytest.fixture
def ctx(context: MakeContext) -> Context:
    """Otto with a to-do list and a shopping list, which was used last."""
    made = context()
    for name, text in (
        ("todo", "call mum"),
        ("todo", "pay the rent"),
        ("shopping", "milk"),
        ("shopping", "brown bread"),
    ):
        made.store.lists.add(name, text, made.now().timestamp())
    return made


def texts(ctx: Context, name: str = "shopping") -> list[str]:
    return [item.text for item in ctx.store.lists.items(name)]


def answers(answer: str) -> Callable[[Question], Awaitable[str | None]]:
    """One who is asked, and chooses."""

    async def ask(question: Question) -> str | None:
        return question.answer(answer)

    return ask


async def test_the_first_item_of_all_goes_on_the_shopping_list(context: MakeContext, run_skill: RunSkill) -> None:
    ctx = context()
    reply = await run_skill(ctx, "lists", action="add", item="milk")
    assert reply.speech == "Added milk to the shopping list." and texts(ctx) == ["milk"]


async def test_without_a_name_the_list_used_last_is_meant(ctx: Context, run_skill: RunSkill) -> None:
    await run_skill(ctx, "lists", action="add", item="wash the car", name="to-do")
    reply = await run_skill(ctx, "lists", action="add", item="mow the lawn")
    assert reply.speech == "Added mow the lawn to the to-do list."


async def test_several_items_at_once(ctx: Context, run_skill: RunSkill) -> None:
    reply = await run_skill(ctx, "lists", action="add", item="eggs, salt and pepper and a lemon", name="groceries")
    assert reply.speech == "Added eggs, salt and pepper and lemon to the shopping list."
    assert texts(ctx) == ["milk", "brown bread", "eggs", "salt and pepper", "lemon"]


@pytest.mark.parametrize(
    ("item", "speech"),
    [
        ("Milk", "Milk is already on the shopping list."),
        ("milk and brown bread", "Milk and brown bread are already on the shopping list."),
        ("milk and eggs", "Added eggs to the shopping list. Milk is already on it."),
    ],
)
async def test_nothing_is_there_twice(ctx: Context, run_skill: RunSkill, item: str, speech: str) -> None:
    assert (await run_skill(ctx, "lists", action="add", item=item)).speech == speech
    assert texts(ctx).count("milk") == 1


async def test_a_new_list(ctx: Context, run_skill: RunSkill) -> None:
    reply = await run_skill(ctx, "lists", action="add", item="tent", name="the Camping list")
    assert reply.speech == "Added tent to the camping list." and texts(ctx, "camping") == ["tent"]


async def test_a_longer_name_is_another_list(ctx: Context, run_skill: RunSkill) -> None:
    await run_skill(ctx, "lists", action="add", item="scarf", name="christmas shopping")
    assert texts(ctx, "christmas shopping") == ["scarf"] and "scarf" not in texts(ctx)


async def test_between_two_lists_otto_asks(ctx: Context, run_skill: RunSkill) -> None:
    for name in ("garden party", "office party"):
        ctx.store.lists.add(name, "cake", 0.0)
    with pytest.raises(SkillError, match="Which list do you mean: office party, or garden party"):
        await run_skill(ctx, "lists", action="show", name="party")
    reply = await run_skill(replace(ctx, asker=answers("office")), "lists", action="show", name="party")
    assert reply.speech == "On the office party list: cake."


@pytest.mark.parametrize(
    ("item", "taken"),
    [
        ("milk", ["milk"]),
        ("the milk", ["milk"]),
        ("bread", ["brown bread"]),
        ("milk and bread", ["milk", "brown bread"]),
    ],
)
async def test_items_are_removed_by_some_of_their_words(
    ctx: Context, run_skill: RunSkill, item: str, taken: list[str]
) -> None:
    reply = await run_skill(ctx, "lists", action="remove", item=item, name="shopping")
    assert reply.speech == f"Took {' and '.join(taken)} off the shopping list."
    assert texts(ctx) == [text for text in ("milk", "brown bread") if text not in taken]


async def test_an_item_with_an_and_is_removed_whole(ctx: Context, run_skill: RunSkill) -> None:
    await run_skill(ctx, "lists", action="add", item="wash and dry sheets", name="todo")
    await run_skill(ctx, "lists", action="remove", item="wash and dry sheets", name="todo")
    assert texts(ctx, "todo") == ["call mum", "pay the rent"]


async def test_what_is_not_there_is_said(ctx: Context, run_skill: RunSkill) -> None:
    reply = await run_skill(ctx, "lists", action="remove", item="milk and caviar")
    assert reply.speech == "Took milk off the shopping list. There is no caviar on it."
    with pytest.raises(SkillError, match=r"^There is no caviar on the shopping list\.$"):
        await run_skill(ctx, "lists", action="remove", item="caviar")


async def test_without_a_name_an_item_is_found_on_any_list(ctx: Context, run_skill: RunSkill) -> None:
    reply = await run_skill(ctx, "lists", action="remove", item="rent")
    assert reply.speech == "Took pay the rent off the to-do list."


async def test_between_two_items_otto_asks(ctx: Context, run_skill: RunSkill) -> None:
    ctx.store.lists.add("shopping", "rye bread", 0.0)
    with pytest.raises(SkillError, match="Which item do you mean"):
        await run_skill(ctx, "lists", action="remove", item="bread")
    assert len(texts(ctx)) == 3
    reply = await run_skill(replace(ctx, asker=answers("rye")), "lists", action="remove", item="bread")
    assert reply.speech == "Took rye bread off the shopping list."


@pytest.mark.parametrize(
    ("name", "speech"),
    [
        (None, "On the shopping list: milk and brown bread."),
        ("to do", "On the to-do list: call mum and pay the rent."),
        ("shoping", "On the shopping list: milk and brown bread."),
        ("all", "You have the shopping list with 2 items and the to-do list with 2 items."),
    ],
)
async def test_showing(ctx: Context, run_skill: RunSkill, name: str | None, speech: str) -> None:
    arguments = {} if name is None else {"name": name}
    assert (await run_skill(ctx, "lists", action="show", **arguments)).speech == speech


async def test_seven_items_are_read_and_all_are_shown(context: MakeContext, run_skill: RunSkill) -> None:
    ctx = context()
    await run_skill(ctx, "lists", action="add", item="a1, b2, c3, d4, e5, f6, g7, h8")
    reply = await run_skill(ctx, "lists", action="show")
    assert reply.speech == "There are 8 items on the shopping list. The first 7 are a1, b2, c3, d4, e5, f6 and g7."
    assert reply.notice is not None and reply.notice.splitlines()[-1] == "- h8"


@pytest.mark.parametrize("name", ["shopping", "to-do list"])
async def test_an_empty_list(context: MakeContext, run_skill: RunSkill, name: str) -> None:
    reply = await run_skill(context(), "lists", action="show", name=name)
    assert reply.speech == f"The {name.removesuffix(' list')} list is empty."


@pytest.mark.parametrize("action", ["show", "clear", "remove"])
async def test_an_unknown_list(ctx: Context, run_skill: RunSkill, action: str) -> None:
    with pytest.raises(SkillError) as error:
        await run_skill(ctx, "lists", action=action, name="holiday", item="towel")
    assert str(error.value) == "There is no list called holiday. You have the shopping list and the to-do list."


@pytest.mark.parametrize(
    ("arguments", "question"),
    [
        ({"action": "clear", "name": "grocery list"}, "Shall I clear the shopping list?"),
        ({"action": "clear", "name": "to do"}, "Shall I clear the to-do list?"),
        ({"action": "clear", "name": "all"}, "Shall I clear all your lists?"),
        ({"action": "clear"}, "Shall I clear the list that you used last?"),
        ({"action": "remove", "item": "everything", "name": "camping"}, "Shall I clear the camping list?"),
        ({"action": "remove", "item": "milk"}, None),
        ({"action": "add", "item": "all"}, None),
        ({"action": "show"}, None),
    ],
)
def test_clearing_is_asked_about_first(arguments: dict[str, str], question: str | None) -> None:
    skill = registry.load().skills["lists"]
    assert skill.danger is not None and skill.danger(**arguments) == question


@pytest.mark.parametrize(
    ("arguments", "speech", "left"),
    [
        ({"name": "shopping"}, "The shopping list is empty now.", ["todo"]),
        ({}, "The shopping list is empty now.", ["todo"]),
        ({"name": "all my lists"}, "The shopping list and the to-do list are empty now.", []),
    ],
)
async def test_clearing(
    ctx: Context, run_skill: RunSkill, arguments: dict[str, str], speech: str, left: list[str]
) -> None:
    reply = await run_skill(ctx, "lists", action="clear", **arguments)
    assert reply.speech == speech and ctx.store.lists.names() == left


async def test_everything_is_the_whole_list(ctx: Context, run_skill: RunSkill) -> None:
    await run_skill(ctx, "lists", action="remove", item="everything", name="todo")
    assert texts(ctx, "todo") == [] and len(texts(ctx)) == 2


async def test_only_the_list_that_the_question_named_is_cleared(ctx: Context, run_skill: RunSkill) -> None:
    ctx.store.lists.add("pantry", "rice", 0.0)
    with pytest.raises(SkillError, match="There is no list called party"):
        await run_skill(ctx, "lists", action="clear", name="party")
    assert texts(ctx, "pantry") == ["rice"]


@pytest.mark.parametrize("name", ["$()", "x" * 61])
async def test_what_can_be_no_name(ctx: Context, run_skill: RunSkill, name: str) -> None:
    with pytest.raises(SkillError, match=r"^That can't be the name of a list\.$"):
        await run_skill(ctx, "lists", action="add", item="jam", name=name)


async def test_clearing_what_is_empty(context: MakeContext, run_skill: RunSkill) -> None:
    assert (await run_skill(context(), "lists", action="clear")).speech == "The shopping list is already empty."
    assert (await run_skill(context(), "lists", action="clear", name="all")).speech == "All your lists are empty."


@pytest.mark.parametrize(
    ("action", "question"),
    [("add", "What should I put on the shopping list?"), ("remove", "What should I take off the list?")],
)
async def test_the_item_is_asked_for(ctx: Context, run_skill: RunSkill, action: str, question: str) -> None:
    reply = await run_skill(ctx, "lists", action=action)
    assert reply.speech == question and not reply.ok


@pytest.mark.parametrize(
    "hostile", ["'); DROP TABLE items; --", "$(reboot)", "../../etc/passwd", "x" * 1000, "a, " * 300, ", and,", "and"]
)
async def test_hostile_words_are_only_words(ctx: Context, run_skill: RunSkill, hostile: str) -> None:
    for arguments in ({"item": hostile}, {"item": "jam", "name": hostile}, {"item": hostile, "name": hostile}):
        for action in ("add", "show", "remove"):
            try:
                assert (await run_skill(ctx, "lists", action=action, **arguments)).speech
            except SkillError as error:
                assert str(error)
    assert {"milk", "brown bread"} <= set(texts(ctx))
