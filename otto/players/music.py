"""Which songs are meant by spoken words: a song, an album, an artist, a genre or a playlist. Pure rules over names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from otto.arguments import comparable
from otto.matching import FLOOR, NEAR, likeness

Kind = Literal["artist", "album", "genre", "playlist", "song"]

_LIST_SUFFIXES = (".m3u", ".m3u8", ".pls")
_MOST_NAMES = 6  # words of a name beyond which it must be said nearly whole
_COVERED = 0.6  # of the letters said that a shorter name must have: "Up" is not "never gonna give you up"
_SAID_KINDS: dict[str, Kind] = {
    "song": "song",
    "track": "song",
    "album": "album",
    "record": "album",
    "artist": "artist",
    "band": "artist",
    "singer": "artist",
    "playlist": "playlist",
}
_KIND_FIRST = re.compile(rf"(?P<kind>{'|'.join(_SAID_KINDS)}) (?:called |named )?(?P<name>.+)")
_KIND_LAST = re.compile(r"(?P<name>.+) (?P<kind>song|album|playlist)")
_BY = re.compile(
    r"(?:(?:some|more|any)? ?(?:music|songs?|something|anything|tracks|tunes|stuff)|some|more) (?:by|from) (.+)"
)
_FILLER = re.compile(
    r"^(?:(?:some|any|more|(?:a )?bit of|(?:a )?little|my|the) )+(?=.)|(?<=.) (?:music|songs|tracks|tunes)$"
)


@dataclass(frozen=True)
class Song:
    """A file to play and what is known of it; ``number`` is its place on the album, 0 where unknown."""

    file: Path
    title: str
    artist: str = ""
    album: str = ""
    genre: str = ""
    number: int = 0

    @property
    def is_list(self) -> bool:
        """Whether the file is a playlist."""
        return self.file.suffix.lower() in _LIST_SUFFIXES


_Key = tuple[str, str]  # name and artist, both as they are compared
_Kinds = dict[Kind, dict[_Key, list[Song]]]


@dataclass(frozen=True)
class Selection:
    """Something to play: what to call it aloud, and its files in order."""

    label: str
    files: tuple[Path, ...]


def search(songs: Iterable[Song], said: str) -> list[Selection]:
    """What the words mean: nothing, one selection, or several of one kind that are as near.

    The kind may be said ("the album Blue", "something by Some Band"); of kinds that fit as well an artist goes before
    an album, a genre, a playlist and a song.
    """
    kinds = _by_kind(songs)
    whole = comparable(said)
    kind, name = _kind_said(whole)
    found = _nearest(kinds, name, kind)
    if not found and kind is not None:  # "Song 2" is a song
        found = _nearest(kinds, whole, None)
    plain = _FILLER.sub("", name)  # "some jazz music"
    return found if found or plain == name else _nearest(kinds, plain, kind)


def _nearest(kinds: _Kinds, name: str, kind: Kind | None) -> list[Selection]:
    top, found = 0.0, list[Selection]()
    for each, named in kinds.items():
        if kind not in (None, each):
            continue
        scores = {key: _score(each, name, key) for key in named}
        best = max(scores.values(), default=0.0)
        if best >= FLOOR and best > top:
            near = sorted((key for key in scores if scores[key] > best - _tie(best)), key=lambda key: -scores[key])
            top, found = best, [_selection(each, named[key]) for key in near]
    return found


def song_of_file(file: Path, folder: Path) -> Song:
    """What the name of a file in a music folder says: "Some Band/Colours/03 - Blue.flac"."""
    stem = re.sub(r"^\d{1,3}(?:[\s._-]+|$)(?=\S)", "", file.stem.replace("_", " ")).strip() or file.stem
    parts = [part for part in re.split(r"\s+-\s+", stem) if part]
    above = file.relative_to(folder).parts[:-1]
    artist = parts[0] if len(parts) > 1 else above[-2] if len(above) > 1 else ""
    number = re.match(r"\d{1,3}(?=[\s._-])", file.stem)
    return Song(
        file, parts[-1] if parts else stem, artist, above[-1] if above else "", "", int(number[0]) if number else 0
    )


def _kind_said(said: str) -> tuple[Kind | None, str]:
    if by := _BY.fullmatch(said):
        return "artist", by[1]
    if found := _KIND_FIRST.fullmatch(said) or _KIND_LAST.fullmatch(said):
        return _SAID_KINDS[found["kind"]], found["name"]
    return None, said


def _by_kind(songs: Iterable[Song]) -> _Kinds:
    kinds: _Kinds = {"artist": {}, "album": {}, "genre": {}, "playlist": {}, "song": {}}
    for song in songs:
        for kind, name, artist in _names(song):
            if name:
                kinds[kind].setdefault((comparable(name), comparable(artist)), []).append(song)
    return kinds


def _names(song: Song) -> Iterator[tuple[Kind, str, str]]:
    if song.is_list:
        yield "playlist", song.title, ""
        return
    yield "artist", song.artist, ""
    yield "album", song.album, ""  # an album may have several artists
    yield "genre", song.genre, ""
    yield "song", song.title, song.artist


def _score(kind: Kind, said: str, key: _Key) -> float:
    """How well the words fit a name, 0 to 100; a song may be said with its artist: "blue by some band"."""
    name, artist = key
    score = _fit(said, name)
    if kind == "song" and artist:
        if sorted(said.split()) == sorted(f"{name} {artist}".split()):
            return 99.0
        title, by, who = said.rpartition(" by ")
        if by:
            score = max(score, min(_fit(title, name), _fit(who, artist)))
    return score


def _fit(said: str, name: str) -> float:
    short = len(name) < _COVERED * len(said) or len(said.split()) * _MOST_NAMES < len(name.split())
    return 0.0 if short else likeness(said, name)


def _tie(top: float) -> float:
    return NEAR if top < 99 else 0.5


def _selection(kind: Kind, songs: list[Song]) -> Selection:
    first = songs[0]
    by = f" by {first.artist}" if first.artist else ""
    if kind == "song":  # the same song may be there twice
        return Selection(f"{first.title}{by}", (first.file,))
    ordered = sorted(songs, key=lambda song: (song.album, song.number, song.file))
    files = tuple(song.file for song in ordered)
    if kind == "album":
        by = by if len({comparable(song.artist) for song in songs}) == 1 else ""
        return Selection(f"the album {first.album}{by}", files)
    if kind == "playlist":
        return Selection(f"the playlist {first.title}", files[:1])
    return Selection(f"music by {first.artist}" if kind == "artist" else f"{first.genre} music", files)
