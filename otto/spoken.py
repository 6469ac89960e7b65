"""Times and lengths of time between words and numbers."""

from __future__ import annotations

import re

_UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800}
_SHORT = {"s": "second", "sec": "second", "m": "minute", "min": "minute", "h": "hour", "hr": "hour", "d": "day"}
_SMALLER = {"week": "day", "day": "hour", "hour": "minute", "minute": "second"}
_UNIT = r"(?P<unit>seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|[smhd])(?![a-z])"
_PIECE = re.compile(rf"(?P<amount>.*?)[\s-]*(?<![a-z]){_UNIT}(?:\s+and\s+a\s+(?P<extra>half|quarter)\b)?", re.DOTALL)
_CLOCK = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):(\d{2})")
_FRACTIONS = {
    "half": 0.5,
    "half a": 0.5,
    "a half": 0.5,
    "a half a": 0.5,
    "quarter": 0.25,
    "a quarter of a": 0.25,
    "quarter of a": 0.25,
    "three quarters of a": 0.75,
    "3 quarters of a": 0.75,
    "a couple of": 2.0,
    "a couple": 2.0,
    "couple of": 2.0,
    "couple": 2.0,
    "a": 1.0,
    "": 1.0,
}
MAX_DURATION = 366 * 86400.0


def parse_duration(text: str) -> float:
    """Seconds in a spoken length of time: "5 minutes", "an hour and a half", "1h30", "ten-minute", "2:30" (min:s).

    Raises ValueError when the words are no length of time, or it is not between a second and 366 days.
    """
    words = re.sub(r"(?<=\d),(?=\d{3}\b)", "", text.lower().strip(" .,!?"))  # "1,000 seconds"
    clock = _CLOCK.fullmatch(words)
    if clock:
        hours, minutes, seconds = (int(part or 0) for part in clock.groups())
        return _bounded(hours * 3600 + minutes * 60 + seconds, text)
    total, position, unit = 0.0, 0, ""
    for piece in _PIECE.finditer(words):
        unit = _unit(piece["unit"])
        if not piece["amount"].strip(" ,") and piece["unit"] not in _UNITS:
            raise ValueError(f"{text[:60]!r} does not say how many")
        total += (_amount(piece["amount"], text) + _FRACTIONS.get(piece["extra"], 0)) * _UNITS[unit]
        position = piece.end()
    if not unit:
        raise ValueError(f"{text[:60]!r} is not a length of time such as '5 minutes'")
    rest = words[position:].strip(" ,")
    if rest:  # "one minute thirty", "1h30"
        if unit not in _SMALLER:
            raise ValueError(f"{rest[:60]!r} after a length of time was not understood")
        total += _amount(rest, text) * _UNITS[_SMALLER[unit]]
    return _bounded(total, text)


def say_duration(seconds: float) -> str:
    """Words for a length of time, to the second: 5400 -> "1 hour and 30 minutes"."""
    left = max(0, round(seconds))
    parts = []
    for unit in ("day", "hour", "minute", "second"):
        count, left = divmod(left, _UNITS[unit])
        if count:
            parts.append(f"{count} {unit}{'' if count == 1 else 's'}")
    return join_words(parts) if parts else "0 seconds"


def join_words(parts: list[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""


def in_digits(text: str) -> str:
    """Lower-case words without punctuation, numbers as digits: "Twenty-first of June." -> "21st of june"."""
    from text_to_num import alpha2digit

    words = re.sub(r"['\u2018\u2019]", "", text.casefold())
    words = re.sub(r"\.(?!\d)|[,!?;\"()]", " ", re.sub(r"\b([ap])\.\s?m\b\.?", r"\1m", words))
    return " ".join(alpha2digit(" ".join(words.split()), "en", 0).split())


def _unit(word: str) -> str:
    short = word[:-1] if len(word) > 1 and word.endswith("s") else word
    return _SHORT.get(short, short)


def _amount(words: str, text: str) -> float:
    if words.startswith("-"):
        raise ValueError(f"{text[:60]!r} is less than nothing")
    words = re.sub(r"^(?:,|and|for|of|about|around)\b|^,", "", words.strip(" ,-")).strip(" ,-")
    mixed = re.fullmatch(r"(?P<whole>.+?)\s+and\s+a\s+(?P<extra>half|quarter)", words)
    if mixed:
        return _amount(mixed["whole"], text) + _FRACTIONS[mixed["extra"]]
    known = re.sub(r"\ban$", "a", words.replace("-", " "))
    if known in _FRACTIONS:
        return _FRACTIONS[known]
    if written := re.fullmatch(r"(?:(\d{1,4})\s+)?(\d)/([2-9])", words):  # "1 1/2", as Whisper writes it
        return int(written[1] or 0) + int(written[2]) / int(written[3])
    if re.fullmatch(r"\d{1,9}(?:[.,]\d{1,6})?", words):
        return float(words.replace(",", "."))
    from text_to_num import text2num

    try:
        if "point" in words.split():
            whole, _, decimals = words.partition(" point ")
            digits = "".join(str(text2num(digit, "en")) for digit in decimals.split())
            return float(f"{text2num(whole, 'en')}.{digits}")
        return float(text2num(re.sub(r"^an? ", "one ", words).replace("-", " "), "en"))
    except ValueError:
        raise ValueError(f"{words[:60]!r} in {text[:60]!r} is not a number") from None


def _bounded(seconds: float, text: str) -> float:
    if not 1 <= seconds <= MAX_DURATION:
        raise ValueError(f"{text[:60]!r} is not between one second and a year")
    return float(seconds)
