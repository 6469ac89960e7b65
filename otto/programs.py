"""Desktop programs: which are installed, which one is meant by a spoken name, and starting it.

A spoken name is only ever compared with the names of installed programs: it never becomes part of a command, except on
macOS, where `open -a` takes a name and not a path, and never an option.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from otto.arguments import comparable
from otto.errors import SkillError

FLOOR = 82  # of 100: "firefix" is 86 like "firefox", "vi" 80 like "vim"

_SPEAKABLE = re.compile(r"\w[\w.,+&'!:()#-]*(?: [\w&+(#][\w.,+&'!:()#-]*)*")  # no path, no option, no command line
_COMMAND_NAME = re.compile(r"[a-z0-9][a-z0-9._+-]*")
_GENERIC = ("app", "program", "application", "software")
_NEVER = {"halt", "init", "poweroff", "reboot", "shutdown", "telinit"}  # on the PATH, and no program to "open"
_TERMINALS = (  # and what each wants before a command
    ("xdg-terminal-exec",),
    ("x-terminal-emulator", "-e"),
    ("gnome-terminal", "--"),
    ("konsole", "-e"),
    ("xfce4-terminal", "-x"),
    ("kitty",),
    ("alacritty", "-e"),
    ("foot",),
    ("xterm", "-e"),
)


@dataclass(frozen=True)
class Program:
    """An installed program. ``names`` are its own names, ``kinds`` what it is: "Web Browser", "Email".

    ``command`` is a list of arguments, or on Windows one shortcut file.
    """

    name: str
    command: tuple[str, ...]
    names: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    terminal: bool = False
    folder: Path | None = field(default=None, compare=False)


def find_program(spoken: str) -> Program | None:
    """The installed program that a spoken name means, or None."""
    if not _SPEAKABLE.fullmatch(spoken):
        return None
    return best_match(spoken, installed()) or _by_name(spoken)


def installed() -> list[Program]:
    """The programs that the desktop offers. On macOS none are listed: the system finds them by name."""
    if sys.platform == "win32":  # not tested on Windows
        return list(_start_menu())
    if sys.platform == "darwin":
        return []
    from otto.desktop_entries import desktop_programs

    return list(desktop_programs())


def best_match(spoken: str, programs: Iterable[Program]) -> Program | None:
    """The program whose name, or else kind, is nearest to the spoken name; None when none is near enough."""
    wanted = _words(spoken)
    for word in _GENERIC:
        wanted = "" if wanted == word else wanted.removesuffix(f" {word}")
    scored = [(score(wanted, program), program) for program in programs]
    scored = [pair for pair in scored if pair[0] >= FLOOR]
    return min(scored, key=lambda pair: (-pair[0], len(pair[1].name), pair[1].name))[1] if scored else None


def score(wanted: str, program: Program) -> float:
    """How well a name fits a program, 0 to 100: exact names first, then parts of names, then kinds."""
    names = max((_likeness(wanted, _words(name)) for name in (program.name, *program.names)), default=0.0)
    kinds = max((_likeness(wanted, _words(kind)) for kind in program.kinds), default=0.0)
    return max(names, 0.9 * kinds)


def start(program: Program) -> None:
    """Start it on its own, so that it outlives Otto. Raises SkillError with one sentence."""
    if sys.platform == "win32":  # not tested on Windows
        os.startfile(program.command[0])  # noqa: S606 - a shortcut of the Start menu
        return
    command = (*_terminal(program), *program.command) if program.terminal else program.command
    try:
        process = subprocess.Popen(
            command,
            cwd=program.folder if program.folder and program.folder.is_dir() else Path.home(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise SkillError(f"I can't start {program.name}: {error.strerror}.") from None
    threading.Thread(target=process.wait, daemon=True).start()  # or it stays a zombie when it ends


def _likeness(wanted: str, name: str) -> float:
    from rapidfuzz import fuzz

    if not wanted or not name:
        return 0.0
    if wanted.replace(" ", "") == name.replace(" ", ""):
        return 100.0
    said, words = set(wanted.split()), set(name.split())
    if said <= words:  # "writer" for LibreOffice Writer
        return 92.0 + 4 * len(said) / len(words)
    if words <= said:  # "Firefox browser" for Firefox
        return 88.0 + 4 * len(words) / len(said)
    return min(95.0, fuzz.ratio(wanted, name))


def _words(name: str) -> str:
    """A name as names are compared: "org.gnome.TextEditor" -> "org gnome text editor"."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return " ".join(re.sub(r"[^\w+#]+", " ", comparable(apart)).split())


def _by_name(spoken: str) -> Program | None:
    """A command of exactly that name on the PATH, in a terminal if there is one; on macOS, any application."""
    if sys.platform == "darwin":  # not tested on macOS
        return Program(spoken, ("open", "-a", spoken)) if _mac_knows(spoken) else None
    name = spoken.casefold()
    if sys.platform == "win32" or not _COMMAND_NAME.fullmatch(name) or name in _NEVER or not shutil.which(name):
        return None
    return Program(spoken, (name,), terminal=any(shutil.which(terminal[0]) for terminal in _TERMINALS))


def _mac_knows(name: str) -> bool:
    folders = (Path("/Applications"), Path("/System/Applications"), Path.home() / "Applications")
    return any(file.stem.casefold() == name.casefold() for folder in folders for file in folder.glob("**/*.app"))


def _terminal(program: Program) -> tuple[str, ...]:
    for terminal in _TERMINALS:
        if shutil.which(terminal[0]):
            return terminal
    raise SkillError(f"{program.name} runs in a terminal, and I can't find one.")


def _start_menu() -> Iterable[Program]:
    for variable in ("APPDATA", "PROGRAMDATA"):
        folder = Path(os.environ.get(variable, "")) / "Microsoft/Windows/Start Menu/Programs"
        for shortcut in sorted(folder.glob("**/*.lnk")):
            yield Program(shortcut.stem, (str(shortcut),))
