"""What counts as a yes, as a no, and as neither."""

from __future__ import annotations

import pytest

from otto.questions import NO, YES, Question

SURE = Question("Shall I delete all your notes?")
WHICH = Question("Which lamp do you mean?", ("desk lamp", "floor lamp", "hall"))


@pytest.mark.parametrize(
    "words",
    [
        "Yes.",
        "yes",
        "Yeah, do it!",
        "Yes, please.",
        "Sure",
        "Okay.",
        "OK",
        "Go ahead, please",
        "Yes, Otto.",
        "I'm sure.",
    ],
)
def test_a_yes(words: str) -> None:
    assert SURE.answer(words) == YES


@pytest.mark.parametrize(
    "words",
    ["No.", "nope", "No, thanks.", "Don't.", "don\u2019t do it", "Stop!", "Cancel that.", "Never mind.", "No, don't!"],
)
def test_a_no(words: str) -> None:
    assert SURE.answer(words) == NO


@pytest.mark.parametrize(
    "words",
    [
        "",
        "...",
        "Yes, but only the old ones.",
        "Yes and no.",
        "Yes. No.",
        "Thank you.",
        "Please.",
        "He said yes.",
        "Did she say yes?",
        "What's the weather in Oslo?",
        "No idea what she means.",
        "I know.",
        "Yesterday.",
        "maybe",
        "Not yet, yes.",
        "Yes man is a film.",
    ],
)
def test_neither(words: str) -> None:
    assert SURE.answer(words) is None


@pytest.mark.parametrize(
    ("words", "option"),
    [
        ("The desk lamp.", "desk lamp"),
        ("desk", "desk lamp"),
        ("The floor one.", "floor lamp"),
        ("the second one", "floor lamp"),
        ("First.", "desk lamp"),
        ("The last one, please", None),
        ("the last one", "hall"),
        ("Hall.", "hall"),
        ("lamp", None),
        ("the kitchen", None),
        ("yes", None),
        ("no", NO),
        ("Never mind.", NO),
    ],
)
def test_one_of_several(words: str, option: str | None) -> None:
    assert WHICH.answer(words) == option


def test_numbers_in_words() -> None:
    lengths = Question("Which timer do you mean?", ("10 minutes", "5 minutes"))
    assert lengths.answer("The ten minutes one.") == "10 minutes"
    assert lengths.answer("five minutes") == "5 minutes"
