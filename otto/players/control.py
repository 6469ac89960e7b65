"""What one asks of players: which of them is meant, telling it, and seeing whether it did."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from typing import Literal
from urllib.parse import urlsplit

from otto.arguments import comparable
from otto.context import Context, Reply
from otto.errors import SkillError
from otto.matching import best
from otto.players.player import Found, Player, State
from otto.spoken import join_words

WAIT = 2.0  # seconds in which a player does what it was told
_LOOK = 0.05
_STEADY = 0.2  # a new track has its file's name for a title until its tags are read
_MOST = 4  # options that a person can keep in mind
_ANY = {
    *"music|song|songs|track|tune|video|movie|film|podcast|radio|audio|audiobook|book|sound|playback|player".split("|"),
    *"playlist|album|media|media player|music player|video player|it|this|that|one|everything|all|them".split("|"),
    *"all of them|this song|that song|this track|this one|something|anything|something else|any song".split("|"),
    *"some music|some songs|some tunes|more music|music again|song again".split("|"),
}
_PLACE = re.compile(r"(?:in|on|with|using|from|through)\s+(?:the\s+)?(.+)", re.IGNORECASE)


class NothingToPlay(SkillError):
    """No player has anything that it could go on with."""


def says_nothing(query: str | None) -> bool:
    """Whether the words name no player and no music: "the music", "it"."""
    return query is None or comparable(query) in _ANY


def called(found: Found, name: str) -> Found | None:
    """The players that a spoken name means, by their own names, or else by what they play. None when there is none."""
    name = place[1] if (place := _PLACE.fullmatch(name)) else name
    own = {each: player for player in found.players for each in player.names}
    what = {each: player for player in found.players for each in _playing(player.state)}
    silent = {each: each for each in found.silent}
    meant = best(name, own.keys() | silent.keys()) or best(name, what)
    players = [(own | what)[each] for each in meant if each in own or each in what]
    unique = tuple(player for player in found.players if player in players)
    same = {comparable(player.name) for player in unique}  # two windows of one program have one name
    unique += tuple(other for other in found.players if comparable(other.name) in same and other not in unique)
    if not meant:
        return None
    return Found(unique, tuple(each for each in meant if each in silent))


def meant(found: Found, query: str | None) -> Found:
    """The players that the words leave. Raises SkillError when a named player is not there."""
    if query is None or says_nothing(query) or not (found.players or found.silent):
        return found
    named = called(found, query)
    if named is None:
        there = join_words(list(dict.fromkeys(player.name for player in found.players))[:_MOST])
        raise SkillError(f"I see no player called {query}.{f' There is {there}.' if there else ''}")
    return named


async def halt(found: Found, command: Literal["pause", "stop"]) -> Reply:
    """Pause or stop all players that play; where none plays, stop those that are paused."""
    halting = _with(found, "playing") or (_with(found, "paused") if command == "stop" else [])
    if not halting:
        raise _nothing(found)
    if command == "pause" and all("pause" in player.refuses for player in halting):
        raise SkillError(f"{halting[0].name} can't be paused.")
    results = await asyncio.gather(*(_halt(player, command) for player in halting), return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
    done = "Paused" if command == "pause" else "Stopped"
    names = list(dict.fromkeys(player.name for player in halting))
    notice = join_words([str(player.state.track) for player in halting if str(player.state.track)])
    return Reply(f"{done}." if len(names) == 1 else f"{done} {join_words(names)}.", notice=notice or None)


async def resume(ctx: Context, found: Found) -> Reply:
    """Go on with what is paused, or else with a player that stands still."""
    paused = _with(found, "paused")
    if not paused and (playing := _with(found, "playing")):
        track = str(playing[0].state.track)
        return Reply(f"{track or playing[0].name} is already playing.")
    able = [player for player in paused or found.players if "play" not in player.refuses]
    if not able:
        raise _silent(found) or NothingToPlay("There is nothing to go on with." if found.players else found.problem)
    player = await _one(ctx, able)
    await player.tell("play")
    state = await _until(player, lambda state: state.status == "playing")
    if state.status != "playing":
        raise NothingToPlay(f"{player.name} has nothing to play.")
    return _playing_reply(player, state)


async def skip(ctx: Context, found: Found, command: Literal["next", "previous"]) -> Reply:
    """The next or previous track of the player that plays, or else of the one that is paused."""
    able = _with(found, "playing") or _with(found, "paused")
    if not able:
        raise _nothing(found)
    player = await _one(ctx, able)
    if command in player.refuses:
        raise SkillError(f"{player.name} has no {command} track.")
    before = player.state
    await player.tell(command)
    state = await _until(player, lambda state: state.track.is_other(before.track), _STEADY)
    if state.status == "stopped":
        return Reply("That was the last track." if command == "next" else "That was the first track.")
    if str(before.track) and not state.track.is_other(before.track):
        return Reply(f"{player.name} stays with {before.track}.")
    return _playing_reply(player, state) if state.status == "playing" else Reply(f"Next is {state.track}, paused.")


async def pause_others(found: Found, player: Player | None) -> None:
    """Pause what else is playing, as far as it lets itself be paused."""
    others = [other for other in _with(found, "playing") if other is not player]
    await asyncio.gather(*(other.tell("pause") for other in others), return_exceptions=True)


async def _halt(player: Player, command: Literal["pause", "stop"]) -> None:
    await player.tell(command)
    state = await _until(player, lambda state: state.status != "playing")
    if state.status == "playing":
        raise SkillError(f"{player.name} goes on playing.")


async def _until(player: Player, done: Callable[[State], bool], steady: float = 0.0) -> State:
    """The player's state once it is as wanted and stays so for ``steady`` seconds, or after `WAIT` what it is then."""
    clock = asyncio.get_running_loop().time
    ends, since, last = clock() + WAIT, clock(), None
    while True:
        state = await player.now()
        if state != last:
            since, last = clock(), state
        if (done(state) and clock() - since >= steady) or clock() > ends:
            return state
        await asyncio.sleep(_LOOK)


async def _one(ctx: Context, players: Sequence[Player]) -> Player:
    """The only one, or the one that the user chooses."""
    options: dict[str, Player] = {}
    for player in players[:_MOST]:
        track = str(player.state.track)
        label = f"{player.name} with {track}" if track else player.name
        options.setdefault(label, player)  # two that cannot be told apart are as good as each other
    if len(options) == 1:
        return players[0]
    return options[await ctx.choose(f"Which player do you mean: {', or '.join(options)}?", list(options))]


def _with(found: Found, status: str) -> list[Player]:
    return [player for player in found.players if player.state.status == status]


def _playing(state: State) -> list[str]:
    """What is played, as it may be named: title, artist, and the site it comes from ("youtube")."""
    try:
        host = urlsplit(state.track.address).hostname or ""
    except ValueError:
        host = ""
    site = host.split(".")[-2] if host.count(".") else ""
    return [name for name in (state.track.title, state.track.artist, site) if name]


def _playing_reply(player: Player, state: State) -> Reply:
    track = str(state.track)
    return Reply(f"Playing {track}." if track else f"{player.name} is playing.")


def _nothing(found: Found) -> SkillError:
    return _silent(found) or SkillError("Nothing is playing." if found.players else found.problem)


def _silent(found: Found) -> SkillError | None:
    return SkillError(f"{join_words(list(found.silent[:_MOST]))} does not answer.") if found.silent else None
