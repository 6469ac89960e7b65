import pytest

from otto.errors import SkillError
from tests.conftest import NOW, MakeContext, RunSkill


@pytest.mark.parametrize(
    ("arguments", "speech"),
    [
        ({"duration": "five minutes"}, "Timer for 5 minutes started."),
        ({"duration": "30 second"}, "Timer for 30 seconds started."),
        ({"duration": "ten minutes", "name": "pasta"}, "Pasta timer for 10 minutes started."),
        ({"duration": "an hour and a half", "name": "egg timer"}, "Egg timer for 1 hour and 30 minutes started."),
    ],
)
async def test_says_what_was_started(
    context: MakeContext, run_skill: RunSkill, arguments: dict[str, str], speech: str
) -> None:
    assert (await run_skill(context(), "timer", **arguments)).speech == speech


async def test_the_timer_is_kept_until_it_is_due(context: MakeContext, run_skill: RunSkill) -> None:
    ctx = context()
    await run_skill(ctx, "timer", duration="ten minutes", name="pasta")
    (timer,) = ctx.store.timers.all()
    assert (timer.name, timer.seconds, timer.due) == ("pasta", 600, NOW.timestamp() + 600)
    assert ctx.store.timers.take_due(timer.due - 1) == []
    assert ctx.store.timers.take_due(timer.due) == [timer]


async def test_a_duration_that_is_none_starts_nothing(context: MakeContext, run_skill: RunSkill) -> None:
    ctx = context()
    with pytest.raises(SkillError, match="duration"):
        await run_skill(ctx, "timer", duration="banana")
    assert ctx.store.timers.all() == []
