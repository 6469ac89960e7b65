from dataclasses import replace

import pytest

from otto import registry
from otto.errors import SkillError
from otto.skill import Context, Reply, Skill, skill
from tests.conftest import MakeContext, RunSkill

SKILLS = registry.load().skills


@skill(permission="safe")
async def water_plants(ctx: Context) -> Reply:
    """Waters the user's plants. Nothing else."""
    return Reply("")


def with_skills(ctx: Context, *names: str) -> Context:
    known: dict[str, Skill] = {**SKILLS, "water_plants": water_plants}
    return replace(ctx, skills={name: known[name] for name in names} if names else SKILLS)


async def test_says_a_few_things_and_shows_them_all(context: MakeContext, run_skill: RunSkill) -> None:
    reply = await run_skill(with_skills(context()), "help")
    assert reply.speech.startswith("I can tell the time and the weather, set timers")
    assert "Say, for example: What's the weather like in Lisbon? Or: " in reply.speech
    assert len(reply.speech.split()) < 80
    assert reply.notice is not None
    listed = [line.split(":")[0] for line in reply.notice.splitlines()]
    assert listed == [name for name in SKILLS if name not in ("cancel", "help", "other")]


async def test_speaks_only_of_what_is_switched_on(context: MakeContext, run_skill: RunSkill) -> None:
    reply = await run_skill(with_skills(context(), "math", "water_plants", "cancel"), "help")
    assert reply.speech.startswith("I can do sums and convert units and use water plants.")
    assert (await run_skill(with_skills(context(), "other"), "help")).speech == "All my skills are switched off."


@pytest.mark.parametrize(
    ("topic", "beginning"),
    [
        ("timers", "Starts a countdown. Say, for example: Set a timer"),
        ("set an alarm", "Sets, cancels or lists alarms."),
        ("shopping list", "Shopping, to-do and other lists."),
        ("maths", "Arithmetic, written as a Python expression. Say, for example: What's 7"),
        ("whether", "Weather now or the forecast"),  # as it is sometimes heard
        ("apps", "Starts a desktop program."),
        ("run_app", "Starts a desktop program."),
        ("closing programs", "Closes a desktop program."),
        ("the temperature", "Weather now or the forecast"),  # only people's sentences say so
        ("documents", "Answers a question from your own documents"),
    ],
)
async def test_a_topic_is_found_by_name_by_summary_and_by_what_people_say(
    context: MakeContext, run_skill: RunSkill, topic: str, beginning: str
) -> None:
    reply = await run_skill(with_skills(context()), "help", topic=topic)
    assert reply.speech.startswith(beginning)
    assert reply.notice


async def test_a_plugin_is_helped_with_too(context: MakeContext, run_skill: RunSkill) -> None:
    reply = await run_skill(with_skills(context(), "timer", "water_plants"), "help", topic="my plants")
    assert reply.speech == "Waters your plants."


@pytest.mark.parametrize("topic", ["quantum banana", "🙂", "../../etc/passwd", "x" * 1000, "$(reboot)"])
async def test_an_unknown_topic_is_a_sentence(context: MakeContext, run_skill: RunSkill, topic: str) -> None:
    with pytest.raises(SkillError, match="Ask me what I can do"):
        await run_skill(with_skills(context()), "help", topic=topic)


async def test_everything_is_no_topic(context: MakeContext, run_skill: RunSkill) -> None:
    assert (await run_skill(with_skills(context()), "help", topic="everything")).speech.startswith(
        "I can tell the time"
    )
