"""Whisper's weights in CTranslate2's layout give openai-whisper's own model, number for number."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import whisper
from whisper.model import ModelDimensions, Whisper

from otto import weights
from otto.errors import WeightsError
from otto.speech import ctranslate2
from otto.speech.checkpoint import load_whisper
from otto.speech.voices import Voices

SMALL = ModelDimensions(
    n_mels=80,
    n_audio_ctx=50,
    n_audio_state=16,
    n_audio_head=2,
    n_audio_layer=3,
    n_vocab=120,
    n_text_ctx=12,
    n_text_state=16,
    n_text_head=4,
    n_text_layer=2,
)


@pytest.fixture(scope="module")
def tiny_file() -> Path:
    return weights.fetch("whisper-tiny.en")


@pytest.fixture(scope="module")
def tiny(tiny_file: Path) -> Whisper:
    return load_whisper(tiny_file)


def test_tiny_en_writes_down_what_is_said(tiny):
    import soxr

    samples, rate = Voices().synthesize("What is the weather in Berlin tomorrow?", "espeak:en-us")
    heard = tiny.transcribe(soxr.resample(samples, rate, 16000), fp16=False, temperature=0.0)["text"]
    assert heard.strip() == "What is the weather in Berlin tomorrow?"


def test_its_dimensions_are_those_of_openai(tiny):
    assert tiny.dims == ModelDimensions(80, 1500, 384, 6, 4, 51864, 448, 384, 6, 4)
    assert not tiny.is_multilingual
    assert all(parameter.dtype == torch.float32 for parameter in tiny.parameters())
    assert not tiny.training


def test_every_number_of_the_file_is_in_the_model(tiny, tiny_file):
    arrays = ctranslate2.read(tiny_file).arrays
    unique = {array.ctypes.data: array for array in arrays.values() if array.dtype.kind == "f"}
    in_file = sum(float(np.abs(array).sum(dtype=np.float64)) for array in unique.values())
    in_model = sum(float(tensor.double().abs().sum()) for tensor in tiny.state_dict().values())
    assert in_model == pytest.approx(in_file, rel=1e-9)


def test_the_positions_are_the_sinusoids_that_openai_computes(tiny):
    sinusoids = whisper.model.sinusoids(1500, 384)
    assert torch.allclose(tiny.encoder.positional_embedding, sinusoids, atol=1e-3)


def test_the_biases_of_the_keys_which_whisper_has_not_are_zero(tiny_file):
    for name, array in ctranslate2.read(tiny_file).arrays.items():
        if name.endswith("/self_attention/linear_0/bias"):
            assert not np.split(array, 3)[1].any(), name
        if name.endswith("/attention/linear_1/bias") and "/self_" not in name:
            assert not np.split(array, 2)[0].any(), name


def test_a_model_written_in_that_layout_is_read_back_the_same(tmp_path):
    original = random_model()
    model = load_whisper(write(tmp_path / "model.bin", original))
    assert model.dims == SMALL
    for name, tensor in original.state_dict().items():
        assert torch.equal(tensor, model.state_dict()[name]), name
    mel, tokens = torch.randn(1, 80, 100), torch.tensor([[1, 2, 3]])
    assert torch.equal(model(mel, tokens), original(mel, tokens)), "masks and buffers are right too"


def test_float16_becomes_float32(tmp_path):
    original = random_model()
    model = load_whisper(write(tmp_path / "model.bin", original, np.float16))
    weight = model.decoder.blocks[1].cross_attn.value.weight
    assert weight.dtype == torch.float32
    assert torch.equal(weight, original.decoder.blocks[1].cross_attn.value.weight.half().float())


def test_a_truncated_file_says_so(tmp_path):
    file = write(tmp_path / "model.bin", random_model())
    whole = file.read_bytes()
    for length in (0, 3, 9, 40, len(whole) // 2, len(whole) - 1):
        file.write_bytes(whole[:length])
        with pytest.raises(WeightsError, match=r"model.bin is not a whole CTranslate2 model .*; delete it"):
            load_whisper(file)


@pytest.mark.parametrize("content", [b"GGUF" + bytes(1000), b"PK\x03\x04" + bytes(1000), b"\x06\0\0\0" + b"\xff" * 99])
def test_a_foreign_file_says_so(tmp_path, content):
    file = tmp_path / "model.bin"
    file.write_bytes(content)
    with pytest.raises(WeightsError, match=r"is not a whole CTranslate2 model"):
        load_whisper(file)


def test_a_missing_file_says_so(tmp_path):
    with pytest.raises(WeightsError, match=r"none.bin cannot be read: No such file"):
        load_whisper(tmp_path / "none.bin")


def test_another_model_in_that_layout_says_so(tmp_path):
    file = write(tmp_path / "model.bin", random_model(), spec="TransformerSpec")
    with pytest.raises(WeightsError, match=r"is not a Whisper model that Otto can read: it is of the kind Transformer"):
        load_whisper(file)


def test_a_missing_tensor_is_named(tmp_path):
    file = write(tmp_path / "model.bin", random_model(), leave_out="decoder/layer_1/ffn/linear_1/bias")
    with pytest.raises(WeightsError, match=r"it has no decoder/layer_1/ffn/linear_1/bias"):
        load_whisper(file)


def test_a_quantised_model_says_so(tmp_path):
    file = write(tmp_path / "model.bin", random_model(), np.int8)
    with pytest.raises(WeightsError, match=r"quantised to integers; a float16 or float32 model is needed"):
        load_whisper(file)


def random_model() -> Whisper:
    torch.manual_seed(0)
    model = Whisper(SMALL).eval()
    torch.nn.init.normal_(model.decoder.positional_embedding)  # openai-whisper leaves it as it finds it
    return model


def write(file: Path, model: Whisper, dtype: Any = np.float32, spec: str = "WhisperSpec", leave_out: str = "") -> Path:
    """Write a Whisper as CTranslate2's converter does."""
    arrays = {name: array.astype(dtype) for name, array in fused(model).items() if name != leave_out}
    arrays["encoder/num_heads"] = np.array(model.dims.n_audio_head, np.int16)
    arrays["decoder/num_heads"] = np.array(model.dims.n_text_head, np.int16)
    codes = {"float32": 0, "int8": 1, "int16": 2, "float16": 4}
    content = struct.pack("<I", 6) + text(spec) + struct.pack("<II", 3, len(arrays))
    for name, array in sorted(arrays.items()):
        content += text(name) + struct.pack(f"<B{array.ndim}I", array.ndim, *array.shape)
        content += struct.pack("<BI", codes[array.dtype.name], array.nbytes) + array.tobytes()
    content += struct.pack("<I", 1) + text("decoder/projection/weight") + text("decoder/embeddings/weight")
    file.write_bytes(content)
    return file


def text(value: str) -> bytes:
    return struct.pack("<H", len(value) + 1) + value.encode() + b"\0"


def fused(model: Whisper) -> dict[str, np.ndarray]:
    arrays: dict[str, np.ndarray] = {}

    def put(name: str, tensor: torch.Tensor) -> None:
        arrays[name] = tensor.detach().numpy()

    def linear(name: str, *layers: torch.nn.Linear) -> None:
        biases = [torch.zeros(len(layer.weight)) if layer.bias is None else layer.bias for layer in layers]
        put(f"{name}/weight", torch.cat([layer.weight for layer in layers]))
        put(f"{name}/bias", torch.cat(biases))

    def norm(name: str, layer: torch.nn.LayerNorm) -> None:
        put(f"{name}/gamma", layer.weight)
        put(f"{name}/beta", layer.bias)

    for side, stack in (("encoder", model.encoder), ("decoder", model.decoder)):
        put(f"{side}/position_encodings/encodings", stack.positional_embedding)
        for number, block in enumerate(stack.blocks):
            layer = f"{side}/layer_{number}"
            linear(f"{layer}/self_attention/linear_0", block.attn.query, block.attn.key, block.attn.value)
            linear(f"{layer}/self_attention/linear_1", block.attn.out)
            norm(f"{layer}/self_attention/layer_norm", block.attn_ln)
            linear(f"{layer}/ffn/linear_0", block.mlp[0])
            linear(f"{layer}/ffn/linear_1", block.mlp[2])
            norm(f"{layer}/ffn/layer_norm", block.mlp_ln)
            if block.cross_attn is not None:
                linear(f"{layer}/attention/linear_0", block.cross_attn.query)
                linear(f"{layer}/attention/linear_1", block.cross_attn.key, block.cross_attn.value)
                linear(f"{layer}/attention/linear_2", block.cross_attn.out)
                norm(f"{layer}/attention/layer_norm", block.cross_attn_ln)
    put("encoder/conv1/weight", model.encoder.conv1.weight)
    put("encoder/conv1/bias", model.encoder.conv1.bias)
    put("encoder/conv2/weight", model.encoder.conv2.weight)
    put("encoder/conv2/bias", model.encoder.conv2.bias)
    put("decoder/embeddings/weight", model.decoder.token_embedding.weight)
    norm("encoder/layer_norm", model.encoder.ln_post)
    norm("decoder/layer_norm", model.decoder.ln)
    return arrays
