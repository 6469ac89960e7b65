"""Which passages answer a question? By words (BM25) and by meaning (vectors), the two rankings put together.

The floors come from `python -m tests.library.measure`, which also asks what the documents do not answer.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from otto.arguments import comparable
from otto.library.index import Index, Placed
from otto.library.minilm import Embedder

ALIKE = 0.40  # cosine from which a passage is about the question
COVERED = 0.50  # share of the question's words, by their weight, from which it is
_CANDIDATES = 30  # of each ranking
_RANK = 60  # reciprocal rank fusion, as Cormack, Clarke and Buettcher 2009 set it
_MOST_WORDS = 32  # of a question

_EMPTY = frozenset(
    """
    a about according all am an and any anything are as at be been but by called can check could did do doc
    docs document documents does file files find for from get give had happens has have he her his how i if in
    into is it its just know let like long look many may me mean means much must my need of off often on or
    our out own paper papers please read say says shall she should show so some something tell than that the
    their them then there these they this those to up us was we were what whats when where which who whom
    whose why will with would you your
    """.split()
)


@dataclass(frozen=True)
class Hit:
    """A passage and why it was found: the cosine with the question, and the share of its words that are in it."""

    placed: Placed
    alike: float | None
    covered: float

    @property
    def fits(self) -> bool:
        """Whether it is likely to hold the answer."""
        return self.covered >= COVERED or (self.alike is not None and self.alike >= ALIKE)


def search(index: Index, embedder: Embedder | None, question: str, most: int = 5) -> list[Hit]:
    """The best passages, whether they fit or not. Without an embedder by words alone."""
    words = content_words(question)
    rankings = [index.containing(words, _CANDIDATES)] if words else []
    alike: dict[int, float] = {}
    if embedder is not None:
        alike = dict(index.nearest(embedder.vectors([question])[0].tobytes(), _CANDIDATES))
        rankings.append(list(alike))
    best = _fused(rankings)
    covered = _covered(index, words, best)
    placed = index.get(best)
    hits = [Hit(placed[number], alike.get(number), covered[number]) for number in best if number in placed]
    return hits[:most]


def content_words(question: str) -> list[str]:
    """The words of a question that say what it is about."""
    words = dict.fromkeys(re.findall(r"\w+", re.sub(r"['\u2019]", "", comparable(question))))
    return ([word for word in words if word not in _EMPTY] or list(words))[:_MOST_WORDS]


def _fused(rankings: Sequence[Sequence[int]]) -> list[int]:
    """Reciprocal rank fusion: what stands high in either ranking comes first."""
    scores: dict[int, float] = defaultdict(float)
    for ranking in rankings:
        for rank, number in enumerate(ranking, start=1):
            scores[number] += 1 / (_RANK + rank)
    return sorted(scores, key=lambda number: -scores[number])


def _covered(index: Index, words: Sequence[str], passages: Sequence[int]) -> dict[int, float]:
    """For each passage the share of the words that it has; a rare word weighs more."""
    count = index.count()
    weights = {word: math.log(1 + count / (1 + index.frequency(word))) for word in words}
    total = sum(weights.values()) or 1.0
    covered = dict.fromkeys(passages, 0.0)
    for word, weight in weights.items():
        for number in index.those_with(word, passages):
            covered[number] += weight / total
    return covered
