"""Which passages are found, and which sentence of them is read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from otto import weights
from otto.library import minilm
from otto.library.answering import best_sentences, unwrapped
from otto.library.index import Index
from otto.library.minilm import Embedder
from otto.library.passages import Passage
from otto.library.search import content_words, search
from tests.library.measure import HERE, indexed, questions


@pytest.fixture(scope="module")
def household(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """The documents that `python -m tests.library.measure` asks about."""
    with Index(tmp_path_factory.mktemp("index") / "library.db") as index:
        indexed(index, HERE / "corpus", minilm.load(weights.fetch("minilm-l6")))
        yield index


def right(index: Index, embedder: Embedder | None) -> float:
    """The share of questions whose first passage that fits is the right one."""
    asked = [one for one in questions() if one.file]
    first = [(one, [hit for hit in search(index, embedder, one.text) if hit.fits][:1]) for one in asked]
    return sum(bool(hits) and one.answered_by(hits[0]) for one, hits in first) / len(asked)


def test_words_and_meaning_together_find_most_answers(household: Index, embedder: Embedder) -> None:
    assert right(household, embedder) >= 0.8


def test_words_alone_find_what_is_asked_in_the_words_of_the_document(household: Index) -> None:
    assert right(household, None) >= 0.6


@pytest.mark.parametrize("with_model", [True, False])
def test_what_the_documents_do_not_hold_is_not_found(household: Index, embedder: Embedder, with_model: bool) -> None:
    asked = [one.text for one in questions() if not one.file]
    wrong = [
        text for text in asked if any(hit.fits for hit in search(household, embedder if with_model else None, text))
    ]
    assert wrong == []


def test_the_words_that_say_what_a_question_is_about() -> None:
    assert content_words("What does my landlord's letter say about the heating?") == ["landlords", "letter", "heating"]
    assert content_words("what is it") == ["what", "is", "it"]


def test_the_vectors_are_those_of_the_model_in_transformers(embedder: Embedder) -> None:
    import torch
    from tokenizers import Tokenizer
    from transformers import BertConfig, BertModel

    folder = weights.fetch("minilm-l6")
    from safetensors.torch import load_file

    config = BertConfig(hidden_size=384, num_hidden_layers=6, num_attention_heads=12, intermediate_size=1536)
    model = BertModel(config, add_pooling_layer=False).eval()
    model.load_state_dict(load_file(folder / "model.safetensors"), strict=False)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    texts = ["The warranty lasts three years.", "Ünïcödé 中文 " * 20, "x"]
    for text, vector in zip(texts, embedder.vectors(texts), strict=True):
        with torch.inference_mode():
            mean = model(torch.tensor([tokenizer.encode(text).ids])).last_hidden_state[0].mean(0).numpy()
        assert np.allclose(vector, mean / np.linalg.norm(mean), atol=1e-5)


def test_the_sentence_that_fits_is_read_and_one_more_when_it_is_short() -> None:
    passage = Passage("Pay in May. A visit costs 79 euros when the guarantee has ended, and nothing before. Call us.")
    assert best_sentences("what does a visit cost", passage).startswith("A visit costs 79 euros")
    assert best_sentences("when do I pay", Passage("Pay it. Do so in May. Thank you.")) == "Pay it. Do so in May."


def test_lines_are_joined_where_only_the_page_was_not_wider() -> None:
    text = "The rent is 940 euros a month and is due on\nthe third working day.\nHeating is extra:\n- water\n- gas"
    assert unwrapped(text) == (
        "The rent is 940 euros a month and is due on the third working day.\nHeating is extra:\n- water\n- gas"
    )


def test_a_passage_without_an_end_is_cut_for_the_ear() -> None:
    assert len(best_sentences("word", Passage("word " * 400))) <= 604


def test_names_of_files_count_as_words(tmp_path: Path) -> None:
    (tmp_path / "boiler_service.txt").write_text("It was done in March by Ines.")
    with Index(tmp_path / "library.db") as index:
        indexed(index, tmp_path, None)
        (hit,) = search(index, None, "boiler service")
        assert hit.fits
