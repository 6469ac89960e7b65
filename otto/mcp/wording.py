"""Names and descriptions that strangers wrote, made fit for the model's prompt: plain words on one line, bounded."""

from __future__ import annotations

import re
import unicodedata

MAX_NAME = 64
_MAX_WORDS = 15  # of a skill's line in the prompt
_MAX_LINE = 120  # characters of it
_MAX_HELP = 1500
_KEPT = set(".,;:!?'\"()/-%&+=_@")
_SENTENCE_END = re.compile(r"(?<!e\.g\.)(?<!i\.e\.)(?<=[.!?])\s+")


def call_name(text: str) -> str:
    """A name of the call language: "createEvent" and "create-event" are create_event. "" where no letter is left."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", plain)
    name = re.sub(r"[^a-z0-9]+", "_", parted.lower()).strip("_").lstrip("0123456789_")
    return name[:MAX_NAME].rstrip("_")


def plain(text: str) -> str:
    """The text on one line, in letters, digits and common punctuation.

    What could pass for the marks of a prompt is gone: control characters, markup, <|tokens|>, headings.
    """
    kept = (character if _is_plain(character) else " " for character in text)
    return " ".join("".join(kept).split())


def summary(description: str, name: str) -> str:
    """The first sentence, in few words; without a description the tool's name in words."""
    paragraphs = [plain(paragraph) for paragraph in re.split(r"\n\s*\n", description)]
    text = next((paragraph for paragraph in paragraphs if paragraph), "") or plain(name.replace("_", " "))
    words = _SENTENCE_END.split(text)[0].split()
    line = " ".join(words[:_MAX_WORDS])
    return shortened(line, _MAX_LINE).rstrip(" ,;:-(") if len(words) > _MAX_WORDS or len(line) > _MAX_LINE else line


def help_text(description: str) -> list[str]:
    """All of a description as plain paragraphs, bounded."""
    paragraphs = [plain(paragraph) for paragraph in re.split(r"\n\s*\n", description[:_MAX_HELP])]
    return [paragraph for paragraph in paragraphs if paragraph]


def shortened(text: str, most: int) -> str:
    """At most so many characters, cut after a sentence or else between words."""
    if len(text) <= most:
        return text
    cut = text[:most]
    for end in (". ", "! ", "? "):
        if most // 2 < (at := cut.rfind(end)):
            return cut[: at + 1]
    return cut.rsplit(" ", 1)[0]


def _is_plain(character: str) -> bool:
    return character in _KEPT or unicodedata.category(character)[0] in "LNM"
