"""The programs that run: their names from the desktop's menu, their windows and processes, and closing them politely.

A program with a window gets the message that its close button sends, so that it can ask what to do with unsaved work;
one without is sent SIGTERM. None is ever killed.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

import psutil

from otto.desktop.processes import Process, heads, running_processes
from otto.desktop.programs import Program, best_matches, installed, speakable
from otto.desktop.windows import Window, close_windows, open_windows

_COMMAND = 5.0  # seconds for a command of the system that asks a program to close

_MAC_PROGRAM = re.compile(r"/([^/]+)\.app/Contents/MacOS/")
_MAC_QUIT = (
    "on run argv",
    "if application (item 1 of argv) is running then tell application (item 1 of argv) to quit",
    "end run",
)


@dataclass
class Running:
    """A program that runs. ``windows`` and ``processes`` may be closed; ``kept`` says that others of it must stay."""

    program: Program
    windows: list[Window] = field(default_factory=list)
    processes: list[Process] = field(default_factory=list)
    kept: bool = False

    @property
    def name(self) -> str:
        return self.program.name

    def add(self, process: Process, window: Window | None = None) -> None:
        if process.kept:
            self.kept = True
            return
        if window:
            self.windows.append(window)
        if process not in self.processes:
            self.processes.append(process)


def find_running(spoken: str) -> list[Running]:
    """The running program that a spoken name means: none, one, or several that could be meant as well.

    Blocks for some ten milliseconds, as all functions here do that are not async.
    """
    if not speakable(spoken):
        return []
    running = running_programs()
    return [running[program.name] for program in best_matches(spoken, (item.program for item in running.values()))]


def running_programs() -> dict[str, Running]:
    """By name, the desktop programs that run and whatever else has a window."""
    processes = running_processes()
    if sys.platform in ("darwin", "win32"):
        return _by_file(processes.values())
    menu = _Menu(installed())
    found: dict[str, Running] = {}
    for window in open_windows():
        if process := processes.get(window.process):  # not another user's, nor another computer's
            program = menu.of_window(window) or menu.of_process(process) or _unlisted(window, process)
            found.setdefault(program.name, Running(program)).add(process, window)
    for process in processes.values():
        if known := menu.of_process(process):
            found.setdefault(known.name, Running(known)).add(process)
    return found


async def close(running: Running, patience: float) -> bool:
    """Ask a program to end; whether it has within so many seconds."""
    asked = await asyncio.to_thread(_ask, running)
    ends = time.monotonic() + patience
    while not (gone := await asyncio.to_thread(_is_gone, running.windows, asked)) and time.monotonic() < ends:
        await asyncio.sleep(0.1)
    return gone


class _Menu:
    """Which program of the desktop's menu a window or process belongs to."""

    def __init__(self, programs: Iterable[Program]) -> None:
        self._classes: dict[str, tuple[int, Program]] = {}
        self._owners: dict[str, Program | None] = {}
        by_length = sorted(programs, key=lambda program: len(program.command))
        for program in by_length:
            for rank, name in enumerate(program.classes):
                if rank < self._classes.get(name.casefold(), (rank + 1, program))[0]:
                    self._classes[name.casefold()] = rank, program
        for program in filter(lambda program: program.executable, by_length):
            owner = self._owners.setdefault(program.executable.casefold(), program)
            if owner and owner != program and len(owner.command) == len(program.command):
                self._owners[program.executable.casefold()] = None  # such as all parts of LibreOffice

    def of_window(self, window: Window) -> Program | None:
        """By the surest of its classes: a web app's window is not its browser's."""
        known = [self._classes[name.casefold()] for name in window.classes if name.casefold() in self._classes]
        return min(known, key=lambda pair: pair[0])[1] if known else None

    def of_process(self, process: Process) -> Program | None:
        """By its program file; of several programs that share one, that with the fewest arguments has it."""
        return next((owner for name in sorted(process.names) if (owner := self._owners.get(name))), None)


def _unlisted(window: Window, process: Process) -> Program:
    names = (*reversed(window.classes), *sorted(process.names)) or ("the window without a name",)
    return Program(names[0], (), names=names[1:])


def _ask(running: Running) -> list[Process]:
    """Ask it to close, and give the processes that were sent a signal."""
    if sys.platform == "darwin":  # not tested on macOS; the name comes from its folder, and is no part of the script
        script = [part for line in _MAC_QUIT for part in ("-e", line)]
        _run(["osascript", *script, running.name])
        return heads(running.processes)
    if sys.platform == "win32":  # not tested on Windows; without /F it asks the program's windows to close
        for process in heads(running.processes):
            _run(["taskkill", "/PID", str(process.id)])
        return heads(running.processes)
    if closing := [window for window in running.windows if window.closes]:
        close_windows(closing)
    deaf = {window.process for window in running.windows if not window.closes}
    signalled = [process for process in running.processes if process.id in deaf]
    if not running.windows:
        signalled = heads(running.processes)
    for process in signalled:
        with contextlib.suppress(psutil.Error):  # psutil sees to it that the id is still the same process
            process.handle.send_signal(signal.SIGTERM)
    return signalled


def _run(command: list[str]) -> None:
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_COMMAND, check=False)


def _is_gone(windows: Iterable[Window], processes: Iterable[Process]) -> bool:
    if any(_runs(process) for process in processes):
        return False
    wanted = {window.id for window in windows}
    return not wanted or not wanted & {window.id for window in open_windows()}


def _runs(process: Process) -> bool:
    try:
        return process.handle.is_running() and process.handle.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def _by_file(processes: Iterable[Process]) -> dict[str, Running]:
    """On macOS by the .app folder that a program lies in, on Windows by its .exe; tested on neither."""
    found: dict[str, Running] = {}
    for process in processes:
        app = _MAC_PROGRAM.search(process.path) if sys.platform == "darwin" else None
        name = app[1] if app else next(iter(sorted(process.names)), "") if sys.platform == "win32" else ""
        if name:
            found.setdefault(name, Running(Program(name, ()))).add(process)
    return found
