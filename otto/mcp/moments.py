"""Days and times: the user says "tomorrow at seven", a tool wants ISO 8601."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from otto.errors import SkillError


def date_from_words(text: str, now: datetime) -> str:
    """ "next friday" -> "2026-11-27". Raises SkillError for words that are no day."""
    from otto.when.dates import day_from_words

    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        pass
    try:
        return day_from_words(text, now.date()).isoformat()
    except ValueError as error:
        raise SkillError(str(error)) from None


def moment_from_words(text: str, now: datetime) -> str:
    """ "tomorrow at seven" -> "2026-11-19T07:00:00+01:00", in the local zone. Raises SkillError."""
    from otto.when.periods import period_from_words

    try:
        return _local(datetime.fromisoformat(text), now).isoformat()
    except ValueError:
        pass
    try:
        moment = period_from_words(text, now.replace(tzinfo=None)).start
    except ValueError as error:
        raise SkillError(str(error)) from None
    return _local(moment, now).isoformat(timespec="seconds")


def _local(moment: datetime, now: datetime) -> datetime:
    """A time without a zone is local; the offset is that of its own day, not today's."""
    if moment.tzinfo is not None:
        return moment
    return moment.replace(tzinfo=now.tzinfo) if isinstance(now.tzinfo, ZoneInfo) else moment.astimezone()
