import pytest

from otto.spoken import in_digits
from otto.when.repeats import find_days, say_days


@pytest.mark.parametrize(
    ("words", "days", "rest"),
    [
        ("every day at 7", "0123456", "at 7"),
        ("daily", "0123456", ""),
        ("weekdays", "01234", ""),
        ("6:30 on school days", "01234", "6:30"),
        ("on the weekends at nine", "56", "at 9"),
        ("every Monday and Thursday at six", "03", "at 6"),
        ("Mondays, Wednesdays, and Fridays", "024", ""),
        ("saturday and sunday at 10", "56", "at 10"),
        ("mon-fri", "01234", ""),
        ("friday to monday", "0456", ""),
        ("every sunday evening", "6", "evening"),
        ("every night", "0123456", "night"),
        ("saturday mornings at 9", "5", "mornings at 9"),
        ("weekday mornings", "01234", "mornings"),
        ("weeknights", "01234", "night"),
        ("every day except wednesday", "013456", ""),
        ("weekly on friday", "4", ""),
        ("friday every week", "4", ""),
    ],
)
def test_words_that_come_every_week(words: str, days: str, rest: str) -> None:
    assert find_days(in_digits(words)) == (frozenset(map(int, days)), rest)


@pytest.mark.parametrize(
    "words",
    ["monday", "this weekend", "the day after tomorrow", "in 3 days", "every other day", "every month", "night"],
)
def test_words_that_do_not(words: str) -> None:
    assert find_days(in_digits(words)) is None


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ("0123456", "every day"),
        ("01234", "every weekday"),
        ("56", "on weekends"),
        ("30", "every Monday and Thursday"),
        ("012346", "every day except Saturday"),
        ("6", "every Sunday"),
    ],
)
def test_days_are_said_shortly(days: str, said: str) -> None:
    assert say_days(map(int, days)) == said
