"""The default engine: llama.cpp in this process, through xllamacpp. Grammar, cached prefix, set number of threads."""

from __future__ import annotations

import secrets
import time
from pathlib import Path
from typing import Any

from otto import paths
from otto.config import ModelSettings
from otto.cores import spare_cores
from otto.errors import ModelError
from otto.model.engine import Completion, Request, confidence
from otto.model.prefix_cache import PrefixCache


class LlamaCpp:
    """A GGUF file. The state of the prompt's fixed part is kept between requests (llama.cpp's own cache), and on disk
    between programs (`PrefixCache`).

    It is loaded with the first request: words that the user taught need no model, and a server of xllamacpp 2026.10
    that is dropped before it had a request hangs. That server also listens on a free port of the loopback interface; a
    random key keeps others out of it.
    """

    name = "llamacpp"

    def __init__(self, file: Path, settings: ModelSettings) -> None:
        import xllamacpp

        if not file.is_file():
            raise ModelError(f"There is no model file {file}. `otto models list` shows what Otto can fetch.")
        if settings.adapter:
            raise ModelError(
                'llama.cpp takes no PEFT adapter; merge it into the model, or set engine = "transformers".'
            )
        params = xllamacpp.CommonParams()
        params.model.path = str(file)
        params.n_ctx = settings.context
        params.n_parallel = 1
        for threads in (params.cpuparams, params.cpuparams_batch):
            threads.n_threads = settings.threads or spare_cores()
            threads.poll = 0
        params.verbosity = -1
        self._key = secrets.token_urlsafe(32)
        params.api_keys = [self._key]
        folder = paths.cache_dir() / "prefixes"
        self._prefixes = PrefixCache(folder, file, settings.context)
        if self._prefixes.usable:
            params.slot_save_path = f"{folder}/"
        self._file = file
        self._params = params
        self._max_tokens = settings.max_tokens
        self._loaded: Any = None

    def _load(self) -> Any:
        import xllamacpp

        try:
            return xllamacpp.Server(self._params)
        except Exception as error:  # xllamacpp raises whatever its binding makes of a C++ exception
            raise ModelError(f"llama.cpp cannot load {self._file}: {error}. Is it a whole GGUF file?") from None

    def complete(self, request: Request) -> Completion:
        started = time.perf_counter()
        if self._loaded is None:
            self._loaded = self._load()
            self._read_prefix(request)
        choice = self._choice(
            messages=request.messages,
            max_tokens=self._max_tokens,
            grammar=request.grammar,
            logprobs=True,
            top_logprobs=1,
        )
        tokens = (choice.get("logprobs") or {}).get("content") or []
        return Completion(
            choice["message"]["content"] or "",
            confidence(token["logprob"] for token in tokens),
            time.perf_counter() - started,
        )

    def _read_prefix(self, request: Request) -> None:
        """The fixed part of the prompt, from disk or computed and written there, without anything that was said."""
        server = self._loaded.listening_address, self._key
        if not self._prefixes.restore(*server, request.prefix):
            self._choice(messages=[*request.prefix, {"role": "user", "content": ""}], max_tokens=1)
            self._prefixes.save(*server, request.prefix)

    def _choice(self, **asked: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self._loaded.handle_chat_completions({"temperature": 0, "cache_prompt": True, **asked})
        if "choices" not in answer:
            reason = answer.get("error", {}).get("message", "no answer")
            raise ModelError(f"llama.cpp could not answer: {reason}.")
        choice: dict[str, Any] = answer["choices"][0]
        return choice

    def close(self) -> None:
        self._loaded = None
