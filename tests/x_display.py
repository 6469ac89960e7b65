"""A real X screen of one's own: Xvfb, with or without a window manager."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from shutil import which
from typing import Any, TypeVar

from Xlib import X
from Xlib.display import Display

from otto.desktop.windows import Window, open_windows

Thing = TypeVar("Thing")

_THEMES = "/usr/local/share:/usr/share"  # Openbox needs one


@dataclass(frozen=True)
class XDisplay:
    """``name`` is what $DISPLAY must be for a program that shall use this screen. ``stack`` ends what is started."""

    name: str
    stack: ExitStack

    def start(self, *command: str, **options: Any) -> subprocess.Popen[bytes]:
        """Start a program on this screen; it is ended with the screen."""
        environment = {**os.environ, "DISPLAY": self.name}
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        return self.stack.enter_context(_process(list(command), env=environment, **quiet, **options))

    def start_manager(self) -> subprocess.Popen[bytes]:
        """Start the window manager Openbox; returns when it is at work."""
        manager = self.start("env", f"XDG_DATA_DIRS={_THEMES}", "openbox")
        wait_until(lambda: self.property("_NET_SUPPORTING_WM_CHECK"))
        return manager

    def property(self, name: str) -> list[int]:
        """A property of the root window, as xprop would show it; empty where it is not set."""
        display = Display(self.name)
        found = display.screen().root.get_full_property(display.intern_atom(name), X.AnyPropertyType)
        display.close()
        return list(found.value) if found else []

    def window(self, name: str, seconds: float = 10) -> Window:
        """The window with this WM_CLASS, once it is there. $DISPLAY must be this screen."""
        return wait_until(lambda: next((item for item in open_windows() if name in item.classes), None), seconds)


@contextmanager
def x_display(width: int = 320, height: int = 240) -> Iterator[XDisplay]:
    """Run the screen while the block runs."""
    assert which("Xvfb"), "Xvfb is not installed"
    reading, writing = os.pipe()
    command = [
        "Xvfb",
        "-displayfd",
        str(writing),
        "-screen",
        "0",
        f"{width}x{height}x24",
        "-nolisten",
        "tcp",
        "-noreset",
    ]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with _process(command, pass_fds=(writing,), **quiet), ExitStack() as stack:
        os.close(writing)
        with os.fdopen(reading) as answer:  # the number that it found to be free, or nothing when it ends
            number = answer.readline().strip()
        assert number, "Xvfb did not start"
        yield XDisplay(f":{number}", stack)


def wait_until(found: Callable[[], Thing | None], seconds: float = 10) -> Thing:
    """What the function gives, as soon as that is something."""
    ends = time.monotonic() + seconds
    while not (thing := found()):
        assert time.monotonic() < ends, "waited too long"
        time.sleep(0.02)
    return thing


@contextmanager
def _process(command: list[str], **options: Any) -> Iterator[subprocess.Popen[bytes]]:
    running = subprocess.Popen(command, **options)
    try:
        yield running
    finally:
        running.terminate()
        running.wait(timeout=10)
