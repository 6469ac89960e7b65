"""Feast days by name: "christmas", "thanksgiving", "pancake day", "hanukkah", in any year.

The `holidays` library knows the public and the popular days of the United States and the United Kingdom, and the
moving feasts of India, Israel, Singapore and the Maldives. Days that no calendar counts as a holiday stand here.
"""

from __future__ import annotations

import functools
import warnings
from collections.abc import Iterator
from datetime import date, timedelta

from otto.spoken import in_digits

MISSPELT = 85  # rapidfuzz ratio: "hannukah" is 87.5 like "hanukkah", "fathers day" 82 like "mothers day"

_CALENDARS = (
    ("US", None),
    ("GB", "ENG"),
    ("GB", "SCT"),
    ("GB", "NIR"),
    *((land, None) for land in ("IN", "IL", "SG", "MV")),
)
_FIXED = {
    "epiphany": (1, 6),
    "three kings day": (1, 6),
    "burns night": (1, 25),
    "australia day": (1, 26),
    "leap day": (2, 29),
    "st davids day": (3, 1),
    "international womens day": (3, 8),
    "pi day": (3, 14),
    "april fools day": (4, 1),
    "earth day": (4, 22),
    "st georges day": (4, 23),
    "anzac day": (4, 25),
    "cinco de mayo": (5, 5),
    "canada day": (7, 1),
    "bastille day": (7, 14),
    "all saints day": (11, 1),
    "all souls day": (11, 2),
    "day of the dead": (11, 2),
    "bonfire night": (11, 5),
    "guy fawkes night": (11, 5),
    "armistice day": (11, 11),
    "remembrance day": (11, 11),
    "st andrews day": (11, 30),
    "st nicholas day": (12, 6),
}
_FROM_EASTER = {  # days from Easter Sunday
    "shrove tuesday": -47,
    "ash wednesday": -46,
    "mothering sunday": -21,
    "palm sunday": -7,
    "maundy thursday": -3,
    "good friday": -2,
    "easter saturday": -1,
    "easter sunday": 0,
    "easter monday": 1,
    "ascension day": 39,
    "pentecost": 49,
    "whit monday": 50,
    "corpus christi": 60,
}
_ALSO = {
    "christmas": "christmas day",
    "xmas": "christmas day",
    "xmas eve": "christmas eve",
    "easter": "easter sunday",
    "lent": "ash wednesday",
    "mardi gras": "shrove tuesday",
    "pancake day": "shrove tuesday",
    "whit sunday": "pentecost",
    "new year": "new years day",
    "new years": "new years day",
    "thanksgiving": "thanksgiving day",
    "valentine": "valentines day",
    "valentines": "valentines day",
    "st valentines day": "valentines day",
    "st patricks": "saint patricks day",
    "st patricks day": "saint patricks day",
    "st paddys day": "saint patricks day",
    "april fools": "april fools day",
    "bonfire day": "bonfire night",
    "guy fawkes": "guy fawkes night",
    "guy fawkes day": "guy fawkes night",
    "all hallows eve": "halloween",
    "martin luther king day": "martin luther king jr day",
    "mlk day": "martin luther king jr day",
    "presidents day": "washingtons birthday",
    "labour day": "labor day",
    "juneteenth": "juneteenth national independence day",
    "indigenous peoples day": "columbus day",
    "passover": "pesach",
    "chanukah": "hanukkah",
    "deepavali": "diwali",
    "lunar new year": "chinese new year",
    "ramadan": "1st day of ramadan",
    "eid": "eid al-fitr",
}


def feast(name: str, year: int) -> date | None:
    """The day of a feast, its name as `in_digits` writes it, or None when the year has no such feast."""
    from rapidfuzz import fuzz, process

    days = _days(year)
    name = name.removesuffix(" holiday")
    known = name if name in days else _ALSO.get(name)
    if known is None and len(name) >= 6:
        similar = process.extractOne(name, [*days, *_ALSO], scorer=fuzz.ratio, score_cutoff=MISSPELT)
        known = _ALSO.get(similar[0], similar[0]) if similar else None
    return days.get(known) if known else None


@functools.cache
def _days(year: int) -> dict[str, date]:
    """Every feast of a year by its name; a feast of several days by its first."""
    from dateutil.easter import easter

    days = {name: date(year, *day) for name, day in _FIXED.items() if name != "leap day" or _is_leap(year)}
    days |= {name: easter(year) + timedelta(after) for name, after in _FROM_EASTER.items()}
    for country, state in _CALENDARS:
        for name, day in _public(country, state, year):
            days.setdefault(name, day)
    return days | _around(year, days.get("thanksgiving day"))


def _public(country: str, state: str | None, year: int) -> Iterator[tuple[str, date]]:
    import holidays

    categories = getattr(holidays, country).supported_categories
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a lunar calendar is not known so far ahead: its feasts are left out
        calendar = holidays.country_holidays(
            country, state, years=year, observed=False, categories=categories, language="en_US"
        )
    for day, names in sorted(calendar.items()):
        for name in names.removesuffix(" (estimated)").split("; "):
            yield in_digits(name), day


def _around(year: int, thanksgiving: date | None) -> dict[str, date]:
    """Feasts that are reckoned from others."""
    christmas, november = date(year, 12, 25), date(year, 11, 1)
    fourth_advent = christmas - timedelta(christmas.isoweekday())
    found = {
        "advent": fourth_advent - timedelta(21),
        "advent sunday": fourth_advent - timedelta(21),
        "remembrance sunday": november + timedelta(7 + 6 - november.weekday()),
        "christmas day": christmas,
    }
    if thanksgiving:
        found |= {"black friday": thanksgiving + timedelta(1), "cyber monday": thanksgiving + timedelta(4)}
    return found


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
