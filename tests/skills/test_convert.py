from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from otto.errors import ConfigError, SkillError
from otto.skill import Context
from tests.conftest import NOW, MakeContext, RunSkill
from tests.document_server import DocumentServer, ecb, serving

# It is November 18th; the bank's newest rates are of the 17th.


@pytest.fixture
def bank() -> Iterator[DocumentServer]:
    with serving() as server:
        server.put("daily.xml", ecb(USD="1.25", GBP="0.8", JPY="160", HUF="400"))
        yield server


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def ctx(context: MakeContext, bank: DocumentServer) -> Context:
    return context(skills={"convert": {"rates_url": bank.url("daily.xml"), "timeout": 0.5}})


@pytest.mark.parametrize(
    ("value", "unit", "to", "speech"),
    [
        (5, "miles", "kilometers", "5 miles is about 8.05 kilometers."),
        (1, "mile", "feet", "1 mile is 5,280 feet."),
        (98.6, "degrees fahrenheit", "celsius", "98.6 degrees Fahrenheit is 37 degrees Celsius."),
        (-40, "celsius", "fahrenheit", "minus 40 degrees Celsius is minus 40 degrees Fahrenheit."),
        (10, "pounds", "kilos", "10 pounds is about 4.54 kilograms."),
        (180, "centimeters", "feet and inches", "180 centimeters is about 5 feet and 10.9 inches."),
        (70, "kilos", "stone and pounds", "70 kilograms is about 11 stone and 0.3 pounds."),
        (200, "minutes", "hours and minutes", "200 minutes is about 3 hours and 20 minutes."),
    ],
)
async def test_units(ctx: Context, run_skill: RunSkill, value: float, unit: str, to: str, speech: str) -> None:
    assert (await run_skill(ctx, "convert", value=value, unit=unit, to=to)).speech == speech


@pytest.mark.parametrize(
    ("value", "unit", "to", "speech"),
    [
        (100, "dollars", "euros", "100 US dollars is 80 euros at the rates of November 17th."),
        (1, "euro", "usd", "1 euro is 1.25 US dollars at the rates of November 17th."),
        (10, "pounds", "dollars", "10 British pounds is 15.62 US dollars at the rates of November 17th."),
        (50, "dollars", "pounds", "50 US dollars is 32 British pounds at the rates of November 17th."),
        (1000, "euros", "yen", "1,000 euros is 160,000 Japanese yen at the rates of November 17th."),
        (1, "forint", "euros", "1 Hungarian forint is 0.0025 euros at the rates of November 17th."),
        (5e6, "euros", "dollars", "5,000,000 euros is 6.25 million US dollars at the rates of November 17th."),
    ],
)
async def test_currencies(ctx: Context, run_skill: RunSkill, value: float, unit: str, to: str, speech: str) -> None:
    assert (await run_skill(ctx, "convert", value=value, unit=unit, to=to)).speech == speech


async def test_offline_the_last_rates_are_used_and_their_date_said(
    context: MakeContext, ctx: Context, bank: DocumentServer, run_skill: RunSkill
) -> None:
    await run_skill(ctx, "convert", value=1, unit="euro", to="dollars")
    bank.put("daily.xml", 500)
    later = context(now=NOW + timedelta(days=60), skills=ctx.config.skills)
    reply = await run_skill(later, "convert", value=1, unit="euro", to="dollars")
    assert reply.speech == (
        "1 euro is 1.25 US dollars at the rates of November 17th, 2026; I could not get newer ones."
    )


async def test_offline_without_any_rates(context: MakeContext, run_skill: RunSkill) -> None:
    ctx = context(skills={"convert": {"rates_url": "http://127.0.0.1:9/daily.xml"}})
    with pytest.raises(SkillError, match=r"^I have no exchange rates: I asked the service, but it can't be reached\.$"):
        await run_skill(ctx, "convert", value=1, unit="euro", to="dollars")


async def test_units_need_no_network(context: MakeContext, run_skill: RunSkill) -> None:
    ctx = context(skills={"convert": {"rates_url": "http://127.0.0.1:9/daily.xml"}})
    assert (
        await run_skill(ctx, "convert", value=2, unit="cups", to="tablespoons")
    ).speech == "2 cups is 32 tablespoons."


@pytest.mark.parametrize(
    ("unit", "to", "sentence"),
    [
        ("kilograms", "miles", "Kilograms and miles don't measure the same thing."),
        ("dollars", "miles", "US dollars and miles don't measure the same thing."),
        ("pounds", "miles", "Pounds and miles don't measure the same thing."),
        ("miles", "euros", "Miles and euros don't measure the same thing."),
        ("euros", "bananas", "I don't know the unit or currency bananas."),
        ("bananas", "kilograms", "I don't know the unit bananas."),
        ("euros", "rubles", "I have no exchange rate for Russian rubles."),
        ("celsius", "feet and inches", "Degrees Celsius and feet don't measure the same thing."),
        ("inches", "inches and feet", "I can't tell that in inches and feet."),
    ],
)
async def test_what_cannot_be_converted(ctx: Context, run_skill: RunSkill, unit: str, to: str, sentence: str) -> None:
    with pytest.raises(SkillError) as error:
        await run_skill(ctx, "convert", value=3, unit=unit, to=to)
    assert str(error.value) == sentence


@pytest.mark.parametrize("value", [1e308, -1e308, 5e-324, 0, 10**15])
@pytest.mark.parametrize(("unit", "to"), [("euros", "yen"), ("light years", "inches"), ("feet", "feet and inches")])
async def test_extreme_numbers_are_answered_or_refused(
    ctx: Context, run_skill: RunSkill, value: float, unit: str, to: str
) -> None:
    try:
        reply = await run_skill(ctx, "convert", value=value, unit=unit, to=to)
    except SkillError as error:
        assert str(error).endswith(".")
    else:
        assert "inf" not in reply.speech and "nan" not in reply.speech and len(reply.speech) < 200


@pytest.mark.parametrize(
    "hostile", ["9**9**9 m", "$(reboot)", "; rm -rf ~", "../../etc/passwd", "http://a:b@c/", "x" * 1000, "and and and"]
)
async def test_hostile_units_are_refused(ctx: Context, run_skill: RunSkill, hostile: str) -> None:
    for pair in ({"unit": hostile, "to": "meters"}, {"unit": "meters", "to": hostile}, {"unit": hostile, "to": "yen"}):
        with pytest.raises(SkillError):
            await run_skill(ctx, "convert", value=2, **pair)


async def test_a_wrong_setting_is_named(context: MakeContext, run_skill: RunSkill) -> None:
    with pytest.raises(ConfigError, match="timeout"):
        await run_skill(context(skills={"convert": {"timeout": -1}}), "convert", value=1, unit="euro", to="yen")
