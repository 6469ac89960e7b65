"""Players that say strange things, on a real bus. What a real player does is in tests/skills/test_media.py."""

import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from otto.errors import SkillError
from otto.players import players
from otto.players.control import halt, meant, resume, skip
from otto.players.player import Found, State, Track, clean
from otto.skill import Context
from tests.conftest import MakeContext
from tests.session_bus import SessionBus, session_bus, why_not

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="MPRIS is Linux's"),
    pytest.mark.skipif(why_not() is not None, reason=str(why_not())),
]

dbus_fast = pytest.importorskip("dbus_fast")
Add = Callable[..., Any]


@pytest.fixture(scope="module")
def module_bus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SessionBus]:
    with session_bus(tmp_path_factory.mktemp("bus")) as running:
        yield running


@pytest.fixture
async def add(module_bus: SessionBus, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Add]:
    """``await add("spotify", Identity=("s", "Spotify"), PlaybackStatus=("s", "Playing"))``: a player that says so.

    Play and Pause change what it says, other methods are errors. Gives the list of methods that were called.
    """
    from dbus_fast import Message, MessageType, Variant
    from dbus_fast.aio import MessageBus

    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", module_bus.address)
    connections = []

    async def put(name: str, **properties: tuple[str, Any]) -> list[str]:
        connection = await MessageBus(bus_address=module_bus.address).connect()
        connections.append(connection)
        said = {key: Variant(*value) for key, value in properties.items()}
        called: list[str] = []

        def answer(message: Message) -> Message | bool:
            if message.message_type is not MessageType.METHOD_CALL:
                return False
            if message.member == "GetAll":
                return Message.new_method_return(message, "a{sv}", [said])
            called.append(message.member)
            if message.member in ("Play", "Pause"):
                said["PlaybackStatus"] = Variant("s", {"Play": "Playing", "Pause": "Paused"}[message.member])
                return Message.new_method_return(message)
            return Message.new_error(message, "org.example.Error", "no")

        connection.add_message_handler(answer)
        await connection.request_name(f"org.mpris.MediaPlayer2.{name}")
        return called

    yield put
    for connection in connections:
        connection.disconnect()
        await connection.wait_for_disconnect()


@pytest.fixture
def ctx(context: MakeContext) -> Context:
    return context()


def metadata(title: str = "Blue", **more: tuple[str, Any]) -> tuple[str, dict[str, Any]]:
    values = {"xesam:title": ("s", title)} | {name.replace("_", ":", 1): value for name, value in more.items()}
    return "a{sv}", {name: dbus_fast.Variant(*value) for name, value in values.items()}


async def test_what_a_player_says(add: Add) -> None:
    about = metadata("Blue", xesam_artist=("as", ["Some Band", "A Friend"]), xesam_url=("s", "https://a.example/1"))
    await add("vlc.instance42", Identity=("s", "VLC media player"), DesktopEntry=("s", "org.videolan.vlc"))
    await add("web", PlaybackStatus=("s", "Playing"), Metadata=about, CanGoNext=("b", False))
    async with players(1) as found:
        vlc, web = found.players
        assert (vlc.name, vlc.names, vlc.state) == ("VLC media player", ("VLC media player", "vlc"), State())
        assert web.state == State("playing", Track("Blue", "Some Band and A Friend", "https://a.example/1"))
        assert (web.name, web.refuses) == ("web", {"next"})


@pytest.mark.parametrize(
    "properties",
    [
        {"Metadata": ("s", "none")},
        {"Metadata": ("a{sv}", {})},
        {"Identity": ("i", 7), "PlaybackStatus": ("as", ["Playing"]), "SupportedUriSchemes": ("s", "file")},
        {
            "Metadata": (
                "a{sv}",
                {"xesam:title": dbus_fast.Variant("i", 3), "xesam:artist": dbus_fast.Variant("d", 1.5)},
            )
        },
    ],
)
async def test_wrong_types_are_nothing_said(add: Add, properties: dict[str, Any]) -> None:
    await add("odd", **properties)
    async with players(1) as found:
        [player] = found.players
        assert (player.name, player.state, player.opens_files) == ("odd", State(), False)


async def test_a_megabyte_of_metadata_is_cut(add: Add) -> None:
    await add("loud", Identity=("s", "x" * 1_000_000), Metadata=metadata("na " * 1_000_000))
    started = time.monotonic()
    async with players(1) as found:
        assert len(found.players[0].name) <= 80 and len(found.players[0].state.track.title) <= 80
    assert time.monotonic() - started < 1


async def test_a_player_that_refuses(add: Add, ctx: Context) -> None:
    called = await add("stubborn", PlaybackStatus=("s", "Playing"), CanGoPrevious=("b", False))
    async with players(1) as found:
        with pytest.raises(SkillError, match=r"^stubborn has no previous track\.$"):
            await skip(ctx, found, "previous")
        assert called == []
        with pytest.raises(SkillError, match=r"^stubborn refused to do that\.$"):
            await skip(ctx, found, "next")


async def test_a_player_that_cannot_pause_is_not_told_to(add: Add, ctx: Context) -> None:
    called = await add("radio", PlaybackStatus=("s", "Playing"), CanPause=("b", False))
    async with players(1) as found:
        with pytest.raises(SkillError, match=r"^radio can't be paused\.$"):
            await halt(found, "pause")
    assert called == []


async def test_the_remote_control_of_another_player_is_none(add: Add) -> None:
    await add("playerctld", PlaybackStatus=("s", "Playing"))
    async with players(1) as found:
        assert found == Found()


async def test_of_two_players_the_named_one(add: Add, ctx: Context) -> None:
    spotify = await add("spotify", Identity=("s", "Spotify"), PlaybackStatus=("s", "Paused"))
    video = metadata("A Talk", xesam_url=("s", "https://www.youtube.com/watch?v=1"))
    browser = await add(
        "firefox.instance_1_2", Identity=("s", "Firefox"), PlaybackStatus=("s", "Playing"), Metadata=video
    )
    async with players(1) as found:
        assert (await resume(ctx, meant(found, "on Spotify"))).speech == "Spotify is playing."
        assert (await halt(meant(found, "YouTube"), "pause")).speech == "Paused."
    assert (spotify, browser) == (["Play"], ["Pause"])
    async with players(1) as found:
        assert (await halt(found, "pause")).speech == "Paused."


async def test_all_that_play_are_named_when_they_are_paused(add: Add) -> None:
    for name in ("Spotify", "Firefox"):
        await add(name.lower(), Identity=("s", name), PlaybackStatus=("s", "Playing"))
    async with players(1) as found:
        assert (await halt(found, "pause")).speech == "Paused Firefox and Spotify."


async def test_many_players_are_asked_at_once(add: Add) -> None:
    for number in range(30):
        await add(f"player{number:02}")
    async with players(1) as found:
        assert [player.name for player in found.players] == [f"player{number:02}" for number in range(20)]


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("  Blue \n", "Blue"),
        ("a\x00b\x1b[0mc\u202ed\ufeff", "a b [0mcd"),
        ("02 Blue.FLAC", "02 Blue"),
        ("Mr. Blue", "Mr. Blue"),
        (".mp3", ".mp3"),
        ("word " * 40, ("word " * 16).strip()),
        ("x" * 5000, "x" * 80),
        ("\ud800", ""),
        (None, ""),
        (7, ""),
    ],
)
def test_texts_are_made_fit_to_be_said(text: object, cleaned: str) -> None:
    assert clean(text) == cleaned
