import pytest

from otto.errors import SkillError
from tests.conftest import MakeContext, RunSkill

# Today is Wednesday, November 18th, 2026.


@pytest.mark.parametrize(
    ("day", "speech"),
    [
        ("tomorrow", "Tomorrow is Thursday, November 19th."),
        ("next Friday", "Next Friday is Friday, November 27th, in 9 days."),
        ("christmas", "Christmas is Friday, December 25th, in 37 days."),
        ("in ten days", "That is Saturday, November 28th, in 10 days."),
        ("3rd of July", "3rd of July is Saturday, July 3rd, 2027, in 227 days."),
        ("last Tuesday", "Last Tuesday was Tuesday, November 17th, yesterday."),
        ("July 4th 1776", "July 4th 1776 was Thursday, July 4th, 1776, 91,447 days ago."),
    ],
)
async def test_a_day_and_how_far_away_it_is(context: MakeContext, run_skill: RunSkill, day: str, speech: str) -> None:
    assert (await run_skill(context(), "datecheck", day=day)).speech == speech


async def test_today(context: MakeContext, run_skill: RunSkill) -> None:
    assert (await run_skill(context(), "datecheck")).speech == "Today is Wednesday, November 18th, 2026."


async def test_a_day_that_nobody_knows(context: MakeContext, run_skill: RunSkill) -> None:
    with pytest.raises(SkillError, match=r"^I don't know which day blursday is\.$"):
        await run_skill(context(), "datecheck", day="blursday")
