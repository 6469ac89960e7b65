from datetime import datetime, timedelta

import pytest

from otto.errors import SkillError
from otto.questions import Question
from otto.skill import Context
from tests.conftest import NOW, MakeContext, RunSkill


def rings(ctx: Context) -> list[str]:
    """What is set: "19 07:00" or "19 06:30 01234"."""
    zone = NOW.tzinfo
    return [
        f"{datetime.fromtimestamp(alarm.moment(zone), zone):%d %H:%M} {''.join(map(str, sorted(alarm.days)))}".strip()
        for alarm in ctx.store.alarms.all(zone)
    ]


def answering(ctx: Context, words: str) -> tuple[Context, list[Question]]:
    asked: list[Question] = []

    async def ask(question: Question) -> str | None:
        asked.append(question)
        return question.answer(words)

    return Context(ctx.config, ctx.store, ctx.http, ctx.clock, asker=ask), asked


@pytest.fixture
async def week(context: MakeContext, run_skill: RunSkill) -> Context:
    """Otto with three alarms."""
    ctx = context()
    for words in ("6:30 on weekdays", "saturday at nine", "7 am tomorrow"):
        await run_skill(ctx, "alarm", action="set", time=words)
    assert rings(ctx) == ["19 06:30 01234", "19 07:00", "21 09:00"]
    return ctx


@pytest.mark.parametrize(
    ("time", "speech", "ring"),
    [
        ("7 am tomorrow", "Alarm set for 7 AM tomorrow.", "19 07:00"),
        ("half past six", "Alarm set for 6:30 PM tonight.", "18 18:30"),
        ("noon", "Alarm set for noon tomorrow.", "19 12:00"),
        ("7", "Alarm set for 7 PM tonight.", "18 19:00"),
        ("tomorrow at six", "Alarm set for 6 AM tomorrow.", "19 06:00"),
        ("in 20 minutes", "Alarm set for 2:40 PM, 20 minutes from now.", "18 14:40"),
        ("in an hour and a half", "Alarm set for 3:50 PM, 1 hour and 30 minutes from now.", "18 15:50"),
        ("6:30 on weekdays", "Alarm set for 6:30 AM every weekday.", "19 06:30 01234"),
        ("every monday and thursday at 6 am", "Alarm set for 6 AM every Monday and Thursday.", "19 06:00 03"),
        ("weekends at nine", "Alarm set for 9 AM on weekends.", "21 09:00 56"),
        ("tomorrow morning", "Alarm set for 8 AM tomorrow.", "19 08:00"),
        ("the 24th at 5 am", "Alarm set for 5 AM on Tuesday.", "24 05:00"),
        ("christmas morning at 7", "Alarm set for 7 AM on Friday, December 25th.", "25 07:00"),
    ],
)
async def test_an_alarm_is_set(context: MakeContext, run_skill: RunSkill, time: str, speech: str, ring: str) -> None:
    ctx = context()
    assert (await run_skill(ctx, "alarm", action="set", time=time)).speech == speech
    assert rings(ctx) == [ring]


async def test_a_time_is_asked_for(context: MakeContext, run_skill: RunSkill) -> None:
    ctx = context()
    reply = await run_skill(ctx, "alarm", action="set")
    assert reply.speech == "For what time should I set the alarm?" and not reply.ok and rings(ctx) == []


@pytest.mark.parametrize(
    ("time", "sentence"),
    [
        ("9 am today", "It is already past 9 AM."),
        ("friday", "At what time?"),
        ("banana", "I don't know when banana is."),
        ("every hour", "I can only repeat something on days of the week, such as every Monday."),
        ("$(reboot)", "I don't know when $(reboot) is."),
    ],
)
async def test_what_cannot_be_set_is_one_sentence(
    context: MakeContext, run_skill: RunSkill, time: str, sentence: str
) -> None:
    ctx = context()
    with pytest.raises(SkillError) as refused:
        await run_skill(ctx, "alarm", action="set", time=time)
    assert str(refused.value) == sentence and rings(ctx) == []


@pytest.mark.parametrize("time", ["7 am tomorrow", "tomorrow at seven", "6:30 am every weekday", "saturday 9 am"])
async def test_the_same_alarm_is_set_once(week: Context, run_skill: RunSkill, time: str) -> None:
    reply = await run_skill(week, "alarm", action="set", time=time)
    assert reply.speech.startswith("There already is an alarm for") and len(rings(week)) == 3


async def test_no_alarms(context: MakeContext, run_skill: RunSkill) -> None:
    assert (await run_skill(context(), "alarm", action="list")).speech == "You have no alarms."
    nothing = await run_skill(context(), "alarm", action="cancel", time="all")
    assert nothing.speech == "You have no alarms." and not nothing.ok


async def test_alarms_are_read_out(week: Context, run_skill: RunSkill) -> None:
    expected = "You have 3 alarms: 6:30 AM every weekday, 7 AM tomorrow and 9 AM on Saturday."
    assert (await run_skill(week, "alarm", action="list")).speech == expected


@pytest.mark.parametrize(
    ("time", "speech"),
    [
        ("saturday", "You have one alarm, for 9 AM on Saturday."),
        ("tomorrow", "You have 2 alarms: 6:30 AM every weekday and 7 AM tomorrow."),
        ("friday", "You have one alarm, for 6:30 AM every weekday."),
        ("sunday", "You have no alarms then."),
    ],
)
async def test_the_alarms_of_a_day(week: Context, run_skill: RunSkill, time: str, speech: str) -> None:
    assert (await run_skill(week, "alarm", action="list", time=time)).speech == speech


async def test_reminders_are_listed_behind_the_alarms(week: Context, run_skill: RunSkill) -> None:
    await run_skill(week, "reminder", text="feed the cat", when="tonight")
    reply = await run_skill(week, "alarm", action="list")
    assert reply.speech.endswith("on Saturday. And a reminder: 8 PM tonight, feed the cat.")


async def test_of_many_alarms_five_are_said_and_all_are_shown(context: MakeContext, run_skill: RunSkill) -> None:
    ctx = context()
    for hour in range(1, 8):
        await run_skill(ctx, "alarm", action="set", time=f"{hour} am tomorrow")
    reply = await run_skill(ctx, "alarm", action="list")
    assert reply.speech.startswith("You have 7 alarms. The next ones: 1 AM tomorrow") and "6 AM" not in reply.speech
    assert reply.notice and "- 7 AM tomorrow" in reply.notice


@pytest.mark.parametrize(
    ("time", "speech", "gone"),
    [
        ("7", "Cancelled the alarm for 7 AM tomorrow.", "19 07:00"),
        ("seven o'clock", "Cancelled the alarm for 7 AM tomorrow.", "19 07:00"),
        ("saturday", "Cancelled the alarm for 9 AM on Saturday.", "21 09:00"),
        ("nine one", "Cancelled the alarm for 9 AM on Saturday.", "21 09:00"),
        ("6:30", "Cancelled the alarm for 6:30 AM every weekday.", "19 06:30 01234"),
        ("weekday alarm", "Cancelled the alarm for 6:30 AM every weekday.", "19 06:30 01234"),
        ("next one", "Cancelled the alarm for 6:30 AM every weekday.", "19 06:30 01234"),
    ],
)
async def test_an_alarm_is_cancelled_by_its_time(
    week: Context, run_skill: RunSkill, time: str, speech: str, gone: str
) -> None:
    before = rings(week)
    assert (await run_skill(week, "alarm", action="cancel", time=time)).speech == speech
    assert rings(week) == [ring for ring in before if ring != gone]


async def test_what_is_counted_is_cancelled_by_when_it_rings(week: Context, run_skill: RunSkill) -> None:
    await run_skill(week, "alarm", action="set", time="in 20 minutes")
    await run_skill(week, "alarm", action="cancel", time="in 20 minutes")
    await run_skill(week, "alarm", action="set", time="in 20 minutes")
    await run_skill(week, "alarm", action="cancel", time="2:40")
    assert len(rings(week)) == 3


async def test_the_only_alarm_needs_no_time(context: MakeContext, run_skill: RunSkill) -> None:
    ctx = context()
    await run_skill(ctx, "alarm", action="set", time="noon")
    reply = await run_skill(ctx, "alarm", action="cancel")
    assert reply.speech == "Cancelled the alarm for noon tomorrow." and rings(ctx) == []


async def test_a_reminder_is_cancelled_by_its_time(week: Context, run_skill: RunSkill) -> None:
    await run_skill(week, "reminder", text="feed the cat", when="tonight")
    alarms = len(week.store.alarms.all()) - 1
    reply = await run_skill(week, "alarm", action="cancel", time="8 pm")
    assert reply.speech == "Cancelled the reminder for 8 PM tonight, feed the cat."
    assert len(week.store.alarms.all()) == alarms


async def test_all_means_no_reminder_even_when_there_is_nothing_else(context: MakeContext, run_skill: RunSkill) -> None:
    ctx = context()
    await run_skill(ctx, "reminder", text="feed the cat", when="tonight")
    with pytest.raises(SkillError, match="You have no alarms"):
        await run_skill(ctx, "alarm", action="cancel", time="all")
    assert len(ctx.store.alarms.all()) == 1


@pytest.mark.parametrize("time", ["all", "all my alarms", "everything", "every alarm", "all of them"])
async def test_all_alarms_are_cancelled_but_no_reminder(week: Context, run_skill: RunSkill, time: str) -> None:
    await run_skill(week, "reminder", text="feed the cat", when="tonight")
    assert (await run_skill(week, "alarm", action="cancel", time=time)).speech == "3 alarms are cancelled."
    assert rings(week) == ["18 20:00"]


async def test_all_of_a_kind_are_cancelled(week: Context, run_skill: RunSkill) -> None:
    reply = await run_skill(week, "alarm", action="cancel", time="all my morning alarms")
    assert reply.speech == "3 alarms are cancelled." and rings(week) == []


async def test_one_of_several_is_asked_for(week: Context, run_skill: RunSkill) -> None:
    ctx, asked = answering(week, "7 AM tomorrow")
    assert (await run_skill(ctx, "alarm", action="cancel")).speech == "Cancelled the alarm for 7 AM tomorrow."
    assert asked[0].options == ("6:30 AM every weekday", "7 AM tomorrow", "9 AM on Saturday")


async def test_without_an_answer_all_stay(week: Context, run_skill: RunSkill) -> None:
    ctx, _ = answering(week, "no")
    with pytest.raises(SkillError, match="I leave it"):
        await run_skill(ctx, "alarm", action="cancel")
    assert len(rings(week)) == 3


async def test_an_alarm_that_is_not_there(week: Context, run_skill: RunSkill) -> None:
    with pytest.raises(SkillError, match=r"no such alarm. You have one for 6:30 AM every weekday, 7 AM tomorrow and"):
        await run_skill(week, "alarm", action="cancel", time="8:15")
    assert len(rings(week)) == 3


async def test_one_day_of_an_alarm_that_comes_again_is_left_out(context: MakeContext, run_skill: RunSkill) -> None:
    ctx = context()
    await run_skill(ctx, "alarm", action="set", time="6:30 on weekdays")
    reply = await run_skill(ctx, "alarm", action="cancel", time="tomorrow")
    assert reply.speech == "Left out this once. The alarm for 6:30 AM every weekday goes on after that."
    assert rings(ctx) == ["20 06:30 01234"]
    with pytest.raises(SkillError, match="only leave out the next time"):
        await run_skill(ctx, "alarm", action="cancel", time="monday")
    assert rings(ctx) == ["20 06:30 01234"]


async def test_an_alarm_of_one_weekday_is_cancelled_by_its_day(context: MakeContext, run_skill: RunSkill) -> None:
    ctx = context()
    await run_skill(ctx, "alarm", action="set", time="every monday at 6")
    await run_skill(ctx, "alarm", action="cancel", time="monday")
    assert rings(ctx) == []


async def test_an_alarm_rings_in_the_daemon_at_its_time(context: MakeContext, run_skill: RunSkill) -> None:
    ctx = context()
    await run_skill(ctx, "alarm", action="set", time="every weekday at 7 am")
    morning = (NOW + timedelta(days=1)).replace(hour=7, minute=0).timestamp()
    assert ctx.store.alarms.take_due(morning - 1, NOW.tzinfo) == []
    (alarm,) = ctx.store.alarms.take_due(morning, NOW.tzinfo)
    assert alarm.text is None and rings(ctx) == ["20 07:00 01234"]


@pytest.mark.parametrize(
    "time", ["'; DROP TABLE alarms; --", "../../etc/passwd", "7 " * 400, "9" * 900, "in 9**9**9 days"]
)
@pytest.mark.parametrize("action", ["set", "cancel", "list"])
async def test_hostile_times_change_nothing(week: Context, run_skill: RunSkill, action: str, time: str) -> None:
    with pytest.raises(SkillError):
        await run_skill(week, "alarm", action=action, time=time)
    assert len(rings(week)) == 3
