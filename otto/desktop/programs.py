"""Desktop programs: which are installed, which one is meant by a spoken name, and starting it.

A spoken name is only ever compared with the names of installed programs: it never becomes part of a command, except on
macOS, where `open -a` takes a name and not a path, and never an option.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from otto.arguments import comparable
from otto.desktop.detached import start_detached
from otto.errors import SkillError
from otto.matching import likeness, nearest

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

    ``command`` is a list of arguments, or on Windows one shortcut file. ``executable`` is the name of the file that it
    runs, ``classes`` are what its windows may call themselves (WM_CLASS), the surest first.
    """

    name: str
    command: tuple[str, ...]
    names: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    terminal: bool = False
    folder: Path | None = field(default=None, compare=False)
    executable: str = ""
    classes: tuple[str, ...] = ()


def find_programs(spoken: str) -> list[Program]:
    """The installed program that a spoken name means: none, one, or several that could be meant as well."""
    if not speakable(spoken):
        return []
    return best_matches(spoken, installed()) or _by_name(spoken)


def speakable(name: str) -> bool:
    """Whether a name can be a program's: it is no path, option or command line."""
    return _SPEAKABLE.fullmatch(name) is not None


def installed() -> list[Program]:
    """The programs that the desktop offers. On macOS none are listed: the system finds them by name."""
    if sys.platform == "win32":  # not tested on Windows
        return list(_start_menu())
    if sys.platform == "darwin":
        return []
    from otto.desktop.desktop_entries import desktop_programs

    return list(desktop_programs())


def best_matches(spoken: str, programs: Iterable[Program]) -> list[Program]:
    """The programs whose name, or else kind, is nearest to the spoken name; of several with one name, the nearest."""
    wanted = spoken_name(spoken)
    best: dict[str, tuple[float, Program]] = {}
    for program in programs:
        points = score(wanted, program)
        if program.name not in best or points > best[program.name][0]:
            best[program.name] = points, program
    found = nearest({name: points for name, (points, _) in best.items()}, FLOOR)
    called_so = [name for name in found if likeness(wanted, _apart(name)) == 100]  # and not only started by that file
    return [best[name][1] for name in called_so or found]


def spoken_name(spoken: str) -> str:
    """A spoken name without "app" and the like: "the Calculator app" -> "calculator"."""
    wanted = comparable(_apart(spoken))
    for word in _GENERIC:
        wanted = "" if wanted == word else wanted.removesuffix(f" {word}")
    return wanted


def score(wanted: str, program: Program) -> float:
    """How well a name fits a program, 0 to 100: exact names first, then parts of names, then kinds."""
    names = max((likeness(wanted, _apart(name)) for name in (program.name, *program.names)), default=0.0)
    kinds = max((likeness(wanted, _apart(kind)) for kind in program.kinds), default=0.0)
    return max(names, 0.9 * kinds)


def start(program: Program) -> None:
    """Start it on its own, so that it outlives Otto. Raises SkillError with one sentence."""
    if sys.platform == "win32":  # not tested on Windows
        os.startfile(program.command[0])  # noqa: S606 - a shortcut of the Start menu
        return
    command = (*_terminal(program), *program.command) if program.terminal else program.command
    try:
        start_detached(command, program.folder)
    except OSError as error:
        raise SkillError(f"I can't start {program.name}: {error.strerror}.") from None


def _apart(name: str) -> str:
    """A name with its words apart: "org.gnome.TextEditor" -> "org.gnome.Text Editor"."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)


def _by_name(spoken: str) -> list[Program]:
    """A command of exactly that name on the PATH, in a terminal if there is one; on macOS, any application."""
    if sys.platform == "darwin":  # not tested on macOS
        return [Program(spoken, ("open", "-a", spoken))] if _mac_knows(spoken) else []
    name = spoken.casefold()
    if sys.platform == "win32" or not _COMMAND_NAME.fullmatch(name) or name in _NEVER or not shutil.which(name):
        return []
    return [Program(spoken, (name,), terminal=any(shutil.which(terminal[0]) for terminal in _TERMINALS))]


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
