"""The programs that a Linux desktop offers, from the .desktop files of the freedesktop.org specification."""

from __future__ import annotations

import os
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from otto.desktop.programs import Program

if TYPE_CHECKING:
    from xdg.DesktopEntry import DesktopEntry

# Commands that start another one: their own name says nothing about the program.
_LAUNCHERS = {"env", "flatpak", "snap", "sh", "bash", "python", "python3", "java", "gtk-launch", "pkexec", "sudo"}
_TOO_BROAD = {"Application", "GTK", "Qt", "GNOME", "KDE", "Utility", "Core", "Network", "Office", "System", "Settings"}


def desktop_programs() -> Iterator[Program]:
    """The programs a user can start. A user's own file hides the system's file of the same id."""
    seen = set()
    for folder in _folders():
        for file in sorted(folder.rglob("*.desktop")):
            file_id = "-".join(file.relative_to(folder).with_suffix("").parts)
            if file_id not in seen:
                seen.add(file_id)
                if program := _program(file, file_id):
                    yield program


def _folders() -> list[Path]:
    """Where desktop entries are, the user's first. Read at every search: pyxdg does it once, at its import."""
    home = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local/share")
    system = os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
    return [Path(folder) / "applications" for folder in (home, *system.split(":")) if folder]


def _program(file: Path, file_id: str) -> Program | None:
    from xdg.DesktopEntry import DesktopEntry
    from xdg.Exceptions import Error

    try:
        entry = DesktopEntry(str(file))
        command = _command(entry, file)
    except (Error, OSError, ValueError):  # a damaged file, or an Exec line with an open quote
        return None
    shown = entry.getType() == "Application" and not entry.getHidden() and not entry.getNoDisplay()
    if not shown or not command or (entry.getTryExec() and not shutil.which(entry.getTryExec())):
        return None
    executable, short_id = _executable(command), file_id.rsplit(".")[-1]
    names = {entry.get("Name"), short_id, executable}
    classes = (entry.getStartupWMClass(), file_id, short_id, executable)
    kinds = [entry.getGenericName(), entry.get("GenericName"), *entry.getKeywords(), *entry.get("Keywords", list=True)]
    kinds += [category for category in entry.getCategories() if category not in _TOO_BROAD]
    return Program(
        name=entry.getName() or file_id,
        command=tuple(command),
        names=tuple(sorted(filter(None, names))),
        kinds=tuple(dict.fromkeys(filter(None, kinds))),
        terminal=entry.getTerminal(),
        folder=Path(entry.getPath()) if entry.getPath() else None,
        executable=executable,
        classes=tuple(dict.fromkeys(filter(None, classes))),
    )


def _command(entry: DesktopEntry, file: Path) -> list[str]:
    """The Exec line as a list of arguments, its field codes (%U, %c, ...) replaced or removed."""
    line = entry.getExec().replace(r"\\", "\\")  # a backslash is escaped twice: as a string, and inside quotes
    codes = {"%%": "%", "%c": entry.getName(), "%k": str(file)}
    arguments = [argument for argument in shlex.split(line) if not re.fullmatch(r"%[fFuUdDnNvmi]", argument)]
    return [re.sub(r"%.", lambda code: codes.get(code.group(), ""), argument) for argument in arguments]


def _executable(command: list[str]) -> str:
    """The name of the program that the command starts: "spotify" for `env HINT=1 /snap/bin/spotify`."""
    own = [argument for argument in command if "=" not in argument and not argument.startswith("-")]
    names = [Path(argument).name for argument in own[:2]]
    return (
        next((name for name in names[: 2 if names[0] == "env" else 1] if name not in _LAUNCHERS), "") if names else ""
    )
