"""Arithmetic."""

from __future__ import annotations

import math as numbers

from otto.skill import Context, Expression, Reply, SkillError, skill

_DIGITS = 15  # a whole number with more is said rounded
_PLACES = 6  # significant digits of any other number


@skill(permission="safe")
async def math(ctx: Context, question: Expression) -> Reply:
    """Arithmetic, written as a Python expression.

    Nothing is run as Python: numbers, the operators + - * / // % ** and functions such as sqrt, sin, log and factorial.
    """
    try:
        value = question.value()
    except ValueError as error:
        sentence = str(error)
        raise SkillError(f"{sentence[0].upper()}{sentence[1:]}.") from None
    said, exact = _said(value)
    return Reply(f"That is {'' if exact else 'about '}{said}.", notice=f"{question.source} = {_written(value)}")


def _said(value: int | float) -> tuple[str, bool]:
    """The number in words that a voice reads well, and whether it is all of it: "minus 2,739.73", "1.5 times 10 to the 21"."""
    sign = "minus " if value < 0 else ""
    value = abs(value)
    if value == int(value) and value < 10**_DIGITS:
        return f"{sign}{int(value):,}", True
    mantissa, _, exponent = _scientific(value).partition("e")
    exact = numbers.isclose(value, float(f"{mantissa}e{exponent}"), rel_tol=1e-14) if int(exponent) < 300 else False
    if -5 <= int(exponent) < _PLACES:
        return f"{sign}{_trimmed(f'{value:,.{_PLACES - 1 - int(exponent)}f}')}", exact
    if int(exponent) < _DIGITS and int(exponent) >= 0:
        return f"{sign}{round(value):,}", exact
    power = f"minus {-int(exponent)}" if int(exponent) < 0 else str(int(exponent))
    return f"{sign}{_trimmed(mantissa)} times 10 to the power of {power}", exact


def _scientific(value: int | float) -> str:
    """As "1.23457e45"; whole numbers too large for a float too."""
    if isinstance(value, int) and value >= 10**300:
        digits = str(value)
        return f"{int(digits[: _PLACES + 9]) / 10 ** (_PLACES + 8):.{_PLACES - 1}f}e{len(digits) - 1}"
    return f"{value:.{_PLACES - 1}e}"


def _written(value: int | float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:,.12g}"


def _trimmed(digits: str) -> str:
    return digits.rstrip("0").rstrip(".") if "." in digits else digits
