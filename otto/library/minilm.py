"""What a text means, as a vector: the small sentence model all-MiniLM-L6-v2, run by torch.

The model is BERT with six layers, which is what torch's own TransformerEncoder computes; only the names of the weights
differ. transformers has it too, but takes three seconds to import, and an answer should not wait for that.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from tokenizers import Tokenizer
    from torch import Tensor, nn

NAME = "minilm-l6"  # in `otto models list`

_TOKENS = 256  # the length that the model reads, as its sentence_bert_config.json says
_BATCH = 16


class Embedder:
    """Turns texts into unit vectors, so that the product of two is their likeness, -1 to 1."""

    def __init__(self, folder: Path) -> None:
        from tokenizers import Tokenizer

        self._tokenizer: Tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(_TOKENS)
        self._tokenizer.enable_padding()
        self._model = _load(folder / "model.safetensors")

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row of 384 numbers for each text."""
        import numpy as np

        parts = [self._batch(texts[start : start + _BATCH]) for start in range(0, len(texts), _BATCH)]
        return np.concatenate(parts) if parts else np.empty((0, 384), np.float32)

    def _batch(self, texts: Sequence[str]) -> NDArray[np.float32]:
        import torch

        encoded = self._tokenizer.encode_batch(list(texts))
        tokens = torch.tensor([one.ids for one in encoded])
        there = torch.tensor([one.attention_mask for one in encoded], dtype=torch.bool)
        with torch.inference_mode():
            vectors: NDArray[np.float32] = self._model(tokens, there).numpy()
        return vectors


@cache
def load(folder: Path) -> Embedder:
    """The model in a folder, loaded once: half a second and 90 MB."""
    return Embedder(folder)


def _load(file: Path) -> nn.Module:
    import torch
    from safetensors.torch import load_file
    from torch import nn

    weights = load_file(file)
    words, places = weights["embeddings.word_embeddings.weight"], weights["embeddings.position_embeddings.weight"]
    width = words.shape[1]
    inner = weights["encoder.layer.0.intermediate.dense.weight"].shape[0]
    layers = 1 + max(int(name.split(".")[2]) for name in weights if name.startswith("encoder.layer."))

    class Sentences(nn.Module):
        """Token numbers and which of them count (batch x length) -> unit vectors (batch x width)."""

        def __init__(self) -> None:
            super().__init__()
            self.words = nn.Embedding(len(words), width, _weight=words)
            self.places = nn.Embedding(len(places), width, _weight=places)
            self.norm = nn.LayerNorm(width, eps=1e-12)
            layer = nn.TransformerEncoderLayer(
                width, width // 32, inner, dropout=0, activation="gelu", layer_norm_eps=1e-12, batch_first=True
            )
            self.encoder = nn.TransformerEncoder(layer, layers, enable_nested_tensor=False)

        def forward(self, tokens: Tensor, there: Tensor) -> Tensor:
            kind = weights["embeddings.token_type_embeddings.weight"][0]  # all of it is one text
            embedded = self.words(tokens) + self.places(torch.arange(tokens.shape[1])) + kind
            hidden = self.encoder(self.norm(embedded), src_key_padding_mask=~there)
            counted = there.unsqueeze(-1)
            mean = hidden.masked_fill(~counted, 0).sum(1) / counted.sum(1)
            return nn.functional.normalize(mean, dim=1)

    model = Sentences()
    model.norm.load_state_dict({part: weights[f"embeddings.LayerNorm.{part}"] for part in ("weight", "bias")})
    for number, layer in enumerate(model.encoder.layers):
        layer.load_state_dict(_renamed(weights, f"encoder.layer.{number}."))
    return model.eval()


def _renamed(weights: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """One layer's weights under torch's names; query, key and value in one."""
    import torch

    renamed = {}
    for part in ("weight", "bias"):
        query, key, value = (weights[f"{prefix}attention.self.{name}.{part}"] for name in ("query", "key", "value"))
        renamed[f"self_attn.in_proj_{part}"] = torch.cat((query, key, value))
        renamed[f"self_attn.out_proj.{part}"] = weights[f"{prefix}attention.output.dense.{part}"]
        renamed[f"norm1.{part}"] = weights[f"{prefix}attention.output.LayerNorm.{part}"]
        renamed[f"linear1.{part}"] = weights[f"{prefix}intermediate.dense.{part}"]
        renamed[f"linear2.{part}"] = weights[f"{prefix}output.dense.{part}"]
        renamed[f"norm2.{part}"] = weights[f"{prefix}output.LayerNorm.{part}"]
    return renamed
