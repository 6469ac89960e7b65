"""Playing what was asked for: a player goes on, or the user's own music is found and opened."""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote_plus

from pydantic import BaseModel, ConfigDict, Field, field_validator

from otto.arguments import comparable
from otto.context import Context, Reply
from otto.desktop.programs import Program, find_programs
from otto.errors import SkillError
from otto.matching import best
from otto.players.control import NothingToPlay, called, pause_others, resume, says_nothing
from otto.players.folders import music_folder, songs_in
from otto.players.music import Selection, Song, search
from otto.players.opening import one_file, open_by_default, open_in_player, open_in_program
from otto.players.player import Found, Player

_SCAN = 8.0  # seconds for looking through the folders; what is not reached then is not found
_WHERE = re.compile(r"(?P<what>.+)\s+(?:in|on|with|using|from|through)\s+(?:the\s+|my\s+)?(?P<where>.+)", re.IGNORECASE)
_APP = re.compile(r"(?<=.) (?:app|player|program)$")
_MOST = 4  # options that a person can keep in mind
_MOST_SHUFFLED = 500


class MediaSettings(BaseModel):
    """The table [skills.media] of the configuration."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    folders: list[Path] = Field(default_factory=list, description="Where your music is; your desktop's music folder.")
    player: str | None = Field(None, description="The program that opens music when no player is running.")
    search_url: str | None = Field(
        None, description="Address that is opened for music you don't have, with {query} in it; none opens nothing."
    )
    timeout: float = Field(1.5, gt=0, le=5, description="Seconds to wait for each answer of a player.")

    @field_validator("search_url")
    @classmethod
    def _check(cls, url: str | None) -> str | None:
        if url is not None and not (url.startswith(("https://", "http://")) and "{query}" in url):
            raise ValueError("must start with https:// and contain {query}")
        return url


@dataclass(frozen=True)
class _Wish:
    """What to play, and in which running player or program, if one was named."""

    what: str
    player: Player | None = None
    program: Program | None = None


async def play(ctx: Context, found: Found, query: str | None, settings: MediaSettings) -> Reply:
    """Play what the words mean; without words, go on. Raises SkillError with what is missing."""
    if query is None or says_nothing(query):
        return await _anything(ctx, found, settings)
    named = _by_own_name(found, query)
    if named is not None:
        return await resume(ctx, named)
    wish = _in_player(found, query)
    songs = await _songs(settings)
    selections = await asyncio.to_thread(search, songs, wish.what)
    if not selections and wish.player is None:
        wish = await _in_program(wish)
        selections = await asyncio.to_thread(search, songs, wish.what) if wish.program else []
    if not selections:
        return await _elsewhere(wish, songs, settings)
    chosen = await _choose(ctx, wish.what, selections)
    return await _open(found, wish, chosen, settings)


async def _anything(ctx: Context, found: Found, settings: MediaSettings) -> Reply:
    """ "Play some music": go on, or else the user's own music in any order."""
    try:
        return await resume(ctx, found)
    except NothingToPlay as problem:
        files = [song.file for song in await _songs(settings) if not song.is_list]
        if not files or found.silent:
            raise problem from None
    shuffled = tuple(random.sample(files, min(len(files), _MOST_SHUFFLED)))
    return await _open(found, _Wish(""), Selection("your music", shuffled), settings)


def _by_own_name(found: Found, query: str) -> Found | None:
    """The players of that name and no more: "play Spotify". What they play is not looked at: it may be asked again."""
    said = _APP.sub("", comparable(query))
    names = {name for player in found.players for name in player.names} | set(found.silent)
    longer = {name for name in names if not set(comparable(name).split()) < set(said.split())}  # not "jazz in Spotify"
    return called(found, said) if best(said, longer) else None


def _in_player(found: Found, query: str) -> _Wish:
    where = _WHERE.fullmatch(query)
    named = _by_own_name(found, where["where"]) if where else None
    if where and named and named.silent and not named.players:
        raise SkillError(f"{named.silent[0]} does not answer.")
    return _Wish(where["what"], player=named.players[0]) if where and named and named.players else _Wish(query)


async def _in_program(wish: _Wish) -> _Wish:
    """ "jazz in VLC", where VLC is not running but installed. Asked last: songs have such names too."""
    where = _WHERE.fullmatch(wish.what)
    programs = await asyncio.to_thread(find_programs, where["where"]) if where else []
    return _Wish(where["what"], program=programs[0]) if where and programs else wish


async def _songs(settings: MediaSettings) -> list[Song]:
    folders = [folder.expanduser() for folder in settings.folders] or [music_folder()]
    return await asyncio.to_thread(songs_in, folders, _SCAN)


async def _choose(ctx: Context, said: str, selections: Sequence[Selection]) -> Selection:
    options = {selection.label: selection for selection in selections}
    if len(options) == 1:
        return selections[0]
    if len(options) > _MOST:  # too many to ask: play them all
        return Selection(f"{len(options)} that fit {said}", tuple(file for each in selections for file in each.files))
    return options[await ctx.choose(f"Which do you mean: {', or '.join(options)}?", list(options))]


async def _open(found: Found, wish: _Wish, chosen: Selection, settings: MediaSettings) -> Reply:
    files = [file.absolute() for file in chosen.files]
    player = None
    if wish.program:
        await asyncio.to_thread(open_in_program, wish.program, files)
    else:
        player = await _running(found, wish, files)
        if player is None:
            await _start(files, settings)
    await pause_others(found, player)
    return Reply(f"Playing {chosen.label}.")


async def _running(found: Found, wish: _Wish, files: Sequence[Path]) -> Player | None:
    """The running player that now plays the files, the one in use first. A player that was named must."""
    if wish.player is not None:
        if not wish.player.opens_files or not await open_in_player(wish.player, files):
            raise SkillError(f"I can't tell {wish.player.name} what to play.")
        return wish.player
    able = [player for player in found.players if player.opens_files]
    order = ("playing", "paused", "stopped")
    for player in sorted(able, key=lambda player: order.index(player.state.status))[:1]:
        try:
            return player if await open_in_player(player, files) else None
        except SkillError:  # a program can still be started
            return None
    return None


async def _start(files: Sequence[Path], settings: MediaSettings) -> None:
    if settings.player is None:
        return await open_by_default(str(one_file(files)))
    programs = await asyncio.to_thread(find_programs, settings.player)
    if not programs:
        raise SkillError(f"I can't find {settings.player}, which is player in the settings of media.")
    return await asyncio.to_thread(open_in_program, programs[0], files)


async def _elsewhere(wish: _Wish, songs: Sequence[Song], settings: MediaSettings) -> Reply:
    """The sentence for music that is not there, or a search for it in the browser."""
    if settings.search_url is not None and wish.player is None:
        await open_by_default(settings.search_url.replace("{query}", quote_plus(wish.what)))
        return Reply(f"I don't have {wish.what}, so I opened a search for it.")
    if wish.player is not None and not wish.player.opens_files:
        raise SkillError(f"I can't tell {wish.player.name} what to play.")
    if not songs:
        raise SkillError("I find no music here. Name its folders in the settings of media.")
    raise SkillError(f"I can't find {wish.what} in your music.")
