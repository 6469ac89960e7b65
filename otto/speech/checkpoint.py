"""Loads OpenAI's Whisper from a CTranslate2 file into openai-whisper's own model.

The numbers are OpenAI's, in float16, which is how OpenAI publishes them. Only names differ, and projections of the
same input are stored as one matrix: query, key and value of self-attention, key and value of cross-attention.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from otto.errors import WeightsError
from otto.speech import ctranslate2

if TYPE_CHECKING:
    from whisper.model import ModelDimensions, Whisper

Arrays = Mapping[str, NDArray[Any]]

# openai-whisper's name -> CTranslate2's name, of a layer norm (weight/bias there, gamma/beta here) ...
_NORMS = {"attn_ln": "self_attention/layer_norm", "mlp_ln": "ffn/layer_norm"}
_CROSS_NORMS = {"cross_attn_ln": "attention/layer_norm"}
# ... and of linear layers; several names on the left are the parts of one matrix, from its first row on.
_LINEARS = {
    ("attn.query", "attn.key", "attn.value"): "self_attention/linear_0",
    ("attn.out",): "self_attention/linear_1",
    ("mlp.0",): "ffn/linear_0",
    ("mlp.2",): "ffn/linear_1",
}
_CROSS_LINEARS = {
    ("cross_attn.query",): "attention/linear_0",
    ("cross_attn.key", "cross_attn.value"): "attention/linear_1",
    ("cross_attn.out",): "attention/linear_2",
}


def load_whisper(file: Path, device: str = "cpu") -> Whisper:
    """The model in float32, ready to transcribe. Its dimensions are those of the tensors in ``file``.

    The file is mapped and converted tensor by tensor, so no more memory is needed than the model takes.
    Raises WeightsError if the file is damaged or holds another model.
    """
    import torch
    from whisper.model import Whisper

    checkpoint = ctranslate2.read(file)
    try:
        if checkpoint.spec != "WhisperSpec":
            raise ValueError(f"it is of the kind {checkpoint.spec}")
        dims = _dimensions(checkpoint.arrays)
        state = {name: torch.from_numpy(_float32(array)) for name, array in _rename(checkpoint.arrays, dims)}
        with _uninitialised():
            model = Whisper(dims)
        model.load_state_dict(state, strict=True, assign=True)
    except (KeyError, ValueError, IndexError, RuntimeError) as error:
        reason = f"it has no {error.args[0]}" if isinstance(error, KeyError) else str(error).splitlines()[0]
        raise WeightsError(f"{file} is not a Whisper model that Otto can read: {reason}.") from None
    return model.to(device).eval()


def _dimensions(arrays: Arrays) -> ModelDimensions:
    from whisper.model import ModelDimensions

    n_audio_ctx, n_audio_state = arrays["encoder/position_encodings/encodings"].shape
    n_text_ctx, n_text_state = arrays["decoder/position_encodings/encodings"].shape
    return ModelDimensions(
        n_mels=arrays["encoder/conv1/weight"].shape[1],
        n_audio_ctx=n_audio_ctx,
        n_audio_state=n_audio_state,
        n_audio_head=int(arrays["encoder/num_heads"]),
        n_audio_layer=_layers(arrays, "encoder"),
        n_vocab=arrays["decoder/embeddings/weight"].shape[0],
        n_text_ctx=n_text_ctx,
        n_text_state=n_text_state,
        n_text_head=int(arrays["decoder/num_heads"]),
        n_text_layer=_layers(arrays, "decoder"),
    )


def _layers(arrays: Arrays, stack: str) -> int:
    return len({name.split("/")[1] for name in arrays if name.startswith(f"{stack}/layer_") and name.count("/") > 2})


def _rename(arrays: Arrays, dims: ModelDimensions) -> Iterator[tuple[str, NDArray[Any]]]:
    """Every entry of openai-whisper's state dict."""
    for conv in ("conv1", "conv2"):
        for part in ("weight", "bias"):
            yield f"encoder.{conv}.{part}", arrays[f"encoder/{conv}/{part}"]
    yield "encoder.positional_embedding", arrays["encoder/position_encodings/encodings"]
    yield "decoder.positional_embedding", arrays["decoder/position_encodings/encodings"]
    yield "decoder.token_embedding.weight", arrays["decoder/embeddings/weight"]
    yield from _norm(arrays, "encoder.ln_post", "encoder/layer_norm")
    yield from _norm(arrays, "decoder.ln", "decoder/layer_norm")
    for layer in range(dims.n_audio_layer):
        yield from _block(arrays, f"encoder.blocks.{layer}", f"encoder/layer_{layer}", _NORMS, _LINEARS)
    for layer in range(dims.n_text_layer):
        place = f"decoder.blocks.{layer}", f"decoder/layer_{layer}"
        yield from _block(arrays, *place, _NORMS | _CROSS_NORMS, _LINEARS | _CROSS_LINEARS)


def _block(
    arrays: Arrays, ours: str, theirs: str, norms: dict[str, str], linears: dict[tuple[str, ...], str]
) -> Iterator[tuple[str, NDArray[Any]]]:
    for name, source in norms.items():
        yield from _norm(arrays, f"{ours}.{name}", f"{theirs}/{source}")
    for names, source in linears.items():
        for part in ("weight", "bias"):
            pieces = np.split(arrays[f"{theirs}/{source}/{part}"], len(names))
            for name, piece in zip(names, pieces, strict=True):
                if not (part == "bias" and name.endswith(".key")):  # Whisper's keys have no bias; here it is zeros
                    yield f"{ours}.{name}.{part}", piece


def _norm(arrays: Arrays, ours: str, theirs: str) -> Iterator[tuple[str, NDArray[Any]]]:
    yield f"{ours}.weight", arrays[f"{theirs}/gamma"]
    yield f"{ours}.bias", arrays[f"{theirs}/beta"]


def _float32(array: NDArray[Any]) -> NDArray[np.float32]:
    if array.dtype.kind != "f":
        raise ValueError("its weights are quantised to integers; a float16 or float32 model is needed")
    return array.astype(np.float32)


def _uninitialised() -> Any:
    """Within it, new layers are not filled with random numbers, which takes time and touches memory for nothing."""
    import torch
    from torch.overrides import TorchFunctionMode

    fillers = {torch.nn.init.normal_, torch.nn.init.uniform_, torch.nn.init.kaiming_uniform_}

    class Uninitialised(TorchFunctionMode):
        def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            kwargs = kwargs or {}
            return kwargs.get("tensor", args[0] if args else None) if func in fillers else func(*args, **kwargs)

    return Uninitialised()
