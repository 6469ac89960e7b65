"""Asks an OpenAI-compatible server for pairs, through the SDK."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, TypeVar
from urllib.parse import urlsplit

import openai
from pydantic import SecretStr

from otto.chat import Chat
from otto.config import ChatSettings
from otto.errors import ModelError
from training.generating.answers import Answer, Loose, Said, Usage, read_answer
from training.generating.patience import Patience
from training.generating.requests import Request

T = TypeVar("T")
_OPENAI = "api.openai.com"
_MAX_TOKENS = 4096  # for local models, some of which would never end
_TALK = 800  # characters without a pair
_TIMEOUT = 120.0  # seconds to wait for each part, unless the configuration says otherwise


class _Choice(Loose):
    delta: Said


class _Chunk(Loose):
    choices: list[_Choice] | None = None
    usage: Usage | None = None


class Asker:
    """A connection to one server; use it with ``async with``. Raises ModelError with one sentence."""

    def __init__(self, settings: ChatSettings, patience: Patience) -> None:
        if settings.model is None:
            raise ModelError("No model is named; give --model, or set model under [chat] of the configuration.")
        self.model = settings.model
        self.base_url = settings.base_url
        self.is_openai = urlsplit(settings.base_url).hostname == _OPENAI
        self._chat = Chat(settings)
        if self.is_openai and not self._chat.has_key:
            raise ModelError(f"{_OPENAI} needs a key; set OPENAI_API_KEY, or api_key under [chat].")
        self._patience = patience
        self._by_schema = False

    async def __aenter__(self) -> Asker:
        self.client = await asyncio.to_thread(self._chat.client)  # the certificates take their time
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.client.close()

    def body(self, request: Request) -> dict[str, Any]:
        """The body of a request to /chat/completions."""
        limit = {} if self.is_openai else {"max_tokens": _MAX_TOKENS}
        return {"model": self.model, **request.body(self._by_schema), **limit}

    async def ask(self, request: Request) -> Answer:
        """The pairs for a request. An answer that broke off is given as far as it came, if a pair is in it."""
        answer = await self.patiently(lambda: self._stream(self.body(request)))
        if not answer.called:  # perhaps its models call no functions
            self._by_schema = True
        return answer

    async def patiently(self, ask: Callable[[], Awaitable[T]], missing: ModelError | None = None) -> T:
        """Any request to the server, tried again where that may help.

        Raises ModelError: ``missing`` when the server does not have what is asked for.
        """
        try:
            return await self._patience(ask)
        except openai.NotFoundError as error:
            raise missing or ModelError(self._chat.explain(error)) from None
        except openai.OpenAIError as error:
            raise ModelError(self._chat.explain(error)) from None
        except (ValueError, RecursionError):  # pydantic's errors are ValueErrors
            raise ModelError(f"{self.server} sent something that I can't read.") from None

    @property
    def server(self) -> str:
        return self._chat.server

    async def _stream(self, body: dict[str, Any]) -> Answer:
        parts = _Parts()
        try:
            stream: Any = await self.client.chat.completions.create(
                **body, stream=True, stream_options={"include_usage": True}
            )
            async with stream:
                async for raw in stream:
                    parts.add(_Chunk.model_validate(raw))
                    if parts.is_talk:
                        break
        except (openai.APIError, ValueError):
            answer = parts.answer()
            if answer.pairs:
                return answer
            raise
        return parts.answer()


@dataclass
class _Parts:
    """An answer as it comes."""

    calls: dict[int, str] = field(default_factory=dict)
    said: str = ""
    usage: Usage = field(default_factory=Usage)

    def add(self, chunk: _Chunk) -> None:
        for choice in chunk.choices or ():
            for call in choice.delta.tool_calls or ():
                self.calls[call.index or 0] = self.calls.get(call.index or 0, "") + call.arguments
            self.said += choice.delta.refusal or choice.delta.content or ""
        self.usage = chunk.usage or self.usage

    @property
    def is_talk(self) -> bool:
        """The model talks instead of calling the function, which a local one may do for minutes."""
        return not self.calls and len(self.said) > _TALK and not re.search('"utterance"|^\\s*<think>', self.said)

    def answer(self) -> Answer:
        return read_answer(list(self.calls.values()), self.said, self.usage.tokens)


def server_settings(chat: ChatSettings, model: str | None, base_url: str | None) -> ChatSettings:
    """The table [chat] with what the command line and the environment say.

    The key in the configuration or the keyring is for the server in the configuration: another gets OPENAI_API_KEY,
    or none.
    """
    changed: dict[str, Any] = {"model": model or chat.model}
    if "timeout" not in chat.model_fields_set:
        changed["timeout"] = _TIMEOUT
    if base_url is None and "base_url" not in chat.model_fields_set:
        base_url = os.environ.get("OPENAI_BASE_URL")
    if base_url and base_url.rstrip("/") != chat.base_url.rstrip("/"):
        changed["base_url"] = base_url
        changed["api_key"] = SecretStr(os.environ.get("OPENAI_API_KEY") or "none")
    return chat.model_copy(update=changed)
