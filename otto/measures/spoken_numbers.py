"""Measured numbers as a person says them: no more digits than are of use."""

from __future__ import annotations

import math

_LARGE = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))
_SAYABLE = (1e-4, 1e15)  # beyond these, powers of ten


def say_number(value: float, places: int | None = None) -> tuple[str, bool]:
    """Words for a number, and whether they are all of it: 8.04672 -> ("8.05", False), -40 -> ("minus 40", True).

    ``places`` are the decimals that are kept; without it, fewer the larger the number is.
    """
    sign, size = "minus " if value < 0 else "", abs(value)
    if size == 0:
        return "0", True
    if not _SAYABLE[0] <= size < _SAYABLE[1]:
        mantissa, _, exponent = f"{size:.2e}".partition("e")
        said = f"{sign}{_trimmed(mantissa)} times 10 to the power of {str(int(exponent)).replace('-', 'minus ')}"
        return said, math.isclose(float(f"{size:.2e}"), size, rel_tol=1e-9)
    scale, word = next(((scale, f" {word}") for scale, word in _LARGE if size >= scale), (1.0, ""))
    kept = _places(size) if places is None else places
    digits = f"{size / scale:,.{2 if word else kept}f}"
    exact = math.isclose(float(digits.replace(",", "")) * scale, size, rel_tol=1e-9)
    digits = _trimmed(digits)
    return ("0" if digits == "0" else f"{sign}{digits}{word}"), exact


def say_given(value: float) -> str:
    """A number that the user gave, with all its digits if they can be said: 1234567 -> "1,234,567"."""
    size = abs(value)
    if size and not _SAYABLE[0] <= size < _SAYABLE[1]:
        return say_number(value)[0]
    return f"{'minus ' if value < 0 else ''}{_trimmed(f'{size:,.6f}')}"


def _places(size: float) -> int:
    if size >= 1000:
        return 0
    if size >= 1:
        return 1 if size >= 100 else 2
    return 2 - math.floor(math.log10(size))  # three digits that count


def _trimmed(digits: str) -> str:
    return digits.rstrip("0").rstrip(".") if "." in digits else digits
