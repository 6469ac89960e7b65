"""Fetches a small document from the web: bounded in bytes, and in seconds from the first to the last of them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from otto.errors import OttoError

if TYPE_CHECKING:
    import httpx


class FetchError(OttoError):
    """The document could not be had; the message is the end of a sentence ("it took too long to answer")."""


@dataclass(frozen=True)
class Document:
    """What came. ``url`` is where it came from after all redirects."""

    data: bytes
    content_type: str
    url: str


async def fetch(http: httpx.AsyncClient, url: str, *, timeout: float, most: int) -> Document:
    """GET a document of at most ``most`` bytes within ``timeout`` seconds. Raises FetchError."""
    import httpx

    try:
        async with asyncio.timeout(timeout), http.stream("GET", url, timeout=timeout) as response:
            if response.status_code != httpx.codes.OK:
                raise FetchError(f"it answered with status {response.status_code}")
            data = bytearray()
            async for chunk in response.aiter_bytes():
                data += chunk
                if len(data) > most:
                    raise FetchError("its answer is too long")
            return Document(bytes(data), response.headers.get("Content-Type", ""), str(response.url))
    except (TimeoutError, httpx.TimeoutException):
        raise FetchError("it took too long to answer") from None
    except (httpx.HTTPError, httpx.InvalidURL, ValueError):
        raise FetchError("it can't be reached") from None
