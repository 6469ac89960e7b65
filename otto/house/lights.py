"""Which lamps are meant, what each of them can do of what is wanted, and the words for what was done."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from otto.arguments import comparable
from otto.errors import SkillError
from otto.house.colors import Color
from otto.house.homeassistant import House, Lamp
from otto.matching import best, pick
from otto.spoken import join_words

if TYPE_CHECKING:
    from otto.context import Context

Changes = Mapping[str, str | int]

_LIGHTS = r"(?:the |my )?(?:lights?|lamps?)"
_SOME = re.compile(_LIGHTS)
_ALL = re.compile(rf"all|everything|everywhere|all of them|(?:the )?whole house|(?:all|all of|every) {_LIGHTS}")
_IN_A_ROOM = re.compile(rf"(?:all |all of )?{_LIGHTS} (?:in|of|on|at) (?:the |my )?(?P<room>.+)")
_OF_A_ROOM = re.compile(r"(?:all |all of )?(?:the |my )?(?P<room>.+?)(?:'s)? (?:lights|lamps|lighting)")
_ROOM_FLOOR = 85.0  # of 100: a room must be heard well before "... lights" means all that is in it
_ALOUD = 3  # names; more are counted


@dataclass(frozen=True)
class Group:
    """Lamps that are meant together; ``place`` is their room, ``whole`` when they are all there are."""

    lamps: tuple[Lamp, ...]
    place: str | None = None
    whole: bool = False


@dataclass(frozen=True)
class Wish:
    """What the lamps should do; ``brightness`` is in percent."""

    on: bool
    brightness: int | None = None
    color: Color | None = None

    def fits(self, lamp: Lamp) -> bool:
        """Whether the lamp can do it."""
        if self.brightness is not None and not lamp.dims:
            return False
        return self.color is None or (lamp.colored if self.color.css else lamp.tunable)

    def changes(self, lamp: Lamp) -> Changes:
        """What is sent for this lamp: a white that it cannot do becomes its nearest."""
        changes: dict[str, str | int] = {}
        if self.brightness is not None:
            changes["brightness_pct"] = self.brightness
        if self.color is not None and self.color.css is not None:
            changes["color_name"] = self.color.css
        elif self.color is not None and self.color.kelvin is not None:
            low, high = lamp.kelvin or (self.color.kelvin, self.color.kelvin)
            changes["color_temp_kelvin"] = min(max(self.color.kelvin, low), high)
        return changes

    def __str__(self) -> str:
        """ "on", "red at 40 percent"."""
        words = [self.color.spoken] if self.color else []
        words += [f"at {self.brightness} percent"] if self.brightness is not None else []
        return " ".join(words) or ("on" if self.on else "off")


async def choose_lamps(ctx: Context, house: House, name: str | None, default_room: str | None) -> Group:
    """The lamps that a name means: a lamp, a room, or all of them. The user is asked where two are as near.

    No name, and just "the lights", are the lights of the default room, or else all.
    Raises SkillError when there are no such lamps.
    """
    if not house.lamps:
        raise SkillError("Home Assistant has no lights.")
    said = comparable(name or "")
    if not said or (_SOME.fullmatch(said) and said not in {comparable(lamp.name) for lamp in house.lamps}):
        name = default_room or "all"
        said = comparable(name)
    if _ALL.fullmatch(said):
        return Group(_without_groups(house.lamps), whole=True)
    named: dict[str, Group] = {}
    for lamp in house.lamps:  # two lamps of one name are switched together
        named[lamp.name] = Group((*(named[lamp.name].lamps if lamp.name in named else ()), lamp))
    rooms = {room: Group(_without_groups(lamps), room) for room, lamps in house.rooms.items()}
    within = _IN_A_ROOM.fullmatch(said) or _OF_A_ROOM.fullmatch(said)
    if within and said not in map(comparable, named):
        found = best(within["room"], rooms, _ROOM_FLOOR)
        if len(found) == 1:
            return rooms[found[0]]
    return await pick(ctx, name or "", {**named, **rooms}, "lamp or room")


def report(wish: Wish, group: Group, done: Sequence[Lamp]) -> str:
    """What was done, and which lamps could not. Raises SkillError when none could."""
    away = [lamp for lamp in group.lamps if not lamp.available]
    unable = [lamp for lamp in group.lamps if lamp.available and lamp not in done]
    remarks = [f"{_names(away)} can't be reached."] if away else []
    if unable:
        remarks.append(f"{_names(unable)} can't {'change color' if wish.color else 'be dimmed'}.")
    if not done:
        raise SkillError(" ".join(remarks))
    return " ".join([f"{_subject(group, done, bool(remarks))} {wish}.", *remarks])


def _without_groups(lamps: Iterable[Lamp]) -> tuple[Lamp, ...]:
    """The lamps less the groups whose lights are among them."""
    lamps = tuple(lamps)
    ids = {lamp.id for lamp in lamps}
    return tuple(lamp for lamp in lamps if not lamp.members or not lamp.members <= ids)


def _subject(group: Group, done: Sequence[Lamp], not_all: bool) -> str:
    """ "Desk Lamp is", "The 3 lights in Kitchen are", "All 7 lights are"."""
    if len(done) == 1:
        return f"{done[0].name} is"
    count = f"{'The' if not_all or not group.whole else 'All'} {len(done)}"
    return f"{count} lights in {group.place} are" if group.place else f"{count} lights are"


def _names(lamps: Sequence[Lamp]) -> str:
    return join_words([lamp.name for lamp in lamps]) if len(lamps) <= _ALOUD else f"{len(lamps)} lights"
