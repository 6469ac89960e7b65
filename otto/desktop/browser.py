"""Opens a web page in the user's default browser."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys

from otto.desktop.detached import start_detached
from otto.errors import SkillError

_PATIENCE = 1.5  # seconds; an opener that still runs then has become the browser
_OPENERS = {"linux": (("xdg-open",), ("gio", "open")), "darwin": (("open",),)}


async def open_page(address: str) -> None:
    """Open an http or https address. Raises SkillError with one sentence when there is no browser or no screen."""
    if not address.startswith(("http://", "https://")):
        raise SkillError("I only open web pages.")
    if sys.platform == "win32":  # not tested on Windows
        os.startfile(address)  # noqa: S606 - an http address goes to the default browser
        return
    if sys.platform != "darwin" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        raise SkillError("I see no screen to show a web page on.")
    opener = next((item for item in _OPENERS.get(sys.platform, ()) if shutil.which(item[0])), None)
    if opener is None:
        raise SkillError("I can't open a web browser: xdg-open is not installed.")
    await asyncio.to_thread(_open, [*opener, address])


def _open(command: list[str]) -> None:
    try:
        status = start_detached(command).wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        return
    except OSError:
        status = 1
    if status:
        raise SkillError("I can't open a web browser. Is one installed?")
