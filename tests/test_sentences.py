"""Given this written text, these sentences are spoken."""

from __future__ import annotations

import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otto.sentences import LONGEST, Splitter, sentences, speakable


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("Pi is 3.5 or so. Yes!", ["Pi is 3.5 or so.", "Yes!"]),
        ("Dr. Smith met Mrs. Jones in St. Louis. They left.", ["Dr. Smith met Mrs. Jones in St. Louis.", "They left."]),
        ("Fruit, e.g. Apples, i.e. food. Good.", ["Fruit, e.g. Apples, i.e. food.", "Good."]),
        ("J. R. R. Tolkien wrote it. So am I. Then.", ["J. R. R. Tolkien wrote it.", "So am I.", "Then."]),
        ("At 5 p.m. in the U.S. Army. Late.", ["At 5 p.m. in the U.S. Army.", "Late."]),
        ("No. 5 is alive. No. Never.", ["No. 5 is alive.", "No.", "Never."]),
        ('"Stop!" he said. "Why?" She left.', ['"Stop!" he said.', '"Why?"', "She left."]),
        ("Wait... what? Yes… Really?!", ["Wait... what?", "Yes…", "Really?!"]),
        ("A line that\ngoes on. New\n\nParagraph", ["A line that goes on.", "New.", "Paragraph."]),
        ("# Steps\n1. Mix it.\n2. Bake it", ["Steps.", "1. Mix it.", "2. Bake it."]),
        ("- milk\n* eggs\n+ [x] tea", ["milk.", "eggs.", "tea."]),
        ("**Bold. Still bold.** __Yes__", ["Bold.", "Still bold.", "Yes."]),
        ("First.\n~~~\nx. Y\n~~~\nLast.", ["First.", "Last."]),
        ("Code that never ends:\n```\nx = 1. Y", ["Code that never ends:"]),
        ("| Day | Rain |\n|:--|--:|\n| Mon | 3 |", ["Day, Rain.", "Mon, 3."]),
        ("One\n\n---\n\nTwo", ["One.", "Two."]),
        ("", []),
        (" \n\n ** \n", []),
    ],
)
def test_sentences(text: str, spoken: list[str]) -> None:
    assert list(sentences([text])) == spoken
    assert list(sentences(text)) == spoken, "letter by letter"


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("`ls -l` and *it* and ~~no~~.", "ls -l and it and no."),
        ("2*3 and 4 * 5 in snake_case.", "2*3 and 4 * 5 in snake_case."),
        ('[Here](https://a.b/c_d "T") or ![a cat](cat.png).', "Here or a cat."),
        ("See https://www.example.com/a?b=c, <https://otto.test>.", "See example.com, otto.test."),
        ("Fish &amp; chips<br>today, a < b.", "Fish & chips today, a < b."),
        ("> quoted", "quoted."),
        ("http://[broken.", "a link."),
    ],
)
def test_markup_is_not_spoken(text: str, spoken: str) -> None:
    assert speakable(text) == spoken


def test_a_sentence_is_given_when_the_next_word_begins_and_not_before() -> None:
    splitter = Splitter()
    assert splitter.add("It is 3") == splitter.add(".") == splitter.add("5 degrees.") == splitter.add(" ") == []
    assert splitter.add("I") == ["It is 3.5 degrees."]
    assert splitter.rest() == ["I."]


def test_text_without_an_end_is_cut() -> None:
    spoken = list(sentences(["word " * 500]))
    assert all(len(part) <= LONGEST + 1 for part in spoken) and len(spoken) >= 5
    assert list(sentences(["x" * 1200])) == ["x" * LONGEST + ".", "x" * LONGEST + ".", "x" * 200 + "."]


@given(st.text(alphabet="aB1 .!?\n`~#*-_|[]()<>\"'", max_size=80), st.lists(st.integers(0, 80), max_size=5))
def test_any_text_comes_to_an_end_and_however_it_is_cut_says_the_same(text: str, cuts: list[int]) -> None:
    edges = [0, *sorted(cut for cut in cuts if cut < len(text)), len(text)]
    pieces = [text[start:end] for start, end in itertools.pairwise(edges)]
    assert list(sentences(pieces)) == list(sentences([text]))


@pytest.mark.parametrize(
    "text", ["[" * 20_000, "<a" * 10_000, "*" * 20_000, "`" * 20_000, "https://" * 2_500, "a.\n" * 7_000]
)
def test_hostile_text_takes_no_time(text: str) -> None:
    started = time.perf_counter()
    list(sentences([text]))
    speakable(text)
    assert time.perf_counter() - started < 2
