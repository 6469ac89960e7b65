from tests.conftest import MakeContext, RunSkill


async def test_cancel_says_okay(context: MakeContext, run_skill: RunSkill) -> None:
    assert (await run_skill(context(), "cancel")).speech == "Okay."
