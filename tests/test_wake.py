"""When Otto is named, and what is left of the words then."""

import pytest

from otto.wake import address


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("Otto, what time is it?", "What time is it?"),
        ("otto what time is it", "what time is it"),
        ("Otto. What time is it?", "What time is it?"),
        ("Otto... what time is it?", "What time is it?"),
        ("Hey Otto, what time is it?", "What time is it?"),
        ("Hey, Otto, what time is it?", "What time is it?"),
        ("OK Otto set a timer for 5 minutes.", "Set a timer for 5 minutes."),
        ("Good morning, Otto! What day is it?", "What day is it?"),
        ("  Hello Otto, stop.  ", "Stop."),
        ("OTTO, STOP.", "STOP."),
        ("What time is it, Otto?", "What time is it?"),
        ("What time is it Otto?", "What time is it?"),
        ("Stop, Otto!", "Stop"),
        ("Stop, Otto.", "Stop"),
    ],
)
def test_the_name_is_heard_at_either_end_and_taken_off(said: str, left: str) -> None:
    found = address(said)
    assert (found.named, found.text) == (True, left)


@pytest.mark.parametrize("said", ["Otto.", "otto", "Hey Otto!", "Hello, Otto?"])
def test_the_name_alone_leaves_no_words(said: str) -> None:
    found = address(said)
    assert (found.named, found.text) == (True, "")


@pytest.mark.parametrize(
    "said",
    ["Auto, what time is it?", "Hey Auto, what time is it?", "Hey Oddo what time is it?", "Lotto, what time is it?"],
)
def test_what_whisper_makes_of_the_name_counts_where_a_name_stands(said: str) -> None:
    found = address(said)
    assert found.named and found.text.lower() == "what time is it?"


@pytest.mark.parametrize(
    "said",
    [
        "What time is it?",
        "",
        "Auto insurance is expensive.",
        "The auto, what a car.",
        "Automatic doors open.",
        "Ottoman sofas are on sale.",
        "Otto's bike is broken.",
        "Otto’s bike is broken.",
        "Hey Otto's bike is here.",
        "I gave Otto the keys.",
        "I told Otto.",
        "She won the lotto",
        "I like risotto",
    ],
)
def test_other_words_do_not_name_otto_and_are_left_alone(said: str) -> None:
    found = address(said)
    assert (found.named, found.text) == (False, said)


def test_only_the_name_is_taken_off_not_the_name_within_the_words() -> None:
    assert address("Otto, take a note: call Otto at noon.").text == "Take a note: call Otto at noon."
