"""The same request through the three engines: each gives a valid call, with confidence and seconds."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from otto import parts, weights
from otto.config import Config, ModelSettings
from otto.errors import ModelError
from otto.model.engine import Request
from otto.model.skill_model import SkillModel, make_engine

UTTERANCES = ["What's the weather in Berlin?", "Set a timer for five minutes.", "asdf ghjkl", 'Say "hi" \\ to {skills}']


@pytest.fixture(scope="module")
def offered() -> parts.Catalogue:
    return parts.catalogue(Config())


def model_of(offered: parts.Catalogue, each: int = 1, **settings: object) -> SkillModel:
    chosen = ModelSettings(**settings)  # type: ignore[arg-type]
    return SkillModel(make_engine(chosen), offered.registry.skills, offered.examples, each)


def answers_with_valid_calls(model: SkillModel, sure: bool = True) -> None:
    for text in UTTERANCES:
        decision = model.decide(text)
        assert decision.problem is None or "cannot" in decision.problem or ":" in decision.problem
        assert decision.answer.endswith(")"), decision.answer
        assert decision.seconds > 0
        if sure:
            assert decision.confidence is not None and 0 < decision.confidence <= 1
    clear = model.decide(UTTERANCES[0])
    assert clear.calls, clear.problem


@pytest.fixture(scope="module")
def llamacpp(offered: parts.Catalogue) -> SkillModel:
    return model_of(offered)


def test_llamacpp_gives_valid_calls(llamacpp: SkillModel) -> None:
    answers_with_valid_calls(llamacpp)


def test_llamacpp_answers_faster_once_the_prompt_is_known(offered: parts.Catalogue) -> None:
    model = model_of(offered, each=4)
    first = model.decide("What time is it?")
    later = [model.decide(text) for text in ("What day is it?", "Open Firefox.", "What time is it in Rome?")]
    assert max(decision.seconds for decision in later) < first.seconds / 2


def test_an_overlong_utterance_is_cut_and_still_answered(llamacpp: SkillModel) -> None:
    decision = llamacpp.decide("weather " * 5000)
    assert decision.answer


def test_transformers_gives_valid_calls_and_agrees_with_llamacpp(
    offered: parts.Catalogue, llamacpp: SkillModel
) -> None:
    model = model_of(offered, engine="transformers")
    answers_with_valid_calls(model)
    same = [model.decide(text).rendered == llamacpp.decide(text).rendered for text in UTTERANCES[:2]]
    assert all(same)


@pytest.fixture(scope="module")
def tiny_mistral(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Mistral with random weights, its template without a system role, as Mistral-7B-Instruct-v0.1 has it."""
    import torch
    from transformers import AutoTokenizer, MistralConfig, MistralForCausalLM

    folder = tmp_path_factory.mktemp("mistral")
    gguf = weights.fetch("smollm2-135m")
    tokenizer = AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name)
    tokenizer.chat_template = (
        "{% for m in messages %}{% if (m.role == 'user') != (loop.index0 % 2 == 0) %}"
        "{{ raise_exception('roles must alternate user and assistant') }}{% endif %}"
        "{% if m.role == 'user' %}[INST] {{ m.content }} [/INST]{% else %}{{ m.content }}{{ eos_token }}{% endif %}"
        "{% endfor %}"
    )
    torch.manual_seed(0)
    shape = MistralConfig(
        vocab_size=len(tokenizer), hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, max_position_embeddings=8192, sliding_window=None,
        eos_token_id=tokenizer.eos_token_id, bos_token_id=tokenizer.bos_token_id,
    )  # fmt: skip
    MistralForCausalLM(shape).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def test_transformers_holds_even_a_random_mistral_to_the_grammar(offered: parts.Catalogue, tiny_mistral: Path) -> None:
    model = model_of(offered, engine="transformers", model=str(tiny_mistral), max_tokens=60)
    for text in UTTERANCES:
        decision = model.decide(text)
        name = decision.answer.split("(")[0]
        assert name in offered.registry.skills


def test_transformers_uses_a_peft_adapter(offered: parts.Catalogue, tiny_mistral: Path, tmp_path: Path) -> None:
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    base = AutoModelForCausalLM.from_pretrained(tiny_mistral)
    adapted = get_peft_model(base, LoraConfig(r=4, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM"))
    torch.manual_seed(1)
    for name, weight in adapted.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(weight, std=0.5)
    adapted.save_pretrained(tmp_path)
    settings = {"engine": "transformers", "model": str(tiny_mistral), "max_tokens": 16}
    plain = model_of(offered, **settings).decide(UTTERANCES[0])
    tuned = model_of(offered, adapter=str(tmp_path), **settings).decide(UTTERANCES[0])
    assert tuned.confidence != plain.confidence


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A real OpenAI-compatible server: xllamacpp's own, with the small model."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(weights.fetch("smollm2-135m"))
    params.n_ctx, params.n_parallel, params.verbosity = 4096, 1, -1
    params.cpuparams.n_threads = 2
    params.api_keys = ["the-key"]
    running = xllamacpp.Server(params)
    yield running.listening_address + "/v1"
    del running


def test_openai_finds_a_llama_server_and_sends_it_the_grammar(
    offered: parts.Catalogue, server: str, llamacpp: SkillModel
) -> None:
    model = model_of(offered, engine="openai", base_url=server, api_key="the-key", model="any")
    answers_with_valid_calls(model)
    assert model.decide(UTTERANCES[0]).rendered == llamacpp.decide(UTTERANCES[0]).rendered


def test_openai_reads_tool_calls_of_servers_that_know_no_grammar(offered: parts.Catalogue, server: str) -> None:
    model = model_of(offered, engine="openai", base_url=server, api_key="the-key", constrain="tools", model="any")
    decision = model.decide("What time is it in Tokyo?")
    assert decision.answer.split("(")[0] in offered.registry.skills
    assert decision.confidence is None


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"api_key": "wrong", "constrain": "llama"}, "refuses the key"),
        ({"base_url": "http://127.0.0.1:9/v1", "api_key": "x"}, "cannot be reached"),
    ],
)
def test_what_openai_cannot_do_is_one_sentence(
    offered: parts.Catalogue, server: str, settings: dict[str, str], sentence: str
) -> None:
    model = model_of(offered, engine="openai", model="any", **{"base_url": server, **settings})
    with pytest.raises(ModelError, match=sentence) as failed:
        model.decide("hello")
    assert str(failed.value).count("\n") == 0


class _Canned(BaseHTTPRequestHandler):
    """Answers as the class's ``answer`` says: (status, body). Remembers the last request."""

    answer: tuple[int, str] = (200, "")
    seen: str = ""

    def do_GET(self) -> None:
        self._send(200, '{"version": "0.12.0"}') if self.path == "/version" else self._send(404, "{}")

    def do_POST(self) -> None:
        type(self).seen = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self._send(*self.answer)

    def _send(self, status: int, body: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def canned() -> Iterator[str]:
    """A real HTTP server that answers like vLLM."""
    running = ThreadingHTTPServer(("127.0.0.1", 0), _Canned)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}/v1"
    running.shutdown()
    running.server_close()


def chat(content: str) -> str:
    return (
        '{"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": [{"index": 0, '
        f'"finish_reason": "stop", "message": {{"role": "assistant", "content": {content}}}}}]}}'
    )


def test_openai_finds_vllm_and_sends_the_grammar_as_a_structured_output(offered: parts.Catalogue, canned: str) -> None:
    _Canned.answer = (200, chat('"timecheck()"'))
    model = model_of(offered, engine="openai", base_url=canned, api_key="x", model="m")
    assert model.decide("What time is it?").rendered == "timecheck()"
    assert '"structured_outputs"' in _Canned.seen and "root ::=" in _Canned.seen


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ((429, '{"error": {"message": "slow down"}}'), "takes no more requests"),
        ((500, '{"error": {"message": "boom"}}'), "refused the request"),
        ((200, '{"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": []}'), "no answer"),
    ],
)
def test_what_a_server_refuses_is_one_sentence(
    offered: parts.Catalogue, canned: str, answer: tuple[int, str], sentence: str
) -> None:
    _Canned.answer = answer
    model = model_of(offered, engine="openai", base_url=canned, api_key="x", constrain="none", model="m")
    with pytest.raises(ModelError, match=sentence):
        model.decide("hello")


@pytest.mark.parametrize(
    "text", ["", "I cannot do that.", "rm -rf /", "weather(", "unknown()", 'timer(duration="soon")']
)
def test_an_answer_that_is_no_valid_call_is_a_problem_and_no_call(
    offered: parts.Catalogue, canned: str, text: str
) -> None:
    import json

    _Canned.answer = (200, chat(json.dumps(text)))
    model = model_of(offered, engine="openai", base_url=canned, api_key="x", constrain="none", model="m")
    decision = model.decide("hello")
    assert decision.calls == () and decision.problem


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"model": "/nowhere/x.gguf"}, "no model file"),
        ({"model": __file__}, "cannot load"),
        ({"model": __file__, "adapter": "/nowhere"}, "takes no PEFT adapter"),
        ({"engine": "transformers", "model": "/nowhere/model"}, "cannot load"),
        ({"engine": "transformers", "model": "/nowhere/model", "four_bit": True}, "needs a GPU|cannot load"),
    ],
)
def test_weights_that_cannot_be_loaded_are_one_sentence(settings: dict[str, object], sentence: str) -> None:
    with pytest.raises(ModelError, match=sentence):
        engine = make_engine(ModelSettings(**settings))  # type: ignore[arg-type]
        engine.complete(Request([], "hello", 'root ::= "other()"', []))
