"""Keeps secrets out of what Otto writes and says: the values that are known as secrets are replaced in any text."""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import threading
import traceback
from collections.abc import Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any
from urllib.parse import quote, quote_plus

from pydantic import BaseModel, SecretStr

MASK = "***"
_SHORTEST = 4  # a shorter "secret" would blacken ordinary words
_SCHEME = re.compile(r"(?:Basic|Bearer|Token)\s+(\S.*)", re.IGNORECASE)  # as in an Authorization header


class _Known:
    """The known values as one pattern, the longest first. It only ever grows."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._values: set[str] = set()
        self.pattern: re.Pattern[str] | None = None

    def add(self, values: set[str]) -> None:
        with self._lock:
            if values <= self._values:
                return
            self._values |= values
            self.pattern = re.compile("|".join(re.escape(one) for one in sorted(self._values, key=len, reverse=True)))


_known = _Known()  # of the process: a secret must not be written by whatever part of Otto, however it came there


def know(value: str) -> None:
    """Take a value for a secret from now on, also as it stands in a URL, in JSON and in Python's own quotes.

    Values shorter than four characters are passed over.
    """
    scheme = _SCHEME.fullmatch(value.strip())
    for secret in {value.strip(), scheme[1] if scheme else ""}:
        if len(secret) >= _SHORTEST:
            quoted = {repr(secret)[1:-1], json.dumps(secret)[1:-1]}
            _known.add({secret, quote(secret), quote(secret, safe=""), quote_plus(secret), *quoted})


def know_all(model: BaseModel) -> None:
    """Take every SecretStr in a pydantic model, however deep, and the key in OPENAI_API_KEY for secrets."""
    for secret in _secrets_in(model):
        know(secret.get_secret_value())
    know(os.environ.get("OPENAI_API_KEY", ""))


def redact(text: str) -> str:
    """The text with ``***`` for every known secret."""
    return _known.pattern.sub(MASK, text) if _known.pattern else text


class Redaction(logging.Formatter):
    """Formats log records without the known secrets, in the message and in its traceback."""

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


def show_crash(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """For ``sys.excepthook``: a traceback as Python prints it, without the known secrets."""
    sys.stderr.write(redact("".join(traceback.format_exception(kind, error, trace))))


def _secrets_in(value: Any) -> Iterator[SecretStr]:
    if isinstance(value, SecretStr):
        yield value
    elif isinstance(value, BaseModel):
        yield from _secrets_in({**vars(value), **(value.model_extra or {})})
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _secrets_in(one)
    elif isinstance(value, Sequence) and not isinstance(value, str | bytes):
        for one in value:
            yield from _secrets_in(one)
