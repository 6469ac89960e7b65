"""A server that answers as Home Assistant's REST API does, with a small house behind it."""

from __future__ import annotations

import contextlib
import json
import ssl
import subprocess
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.running_server import running

TOKEN = "eyJhbGciOiJIUzI1NiJ9.long-lived.secret"

# Lights of several kinds, with attributes as Home Assistant's integrations for Hue, Zigbee and groups set them.
WHITES = {"min_color_temp_kelvin": 2202, "max_color_temp_kelvin": 4000}
ALL_COLORS = {
    "min_color_temp_kelvin": 2000,
    "max_color_temp_kelvin": 6535,
    "supported_color_modes": ["color_temp", "xy"],
}
LIGHTS: dict[str, dict[str, Any]] = {
    "light.kitchen_ceiling": {"friendly_name": "Kitchen Ceiling", "supported_color_modes": ["brightness"]},
    "light.kitchen_counter": {"friendly_name": "Counter", **WHITES, "supported_color_modes": ["color_temp"]},
    "light.bedroom_left": {"friendly_name": "Bedroom Left Lamp", **ALL_COLORS, "effect_list": ["colorloop"]},
    "light.bedroom_right": {"friendly_name": "Bedroom Right Lamp", **ALL_COLORS},
    "light.bedroom_lamps": {
        "friendly_name": "Bedside",
        **ALL_COLORS,
        "entity_id": ["light.bedroom_left", "light.bedroom_right"],
        "icon": "mdi:lightbulb-group",
    },
    "light.hall": {"friendly_name": "Hall", "supported_color_modes": ["onoff"]},
    "light.balcony": {"friendly_name": "Balcony", "supported_color_modes": ["rgb"], "restored": True},
}
OTHERS: dict[str, dict[str, Any]] = {
    "switch.desk": {"friendly_name": "Desk Lamp"},
    "switch.heater": {"friendly_name": "Heater", "device_class": "outlet"},
    "sun.sun": {"friendly_name": "Sun", "elevation": -12.4, "rising": False},
    "sensor.kitchen_temperature": {"friendly_name": "Kitchen Temperature", "unit_of_measurement": "\u00b0C"},
}
AREAS = [
    {"name": "Kitchen", "entities": ["light.kitchen_ceiling", "light.kitchen_counter", "sensor.kitchen_temperature"]},
    {"name": "Bedroom", "entities": ["light.bedroom_left", "light.bedroom_right", "light.bedroom_lamps"]},
    {"name": "Office", "entities": ["switch.desk"]},
    {"name": "Garage", "entities": []},
]


class HomeServer(ThreadingHTTPServer):
    """The balcony is unavailable. ``calls`` are the services called: ("light/turn_on", data).

    ``admin`` is whether the token may render templates. ``fault`` makes every answer a wrong one: a status,
    "malformed", "strange" (JSON of another shape), "deep", "slow", or ("redirect", address).
    """

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.lights = dict(LIGHTS)
        self.admin = True
        self.fault: int | str | tuple[str, str] | None = None
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.requests: list[tuple[str, str | None]] = []  # paths and authorizations

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def settings(self) -> dict[str, Any]:
        """The table [skills.light] for this server."""
        return {"url": self.address, "token": TOKEN, "timeout": 0.5}

    def states(self) -> list[dict[str, Any]]:
        """All entities, as /api/states lists them."""
        return [
            {
                "entity_id": name,
                "state": "unavailable" if name == "light.balcony" else "on" if name == "light.hall" else "off",
                "attributes": {**attributes, "supported_features": 40},
                "last_changed": "2026-11-18T12:00:00.000000+00:00",
                "last_reported": "2026-11-18T12:00:00.000000+00:00",
                "last_updated": "2026-11-18T12:00:00.000000+00:00",
                "context": {"id": "01J8ZK4T4M", "parent_id": None, "user_id": None},
            }
            for name, attributes in {**self.lights, **OTHERS}.items()
        ]


class _Handler(BaseHTTPRequestHandler):
    server: HomeServer

    def do_GET(self) -> None:
        self._answer(None)

    def do_POST(self) -> None:
        self._answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def _answer(self, data: Any) -> None:
        self.server.requests.append((self.path, self.headers["Authorization"]))
        status, body = self._found(data)
        match self.server.fault:
            case int(wrong):
                status, body = wrong, f"{wrong}: Oops"
            case "malformed":
                body = body[: len(body) // 2]
            case "strange":
                body = '{"message": "API running."}'
            case "deep":
                body = "[" * 100_000
            case "slow":
                time.sleep(1)
        with contextlib.suppress(OSError):  # the one who asked did not wait
            if isinstance(self.server.fault, tuple):
                status = 307
            self.send_response(status)
            if isinstance(self.server.fault, tuple):
                self.send_header("Location", self.server.fault[1] + self.path)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(body.encode())

    def _found(self, data: Any) -> tuple[int, str]:
        if self.headers["Authorization"] != f"Bearer {TOKEN}":
            return 401, "401: Unauthorized"
        match self.path.split("/")[2:]:
            case ["states"]:
                return 200, json.dumps(self.server.states())
            case ["template"]:
                assert "areas()" in data["template"]
                return (200, json.dumps(AREAS)) if self.server.admin else (401, "401: Unauthorized")
            case ["services", domain, service]:
                self.server.calls.append((f"{domain}/{service}", data))
                return 200, "[]"
        return 404, "404: Not Found"

    def log_message(self, *_: object) -> None:
        pass


@contextlib.contextmanager
def home(certificate: tuple[Path, Path] | None = None) -> Iterator[HomeServer]:
    """A `HomeServer` that runs; with a certificate and its key it speaks HTTPS."""
    server = HomeServer()
    if certificate is not None:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(*certificate)
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    with running(server):
        yield server


def self_signed(folder: Path) -> tuple[Path, Path]:
    """A certificate that nobody vouches for, and its key."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1"
    subprocess.run([*command.split(), "-keyout", key, "-out", certificate], check=True, capture_output=True)
    return certificate, key
