"""Which songs are meant, from the names and tags of files."""

import os
import time
from pathlib import Path

import pytest

from otto import paths
from otto.players.folders import songs_in
from otto.players.music import Song, search, song_of_file
from tests.session_bus import write_song

MUSIC = Path("/music")


def song(title: str, artist: str = "", album: str = "", genre: str = "", number: int = 0) -> Song:
    return Song(MUSIC / f"{artist}-{album}-{title}.mp3", title, artist, album, genre, number)


LIBRARY = [
    song("Blue Train", "John Coltrane", "Blue Train", "Jazz", 1),
    song("Moment's Notice", "John Coltrane", "Blue Train", "Jazz", 2),
    song("Jazz Police", "Leonard Cohen", "I'm Your Man"),
    song("Stand by Me", "Ben E. King"),
    song("Stand by Me", "Oasis", "Be Here Now"),
    song("Song 2", "Blur", "Blur"),
    song("Beetlebum", "Blur", "Blur"),
    song("Up", "Somebody"),
    song("Déjà Vu", "Beyoncé"),
    song("Running Up That Hill", "Kate Bush"),
    Song(MUSIC / "Workout.m3u8", "Workout"),
    *(song(f"Love {word}", f"Singer {word}") for word in ("Me", "You", "Her", "Them", "Us")),
]


@pytest.mark.parametrize(
    ("said", "label", "count"),
    [
        ("moment's notice", "Moment's Notice by John Coltrane", 1),
        ("moments notice", "Moment's Notice by John Coltrane", 1),
        ("John Coltrane", "music by John Coltrane", 2),
        ("some Coltrane", "music by John Coltrane", 2),
        ("something by john coltrane", "music by John Coltrane", 2),
        ("songs by Coltrane", "music by John Coltrane", 2),
        ("the album Blue Train", "the album Blue Train by John Coltrane", 2),
        ("the Blue Train album", "the album Blue Train by John Coltrane", 2),
        ("blue train", "the album Blue Train by John Coltrane", 2),
        ("the song blue train", "Blue Train by John Coltrane", 1),
        ("blue train by john coltrane", "Blue Train by John Coltrane", 1),
        ("john coltrane blue train", "Blue Train by John Coltrane", 1),
        ("jazz", "Jazz music", 2),
        ("some jazz", "Jazz music", 2),
        ("jazz music", "Jazz music", 2),
        ("a bit of jazz", "Jazz music", 2),
        ("jazz police", "Jazz Police by Leonard Cohen", 1),
        ("stand by me by oasis", "Stand by Me by Oasis", 1),
        ("song 2", "Song 2 by Blur", 1),
        ("song two", None, 0),
        ("Blur", "music by Blur", 2),
        ("deja vu", "Déjà Vu by Beyoncé", 1),
        ("beyonce", "music by Beyoncé", 1),
        ("my workout playlist", "the playlist Workout", 1),
        ("running up that hill", "Running Up That Hill by Kate Bush", 1),
        ("never gonna give you up", None, 0),
        ("metal", None, 0),
        ("", None, 0),
        ("...", None, 0),
    ],
)
def test_what_is_meant(said: str, label: str | None, count: int) -> None:
    found = search(LIBRARY, said)
    assert [each.label for each in found] == ([label] if label else [])
    assert sum(len(each.files) for each in found) == count


def test_two_songs_of_one_name_are_both_meant() -> None:
    assert [each.label for each in search(LIBRARY, "stand by me")] == [
        "Stand by Me by Ben E. King",
        "Stand by Me by Oasis",
    ]


def test_a_word_of_many_titles_means_them_all() -> None:
    assert len(search(LIBRARY, "love")) == 5


def test_an_album_is_in_its_order() -> None:
    [album] = search(reversed(LIBRARY), "album blue train")
    assert [file.stem for file in album.files] == [
        "John Coltrane-Blue Train-Blue Train",
        "John Coltrane-Blue Train-Moment's Notice",
    ]


@pytest.mark.parametrize(
    ("name", "title", "artist", "album", "number"),
    [
        ("Blue.mp3", "Blue", "", "", 0),
        ("Some Band - Blue.mp3", "Blue", "Some Band", "", 0),
        ("03 - Blue.mp3", "Blue", "", "", 3),
        ("03. Blue.mp3", "Blue", "", "", 3),
        ("Some Band/Colours/03_some_blue.ogg", "some blue", "Some Band", "Colours", 3),
        ("Some Band/Colours/03 - Some Band - Blue.ogg", "Blue", "Some Band", "Colours", 3),
        ("99.mp3", "99", "", "", 0),
        ("1999 Prince.mp3", "1999 Prince", "", "", 0),
        ("- .mp3", "-", "", "", 0),
    ],
)
def test_what_a_files_name_says(name: str, title: str, artist: str, album: str, number: int) -> None:
    said = song_of_file(MUSIC / name, MUSIC)
    assert (said.title, said.artist, said.album, said.number) == (title, artist, album, number)


# Real folders


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "music"


def test_tags_are_read_and_kept_until_the_file_changes(folder: Path) -> None:
    pytest.importorskip("tinytag")
    file = write_song(folder / "x.flac", "Blue", "Some Band", "Colours", 4, seconds=1)
    assert songs_in([folder], 5) == [Song(file, "Blue", "Some Band", "Colours", "", 4)]
    kept = paths.cache_dir() / "music-tags.json"
    kept.write_text(kept.read_text().replace("Blue", "Kept"))
    assert songs_in([folder], 5)[0].title == "Kept"
    os.utime(file, (1, 1))
    assert songs_in([folder], 5)[0].title == "Blue"


@pytest.mark.parametrize("content", ["", "{", '{"a": 1}', "[" * 100_000])
def test_a_damaged_cache_is_read_anew(folder: Path, content: str) -> None:
    write_song(folder / "x.flac", "Blue", seconds=1)
    paths.cache_dir().mkdir(parents=True)
    (paths.cache_dir() / "music-tags.json").write_text(content)
    assert songs_in([folder], 5)[0].title == "Blue"


def test_damaged_files_are_known_by_their_names(folder: Path) -> None:
    folder.mkdir()
    for suffix in ("mp3", "flac", "ogg", "m4a", "wav", "wma", "aiff"):
        (folder / f"Some Band - {suffix}.{suffix}").write_bytes(b"ID3\xff\xfe" + bytes(range(256)) * 4)
    assert {song.artist for song in songs_in([folder], 5)} == {"Some Band"}


def test_what_is_no_music_is_left_out(folder: Path) -> None:
    folder.mkdir()
    for name in ("cover.jpg", "notes.txt", ".hidden.mp3.part", "line\nbreak.mp3"):
        (folder / name).touch()
    (folder / ".trash").mkdir()
    (folder / ".trash/old.mp3").touch()
    (folder / "folder.mp3").mkdir()
    os.mkfifo(folder / "pipe.mp3")
    (folder / "loop").symlink_to(folder)
    assert songs_in([folder, folder / "nowhere"], 5) == []


def test_a_search_ends_in_time(folder: Path) -> None:
    for number in range(20):
        write_song(folder / f"{number}/Song {number}.wav", seconds=1)
    started = time.monotonic()
    assert len(songs_in([folder], 0)) < 20
    assert time.monotonic() - started < 1
