"""How paragraphs become passages."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from otto.library.passages import LIMIT, Passage, cut


def test_short_paragraphs_of_a_section_are_one_passage() -> None:
    pieces = [Passage("One.", "Oven", line=3), Passage("Two.", "Oven", line=5), Passage("Three.", "Fridge", line=9)]
    assert list(cut(pieces)) == [Passage("One.\nTwo.", "Oven", line=3), Passage("Three.", "Fridge", line=9)]


def test_pages_stay_apart() -> None:
    assert [one.page for one in cut([Passage("Left.", page=1), Passage("Right.", page=2)])] == [1, 2]


def test_a_sentence_that_runs_over_the_page_is_whole_on_the_next_one() -> None:
    pieces = [Passage("It is done. The fee is", page=1), Passage("nine euros.", page=2)]
    assert [one.text for one in cut(pieces)] == ["It is done. The fee is", "The fee is nine euros."]


def test_a_long_section_is_cut_between_sentences_and_goes_on_with_the_last_one() -> None:
    text = " ".join(f"This is sentence {number}." for number in range(60))
    passages = list(cut([Passage(text)]))
    assert len(passages) > 2
    for one, following in pairwise(passages):
        assert one.text.endswith(".")
        assert following.text.startswith(one.text[one.text.rindex("This is") :])


def test_each_part_of_a_long_paragraph_knows_its_line() -> None:
    text = "\n".join(f"Line {number} has some words in it" for number in range(1, 61))
    for one in cut([Passage(text, line=1)]):
        own = one.text.split("\n")[-1]
        assert f"Line {one.line} " in one.text and own.startswith("Line ")


@given(st.lists(st.text(max_size=3000), max_size=5))
def test_no_passage_is_too_long_and_no_word_is_lost(texts: list[str]) -> None:
    passages = list(cut(Passage(text) for text in texts))
    assert all(0 < len(one.text) <= LIMIT for one in passages)
    kept = iter("".join(one.text for one in passages))
    assert all(character in kept for text in texts for character in "".join(text.split()))
