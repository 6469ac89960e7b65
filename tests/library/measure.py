"""How well are passages found, and what is the right floor? `python -m tests.library.measure`

Prints the tables of docs/documents.md: hit@1 and hit@3 on hand-written questions about hand-written documents, by
words, by meaning, and by both; and for each floor how many of the questions that the documents answer would be
answered, and how many of those that they do not answer.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from otto import weights
from otto.library import minilm, search
from otto.library.index import Index
from otto.library.indexing import refresh
from otto.library.minilm import Embedder
from otto.library.reader import Reader
from otto.library.search import Hit

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Question:
    """A question, the file and words of the passage that answers it; None when no document does."""

    text: str
    file: str | None
    words: str

    def answered_by(self, hit: Hit) -> bool:
        """Whether this is the passage."""
        return hit.placed.path.endswith(f"/{self.file}") and self.words in " ".join(hit.placed.passage.text.split())


def questions(file: Path = HERE / "questions.tsv") -> list[Question]:
    rows = (line.split("\t") for line in file.read_text("utf-8").splitlines())
    return [Question(text, None if name == "-" else name, words) for text, name, words in rows]


def indexed(index: Index, folder: Path, embedder: Embedder | None) -> None:
    """Put the documents of a folder into an index."""
    index.add_root(str(folder.resolve()))
    with Reader() as reader:
        refresh(index, embedder, reader)


def meaning_alone(index: Index, embedder: Embedder, question: str) -> list[Hit]:
    nearest = dict(index.nearest(embedder.vectors([question])[0].tobytes(), 5))
    placed = index.get(list(nearest))
    return [Hit(placed[number], alike, 0.0) for number, alike in nearest.items()]


def table(name: str, asked: list[Question], find: Callable[[str], list[Hit]]) -> list[tuple[Question, list[Hit]]]:
    """Ask everything; print one line of hit rates."""
    found = [(question, find(question.text)) for question in asked]
    known = [(question, hits) for question, hits in found if question.file]
    rates = [
        sum(any(question.answered_by(hit) for hit in hits[:rank]) for question, hits in known) / len(known)
        for rank in (1, 3)
    ]
    print(f"| {name} | {rates[0]:.0%} | {rates[1]:.0%} |")
    return found


def floors(name: str, found: list[tuple[Question, list[Hit]]], fits: Callable[[Hit], bool]) -> None:
    """How many questions that the documents answer are answered, and rightly, and how many that they do not."""
    fitting = [(question, [hit for hit in hits if fits(hit)]) for question, hits in found]
    known = [(question, hits) for question, hits in fitting if question.file]
    others = [hits for question, hits in fitting if not question.file]
    right = sum(question.answered_by(hits[0]) for question, hits in known if hits)
    print(f"| {name} | {sum(map(bool, (hits for _, hits in known)))} of {len(known)}, {right} right", end="")
    print(f" | {sum(map(bool, others))} of {len(others)} |")


def report(folder: Path, asked: list[Question], embedder: Embedder) -> None:
    with tempfile.TemporaryDirectory() as place, Index(Path(place) / "library.db") as index:
        indexed(index, folder, embedder)
        known = sum(1 for one in asked if one.file)
        print(f"\n{index.count()} passages, {known} questions with an answer, {len(asked) - known} without\n")
        print("| ranking | hit@1 | hit@3 |\n|---|---|---|")
        words = table("words (BM25)", asked, lambda text: search.search(index, None, text))
        table("meaning (vectors)", asked, lambda text: meaning_alone(index, embedder, text))
        both = table("both", asked, lambda text: search.search(index, embedder, text))
    print("\n| floor | with an answer | without |\n|---|---|---|")
    for covered in (0.3, 0.4, 0.5, 0.6):
        floors(f"words, {covered} of them", words, lambda hit, floor=covered: hit.covered >= floor)  # type: ignore[misc]
    for alike in (0.3, 0.35, 0.4, 0.45, 0.5):
        floors(f"meaning, {alike} alike", both, lambda hit, floor=alike: (hit.alike or 0) >= floor)  # type: ignore[misc]
    floors("Otto's, words alone", words, lambda hit: hit.fits)
    floors("Otto's", both, lambda hit: hit.fits)


def main() -> None:
    embedder = minilm.load(weights.fetch("minilm-l6"))
    report(HERE / "corpus", questions(), embedder)
    print("\nOtto's own documents, which the floors were not chosen on:")
    report(HERE.parent.parent / "docs", questions(HERE / "questions_otto.tsv"), embedder)


if __name__ == "__main__":
    main()
