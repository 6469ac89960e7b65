"""The engine for those who outgrow one machine: any OpenAI-compatible server (vLLM, llama-server, Ollama, OpenAI).

A server is held to the skills in the best way it knows: llama.cpp's server and vLLM take the grammar itself; others get
the skills as tools, and their tool calls are written down as calls.
"""

from __future__ import annotations

import json
import os
import time
from typing import Any, Literal

from otto.calls import MAX_CALLS, Call, render
from otto.config import ModelSettings
from otto.errors import CallError, ModelError
from otto.model.engine import Completion, Request, confidence

Constraint = Literal["llama", "vllm", "tools", "none"]


class OpenAI:
    """A client of one server. Raises ModelError, with the server's address, when it cannot be reached or refuses."""

    name = "openai"

    def __init__(self, settings: ModelSettings) -> None:
        import openai

        self._model = settings.model
        self._url = settings.base_url
        self._max_tokens = settings.max_tokens
        key = settings.api_key.get_secret_value() if settings.api_key else os.environ.get("OPENAI_API_KEY", "none")
        self._client = openai.OpenAI(base_url=settings.base_url, api_key=key, timeout=settings.timeout, max_retries=1)
        self._chosen: Constraint | None = None if settings.constrain == "auto" else settings.constrain

    def complete(self, request: Request) -> Completion:
        import openai

        started = time.perf_counter()
        try:
            choice = self._ask(request)
        except openai.AuthenticationError:
            raise ModelError(f"{self._url} refuses the key; set OTTO_MODEL__API_KEY or OPENAI_API_KEY.") from None
        except openai.RateLimitError as error:
            raise ModelError(f"{self._url} takes no more requests now: {error.message}.") from None
        except openai.APITimeoutError:
            raise ModelError(f"{self._url} did not answer in time; raise timeout under [model] or check it.") from None
        except openai.APIConnectionError:
            raise ModelError(f"{self._url} cannot be reached. Is the server running?") from None
        except openai.APIStatusError as error:
            raise ModelError(f"{self._url} refused the request ({error.status_code}): {error.message[:300]}") from None
        tokens = (choice.logprobs.content or []) if choice.logprobs else []
        sure = confidence(token.logprob for token in tokens) if tokens and not choice.message.tool_calls else None
        return Completion(_text(choice.message), sure, time.perf_counter() - started)

    def close(self) -> None:
        self._client.close()

    def _ask(self, request: Request) -> Any:
        if self._chosen is None:
            self._chosen = self._detect()
        options: dict[str, Any] = {}
        if self._chosen == "llama":
            options = {"logprobs": True, "extra_body": {"grammar": request.grammar}}
        elif self._chosen == "vllm":
            options = {"logprobs": True, "extra_body": {"structured_outputs": {"grammar": request.grammar}}}
        elif self._chosen == "tools":
            options = {"tools": list(request.tools), "tool_choice": "required"}
        answer = self._client.chat.completions.create(
            model=self._model,
            messages=request.messages,  # type: ignore[arg-type]
            max_completion_tokens=self._max_tokens,
            temperature=0,
            **options,
        )
        if not answer.choices:
            raise ModelError(f"{self._url} gave no answer.")
        return answer.choices[0]

    def _detect(self) -> Constraint:
        """What kind of server this is, from the pages that only llama.cpp's server and vLLM have."""
        import httpx

        root = str(self._client.base_url).rstrip("/").removesuffix("/v1")
        for page, mark, constraint in (
            ("/props", "default_generation_settings", "llama"),
            ("/version", "version", "vllm"),
        ):
            try:
                answer = httpx.get(root + page, headers=self._client.auth_headers, timeout=5)
                if answer.status_code == 200 and mark in answer.json():
                    return constraint  # type: ignore[return-value]
            except (httpx.HTTPError, ValueError):
                continue
        return "tools"


def _text(message: Any) -> str:
    """The answer in the call language, whichever way it came."""
    if not message.tool_calls:
        return (message.content or "").strip()
    calls = []
    for tool_call in message.tool_calls[:MAX_CALLS]:
        try:
            arguments = json.loads(tool_call.function.arguments or "{}")
            given = {key: value for key, value in arguments.items() if value is not None and value != ""}
            calls.append(Call(tool_call.function.name, tuple(given.items())))
        except (json.JSONDecodeError, AttributeError, CallError) as error:
            raise ModelError(f"The server's tool call cannot be read: {error}.") from None
    return render(calls)
