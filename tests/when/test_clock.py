from datetime import time

import pytest

from otto.spoken import in_digits
from otto.when.clock import find_clock, say_time


@pytest.mark.parametrize(
    ("words", "times"),
    [
        ("6 pm", ["18:00"]),
        ("6:30 p.m.", ["18:30"]),
        ("six thirty pm", ["18:30"]),
        ("12 am", ["00:00"]),
        ("12 pm", ["12:00"]),
        ("at six", ["06:00", "18:00"]),
        ("eight o'clock", ["08:00", "20:00"]),
        ("half past five", ["05:30", "17:30"]),
        ("quarter to six", ["05:45", "17:45"]),
        ("ten past nine pm", ["21:10"]),
        ("17:30", ["17:30"]),
        ("noon", ["12:00"]),
        ("midnight", ["00:00"]),
    ],
)
def test_a_time_in_words_is_one_or_two_times_of_the_day(words: str, times: list[str]) -> None:
    found = find_clock(in_digits(words))
    assert found is not None
    assert [f"{moment:%H:%M}" for moment in found[0].times()] == times and found[1] == ""


def test_the_other_words_are_left() -> None:
    found = find_clock(in_digits("tomorrow at 8:15 a.m. sharp"))
    assert found is not None and found[1] == "tomorrow sharp"


@pytest.mark.parametrize("words", ["june 12", "the 3rd", "in 5 days", "at 25", "13 pm", "5", "at home"])
def test_other_numbers_are_no_time(words: str) -> None:
    assert find_clock(in_digits(words)) is None


@pytest.mark.parametrize(
    ("hour", "minute", "said"),
    [
        (0, 0, "midnight"),
        (0, 5, "12:05 AM"),
        (9, 0, "9 AM"),
        (12, 0, "noon"),
        (12, 30, "12:30 PM"),
        (23, 59, "11:59 PM"),
    ],
)
def test_times_are_said_on_a_twelve_hour_clock(hour: int, minute: int, said: str) -> None:
    assert say_time(time(hour, minute)) == said
