"""A picture of the whole screen as PNG, by the way that the desktop at hand allows, and where it is kept."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path

from otto.errors import SkillError

_PNG = b"\x89PNG\r\n\x1a\n"
_PATIENCE = 15.0  # seconds for a program that takes the picture
_PROGRAMS = (("grim",), ("gnome-screenshot", "-f"), ("spectacle", "-b", "-n", "-o"))  # for Wayland; a file follows


async def take_picture() -> bytes:
    """The PNG of all monitors as one picture. Raises SkillError with one sentence when there is none to be had."""
    if sys.platform == "darwin":  # not tested on macOS
        return _checked(await asyncio.to_thread(_by_program, ("screencapture", "-x")))
    if sys.platform == "win32":  # not tested on Windows
        return await asyncio.to_thread(_grab)
    if os.environ.get("WAYLAND_DISPLAY"):
        return await _on_wayland()
    if os.environ.get("DISPLAY"):
        return await asyncio.to_thread(_grab)
    raise SkillError("I see no screen to take a picture of.")


def save(picture: bytes, folder: Path, now: datetime) -> Path:
    """Keep a picture under the date and time, for the user's eyes only. No file is ever overwritten.

    Raises SkillError when the folder cannot be written to.
    """
    name = f"Screenshot {now:%Y-%m-%d %H-%M-%S}"
    for number in range(1, 1000):
        file = folder / f"{name}{f' ({number})' if number > 1 else ''}.png"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
                out.write(picture)
        except FileExistsError:
            if not folder.is_dir():
                break
            continue
        except OSError as error:
            raise SkillError(f"I can't save a picture in {folder}: {error.strerror}.") from None
        return file
    raise SkillError(f"I can't save a picture in {folder}.")


def pictures() -> Path:
    """The user's folder for screenshots; $XDG_PICTURES_DIR and user-dirs.dirs say where pictures are."""
    import platformdirs

    return platformdirs.user_pictures_path() / "Screenshots"


def _grab() -> bytes:
    import mss
    from mss.exception import ScreenShotError
    from mss.tools import to_png

    try:
        with mss.MSS() as screen:
            shot = screen.grab(screen.monitors[0])  # all monitors together
    except ScreenShotError:
        raise SkillError("I can't reach the screen to take a picture of it.") from None
    return to_png(shot.rgb, shot.size) or b""


async def _on_wayland() -> bytes:
    """By the desktop's portal, which may ask the user; where there is none, by a program."""
    from otto.desktop.portal import Refused, screenshot

    try:
        if picture := await screenshot():
            return _checked(picture)
    except Refused:
        raise SkillError("The desktop did not allow the screenshot.") from None
    for command in _PROGRAMS:
        if shutil.which(command[0]) and (picture := await asyncio.to_thread(_by_program, command)):
            return _checked(picture)
    raise SkillError("This desktop lets me take no screenshot; installing xdg-desktop-portal or grim would help.")


def _by_program(command: tuple[str, ...]) -> bytes:
    with tempfile.TemporaryDirectory(prefix="otto-") as folder:
        file = Path(folder) / "screen.png"
        try:
            subprocess.run([*command, str(file)], capture_output=True, timeout=_PATIENCE, check=True)
            return file.read_bytes()
        except (OSError, subprocess.SubprocessError):
            return b""


def _checked(picture: bytes) -> bytes:
    if not picture.startswith(_PNG):
        raise SkillError("The picture of the screen came out damaged.")
    return picture
