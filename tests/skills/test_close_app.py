"""Real programs on a real X screen, and programs without a window, are asked to close; others never are."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from shutil import which

import psutil
import pytest

from otto import registry
from otto.desktop.windows import open_windows
from otto.errors import SkillError
from otto.questions import Question
from otto.skill import Context
from tests.conftest import MakeContext, RunSkill
from tests.x_display import XDisplay, wait_until, x_display

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not (which("Xvfb") and which("xclock") and which("openbox")),
    reason="needs xvfb, x11-apps and openbox",
)

Install = Callable[..., Path]

STUBBORN = """
from Xlib import X, display
screen = display.Display()
window = screen.screen().root.create_window(0, 0, 50, 50, 0, X.CopyFromParent)
window.set_wm_class("editor", "Editor")
window.set_wm_protocols([screen.intern_atom("WM_DELETE_WINDOW")])
window.map()
while True:
    screen.next_event()  # and "Do you want to save?" stays unanswered
"""
WAITING = """
import pathlib, signal, sys, time
record = pathlib.Path(sys.argv[1])
def note(number, frame):
    record.write_text(signal.Signals(number).name)
    sys.exit(0) if sys.argv[2:] != ["stubborn"] else None
signal.signal(signal.SIGTERM, note)
record.write_text("ready")
while True:
    time.sleep(1)
"""


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Iterator[XDisplay]:
    with x_display() as screen:
        monkeypatch.setenv("DISPLAY", screen.name)
        yield screen


@pytest.fixture(autouse=True)
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """``install("clock", Name="Clock", Exec="xclock")``: the only desktop entries that there are."""
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path / "system"))
    monkeypatch.delenv("DISPLAY", raising=False)

    def write(file_id: str, **keys: str) -> Path:
        file = tmp_path / "data" / "applications" / f"{file_id}.desktop"
        file.parent.mkdir(parents=True, exist_ok=True)
        keys = {"Type": "Application"} | keys
        file.write_text("[Desktop Entry]\n" + "".join(f"{key}={value}\n" for key, value in keys.items()))
        return file

    return write


@pytest.fixture
def ctx(context: MakeContext) -> Context:
    return context()


@pytest.fixture
def waiting(tmp_path: Path, install: Install) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """``waiting("player")``: a program without a window that runs; it writes down the signal that it gets."""
    started = []

    def start(name: str, *arguments: str) -> subprocess.Popen[bytes]:
        script = tmp_path / name
        script.write_text(f"#!{sys.executable} -IS\n{WAITING}")
        script.chmod(0o755)
        install(name, Name=name.title(), Exec=str(script))
        record = tmp_path / f"{name}.signal"
        started.append(subprocess.Popen([script, record, *arguments]))
        wait_until(record.exists)
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


async def test_a_program_that_run_app_opened_is_closed(
    ctx: Context, run_skill: RunSkill, screen: XDisplay, install: Install
) -> None:
    install("org.example.Clock", Name="Wall Clock", GenericName="Time Piece", Exec="xclock -digital")
    await run_skill(ctx, "run_app", program="wall clock")
    process = psutil.Process(screen.window("xclock").process)
    reply = await run_skill(ctx, "close_app", program="time piece")
    assert reply.speech == "Closed Wall Clock." and reply.ok
    wait_until(lambda: not process.is_running())
    assert open_windows() == []


async def test_the_window_manager_is_asked_where_there_is_one(
    ctx: Context, run_skill: RunSkill, screen: XDisplay
) -> None:
    screen.start_manager()
    clock = screen.start("xclock")
    screen.window("xclock")
    assert (await run_skill(ctx, "close_app", program="xclock")).speech == "Closed XClock."
    assert clock.wait(5) == 0


async def test_a_window_manager_that_crashed_is_not_relied_on(
    ctx: Context, run_skill: RunSkill, screen: XDisplay
) -> None:
    manager = screen.start_manager()
    manager.kill()
    wait_until(lambda: manager.poll() is not None)
    assert screen.property("_NET_SUPPORTING_WM_CHECK"), "it left its traces"
    clock = screen.start("xclock")
    screen.window("xclock")
    assert (await run_skill(ctx, "close_app", program="xclock")).ok
    assert clock.wait(5) == 0


async def test_all_windows_of_the_program_and_no_others(ctx: Context, run_skill: RunSkill, screen: XDisplay) -> None:
    clocks = [screen.start("xclock"), screen.start("xclock")]
    eyes = screen.start("xeyes")
    screen.window("xeyes")
    wait_until(lambda: len(open_windows()) == 3)
    await run_skill(ctx, "close_app", program="xclock")
    assert [clock.wait(5) for clock in clocks] == [0, 0] and eyes.poll() is None


async def test_a_program_that_asks_about_unsaved_work_stays_and_otto_says_so(
    context: MakeContext, run_skill: RunSkill, screen: XDisplay
) -> None:
    editor = screen.start(sys.executable, "-c", STUBBORN)
    screen.window("Editor")
    ctx = context(skills={"close_app": {"patience": 0.3}})
    reply = await run_skill(ctx, "close_app", program="editor")
    assert reply.speech == "Editor is still open; it may be asking you something." and not reply.ok
    assert editor.poll() is None


async def test_a_window_that_knows_no_such_message_gets_a_signal(
    ctx: Context, run_skill: RunSkill, screen: XDisplay
) -> None:
    editor = screen.start(sys.executable, "-c", STUBBORN.replace("window.set_wm_protocols", "list"))
    screen.window("Editor")
    assert (await run_skill(ctx, "close_app", program="editor")).ok
    assert editor.wait(5) == -signal.SIGTERM


async def test_a_near_tie_asks(ctx: Context, run_skill: RunSkill, screen: XDisplay, install: Install) -> None:
    install("writer", Name="Office Writer", Exec="office --writer", StartupWMClass="office-writer")
    install("calc", Name="Office Calc", Exec="office --calc", StartupWMClass="office-calc")
    writer, calc = screen.start("xclock", "-name", "office-writer"), screen.start("xclock", "-name", "office-calc")
    screen.window("office-writer"), screen.window("office-calc")

    async def answer(question: Question) -> str | None:
        assert sorted(question.options) == ["Office Calc", "Office Writer"]
        return question.answer("calc")

    reply = await run_skill(replace(ctx, asker=answer), "close_app", program="office")
    assert reply.speech == "Closed Office Calc."
    assert calc.wait(5) == 0 and writer.poll() is None


@pytest.mark.parametrize(
    "spoken",
    ["Firefox", "Spotify", "clock; kill 1", "$(reboot)", "../xclock", "-9", "*", "x" * 1000, "1", "0x200001"],
)
async def test_what_does_not_run(ctx: Context, run_skill: RunSkill, screen: XDisplay, spoken: str) -> None:
    clock = screen.start("xclock", "-title", "Spotify")  # a title is anybody's word: a page may call itself anything
    screen.window("xclock")
    with pytest.raises(SkillError, match="is not running"):
        await run_skill(ctx, "close_app", program=spoken)
    assert clock.poll() is None


async def test_otto_does_not_close_what_it_runs_in(ctx: Context, run_skill: RunSkill, screen: XDisplay) -> None:
    from Xlib import X, display

    with_window = display.Display()
    window = with_window.screen().root.create_window(0, 0, 50, 50, 0, X.CopyFromParent)
    window.set_wm_class("terminal", "Terminal")
    window.map()
    with_window.sync()
    screen.window("Terminal")
    with pytest.raises(SkillError, match="Terminal has to stay open: the desktop needs it, or I run in it"):
        await run_skill(ctx, "close_app", program="terminal")
    with_window.close()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may start another user's program")
async def test_another_users_program_stays(ctx: Context, run_skill: RunSkill, screen: XDisplay) -> None:
    clock = screen.start("xclock", user=65534, group=65534, extra_groups=[])
    screen.window("xclock")
    with pytest.raises(SkillError, match="xclock is not running"):
        await run_skill(ctx, "close_app", program="xclock")
    assert clock.poll() is None


async def test_without_a_screen_a_program_is_sent_sigterm(
    ctx: Context, run_skill: RunSkill, waiting: Callable[..., subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    player = waiting("player")
    assert (await run_skill(ctx, "close_app", program="the player")).speech == "Closed Player."
    assert player.wait(5) == 0 and (tmp_path / "player.signal").read_text() == "SIGTERM"


async def test_a_screen_that_cannot_be_reached_is_none(
    ctx: Context,
    run_skill: RunSkill,
    waiting: Callable[..., subprocess.Popen[bytes]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DISPLAY", ":9876")
    player = waiting("player")
    assert (await run_skill(ctx, "close_app", program="player")).ok
    player.wait(5)


async def test_a_program_that_ignores_the_signal_is_not_killed(
    context: MakeContext, run_skill: RunSkill, waiting: Callable[..., subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    player = waiting("player", "stubborn")
    ctx = context(skills={"close_app": {"patience": 0.3}})
    reply = await run_skill(ctx, "close_app", program="player")
    assert reply.speech == "Player is still open; it may be asking you something." and not reply.ok
    assert player.poll() is None and (tmp_path / "player.signal").read_text() == "SIGTERM"


@pytest.mark.parametrize("name", ["gnome-shell", "systemd", "pulseaudio", "dbus-daemon", "Xorg", "kwin_x11"])
async def test_what_the_desktop_stands_on_stays(
    ctx: Context, run_skill: RunSkill, waiting: Callable[..., subprocess.Popen[bytes]], name: str
) -> None:
    shell = waiting(name)
    with pytest.raises(SkillError, match="has to stay open"):
        await run_skill(ctx, "close_app", program=name)
    assert shell.poll() is None


async def test_a_web_app_is_not_its_browser(
    ctx: Context,
    run_skill: RunSkill,
    waiting: Callable[..., subprocess.Popen[bytes]],
    install: Install,
    tmp_path: Path,
) -> None:
    browser = waiting("browser")
    install("chat", Name="Chat", Exec=f"{tmp_path / 'browser'} --app=chat")
    with pytest.raises(SkillError, match="chat is not running"):
        await run_skill(ctx, "close_app", program="chat")
    assert browser.poll() is None


def test_closing_asks_first(run_skill: RunSkill) -> None:
    close_app = registry.load().skills["close_app"]
    assert close_app.permission == "dangerous"
    assert close_app.danger is not None and close_app.danger(program="Firefox") == "Shall I close Firefox?"
