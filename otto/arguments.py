"""The types that a skill's arguments may have: how each is validated, decoded under a grammar, shown and compared.

A skill writes ``duration: Duration`` in its signature; everything Otto needs to know about durations stands here. The
call language carries only strings, numbers and booleans, so each type reads its value from one of those.
"""

from __future__ import annotations

import math
import re
import types
import typing
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import PlainSerializer, PlainValidator

from otto.calls import MAX_INTEGER, Value
from otto.spoken import parse_duration, say_duration

MAX_TEXT = 1000


def clean_text(value: object) -> str:
    """User's words as an argument: one line, trimmed. Raises ValueError for control characters and empty text."""
    if not isinstance(value, str):
        raise ValueError("must be text in double quotes")
    text = " ".join(value.split())
    if not text:
        raise ValueError("must not be empty")
    if len(text) > MAX_TEXT:
        raise ValueError(f"must be at most {MAX_TEXT} characters")
    if any(unicodedata.category(character) == "Cc" for character in text):
        raise ValueError("must not contain control characters")
    return text


def comparable(text: str) -> str:
    """Text as evaluation compares it: no case, accents, leading article or closing punctuation."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(character for character in decomposed if not unicodedata.combining(character))
    plain = " ".join(plain.replace("\u2019", "'").split()).strip(" .,!?;:'\"")
    return re.sub(r"^(?:an?|the|my) (?=.)", "", plain)


@dataclass(frozen=True)
class Duration:
    """A length of time. ``seconds`` counts for equality; ``spoken`` keeps the words it was given in."""

    seconds: float
    spoken: str = field(default="", compare=False)

    @classmethod
    def read(cls, value: object) -> Duration:
        """From words ("an hour and a half") or from a bare number of seconds."""
        if isinstance(value, Duration):
            return value
        if isinstance(value, int | float) and not isinstance(value, bool):
            return cls(parse_duration(f"{value} seconds"), f"{value} seconds")
        text = clean_text(value)
        return cls(parse_duration(text), text)

    def __str__(self) -> str:
        return say_duration(self.seconds)


class Place(str):
    """A city, region or country as the user said it; equal whatever the case and accents."""

    @classmethod
    def read(cls, value: object) -> Place:
        text = clean_text(value)
        if not any(character.isalpha() for character in text):
            raise ValueError("must be the name of a place")
        return cls(text.rstrip(".,!?"))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str) and comparable(self) == comparable(other)

    def __hash__(self) -> int:
        return hash(comparable(self))


@dataclass(frozen=True, eq=False)
class Expression:
    """Arithmetic written as a Python expression; equal to another when both have the same value."""

    source: str

    @classmethod
    def read(cls, value: object) -> Expression:
        if isinstance(value, Expression):
            return value
        from otto.arithmetic import check

        source = clean_text(str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value)
        check(source)
        return cls(source)

    def value(self) -> int | float:
        """The result. Raises ValueError with a sentence for a division by zero and the like."""
        from otto.arithmetic import evaluate

        return evaluate(self.source)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Expression):
            return NotImplemented
        try:
            return math.isclose(self.value(), other.value(), rel_tol=1e-9, abs_tol=1e-12)
        except (ValueError, OverflowError):
            return self.source.replace(" ", "") == other.source.replace(" ", "")

    def __hash__(self) -> int:
        return 0  # equality is by value within a tolerance, which no hash can follow


@dataclass(frozen=True)
class ArgumentType:
    """What the rest of Otto asks of one argument's type.

    ``label`` stands in the prompt line, ``rule`` is the right-hand side of a GBNF rule for the value, ``schema`` its
    JSON schema for tools, ``annotation`` its pydantic type, ``write`` turns a validated value into a call's value and
    ``plain`` into what a JSON line shows. ``copies`` says that the value is words of the utterance.
    """

    label: str
    rule: str
    schema: Mapping[str, Any]
    annotation: Any
    write: Callable[[Any], Value] = lambda value: typing.cast("Value", value)
    plain: Callable[[Any], Any] = lambda value: value
    same: Callable[[Any, Any], bool] = lambda one, other: bool(one == other)
    copies: bool = False


def _exactly(kind: type[int] | type[float]) -> Callable[[object], int | float]:
    def read(value: object) -> int | float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise ValueError("must be a number")
        if kind is int and value != int(value):
            raise ValueError("must be a whole number")
        if kind is int and abs(value) > MAX_INTEGER:
            raise ValueError("is too large")
        return kind(value)

    return read


def _boolean(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def _annotated(kind: Any, read: Callable[[object], Any], plain: Callable[[Any], Any] | None = None) -> Any:
    if plain is None:
        return Annotated[kind, PlainValidator(read)]
    return Annotated[kind, PlainValidator(read), PlainSerializer(plain)]


_TYPES: dict[Any, ArgumentType] = {
    str: ArgumentType(
        "str",
        "string",
        {"type": "string"},
        _annotated(str, clean_text),
        same=lambda one, other: comparable(one) == comparable(other),
        copies=True,
    ),
    int: ArgumentType("int", "integer", {"type": "integer"}, _annotated(int, _exactly(int))),
    float: ArgumentType(
        "float",
        "number",
        {"type": "number"},
        _annotated(float, _exactly(float)),
        write=lambda value: int(value) if value == int(value) and abs(value) <= MAX_INTEGER else value,
        same=lambda a, b: math.isclose(a, b),
    ),
    bool: ArgumentType("bool", "boolean", {"type": "boolean"}, _annotated(bool, _boolean)),
    Duration: ArgumentType(
        "Duration",
        "string",
        {"type": "string", "description": "a length of time as spoken, such as '5 minutes' or 'an hour and a half'"},
        _annotated(Duration, Duration.read),
        write=lambda value: value.spoken or str(value),
        plain=lambda value: value.seconds,
        copies=True,
    ),
    Place: ArgumentType(
        "Place",
        "string",
        {"type": "string", "description": "a city, region or country, in the user's words"},
        _annotated(Place, Place.read),
        write=str,
        plain=str,
        copies=True,
    ),
    Expression: ArgumentType(
        "Expression",
        "string",
        {"type": "string", "description": "arithmetic as a Python expression, such as 'sqrt(16) + 2**3'"},
        _annotated(Expression, Expression.read),
        write=lambda value: value.source,
        plain=lambda value: value.source,
    ),
}


def argument_type(annotation: Any) -> ArgumentType:
    """The `ArgumentType` of a signature's annotation (without its ``| None``). Raises TypeError for any other type."""
    if annotation in _TYPES:
        return _TYPES[annotation]
    if typing.get_origin(annotation) is Literal:
        return _choice(typing.get_args(annotation))
    known = ", ".join(kind.__name__ for kind in _TYPES)
    raise TypeError(f"{annotation!r} is not an argument type; use one of {known} or Literal[...] of words")


def without_none(annotation: Any) -> Any:
    """``str | None`` -> ``str``; other annotations unchanged."""
    if typing.get_origin(annotation) in (types.UnionType, typing.Union):
        rest = [part for part in typing.get_args(annotation) if part is not type(None)]
        if len(rest) == 1:
            return rest[0]
    return annotation


def _choice(words: tuple[Any, ...]) -> ArgumentType:
    if not words or not all(isinstance(word, str) and re.fullmatch(r"[A-Za-z0-9_ -]+", word) for word in words):
        raise TypeError("a Literal argument needs plain words, such as Literal['on', 'off']")

    def read(value: object) -> str:
        if value not in words:
            raise ValueError(f"must be one of {', '.join(words)}")
        return str(value)

    return ArgumentType(
        "/".join(words),
        "(" + " | ".join(rf'"\"{word}\""' for word in words) + ")",
        {"type": "string", "enum": list(words)},
        _annotated(str, read),
    )
