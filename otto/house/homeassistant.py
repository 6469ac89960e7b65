"""Home Assistant, by its REST API: which lamps and rooms there are, and switching them.

The API is documented at developers.home-assistant.io/docs/api/rest. It does not list the rooms; they come from a fixed
template, which only the token of an administrator may render.
"""

from __future__ import annotations

import json
import logging
import ssl
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, TypeAdapter, ValidationError

from otto.errors import SkillError

if TYPE_CHECKING:
    import httpx

log = logging.getLogger("otto")

ROOMS = (
    "[{% for area in areas() %}"
    '{"name": {{ area_name(area) | to_json }}, "entities": {{ area_entities(area) | list | to_json }}}'
    "{{ ',' if not loop.last }}{% endfor %}]"
)
_COLORED = {"hs", "xy", "rgb", "rgbw", "rgbww"}
_NOT_DIMMED = {"onoff", "unknown"}
_UNREADABLE = "Home Assistant sent something that I can't read."

Answer = TypeVar("Answer")


class _Loose(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, allow_inf_nan=False)


class _Entity(_Loose):
    entity_id: str
    state: str
    attributes: dict[str, Any] = {}


class _Attributes(_Loose):
    friendly_name: str | None = None
    supported_color_modes: set[str] | None = None
    min_color_temp_kelvin: int | None = Field(None, gt=0)
    max_color_temp_kelvin: int | None = Field(None, gt=0)
    entity_id: list[str] = []  # the members of a group


class _Room(_Loose):
    name: str
    entities: list[str]


_ENTITIES = TypeAdapter(list[_Entity])
_ROOMS = TypeAdapter(list[_Room])
_ANYTHING: TypeAdapter[Any] = TypeAdapter(Any)


@dataclass(frozen=True)
class Lamp:
    """A light, or a switch that stands for one. ``modes`` are its color modes, None where it does not tell.

    ``kelvin`` is the range of its whites, ``members`` are the ids of the lights of a group.
    """

    id: str
    name: str
    available: bool = True
    modes: frozenset[str] | None = None
    kelvin: tuple[int, int] | None = None
    members: frozenset[str] = frozenset()

    @property
    def dims(self) -> bool:
        return self.modes is None or bool(self.modes - _NOT_DIMMED)

    @property
    def colored(self) -> bool:
        return self.modes is None or bool(self.modes & _COLORED)

    @property
    def tunable(self) -> bool:
        """Whether it has whites of several temperatures; Home Assistant mixes them where a lamp has only colors."""
        return self.colored or "color_temp" in (self.modes or ())


@dataclass(frozen=True)
class House:
    """The lamps, and the rooms that have any, by name."""

    lamps: tuple[Lamp, ...]
    rooms: Mapping[str, tuple[Lamp, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class HomeAssistant:
    """A Home Assistant at this address. Every method raises SkillError with one sentence when it does not answer.

    The token goes to this address only: redirects are not followed.
    """

    http: httpx.AsyncClient
    url: str
    token: SecretStr
    timeout: float

    async def house(self, also: Sequence[str] = (), rooms: bool = True) -> House:
        """All lights, and the entities ``also``; their rooms, if asked for and allowed."""
        entities = await self._ask("GET", "states", _ENTITIES)
        ours = [entity for entity in entities if entity.entity_id.startswith("light.") or entity.entity_id in also]
        lamps = tuple(sorted(map(_lamp, ours), key=lambda lamp: lamp.name))
        found = await self._rooms() if rooms and lamps else []
        inside = {room.name: tuple(lamp for lamp in lamps if lamp.id in set(room.entities)) for room in found}
        return House(lamps, {name: members for name, members in inside.items() if members})

    async def switch(self, on: bool, lamps: Iterable[tuple[Lamp, Mapping[str, str | int]]]) -> None:
        """Turn lamps on or off, each with its changes, such as brightness_pct. Lamps of equal changes go together."""
        together: dict[tuple[str, frozenset[tuple[str, str | int]]], list[str]] = {}
        for lamp, changes in lamps:
            together.setdefault((lamp.id.split(".")[0], frozenset(changes.items())), []).append(lamp.id)
        for (domain, same), ids in together.items():
            path = f"services/{domain}/{'turn_on' if on else 'turn_off'}"
            await self._ask("POST", path, _ANYTHING, {"entity_id": ids, **dict(same)})

    async def _rooms(self) -> list[_Room]:
        import httpx

        response = await self._send("POST", "template", {"template": ROOMS})
        if response.status_code != httpx.codes.OK:
            log.info(
                "Home Assistant does not tell its rooms (status %s); an administrator's token may ask for them. "
                "Set rooms = false under [skills.light] to ask no more.",
                response.status_code,
            )
            return []
        return _read(response.content, _ROOMS)

    async def _ask(self, method: str, path: str, kind: TypeAdapter[Answer], data: Any = None) -> Answer:
        response = await self._send(method, path, data)
        sentence = _refusal(response.status_code)
        if sentence is not None:
            raise SkillError(sentence)
        return _read(response.content, kind)

    async def _send(self, method: str, path: str, data: Any) -> httpx.Response:
        import httpx

        token = self.token.get_secret_value().strip()
        if not token.isascii() or not token.isprintable():
            raise SkillError("The token under [skills.light] has letters that no token has.")
        try:
            return await self.http.request(
                method,
                f"{_root(self.url)}/api/{path}",
                json=data,
                headers={"Authorization": f"Bearer {token}"},
                timeout=self.timeout,
                follow_redirects=False,
            )
        except httpx.TimeoutException:
            raise SkillError("Home Assistant took too long to answer.") from None
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            if _about_certificate(error):
                raise SkillError(
                    "I can't trust the certificate of Home Assistant; use its http address in the house, "
                    "or name the certificate's authority in SSL_CERT_FILE."
                ) from None
            raise SkillError("I can't reach Home Assistant. Is url under [skills.light] right, and is it on?") from None


def _refusal(status: int) -> str | None:
    """The sentence for a status that is no success."""
    match status:
        case 200 | 201:
            return None
        case 401:
            return (
                "Home Assistant refuses the token; make a new long-lived access token in your profile there "
                "and set it as token under [skills.light]."
            )
        case 403:
            return "Home Assistant does not let this computer in; it may have banned its address."
        case 404:
            return "There is no Home Assistant at url under [skills.light]."
        case _ if 300 <= status < 400:
            return "Home Assistant sends me to another address; set that one as url under [skills.light]."
        case _:
            return f"Home Assistant could not do that: it answered with status {status}."


def _root(url: str) -> str:
    """The address without what people leave in it: "homeassistant.local:8123", "http://ha/api/".

    Raises ValueError for what is no address.
    """
    url = url.strip().rstrip("/").removesuffix("/api")
    root = url if urlsplit(url).scheme in ("http", "https") else f"http://{url}"
    if urlsplit(root).port == 0:  # reading the port checks it: httpx does not
        raise ValueError(root)
    return root


def _read(content: bytes, kind: TypeAdapter[Answer]) -> Answer:
    try:
        return kind.validate_python(json.loads(content))
    except (ValueError, RecursionError):  # pydantic's errors are ValueErrors
        raise SkillError(_UNREADABLE) from None


def _lamp(entity: _Entity) -> Lamp:
    domain, _, name = entity.entity_id.partition(".")
    try:
        about = _Attributes.model_validate(entity.attributes)
    except ValidationError:
        raise SkillError(_UNREADABLE) from None
    modes = frozenset({"onoff"}) if domain != "light" else about.supported_color_modes
    low, high = about.min_color_temp_kelvin, about.max_color_temp_kelvin
    return Lamp(
        entity.entity_id,
        (about.friendly_name or "").strip() or name.replace("_", " "),
        entity.state != "unavailable",
        frozenset(modes) if modes is not None else None,
        (low, high) if low and high and low <= high else None,
        frozenset(about.entity_id),
    )


def _about_certificate(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False
