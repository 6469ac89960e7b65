"""Spoken colors of light: the names of CSS, which Home Assistant knows too, and the whites by their temperature."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from otto.arguments import comparable

WHITES = {  # kelvin, as lamps are sold
    "candlelight": 2000,
    "very warm white": 2200,
    "warm white": 2700,
    "warm": 2700,
    "soft white": 3000,
    "white": 4000,
    "neutral white": 4000,
    "natural white": 4000,
    "neutral": 4000,
    "cool white": 5000,
    "cold white": 5000,
    "cool": 5000,
    "cold": 5000,
    "bright white": 5000,
    "daylight": 6000,
    "daylight white": 6000,
}
_FLOOR = 85.0  # "turquoise" for "turqoise", nothing for "loud"


@dataclass(frozen=True)
class Color:
    """A color by its spoken name: either ``css``, a name of CSS, or ``kelvin``, the temperature of a white."""

    spoken: str
    css: str | None = None
    kelvin: int | None = None


def color_of(words: str) -> Color | None:
    """The color that is meant; None when it is none, or could be two."""
    from otto.matching import best

    said = comparable(words).replace("grey", "gray").replace("-", " ").removesuffix(" light").removesuffix(" color")
    if said in WHITES:
        return Color(said, kelvin=WHITES[said])
    if said.replace(" ", "") in _css():
        return Color(said, css=said.replace(" ", ""))
    near = best(said.replace(" ", ""), [*_css(), *WHITES], floor=_FLOOR)
    if len(near) != 1:
        return None
    return Color(near[0], kelvin=WHITES[near[0]]) if near[0] in WHITES else Color(near[0], css=near[0])


@functools.cache
def _css() -> frozenset[str]:
    import webcolors  # type: ignore[import-untyped]

    return frozenset(webcolors.names("css3")) - {"black"}  # no light is black
