"""Units of measure by their spoken names, and conversion between them with pint.

A unit's name is only ever looked up, never parsed as an expression: pint would compute "9**9**9 m". What a name may be
made of besides: "square" and "cubic", "squared" and "cubed", "per" and "/".

Where a name means several units: cups, spoons, pints, quarts and gallons are those of the US ("imperial pint" or "UK
pint" for the other), a fluid ounce too; "ounces" are mass, but fluid ounces beside a volume; a "ton" is the US ton of
2,000 pounds ("tonne", "metric ton", "long ton" for the others); "calories" are small ones, "kilocalories" or "food
calories" the ones on food; a "barrel" is one of oil; "degrees" are an angle, but Fahrenheit beside Celsius and Celsius
beside Fahrenheit or kelvin; a month and a year have their mean length; a kilobyte has 1,000 bytes ("kibibyte": 1,024).
"""

from __future__ import annotations

import functools
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from otto.arguments import comparable
from otto.errors import SkillError
from otto.measures.spoken_numbers import say_number
from otto.measures.unit_names import DEFINITIONS, NAMES, SAID

if TYPE_CHECKING:
    import pint

_MAX_NAME = 60
_ALIASES = {alias.replace("_", " "): name for name, aliases in NAMES.items() for alias in aliases.split()}
_TEMPERATURES = ("degree_Celsius", "degree_Fahrenheit", "kelvin")
_POWERS = {"square": 2, "sq": 2, "squared": 2, "cubic": 3, "cu": 3, "cubed": 3}
_VOLUME = {"[length]": 3}


@dataclass(frozen=True)
class Unit:
    """A unit as a product of powers of pint's units, and how one and how many of it are called."""

    factors: tuple[tuple[str, int], ...]
    one: str
    many: str

    @property
    def is_temperature(self) -> bool:
        return len(self.factors) == 1 and self.factors[0][0] in _TEMPERATURES and self.factors[0][1] == 1

    def say(self, number: str) -> str:
        """ "1" -> "1 mile", "8.05" -> "8.05 miles"."""
        return f"{number} {self.one if number in ('1', 'minus 1') else self.many}"


def find_unit(said: str) -> Unit | None:
    """The unit of that name, or None: "miles", "km/h", "square feet", "pounds per square inch"."""
    words = _words(said)
    if not words or len(words) > _MAX_NAME:
        return None
    if words in _ALIASES:
        return _product([(_ALIASES[words], 1)])
    above, *below = re.split(r" per | (?:an?|each|every) ", words)
    parts = [(_power(above), 1), *((_power(part), -1) for part in below[:3])]
    factors = [(part[0], sign * part[1]) for part, sign in parts if part is not None]
    return _product(factors) if len(factors) == 1 + len(below) else None


def unit_pair(said: str, to: str) -> tuple[Unit, Unit]:
    """Both units of a conversion, each where needed understood by the other. Raises SkillError for an unknown one."""
    units = [find_unit(said), find_unit(to)]
    for name, unit in zip((said, to), units, strict=True):
        if unit is None:
            raise SkillError(f"I don't know the unit {name[:_MAX_NAME]}.")
    one, other = (unit for unit in units if unit is not None)
    return _beside(one, other), _beside(other, one)


def convert(value: float, unit: Unit, to: Unit) -> float:
    """The value in the other unit. Raises SkillError with one sentence when there is none."""
    import pint

    one, other = _dimensions(unit), _dimensions(to)
    try:
        quantity = _registry().Quantity(value, _container(unit))
        if unit.is_temperature and quantity.to("kelvin").magnitude < -1e-9:
            raise SkillError("Nothing is colder than absolute zero.")
        if one and one == {name: -power for name, power in other.items()}:
            quantity = 1 / quantity  # miles per gallon, liters per 100 kilometers
        elif one != other:
            raise SkillError(f"{_capital(unit.many)} and {to.many} don't measure the same thing.")
        result: float = quantity.to(_container(to)).m_as(_container(to))
    except (pint.PintError, ArithmeticError, ValueError):
        raise SkillError(f"I can't convert {unit.many} to {to.many}.") from None
    if not math.isfinite(result):
        raise SkillError("That number is too large for me.")
    return result


def say_quantity(value: float, unit: Unit) -> tuple[str, bool]:
    """ "8.05 kilometers", and whether the number is exact."""
    said, exact = say_number(value, 1 if unit.is_temperature else None)
    return unit.say(said), exact


def say_split(value: float, units: list[Unit]) -> str:
    """A value in the last of the units, told in all of them: 70.87 inches -> "5 feet and 10.9 inches"."""
    left, parts = round(value, 1), []
    for larger in units[:-1]:
        size = round(convert(1, larger, units[-1]), 6)
        count, left = divmod(left, size)
        parts.append(larger.say(say_number(count)[0]))
    return " and ".join([*parts, units[-1].say(say_number(left, 1)[0])])


def _words(said: str) -> str:
    """Lower-case words, "/" as "per"; empty when there is anything that no unit's name has."""
    plain = comparable(said).replace("μ", "u").replace("°", " ").replace("/", " per ").replace("-", " ")
    plain = re.sub(r"\bpre\b", "per", " ".join(plain.replace(".", "").split()))
    return plain if re.fullmatch(r"[a-z ]+(?:[23]|100 ?k[a-z]+)?", plain) else ""


def _power(words: str) -> tuple[str, int] | None:
    """ "square meters" -> ("meter", 2)."""
    power, parts = 1, words.split()
    if len(parts) > 1 and parts[0] in ("square", "sq", "cubic", "cu"):
        power, parts = _POWERS[parts[0]], parts[1:]
    elif len(parts) > 1 and parts[-1] in ("squared", "cubed"):
        power, parts = _POWERS[parts[-1]], parts[:-1]
    if power != 1 and _POWERS.keys() & set(parts):
        return None
    name = _ALIASES.get(" ".join(parts)) or _known_to_pint("_".join(parts))
    return (name, power) if name else None


@functools.cache
def _registry() -> pint.UnitRegistry[float]:
    """pint's units and a few more; making it takes about 0.3 s."""
    import pint

    registry: pint.UnitRegistry[float] = pint.UnitRegistry(on_redefinition="ignore")
    for definition in DEFINITIONS:
        registry.define(definition)
    return registry


@functools.lru_cache(maxsize=256)
def _known_to_pint(word: str) -> str | None:
    """pint's name of a unit that is spelled out, as "kilometer" for "kilometers"; no symbols, and no short prefixes.

    pint itself would take "pinch" for a pico-inch.
    """
    if not re.fullmatch(r"[a-z_]{3,40}", word):
        return None
    for prefix, name, _ in _registry().parse_unit_name(word):
        stem = word.removeprefix(prefix)
        if (not prefix or (len(prefix) > 3 and stem != word)) and len(stem) > 2:
            return f"{prefix}{name}"
    return None


def _beside(unit: Unit, other: Unit) -> Unit:
    """The unit as it is meant beside the other: fluid ounces beside a volume, degrees of temperature."""
    name = unit.factors[0][0] if len(unit.factors) == 1 else ""
    if name == "ounce" and unit.factors[0][1] == 1 and _dimensions(other) == _VOLUME:
        return _product([("fluid_ounce", 1)])
    if name == "degree" and other.is_temperature:
        celsius = other.factors[0][0] == "degree_Celsius"
        return _product([("degree_Fahrenheit" if celsius else "degree_Celsius", 1)])
    return unit


def _dimensions(unit: Unit) -> dict[str, Any]:
    return dict(_registry().get_dimensionality(_container(unit)))


def _container(unit: Unit) -> pint.util.UnitsContainer:
    powers: dict[str, int] = {}
    for name, power in unit.factors:
        if name in _TEMPERATURES[:2] and not unit.is_temperature:
            name = f"delta_{name}"  # in "degrees per hour" there is no zero point
        powers[name] = powers.get(name, 0) + power
    return _registry().UnitsContainer(powers)


def _product(factors: list[tuple[str, int]]) -> Unit:
    ones = [_named(name, abs(power), 0) for name, power in factors]
    manys = [_named(factors[0][0], abs(factors[0][1]), 1), *ones[1:]]
    return Unit(tuple(factors), " per ".join(ones), " per ".join(manys))


def _named(name: str, power: int, form: int) -> str:
    one = name.replace("_", " ")
    said = SAID.get(name, (one, _many(one)))[form]
    if power == 1:
        return said
    if name == "second":
        return f"{said} {'squared' if power == 2 else 'cubed'}"
    return f"{'square' if power == 2 else 'cubic'} {said}"


def _many(one: str) -> str:
    return f"{one}es" if one.endswith(("ch", "x", "s", "sh")) else f"{one}s"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
