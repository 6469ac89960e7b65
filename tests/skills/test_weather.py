import pytest

from otto.errors import ConfigError, SkillError
from otto.skill import Context
from tests.conftest import MakeContext, RunSkill
from tests.skills.conftest import OpenMeteoServer

# It is Wednesday, November 18th, 14:20 in Berlin. See conftest.py for the server's weather.


@pytest.fixture
def ctx(context: MakeContext, open_meteo: OpenMeteoServer) -> Context:
    return context(home="Berlin", skills=open_meteo.settings)


async def test_now(ctx: Context, run_skill: RunSkill) -> None:
    reply = await run_skill(ctx, "weather", location="Berlin")
    assert reply.speech == "In Berlin it is 7 degrees with light rain."
    assert reply.notice == "Today: 0 to 5 degrees with light rain. The chance of rain is 60 percent."


async def test_at_home_without_a_place(ctx: Context, run_skill: RunSkill) -> None:
    assert (await run_skill(ctx, "weather")).speech == "In Berlin it is 7 degrees with light rain."


@pytest.mark.parametrize(
    ("when", "speech"),
    [
        ("right now", "In Berlin it is 7 degrees with light rain."),
        ("today", "In Berlin today it will be 0 to 5 degrees with light rain. The chance of rain is 60 percent."),
        ("tomorrow", "In Berlin tomorrow it will be 1 to 6 degrees with an overcast sky."),
        ("on Friday", "In Berlin on Friday it will be 2 to 7 degrees with light snow."),
        ("Thanksgiving", "In Berlin on Thursday, November 26th it will be 8 to 13 degrees with a mostly clear sky."),
        (
            "noon",
            "In Berlin tomorrow at noon it will be 2 degrees with an overcast sky. The chance of rain is 48 percent.",
        ),
        ("6 pm", "In Berlin at 6 PM it will be 2 degrees with light rain. The chance of rain is 72 percent."),
        (
            "friday evening",
            "In Berlin on Friday evening it will be 4 degrees with light snow. The chance of snow is 88 percent.",
        ),
        ("this morning", "In Berlin this morning it was 1 degree with light rain."),
        (
            "tonight",
            "In Berlin tonight it will be 1 to 2 degrees with light rain. The chance of rain is 92 percent.",
        ),
        (
            "this weekend",
            "In Berlin this weekend: Saturday 3 to 8 degrees with a clear sky; "
            "Sunday 4 to 9 degrees with a thunderstorm.",
        ),
        (
            "next week",
            "In Berlin next week it will be 5 to 16 degrees, mostly with an overcast sky. Rain or snow on 2 of 7 days.",
        ),
    ],
)
async def test_later(ctx: Context, run_skill: RunSkill, when: str, speech: str) -> None:
    assert (await run_skill(ctx, "weather", when=when)).speech == speech


async def test_a_week_is_summed_up_and_its_days_are_shown(ctx: Context, run_skill: RunSkill) -> None:
    notice = (await run_skill(ctx, "weather", when="next week")).notice
    assert notice is not None and len(notice.splitlines()) == 7
    assert notice.splitlines()[0] == "Monday 5 to 10 degrees with some clouds."


async def test_the_day_is_that_of_the_place(
    context: MakeContext, run_skill: RunSkill, open_meteo: OpenMeteoServer
) -> None:
    """At 20:00 in Berlin it is Thursday in Tokyo, so that tomorrow is Friday there."""
    ctx = context(skills=open_meteo.settings)
    evening = context(now=ctx.now().replace(hour=20), skills=open_meteo.settings)
    assert "2 to 7 degrees" in (await run_skill(evening, "weather", location="Tokyo", when="tomorrow")).speech


async def test_fahrenheit(context: MakeContext, run_skill: RunSkill, open_meteo: OpenMeteoServer) -> None:
    ctx = context(units="imperial", skills=open_meteo.settings)
    assert (await run_skill(ctx, "weather", location="berlin")).speech == "In Berlin it is 45 degrees with light rain."


@pytest.mark.parametrize(
    ("place", "coordinates"),
    [
        ("Paris", (0, 2.3)),
        ("Paris, Texas", (2, 2.3)),
        ("Paris Texas", (2, 2.3)),
        ("Paris in Texas", (2, 2.3)),
        ("Paris, TN", (1, 2.3)),
        ("Paris, the US", (1, 2.3)),
        ("Hopital", (0, 4.6)),
    ],
)
async def test_namesakes(
    ctx: Context, run_skill: RunSkill, open_meteo: OpenMeteoServer, place: str, coordinates: tuple[float, float]
) -> None:
    await run_skill(ctx, "weather", location=place)
    asked = open_meteo.queries[-1]
    assert (float(asked["latitude"]), float(asked["longitude"])) == coordinates


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"location": "Nowhereville"}, "I don't know a place called Nowhereville."),
        ({"location": "Paris, Japan"}, "I don't know a place called Paris, Japan."),
        ({"when": "blursday"}, "I don't know when blursday is."),
        ({"when": "christmas"}, "The forecast only reaches to Wednesday, December 2nd."),
        ({"when": "yesterday"}, "I only know the weather from today on."),
    ],
)
async def test_what_cannot_be_answered_is_one_sentence(
    ctx: Context, run_skill: RunSkill, arguments: dict[str, str], sentence: str
) -> None:
    with pytest.raises(SkillError) as error:
        await run_skill(ctx, "weather", **arguments)
    assert str(error.value) == sentence


async def test_without_a_home_it_says_how_to_set_one(context: MakeContext, run_skill: RunSkill) -> None:
    with pytest.raises(SkillError, match='set home = "your town" in the configuration'):
        await run_skill(context(), "weather")


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (500, "The weather service has a problem: it answered with status 500."),
        (302, "The weather service has a problem: it answered with status 302."),
        ("malformed", "The weather service sent something that I can't read."),
        ("incomplete", "The weather service sent something that I can't read."),
        ("nan", "The weather service sent something that I can't read."),
        ("slow", "The weather service took too long to answer."),
    ],
)
async def test_a_broken_service_is_one_sentence(
    ctx: Context, run_skill: RunSkill, open_meteo: OpenMeteoServer, fault: int | str, sentence: str
) -> None:
    open_meteo.fault = fault
    with pytest.raises(SkillError) as error:
        await run_skill(ctx, "weather")
    assert str(error.value) == sentence


@pytest.mark.parametrize("address", ["http://127.0.0.1:9", "http://weather.invalid", "nonsense", "http://[::bad"])
async def test_offline(context: MakeContext, run_skill: RunSkill, address: str) -> None:
    ctx = context(home="Berlin", skills={"weather": {"geocoding_url": address, "timeout": 2}})
    with pytest.raises(SkillError, match="I can't reach the weather service"):
        await run_skill(ctx, "weather")


async def test_a_wrong_setting_is_named(context: MakeContext, run_skill: RunSkill) -> None:
    with pytest.raises(ConfigError, match=r"\[skills.weather\].*timeuot"):
        await run_skill(context(home="Berlin", skills={"weather": {"timeuot": 3}}), "weather")
