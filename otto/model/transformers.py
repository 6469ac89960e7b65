"""The engine for models from the Hugging Face hub, such as Mistral-7B with a QLoRA adapter: transformers in process.

Decoding is greedy and held to the same grammar as llama.cpp's, by llguidance. The keys and values of the part of the
prompt that two requests share are kept between them.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from otto.config import ModelSettings
from otto.errors import ModelError
from otto.model.engine import Completion, Message, Request, confidence

_PLAIN_TEMPLATE = "{% for m in messages %}{{ m.role | capitalize }}: {{ m.content }}\n{% endfor %}Assistant: "


class Transformers:
    """A causal language model with its tokenizer, on the GPU when there is one.

    ``settings.model`` is a folder, a GGUF file (its weights are dequantised) or a name on the hub.
    """

    name = "transformers"

    def __init__(self, settings: ModelSettings) -> None:
        import torch

        self._max_tokens = settings.max_tokens
        if settings.threads:
            torch.set_num_threads(settings.threads)
        try:
            self._model, self._tokenizer = _load(settings)
        except ImportError as error:
            raise ModelError(
                f"The transformers engine needs a package: {error}. Try `pip install otto[gpu]`."
            ) from None
        except (OSError, ValueError, RuntimeError) as error:
            raise ModelError(f"transformers cannot load {settings.model!r}: {_first_line(error)}") from None
        self._stop = _stop_tokens(self._model, self._tokenizer)
        self._constraints = _Constraints(self._tokenizer, self._stop)
        self._cache: Any = None
        self._cached: list[int] = []

    def complete(self, request: Request) -> Completion:
        import torch

        started = time.perf_counter()
        tokens = self._tokenizer.encode(self._render(request.messages), add_special_tokens=False)
        matcher = self._constraints.matcher(request.grammar)
        written: list[int] = []
        logprobs: list[float] = []
        with torch.inference_mode():
            logits = self._forward(tokens)
            while len(written) < self._max_tokens:
                scores = torch.log_softmax(logits.float(), dim=-1)
                token = int(self._constraints.allowed(matcher, scores).argmax())
                logprobs.append(float(scores[token]))
                if token in self._stop or not matcher.consume_token(token):
                    break
                written.append(token)
                if matcher.is_stopped():
                    break
                logits = self._forward(tokens + written)
        text = self._tokenizer.decode(written, skip_special_tokens=True)
        return Completion(text.strip(), confidence(logprobs), time.perf_counter() - started)

    def close(self) -> None:
        self._cache = None
        del self._model

    def _forward(self, tokens: list[int]) -> Any:
        """Logits of shape (vocabulary,) after the tokens; only those that are not in the cache are computed."""
        import torch
        from transformers import DynamicCache

        common = 0
        if self._cache is not None:
            for old, new in zip(self._cached, tokens[:-1], strict=False):
                if old != new:
                    break
                common += 1
            if common < len(self._cached):
                self._cache = self._without_last(len(self._cached) - common)
        if self._cache is None:
            self._cache, common = DynamicCache(config=self._model.config), 0
        rest = torch.tensor([tokens[common:]], device=self._model.device)
        output = self._model(rest, past_key_values=self._cache, use_cache=True, logits_to_keep=1)
        self._cached = list(tokens)
        return output.logits[0, -1]

    def _without_last(self, count: int) -> Any:
        """The cache less its last tokens, or None where that cannot be (a sliding window that has moved on)."""
        wanted = len(self._cached) - count
        if not wanted or not self._cache.is_croppable:
            return None
        self._cache.crop(-count)
        return self._cache if self._cache.get_seq_length() == wanted else None

    def _render(self, messages: list[Message]) -> str:
        """The chat in the model's own template; where that knows no system role, it goes with the first turn."""
        from jinja2.exceptions import TemplateError

        template = self._tokenizer.chat_template or _PLAIN_TEMPLATE
        for attempt in (messages, _without_system(messages)):
            try:
                text = self._tokenizer.apply_chat_template(
                    attempt, chat_template=template, tokenize=False, add_generation_prompt=True
                )
                return str(text)
            except TemplateError as error:
                problem = error
        raise ModelError(f"The model's chat template refuses Otto's prompt: {problem}.")


class _Constraints:
    """Grammar masks for one tokenizer."""

    def __init__(self, tokenizer: Any, stop: set[int]) -> None:
        import llguidance.hf

        self._tokenizer = llguidance.hf.from_tokenizer(tokenizer, eos_token=sorted(stop))
        self._compiled: tuple[str, Any] = ("", None)

    def matcher(self, grammar: str) -> Any:
        from llguidance import LLMatcher, grammar_from

        if self._compiled[0] != grammar:
            matcher = LLMatcher(self._tokenizer, grammar_from("gbnf", grammar))
            if matcher.is_error():
                raise ModelError(f"The grammar of the skills was refused: {matcher.get_error()}.")
            self._compiled = (grammar, matcher)
        return self._compiled[1].deep_copy()

    def allowed(self, matcher: Any, scores: Any) -> Any:
        """The scores, shape (vocabulary,), with minus infinity for the tokens that the grammar does not allow next."""
        import numpy as np
        import torch

        bits = np.frombuffer(matcher.compute_bitmask(), dtype=np.uint8)
        mask = np.unpackbits(bits, bitorder="little").astype(bool)[: len(scores)]
        allowed = torch.zeros(len(scores), dtype=torch.bool)
        allowed[: len(mask)] = torch.from_numpy(mask)
        return scores.masked_fill(~allowed.to(scores.device), float("-inf"))


def _load(settings: ModelSettings) -> tuple[Any, Any]:
    import sys

    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from transformers.utils import logging

    if not sys.stderr.isatty():
        logging.disable_progress_bar()
    gpu = torch.cuda.is_available()
    options: dict[str, Any] = {"dtype": torch.bfloat16 if gpu else torch.float32}
    source, file = settings.model, Path(settings.model)
    tokenizer_options: dict[str, Any] = {}
    if file.suffix == ".gguf":
        from transformers import GgufConfig

        source = str(file.parent)
        tokenizer_options = {"gguf_file": file.name}
        options |= tokenizer_options | {"quantization_config": GgufConfig(dequantize=True)}
    if settings.four_bit:
        if not gpu:
            raise ModelError("Loading in 4 bits needs a GPU; set four_bit = false under [model].")
        options["quantization_config"] = _nf4()
    model = AutoModelForCausalLM.from_pretrained(source, **options)
    if settings.adapter:
        from peft import PeftModel

        model = PeftModel.from_pretrained(model, settings.adapter)
    if gpu and not settings.four_bit:
        model = model.to("cuda")
    return model.eval(), AutoTokenizer.from_pretrained(source, **tokenizer_options)


def _nf4() -> Any:
    """4-bit NormalFloat with double quantisation and bf16 arithmetic (QLoRA, arxiv.org/abs/2305.14314)."""
    import torch
    from transformers import BitsAndBytesConfig

    return BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=torch.bfloat16,
    )


def _stop_tokens(model: Any, tokenizer: Any) -> set[int]:
    """Every token with which this model ends an answer."""
    configured = getattr(model.generation_config, "eos_token_id", None)
    stop = set(configured if isinstance(configured, list) else [configured]) | {tokenizer.eos_token_id}
    return {token for token in stop if token is not None}


def _without_system(messages: list[Message]) -> list[Message]:
    system, first, *rest = messages
    return [{"role": "user", "content": f"{system['content']}\n\n{first['content']}"}, *rest]


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n")[0][:300]
