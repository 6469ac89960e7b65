import pytest

from otto.errors import SkillError
from otto.skill import Context
from tests.conftest import NOW, MakeContext, RunSkill


def texts(ctx: Context) -> list[str | None]:
    return [alarm.text for alarm in ctx.store.alarms.all(NOW.tzinfo)]


@pytest.mark.parametrize(
    ("text", "when", "speech"),
    [
        ("call Anna", "friday at 5 pm", "I'll remind you to call Anna on Friday at 5 PM."),
        ("call anna", "on friday at five", "I'll remind you to call anna on Friday at 5 PM."),
        ("to water the plants", "every sunday evening", "I'll remind you to water the plants every Sunday at 7 PM."),
        ("check the oven", "in 20 minutes", "I'll remind you to check the oven in 20 minutes."),
        ("take my tablets", "tonight", "I'll remind you to take your tablets tonight at 8 PM."),
        ("to stretch", "tomorrow", "I'll remind you to stretch tomorrow at 9 AM."),
        ("dentist", "next tuesday at ten", "I'll remind you on Tuesday at 10 AM: dentist."),
        ("about the meeting", "in 15 minutes", "I'll remind you about the meeting in 15 minutes."),
        (
            "that I'm on call",
            "3rd of december at noon",
            "I'll remind you that you're on call on Thursday, December 3rd at noon.",
        ),
        ("pay the rent", "today", "I'll remind you to pay the rent today at 3 PM."),
        ("renew the pass", "in two weeks", "I'll remind you to renew the pass on Wednesday, December 2nd at 9 AM."),
    ],
)
async def test_says_what_was_understood(
    context: MakeContext, run_skill: RunSkill, text: str, when: str, speech: str
) -> None:
    assert (await run_skill(context(), "reminder", text=text, when=when)).speech == speech


async def test_the_words_are_kept_as_they_were_said(context: MakeContext, run_skill: RunSkill) -> None:
    ctx = context()
    await run_skill(ctx, "reminder", text="to call my mum", when="in 20 minutes")
    (reminder,) = ctx.store.alarms.take_due(NOW.timestamp() + 1200, NOW.tzinfo)
    assert reminder.text == "call my mum"


async def test_a_reminder_that_comes_again(context: MakeContext, run_skill: RunSkill) -> None:
    ctx = context()
    await run_skill(ctx, "reminder", text="put the bins out", when="every monday and thursday at 8 am")
    (reminder,) = ctx.store.alarms.all(NOW.tzinfo)
    assert reminder.days == {0, 3} and reminder.wall == NOW.replace(day=19, hour=8, minute=0, tzinfo=None)


async def test_the_same_reminder_is_set_once(context: MakeContext, run_skill: RunSkill) -> None:
    ctx = context()
    for text, when in (("call Anna", "friday at 5 pm"), ("to call anna", "friday at five")):
        reply = await run_skill(ctx, "reminder", text=text, when=when)
    assert reply.speech == "That reminder is set already, on Friday at 5 PM." and texts(ctx) == ["call Anna"]
    await run_skill(ctx, "reminder", text="call Bob", when="friday at 5 pm")
    assert texts(ctx) == ["call Anna", "call Bob"]


@pytest.mark.parametrize(
    ("when", "sentence"),
    [
        ("when i get home", "I can only go by the clock, not wait for something to happen."),
        ("at home", "I don't know when at home is."),
        ("this morning", "It is already past 8 AM."),
        ("yesterday", "Tuesday, November 17th is over."),
        ("every month", "I can only repeat something on days of the week, such as every Monday."),
    ],
)
async def test_what_is_no_time_to_come_is_one_sentence(
    context: MakeContext, run_skill: RunSkill, when: str, sentence: str
) -> None:
    ctx = context()
    with pytest.raises(SkillError) as refused:
        await run_skill(ctx, "reminder", text="feed the cat", when=when)
    assert str(refused.value) == sentence and texts(ctx) == []


@pytest.mark.parametrize("missing", ["text", "when"])
async def test_text_and_time_are_needed(context: MakeContext, run_skill: RunSkill, missing: str) -> None:
    arguments = {"text": "feed the cat", "when": "tonight"}
    del arguments[missing]
    with pytest.raises(SkillError, match=f"{missing} is missing"):
        await run_skill(context(), "reminder", **arguments)


@pytest.mark.parametrize("text", ["'; DROP TABLE alarms; --", "$(reboot)", "to", "?!", "x" * 1000])
async def test_any_text_is_only_text(context: MakeContext, run_skill: RunSkill, text: str) -> None:
    ctx = context()
    reply = await run_skill(ctx, "reminder", text=text, when="tonight")
    assert reply.ok and texts(ctx) == [text]
