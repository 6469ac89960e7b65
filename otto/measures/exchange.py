"""Exchange rates of the day from the European Central Bank, kept in a file until the next day.

The file is described at ecb.europa.eu under "Euro foreign exchange reference rates": nested elements `Cube`, one with
the day (`time`), in it one for each currency with what a euro costs in it (`rate`). It is renewed on working days at
about 16:00 in Frankfurt.
"""

from __future__ import annotations

import contextlib
import logging
import os
import tempfile
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from xml.etree import ElementTree

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from otto.errors import SkillError
from otto.measures.currencies import Currency
from otto.web.fetching import FetchError, fetch

if TYPE_CHECKING:
    import httpx

log = logging.getLogger("otto")

_MOST = 200_000  # bytes; the real file has about 2,000
_FILE = "exchange_rates.json"

Code = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
Rate = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class Rates(BaseModel):
    """What one euro costs in each currency, on a day."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    day: date
    rates: Annotated[dict[Code, Rate], Field(min_length=1)]

    def convert(self, amount: float, currency: Currency, to: Currency) -> float:
        """The amount in the other currency. Raises SkillError when either has no rate."""
        euros = amount / self._rate(currency)
        return euros * self._rate(to)

    def _rate(self, currency: Currency) -> float:
        rate = 1.0 if currency.code == "EUR" else self.rates.get(currency.code)
        if rate is None:
            raise SkillError(f"I have no exchange rate for {currency.many}.")
        return rate


class _Kept(BaseModel):
    """The file in the cache."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str
    fetched: datetime
    rates: Rates


@dataclass(frozen=True)
class Exchange:
    """The rates at an address, asked for once a day; ``folder`` is where they are kept in between.

    ``timeout`` is in seconds.
    """

    http: httpx.AsyncClient
    url: str
    timeout: float
    folder: Path

    async def rates(self, now: datetime) -> tuple[Rates, bool]:
        """The rates, and whether they could be asked for today; the last known ones if not.

        Raises SkillError when none are known.
        """
        kept = self._kept()
        if kept is not None and kept.fetched.astimezone(now.tzinfo).date() == now.date():
            return kept.rates, True
        try:
            rates = read_rates((await fetch(self.http, self.url, timeout=self.timeout, most=_MOST)).data)
        except (FetchError, ValueError) as error:
            log.info("No exchange rates from %s: %s.", self.url, error)
            if kept is not None:
                return kept.rates, False
            reason = str(error) if isinstance(error, FetchError) else "it sent something that I can't read"
            raise SkillError(f"I have no exchange rates: I asked the service, but {reason}.") from None
        self._keep(_Kept(url=self.url, fetched=now, rates=rates))
        return rates, True

    def _kept(self) -> _Kept | None:
        try:
            kept = _Kept.model_validate_json((self.folder / _FILE).read_bytes())
        except (OSError, ValidationError):
            return None
        return kept if kept.url == self.url else None

    def _keep(self, kept: _Kept) -> None:
        """Written beside and moved into place, so that no one reads half a file."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self.folder, prefix=_FILE)
            part = Path(name)
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    file.write(kept.model_dump_json())
                part.replace(self.folder / _FILE)
            except OSError:
                with contextlib.suppress(OSError):
                    part.unlink()
                raise
        except OSError as error:
            log.warning("The exchange rates cannot be kept in %s: %s.", self.folder, error)


def read_rates(data: bytes) -> Rates:
    """The rates in the bank's file. Raises ValueError for anything that is not such a file with sound rates only."""
    parser = ElementTree.XMLParser(target=_NoDoctype())  # noqa: S314 - it refuses what could expand
    try:
        parser.feed(data)
        root = parser.close()
    except (ElementTree.ParseError, LookupError) as error:
        raise ValueError(f"it is no XML: {error}") from None
    days = [cube for cube in root.iter() if cube.tag.endswith("}Cube") and "time" in cube.attrib]
    if len(days) != 1:
        raise ValueError("it does not have the rates of one day")
    found = {cube.get("currency", ""): cube.get("rate", "") for cube in days[0]}
    return Rates.model_validate({"day": days[0].get("time"), "rates": found})


class _NoDoctype(ElementTree.TreeBuilder):
    def doctype(self, *_: str | None) -> None:
        """Entities are declared in a document type; a file of rates needs none."""
        raise ValueError("it has a document type")
