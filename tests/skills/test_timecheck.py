import pytest

from otto.errors import SkillError
from tests.conftest import MakeContext, RunSkill

# The clock stands at Wednesday, 14:20 in Berlin.


@pytest.mark.parametrize(
    ("location", "speech"),
    [
        ("Berlin", "In Berlin it is 2:20 PM."),
        ("new york", "In New York City it is 8:20 AM."),
        ("Tokyo, Japan", "In Tokyo, Japan it is 10:20 PM."),
        ("india", "In India it is 6:50 PM."),
        ("the UK", "In the United Kingdom it is 1:20 PM."),
        ("west coast", "On the West Coast of the US it is 5:20 AM."),
        ("UTC", "In UTC it is 1:20 PM."),
        ("Auckland", "In Auckland it is 2:20 AM on Thursday."),
        ("Australia", "In Canberra, Australia it is 12:20 AM on Thursday."),
    ],
)
async def test_the_time_there(context: MakeContext, run_skill: RunSkill, location: str, speech: str) -> None:
    assert (await run_skill(context(), "timecheck", location=location)).speech == speech


async def test_the_time_here(context: MakeContext, run_skill: RunSkill) -> None:
    assert (await run_skill(context(), "timecheck")).speech == "It is 2:20 PM."


async def test_an_unknown_place_is_said_so(context: MakeContext, run_skill: RunSkill) -> None:
    with pytest.raises(SkillError, match=r"^I don't know where Narnia is\.$"):
        await run_skill(context(), "timecheck", location="Narnia")
