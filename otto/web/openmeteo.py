"""Open-Meteo, the weather service: places to coordinates, coordinates to a forecast. It needs no key.

The two answers are documented at open-meteo.com/en/docs and open-meteo.com/en/docs/geocoding-api.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ConfigDict, Field, NaiveDatetime, ValidationError

from otto.errors import SkillError
from otto.regions import plain, regions, without_article

if TYPE_CHECKING:
    import httpx

DAYS = 16  # the farthest that the service forecasts, today included

_Answer = TypeVar("_Answer", bound=BaseModel)
_Row = tuple[datetime, float | None, float | None, int | None, float | None]


class _Loose(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, allow_inf_nan=False)


class Spot(_Loose):
    """A place that the service knows. Coordinates are in degrees."""

    name: str
    latitude: float
    longitude: float
    country_code: str = ""
    country: str = ""
    admin1: str = ""

    def lies_in(self, area: str) -> bool:
        """Whether ``area`` names its country or state: "Texas", "TX", "the UK"."""
        if plain(area) in (plain(self.country), plain(self.admin1)):
            return True
        return any(
            region.country == self.country_code
            and (region.admin1 is None or without_article(plain(region.name)) == plain(self.admin1))
            for region in regions(area, codes=True)
        )


@dataclass(frozen=True)
class Conditions:
    """The weather of an hour or a day: degrees, a WMO weather code, the chance of rain or snow in percent if known."""

    start: datetime
    low: float
    high: float
    code: int
    chance: int | None


@dataclass(frozen=True)
class Forecast:
    """Now, the coming hours and days, in local times of the place without a zone; ``zone`` is seconds east of UTC."""

    zone: int
    now: Conditions
    hours: tuple[Conditions, ...]
    days: tuple[Conditions, ...]


class _Places(_Loose):
    results: list[Spot] = []


class _Current(_Loose):
    time: NaiveDatetime
    temperature_2m: float
    weather_code: int


class _Hourly(_Loose):
    time: list[NaiveDatetime]
    temperature_2m: list[float | None]
    weather_code: list[int | None]
    precipitation_probability: list[float | None]


class _Daily(_Loose):
    time: list[date]
    temperature_2m_min: list[float | None]
    temperature_2m_max: list[float | None]
    weather_code: list[int | None]
    precipitation_probability_max: list[float | None]


class _Weather(_Loose):
    utc_offset_seconds: int = Field(gt=-86400, lt=86400)
    current: _Current
    hourly: _Hourly
    daily: _Daily


@dataclass(frozen=True)
class OpenMeteo:
    """The service at these addresses. Every method raises SkillError with one sentence when there is no answer."""

    http: httpx.AsyncClient
    geocoding_url: str
    forecast_url: str
    timeout: float

    async def find(self, place: str) -> Spot:
        """The best known place of that name, "Paris, Texas" and "Paris Texas" included."""
        name, *areas = [part.strip() for part in place.split(",") if part.strip()]
        spots = await self._search(name)
        named_so = any(plain(spot.name) == plain(name) for spot in spots)
        found = await self._split(name) if not areas and not named_so else None
        found = found or next((spot for spot in spots if all(spot.lies_in(area) for area in areas)), None)
        if found is None:
            raise SkillError(f"I don't know a place called {place}.")
        return found

    async def _split(self, name: str) -> Spot | None:
        """ "Paris Texas" as Paris in Texas. The service matches one name only, or finds what is vaguely like it."""
        words = name.replace(" in ", " ").split()
        for cut in range(1, len(words)):
            area = " ".join(words[cut:])
            if regions(area, codes=True):
                spots = await self._search(" ".join(words[:cut]))
                return next((spot for spot in spots if spot.lies_in(area)), None)
        return None

    async def forecast(self, spot: Spot, imperial: bool) -> Forecast:
        """The forecast in Celsius, or in Fahrenheit."""
        hourly = "temperature_2m,weather_code,precipitation_probability"
        daily = "temperature_2m_min,temperature_2m_max,weather_code,precipitation_probability_max"
        query: dict[str, str | float] = {
            "latitude": spot.latitude,
            "longitude": spot.longitude,
            "current": "temperature_2m,weather_code",
            "hourly": hourly,
            "daily": daily,
            "temperature_unit": "fahrenheit" if imperial else "celsius",
            "timezone": "auto",
            "forecast_days": DAYS,
        }
        weather = await self._get(self.forecast_url, query, _Weather)
        try:
            return _forecast(weather)
        except ValueError:  # columns of different lengths
            raise SkillError("The weather service sent something that I can't read.") from None

    async def _search(self, name: str) -> list[Spot]:
        query: dict[str, str | float] = {"name": name, "count": 20, "language": "en", "format": "json"}
        return (await self._get(self.geocoding_url, query, _Places)).results

    async def _get(self, url: str, query: dict[str, str | float], answer: type[_Answer]) -> _Answer:
        import httpx

        try:
            response = await self.http.get(url, params=query, timeout=self.timeout)
        except httpx.TimeoutException:
            raise SkillError("The weather service took too long to answer.") from None
        except (httpx.HTTPError, httpx.InvalidURL):
            raise SkillError("I can't reach the weather service. Is this computer online?") from None
        if response.status_code != httpx.codes.OK:
            raise SkillError(f"The weather service has a problem: it answered with status {response.status_code}.")
        try:
            return answer.model_validate(json.loads(response.content))
        except (ValueError, ValidationError, RecursionError):
            raise SkillError("The weather service sent something that I can't read.") from None


def _forecast(weather: _Weather) -> Forecast:
    current, hourly, daily = weather.current, weather.hourly, weather.daily
    now = Conditions(current.time, current.temperature_2m, current.temperature_2m, current.weather_code, None)
    hours = zip(
        hourly.time,
        hourly.temperature_2m,
        hourly.temperature_2m,
        hourly.weather_code,
        hourly.precipitation_probability,
        strict=True,
    )
    days = zip(
        [datetime.combine(day, time()) for day in daily.time],
        daily.temperature_2m_min,
        daily.temperature_2m_max,
        daily.weather_code,
        daily.precipitation_probability_max,
        strict=True,
    )
    return Forecast(weather.utc_offset_seconds, now, tuple(_known(hours)), tuple(_known(days)))


def _known(rows: Iterable[_Row]) -> Iterator[Conditions]:
    """The rows without gaps: some models end before the last day that was asked for."""
    for start, low, high, code, chance in rows:
        if low is not None and high is not None and code is not None:
            yield Conditions(start, low, high, code, None if chance is None else round(chance))
