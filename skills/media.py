"""Music and video players."""

from __future__ import annotations

from typing import Literal

from otto.players import players
from otto.players.control import halt, meant, resume, skip
from otto.players.playing import MediaSettings, play
from otto.skill import Context, Reply, skill


@skill(permission="acts", settings=MediaSettings, timeout=30)
async def media(
    ctx: Context, action: Literal["play", "pause", "resume", "stop", "next", "previous"], query: str | None = None
) -> Reply:
    """Controls music and videos. Query is the music or the player, if said.

    Controls the players that are running (on Linux those that speak MPRIS, which is nearly all). Pause and stop are for
    all that play, next and previous for the one that plays, resume for the one that is paused; where two could be
    meant, Otto asks. The query may name a player ("Spotify"), or what it plays.

    Play with a query finds a song, album, artist, genre or playlist in your own music, by its tags and file names, and
    opens it in the player that is running, else in the program that [skills.media] names as player, else in the
    desktop's default; "in VLC" at its end names another. Whatever else was playing is paused. MPRIS has no search, so
    music that you don't have is only looked for on the web, and only if [skills.media] names a search_url.
    """
    settings = ctx.settings(MediaSettings, "media")
    async with players(settings.timeout) as found:
        match action:
            case "play":
                return await play(ctx, found, query, settings)
            case "resume":
                return await resume(ctx, meant(found, query))
            case "pause" | "stop":
                return await halt(meant(found, query), action)
            case _:
                return await skip(ctx, meant(found, query), action)
