"""A server that answers as Open-Meteo does."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.running_server import running

TODAY = date(2026, 11, 18)
PLACES: dict[str, list[dict[str, Any]]] = {
    "Berlin": [{"name": "Berlin", "country_code": "DE", "country": "Germany", "admin1": "State of Berlin"}],
    "Tokyo": [{"name": "Tokyo", "country_code": "JP", "country": "Japan", "admin1": "Tokyo"}],
    "Paris": [
        {"name": "Paris", "country_code": "FR", "country": "France", "admin1": "Ile-de-France"},
        {"name": "Paris", "country_code": "US", "country": "United States", "admin1": "Tennessee"},
        {"name": "Paris", "country_code": "US", "country": "United States", "admin1": "Texas"},
    ],
    # What the service finds for a name that it does not know is only vaguely like it.
    "Paris Texas": [{"name": "Paris-l'Hopital", "country_code": "FR", "country": "France", "admin1": "Burgundy"}],
    "Hopital": [{"name": "Paris-l'Hopital", "country_code": "FR", "country": "France", "admin1": "Burgundy"}],
}
LONGITUDES = {"Berlin": 13.4, "Tokyo": 139.7, "Paris": 2.3, "Paris Texas": 4.6, "Hopital": 4.6}
ZONES = {"Tokyo": 9 * 3600}  # seconds east of UTC; the others are an hour east

CODES = [61, 3, 71, 0, 95, 2, 80, 45, 1, 63, 3, 3, 3, 3, 3]  # of each day; the 16th is unknown


class OpenMeteoServer(ThreadingHTTPServer):
    """Day N from today is N to N + 5 degrees Celsius, its hours are warmer by their number divided by ten.

    ``fault`` makes every answer a wrong one: a status, "malformed", "incomplete", "nan" or "slow".
    """

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.fault: int | str | None = None
        self.queries: list[dict[str, str]] = []

    @property
    def settings(self) -> dict[str, Any]:
        """The table [skills.weather] that asks this server."""
        address = f"http://127.0.0.1:{self.server_port}"
        return {"weather": {"geocoding_url": f"{address}/search", "forecast_url": f"{address}/forecast", "timeout": 1}}


class Handler(BaseHTTPRequestHandler):
    server: OpenMeteoServer

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.server.queries.append(query)
        status, body = 200, json.dumps(found(query) if parts.path == "/search" else forecast(query))
        match self.server.fault:
            case int(wrong):
                status, body = wrong, '{"error": true, "reason": "broken"}'
            case "malformed":
                body = body[: len(body) // 2]
            case "incomplete":
                body = '{"results": [{"name": "Berlin"}]}'
            case "nan":
                body = '{"results": [{"name": "Berlin", "latitude": NaN, "longitude": Infinity}]}'
            case "slow":
                time.sleep(1.5)
        with contextlib.suppress(BrokenPipeError):  # the one who asked did not wait
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(body.encode())

    def log_message(self, *arguments: Any) -> None:
        pass


def found(query: dict[str, str]) -> dict[str, Any]:
    """Answers without a place have no "results", as there."""
    places = [
        {**place, "latitude": float(index), "longitude": LONGITUDES[name]}
        for name, places in PLACES.items()
        for index, place in enumerate(places)
        if name.casefold() == query["name"].casefold()
    ]
    return {"generationtime_ms": 0.5, **({"results": places} if places else {})}


def forecast(query: dict[str, str]) -> dict[str, Any]:
    fahrenheit = query["temperature_unit"] == "fahrenheit"
    name = next(name for name, longitude in LONGITUDES.items() if longitude == float(query["longitude"]))
    days = int(query["forecast_days"])

    def degrees(celsius: float) -> float:
        return celsius * 9 / 5 + 32 if fahrenheit else celsius

    hours = [datetime(TODAY.year, TODAY.month, TODAY.day) + timedelta(hours=hour) for hour in range(24 * days)]
    codes = [*CODES, None]
    return {
        "utc_offset_seconds": ZONES.get(name, 3600),
        "current": {"time": f"{TODAY}T14:15", "interval": 900, "temperature_2m": degrees(7.2), "weather_code": 61},
        "hourly": {
            "time": [hour.isoformat(timespec="minutes") for hour in hours],
            "temperature_2m": [degrees(index // 24 + index % 24 / 10) for index in range(len(hours))],
            "weather_code": [codes[index // 24] for index in range(len(hours))],
            "precipitation_probability": [index % 24 * 4 for index in range(len(hours))],
        },
        "daily": {
            "time": [str(TODAY + timedelta(day)) for day in range(days)],
            "temperature_2m_min": [degrees(day) for day in range(days - 1)] + [None],
            "temperature_2m_max": [degrees(day + 5) for day in range(days - 1)] + [None],
            "weather_code": codes[:days],
            "precipitation_probability_max": [60 if day == 0 else 5 if day < 10 else None for day in range(days)],
        },
    }


@pytest.fixture
def open_meteo() -> Iterator[OpenMeteoServer]:
    with running(OpenMeteoServer()) as server:
        yield server
