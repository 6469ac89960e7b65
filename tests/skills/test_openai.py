"""Given a question, the larger language model is asked, and its answer is said sentence by sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from otto import registry
from otto.errors import ModelError
from tests.chat_server import KEY, ChatServer, llama_server, scripted, told
from tests.conftest import MakeContext, RunSkill


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with scripted() as running:
        yield running


async def test_a_question_is_answered_sentence_by_sentence(
    context: MakeContext, run_skill: RunSkill, server: ChatServer
) -> None:
    server.parts = told("Light is **scattered** by air. ", "Blue most", " of all.")
    said: list[str] = []
    ctx = replace(context(chat=server.settings), say=said.append)
    reply = await run_skill(ctx, "openai", prompt="why is the sky blue")
    assert reply.speech == "Light is scattered by air. Blue most of all." and reply.said and reply.ok
    assert said == ["Light is scattered by air.", "Blue most of all."]


async def test_the_instructions_ask_for_an_answer_for_the_ear(
    context: MakeContext, run_skill: RunSkill, server: ChatServer
) -> None:
    await run_skill(context(chat=server.settings), "openai", prompt='say "hi" to {name}')
    system, user = server.requests[0]["messages"]
    assert "for the ear" in system["content"] and "say so" in system["content"]
    assert user == {"role": "user", "content": 'say "hi" to {name}'}


async def test_a_real_server_answers(context: MakeContext, run_skill: RunSkill) -> None:
    with llama_server() as settings:
        reply = await run_skill(
            context(chat={**settings, "max_tokens": 16}), "openai", prompt="What is the capital of France?"
        )
    assert "Paris" in reply.speech


async def test_without_a_model_it_is_said_how_to_set_one_up(context: MakeContext, run_skill: RunSkill) -> None:
    with pytest.raises(ModelError, match=r"set \[chat\] model = \.\.\. and base_url in the configuration\."):
        await run_skill(context(), "openai", prompt="why")


async def test_offline(context: MakeContext, run_skill: RunSkill) -> None:
    chat = {"model": "big", "base_url": "http://127.0.0.1:9/v1", "api_key": KEY}
    with pytest.raises(ModelError, match="cannot be reached"):
        await run_skill(context(chat=chat), "openai", prompt="why")


def test_the_skill_of_this_name_hides_no_package() -> None:
    import openai

    skill = registry.load().skills["openai"]
    assert skill.source.name == "openai.py" and skill.function.__module__ != "openai"
    assert Path(openai.__file__ or "") != skill.source and openai.AsyncOpenAI
    assert skill.permission == "network" and skill.timeout == 120
