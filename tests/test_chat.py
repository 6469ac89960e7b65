"""Given a server of a larger language model that does this, Otto says that."""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Any

import pytest

from otto.chat import Chat, messages, say_streamed
from otto.config import ChatSettings
from otto.errors import ModelError
from otto.skill import Context, Reply
from tests.chat_server import DONE, KEY, RESET, ChatServer, chunk, llama_server, scripted, told
from tests.conftest import MakeContext

ASKED = messages("answer", "Why is the sky blue?")


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with scripted() as running:
        yield running


@pytest.fixture(scope="module")
def llama() -> Iterator[dict[str, Any]]:
    with llama_server() as settings:
        yield settings


def chat_with(settings: dict[str, Any], **more: Any) -> Chat:
    return Chat(ChatSettings(**{**settings, **more}))


async def sentence_of(chat: Chat) -> str:
    """The one sentence that says why there is no answer."""
    with pytest.raises(ModelError) as failed:
        await chat.answer(ASKED)
    said = str(failed.value)
    assert KEY not in said and "\n" not in said and said.endswith((".", "?"))
    return said


async def heard(ctx: Context, pieces: AsyncIterator[str]) -> tuple[Reply, list[str]]:
    """The reply, and what was said on the way."""
    parts: list[str] = []
    return await say_streamed(replace(ctx, say=parts.append), pieces), parts


async def test_a_real_server_answers(llama: dict[str, Any]) -> None:
    answer = await chat_with(llama, max_tokens=24).answer(messages("answer", "What is the capital of France?"))
    assert "Paris" in answer


async def test_the_first_sentence_is_said_long_before_a_real_server_is_done(
    llama: dict[str, Any], context: MakeContext
) -> None:
    times: list[float] = []
    ctx = replace(context(), say=lambda _: times.append(time.perf_counter()))
    started = time.perf_counter()
    chat = chat_with(llama, max_tokens=160)
    reply = await say_streamed(ctx, chat.stream(messages("story", "Tell me a story about a dog.")))
    whole = time.perf_counter() - started
    assert reply.said and len(times) >= 2
    assert times[0] - started < whole / 2


async def test_a_real_server_refuses_a_wrong_key(llama: dict[str, Any]) -> None:
    assert "refuses the key" in await sentence_of(chat_with(llama, api_key="wrong"))


async def test_a_real_server_cuts_an_answer_at_max_tokens(llama: dict[str, Any]) -> None:
    answer = await chat_with(llama, max_tokens=16).answer(messages("story", "Tell me a long story."))
    assert answer.endswith(" The answer ends here because it reached max_tokens under [chat].")


async def test_what_is_sent(server: ChatServer) -> None:
    assert await chat_with(server.settings, max_tokens=50).answer(ASKED) == "Yes."
    (request,) = server.requests
    assert request["model"] == "big" and request["stream"] is True and request["max_tokens"] == 50
    assert [message["role"] for message in request["messages"]] == ["system", "user"]
    assert server.keys == [f"Bearer {KEY}"]


async def test_the_key_of_the_environment_is_used_and_a_local_server_needs_none(
    server: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "from-the-environment\n")
    await chat_with(server.settings, api_key=None).answer(ASKED)
    monkeypatch.delenv("OPENAI_API_KEY")
    await chat_with(server.settings, api_key=None).answer(ASKED)
    assert server.keys[0] == "Bearer from-the-environment"
    assert len(server.keys) == 2


async def test_without_a_model_it_is_said_how_to_set_one_up() -> None:
    said = await sentence_of(Chat(ChatSettings()))
    assert said == "No larger language model is set up; set [chat] model = ... and base_url in the configuration."


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (401, {"message": f"Incorrect API key provided: {KEY}"}, "refuses the key; set api_key under [chat]"),
        (403, {"message": "no"}, "refuses the key"),
        (404, {"message": "no such model", "code": "model_not_found"}, "knows no model 'big'"),
        (429, {"message": "You exceeded\nyour quota."}, "takes no more requests now: You exceeded your quota."),
        (400, {"message": f"The key {KEY} is\x1b[31m odd."}, "refused with status 400: The key (the key) is [31m odd."),
        (503, {"message": "Loading model"}, "refused with status 503: Loading model."),
        (500, {}, "refused with status 500."),
    ],
)
async def test_what_a_server_refuses_is_one_sentence(
    server: ChatServer, status: int, body: dict[str, str], words: str
) -> None:
    import json

    server.status, server.body = status, json.dumps({"error": body})
    assert words in await sentence_of(chat_with(server.settings))


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ([DONE], "gave an empty answer"),
        (told(""), "gave an empty answer"),
        (told("<think>Hm, hm.</think>"), "gave an empty answer"),
        (["not json", DONE], "sent something that I can't read"),
        (['{"choices": [{"delta": "text"}]}', DONE], "sent something that I can't read"),
        (['{"choices": [{"delta": {"content": ["x"]}}]}', DONE], "sent something that I can't read"),
        (["[" * 100_000, DONE], "sent something that I can't read"),
        (['["a", "b"]', DONE], "sent something that I can't read"),
        (['{"error": {"message": "out of memory"}}'], "failed: out of memory."),
        ([1.0], "did not answer in time"),
        ([RESET], "cannot be reached"),
    ],
)
async def test_what_a_server_cannot_answer_is_one_sentence(
    server: ChatServer, parts: list[str | float], words: str
) -> None:
    server.parts = parts
    assert words in await sentence_of(chat_with(server.settings))


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ([RESET], "broke off."),
        ([], "broke off."),
        ([1.0], "broke off: nothing more came in time."),
        (["{"], "sent something that I can't read."),
        (['{"error": {"message": "out of memory"}}'], "The answer broke off: out of memory."),
        ([chunk(None, "length"), DONE], "reached max_tokens under [chat]."),
        ([chunk("x" * 30_000), DONE], "became too long, so it ends here."),
    ],
)
async def test_an_answer_that_breaks_off_is_kept_and_it_is_said(
    server: ChatServer, context: MakeContext, parts: list[str | float], words: str
) -> None:
    server.parts = [chunk("Once there was a dog. It ran "), 0.05, *parts]
    reply, said = await heard(context(), chat_with(server.settings).stream(ASKED))
    assert said[0] == "Once there was a dog."
    assert reply.speech.startswith("Once there was a dog. It ran") and reply.speech.endswith(words)
    assert reply.said and not reply.ok
    answer = await chat_with(server.settings).answer(ASKED)
    assert answer.startswith("Once there was a dog. It ran") and answer.endswith(words)


async def test_each_sentence_is_said_as_soon_as_it_is_complete(server: ChatServer, context: MakeContext) -> None:
    server.parts = [chunk("One. Two"), chunk(" is next. Three"), 0.3, *told(" ends.")]
    times: list[float] = []
    ctx = replace(context(), say=lambda _: times.append(time.perf_counter()))
    reply = await say_streamed(ctx, chat_with(server.settings).stream(ASKED))
    assert reply == Reply("One. Two is next. Three ends.", said=True)
    assert times[2] - times[1] > 0.25


async def test_markup_is_not_spoken_and_shown_as_it_was(server: ChatServer, context: MakeContext) -> None:
    text = "**Mix** the flour.\n\n```python\nprint('no. Never')\n```\nThen [bake](https://example.com/x)."
    server.parts = told(*text)
    reply, said = await heard(context(), chat_with(server.settings).stream(ASKED))
    assert said == ["Mix the flour.", "Then bake."]
    assert reply.speech == "Mix the flour. Then bake." and reply.notice == text


async def test_an_answer_of_nothing_but_code_is_shown(server: ChatServer, context: MakeContext) -> None:
    server.parts = told("```\nx = 1\n```")
    reply, said = await heard(context(), chat_with(server.settings).stream(ASKED))
    assert said == ["The answer is on the screen."] and "x = 1" in (reply.notice or "")


async def test_thoughts_and_control_characters_are_left_out(server: ChatServer) -> None:
    server.parts = told("\n<th", "ink>The user wants a greeting. </th", "ink>\n\n", "Hel", "lo \x1b[2Jyou\x00.")
    assert await chat_with(server.settings).answer(ASKED) == "Hello [2Jyou."


async def test_a_refusal_is_an_answer(server: ChatServer) -> None:
    server.parts = [chunk(None, refusal="I can't help with that."), chunk(None, "stop"), DONE]
    assert await chat_with(server.settings).answer(ASKED) == "I can't help with that."


@pytest.mark.parametrize(
    ("base_url", "words"),
    [
        ("http://127.0.0.1:9/v1", "The language model at 127.0.0.1:9 cannot be reached"),
        ("http://user:password@127.0.0.1:9/v1", "The language model at 127.0.0.1:9 cannot be reached"),
        ("ftp://127.0.0.1/v1", "cannot be reached"),
        ("my server", "is not an address"),
        ("http://127.0.0.1:99999/v1", "is not an address"),
        ("http://[::1/v1", "is not an address"),
    ],
)
async def test_a_server_that_is_not_there_is_one_sentence(base_url: str, words: str) -> None:
    said = await sentence_of(chat_with({"model": "big", "base_url": base_url, "api_key": KEY}))
    assert words in said and "password" not in said


@pytest.mark.parametrize("key", ["sk-k\u00e4se", "two\nlines", "tab\there"])
async def test_a_key_that_is_none_is_one_sentence(server: ChatServer, key: str) -> None:
    said = await sentence_of(chat_with(server.settings, api_key=key))
    assert "key" in said and key not in said


async def test_the_key_is_in_no_log_and_goes_to_no_other_host(
    server: ChatServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with scripted() as other:
        server.status, server.target = 307, f"http://localhost:{other.server_port}/v1/chat/completions"
        await chat_with(server.settings).answer(ASKED)
        assert other.requests and other.keys == [None]
    server.status, server.target = 500, ""
    await sentence_of(chat_with(server.settings))
    assert caplog.text and KEY not in caplog.text
