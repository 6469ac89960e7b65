"""Dates and weekdays."""

from __future__ import annotations

from datetime import date

from otto.skill import Context, Reply, SkillError, skill
from otto.when.dates import day_from_words, say_day


@skill(permission="safe")
async def datecheck(ctx: Context, day: str | None = None) -> Reply:
    """Today's date and weekday, or those of another day.

    Understands weekdays ("next friday": the one in the next week), feasts, calendar dates and counting ("three weeks
    from today", "last monday in may").
    """
    today = ctx.now().date()
    if day is None:
        return Reply(f"Today is {say_day(today, year=True)}.")
    try:
        wanted = day_from_words(day, today)
    except ValueError as error:
        raise SkillError(str(error)) from None
    verb = "was" if wanted < today else "is"
    said = say_day(wanted, year=wanted.year != today.year)
    away = _distance(wanted, today).removesuffix(f", {day.casefold()}")  # "Tomorrow is Thursday" says it already
    return Reply(f"{_subject(day)} {verb} {said}{away}.")


def _subject(day: str) -> str:
    """The user's words as the start of a sentence, where they can be one: "next friday", but not "in ten days"."""
    words = "that" if day.casefold().startswith(("in ", "on ")) else day.rstrip(".!? ")
    return words[0].upper() + words[1:]


def _distance(day: date, today: date) -> str:
    days = (day - today).days
    if abs(days) <= 1:
        return {-1: ", yesterday", 0: ", today", 1: ", tomorrow"}[days]
    return f", in {days:,} days" if days > 0 else f", {-days:,} days ago"
