"""The user's running processes, and those among them that nobody may close: Otto, and what the desktop stands on."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import psutil

_SCRIPT = re.compile(r"(?:python|pypy|perl|ruby|node|bash|dash|sh|zsh|fish|ksh|gjs)[\d.]*")  # what runs scripts
_KEPT = re.compile(
    # the system and its buses
    r"systemd.*|\(sd-pam\)|init|runit.*|dbus-.*|polkit.*|login|sshd.*|sudo|su|gdm.*|lightdm.*|sddm.*"
    # screens, sessions, window managers, panels
    r"|x|xorg|xwayland|xvfb|gnome-shell|gnome-session.*|gsd-.*|mutter.*|kwin.*|plasma.*|ksmserver|kded\d*|startplasma.*"
    r"|xfce4-(?:session|panel)|xfwm4|xfdesktop|xfsettingsd|cinnamon.*|mate-(?:session|panel)|marco|lxsession|lxqt-.*"
    r"|openbox|fluxbox|i3|sway|hyprland|weston|budgie-.*|muffin|metacity|awesome|xmonad.*|nemo-desktop|explorer|dwm"
    # sound, keys, portals
    r"|pulseaudio|pipewire.*|wireplumber|ssh-agent|gpg-agent|gnome-keyring.*|kwalletd\d*|xdg-.*|at-spi.*|ibus.*|fcitx.*"
    # shells, and what keeps them
    r"|bash|dash|sh|zsh|fish|ksh|tcsh|csh|nu|pwsh|powershell|cmd|tmux.*|screen"
    # Windows and macOS
    r"|svchost|csrss|winlogon|wininit|services|lsass|smss|sihost|taskhostw|runtimebroker|launchd|finder|dock|loginwindow"
    r"|windowserver",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Process:
    """A process of the user. ``names`` are those it may be known by: its program's file, or the script that it runs.

    ``kept`` is true for one that must stay. ``handle`` knows when a process id has been given to another process.
    """

    id: int
    parent: int
    names: frozenset[str]
    kept: bool
    path: str
    handle: psutil.Process


def running_processes() -> dict[int, Process]:
    """The user's own processes by their id. Blocks for some ten milliseconds."""
    own = _own_line()
    found = {}
    for handle in psutil.process_iter():
        try:
            with handle.oneshot():
                if handle.status() == psutil.STATUS_ZOMBIE or not _is_users(handle):
                    continue
                process = _process(handle, own)
        except psutil.Error:  # it ended, or may not be looked at: not the user's
            continue
        found[process.id] = process
    return found


def _process(handle: psutil.Process, own: set[int]) -> Process:
    names, path = _names(handle)
    kept = handle.pid <= 1 or handle.pid in own or any(_KEPT.fullmatch(name) for name in names)
    return Process(handle.pid, handle.ppid() or 0, frozenset(names), kept, path, handle)


def _names(handle: psutil.Process) -> tuple[list[str], str]:
    """What a process may be known by, in lower case, and the path of its program.

    A script is known by its own name, not by what runs it, and `python -m x` by none.
    """
    path, line = _exe(handle), handle.cmdline()
    own = [Path(path).name, Path(line[0]).name.lstrip("-") if line else "", handle.name()]
    if len(line) > 1 and any(_SCRIPT.fullmatch(name) for name in own[:2]):
        own = [_script(line[1:])]
    return [name.casefold().removesuffix(".exe") for name in dict.fromkeys(own) if name], path


def _script(arguments: list[str]) -> str:
    """The script's name in "-sP /usr/bin/player --loud"; none in "-m player" and "-c ..."."""
    for argument in arguments:
        if not argument.startswith("-"):
            return Path(argument).name
        if not argument.startswith("--") and argument[-1] in "mce":
            break
    return ""


def _exe(handle: psutil.Process) -> str:
    try:
        return handle.exe() or ""
    except psutil.AccessDenied:
        return ""


def _is_users(handle: psutil.Process) -> bool:
    if hasattr(os, "getuid"):
        return set(handle.uids()) == {os.getuid()}
    return handle.username() == psutil.Process().username()  # not tested on Windows


def _own_line() -> set[int]:
    """Otto's process and all that it was started by: closing its terminal would end Otto too."""
    own = psutil.Process()
    return {own.pid, *(parent.pid for parent in own.parents())}


def heads(processes: Iterable[Process]) -> list[Process]:
    """What a program was started as, without the helpers that it started of itself."""
    among = {process.id: process for process in processes}
    return [
        process
        for process in among.values()
        if process.parent not in among or among[process.parent].path != process.path
    ]
