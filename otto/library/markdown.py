"""Markdown: paragraphs under their headings, without the markup."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from otto.library.passages import Passage

if TYPE_CHECKING:
    from markdown_it.token import Token

_FRONT_MATTER = re.compile(r"\A---\n.*?\n(?:---|\.\.\.)\n", re.DOTALL)


def paragraphs(text: str) -> Iterator[Passage]:
    """Each paragraph, list item, table row and block of code, with the headings above it and its line."""
    from markdown_it import MarkdownIt

    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _FRONT_MATTER.sub(lambda found: "\n" * found[0].count("\n"), text)
    headings: dict[int, str] = {}
    level, row, line = 0, list[str](), 0
    for token in MarkdownIt("commonmark", {"maxNesting": 50}).enable("table").parse(text):
        line = token.map[0] + 1 if token.map else line
        match token.type:
            case "heading_open":
                level = int(token.tag[1])
            case "heading_close":
                level = 0
            case "tr_open":
                row = []
            case "tr_close":
                yield Passage(", ".join(cell for cell in row if cell), _path(headings), line=line)
                row = []
            case "td_open" | "th_open":
                row.append("")
            case "inline" if level:
                headings = {above: name for above, name in headings.items() if above < level}
                headings[level] = _words(token)
            case "inline" if row:
                row[-1] = _words(token)
            case "inline":
                yield Passage(_words(token), _path(headings), line=line)
            case "fence" | "code_block":
                yield Passage(token.content.rstrip(), _path(headings), line=line)


def _path(headings: dict[int, str]) -> str | None:
    return " > ".join(headings[level] for level in sorted(headings)) or None


def _words(token: Token) -> str:
    """The text of an inline token as one reads it."""
    words = (
        " " if child.type in ("softbreak", "hardbreak") else child.content
        for child in token.children or []
        if child.type != "html_inline"
    )
    return "".join(words).strip()
