"""Near-duplicates: families of sentences that may not be parted, and leaks between sets."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from otto.speech.inventions import plain_words

LIKE = 88  # of 100: "set a timer for ten minutes" is 91 like "set a timer for two minutes", 79 like "start a timer ..."
_ROWS = 512


def plain(text: str) -> str:
    """A sentence as it is compared: its words in lower case, without punctuation."""
    return " ".join(plain_words(text))


def alike(texts: Sequence[str], others: Sequence[str], like: int = LIKE) -> list[tuple[int, int]]:
    """All pairs (index in texts, index in others) of sentences that are near-duplicates, by edit distance."""
    import numpy as np
    from rapidfuzz import fuzz, process

    found: list[tuple[int, int]] = []
    choices = [plain(text) for text in others]
    for start in range(0, len(texts), _ROWS):
        queries = [plain(text) for text in texts[start : start + _ROWS]]
        scores = process.cdist(queries, choices, scorer=fuzz.ratio, score_cutoff=like, dtype=np.uint8, workers=-1)
        rows, columns = np.nonzero(scores)
        found += [(start + int(row), int(column)) for row, column in zip(rows, columns, strict=True)]
    return found


def families(texts: Sequence[str], given: Sequence[int]) -> list[int]:
    """A family number for each text: near-duplicates, and texts with the same ``given`` number, are of one family."""
    parents = list(range(len(texts)))

    def root(index: int) -> int:
        while parents[index] != index:
            parents[index] = parents[parents[index]]
            index = parents[index]
        return index

    first: dict[int, int] = {}
    for index, number in enumerate(given):
        parents[root(index)] = root(first.setdefault(number, index))
    for one, other in alike(texts, texts):
        if one < other:
            parents[root(other)] = root(one)
    names: dict[int, str] = {}
    for index, text in enumerate(texts):
        names[root(index)] = min(plain(text), names.get(root(index), plain(text)))
    return [_number(names[root(index)]) for index in range(len(texts))]


def _number(name: str) -> int:
    """A number that stays the same when other families come and go."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:6])
