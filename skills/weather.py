"""The weather, from Open-Meteo."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, time, timedelta, timezone

from pydantic import BaseModel, ConfigDict, Field

from otto.skill import Context, Place, Reply, SkillError, skill
from otto.web.openmeteo import Conditions, Forecast, OpenMeteo
from otto.when.dates import say_day
from otto.when.periods import Period, period_from_words

_WORDS = {  # WMO weather interpretation codes, as open-meteo.com/en/docs lists them
    0: "a clear sky",
    1: "a mostly clear sky",
    2: "some clouds",
    3: "an overcast sky",
    45: "fog",
    48: "freezing fog",
    51: "light drizzle",
    53: "drizzle",
    55: "heavy drizzle",
    56: "light freezing drizzle",
    57: "freezing drizzle",
    61: "light rain",
    63: "rain",
    65: "heavy rain",
    66: "light freezing rain",
    67: "freezing rain",
    71: "light snow",
    73: "snow",
    75: "heavy snow",
    77: "snow grains",
    80: "light showers",
    81: "showers",
    82: "violent showers",
    85: "light snow showers",
    86: "heavy snow showers",
    95: "a thunderstorm",
    96: "a thunderstorm with hail",
    99: "a thunderstorm with heavy hail",
}
_SNOW = {71, 73, 75, 77, 85, 86}
_WET = 51  # the first code that is not dry
_LIKELY = 20  # percent; a smaller chance of rain is not worth saying
_DAY_BY_DAY = 3  # more days than this are summed up


class WeatherSettings(BaseModel):
    """The table [skills.weather] of the configuration."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    geocoding_url: str = Field("https://geocoding-api.open-meteo.com/v1/search", description="Finds a place by name.")
    forecast_url: str = Field("https://api.open-meteo.com/v1/forecast", description="The forecast for coordinates.")
    timeout: float = Field(8.0, gt=0, description="Seconds to wait for each answer.")


@skill(permission="network", settings=WeatherSettings)
async def weather(ctx: Context, location: Place | None = None, when: str | None = None) -> Reply:
    """Weather now or the forecast, here or at a place.

    Asks Open-Meteo (open-meteo.com), which needs no key and learns the place you ask about. Set `home` and `units` in
    the configuration; [skills.weather] has geocoding_url, forecast_url and timeout.
    """
    settings = ctx.settings(WeatherSettings, "weather")
    place = location or ctx.config.home
    if not place:
        raise SkillError('I don\'t know where you are. Name a place, or set home = "your town" in the configuration.')
    service = OpenMeteo(ctx.http, settings.geocoding_url, settings.forecast_url, settings.timeout)
    spot = await service.find(place)
    forecast = await service.forecast(spot, imperial=ctx.config.units == "imperial")
    zone = timezone(timedelta(seconds=forecast.zone))
    now = ctx.now().astimezone(zone).replace(tzinfo=None)
    period = _period(when, now)
    if period.is_now:
        return Reply(f"In {spot.name} it is {_weather([forecast.now])}.", _today(forecast, now))
    if period.whole_days > 1:
        return _several_days(spot.name, period, _within(forecast.days, period, forecast))
    slots = forecast.days if period.whole_days else forecast.hours
    found = _within(slots, period, forecast)
    if period.end <= now:  # "this morning", asked at noon
        return Reply(f"In {spot.name} {period.words} it was {_weather(found)}.")
    return Reply(f"In {spot.name} {period.words} it will be {_weather(found)}.{_chance(found)}")


def _period(when: str | None, now: datetime) -> Period:
    try:
        period = period_from_words(when or "now", now)
    except ValueError as error:
        raise SkillError(str(error)) from None
    if period.end <= datetime.combine(now.date(), time()) and not period.is_now:
        raise SkillError("I only know the weather from today on.")
    return period


def _within(slots: Sequence[Conditions], period: Period, forecast: Forecast) -> list[Conditions]:
    """The hours or days of the forecast that the period touches."""
    length = timedelta(days=1) if slots is forecast.days else timedelta(hours=1)
    found = [slot for slot in slots if slot.start < period.end and slot.start + length > period.start]
    if not found:
        last = max((day.start for day in forecast.days), default=None)
        raise SkillError(f"The forecast only reaches to {say_day(last.date())}." if last else "There is no forecast.")
    return found


def _several_days(place: str, period: Period, days: list[Conditions]) -> Reply:
    each = [f"{day.start:%A} {_weather([day])}" for day in days]
    if len(days) <= _DAY_BY_DAY:
        return Reply(f"In {place} {period.words}: {'; '.join(each)}.")
    common = Counter(_WORDS.get(day.code, "changeable weather") for day in days).most_common(1)[0][0]
    wet = [f"{day.start:%A}" for day in days if day.code >= _WET]
    rain = f" Rain or snow on {len(wet)} of {len(days)} days." if wet else " It stays dry."
    summary = f"In {place} {period.words} it will be {_degrees(days)}, mostly with {common}.{rain}"
    return Reply(summary, notice="\n".join(f"{line}.{_chance([day])}" for line, day in zip(each, days, strict=True)))


def _today(forecast: Forecast, now: datetime) -> str | None:
    today = next((day for day in forecast.days if day.start.date() == now.date()), None)
    return f"Today: {_weather([today])}.{_chance([today])}" if today else None


def _weather(slots: Sequence[Conditions]) -> str:
    """ "3 to 7 degrees with light rain": the gravest weather, which has the highest code."""
    gravest = max(slot.code for slot in slots)
    return f"{_degrees(slots)} with {_WORDS.get(gravest, 'changeable weather')}"


def _degrees(slots: Sequence[Conditions]) -> str:
    low, high = round(min(slot.low for slot in slots)), round(max(slot.high for slot in slots))
    said = [f"minus {-degrees}" if degrees < 0 else str(degrees) for degrees in (low, high)]
    unit = "degree" if low == high and abs(low) == 1 else "degrees"
    return f"{said[0]} {unit}" if low == high else f"{said[0]} to {said[1]} {unit}"


def _chance(slots: Sequence[Conditions]) -> str:
    chance = max((slot.chance for slot in slots if slot.chance is not None), default=0)
    if chance < _LIKELY:
        return ""
    kind = "snow" if max(slot.code for slot in slots) in _SNOW else "rain"
    return f" The chance of {kind} is {chance} percent."
