"""Names of currencies, and rates from a server that speaks as the European Central Bank does."""

from collections.abc import AsyncIterator, Iterator
from datetime import date, timedelta
from pathlib import Path

import httpx
import pytest

from otto.errors import SkillError
from otto.measures.currencies import find_currency
from otto.measures.exchange import Exchange, read_rates
from tests.conftest import NOW
from tests.document_server import ENTITY_BOMB, DocumentServer, ecb, serving


@pytest.fixture
def server() -> Iterator[DocumentServer]:
    with serving() as server:
        yield server


@pytest.fixture
async def exchange(server: DocumentServer, tmp_path: Path) -> AsyncIterator[Exchange]:
    async with httpx.AsyncClient(trust_env=False, verify=False) as http:
        yield Exchange(http, server.url("daily.xml"), 0.5, tmp_path / "cache")


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("dollars", "USD"),
        ("US dollars", "USD"),
        ("U.S. dollars", "USD"),
        ("usd", "USD"),
        ("$", "USD"),
        ("Canadian dollars", "CAD"),
        ("the euro", "EUR"),
        ("pounds sterling", "GBP"),
        ("quid", "GBP"),
        ("yen", "JPY"),
        ("Swiss francs", "CHF"),
        ("kroner", "NOK"),
        ("kronor", "SEK"),
        ("Icelandic króna", "ISK"),
        ("złoty", "PLN"),
        ("rupees", "INR"),
    ],
)
def test_a_currency_by_name_or_code(said: str, code: str) -> None:
    found = find_currency(said)
    assert found and found.code == code


@pytest.mark.parametrize("said", ["miles", "pesetas of old", "", "usd; drop table", "x" * 1000])
def test_what_is_no_currency(said: str) -> None:
    assert find_currency(said) is None


def test_the_bank_s_file() -> None:
    rates = read_rates(ecb(USD="1.0842", JPY="163.5").encode())
    assert rates.day == date(2026, 11, 17) and rates.rates == {"USD": 1.0842, "JPY": 163.5}


@pytest.mark.parametrize(
    "file",
    [
        ecb(USD="-1.1"),
        ecb(USD="0"),
        ecb(USD="nan"),
        ecb(USD="inf"),
        ecb(USD="1e999"),
        ecb(USD=""),
        ecb(USD="N/A"),
        ecb(usd="1.1"),
        ecb(day="tomorrow"),
        ecb()[:300],
        ecb().replace("<Cube currency='USD' rate='1.25'/>", ""),
        ecb().replace("currency='USD'", ""),
        "<html><body>Please log in</body></html>",
        "",
        "<a>" * 50_000,
        '<?xml version="1.0" encoding="nonsense"?><a/>',
        ENTITY_BOMB,
    ],
)
def test_a_file_with_anything_wrong_is_refused(file: str) -> None:
    with pytest.raises(ValueError):
        read_rates(file.encode())


def test_a_document_type_is_refused_in_any_encoding() -> None:
    with pytest.raises(ValueError, match="document type"):
        read_rates('<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'.encode("utf-16"))


async def test_the_rates_are_asked_for_once_a_day(server: DocumentServer, exchange: Exchange) -> None:
    server.put("daily.xml", ecb(USD="1.25"))
    for _ in range(3):
        rates, fresh = await exchange.rates(NOW)
        assert rates.rates["USD"] == 1.25 and fresh
    assert server.asked == ["daily.xml"]
    server.put("daily.xml", ecb(day="2026-11-18", USD="1.5"))
    rates, fresh = await exchange.rates(NOW + timedelta(days=1))
    assert rates.rates["USD"] == 1.5 and fresh and len(server.asked) == 2


@pytest.mark.parametrize("fault", ["slow", "drip", "endless", 500, 404, ecb()[:200], ecb(USD="-1"), ENTITY_BOMB])
async def test_in_trouble_the_last_known_rates_are_used(
    server: DocumentServer, exchange: Exchange, fault: str | int
) -> None:
    server.put("daily.xml", ecb(USD="1.25"))
    await exchange.rates(NOW)
    server.put("daily.xml", fault)
    rates, fresh = await exchange.rates(NOW + timedelta(days=3))
    assert rates.rates["USD"] == 1.25 and not fresh
    server.put("daily.xml", ecb(day="2026-11-21", USD="1.5"))
    assert (await exchange.rates(NOW + timedelta(days=3)))[1]


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        ("slow", "it took too long to answer"),
        ("endless", "its answer is too long"),
        (500, "it answered with status 500"),
        ("<a>", "it sent something that I can't read"),
    ],
)
async def test_without_any_rates_the_reason_is_said(
    server: DocumentServer, exchange: Exchange, fault: str | int, why: str
) -> None:
    server.put("daily.xml", fault)
    with pytest.raises(SkillError, match=why):
        await exchange.rates(NOW)


@pytest.mark.parametrize("kept", ["", "{", '{"url": 1}', "\x00" * 100])
async def test_a_damaged_cache_is_as_good_as_none(server: DocumentServer, exchange: Exchange, kept: str) -> None:
    exchange.folder.mkdir()
    (exchange.folder / "exchange_rates.json").write_text(kept)
    server.put("daily.xml", ecb())
    assert (await exchange.rates(NOW))[1]


async def test_a_cache_that_cannot_be_written_does_no_harm(server: DocumentServer, exchange: Exchange) -> None:
    exchange.folder.write_text("a file where the folder should be")
    server.put("daily.xml", ecb())
    assert (await exchange.rates(NOW))[1]
