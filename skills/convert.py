"""Converts units and currencies."""

from __future__ import annotations

import asyncio
import math
from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from otto import paths
from otto.measures.currencies import Currency, find_currency, is_bare_pound
from otto.measures.exchange import Exchange
from otto.measures.spoken_numbers import say_given
from otto.measures.units import convert as convert_units
from otto.measures.units import find_unit, say_quantity, say_split, unit_pair
from otto.skill import Context, Reply, SkillError, skill
from otto.when.dates import say_day

_LONGEST = 60  # of a unit's name, in an answer


class ConvertSettings(BaseModel):
    """The table [skills.convert] of the configuration."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rates_url: str = Field(
        "https://www.ecb.europa.eu/stats/eurofxref/eurofxref-daily.xml",
        description="Daily exchange rates, in the format of the European Central Bank.",
    )
    timeout: float = Field(8.0, gt=0, le=60, description="Seconds to wait for the rates.")


@skill(permission="network")
async def convert(ctx: Context, value: float, unit: str, to: str) -> Reply:
    """Converts a value from one unit or currency to another.

    Cups, pints, gallons and tons are those of the US unless you say otherwise ("imperial gallons", "metric tons"); a
    dollar is a US dollar. Pounds are money beside another currency and weight beside another weight. The exchange rates
    are those of the European Central Bank, asked for once a day; only that needs the network. [skills.convert] has
    rates_url and timeout.
    """
    one, other = _currencies(unit, to)
    if one and other:
        return await _exchange(ctx, value, one, other)
    if one or other:
        raise _unlike(unit, to, one, other)
    return await asyncio.to_thread(_units, value, unit, to)


def _currencies(unit: str, to: str) -> tuple[Currency | None, Currency | None]:
    """Both as currencies; pounds only beside money."""
    one, other = find_currency(unit), find_currency(to)
    if is_bare_pound(unit) and (other is None or is_bare_pound(to)):
        one = None
    if is_bare_pound(to) and (one is None or is_bare_pound(unit)):
        other = None
    return one, other


async def _exchange(ctx: Context, amount: float, currency: Currency, to: Currency) -> Reply:
    settings = ctx.settings(ConvertSettings, "convert")
    now = ctx.now()
    rates, fresh = await Exchange(ctx.http, settings.rates_url, settings.timeout, paths.cache_dir()).rates(now)
    result = rates.convert(amount, currency, to)
    if not math.isfinite(result):
        raise SkillError("That number is too large for me.")
    also = "" if fresh else "; I could not get newer ones"
    given = currency.say(say_given(amount))
    return Reply(f"{given} is {to.say_amount(result)} at the rates of {_say(rates.day, now.date())}{also}.")


def _units(value: float, unit: str, to: str) -> Reply:
    names = [name.strip() for name in to.split(" and ")]
    if 1 < len(names) <= 3 and find_unit(to) is None:  # "feet and inches"
        return _split(value, unit, names)
    one, other = unit_pair(unit, to)
    said, exact = say_quantity(convert_units(value, one, other), other)
    return Reply(f"{one.say(say_given(value))} is {'' if exact else 'about '}{said}.")


def _split(value: float, unit: str, names: list[str]) -> Reply:
    pairs = [unit_pair(unit, name) for name in names]
    one, units = pairs[0][0], [other for _, other in pairs]
    sizes = [convert_units(value, one, other) for other in units]
    if value < 0 or any(other.is_temperature for other in units) or sorted(map(abs, sizes)) != sizes:
        raise SkillError(f"I can't tell that in {units[0].many} and {units[1].many}.")
    return Reply(f"{one.say(say_given(value))} is about {say_split(sizes[-1], units)}.")


def _unlike(unit: str, to: str, one: Currency | None, other: Currency | None) -> SkillError:
    for name, money in ((unit, one), (to, other)):
        if money is None and find_unit(name) is None:
            return SkillError(f"I don't know the unit or currency {name[:_LONGEST]}.")
    names = [money.many if money else name for name, money in ((unit, one), (to, other))]
    return SkillError(f"{names[0][:1].upper()}{names[0][1:]} and {names[1]} don't measure the same thing.")


def _say(day: date, today: date) -> str:
    """ "November 20th", with the year if it is another one."""
    return say_day(day, year=day.year != today.year).partition(", ")[2]
