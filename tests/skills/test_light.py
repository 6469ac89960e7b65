"""Given this house and these words, these lamps change, and Otto says so. See tests/home_server.py for the house."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from otto.errors import ConfigError, SkillError
from otto.questions import Question
from otto.skill import Context, Reply
from tests.conftest import MakeContext, RunSkill
from tests.home_server import HomeServer, home

EVERY = ["light.bedroom_left", "light.bedroom_right", "light.kitchen_counter", "light.hall", "light.kitchen_ceiling"]


@pytest.fixture
def server() -> Iterator[HomeServer]:
    with home() as running:
        yield running


@pytest.fixture
def ctx(context: MakeContext, server: HomeServer) -> Context:
    return context(skills={"light": {**server.settings, "also": ["switch.desk"]}})


async def failing(run_skill: RunSkill, ctx: Context, **arguments: Any) -> str:
    with pytest.raises(SkillError) as failed:
        await run_skill(ctx, "light", **arguments)
    return str(failed.value)


@pytest.mark.parametrize("name", ["counter", "the counter", "counter light", "cownter"])
@pytest.mark.parametrize("action", ["on", "off"])
async def test_a_lamp(ctx: Context, run_skill: RunSkill, server: HomeServer, action: str, name: str) -> None:
    assert await run_skill(ctx, "light", action=action, name=name) == Reply(f"Counter is {action}.")
    assert server.calls == [(f"light/turn_{action}", {"entity_id": ["light.kitchen_counter"]})]


@pytest.mark.parametrize(
    ("arguments", "service", "data", "state"),
    [
        ({"action": "set", "brightness": 40}, "turn_on", {"brightness_pct": 40}, "at 40 percent"),
        ({"action": "on", "brightness": 100}, "turn_on", {"brightness_pct": 100}, "at 100 percent"),
        ({"action": "set", "brightness": 0}, "turn_off", {}, "off"),
        ({"action": "off", "brightness": 50, "color": "red"}, "turn_off", {}, "off"),
        ({"action": "set", "color": "Warm white."}, "turn_on", {"color_temp_kelvin": 2700}, "warm white"),
        ({"action": "set", "color": "daylight"}, "turn_on", {"color_temp_kelvin": 4000}, "daylight"),  # its coldest
    ],
)
async def test_brightness_and_whites(
    ctx: Context, run_skill: RunSkill, server: HomeServer,
    arguments: dict[str, Any], service: str, data: dict[str, Any], state: str,
) -> None:  # fmt: skip
    assert await run_skill(ctx, "light", name="counter", **arguments) == Reply(f"Counter is {state}.")
    assert server.calls == [(f"light/{service}", {"entity_id": ["light.kitchen_counter"], **data})]


@pytest.mark.parametrize(
    ("color", "sent"),
    [
        ("red", "red"),
        ("Dark orange", "darkorange"),
        ("grey", "gray"),
        ("turqoise", "turquoise"),
        ("light-blue", "lightblue"),
    ],
)
async def test_colors_as_they_are_said(
    ctx: Context, run_skill: RunSkill, server: HomeServer, color: str, sent: str
) -> None:
    await run_skill(ctx, "light", action="set", name="bedroom left lamp", color=color, brightness=30)
    assert server.calls == [
        ("light/turn_on", {"entity_id": ["light.bedroom_left"], "brightness_pct": 30, "color_name": sent})
    ]


@pytest.mark.parametrize(
    "name",
    ["kitchen", "the kitchen", "Kitchin", "kitchen lights", "lights in the kitchen", "all the lights in the kitchen"],
)
async def test_a_room(ctx: Context, run_skill: RunSkill, server: HomeServer, name: str) -> None:
    reply = await run_skill(ctx, "light", action="on", name=name)
    assert reply.speech == "The 2 lights in Kitchen are on."
    assert server.calls == [("light/turn_on", {"entity_id": ["light.kitchen_counter", "light.kitchen_ceiling"]})]


async def test_the_lights_of_a_group_are_not_switched_twice(
    ctx: Context, run_skill: RunSkill, server: HomeServer
) -> None:
    assert (await run_skill(ctx, "light", action="off", name="bedroom")).speech == "The 2 lights in Bedroom are off."
    assert (await run_skill(ctx, "light", action="off", name="bedside")).speech == "Bedside is off."
    assert [data["entity_id"] for _, data in server.calls] == [
        ["light.bedroom_left", "light.bedroom_right"],
        ["light.bedroom_lamps"],
    ]


@pytest.mark.parametrize("name", [None, "all", "everywhere", "all the lights", "every light", "lights", "the lights"])
async def test_all_lights(ctx: Context, run_skill: RunSkill, server: HomeServer, name: str | None) -> None:
    reply = await run_skill(ctx, "light", action="off", **({"name": name} if name else {}))
    assert reply.speech == "The 6 lights are off. Balcony can't be reached."
    calls = dict(server.calls)
    assert sorted(calls["light/turn_off"]["entity_id"]) == sorted(EVERY)
    assert calls["switch/turn_off"]["entity_id"] == ["switch.desk"]


async def test_without_a_name_the_default_room_is_meant(
    context: MakeContext, run_skill: RunSkill, server: HomeServer
) -> None:
    ctx = context(skills={"light": {**server.settings, "default_room": "kitchen"}})
    for name in ({}, {"name": "the lights"}):
        assert (await run_skill(ctx, "light", action="on", **name)).speech == "The 2 lights in Kitchen are on."
    assert (await run_skill(ctx, "light", action="off", name="all")).speech.startswith("The 5 lights are off.")


async def test_a_switch_is_a_lamp_of_its_room(ctx: Context, run_skill: RunSkill, server: HomeServer) -> None:
    assert (await run_skill(ctx, "light", action="on", name="office")).speech == "Desk Lamp is on."
    assert server.calls == [("switch/turn_on", {"entity_id": ["switch.desk"]})]
    assert await failing(run_skill, ctx, action="set", name="desk lamp", brightness=20) == "Desk Lamp can't be dimmed."


async def test_names_do_without_rooms(ctx: Context, run_skill: RunSkill, server: HomeServer) -> None:
    server.admin = False
    assert (await run_skill(ctx, "light", action="on", name="kitchen")).speech == "Kitchen Ceiling is on."


async def test_what_a_lamp_cannot_do_is_said(ctx: Context, run_skill: RunSkill, server: HomeServer) -> None:
    assert await failing(run_skill, ctx, action="set", name="counter", color="red") == "Counter can't change color."
    assert await failing(run_skill, ctx, action="set", name="hall", brightness=5) == "Hall can't be dimmed."
    assert await failing(run_skill, ctx, action="on", name="balcony") == "Balcony can't be reached."
    assert server.calls == []
    reply = await run_skill(ctx, "light", action="set", name="kitchen", color="cool white")
    assert reply.speech == "Counter is cool white. Kitchen Ceiling can't change color."


async def test_a_near_tie_asks(ctx: Context, run_skill: RunSkill, server: HomeServer) -> None:
    asked: list[Question] = []

    async def right(question: Question) -> str | None:
        asked.append(question)
        return "Bedroom Right Lamp"

    reply = await run_skill(replace(ctx, asker=right), "light", action="on", name="bedroom lamp")
    assert reply.speech == "Bedroom Right Lamp is on."
    assert set(asked[0].options) >= {"Bedroom Left Lamp", "Bedroom Right Lamp"}
    assert server.calls == [("light/turn_on", {"entity_id": ["light.bedroom_right"]})]


@pytest.mark.parametrize("brightness", [-1, 101, 10**9])
async def test_a_brightness_that_is_none(
    ctx: Context, run_skill: RunSkill, server: HomeServer, brightness: int
) -> None:
    said = await failing(run_skill, ctx, action="set", name="counter", brightness=brightness)
    assert said == "Brightness goes from 0 to 100 percent." and server.requests == []


async def test_set_alone_asks_what(ctx: Context, run_skill: RunSkill, server: HomeServer) -> None:
    reply = await run_skill(ctx, "light", action="set", name="counter")
    assert reply == Reply("How bright should it be, or what color?", ok=False) and server.requests == []


async def test_a_color_and_a_lamp_that_do_not_exist(ctx: Context, run_skill: RunSkill) -> None:
    assert await failing(run_skill, ctx, action="set", color="loud") == "I don't know the color loud."
    assert "I don't know a lamp or room called chicken coop." in await failing(
        run_skill, ctx, action="on", name="chicken coop"
    )


async def test_a_house_without_lights(context: MakeContext, run_skill: RunSkill, server: HomeServer) -> None:
    server.lights = {}
    ctx = context(skills={"light": server.settings})
    assert await failing(run_skill, ctx, action="on", name="kitchen") == "Home Assistant has no lights."


@pytest.mark.parametrize("name", ["$(reboot)", "../../api/config", "'; drop", "light.hall\x1b", "x" * 1000, "{{ 1 }}"])
async def test_hostile_names_are_no_lamps(ctx: Context, run_skill: RunSkill, server: HomeServer, name: str) -> None:
    with pytest.raises(SkillError):
        await run_skill(ctx, "light", action="on", name=name)
    assert server.calls == []


@pytest.mark.parametrize("settings", [{}, {"url": "http://127.0.0.1:9"}, {"token": "x"}])
async def test_without_a_home_it_is_said_what_to_set(
    context: MakeContext, run_skill: RunSkill, settings: dict[str, Any]
) -> None:
    with pytest.raises(ConfigError, match=r"The skill light still needs .*otto skills settings light"):
        await run_skill(context(skills={"light": settings}), "light", action="on")


async def test_offline(context: MakeContext, run_skill: RunSkill) -> None:
    ctx = context(skills={"light": {"url": "http://127.0.0.1:9", "token": "x"}})
    assert "I can't reach Home Assistant." in await failing(run_skill, ctx, action="on")
