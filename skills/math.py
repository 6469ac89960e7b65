"""Arithmetic."""

from __future__ import annotations

from decimal import Decimal

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
    """The number for a voice ("minus 2,739.73", "2.65 times 10 to the power of 32"), and whether that is all of it."""
    sign, value = "minus " if value < 0 else "", abs(value)
    if value == int(value) and value < 10**_DIGITS:
        return f"{sign}{int(value):,}", True
    rounded = Decimal(f"{Decimal(value):.{_PLACES - 1}e}")
    exact = abs(Decimal(value) - rounded) <= rounded * Decimal("1e-12")  # floating point's 0.30000000000000004 is 0.3
    if -_PLACES < rounded.adjusted() < _DIGITS:
        return f"{sign}{_trimmed(f'{rounded:,f}')}", exact
    mantissa, _, exponent = f"{rounded:e}".partition("e")
    return f"{sign}{_trimmed(mantissa)} times 10 to the power of {exponent.lstrip('+').replace('-', 'minus ')}", exact


def _written(value: int | float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:,.12g}"


def _trimmed(digits: str) -> str:
    return digits.rstrip("0").rstrip(".") if "." in digits else digits
