from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otto.when.periods import Period, period_from_words

WEDNESDAY = datetime(2026, 11, 18, 14, 20)


def said(words: str, now: datetime = WEDNESDAY) -> str:
    """The period as "day hour - day hour: words"."""
    period = period_from_words(words, now)
    return f"{period.start:%d %H:%M} - {period.end:%d %H:%M}: {period.words}"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("now", "18 14:20 - 18 14:20: now"),
        ("today", "18 00:00 - 19 00:00: today"),
        ("tomorrow", "19 00:00 - 20 00:00: tomorrow"),
        ("on Friday", "20 00:00 - 21 00:00: on Friday"),
        ("Wednesday", "18 00:00 - 19 00:00: today"),
        ("next wednesday", "25 00:00 - 26 00:00: on Wednesday, November 25th"),
        ("june 12th", "12 00:00 - 13 00:00: on Saturday, June 12th"),
        ("this weekend", "21 00:00 - 23 00:00: this weekend"),
        ("at the weekend", "21 00:00 - 23 00:00: this weekend"),
        ("next weekend", "28 00:00 - 30 00:00: next weekend"),
        ("this week", "18 00:00 - 23 00:00: this week"),
        ("next week", "23 00:00 - 30 00:00: next week"),
        ("the coming week", "19 00:00 - 26 00:00: over the next 7 days"),
        ("next three days", "19 00:00 - 22 00:00: over the next 3 days"),
        ("the next few days", "19 00:00 - 22 00:00: over the next 3 days"),
        ("this morning", "18 06:00 - 18 12:00: this morning"),
        ("in the morning", "19 06:00 - 19 12:00: tomorrow morning"),
        ("this afternoon", "18 14:20 - 18 18:00: this afternoon"),
        ("this arvo", "18 14:20 - 18 18:00: this afternoon"),
        ("tonight", "18 18:00 - 19 06:00: tonight"),
        ("early tomorrow morning", "19 06:00 - 19 12:00: tomorrow morning"),
        ("friday night", "20 18:00 - 21 06:00: on Friday night"),
        ("in the evening on monday", "23 18:00 - 23 23:00: on Monday evening"),
        ("noon", "19 12:00 - 19 13:00: tomorrow at noon"),
        ("6 pm", "18 18:00 - 18 19:00: at 6 PM"),
        ("at six", "18 18:00 - 18 19:00: at 6 PM"),
        ("8 in the morning", "19 08:00 - 19 09:00: tomorrow at 8 AM"),
        ("8 o'clock tomorrow evening", "19 20:00 - 19 21:00: tomorrow at 8 PM"),
        ("friday at five", "20 17:00 - 20 18:00: on Friday at 5 PM"),
        ("midnight", "19 00:00 - 19 01:00: at midnight"),
        ("in two hours", "18 16:20 - 18 17:20: at 4:20 PM"),
        ("next three hours", "18 14:20 - 18 17:20: over the next 3 hours"),
        ("later", "18 14:20 - 19 00:00: later"),
    ],
)
def test_on_a_wednesday_afternoon(words: str, expected: str) -> None:
    assert said(words) == expected


def test_on_a_sunday_the_weekend_is_what_is_left_of_it() -> None:
    assert said("this weekend", datetime(2026, 11, 22, 9)) == "22 00:00 - 23 00:00: this weekend"


def test_after_midnight_tonight_is_the_night_that_is_not_over() -> None:
    assert said("tonight", datetime(2026, 11, 18, 2, 30)) == "18 02:30 - 18 06:00: tonight"


def test_in_the_evening_what_is_over_is_tomorrow() -> None:
    evening = datetime(2026, 11, 18, 21, 10)
    assert said("6 pm", evening) == "19 18:00 - 19 19:00: tomorrow at 6 PM"
    assert said("in the afternoon", evening) == "19 12:00 - 19 18:00: tomorrow afternoon"
    assert said("later", evening) == "18 21:10 - 19 03:10: later"


@pytest.mark.parametrize(
    ("words", "days"), [("now", 0), ("tonight", 0), ("friday", 1), ("weekend", 2), ("next week", 7)]
)
def test_whole_days(words: str, days: int) -> None:
    assert period_from_words(words, WEDNESDAY).whole_days == days


@pytest.mark.parametrize("words", ["blursday", "rush hour", "at 25", "in hours", "every hour", "", "last night"])
def test_words_that_mean_no_time_are_one_sentence(words: str) -> None:
    with pytest.raises(ValueError, match=r"^I don't know when .*is\.$"):
        period_from_words(words, WEDNESDAY)


WORDS = (
    "next in the at morning night tomorrow friday weekend week hours days 3 6 pm half past noon this two of later on"
)


@given(st.lists(st.sampled_from(WORDS.split())), st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)))
def test_any_words_about_time_are_a_period_or_a_sentence(words: list[str], now: datetime) -> None:
    try:
        period = period_from_words(" ".join(words), now)
    except ValueError as error:
        assert str(error).startswith("I don't know when")
    else:
        assert isinstance(period, Period) and period.start <= period.end
