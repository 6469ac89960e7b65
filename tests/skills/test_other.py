from tests.conftest import MakeContext, RunSkill


async def test_nothing_is_said_to_speech_that_is_not_for_otto(context: MakeContext, run_skill: RunSkill) -> None:
    reply = await run_skill(context(), "other")
    assert reply.speech == "" and reply.ok
