"""The songs in the user's music folders: their names, and their tags where the package tinytag is installed.

Tags are read once: what was read is kept in the cache, and a folder too large for one go is gone through over the next
searches.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import TypeAdapter, ValidationError

from otto import paths
from otto.players.music import Song, song_of_file
from otto.players.player import MEDIA_SUFFIXES, clean

MOST_SONGS = 50_000
_LIST_SUFFIXES = {".m3u", ".m3u8", ".pls"}


class _Tags(NamedTuple):
    """What a file says of itself, and when it was changed."""

    changed: float
    title: str = ""
    artist: str = ""
    album: str = ""
    genre: str = ""
    number: int = 0


_KEPT = TypeAdapter(dict[str, _Tags])


def music_folder() -> Path:
    """The folder that the desktop keeps for music."""
    import platformdirs

    return platformdirs.user_music_path()


def songs_in(folders: Sequence[Path], seconds: float) -> list[Song]:
    """The songs and playlists in these folders, in the time given. Blocks: use it in a thread."""
    ends = time.monotonic() + seconds
    songs = [song for folder in folders for song in _walk(folder, ends)][:MOST_SONGS]
    return _with_tags(songs, ends)


def _walk(folder: Path, ends: float) -> Iterator[Song]:
    for place, subfolders, names in os.walk(folder):  # it follows no links to folders, so it ends
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        for name in sorted(names):
            file = Path(place, name)
            suffix = file.suffix.lower()
            # a name that cannot be printed cannot be said, nor stand in a playlist
            if suffix in MEDIA_SUFFIXES | _LIST_SUFFIXES and name.isprintable() and file.is_file():
                yield song_of_file(file, folder)
        if time.monotonic() > ends:
            return


def _with_tags(songs: list[Song], ends: float) -> list[Song]:
    try:
        import tinytag  # noqa: F401
    except ImportError:
        return songs
    store = paths.cache_dir() / "music-tags.json"
    kept = _load(store)
    known = {}
    for song in songs:
        if song.is_list:
            continue
        changed = _changed(song.file)
        tags = kept.get(str(song.file))
        if tags is not None and tags.changed == changed:
            known[str(song.file)] = tags
        elif changed is not None and time.monotonic() < ends:
            known[str(song.file)] = _read(song.file, changed)
    if known != kept:
        _save(store, known)
    return [_tagged(song, known.get(str(song.file))) for song in songs]


def _tagged(song: Song, tags: _Tags | None) -> Song:
    if tags is None:
        return song
    said = {name: value for name, value in tags._asdict().items() if name != "changed" and value}
    return replace(song, **said)


def _read(file: Path, changed: float) -> _Tags:
    from tinytag import TinyTag

    try:
        tags: Any = TinyTag.get(file, duration=False)
    except Exception:  # a damaged file can raise nearly anything; it is then known by its name
        return _Tags(changed)
    number = tags.track if isinstance(tags.track, int) and 0 < tags.track < 10_000 else 0
    return _Tags(changed, clean(tags.title), clean(tags.artist), clean(tags.album), clean(tags.genre), number)


def _changed(file: Path) -> float | None:
    try:
        return file.stat().st_mtime
    except OSError:
        return None


def _load(store: Path) -> dict[str, _Tags]:
    try:
        return _KEPT.validate_json(store.read_bytes())
    except (OSError, ValidationError):
        return {}


def _save(store: Path, known: dict[str, _Tags]) -> None:
    part = store.with_suffix(f".{os.getpid()}.part")
    try:
        store.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(_KEPT.dump_json(known))
        part.replace(store)
    except OSError:  # a full disk: the tags are read again
        part.unlink(missing_ok=True)
