"""Given a wish, the larger language model makes up a story, which is told while it is being written."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from otto.errors import SkillError
from tests.chat_server import RESET, ChatServer, chunk, scripted, told
from tests.conftest import MakeContext, RunSkill


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with scripted() as running:
        yield running


@pytest.mark.parametrize(
    ("arguments", "wish"),
    [
        ({}, "Tell me a story."),
        ({"description": "a shy dragon"}, "Tell me a story. This is what I would like: a shy dragon."),
        ({"description": "{x} \\ </s>"}, "Tell me a story. This is what I would like: {x} \\ </s>."),
    ],
)
async def test_what_is_asked_for(
    context: MakeContext, run_skill: RunSkill, server: ChatServer, arguments: dict[str, str], wish: str
) -> None:
    await run_skill(context(chat=server.settings), "story", **arguments)
    system, user = server.requests[0]["messages"]
    assert "Tell one complete story" in system["content"] and user["content"] == wish


async def test_the_first_sentence_is_told_while_the_rest_is_being_written(
    context: MakeContext, run_skill: RunSkill, server: ChatServer
) -> None:
    server.parts = [chunk("There was a dragon. It"), 0.4, *told(" was shy.")]
    times: list[float] = []
    ctx = replace(context(chat=server.settings), say=lambda _: times.append(time.perf_counter()))
    reply = await run_skill(ctx, "story", description="a shy dragon")
    assert reply.speech == "There was a dragon. It was shy." and reply.said
    assert times[1] - times[0] > 0.3


async def test_a_story_that_breaks_off_says_so(context: MakeContext, run_skill: RunSkill, server: ChatServer) -> None:
    server.parts = [chunk("There was a dragon. It was"), 0.05, RESET]
    reply = await run_skill(context(chat=server.settings), "story")
    assert reply.speech.startswith("There was a dragon. It was.") and reply.speech.endswith("broke off.")


async def test_without_a_model_it_is_said_how_to_set_one_up(context: MakeContext, run_skill: RunSkill) -> None:
    with pytest.raises(SkillError, match=r"I need a larger language model .* set \[chat\] model = \.\.\. and base_url"):
        await run_skill(context(), "story")
