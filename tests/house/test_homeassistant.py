"""Given a Home Assistant that answers so, Otto finds these lamps and rooms, or says why not."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from otto.errors import SkillError
from otto.house.homeassistant import HomeAssistant, Lamp
from tests.home_server import TOKEN, HomeServer, home, self_signed


@pytest.fixture
def server() -> Iterator[HomeServer]:
    with home() as running:
        yield running


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False, follow_redirects=True, verify=False) as client:
        yield client


def at(http: httpx.AsyncClient, url: str, token: str = TOKEN) -> HomeAssistant:
    return HomeAssistant(http, url, SecretStr(token), timeout=0.5)


async def sentence_of(home: HomeAssistant) -> str:
    """The one sentence that says why there is no answer."""
    with pytest.raises(SkillError) as failed:
        await home.house()
    said = str(failed.value)
    assert TOKEN not in said and "\n" not in said and said.endswith((".", "?"))
    return said


async def test_lights_and_chosen_switches_are_lamps(server: HomeServer, http: httpx.AsyncClient) -> None:
    house = await at(http, server.address).house(also=["switch.desk"])
    names = [lamp.name for lamp in house.lamps]
    assert names == sorted(names)
    assert "Desk Lamp" in names and "Heater" not in names and "Sun" not in names
    lamps = {lamp.name: lamp for lamp in house.lamps}
    assert not lamps["Balcony"].available
    assert lamps["Counter"].dims and lamps["Counter"].tunable and not lamps["Counter"].colored
    assert lamps["Counter"].kelvin == (2202, 4000)
    assert lamps["Kitchen Ceiling"].dims and not lamps["Kitchen Ceiling"].tunable
    assert not lamps["Hall"].dims and not lamps["Desk Lamp"].dims
    assert lamps["Bedside"].members == {"light.bedroom_left", "light.bedroom_right"}


async def test_rooms_with_lamps_are_found(server: HomeServer, http: httpx.AsyncClient) -> None:
    house = await at(http, server.address).house()
    assert {room: [lamp.name for lamp in lamps] for room, lamps in house.rooms.items()} == {
        "Bedroom": ["Bedroom Left Lamp", "Bedroom Right Lamp", "Bedside"],
        "Kitchen": ["Counter", "Kitchen Ceiling"],
    }


async def test_a_token_that_may_not_ask_for_rooms_still_finds_the_lamps(
    server: HomeServer, http: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="otto")
    server.admin = False
    house = await at(http, server.address).house()
    assert len(house.lamps) == 7 and house.rooms == {}
    assert "rooms = false" in caplog.text


async def test_rooms_are_not_asked_for_when_that_is_switched_off(server: HomeServer, http: httpx.AsyncClient) -> None:
    await at(http, server.address).house(rooms=False)
    assert [path for path, _ in server.requests] == ["/api/states"]


@pytest.mark.parametrize("ending", ["", "/", "/api", "/api/", " "])
async def test_addresses_as_people_write_them(server: HomeServer, http: httpx.AsyncClient, ending: str) -> None:
    for start in ("", "http://"):
        assert (await at(http, f"{start}127.0.0.1:{server.server_port}{ending}").house()).lamps


async def test_lamps_of_equal_changes_are_switched_together(server: HomeServer, http: httpx.AsyncClient) -> None:
    one, two, plug = Lamp("light.a", "A"), Lamp("light.b", "B"), Lamp("switch.c", "C")
    dim = {"brightness_pct": 5}
    await at(http, server.address).switch(True, [(one, dim), (plug, {}), (two, dim)])
    assert server.calls == [
        ("light/turn_on", {"entity_id": ["light.a", "light.b"], **dim}),
        ("switch/turn_on", {"entity_id": ["switch.c"]}),
    ]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (401, "refuses the token"),
        (403, "does not let this computer in"),
        (404, "There is no Home Assistant at url"),
        (500, "answered with status 500"),
        ("malformed", "sent something that I can't read"),
        ("strange", "sent something that I can't read"),
        ("deep", "sent something that I can't read"),
        ("slow", "took too long"),
    ],
)
async def test_what_goes_wrong_is_one_sentence(
    server: HomeServer, http: httpx.AsyncClient, fault: int | str, words: str
) -> None:
    server.fault = fault
    assert words in await sentence_of(at(http, server.address))


async def test_a_light_of_a_strange_shape_is_one_sentence(server: HomeServer, http: httpx.AsyncClient) -> None:
    server.lights["light.odd"] = {"friendly_name": ["Odd"]}
    assert "can't read" in await sentence_of(at(http, server.address))


@pytest.mark.parametrize(
    ("token", "words"), [("wrong", "refuses the token"), ("k\u00e4se", "letters"), ("a\nb", "letters")]
)
async def test_a_wrong_token_is_one_sentence(
    server: HomeServer, http: httpx.AsyncClient, token: str, words: str
) -> None:
    said = await sentence_of(at(http, server.address, token))
    assert words in said and token not in said


@pytest.mark.parametrize("url", ["127.0.0.1:9", "http://[::1", "http://127.0.0.1:99999", "", "http://no.such.invalid"])
async def test_an_address_where_nothing_answers_is_one_sentence(http: httpx.AsyncClient, url: str) -> None:
    assert "can't reach Home Assistant" in await sentence_of(at(http, url))


async def test_a_redirect_takes_the_token_nowhere(server: HomeServer, http: httpx.AsyncClient) -> None:
    with home() as other:
        server.fault = ("redirect", f"http://localhost:{other.server_port}")
        assert "another address" in await sentence_of(at(http, server.address))
        assert other.requests == []


async def test_a_certificate_that_nobody_vouches_for_is_one_sentence(tmp_path: Path) -> None:
    with home(self_signed(tmp_path)) as server:
        async with httpx.AsyncClient(trust_env=False) as http:
            said = await sentence_of(at(http, f"https://127.0.0.1:{server.server_port}"))
    assert "can't trust the certificate" in said


async def test_the_token_is_in_no_log(
    server: HomeServer, http: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    assistant = at(http, server.address)
    await assistant.house()
    server.fault = 500
    await sentence_of(assistant)
    assert caplog.text and TOKEN not in caplog.text and TOKEN not in repr(assistant)
