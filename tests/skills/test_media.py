"""A real D-Bus session with real mpv players that play real files; what they do is read with dbus-send."""

import asyncio
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from otto.errors import ConfigError, SkillError
from otto.skill import Context
from tests.conftest import MakeContext, RunSkill
from tests.session_bus import Mpv, SessionBus, session_bus, wait_until, why_not, write_song

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="MPRIS is Linux's"),
    pytest.mark.skipif(why_not() is not None, reason=str(why_not())),
]


@pytest.fixture
def bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SessionBus]:
    """A session without players."""
    with session_bus(tmp_path) as running:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", running.address)
        yield running


@pytest.fixture(scope="module")
def one_player(tmp_path_factory: pytest.TempPathFactory, colours: list[Path]) -> Iterator[tuple[SessionBus, Mpv]]:
    with session_bus(tmp_path_factory.mktemp("session")) as running:
        yield running, running.mpv(*colours)


@pytest.fixture
def player(one_player: tuple[SessionBus, Mpv], monkeypatch: pytest.MonkeyPatch) -> Mpv:
    """A player for tests that do not care what others have done with it."""
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", one_player[0].address)
    return one_player[1]


@pytest.fixture(scope="session")
def music(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A music folder: two artists, an album, a file without tags, a playlist."""
    folder = tmp_path_factory.mktemp("music")
    for number, title in enumerate(("Blue", "Red", "Green Door"), start=1):
        write_song(folder / f"Some Band/Colours/0{number} x.flac", title, "Some Band", "Colours", number)
    write_song(folder / "other.flac", "Walking on Sunshine", "Other People")
    write_song(folder / "Third Man - Quiet Nights.wav")
    (folder / "Workout.m3u").write_text("other.flac\n")
    return folder


@pytest.fixture
def ctx(context: MakeContext, music: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Context:
    """Nothing on the PATH opens files: a test that wants a program adds one."""
    (tmp_path / "programs").mkdir()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", str(tmp_path / "programs"))
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path / "system"))
    return context(skills={"media": {"folders": [str(music)], "timeout": 0.4}})


@pytest.fixture(scope="session")
def colours(music: Path) -> list[Path]:
    return sorted((music / "Some Band/Colours").iterdir())


def is_at(player: Mpv, file: Path) -> bool:
    return player.url.endswith(file.name.replace(" ", "%20"))


# Pause, resume, stop, next, previous


async def test_pause_and_resume(bus: SessionBus, colours: list[Path], ctx: Context, run_skill: RunSkill) -> None:
    player = bus.mpv(*colours)
    reply = await run_skill(ctx, "media", action="pause")
    assert (reply.speech, reply.notice, player.status) == ("Paused.", "Blue by Some Band", "Paused")
    reply = await run_skill(ctx, "media", action="resume")
    assert (reply.speech, player.status) == ("Playing Blue by Some Band.", "Playing")


async def test_next_and_previous(bus: SessionBus, colours: list[Path], ctx: Context, run_skill: RunSkill) -> None:
    player = bus.mpv(*colours)
    assert (await run_skill(ctx, "media", action="next")).speech == "Playing Red by Some Band."
    assert is_at(player, colours[1])
    assert (await run_skill(ctx, "media", action="previous")).speech == "Playing Blue by Some Band."
    assert is_at(player, colours[0]) and player.status == "Playing"


async def test_stop(bus: SessionBus, colours: list[Path], ctx: Context, run_skill: RunSkill) -> None:
    player = bus.mpv(*colours)
    assert (await run_skill(ctx, "media", action="stop")).speech == "Stopped."
    assert player.status == "Stopped"


async def test_a_player_that_closes_when_it_is_stopped(
    bus: SessionBus, colours: list[Path], ctx: Context, run_skill: RunSkill
) -> None:
    player = bus.mpv(*colours, options=["--idle=no"])
    assert (await run_skill(ctx, "media", action="stop")).speech == "Stopped."
    wait_until(lambda: player.status == "Gone")


async def test_stop_is_also_for_what_is_paused(
    bus: SessionBus, colours: list[Path], ctx: Context, run_skill: RunSkill
) -> None:
    player = bus.mpv(*colours)
    await run_skill(ctx, "media", action="pause")
    assert (await run_skill(ctx, "media", action="stop")).speech == "Stopped."
    assert player.status == "Stopped"


async def test_play_without_a_query_goes_on(
    bus: SessionBus, colours: list[Path], ctx: Context, run_skill: RunSkill
) -> None:
    player = bus.mpv(*colours)
    assert (await run_skill(ctx, "media", action="play")).speech == "Blue by Some Band is already playing."
    await run_skill(ctx, "media", action="pause")
    assert (await run_skill(ctx, "media", action="play", query="music")).speech == "Playing Blue by Some Band."
    assert player.status == "Playing"


# Which player


async def test_pause_is_for_all_that_play(
    bus: SessionBus, colours: list[Path], ctx: Context, run_skill: RunSkill
) -> None:
    players = [bus.mpv(colours[0]), bus.mpv(colours[1])]
    assert (await run_skill(ctx, "media", action="pause")).speech == "Paused."
    assert [player.status for player in players] == ["Paused", "Paused"]


async def test_next_is_for_the_one_that_plays(
    bus: SessionBus, colours: list[Path], ctx: Context, run_skill: RunSkill
) -> None:
    still = bus.mpv(*colours)
    await run_skill(ctx, "media", action="pause")
    playing = bus.mpv(*colours[1:])
    assert (await run_skill(ctx, "media", action="next")).speech == "Playing Green Door by Some Band."
    assert is_at(playing, colours[2]) and is_at(still, colours[0])


async def test_where_two_play_otto_asks_which(
    bus: SessionBus, colours: list[Path], ctx: Context, run_skill: RunSkill
) -> None:
    bus.mpv(*colours), bus.mpv(*colours[1:])
    with pytest.raises(SkillError) as error:
        await run_skill(ctx, "media", action="next")
    asked = "Which player do you mean: mpv with Blue by Some Band, or mpv with Red by Some Band?"
    assert str(error.value) == asked


@pytest.mark.parametrize("query", ["mpv", "MPV player", "in mpv", "Blue", "Some Band", "the song", "it"])
async def test_the_query_may_name_the_player_or_what_it_plays(
    player: Mpv, ctx: Context, run_skill: RunSkill, query: str
) -> None:
    if player.status == "Paused":
        await run_skill(ctx, "media", action="resume")
    assert (await run_skill(ctx, "media", action="pause", query=query)).speech == "Paused."
    assert player.status == "Paused"


async def test_a_player_that_is_not_there(player: Mpv, ctx: Context, run_skill: RunSkill) -> None:
    before = player.status
    with pytest.raises(SkillError) as error:
        await run_skill(ctx, "media", action="pause", query="Spotify")
    assert str(error.value) == "I see no player called Spotify. There is mpv."
    assert player.status == before


# Playing the user's own music


@pytest.mark.parametrize(
    ("query", "speech", "name"),
    [
        ("Red", "Playing Red by Some Band.", "02 x.flac"),
        ("red by some band", "Playing Red by Some Band.", "02 x.flac"),
        ("the song green door", "Playing Green Door by Some Band.", "03 x.flac"),
        ("walking on sunshine", "Playing Walking on Sunshine by Other People.", "other.flac"),
        ("quiet nights", "Playing Quiet Nights by Third Man.", "Third Man - Quiet Nights.wav"),
        ("Some Band", "Playing music by Some Band.", "01 x.flac"),
        ("something by other people", "Playing music by Other People.", "other.flac"),
        ("album Colors", "Playing the album Colours by Some Band.", "01 x.flac"),
        ("workout playlist", "Playing the playlist Workout.", "other.flac"),
        ("red in mpv", "Playing Red by Some Band.", "02 x.flac"),
    ],
)
async def test_music_is_found_and_opened_in_the_running_player(
    player: Mpv, ctx: Context, run_skill: RunSkill, query: str, speech: str, name: str
) -> None:
    assert (await run_skill(ctx, "media", action="play", query=query)).speech == speech
    wait_until(lambda: is_at(player, Path(name)), seconds=2)


async def test_an_album_plays_in_its_order(player: Mpv, colours: list[Path], ctx: Context, run_skill: RunSkill) -> None:
    await run_skill(ctx, "media", action="play", query="album Colours")
    for file in colours[1:]:
        await run_skill(ctx, "media", action="next")
        assert is_at(player, file)


async def test_a_player_that_was_stopped_or_paused_plays_again(
    bus: SessionBus, colours: list[Path], ctx: Context, run_skill: RunSkill
) -> None:
    player = bus.mpv(colours[0])
    for action in ("stop", "pause"):
        if action == "pause":
            await run_skill(ctx, "media", action="play", query="Red")
        await run_skill(ctx, "media", action=action)
        await run_skill(ctx, "media", action="play", query="Green Door")
        assert player.status == "Playing" and is_at(player, colours[2])


async def test_what_else_was_playing_is_paused(
    bus: SessionBus, colours: list[Path], ctx: Context, run_skill: RunSkill, tmp_path: Path
) -> None:
    other = bus.mpv(colours[0])
    program(tmp_path, "vlc")
    await run_skill(ctx, "media", action="play", query="Red in vlc")
    assert other.status == "Paused" and is_at(other, colours[0])


@pytest.mark.usefixtures("player")
async def test_music_that_is_not_there(ctx: Context, run_skill: RunSkill) -> None:
    with pytest.raises(SkillError, match=r"^I can't find Purple in your music\.$"):
        await run_skill(ctx, "media", action="play", query="Purple")


# Without a running player


def program(folder: Path, name: str, status: int = 0) -> Path:
    """A program of that name on the PATH, which writes down its arguments. Gives where."""
    record = folder / f"{name}.record"
    file = folder / "programs" / name
    file.write_text(
        f"#!{sys.executable} -IS\nimport os, pathlib, sys\nrecord = pathlib.Path({str(record)!r})\n"
        "record.with_suffix('.part').write_text('\\n'.join(sys.argv[1:]))\n"
        f"record.with_suffix('.part').rename(record)\nsys.exit({status})\n"
    )
    file.chmod(0o755)
    return record


def arguments(record: Path) -> list[str]:
    wait_until(record.exists)
    return record.read_text().split("\n")


async def test_the_desktop_opens_the_file(
    bus: SessionBus, colours: list[Path], ctx: Context, run_skill: RunSkill, tmp_path: Path
) -> None:
    record = program(tmp_path, "xdg-open")
    assert (await run_skill(ctx, "media", action="play", query="Blue")).speech == "Playing Blue by Some Band."
    assert arguments(record) == [str(colours[0])]


async def test_the_program_of_the_settings_opens_several_as_a_playlist(
    bus: SessionBus,
    colours: list[Path],
    context: MakeContext,
    ctx: Context,
    music: Path,
    run_skill: RunSkill,
    tmp_path: Path,
) -> None:
    record = program(tmp_path, "myplayer")
    ctx = context(skills={"media": {"folders": [str(music)], "player": "myplayer"}})
    assert (await run_skill(ctx, "media", action="play", query="some band")).speech == "Playing music by Some Band."
    [playlist] = arguments(record)
    assert Path(playlist).read_text() == "".join(f"{line}\n" for line in ["#EXTM3U", *colours])


async def test_play_some_music_is_all_of_it_in_any_order(
    bus: SessionBus, ctx: Context, run_skill: RunSkill, tmp_path: Path
) -> None:
    record = program(tmp_path, "xdg-open")
    assert (await run_skill(ctx, "media", action="play")).speech == "Playing your music."
    [playlist] = arguments(record)
    assert len(Path(playlist).read_text().splitlines()) == 1 + 5


@pytest.mark.parametrize(
    ("status", "speech"), [(None, "I can't open it: the command xdg-open is missing."), (3, "No pro")]
)
async def test_nothing_opens_the_file(
    bus: SessionBus, ctx: Context, run_skill: RunSkill, tmp_path: Path, status: int | None, speech: str
) -> None:
    if status is not None:
        program(tmp_path, "xdg-open", status)
    with pytest.raises(SkillError, match=f"^{speech}"):
        await run_skill(ctx, "media", action="play", query="Blue")


async def test_a_web_search_only_if_the_settings_name_one(
    bus: SessionBus, context: MakeContext, ctx: Context, music: Path, run_skill: RunSkill, tmp_path: Path
) -> None:
    record = program(tmp_path, "xdg-open")
    search = {"folders": [str(music)], "search_url": "https://music.example/find?q={query}&x=1"}
    said = 'Purple & "Rain" $(id) ; ../../x'
    reply = await run_skill(context(skills={"media": search}), "media", action="play", query=said)
    assert reply.speech == f"I don't have {said}, so I opened a search for it."
    assert arguments(record) == ["https://music.example/find?q=Purple+%26+%22Rain%22+%24%28id%29+%3B+..%2F..%2Fx&x=1"]


@pytest.mark.parametrize("url", ["file:///etc/passwd?{query}", "https://music.example/"])
async def test_a_wrong_search_url(context: MakeContext, run_skill: RunSkill, url: str) -> None:
    with pytest.raises(
        ConfigError, match=r"In \[skills.media\] of the configuration, search_url: must start with https"
    ):
        await run_skill(context(skills={"media": {"search_url": url}}), "media", action="play", query="Blue")


async def test_no_music_at_all(bus: SessionBus, context: MakeContext, run_skill: RunSkill, tmp_path: Path) -> None:
    with pytest.raises(SkillError, match=r"^I find no music here\. Name its folders in the settings of media\.$"):
        nowhere = {"media": {"folders": [str(tmp_path / "nowhere")]}}
        await run_skill(context(skills=nowhere), "media", action="play", query="Blue")


@pytest.mark.parametrize(
    "query",
    [
        "../../etc/passwd",
        "--help",
        "$(reboot)",
        "; rm -rf ~",
        "file:///etc/passwd",
        "x" * 1000,
        "a by " * 200,
        "'\"`|&",
        ".",
    ],
)
async def test_hostile_queries_find_nothing_and_start_nothing(
    bus: SessionBus, ctx: Context, run_skill: RunSkill, tmp_path: Path, query: str
) -> None:
    record = program(tmp_path, "xdg-open")
    started = time.monotonic()
    with pytest.raises(SkillError):
        await run_skill(ctx, "media", action="play", query=query)
    assert time.monotonic() - started < 2 and not record.exists()


# Players that misbehave


async def test_a_hung_player_does_not_hang_otto(
    bus: SessionBus, colours: list[Path], ctx: Context, run_skill: RunSkill
) -> None:
    hung, well = bus.mpv(colours[0]), bus.mpv(colours[1])
    hung.freeze()
    started = time.monotonic()
    assert (await run_skill(ctx, "media", action="pause")).speech == "Paused."
    assert well.status == "Paused" and time.monotonic() - started < 3


async def test_only_a_hung_player(bus: SessionBus, colours: list[Path], ctx: Context, run_skill: RunSkill) -> None:
    bus.mpv(colours[0]).freeze()
    for action, query in (("pause", None), ("next", "mpv"), ("resume", None), ("play", "mpv"), ("play", "Red in mpv")):
        said = {"action": action} | ({"query": query} if query else {})
        with pytest.raises(SkillError, match=r"^mpv does not answer\.$"):
            await run_skill(ctx, "media", **said)


async def test_metadata_is_cleaned_and_bounded(
    bus: SessionBus, ctx: Context, run_skill: RunSkill, tmp_path: Path
) -> None:
    title = "Red\x1b[31m\r\nAlert\u202e \u0007" + "na " * 5000
    bus.mpv(write_song(tmp_path / "hostile.flac", title, "Band\tof\x00Two"))
    reply = await run_skill(ctx, "media", action="pause")
    assert reply.notice is not None and reply.notice.isprintable() and len(reply.notice) < 200
    assert reply.notice.startswith("Red [31m Alert na na")


# Nothing to control


async def test_no_player(bus: SessionBus, ctx: Context, run_skill: RunSkill) -> None:
    for action in ("pause", "resume", "stop", "next", "previous"):
        with pytest.raises(SkillError, match=r"^No music or video player is running\.$"):
            await run_skill(ctx, "media", action=action)


async def test_nothing_is_playing(bus: SessionBus, ctx: Context, run_skill: RunSkill) -> None:
    bus.mpv()
    for action in ("pause", "stop", "next", "previous"):
        with pytest.raises(SkillError, match=r"^Nothing is playing\.$"):
            await run_skill(ctx, "media", action=action)
    with pytest.raises(SkillError, match=r"^mpv has nothing to play\.$"):
        await run_skill(ctx, "media", action="resume")


@pytest.mark.parametrize(
    "address", [None, "unix:path=/nonexistent/bus", "nonsense", "unix:", "tcp:host=127.0.0.1,port=1"]
)
async def test_no_session_bus(
    ctx: Context, run_skill: RunSkill, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, address: str | None
) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    if address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    with pytest.raises(SkillError, match=r"^I can't reach the media players: there is no desktop session\.$"):
        await run_skill(ctx, "media", action="pause")


async def test_a_bus_that_does_not_answer(
    ctx: Context, run_skill: RunSkill, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    server = await asyncio.start_unix_server(lambda reader, writer: None, tmp_path / "deaf")
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path / 'deaf'}")
    with pytest.raises(SkillError, match="there is no desktop session"):
        await run_skill(ctx, "media", action="pause")
    server.close()


async def test_without_dbus_fast(ctx: Context, run_skill: RunSkill, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "dbus_fast.aio", None)
    with pytest.raises(SkillError, match="the Python package dbus-fast is missing"):
        await run_skill(ctx, "media", action="pause")
