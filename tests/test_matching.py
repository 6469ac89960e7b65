"""Spoken names and the things that exist."""

from __future__ import annotations

from dataclasses import replace

import pytest

from otto.errors import SkillError
from otto.matching import best, pick
from otto.questions import Question
from tests.conftest import MakeContext

LAMPS = ["desk lamp", "floor lamp", "kitchen", "kitchen table", "living room lamp"]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("desk lamp", ["desk lamp"]),
        ("the Desk Lamp.", ["desk lamp"]),
        ("desk", ["desk lamp"]),
        ("livingroom lamp", ["living room lamp"]),
        ("kitchen", ["kitchen"]),  # equal beats a part
        ("desk lamb", ["desk lamp"]),
        ("bedroom", []),
        ("", []),
        ("lamp", ["desk lamp", "floor lamp", "living room lamp"]),
        ("; rm -rf /", []),
    ],
)
def test_what_is_meant(said: str, meant: list[str]) -> None:
    assert sorted(best(said, LAMPS)) == meant


async def test_one_near_name_is_taken_without_a_question(context: MakeContext) -> None:
    assert await pick(context(), "desk", {"desk lamp": 1, "hall": 2}, "lamp") == 1


async def test_a_near_tie_asks(context: MakeContext) -> None:
    asked: list[Question] = []

    async def floor(question: Question) -> str | None:
        asked.append(question)
        return question.answer("the floor lamp")

    ctx = replace(context(), asker=floor)
    assert await pick(ctx, "lamp", {"desk lamp": 1, "floor lamp": 2}, "lamp") == 2
    assert asked == [Question("Which lamp do you mean: desk lamp, or floor lamp?", ("desk lamp", "floor lamp"))]


async def test_a_near_tie_that_nobody_can_answer_is_the_reply(context: MakeContext) -> None:
    with pytest.raises(SkillError, match=r"Which lamp do you mean: desk lamp, or floor lamp\?"):
        await pick(context(), "lamp", {"desk lamp": 1, "floor lamp": 2}, "lamp")


@pytest.mark.parametrize(("answer", "sentence"), [("no", "Okay, I leave it."), (None, "I heard no answer")])
async def test_without_a_choice_nothing_is_taken(context: MakeContext, answer: str | None, sentence: str) -> None:
    async def nobody(_: Question) -> str | None:
        return answer

    with pytest.raises(SkillError, match=sentence):
        await pick(replace(context(), asker=nobody), "lamp", {"desk lamp": 1, "floor lamp": 2}, "lamp")


async def test_what_is_not_there_is_said_with_what_is(context: MakeContext) -> None:
    with pytest.raises(SkillError, match=r"I don.t know a lamp called piano\. There is desk lamp and hall\."):
        await pick(context(), "piano", {"desk lamp": 1, "hall": 2}, "lamp")
