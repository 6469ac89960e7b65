"""The larger language model: answers as they come, from any OpenAI-compatible server (Ollama, llama-server, vLLM).

chat = Chat(ctx.config.chat)
return await say_streamed(ctx, chat.stream(messages))
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict

from otto import keychain, paths
from otto.config import ChatSettings
from otto.context import Context, Reply
from otto.errors import ModelError
from otto.model.engine import Message
from otto.sentences import Splitter, sentences, speakable

if TYPE_CHECKING:
    import openai

__all__ = ["Chat", "messages", "say_streamed", "sentences"]

NOT_SET_UP = "No larger language model is set up; set [chat] model = ... and base_url in the configuration."
LONGEST = 20_000  # characters of one answer, for servers that keep to no max_tokens
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # nothing that moves a terminal's cursor
_NO_KEY = "none"  # the SDK wants one; local servers ignore it


class _Loose(BaseModel):
    model_config = ConfigDict(extra="ignore", from_attributes=True)


class _Delta(_Loose):
    content: str | None = None
    refusal: str | None = None


class _Choice(_Loose):
    delta: _Delta
    finish_reason: str | None = None


class _Chunk(_Loose):
    """A part of an answer; the SDK hands out what it got unchecked."""

    choices: list[_Choice] | None = None


class Chat:
    """A client of one server. Raises ModelError with one sentence, never with the key, for all that goes wrong."""

    def __init__(self, settings: ChatSettings) -> None:
        self._settings = settings
        key = settings.api_key.get_secret_value() if settings.api_key else os.environ.get("OPENAI_API_KEY")
        self._key = (key or keychain.find("chat.api_key") or "").strip() or _NO_KEY

    async def stream(self, messages: Sequence[Message]) -> AsyncIterator[str]:
        """The answer's text as it comes. Raises ModelError also in the middle, when it breaks off."""
        if self._settings.model is None:
            raise ModelError(NOT_SET_UP)
        client = await asyncio.to_thread(self.client)  # its import and the certificates take their time
        length, thoughts = 0, _Thoughts()
        async with client, aclosing(self._pieces(client, self._settings.model, messages)) as pieces:
            async for piece in pieces:
                text = thoughts.without(_CONTROL.sub("", piece))
                fits = text[: LONGEST - length]
                length += len(fits)
                if fits:
                    yield fits
                if len(fits) < len(text):
                    raise ModelError("The answer became too long, so it ends here.")
        if not length:
            raise ModelError(f"{self.server} gave an empty answer.")

    async def answer(self, messages: Sequence[Message]) -> str:
        """The whole answer. One that broke off is given as far as it came, with a last sentence that says so."""
        parts: list[str] = []
        try:
            async for piece in self.stream(messages):
                parts.append(piece)
        except ModelError as error:
            if not parts:
                raise
            parts.append(f" {error}")
        return "".join(parts).strip()

    @property
    def has_key(self) -> bool:
        return self._key != _NO_KEY

    def client(self) -> openai.AsyncOpenAI:
        """The SDK's client, which tries nothing twice. Raises ModelError for a key or an address that is none."""
        import openai

        if not self._key.isascii() or not self._key.isprintable():
            raise ModelError("The key of the language model has letters that no key has; check api_key under [chat].")
        try:
            address = urlsplit(self._settings.base_url)
            if not address.hostname or address.port == 0:  # a port that is no number raises
                raise ValueError
            return openai.AsyncOpenAI(
                base_url=self._settings.base_url, api_key=self._key, timeout=self._settings.timeout, max_retries=0
            )
        except Exception:  # whatever the HTTP library makes of an address that is none
            raise ModelError("The base_url under [chat] of the configuration is not an address.") from None

    async def _pieces(self, client: openai.AsyncOpenAI, model: str, messages: Sequence[Message]) -> AsyncGenerator[str]:
        import openai

        begun, finish = False, None
        try:
            stream: Any = await client.chat.completions.create(
                model=model,
                messages=list(messages),  # type: ignore[arg-type]
                stream=True,
                extra_body=self._limit(),
            )
            async with stream:
                async for raw in stream:
                    for choice in _Chunk.model_validate(raw).choices or ():  # none in the usage, at the end
                        text = choice.delta.content or choice.delta.refusal or ""
                        begun = begun or bool(text)
                        finish = choice.finish_reason or finish
                        yield text
        except openai.OpenAIError as error:
            raise ModelError(self.explain(error, begun)) from None
        except (ValueError, RecursionError):  # pydantic's errors are ValueErrors
            raise ModelError(f"{self.server} sent something that I can't read.") from None
        if finish == "length":
            raise ModelError("The answer ends here because it reached max_tokens under [chat].")
        if begun and finish is None:
            raise ModelError("The answer broke off.")

    def _limit(self) -> dict[str, int]:
        """OpenAI's newer models take only the new name of the limit, Ollama only the old one."""
        own = urlsplit(self._settings.base_url).hostname == "api.openai.com"
        return {"max_completion_tokens" if own else "max_tokens": self._settings.max_tokens}

    def explain(self, error: openai.OpenAIError, begun: bool = False) -> str:
        """An error of the SDK as a sentence; ``begun`` says that a part of the answer had come."""
        import openai

        server = self.server
        match error:
            case openai.APITimeoutError() if begun:
                return "The answer broke off: nothing more came in time."
            case openai.APITimeoutError():
                return f"{server} did not answer in time."
            case openai.APIConnectionError() if begun:
                return "The answer broke off."
            case openai.APIConnectionError():
                return f"{server} cannot be reached; is it running, and is base_url under [chat] right?"
            case openai.AuthenticationError() | openai.PermissionDeniedError():
                return f"{server} refuses the key; set api_key under [chat], or OPENAI_API_KEY."
            case openai.NotFoundError():
                return f"{server} knows no model {self._settings.model!r}; check model and base_url under [chat]."
            case openai.RateLimitError():
                return f"{server} takes no more requests now{self._reason(error)}."
            case openai.APIStatusError():
                return f"{server} refused with status {error.status_code}{self._reason(error)}."
            case openai.APIError():  # an error in the stream
                return f"{'The answer broke off' if begun else server + ' failed'}{self._reason(error)}."
            case _:
                return f"{server} sent something that I can't read."

    @property
    def server(self) -> str:
        """ "The language model at 127.0.0.1:8080", to begin a sentence with."""
        address = urlsplit(self._settings.base_url)
        return f"The language model at {address.hostname}{f':{address.port}' if address.port else ''}"

    def _reason(self, error: openai.APIError) -> str:
        """ ": the model is loading", the server's own words on one line."""
        body = error.body if isinstance(error.body, dict) else {}
        said = " ".join(_CONTROL.sub(" ", str(body.get("message") or "")).split())
        if self.has_key:
            said = said.replace(self._key, "(the key)")
        return f": {said[:150].rstrip('. ')}" if said else ""


class _Thoughts:
    """Takes out what a reasoning model writes between <think> and </think> before its answer."""

    _BEGIN, _END = "<think>", "</think>"

    def __init__(self) -> None:
        self._text = ""
        self._over = False

    def without(self, piece: str) -> str:
        """What of this piece is answer."""
        if self._over:
            return piece
        answer = self._text = (self._text + piece).lstrip()
        if self._BEGIN.startswith(self._text):  # perhaps the beginning of one
            return ""
        if self._text.startswith(self._BEGIN):
            _, end, answer = self._text.partition(self._END)
            if not end:
                self._text = self._BEGIN + self._text[len(self._BEGIN) :][-len(self._END) :]
                return ""
        self._over = True
        return answer.lstrip()


async def say_streamed(ctx: Context, pieces: AsyncIterator[str]) -> Reply:
    """Say each sentence as soon as it is complete.

    The reply's speech is all that was said, its notice the text as it was written where that shows more. An answer
    that breaks off is kept, and it is said that it broke off. Raises what ``pieces`` raises before the first text.
    """
    splitter, written, said = Splitter(), "", []

    def say(parts: list[str]) -> None:
        for part in parts:
            said.append(part)
            ctx.say(part)

    trouble = None
    try:
        async for piece in pieces:
            written += piece
            say(splitter.add(piece))
    except ModelError as error:
        if not written.strip():
            raise
        trouble = str(error)
    say(splitter.rest())
    shown = written.strip()
    notice = None if speakable(shown) == speakable(" ".join(said)) else shown
    if not said:
        say(["The answer is on the screen."])  # nothing but code
    if trouble is not None:
        say([trouble])
    return Reply(" ".join(said), notice, ok=trouble is None, said=True)


def messages(instructions: str, said: str) -> list[Message]:
    """What to send: the instructions in prompts/, by the name of their file, and what the user said."""
    system = (paths.bundled("prompts") / f"{instructions}.txt").read_text(encoding="utf-8").strip()
    return [{"role": "system", "content": system}, {"role": "user", "content": said}]
