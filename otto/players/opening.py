"""Playing files: in a player that is running, in a program, or in whatever the desktop opens them with."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

from otto import paths
from otto.desktop.detached import start_detached
from otto.desktop.programs import Program, start
from otto.errors import SkillError
from otto.players.player import Player, State

_OPENERS = {"linux": "xdg-open", "darwin": "open"}
_STARTS = 3.0  # seconds in which a player that was told to play does
_FAILS = 1.5  # seconds in which an opener tells that it can't
_LOOK = 0.05


def one_file(files: Sequence[Path]) -> Path:
    """The file itself, or a playlist of all the files in the cache."""
    if len(files) == 1:
        return files[0]
    playlist = paths.cache_dir() / "queue.m3u8"
    try:
        playlist.parent.mkdir(parents=True, exist_ok=True)
        playlist.write_text("".join(f"{line}\n" for line in ["#EXTM3U", *files]), encoding="utf-8")
    except OSError as error:
        raise SkillError(f"I can't write down what to play: {error.strerror}.") from None
    return playlist


async def open_in_player(player: Player, files: Sequence[Path]) -> bool:
    """Play the files in a player that is running. Gives whether it does; raises SkillError when it refuses."""
    before, opened = await player.now(), one_file(files).as_uri()
    await player.open(opened)
    ends = asyncio.get_running_loop().time() + _STARTS
    while asyncio.get_running_loop().time() < ends:
        now = await player.now()
        if _started(before, now, files[0], opened):
            if now.status == "stopped":  # what mpv says of itself once it was stopped, until it has been paused
                await player.tell("pause")
                await player.tell("play")
            return True
        await asyncio.sleep(_LOOK)
    return False


def _started(before: State, now: State, first: Path, opened: str) -> bool:
    address = unquote(now.track.address)
    if address == unquote(first.as_uri()):
        return True
    if address == unquote(opened):  # it is still reading the playlist
        return False
    return now.track.is_other(before.track) or (now.status == "playing" and before.status != "playing")


def open_in_program(program: Program, files: Sequence[Path]) -> None:
    """Start an installed program with the files. Raises SkillError with one sentence."""
    if sys.platform in ("win32", "darwin"):
        raise SkillError("On this system I can only open music in its default player.")
    start(replace(program, command=(*program.command, str(one_file(files)))))


async def open_by_default(target: str) -> None:
    """Open a file or an address with what the desktop has for it. Raises SkillError with one sentence."""
    if sys.platform == "win32":  # not tested on Windows
        os.startfile(target)  # noqa: S606 - a file that Otto found, or the user's own address
        return
    opener = shutil.which(_OPENERS.get(sys.platform, "xdg-open"))
    if opener is None:
        raise SkillError("I can't open it: the command xdg-open is missing. Install xdg-utils.")
    try:
        process = start_detached([opener, target])
    except OSError as error:
        raise SkillError(f"I can't open it: {error.strerror}.") from None
    ends = asyncio.get_running_loop().time() + _FAILS
    while process.returncode is None and asyncio.get_running_loop().time() < ends:  # it may stay as long as the player
        await asyncio.sleep(_LOOK)
    if process.returncode:
        raise SkillError("No program on this computer opens it.")
