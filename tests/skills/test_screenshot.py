"""Pictures of a real X screen and a real Wayland screen, and the portal's part played on a real session bus."""

from __future__ import annotations

import asyncio
import contextlib
import os
import struct
import subprocess
import sys
import tempfile
import zlib
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from shutil import which
from typing import Any

import pytest
from dbus_fast import Message, MessageType, Variant
from dbus_fast.aio import MessageBus

from otto.desktop.screen import save
from otto.errors import ConfigError, SkillError
from tests.conftest import NOW, MakeContext, RunSkill
from tests.session_bus import session_bus
from tests.x_display import XDisplay, wait_until, x_display

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="X11 and Wayland are Linux's")

Pixel = tuple[int, int, int]
GREEN: Pixel = (0x1E, 0x8F, 0x4B)
NAME = "Screenshot 2026-11-18 14-20-00"


@pytest.fixture(autouse=True)
def pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's pictures; there is no screen unless a test has one."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_PICTURES_DIR", str(tmp_path / "Pictures"))
    return tmp_path / "Pictures" / "Screenshots"


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Iterator[XDisplay]:
    """A screen of 200 by 100 pixels with a green window at (40, 30), 60 by 20 in size."""
    if not which("Xvfb"):
        pytest.skip("xvfb is not installed")
    from Xlib import X
    from Xlib.display import Display

    with x_display(200, 100) as screen:
        monkeypatch.setenv("DISPLAY", screen.name)
        display = Display(screen.name)
        color = int.from_bytes(bytes(GREEN), "big")
        display.screen().root.create_window(40, 30, 60, 20, 0, X.CopyFromParent, background_pixel=color).map()
        display.sync()
        yield screen
        display.close()


@dataclass(frozen=True)
class Picture:
    """A PNG file of 8-bit RGB without filters, as it is written here; read without the library that wrote it."""

    width: int
    height: int
    rows: list[bytes]

    @classmethod
    def read(cls, content: bytes) -> Picture:
        assert content.startswith(b"\x89PNG\r\n\x1a\n")
        chunks, position = {}, 8
        while position < len(content):
            length, kind = struct.unpack_from(">I4s", content, position)
            chunks[kind] = content[position + 8 : position + 8 + length]
            position += length + 12
        width, height, depth, color = struct.unpack_from(">IIBB", chunks[b"IHDR"])
        assert (depth, color) == (8, 2)
        data, line = zlib.decompress(chunks[b"IDAT"]), 1 + 3 * width
        rows = [data[start : start + line] for start in range(0, len(data), line)]
        assert len(rows) == height and all(row[0] == 0 for row in rows)
        return cls(width, height, [row[1:] for row in rows])

    def at(self, x: int, y: int) -> Pixel:
        red, green, blue = self.rows[y][3 * x : 3 * x + 3]
        return red, green, blue


async def test_the_picture_shows_what_is_on_the_screen(
    context: MakeContext, run_skill: RunSkill, screen: XDisplay, pictures: Path
) -> None:
    reply = await run_skill(context(), "screenshot")
    file = pictures / f"{NAME}.png"
    assert reply.speech == "I saved a screenshot." and reply.notice == str(file)
    picture = Picture.read(file.read_bytes())
    assert (picture.width, picture.height) == (200, 100)
    seen = Counter(picture.at(x, y) == GREEN for x in range(40, 100) for y in range(30, 50))
    assert seen == {True: 60 * 20}
    assert GREEN not in {picture.at(39, 40), picture.at(100, 40), picture.at(60, 29), picture.at(60, 50)}


async def test_only_the_user_may_read_it_and_none_is_overwritten(
    context: MakeContext, run_skill: RunSkill, screen: XDisplay, pictures: Path
) -> None:
    for _ in range(3):
        await run_skill(context(), "screenshot")
    files = sorted(pictures.iterdir())
    assert [file.name for file in files] == [f"{NAME} (2).png", f"{NAME} (3).png", f"{NAME}.png"]
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}


async def test_the_folder_can_be_set(
    context: MakeContext, run_skill: RunSkill, screen: XDisplay, tmp_path: Path
) -> None:
    ctx = context(skills={"screenshot": {"folder": str(tmp_path / "shots")}})
    reply = await run_skill(ctx, "screenshot")
    assert reply.notice == str(tmp_path / "shots" / f"{NAME}.png")


async def test_a_folder_that_cannot_be_written_to(
    context: MakeContext, run_skill: RunSkill, screen: XDisplay, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("no folder")
    for folder in (tmp_path / "file", tmp_path / "file" / "inside"):
        with pytest.raises(SkillError, match="I can't save a picture in"):
            await run_skill(context(skills={"screenshot": {"folder": str(folder)}}), "screenshot")


async def test_a_wrong_setting(context: MakeContext, run_skill: RunSkill) -> None:
    with pytest.raises(ConfigError, match="there is no setting 'directory'"):
        await run_skill(context(skills={"screenshot": {"directory": "/tmp"}}), "screenshot")


async def test_without_a_screen(context: MakeContext, run_skill: RunSkill, pictures: Path) -> None:
    with pytest.raises(SkillError, match="I see no screen to take a picture of"):
        await run_skill(context(), "screenshot")
    assert not pictures.exists()


async def test_a_screen_that_does_not_answer(
    context: MakeContext, run_skill: RunSkill, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", ":9876")
    with pytest.raises(SkillError, match="I can't reach the screen"):
        await run_skill(context(), "screenshot")


def test_a_link_in_the_way_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("mine")
    (tmp_path / f"{NAME}.png").symlink_to(tmp_path / "precious")
    assert save(b"picture", tmp_path, NOW).name == f"{NAME} (2).png"
    assert (tmp_path / "precious").read_text() == "mine"


@dataclass
class Portal:
    """A stand-in that speaks xdg-desktop-portal's part: it answers with ``code`` and the address of ``file``."""

    bus: MessageBus
    file: Path
    code: int = 0
    asked: list[dict[str, Any]] = field(default_factory=list)

    def hear(self, message: Message) -> Message | None:
        if message.member != "Screenshot" or message.message_type != MessageType.METHOD_CALL:
            return None
        _, options = message.body
        self.asked.append({name: option.value for name, option in options.items()})
        sender = message.sender.removeprefix(":").replace(".", "_")
        path = f"/org/freedesktop/portal/desktop/request/{sender}/{options['handle_token'].value}"
        results = {"uri": Variant("s", self.file.as_uri())} if self.code == 0 else {}
        answer = Message(
            path=path, interface="org.freedesktop.portal.Request", member="Response", message_type=MessageType.SIGNAL,
            signature="ua{sv}", body=[self.code, results],
        )  # fmt: skip
        asyncio.get_running_loop().call_later(0.05, self.bus.send, answer)
        return Message.new_method_return(message, "o", [path])


@pytest.fixture
def wayland(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A Wayland session with a bus, where no program takes pictures."""
    if not which("dbus-daemon"):
        pytest.skip("dbus is not installed")
    with session_bus(tmp_path) as bus:
        monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-9")
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.address)
        monkeypatch.setenv("PATH", str(tmp_path / "no-programs"))
        yield


async def connected() -> MessageBus:
    """On the bus; its socket is there a moment before it listens."""
    for _ in range(100):
        with contextlib.suppress(ConnectionRefusedError):
            return await MessageBus().connect()
        await asyncio.sleep(0.02)
    raise AssertionError("the bus does not listen")


@pytest.fixture
async def portal(wayland: None, tmp_path: Path) -> AsyncIterator[Portal]:
    file = tmp_path / "from the portal.png"
    file.write_bytes(b"\x89PNG\r\n\x1a\nand so on")
    bus = await connected()
    portal = Portal(bus, file)
    bus.add_message_handler(portal.hear)
    await bus.request_name("org.freedesktop.portal.Desktop")
    yield portal
    bus.disconnect()


async def test_under_wayland_the_portal_takes_the_picture(
    context: MakeContext, run_skill: RunSkill, portal: Portal, pictures: Path
) -> None:
    content = portal.file.read_bytes()
    reply = await run_skill(context(), "screenshot")
    assert Path(reply.notice or "").read_bytes() == content
    assert list(pictures.iterdir()) == [pictures / f"{NAME}.png"] and not portal.file.exists(), "one picture, not two"
    assert portal.asked[0]["interactive"] is False and portal.asked[0]["handle_token"].startswith("otto_")


@pytest.mark.parametrize("code", [1, 2])
async def test_a_no_to_the_portals_question_is_a_no(
    context: MakeContext, run_skill: RunSkill, portal: Portal, pictures: Path, code: int
) -> None:
    portal.code = code
    with pytest.raises(SkillError, match="The desktop did not allow the screenshot"):
        await run_skill(context(), "screenshot")
    assert not pictures.exists()


async def test_what_the_portal_gives_must_be_a_picture(
    context: MakeContext, run_skill: RunSkill, portal: Portal, tmp_path: Path
) -> None:
    portal.file = tmp_path / "diary.txt"
    portal.file.write_text("dear diary")
    with pytest.raises(SkillError):
        await run_skill(context(), "screenshot")
    assert portal.file.exists()


async def test_wayland_without_a_way_to_take_pictures(
    context: MakeContext, run_skill: RunSkill, wayland: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    sentence = "This desktop lets me take no screenshot; installing xdg-desktop-portal or grim would help"
    with pytest.raises(SkillError, match=sentence):
        await run_skill(context(), "screenshot")
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS")
    with pytest.raises(SkillError, match=sentence):
        await run_skill(context(), "screenshot")


@pytest.fixture
def sway(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A real Wayland screen of 200 by 100 pixels. Sway does not run as root, so there it runs as nobody."""
    if not (which("sway") and which("grim")):
        pytest.skip("sway or grim is not installed")
    with tempfile.TemporaryDirectory(prefix="sway-") as name:
        folder, own = Path(name), os.geteuid() != 0
        (folder / "config").write_text("output * resolution 200x100\nxwayland disable\n")
        os.chown(folder, *((-1, -1) if own else (65534, 65534)))
        folder.chmod(0o755)
        environment = {"WLR_BACKENDS": "headless", "WLR_RENDERER": "pixman", "WLR_LIBINPUT_NO_DEVICES": "1"}
        environment |= {**os.environ, "XDG_RUNTIME_DIR": name, "HOME": name}
        running = subprocess.Popen(
            ["sway", "--config", folder / "config"],
            env=environment,
            user=None if own else 65534,
            group=None if own else 65534,
            extra_groups=None if own else [],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            socket = wait_until(lambda: next((file for file in folder.glob("wayland-?") if file.is_socket()), None))
            monkeypatch.setenv("XDG_RUNTIME_DIR", name)
            monkeypatch.setenv("WAYLAND_DISPLAY", socket.name)
            yield
        finally:
            running.terminate()
            running.wait(timeout=10)


@pytest.mark.usefixtures("sway")
async def test_a_real_wayland_screen(context: MakeContext, run_skill: RunSkill) -> None:
    reply = await run_skill(context(), "screenshot")
    content = Path(reply.notice or "").read_bytes()
    assert content.startswith(b"\x89PNG") and struct.unpack_from(">II", content, 16) == (200, 100)
