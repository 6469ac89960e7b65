from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otto.when.dates import day_from_words, say_day

WEDNESDAY = date(2026, 11, 18)
SATURDAY = date(2026, 11, 21)
SUNDAY = date(2026, 11, 22)


def test_a_weekday_is_the_next_one_after_today() -> None:
    assert day_from_words("Friday", WEDNESDAY) == date(2026, 11, 20)
    assert day_from_words("on wednesday", WEDNESDAY) == date(2026, 11, 25)


def test_this_weekday_may_be_today() -> None:
    assert day_from_words("this wednesday", WEDNESDAY) == WEDNESDAY
    assert day_from_words("this friday", WEDNESDAY) == date(2026, 11, 20)
    assert day_from_words("this monday", WEDNESDAY) == date(2026, 11, 23)


def test_next_weekday_is_in_the_next_week() -> None:
    assert day_from_words("next friday", WEDNESDAY) == date(2026, 11, 27)
    assert day_from_words("next sunday", SATURDAY) == date(2026, 11, 29)
    assert day_from_words("next monday", SUNDAY) == date(2026, 11, 23)


def test_last_weekday_is_the_latest_before_today() -> None:
    assert day_from_words("last friday", SATURDAY) == date(2026, 11, 20)
    assert day_from_words("last wednesday", WEDNESDAY) == date(2026, 11, 11)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("today", "2026-11-18"),
        ("Tomorrow.", "2026-11-19"),
        ("tomorrow's", "2026-11-19"),
        ("the day after tomorrow", "2026-11-20"),
        ("yesterday", "2026-11-17"),
        ("the day before yesterday", "2026-11-16"),
        # counted
        ("in ten days", "2026-11-28"),
        ("ten days from now", "2026-11-28"),
        ("three weeks from today", "2026-12-09"),
        ("in three weeks' time", "2026-12-09"),
        ("a fortnight ago", "2026-11-04"),
        ("a couple of days ago", "2026-11-16"),
        ("in a month", "2026-12-18"),
        ("six months from now", "2027-05-18"),
        ("a hundred days before Christmas", "2026-09-16"),
        ("the day after christmas", "2026-12-26"),
        ("two weeks after easter", "2027-04-11"),
        # weekdays from somewhere
        ("a week from Saturday", "2026-11-28"),
        ("week from Saturday", "2026-11-28"),
        ("a week on monday", "2026-11-30"),
        ("a week tuesday", "2026-12-01"),
        ("Tuesday week", "2026-12-01"),
        ("today week", "2026-11-25"),
        ("friday after next", "2026-12-04"),
        ("monday of next week", "2026-11-23"),
        ("next week thursday", "2026-11-26"),
        ("last week thursday", "2026-11-12"),
        ("the friday after christmas", "2027-01-01"),
        ("the monday before easter", "2027-03-22"),
        # weeks, months and their ends
        ("next week", "2026-11-25"),
        ("the week after next", "2026-12-02"),
        ("last month", "2026-10-18"),
        ("last monday in may", "2027-05-31"),
        ("second Saturday in September", "2027-09-11"),
        ("the last friday of the month", "2026-11-27"),
        ("first sunday of next month", "2026-12-06"),
        ("third thursday of november 2027", "2027-11-18"),
        ("the end of the month", "2026-11-30"),
        ("the last day of february", "2027-02-28"),
        ("the end of the year", "2026-12-31"),
        # calendar dates
        ("3rd of July", "2027-07-03"),
        ("July 4th", "2027-07-04"),
        ("the fourth of july", "2027-07-04"),
        ("the twenty-first of june", "2027-06-21"),
        ("first of November", "2027-11-01"),
        ("november 18th", "2026-11-18"),
        ("june 21st twenty twenty eight", "2028-06-21"),
        ("July 20th, 1969", "1969-07-20"),
        ("july 4 next year", "2027-07-04"),
        ("last july 4th", "2026-07-04"),
        ("monday the 7th of december", "2026-12-07"),
        ("the 29th of february", "2028-02-29"),
        ("the 14th", "2026-12-14"),
        ("the 2nd of next month", "2026-12-02"),
        ("the thirty-first", "2026-12-31"),
        ("friday the 13th", "2027-08-13"),
        ("december", "2026-12-01"),
        ("2026-12-01", "2026-12-01"),
        # feasts
        ("christmas", "2026-12-25"),
        ("Christmas Eve", "2026-12-24"),
        ("New Year's Eve", "2026-12-31"),
        ("new year’s day", "2027-01-01"),
        ("Boxing Day", "2026-12-26"),
        ("Thanksgiving", "2026-11-26"),
        ("thanks giving", "2026-11-26"),
        ("black friday", "2026-11-27"),
        ("Easter", "2027-03-28"),
        ("easter monday", "2027-03-29"),
        ("pancake day", "2027-02-09"),
        ("valentine's", "2027-02-14"),
        ("Mother's Day", "2027-05-09"),
        ("Hallowe'en", "2027-10-31"),
        ("Bonfire Night", "2027-11-05"),
        ("Hanukkah", "2026-12-05"),
        ("hannukah", "2026-12-05"),
        ("Diwali", "2027-10-29"),
        ("Ramadan", "2027-02-08"),
        ("leap day", "2028-02-29"),
        ("last christmas", "2025-12-25"),
        ("last easter", "2026-04-05"),
        ("easter next year", "2027-03-28"),
        ("christmas 2030", "2030-12-25"),
    ],
)
def test_days_in_words_on_a_wednesday(words: str, day: str) -> None:
    assert str(day_from_words(words, WEDNESDAY)) == day


@pytest.mark.parametrize(
    "words",
    [
        "blursday",
        "31st of june",
        "the 45th",
        "fifth monday of february",
        "in 9999 years",
        "my birthday",
        "day",
        "in a",
        "5 pm",
        "saturday in september",
        "a week from banana",
        "the end of the world",
        "...",
    ],
)
def test_words_that_mean_no_day_are_one_sentence(words: str) -> None:
    with pytest.raises(ValueError, match=r"^I don't know which day .* is\.$"):
        day_from_words(words, WEDNESDAY)


@given(st.text(max_size=60))
def test_any_text_is_a_day_or_a_sentence(text: str) -> None:
    try:
        assert isinstance(day_from_words(text, WEDNESDAY), date)
    except ValueError as error:
        assert str(error).startswith("I don't know which day")


WORDS = "a day week from after before next last of the monday may 3rd 2 in christmas year"


@given(st.lists(st.sampled_from(sorted(WORDS.split()))))
def test_any_words_about_days_are_a_day_or_a_sentence(words: list[str]) -> None:
    try:
        day_from_words(" ".join(words), WEDNESDAY)
    except ValueError as error:
        assert str(error).startswith("I don't know which day")


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.dates(date(1990, 1, 1), date(2060, 12, 31)))
def test_a_full_date_is_itself_whatever_the_day(day: date, today: date) -> None:
    assert day_from_words(f"{day:%B} {day.day} {day.year}", today) == day


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (1, "Sunday, November 1st"),
        (2, "Monday, November 2nd"),
        (3, "Tuesday, November 3rd"),
        (11, "Wednesday, November 11th"),
        (22, "Sunday, November 22nd"),
    ],
)
def test_days_are_said_with_their_weekday(day: int, said: str) -> None:
    assert say_day(date(2026, 11, day)) == said
    assert say_day(date(2026, 11, day), year=True) == f"{said}, 2026"
