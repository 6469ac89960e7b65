"""Sentences for the ear out of written text that is still coming: cut where one ends, freed of its markup. Pure.

A parser of Markdown wants whole paragraphs, and by then the first sentence could long have been spoken; so the markup
is taken off sentence by sentence.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

LONGEST = 500  # characters; text without an end is cut here, so that something is said
_AHEAD = 80  # characters after an end that tell whether it is one

_END = re.compile(r"[.!?…]+[\"'”’)\]*_`]*(?=\s)|\n")
_OPENING = "\"'“‘([*_`"
_TITLES = set(
    "dr mr mrs ms mx prof st mt gen sgt capt lt col maj rev hon gov sen rep messrs e.g i.e vs cf approx".split()
)
_BEFORE_NUMBERS = set("no nr fig figs vol ch sec p pp jan feb mar apr jun jul aug sep sept oct nov dec".split())
_INITIALS = re.compile(r"(?:[^\W\d_]\.)*[A-Z]")  # "J" of "J. R. R. Tolkien", "U.S"
_FENCE = re.compile(r"[ \t]*(?:```|~~~)")
_FENCE_LINE = re.compile(r"^[ \t]*(?:```|~~~).*(?:\n|\Z)", re.MULTILINE)


class Splitter:
    """Takes text as it comes and gives the sentences that are complete. Blocks of code are left out."""

    def __init__(self) -> None:
        self._text = ""
        self._in_code = False

    def add(self, piece: str) -> list[str]:
        """The sentences that this piece completes."""
        self._text += piece
        return list(self._cut(final=False))

    def rest(self) -> list[str]:
        """What is left when no more text comes."""
        return list(self._cut(final=True))

    def _cut(self, final: bool) -> Iterator[str]:
        while self._text:
            if self._in_code or self._at_fence(final):
                if not self._pass_fence(final):
                    return
                continue
            near = self._text[: LONGEST + _AHEAD]
            end = _end(near, final or len(near) < len(self._text))
            if end is None:
                return
            sentence, self._text = speakable(self._text[:end]), self._text[end:].lstrip()
            if sentence:
                yield sentence

    def _at_fence(self, final: bool) -> bool:
        begun = self._text.lstrip(" \t")
        return _FENCE.match(self._text) is not None or (not final and begun in ("`", "``", "~", "~~"))

    def _pass_fence(self, final: bool) -> bool:
        """Drop what is code up to the next fence. False when that has not come."""
        fence = _FENCE_LINE.search(self._text)
        if fence and (final or fence[0].endswith("\n")):
            self._text, self._in_code = self._text[fence.end() :].lstrip(), not self._in_code
            return True
        if self._in_code or final:  # the last line may be half a fence
            self._text = "" if final else self._text[self._text.rfind("\n") + 1 :]
        return False


def sentences(pieces: Iterable[str]) -> Iterator[str]:
    """The sentences of a text in pieces, each as soon as it is complete, without markup."""
    splitter = Splitter()
    for piece in pieces:
        yield from splitter.add(piece)
    yield from splitter.rest()


def speakable(text: str) -> str:
    """Written text on one line, without the marks of Markdown and HTML; of a link its text or its host."""
    lines = [_line(line) for line in text.splitlines()]
    text = " ".join(line for line in lines if line)
    text = re.sub(r"!?\[([^\[\]]*)\]\([^)\s]*(?:\s[^)]*)?\)", r"\1", text)
    text = re.sub(r"</?[A-Za-z][^<>]*>", _tag, text)
    text = re.sub(r"\bhttps?://\S*[^\s.,;:!?)\"'*_]", lambda found: _host(found[0]), text)
    text = re.sub(r"(?<!\w)[*_]+(?=\S)|(?<=\S)[*_]+(?!\w)|~~|`+", "", text)  # but not "2*3" or "snake_case"
    text = " ".join(html.unescape(text).split())
    if not re.search(r"\w", text):
        return ""
    return f"{text}." if text[-1].isalnum() else text


def _end(text: str, final: bool) -> int | None:
    """The position after the first sentence; None when it cannot be told yet."""
    for found in _END.finditer(text, 0, LONGEST):
        following = text[found.end() :].lstrip()
        if not following.strip(_OPENING) and not final:
            return None
        if _ends(text, found, following):
            return found.end()
    if len(text) > LONGEST:
        return text.rfind(" ", 0, LONGEST) + 1 or LONGEST
    return len(text) if final else None


def _ends(text: str, found: re.Match[str], following: str) -> bool:
    if found[0] == "\n":  # a new paragraph or list item; a line that goes on in lower case does not end here
        blank = "\n" in text[found.end() : len(text) - len(following)]
        return blank or not following[:1].islower()
    first = following.lstrip(_OPENING)[:1]
    if first.islower():
        return False
    if not found[0].startswith("."):
        return True
    line = text[: found.start()].rpartition("\n")[2]
    word = line.split()[-1].lstrip(_OPENING) if line.split() else ""
    if line.strip().isdigit():  # "1. Mix the flour"
        return False
    if word.casefold() in _TITLES or _INITIALS.fullmatch(word):
        return word == "I"  # "so am I. Then"
    return not (word.casefold() in _BEFORE_NUMBERS and first.isdigit())


def _line(line: str) -> str:
    line = re.sub(r"^\s*(?:>\s?)*(?:#{1,6}\s+|[-*+•]\s+(?:\[[ xX]\]\s+)?)?", "", line).strip()
    if re.fullmatch(r"(?:[-*_=]\s*){3,}", line):
        return ""
    if line.startswith("|"):
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        return "" if all(re.fullmatch(r":?-+:?", cell) for cell in cells) else ", ".join(cell for cell in cells if cell)
    return line


def _tag(found: re.Match[str]) -> str:
    return _host(found[0][1:-1]) if found[0].startswith("<http") else " "


def _host(address: str) -> str:
    try:
        host = urlsplit(address).hostname
    except ValueError:
        host = None
    return (host or "a link").removeprefix("www.")
