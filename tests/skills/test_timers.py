from typing import Any

import pytest

from otto.errors import SkillError
from otto.questions import Question
from otto.skill import Context
from tests.conftest import NOW, MakeContext, RunSkill


class User:
    """Someone who is asked, and answers in words, ``meanwhile`` something happens."""

    def __init__(self, answer: str | None) -> None:
        self.answer = answer
        self.asked: list[Question] = []
        self.meanwhile: Any = lambda: None

    async def __call__(self, question: Question) -> str | None:
        self.asked.append(question)
        self.meanwhile()
        return None if self.answer is None else question.answer(self.answer)


def with_timers(ctx: Context, *timers: tuple[str | None, float, float]) -> Context:
    """Timers by name, length and what is left, in minutes."""
    for name, minutes, left in timers:
        ctx.store.timers.add(name, 60 * minutes, NOW.timestamp() + 60 * left)
    return ctx


@pytest.fixture
def tea(context: MakeContext) -> Context:
    return with_timers(context(), ("tea", 5, 3))


@pytest.fixture
def kitchen(context: MakeContext) -> Context:
    return with_timers(context(), ("tea", 5, 3), (None, 10, 7.5), ("roast beef", 90, 80))


def left(ctx: Context) -> dict[str | float, float]:
    """The minutes left, by name or length in minutes."""
    return {
        timer.name or timer.seconds / 60: timer.left(NOW.timestamp()) / 60
        for timer in sorted(ctx.store.timers.all(), key=lambda timer: timer.id)
    }


def paused(ctx: Context) -> list[str | float]:
    return [timer.name or timer.seconds / 60 for timer in ctx.store.timers.all() if timer.paused is not None]


async def test_what_is_left_of_one(tea: Context, run_skill: RunSkill) -> None:
    assert (await run_skill(tea, "timers", action="status")).speech == "Your tea timer has 3 minutes left."


async def test_what_is_left_of_several(kitchen: Context, run_skill: RunSkill) -> None:
    await run_skill(kitchen, "timers", action="pause", name="roast")
    expected = (
        "You have 3 timers: the tea timer has 3 minutes left, the 10-minute timer has 7 minutes and 30 seconds left "
        "and the roast beef timer is paused with 1 hour and 20 minutes left."
    )
    assert (await run_skill(kitchen, "timers", action="status")).speech == expected
    assert (await run_skill(kitchen, "timers", action="status", name="all timers")).speech == expected


async def test_of_many_five_are_said_and_all_are_shown(context: MakeContext, run_skill: RunSkill) -> None:
    ctx = with_timers(context(), *((f"egg {number}", 5, number) for number in range(1, 8)))
    reply = await run_skill(ctx, "timers", action="status")
    assert reply.speech.startswith("You have 7 timers. The next ones: the egg 1 timer") and "egg 6" not in reply.speech
    assert reply.notice and reply.notice.count("\n") == 6


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("tea", "tea timer"),
        ("Roast beaf", "roast beef timer"),
        ("tea timer", "tea timer"),
        ("roast", "roast beef timer"),
        ("roastbeef", "roast beef timer"),
        ("ten minute", "10-minute timer"),
        ("10-minute one", "10-minute timer"),
        ("hour and a half", "roast beef timer"),
        ("next", "tea timer"),
        ("newest", "roast beef timer"),
    ],
)
async def test_a_timer_is_found_by_name_or_length(kitchen: Context, run_skill: RunSkill, name: str, title: str) -> None:
    assert (await run_skill(kitchen, "timers", action="cancel", name=name)).speech == f"Your {title} is cancelled."
    assert len(left(kitchen)) == 2


async def test_a_timer_is_found_by_its_duration(kitchen: Context, run_skill: RunSkill) -> None:
    await run_skill(kitchen, "timers", action="pause", duration="600 seconds")
    assert paused(kitchen) == [10.0]


async def test_a_timer_that_is_not_there(kitchen: Context, run_skill: RunSkill) -> None:
    expected = "I know no timer called laundry. You have 3 timers: tea, 10 minutes and roast beef."
    with pytest.raises(SkillError) as refused:
        await run_skill(kitchen, "timers", action="cancel", name="laundry")
    assert str(refused.value) == expected and len(left(kitchen)) == 3


@pytest.mark.parametrize("name", ["all", "all timers", "all of them", "every timer", "both", "all of my timers"])
async def test_all_of_them(kitchen: Context, run_skill: RunSkill, name: str) -> None:
    assert (await run_skill(kitchen, "timers", action="pause", name=name)).speech == "All 3 timers are paused."
    assert (await run_skill(kitchen, "timers", action="resume", name=name)).speech == "All 3 timers are running."
    reply = await run_skill(kitchen, "timers", action="extend", name=name, duration="one minute")
    assert reply.speech == "Added 1 minute to 3 timers."
    assert left(kitchen) == {"tea": 4.0, 11.0: 8.5, "roast beef": 81.0}
    assert (await run_skill(kitchen, "timers", action="cancel", name=name)).speech == "All 3 timers are cancelled."
    assert left(kitchen) == {}


async def test_a_paused_timer_stands_still_and_goes_on(context: MakeContext, run_skill: RunSkill, tea: Context) -> None:
    assert (await run_skill(tea, "timers", action="pause")).speech == "Your tea timer is paused with 3 minutes left."
    later = context(now=NOW.replace(hour=20))
    reply = await run_skill(later, "timers", action="resume")
    assert reply.speech == "Your tea timer is running again with 3 minutes left."
    assert tea.store.timers.all()[0].due == NOW.replace(hour=20).timestamp() + 180


async def test_pausing_and_resuming_twice_changes_nothing(tea: Context, run_skill: RunSkill) -> None:
    running = await run_skill(tea, "timers", action="resume")
    assert running.speech == "Your tea timer is not paused. It has 3 minutes left." and not running.ok
    await run_skill(tea, "timers", action="pause")
    again = await run_skill(tea, "timers", action="pause")
    assert again.speech == "Your tea timer is already paused with 3 minutes left." and not again.ok


async def test_the_timer_to_resume_is_the_paused_one(kitchen: Context, run_skill: RunSkill) -> None:
    await run_skill(kitchen, "timers", action="pause", name="tea")
    await run_skill(kitchen, "timers", action="resume")
    assert paused(kitchen) == []


@pytest.mark.parametrize(
    ("action", "speech", "minutes"),
    [
        ("extend", "Added 2 minutes to your tea timer. It has 5 minutes left.", 5),
        ("shorten", "Took 2 minutes off your tea timer. It has 1 minute left.", 1),
    ],
)
async def test_more_or_less_time(tea: Context, run_skill: RunSkill, action: str, speech: str, minutes: float) -> None:
    assert (await run_skill(tea, "timers", action=action, duration="two minutes")).speech == speech
    assert left(tea) == {"tea": minutes}


async def test_a_paused_timer_can_be_extended(tea: Context, run_skill: RunSkill) -> None:
    await run_skill(tea, "timers", action="pause")
    await run_skill(tea, "timers", action="extend", duration="two minutes")
    assert left(tea) == {"tea": 5.0} and paused(tea) == ["tea"]


async def test_shortening_by_more_than_is_left_changes_nothing(tea: Context, run_skill: RunSkill) -> None:
    reply = await run_skill(tea, "timers", action="shorten", duration="five minutes")
    assert reply.speech == "Your tea timer only has 3 minutes left, so I left it as it is." and not reply.ok
    assert left(tea) == {"tea": 3.0}


async def test_shortening_all_leaves_those_that_are_too_short(kitchen: Context, run_skill: RunSkill) -> None:
    reply = await run_skill(kitchen, "timers", action="shorten", name="all", duration="five minutes")
    assert reply.speech == "Took 5 minutes off 2 timers, but 1 had less than that left."
    assert left(kitchen) == {"tea": 3.0, 5.0: 2.5, "roast beef": 75.0}


async def test_a_timer_ends_within_a_year(tea: Context, run_skill: RunSkill) -> None:
    reply = await run_skill(tea, "timers", action="extend", duration="366 days")
    assert "a year at most" in reply.speech and not reply.ok and left(tea) == {"tea": 3.0}


@pytest.mark.parametrize("action", ["extend", "shorten"])
async def test_how_much_must_be_said(tea: Context, run_skill: RunSkill, action: str) -> None:
    reply = await run_skill(tea, "timers", action=action)
    assert reply.speech == f"By how much should I {action} it?" and not reply.ok


@pytest.mark.parametrize("action", ["status", "pause", "resume", "cancel", "extend", "shorten"])
async def test_without_timers(context: MakeContext, run_skill: RunSkill, action: str) -> None:
    reply = await run_skill(context(), "timers", action=action, duration="a minute")
    assert reply.speech == "You have no timers." and reply.ok == (action == "status")


def asking(ctx: Context, user: User) -> Context:
    return Context(ctx.config, ctx.store, ctx.http, ctx.clock, asker=user)


@pytest.mark.parametrize(
    ("answer", "gone"), [("tea", "tea"), ("the 10 minutes one", 10.0), ("10 minutes.", 10.0), ("third", "roast beef")]
)
async def test_one_of_several_is_asked_for(
    kitchen: Context, run_skill: RunSkill, answer: str, gone: str | float
) -> None:
    user = User(answer)
    await run_skill(asking(kitchen, user), "timers", action="cancel")
    assert user.asked[0].text == "Which timer do you mean: tea, or 10 minutes, or roast beef?"
    assert gone not in left(kitchen) and len(left(kitchen)) == 2


@pytest.mark.parametrize("answer", ["no", None])
async def test_without_an_answer_nothing_changes(kitchen: Context, run_skill: RunSkill, answer: str | None) -> None:
    with pytest.raises(SkillError, match="leave it"):
        await run_skill(asking(kitchen, User(answer)), "timers", action="cancel")
    assert len(left(kitchen)) == 3


async def test_timers_of_one_name_differ_by_what_is_left(context: MakeContext, run_skill: RunSkill) -> None:
    ctx = with_timers(context(), ("egg", 5, 1), ("egg", 5, 4))
    user = User("egg with 4 minutes left")
    await run_skill(asking(ctx, user), "timers", action="cancel", name="egg")
    assert user.asked[0].options == ("egg with 1 minute left", "egg with 4 minutes left")
    assert list(left(ctx).values()) == [1.0]


async def test_a_timer_that_ends_while_otto_asks(kitchen: Context, run_skill: RunSkill) -> None:
    user = User("tea")
    user.meanwhile = lambda: kitchen.store.timers.take_due(NOW.timestamp() + 200)
    with pytest.raises(SkillError, match="Your tea timer has just ended"):
        await run_skill(asking(kitchen, user), "timers", action="extend", duration="a minute")


@pytest.mark.parametrize("name", ["'; DROP TABLE timers; --", "$(reboot)", "../../etc", "x" * 1000, "%", "..."])
async def test_any_name_is_only_a_name(kitchen: Context, run_skill: RunSkill, name: str) -> None:
    with pytest.raises(SkillError, match="I know no timer called"):
        await run_skill(kitchen, "timers", action="cancel", name=name)
    assert len(left(kitchen)) == 3
    await run_skill(kitchen, "timer", duration="a minute", name=name)
    await run_skill(kitchen, "timers", action="cancel", name=name)
    assert len(left(kitchen)) == 3
