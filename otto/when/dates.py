"""Days in words: "next friday", "the day after tomorrow", "three weeks before christmas", "last monday in may".

dateparser reads calendar dates, `otto.when.feasts` knows the feasts and `otto.when.weekdays` the weekdays; what counts
from one of these to another day stands here.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, datetime, time, timedelta

from otto.spoken import in_digits
from otto.when.feasts import feast
from otto.when.weekdays import PAST, WEEKDAY, WHICH, last_before, monday, next_after, number, weekday_from_words

_NEAR = {
    **dict.fromkeys(("today", "todays", "now", "tonight", "this morning", "this afternoon", "this evening"), 0),
    **dict.fromkeys(("tomorrow", "tomorrows", "tomorrow morning", "tomorrow evening", "tomorrow night"), 1),
    **dict.fromkeys(("yesterday", "yesterdays", "last night", "yesterday morning", "yesterday evening"), -1),
}
_LEAD = re.compile(r"(?:the|on|by|for|date|day (?=of)|of) |in (?!an? |\d)")

_MONTH = "|".join(f"{name[:3]}(?:{name[3:]})?" for name in map(str.lower, calendar.month_name[1:])) + "|sept"
_YEAR = r"(?:in |of )?(?P<year>\d{4}|(?:this|next|last) year)"
_NTH = r"(?P<nth>\d{1,2})(?:st|nd|rd|th)"
_NUMBER = r"\d{1,2}(?:st|nd|rd|th)?"
_UNIT = r"(?P<unit>day|week|fortnight|month|year)"

_COUNTED = re.compile(
    rf"(?:in )?(?P<count>\d{{1,4}} |a \d{{1,4}} |an? couple of |couple of |an? )?{_UNIT}s?(?: time)?"
    r"(?: (?P<how>from now|hence|later|ago|earlier|before|after|from|on|following))?(?: (?P<base>.+))?"
)
_FROM_TODAY = ("from now", "hence", "later", "ago", "earlier")
_WEEK_LATER = re.compile(rf"(?P<base>today|tomorrow|{WEEKDAY}) (?P<unit>week|fortnight)")
_BESIDE = re.compile(rf"{WEEKDAY} (?P<how>before|after|following) (?P<base>.+)")
_NEXT_UNIT = re.compile(rf"{WHICH} {_UNIT}")
_NTH_WEEKDAY = re.compile(rf"(?:{_NTH}|(?P<last>last)) {WEEKDAY} (?:of|in) (?P<span>.+)")
_EDGE = re.compile(r"(?P<edge>end|last day|start|beginning|1st day) (?:of )?(?P<span>.+)")
_DAY_OF_MONTH = re.compile(rf"{_NTH}(?: (?:day )?of (?:the |this )?month| of (?P<which>next|last) month)?")
_WEEKDAY_NTH = re.compile(rf"{WEEKDAY} (?:the )?{_NTH}")
_DATE = re.compile(
    rf"(?:{WHICH} )?(?:{WEEKDAY} (?:the )?)?"
    rf"(?P<date>{_NUMBER}(?: of)? (?:{_MONTH})|(?:{_MONTH})(?: (?:the )?{_NUMBER})?)(?: {_YEAR})?"
)
_NUMERIC = re.compile(r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}")
_FEAST = re.compile(rf"(?:{WHICH} )?(?P<feast>.+?)(?: {_YEAR})?")


def day_from_words(text: str, today: date) -> date:
    """The day that the words mean, said on ``today``. Raises ValueError, with one sentence, when they mean none."""
    words = re.sub(r"\b(1[5-9]|2[01]) (\d\d)$", r"\1\2", in_digits(text))  # "june 3rd 20 27"
    try:
        day = _read(words, today)
    except (OverflowError, ValueError):  # the 31st of June, the year 12000
        day = None
    if day is None:
        raise ValueError(f"I don't know which day {text[:60]} is.")
    return day


def say_day(day: date, year: bool = False) -> str:
    """ "Friday, November 27th", with the year if asked for."""
    ending = "th" if 10 < day.day < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day.day % 10, "th")
    return f"{day:%A, %B} {day.day}{ending}{f', {day.year}' if year else ''}"


def _read(words: str, today: date) -> date | None:
    while lead := _LEAD.match(words):
        words = words[lead.end() :]
    if words in _NEAR:
        return today + timedelta(_NEAR[words])
    readers = (weekday_from_words, _counted, _beside, _next_unit, _nth_weekday, _edge, _day_of_month, _date, _feast)
    return next((day for reader in readers if (day := reader(words, today))), None)


def _counted(words: str, today: date) -> date | None:
    """ "in ten days", "two weeks before christmas", "a week from saturday", "tuesday week", "week after next"."""
    if match := _WEEK_LATER.fullmatch(words):
        base = _read(match["base"], today)
        return _moved(base, 1, match["unit"]) if base else None
    match = _COUNTED.fullmatch(words)
    if match is None:
        return None
    count, how, base_words, unit = _count(match["count"]), match["how"], match["base"], match["unit"]
    if count is None and how is None and base_words is None:  # "week"
        return None
    if how is None and base_words and not (weekday_from_words(base_words, today) or base_words in _NEAR):
        return None  # "a week tuesday" and "a week today" count; "day banana" does not
    if how is not None and (how in _FROM_TODAY) == (base_words is not None):
        return None  # "two days before", "two days ago friday"
    count = -(count or 1) if how in ("ago", "earlier", "before") else count or 1
    if (how, base_words) in (("after", "next"), ("before", "last")):
        return _moved(today, 2 * count, unit)
    base = _read(base_words, today) if base_words else today
    return _moved(base, count, unit) if base else None


def _beside(words: str, today: date) -> date | None:
    """ "friday after christmas", "monday before easter", "friday after next"."""
    match = _BESIDE.fullmatch(words)
    if match is None:
        return None
    weekday = number(match["weekday"])
    if match["base"] == "next":
        return monday(today, "next") + timedelta(7 + weekday)
    base = _read(match["base"], today)
    if base is None:
        return None
    return last_before(base, weekday) if match["how"] == "before" else next_after(base, weekday)


def _next_unit(words: str, today: date) -> date | None:
    match = _NEXT_UNIT.fullmatch(words)
    if match is None:
        return None
    return _moved(today, -1 if match["which"] in PAST else match["which"] != "this", match["unit"])


def _nth_weekday(words: str, today: date) -> date | None:
    """ "last monday in may", "second saturday of next month"."""
    match = _NTH_WEEKDAY.fullmatch(words)
    if match is None:
        return None
    weekday = number(match["weekday"])
    for start in (today, _moved(today, 1, "year")):
        span = _span(match["span"], start)
        if span is None:
            return None
        if match["last"]:
            day = last_before(span[1] + timedelta(1), weekday)
        else:
            day = next_after(span[0] - timedelta(1), weekday) + timedelta(7 * (int(match["nth"]) - 1))
        if span[0] <= day <= span[1] and (day >= today or not re.fullmatch(_MONTH, match["span"])):
            return day
    return None


def _edge(words: str, today: date) -> date | None:
    """ "end of the month", "last day of february", "start of next year"."""
    match = _EDGE.fullmatch(words)
    span = _span(match["span"], today) if match else None
    if match is None or span is None:
        return None
    return span[1] if match["edge"] in ("end", "last day") else span[0]


def _day_of_month(words: str, today: date) -> date | None:
    """ "14th", "2nd of next month", "friday the 13th": the next day that fits."""
    match = _WEEKDAY_NTH.fullmatch(words)
    weekday = number(match["weekday"]) if match else None
    match = match or _DAY_OF_MONTH.fullmatch(words)
    if match is None:
        return None
    which = match.groupdict().get("which")
    month = _moved(today.replace(day=1), {"next": 1, "last": -1}.get(which or "", 0), "month")
    for _ in range(60):
        if int(match["nth"]) <= calendar.monthrange(month.year, month.month)[1]:
            day = month.replace(day=int(match["nth"]))
            if which or (day >= today and weekday in (None, day.weekday())):
                return day
        month = _moved(month, 1, "month")
    return None


def _date(words: str, today: date) -> date | None:
    """ "july 4th", "3rd of march 2027", "monday the 7th of june", "december"."""
    match = _DATE.fullmatch(words)
    if match is None:
        return _parsed(words, today) if _NUMERIC.fullmatch(words) else None
    spoken = re.sub(r" (?:of|the)\b", "", match["date"])
    if match["year"]:
        return _parsed(f"{spoken} {_year(match['year'], today)}", today)
    return _parsed(spoken, today, "past" if match["which"] in PAST else "future")


def _parsed(words: str, today: date, prefer: str = "future") -> date | None:
    import dateparser

    yesterday = datetime.combine(today, time()) - timedelta(1)  # a date that is today counts as one still to come
    settings = {"RELATIVE_BASE": yesterday, "PREFER_DATES_FROM": prefer, "PREFER_DAY_OF_MONTH": "first"}
    moment = dateparser.parse(words, languages=["en"], settings=settings)
    return moment.date() if moment else None


def _feast(words: str, today: date) -> date | None:
    match = _FEAST.fullmatch(words)
    if match is None:
        return None
    if match["year"]:
        return feast(match["feast"], _year(match["year"], today))
    if match["feast"] == "leap day":
        return _parsed("29 february", today)
    past = match["which"] in PAST
    days = [feast(match["feast"], today.year + (-step if past else step)) for step in range(2)]
    return next((day for day in days if day and (day < today if past else day >= today)), None)


def _span(words: str, today: date) -> tuple[date, date] | None:
    """The first and last day of a week, month or year: "the month", "next year", "may", "september 2027"."""
    this, _, unit = words.removeprefix("the ").rpartition(" ")
    if unit == "week" and this in ("", "this", "next", "last"):
        first = monday(today, this or "this")
        return first, first + timedelta(6)
    if unit in ("month", "year") and this in ("", "this", "next", "last"):
        first = today.replace(day=1, month=today.month if unit == "month" else 1)
        first = _moved(first, {"next": 1, "last": -1}.get(this, 0), unit)
        return first, _moved(first, 1, unit) - timedelta(1)
    if re.fullmatch(rf"(?:{_MONTH})(?: {_YEAR})?", words):
        named = _date(words, today.replace(day=1))
        return (named, _moved(named, 1, "month") - timedelta(1)) if named else None
    return (date(int(words), 1, 1), date(int(words), 12, 31)) if re.fullmatch(r"\d{4}", words) else None


def _year(words: str, today: date) -> int:
    return int(words) if words.isdigit() else today.year + {"this": 0, "next": 1, "last": -1}[words.split()[0]]


def _count(words: str | None) -> int | None:
    if words is None:
        return None
    digits = re.search(r"\d+", words)
    return int(digits.group()) if digits else 2 if "couple" in words else 1


def _moved(day: date, count: int, unit: str) -> date:
    from dateutil.relativedelta import relativedelta

    if unit == "fortnight":
        count, unit = 2 * count, "week"
    moved: date = day + relativedelta(**{f"{unit}s": count})
    return moved
