"""An answer out of passages: by the language model, held to what they say, or the best sentence of the best one."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePath

from otto.arguments import comparable
from otto.chat import Chat, messages
from otto.config import ChatSettings
from otto.context import Reply
from otto.errors import ModelError
from otto.library.minilm import Embedder
from otto.library.passages import Passage
from otto.library.search import Hit, content_words
from otto.model.engine import Message
from otto.sentences import sentences, speakable
from otto.spoken import in_digits

NOTHING = "I found nothing about that in your documents."
STILL_READING = "Some documents are still being read."
_NONE = "none"  # what the model is told to say when the passages do not hold the answer
_SHORT = 60  # characters; after a sentence as short as this the next one is read too
_LONGEST = 600  # characters that are read aloud
_OWN_WORDS = 0.5  # share of an answer's words that may be in no passage
_STEM = 5  # letters in which words must agree to be the same: "repair", "repairs", "repaired"


@dataclass(frozen=True)
class Answer:
    """What is said, the passage that it comes from (None when nothing fits), and what else the user should know.

    ``by_model`` is whether the language model made it, or it is read from the passage.
    """

    text: str
    source: Hit | None = None
    by_model: bool = False
    notes: tuple[str, ...] = ()

    @property
    def reply(self) -> Reply:
        """The answer with its source: short in speech, with path and passage on the screen."""
        if self.source is None:
            return Reply(self.text, "\n".join(self.notes) or None, ok=False)
        placed = self.source.placed
        shown = f"{', '.join([placed.path, *_places(placed.passage)])}:\n{placed.passage.text}"
        return Reply(f"From {source_name(self.source)}: {self.text}", "\n".join([shown, *self.notes]))


async def answer(
    question: str,
    hits: Sequence[Hit],
    chat: ChatSettings,
    embedder: Embedder | None = None,
    notes: tuple[str, ...] = (),
) -> Answer:
    """Answer from the hits that fit. Where the model cannot be reached, or says what they do not, read the best one.

    A question and passages that ask for something to be done are answered in words like any other: text is all that
    can come of it.
    """
    fitting = [hit for hit in hits if hit.fits]
    if not fitting:
        return Answer(NOTHING, notes=notes)
    if chat.model is not None:
        try:
            said = await Chat(chat).answer(_asked(question, fitting))
        except ModelError as error:
            notes += (f"{error} So this is the passage itself.",)
        else:
            found = _checked(question, said, fitting)
            if found is None:
                return Answer(NOTHING, notes=notes)
            if isinstance(found, Answer):
                return Answer(found.text, found.source, True, notes)
            notes += ("The language model said what the passages do not say, so this is the passage itself.",)
    best = fitting[0]
    return Answer(best_sentences(question, best.placed.passage, embedder), best, notes=notes)


def source_name(hit: Hit) -> str:
    """ "warranty.pdf, page 3", "lease.md, under Deposit"."""
    passage = hit.placed.passage
    name = PurePath(hit.placed.path).name
    if passage.page is not None:
        return f"{name}, page {passage.page}"
    return f"{name}, under {passage.heading.split(' > ')[-1].rstrip('.:?!')}" if passage.heading else name


def best_sentences(question: str, passage: Passage, embedder: Embedder | None = None) -> str:
    """The one or two sentences of a passage that fit the question best."""
    found = list(sentences([unwrapped(passage.text)])) or [speakable(passage.text)]
    words = {word[:_STEM] for word in content_words(question)}
    scores = [len(words & _stems(sentence)) / (len(words) or 1) for sentence in found]
    if embedder is not None:
        *vectors, asked = embedder.vectors([*found, question])
        scores = [score + float(vector @ asked) for score, vector in zip(scores, vectors, strict=True)]
    best = max(range(len(found)), key=lambda number: scores[number])
    short = len(found[best]) < _SHORT and best + 1 < len(found)
    text = " ".join(found[best : best + 2]) if short else found[best]
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST].rsplit(' ', 1)[0]} ..."


def unwrapped(text: str) -> str:
    """Lines joined that were only broken because the page was not wider."""
    lines = text.split("\n")
    width = max(map(len, lines))
    joined = lines[0]
    for before, line in pairwise(lines):
        full = len(before) + len(line.split(" ", 1)[0]) >= width * 0.8
        goes_on = bool(re.search(r"[\w,;)\"'-]$", before)) and not re.match(r"\s*(?:[-*+•]|\d+[.)])\s", line)
        joined += (" " if full and goes_on else "\n") + line
    return joined


def _asked(question: str, hits: Sequence[Hit]) -> list[Message]:
    """The passages as data, in JSON, so that none can end before its end."""
    passages = [
        {"number": number, "from": source_name(hit), "text": hit.placed.passage.text}
        for number, hit in enumerate(hits, start=1)
    ]
    return messages("docs", json.dumps({"passages": passages, "question": question}, ensure_ascii=False, indent=1))


def _checked(question: str, said: str, hits: Sequence[Hit]) -> Answer | str | None:
    """The model's answer and its source; None when it found none; the text when the passages do not say so."""
    cited = [int(number) for number in re.findall(r"\[(\d{1,2})\]", said)]
    text = speakable(re.sub(r"\s*\[\d{1,2}(?:, ?\d{1,2})*\]:?", "", said))
    if not text or comparable(text).strip("[]") == _NONE:
        return None
    given = " ".join([question, *(f"{source_name(hit)} {hit.placed.passage.text}" for hit in hits)])
    if not _numbers(text) <= _numbers(given):
        return text
    words = {word[:_STEM] for word in content_words(text)}
    own = words - _stems(given)
    if len(own) > _OWN_WORDS * len(words):
        return text
    named = [hits[number - 1] for number in cited if 1 <= number <= len(hits)]
    closest = max(hits, key=lambda hit: len(words & _stems(hit.placed.passage.text)))
    return Answer(text[:_LONGEST], (named or [closest])[0])


def _numbers(text: str) -> set[str]:
    return {number.replace(",", "").rstrip(".") for number in re.findall(r"\d[\d.,]*", f"{text} {in_digits(text)}")}


def _stems(text: str) -> set[str]:
    return {word[:_STEM] for word in re.findall(r"\w+", text.casefold())}


def _places(passage: Passage) -> list[str]:
    page = [f"page {passage.page}"] if passage.page is not None else []
    line = [f"line {passage.line}"] if passage.line is not None else []
    return [*page, *([passage.heading] if passage.heading else []), *line]
