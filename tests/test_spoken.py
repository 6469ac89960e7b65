import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otto.spoken import MAX_DURATION, in_digits, join_words, parse_duration, say_duration


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        ("5 minutes", 300),
        ("five minutes", 300),
        ("thirty-five minutes", 35 * 60),
        ("ten-minute", 600),
        ("30 second", 30),
        ("an hour", 3600),
        ("half an hour", 1800),
        ("a half hour", 1800),
        ("quarter of an hour", 900),
        ("three-quarters of an hour", 2700),
        ("an hour and a half", 5400),
        ("one and a half hours", 5400),
        ("1 1/2 hours", 5400),
        ("two point five hours", 9000),
        ("three and a quarter hours", 11700),
        ("1 hour, 15 minutes and 10 seconds", 4510),
        ("one minute thirty", 90),
        ("1h30", 5400),
        ("90s", 90),
        ("2:30", 150),
        ("1:02:03", 3723),
        ("a hundred seconds", 100),
        ("1,000 seconds", 1000),
        ("a couple of minutes", 120),
        ("about 5 minutes", 300),
        ("two weeks", 14 * 86400),
    ],
)
def test_a_length_of_time_in_words_is_seconds(words: str, seconds: float) -> None:
    assert parse_duration(words) == seconds


@pytest.mark.parametrize(
    "words",
    [
        "banana",
        "five",
        "minutes",
        "five apples",
        "0 minutes",
        "-5 minutes",
        "half a second",
        "400 days",
        "a few minutes",
    ],
)
def test_what_is_no_length_of_time_is_refused(words: str) -> None:
    with pytest.raises(ValueError):
        parse_duration(words)


@given(st.text(max_size=80))
def test_any_text_is_seconds_or_refused(text: str) -> None:
    with contextlib.suppress(ValueError):
        assert 1 <= parse_duration(text) <= MAX_DURATION


def test_a_long_text_is_refused_quickly() -> None:
    began = time.perf_counter()
    with pytest.raises(ValueError):
        parse_duration("m" * 1000)
    assert time.perf_counter() - began < 1


@given(st.integers(1, int(MAX_DURATION)))
def test_what_is_said_is_read_back(seconds: int) -> None:
    assert parse_duration(say_duration(seconds)) == seconds


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (1, "1 second"),
        (60, "1 minute"),
        (5400, "1 hour and 30 minutes"),
        (90061, "1 day, 1 hour, 1 minute and 1 second"),
        (0.2, "0 seconds"),
    ],
)
def test_seconds_are_said_in_words(seconds: float, said: str) -> None:
    assert say_duration(seconds) == said


def test_words_are_joined_as_in_a_sentence() -> None:
    assert [join_words(list(words)) for words in ("", "a", "ab", "abc")] == ["", "a", "a and b", "a, b and c"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Twenty-first of June.", "21st of june"),
        ("half past five", "half past 5"),
        ("6:30 P.M.", "6:30 pm"),
        ("New Year’s Eve!", "new years eve"),
        ("a hundred days", "a 100 days"),
        ("17.30", "17.30"),
    ],
)
def test_numbers_in_words_become_digits(text: str, words: str) -> None:
    assert in_digits(text) == words
