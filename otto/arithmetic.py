"""Arithmetic from a text that nobody vouches for: numbers, operators and a fixed list of functions, bounded in size.

simpleeval walks the syntax tree; nothing is compiled or run as Python. Powers, factorials and results are bounded so
that ``9**9**9`` is refused at once instead of filling the memory.
"""

from __future__ import annotations

import ast
import functools
import math
import operator
from collections.abc import Callable
from typing import Any

from simpleeval import InvalidExpression, SimpleEval

MAX_EXPRESSION = 300
MAX_BITS = 4096


def check(source: str) -> None:
    """Raise ValueError, with one sentence, unless the text is arithmetic that `evaluate` knows."""
    tree = _parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and type(node.value) not in (int, float):
            raise ValueError("arithmetic takes numbers only")
        if isinstance(node, ast.Name) and node.id not in _FUNCTIONS and node.id not in _NAMES:
            raise ValueError(f"{node.id!r} is not a function or number that Otto can calculate with")
        if not isinstance(node, _ALLOWED):
            raise ValueError(f"{source[:60]!r} is not arithmetic")
        if isinstance(node, ast.Call) and (node.keywords or not isinstance(node.func, ast.Name)):
            raise ValueError(f"{source[:60]!r} is not arithmetic")


def evaluate(source: str) -> int | float:
    """The value of the arithmetic. Raises ValueError, with one sentence, when it has none."""
    check(source)
    evaluator = SimpleEval(operators=_OPERATORS, functions=_FUNCTIONS, names=_NAMES)
    try:
        value = evaluator.eval(source)
    except ZeroDivisionError:
        raise ValueError("dividing by zero has no answer") from None
    except (OverflowError, MemoryError, RecursionError):
        raise ValueError("the result is too large") from None
    except (InvalidExpression, TypeError, SyntaxError):
        raise ValueError(f"{source[:60]!r} cannot be calculated") from None
    except ValueError as error:
        raise ValueError(str(error) if isinstance(error, _Sentence) else "that has no real answer") from None
    if isinstance(value, int):
        return value
    if not isinstance(value, float) or not math.isfinite(value):
        raise ValueError("that has no real answer")
    return value


class _Sentence(ValueError):
    """A ValueError whose text was written here, for the user."""


_ALLOWED = (
    ast.Expression,
    ast.Constant,
    ast.Name,
    ast.Load,
    ast.Call,
    ast.UnaryOp,
    ast.UAdd,
    ast.USub,
    ast.BinOp,
    ast.Add,
    ast.Sub,
    ast.Mult,
    ast.Div,
    ast.FloorDiv,
    ast.Mod,
    ast.Pow,
)


def _parse(source: str) -> ast.Expression:
    if len(source) > MAX_EXPRESSION:
        raise ValueError(f"arithmetic of more than {MAX_EXPRESSION} characters is too long")
    try:
        return ast.parse(source.strip(), mode="eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise ValueError(f"{source[:60]!r} is not arithmetic") from None


def _power(base: float, exponent: float) -> Any:
    if abs(base) > 1 and abs(exponent) * math.log2(abs(base)) > MAX_BITS:
        raise _Sentence("the result is too large")
    return base**exponent


def _product(one: float, other: float) -> Any:
    if isinstance(one, int) and isinstance(other, int) and one.bit_length() + other.bit_length() > 2 * MAX_BITS:
        raise _Sentence("the result is too large")
    return one * other


def _factorial(number: float) -> int:
    if number != int(number) or not 0 <= number <= 500:
        raise _Sentence("a factorial needs a whole number from 0 to 500")
    return math.factorial(int(number))


def _rounded(number: float, digits: int = 0) -> int | float:
    if abs(digits) > 400:
        raise _Sentence("that is too many digits to round to")  # round(5, -10**9) would fill the memory
    return round(number, digits) if digits else round(number)


def _real(function: Callable[[float], float]) -> Callable[[float], float]:
    """The function; what floating point leaves beside a whole number (sin(pi)) is rounded away."""

    @functools.wraps(function)
    def rounded(number: float) -> float:
        result = function(number)
        return float(round(result)) if abs(result - round(result)) < 1e-12 else result

    return rounded


def _root(number: float) -> int | float:
    if number < 0:
        raise _Sentence("a negative number has no real square root")
    if isinstance(number, int) and math.isqrt(number) ** 2 == number:
        return math.isqrt(number)
    return math.sqrt(number)


_OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: _product,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: _power,
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
}
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "sqrt": _root,
    "factorial": _factorial,
    "abs": abs,
    "round": _rounded,
    "min": min,
    "max": max,
    "floor": math.floor,
    "ceil": math.ceil,
    "exp": math.exp,
    "log": math.log,
    "log2": math.log2,
    "log10": math.log10,
    "radians": math.radians,
    "degrees": math.degrees,
    **{name: _real(getattr(math, name)) for name in ("sin", "cos", "tan", "asin", "acos", "atan")},
}
_NAMES: dict[str, float] = {"pi": math.pi, "e": math.e}
