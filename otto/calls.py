"""The call language: ``name(key=value, ...)``, up to three calls joined by ``; ``.

Values are double-quoted strings with JSON escapes, numbers, ``true`` and ``false``. ``parse`` evaluates nothing: it is
one pass of a scanner over at most `MAX_LENGTH` characters. ``render`` writes the one canonical spelling, and
``parse(render(calls)) == calls`` for every `Call` that can be made.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

from otto.errors import CallError

Value = str | int | float | bool

MAX_CALLS = 3
MAX_CALL_LENGTH = 2600
MAX_LENGTH = MAX_CALLS * (MAX_CALL_LENGTH + 2)
MAX_ARGUMENTS = 16
MAX_INTEGER = 10**15

_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*+"')
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,24})(\.[0-9]{1,25})?([eE][+-]?[0-9]{1,3})?(?![0-9.eE])")
_WORD = re.compile(r"(?:true|false)(?![A-Za-z0-9_])")


@dataclass(frozen=True)
class Call:
    """One skill call: the skill's name and its keyword arguments in order.

    Raises `CallError` when a name, a value or their number is outside the call language.
    """

    name: str
    arguments: tuple[tuple[str, Value], ...] = ()

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise CallError(f"{self.name[:40]!r} is not a skill name")
        if len(self.arguments) > MAX_ARGUMENTS:
            raise CallError(f"more than {MAX_ARGUMENTS} arguments")
        seen = set()
        for key, value in self.arguments:
            if not _NAME.fullmatch(key):
                raise CallError(f"{key[:40]!r} is not an argument name")
            if key in seen:
                raise CallError(f"argument {key!r} is given twice")
            seen.add(key)
            _check_value(key, value)
        if len(str(self)) > MAX_CALL_LENGTH:
            raise CallError(f"a call longer than {MAX_CALL_LENGTH} characters")

    @classmethod
    def make(cls, name: str, /, **arguments: Value) -> Call:
        """A call written the way Python writes it: ``Call.make("weather", location="Berlin")``."""
        return cls(name, tuple(arguments.items()))

    def __str__(self) -> str:
        return f"{self.name}({', '.join(f'{key}={_render_value(value)}' for key, value in self.arguments)})"


def render(calls: Call | Iterable[Call]) -> str:
    """The canonical text of one call or of several."""
    return str(calls) if isinstance(calls, Call) else "; ".join(map(str, calls))


def parse(text: str) -> tuple[Call, ...]:
    """Read one to three calls. Spaces around punctuation are allowed; anything else raises `CallError`."""
    if len(text) > MAX_LENGTH:
        raise CallError(f"longer than {MAX_LENGTH} characters", MAX_LENGTH)
    scanner = _Scanner(text)
    calls = [scanner.call()]
    while not scanner.at_end():
        scanner.expect(";", "';' and another call, or the end")
        if len(calls) == MAX_CALLS:
            raise CallError(f"more than {MAX_CALLS} calls", scanner.position)
        calls.append(scanner.call())
    return tuple(calls)


def _check_value(key: str, value: Value) -> None:
    if isinstance(value, bool):
        return
    if isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            raise CallError(f"the number in {key!r} is too large")
    elif isinstance(value, float):
        if not math.isfinite(value):
            raise CallError(f"the number in {key!r} is not finite")
    elif isinstance(value, str):
        if len(value) > MAX_CALL_LENGTH:
            raise CallError(f"the text in {key!r} is too long")
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise CallError(f"the text in {key!r} is not valid Unicode")
    else:
        raise CallError(f"{key!r} has a value of type {type(value).__name__}")


def _render_value(value: Value) -> str:
    return json.dumps(value, ensure_ascii=False)


class _Scanner:
    """A position in a text, and the few things that can be read there."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self._skip_spaces()

    def at_end(self) -> bool:
        return self.position == len(self.text)

    def call(self) -> Call:
        start = self.position
        name = self._match(_NAME, "a skill name")
        self.expect("(", "'('")
        arguments: list[tuple[str, Value]] = []
        if not self._take(")"):
            arguments.append(self._argument())
            while not self._take(")"):
                self.expect(",", "',' or ')'")
                if len(arguments) == MAX_ARGUMENTS:
                    raise CallError(f"more than {MAX_ARGUMENTS} arguments", self.position)
                arguments.append(self._argument())
        try:
            return Call(name, tuple(arguments))
        except CallError as error:
            raise CallError(error.reason, start) from None

    def expect(self, character: str, wanted: str) -> None:
        if not self._take(character):
            raise CallError(f"expected {wanted}, found {self._found()}", self.position)

    def _argument(self) -> tuple[str, Value]:
        key = self._match(_NAME, "an argument name")
        self.expect("=", "'='")
        return key, self._value()

    def _value(self) -> Value:
        if self.text.startswith('"', self.position):
            value: Value = json.loads(self._match(_STRING, "a closed string with JSON escapes"))
            return value
        if self.text.startswith(("t", "f"), self.position):
            return self._match(_WORD, "true or false") == "true"
        start = self.position
        number = self._match(_NUMBER, "a value: a string in double quotes, a number, true or false")
        value = json.loads(number)
        if isinstance(value, float) and not math.isfinite(value):
            raise CallError("the number is too large", start)
        return value

    def _match(self, pattern: re.Pattern[str], wanted: str) -> str:
        match = pattern.match(self.text, self.position)
        if match is None:
            raise CallError(f"expected {wanted}, found {self._found()}", self.position)
        self.position = match.end()
        self._skip_spaces()
        return match.group()

    def _take(self, character: str) -> bool:
        if not self.text.startswith(character, self.position):
            return False
        self.position += 1
        self._skip_spaces()
        return True

    def _skip_spaces(self) -> None:
        while self.text.startswith(" ", self.position):
            self.position += 1

    def _found(self) -> str:
        return repr(self.text[self.position]) if not self.at_end() else "the end"
