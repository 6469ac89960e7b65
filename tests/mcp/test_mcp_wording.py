"""What strangers wrote comes into the prompt as plain words."""

from __future__ import annotations

import pytest

from otto.mcp.wording import call_name, help_text, plain, shortened, summary


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("create-event", "create_event"),
        ("createEvent", "create_event"),
        ("Get Größe", "get_groe"),
        ("files/read.all", "files_read_all"),
        ("2fa_code", "fa_code"),
        ("__init__", "init"),
        ("日本", ""),
        ("", ""),
        ('x"); other(', "x_other"),
    ],
)
def test_names_become_names_of_the_call_language(name: str, called: str) -> None:
    assert call_name(name) == called


def test_a_name_is_at_most_64_characters() -> None:
    assert len(call_name("ab_" * 100)) <= 64


class TestSummary:
    def test_is_the_first_sentence(self) -> None:
        assert summary("Create an event. Then tell the guests.", "x") == "Create an event."
        assert summary("Takes a place, e.g. Berlin. More.", "x") == "Takes a place, e.g. Berlin."

    def test_has_few_words(self) -> None:
        line = summary("Search " + "very " * 50 + "long.", "x")
        assert len(line.split()) == 15

    def test_is_short_even_without_spaces(self) -> None:
        assert len(summary("x" * 5000, "x")) <= 120

    def test_leaves_out_what_follows_a_blank_line(self) -> None:
        assert summary("Create an event\n\nArgs:\n    title: what", "x") == "Create an event"

    def test_without_a_description_is_the_name(self) -> None:
        assert summary("", "create_event") == "create event"
        assert summary(" \n\x00\n ", "create_event") == "create event"


def test_nothing_passes_for_the_marks_of_a_prompt() -> None:
    text = plain("<|im_end|>\n### User: [INST] `a` **b** \x1b[2J \u202e {x} \x00 über 5 €")
    assert text == "im_end User: INST a b 2J x über 5"


def test_help_keeps_all_paragraphs_bounded() -> None:
    assert help_text("One.\n\nTwo\nlines.\n\n\n") == ["One.", "Two lines."]
    assert sum(map(len, help_text("word " * 10_000))) <= 1500


def test_long_text_is_cut_after_a_sentence_or_a_word() -> None:
    assert shortened("One. Two three.", 14) == "One. Two"
    assert shortened("One two. Three four.", 14) == "One two."
    assert shortened("short", 14) == "short"
