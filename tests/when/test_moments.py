import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otto import paths
from otto.examples import read
from otto.store import Store
from otto.when.moments import Habits, Moment, moment_from_words, name_moment, say_moment

BERLIN, NEW_YORK, UTC_ZONE = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York"), ZoneInfo("UTC")
WEDNESDAY = datetime(2026, 11, 18, 14, 20, tzinfo=BERLIN)
REMINDER = Habits()
ALARM = Habits(first_hour=5, hour=None)


def said(words: str, now: datetime = WEDNESDAY, habits: Habits = REMINDER) -> str:
    return say_moment(moment_from_words(words, now, habits), now)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("6 pm", "tonight at 6 PM"),
        ("7", "tonight at 7 PM"),
        ("at half past two", "today at 2:30 PM"),
        ("two", "tomorrow at 2 AM"),
        ("half six", "tonight at 6:30 PM"),
        ("six oh five", "tonight at 6:05 PM"),
        ("quarter after 7", "tonight at 7:15 PM"),
        ("oh six thirty", "tomorrow at 6:30 AM"),
        ("07:00", "tomorrow at 7 AM"),
        ("eighteen hundred hours", "tonight at 6 PM"),
        ("7a.m.", "tomorrow at 7 AM"),
        ("7ish", "tonight at 7 PM"),
        ("noon", "tomorrow at noon"),
        ("midnight", "tonight at midnight"),
    ],
)
def test_a_time_without_a_day_is_the_next_one(words: str, expected: str) -> None:
    assert said(words) == expected


@pytest.mark.parametrize(
    ("words", "for_an_alarm", "for_a_reminder"),
    [
        ("tomorrow at 6", "tomorrow at 6 AM", "tomorrow at 6 PM"),
        ("monday at 8", "on Monday at 8 AM", "on Monday at 8 AM"),
        ("friday at four", "on Friday at 4 PM", "on Friday at 4 PM"),
        ("weekdays at 6:30", "every weekday at 6:30 AM", "every weekday at 6:30 PM"),
        ("12:30 tomorrow", "tomorrow at 12:30 PM", "tomorrow at 12:30 PM"),
    ],
)
def test_with_a_day_an_open_hour_is_in_the_twelve_from_the_first_one_on(
    words: str, for_an_alarm: str, for_a_reminder: str
) -> None:
    assert (said(words, habits=ALARM), said(words)) == (for_an_alarm, for_a_reminder)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("7 am tomorrow", "tomorrow at 7 AM"),
        ("tomorrow 7", "tomorrow at 7 AM"),
        ("the 24th at 5 am", "on Tuesday at 5 AM"),
        ("christmas morning at 7", "on Friday, December 25th at 7 AM"),
        ("on the 3rd of december at noon", "on Thursday, December 3rd at noon"),
        ("December 3, 10 a.m.", "on Thursday, December 3rd at 10 AM"),
        ("last friday of the month at 3", "on Friday, November 27th at 3 PM"),
        ("bonfire night at 8 pm", "on Friday, November 5th, 2027 at 8 PM"),
        ("this wednesday at 3 pm", "today at 3 PM"),
        ("wednesday at 3 pm", "on Wednesday, November 25th at 3 PM"),
        ("8 in the morning on saturday", "on Saturday at 8 AM"),
        ("ten past eight tomorrow night", "tomorrow at 8:10 PM"),
        ("friday at midnight", "on Friday at midnight"),
        ("tomorrow at the same time", "tomorrow at 2:20 PM"),
    ],
)
def test_a_time_of_a_day(words: str, expected: str) -> None:
    assert said(words) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("tomorrow morning", "tomorrow at 8 AM"),
        ("early tomorrow morning", "tomorrow at 6 AM"),
        ("first thing tomorrow", "tomorrow at 8 AM"),
        ("in the morning", "tomorrow at 8 AM"),
        ("friday lunchtime", "on Friday at noon"),
        ("this afternoon", "today at 3 PM"),
        ("after work", "tonight at 6 PM"),
        ("this evening", "tonight at 7 PM"),
        ("tonight", "tonight at 8 PM"),
        ("late tonight", "tonight at 10 PM"),
        ("every sunday evening", "every Sunday at 7 PM"),
    ],
)
def test_a_part_of_the_day_is_an_hour(words: str, expected: str) -> None:
    assert said(words) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("next friday", "on Friday, November 27th at 9 AM"),
        ("in two weeks", "on Wednesday, December 2nd at 9 AM"),
        ("next week", "on Monday at 9 AM"),
        ("today", "today at 3 PM"),
        ("later today", "today at 3 PM"),
        ("every monday", "every Monday at 9 AM"),
    ],
)
def test_a_day_without_a_time_is_at_nine_or_at_the_next_full_hour(words: str, expected: str) -> None:
    assert said(words) == expected


@pytest.mark.parametrize("words", ["tomorrow", "every weekday", "the 24th", "today"])
def test_an_alarm_needs_a_time(words: str) -> None:
    with pytest.raises(ValueError, match=r"^At what time\?$"):
        moment_from_words(words, WEDNESDAY, ALARM)


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        ("in 20 minutes", 1200),
        ("in about an hour and a half", 5400),
        ("half an hour from now", 1800),
        ("in 5 minutes' time", 300),
        ("90 seconds", 90),
        ("in one second", 1),
        ("In an hour, please.", 3600),
        ("in 1.5 hours", 5400),
        ("in 2 days and 3 hours", 183600),
        ("in a couple of hours", 7200),
        ("in a bit", 900),
        ("later", 7200),
    ],
)
def test_hours_and_minutes_from_now_are_counted(words: str, seconds: float) -> None:
    assert moment_from_words(words, WEDNESDAY) == Moment(after=seconds)


def test_days_that_come_again() -> None:
    moment = moment_from_words("6:30 am on weekdays", WEDNESDAY)
    assert moment == Moment(datetime(2026, 11, 19, 6, 30), days=frozenset(range(5)))
    assert said("every friday at midnight") == "every Friday at midnight"
    assert moment_from_words("every friday at midnight", WEDNESDAY).wall == datetime(2026, 11, 21)
    assert moment_from_words("every day at 7 starting monday", WEDNESDAY).wall == datetime(2026, 11, 23, 7)


def test_a_day_that_comes_again_may_begin_today() -> None:
    assert moment_from_words("every wednesday at 6 pm", WEDNESDAY).wall == datetime(2026, 11, 18, 18)
    assert moment_from_words("every wednesday at 2 pm", WEDNESDAY).wall == datetime(2026, 11, 25, 14)


def test_the_night_goes_on_after_midnight() -> None:
    small_hours = datetime(2026, 11, 18, 1, 0, tzinfo=BERLIN)
    assert said("tonight at 3", small_hours) == "today at 3 AM"
    assert said("tonight at 8", small_hours) == "tonight at 8 PM"
    assert said("tonight at 1") == "tomorrow at 1 AM"
    assert said("friday night at 1") == "on Saturday at 1 AM"


def test_before_sleep_it_is_said_which_day_tomorrow_is() -> None:
    small_hours = datetime(2026, 11, 18, 1, 0, tzinfo=BERLIN)
    moment = moment_from_words("7 am tomorrow", small_hours)
    assert say_moment(moment, small_hours) == "tomorrow, Thursday, at 7 AM"
    assert name_moment(moment, small_hours) == "7 AM tomorrow, Thursday"


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("7 am tomorrow", "7 AM tomorrow"),
        ("friday at 5 pm", "5 PM on Friday"),
        ("6:30 am on weekdays", "6:30 AM every weekday"),
        ("in 20 minutes", "2:40 PM, 20 minutes from now"),
        ("in 30 hours", "8:20 PM tomorrow"),
        ("midnight", "midnight tonight"),
    ],
)
def test_a_moment_has_a_name(words: str, name: str) -> None:
    assert name_moment(moment_from_words(words, WEDNESDAY), WEDNESDAY) == name


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("today at 9 am", "It is already past 9 AM."),
        ("this morning", "It is already past 8 AM."),
        ("noon today", "It is already past noon."),
        ("yesterday at 5", "Tuesday, November 17th is over."),
        ("june 3rd 2020", "Wednesday, June 3rd, 2020 is over."),
    ],
)
def test_what_is_over_is_refused(words: str, sentence: str) -> None:
    with pytest.raises(ValueError) as refused:
        moment_from_words(words, WEDNESDAY)
    assert str(refused.value) == sentence


def test_a_date_that_is_over_today_is_the_next_one() -> None:
    assert said("the 18th at 9 am") == "on Friday, December 18th at 9 AM"
    assert said("november 18th at 9 am") == "on Thursday, November 18th, 2027 at 9 AM"
    assert said("the 18th at 3 pm") == "today at 3 PM"


@pytest.mark.parametrize("words", ["when i get home", "once the rain stops", "after I eat", "next time I see Anna"])
def test_otto_waits_for_no_event(words: str) -> None:
    with pytest.raises(ValueError, match="only go by the clock"):
        moment_from_words(words, WEDNESDAY)


@pytest.mark.parametrize(
    "words", ["every hour", "every 20 minutes", "every other day at 7", "monthly", "every 2 mondays"]
)
def test_only_weekdays_come_again(words: str) -> None:
    with pytest.raises(ValueError, match="only repeat something on days of the week"):
        moment_from_words(words, WEDNESDAY)


@pytest.mark.parametrize("words", ["christmas 2099", "in 9999 weeks", "the year 9999"])
def test_what_is_too_far_ahead_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match=r"^(That is too far ahead for me|I don't know when .* is)\.$"):
        moment_from_words(words, WEDNESDAY)


@pytest.mark.parametrize("words", ["banana", "at home", "now", "at 25", "soonish", "monday every day", "", "7 " * 500])
def test_words_that_mean_no_time_are_refused(words: str) -> None:
    with pytest.raises(ValueError, match=r"^I don't know when .*is\.$"):
        moment_from_words(words, WEDNESDAY)


# Daylight saving: in Berlin the clock goes from 2:00 to 3:00 on 2027-03-28 and from 3:00 back to 2:00 on 2026-10-25,
# in New York from 2:00 to 3:00 on 2027-03-14 and from 2:00 back to 1:00 on 2026-11-01.


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "otto.db")
    yield store
    store.close()


@pytest.mark.parametrize(
    ("zone", "evening", "hours"),
    [
        (BERLIN, datetime(2027, 3, 27, 22), 8),
        (BERLIN, datetime(2026, 10, 24, 22), 10),
        (NEW_YORK, datetime(2027, 3, 13, 22), 8),
        (NEW_YORK, datetime(2026, 10, 31, 22), 10),
    ],
)
def test_seven_in_the_morning_is_on_the_wall(store: Store, zone: ZoneInfo, evening: datetime, hours: int) -> None:
    now = evening.replace(tzinfo=zone)
    wall = moment_from_words("7 am tomorrow", now).wall
    assert wall is not None
    assert store.alarms.add(wall, now.timestamp()).moment(zone) - now.timestamp() == hours * 3600


@pytest.mark.parametrize(
    ("now", "shown"),
    [(datetime(2027, 3, 28, 1, 50), "3:10 AM"), (datetime(2026, 10, 25, 2, 50), "2:10 AM")],
)
def test_twenty_minutes_are_twenty_minutes(now: datetime, shown: str) -> None:
    there = now.replace(tzinfo=BERLIN)
    moment = moment_from_words("in 20 minutes", there)
    assert moment.after == 1200 and name_moment(moment, there) == f"{shown}, 20 minutes from now"


def test_a_time_that_is_skipped_rings_behind_the_gap(store: Store) -> None:
    now = datetime(2027, 3, 28, 1, 0, tzinfo=BERLIN)
    wall = moment_from_words("2:30 am", now).wall
    assert wall == datetime(2027, 3, 28, 2, 30)
    alarm = store.alarms.add(wall, now.timestamp(), days=range(7))
    assert datetime.fromtimestamp(alarm.moment(BERLIN), BERLIN).hour == 3
    assert store.alarms.take_due(alarm.moment(BERLIN), BERLIN) == [alarm]
    (again,) = store.alarms.all(BERLIN)
    assert again.wall == datetime(2027, 3, 29, 2, 30)


def test_a_time_that_comes_twice_rings_at_the_first(store: Store) -> None:
    now = datetime(2026, 10, 25, 1, 0, tzinfo=BERLIN)
    wall = moment_from_words("2:30 am", now).wall
    assert wall is not None
    alarm = store.alarms.add(wall, now.timestamp(), days=range(7))
    assert alarm.moment(BERLIN) - now.timestamp() == 90 * 60
    assert store.alarms.take_due(alarm.moment(BERLIN), BERLIN) == [alarm]
    assert store.alarms.take_due(alarm.moment(BERLIN) + 3600, BERLIN) == []  # the second 2:30


def test_when_the_first_of_the_two_is_over_it_is_tomorrow() -> None:
    second_time = datetime(2026, 10, 25, 2, 10, fold=1, tzinfo=BERLIN)
    assert moment_from_words("2:30 am", second_time).wall == datetime(2026, 10, 26, 2, 30)


def test_a_zone_changed_in_between_keeps_the_time_on_the_wall(store: Store) -> None:
    wall = moment_from_words("7 am tomorrow", WEDNESDAY).wall
    assert wall is not None
    alarm = store.alarms.add(wall, WEDNESDAY.timestamp())
    assert alarm.moment(NEW_YORK) - alarm.moment(BERLIN) == 6 * 3600
    assert store.alarms.take_due(alarm.moment(BERLIN), NEW_YORK) == []
    assert store.alarms.take_due(alarm.moment(NEW_YORK), NEW_YORK) == [alarm]


def test_a_zone_changed_in_between_does_not_move_what_is_counted(store: Store) -> None:
    after = moment_from_words("in 20 minutes", WEDNESDAY).after
    assert after is not None
    alarm = store.alarms.add(WEDNESDAY.timestamp() + after, WEDNESDAY.timestamp())
    assert alarm.moment(NEW_YORK) == alarm.moment(BERLIN) == WEDNESDAY.timestamp() + 1200


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone of a process cannot be changed here")
def test_the_zone_of_this_computer_knows_daylight_saving(monkeypatch: pytest.MonkeyPatch) -> None:
    """`datetime.now().astimezone()`, which Otto's clock is, only carries the offset of now."""
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    try:
        second_time = datetime(2026, 10, 25, 1, 10, tzinfo=UTC).astimezone()
        assert moment_from_words("2:30 am", second_time).wall == datetime(2026, 10, 26, 2, 30)
        before = datetime(2027, 3, 27, 22, tzinfo=UTC).astimezone()
        assert name_moment(moment_from_words("in 11 hours", before), before).startswith("11 AM")
    finally:
        monkeypatch.undo()
        time.tzset()


def instant(moment: Moment, now: datetime) -> float:
    if moment.after is not None:
        return now.timestamp() + moment.after
    assert moment.wall is not None
    return moment.wall.replace(tzinfo=now.tzinfo).timestamp()


ZONED = st.datetimes(
    datetime(2024, 1, 1), datetime(2035, 1, 1), timezones=st.sampled_from([BERLIN, NEW_YORK, UTC_ZONE])
)
WORDS = (
    "7 half past six noon midnight tomorrow tonight today friday the 24th at 2:30 am pm 12 in every day weekdays "
    "monday and morning evening night this next week christmas on 20 minutes hours after december 3rd weekend later"
)


@given(st.lists(st.sampled_from(WORDS.split()), max_size=6), ZONED)
def test_any_words_are_a_moment_to_come_or_a_sentence(words: list[str], now: datetime) -> None:
    for habits in (REMINDER, ALARM):
        try:
            moment = moment_from_words(" ".join(words), now, habits)
        except ValueError as error:
            assert str(error).endswith((".", "?")) and str(error)[0].isupper()
        else:
            assert (moment.wall is None) != (moment.after is None)
            assert instant(moment, now) > now.timestamp()
            assert say_moment(moment, now) and name_moment(moment, now)
            if moment.days:
                assert moment.wall is not None and moment.wall.weekday() in moment.days


def spoken(skill: str, argument: str, action: str | None = None) -> list[str]:
    """The values of an argument in the examples of a skill."""
    file = read(paths.bundled("examples") / f"{skill}_examples.txt")
    calls = [dict(call.arguments) for example in (*file.shown, *file.examples) for call in example.calls]
    return sorted({str(call[argument]) for call in calls if argument in call and call.get("action") == action})


@pytest.mark.parametrize("words", spoken("alarm", "time", "set"))
def test_every_time_of_an_alarm_in_the_examples_is_understood(words: str) -> None:
    assert instant(moment_from_words(words, WEDNESDAY, ALARM), WEDNESDAY) > WEDNESDAY.timestamp()


@pytest.mark.parametrize("words", spoken("reminder", "when"))
def test_every_time_of_a_reminder_in_the_examples_is_understood(words: str) -> None:
    assert instant(moment_from_words(words, WEDNESDAY), WEDNESDAY) > WEDNESDAY.timestamp()


@given(
    st.sampled_from([(words, ALARM) for words in spoken("alarm", "time", "set")])
    | st.sampled_from([(words, REMINDER) for words in spoken("reminder", "when")]),
    ZONED,
)
def test_at_any_time_the_examples_are_in_the_future_or_over(case: tuple[str, Habits], now: datetime) -> None:
    words, habits = case
    try:
        moment = moment_from_words(words, now, habits)
    except ValueError as error:
        assert "already past" in str(error) and re.search("today|this|tonight", words.casefold())
    else:
        assert 0 < instant(moment, now) - now.timestamp() < timedelta(days=400).total_seconds()
