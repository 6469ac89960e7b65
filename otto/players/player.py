"""What a media player is to Otto, whatever it is reached through."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal, Protocol

Status = Literal["playing", "paused", "stopped"]
Command = Literal["play", "pause", "stop", "next", "previous"]

MEDIA_SUFFIXES = frozenset(
    ".mp3 .flac .ogg .oga .opus .m4a .m4b .aac .wav .wma .aif .aiff .ape .mka .mp4 .m4v .mkv .webm .avi .mov".split()
)
_SPOKEN = 80  # characters of a title that are worth hearing
_READ = 1000  # characters of it that are looked at


@dataclass(frozen=True)
class Track:
    """What is played. ``address`` is its URL where the player tells it."""

    title: str = ""
    artist: str = ""
    address: str = ""

    def __str__(self) -> str:
        """ "Blue by Some Band", "Blue", or nothing where nothing is known."""
        return f"{self.title} by {self.artist}" if self.title and self.artist else self.title

    def is_other(self, before: Track) -> bool:
        """Whether it is known, and another one than before. Its title may change while its tags are being read."""
        if self.address and before.address:
            return self.address != before.address
        return bool(self.title) and self != before


@dataclass(frozen=True)
class State:
    """What a player does at one moment."""

    status: Status = "stopped"
    track: Track = Track()


class Player(Protocol):
    """A player that is running. Every method raises SkillError when the player refuses or does not answer in time."""

    @property
    def name(self) -> str:
        """What it is called aloud: "VLC media player"."""

    @property
    def names(self) -> tuple[str, ...]:
        """All that it may be called."""

    @property
    def state(self) -> State:
        """What it did when it was found."""

    @property
    def refuses(self) -> frozenset[Command]:
        """The commands that it says it cannot follow now."""

    @property
    def opens_files(self) -> bool:
        """Whether `open` is worth a try."""

    async def now(self) -> State:
        """What it does now. A player that has closed is stopped."""

    async def tell(self, command: Command) -> None:
        """Ask for it; `now` says later whether it happened."""

    async def open(self, address: str) -> None:
        """Play a file, given as a file: URL."""


@dataclass(frozen=True)
class Found:
    """The players that are running, and the names of those that did not answer.

    ``problem`` is the sentence to say when there are none.
    """

    players: tuple[Player, ...] = ()
    silent: tuple[str, ...] = ()
    problem: str = "No music or video player is running."


def clean(text: object) -> str:
    """A player's text fit to be said: one short line without control characters. What is no text is empty."""
    if not isinstance(text, str):
        return ""
    text = "".join(" " if unicodedata.category(letter) == "Cc" else letter for letter in text[:_READ])
    text = " ".join("".join(letter for letter in text if unicodedata.category(letter)[0] != "C").split())
    stem, dot, suffix = text.rpartition(".")  # a file without a title is called by its name
    text = stem if stem and dot + suffix.lower() in MEDIA_SUFFIXES else text
    return text if len(text) <= _SPOKEN else re.sub(r"\s+\S*$", "", text[:_SPOKEN])
