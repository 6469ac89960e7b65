"""Why a server cannot be used, in words that hold no secret."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from otto.mcp.wording import plain, shortened

if TYPE_CHECKING:
    from otto.config import McpServer

_MAX_REASON = 200
_SECRET = 6  # characters from which the value of a variable may be a secret


class Lost(Exception):
    """The connection ended. ``asked`` is true when the server may have received the call before."""

    def __init__(self, asked: bool) -> None:
        super().__init__("the connection ended")
        self.asked = asked


def secrets_of(settings: McpServer) -> list[str]:
    """What must never be shown: header values, variables for the command, and what the address carries."""
    found = [value.get_secret_value() for value in settings.headers.values()]
    found += [part for value in found for part in value.split() if len(part) >= _SECRET]  # "Bearer ..." said without it
    found += [value for value in settings.env.values() if len(value) >= _SECRET]
    if settings.url:
        address = urlsplit(settings.url)
        found += [part for part in (address.query, address.password, address.username) if part]
    return sorted({value for value in found if value}, key=len, reverse=True)


def hidden(text: str, secrets: list[str]) -> str:
    """The text without the secrets."""
    for secret in secrets:
        text = text.replace(secret, "***")
    return text


def reason(error: BaseException, settings: McpServer, status: int | None = None, last_words: str = "") -> str:
    """One clause about "it": what went wrong with the server, and the way out. It holds no secret.

    ``status`` is the HTTP status of its last refusal, ``last_words`` the last line it wrote to standard error.
    """
    import httpx2
    from mcp import MCPError
    from mcp.types import CONNECTION_CLOSED

    place = urlsplit(settings.url or "").netloc.rpartition("@")[2]
    secrets = secrets_of(settings)
    found = list(leaves(error))
    for leaf in found:
        match leaf:
            case FileNotFoundError() if settings.command:
                return f"there is no program {settings.command[0]!r}; check `command` or install it."
            case OSError() if settings.command and not isinstance(leaf, TimeoutError | ConnectionError):
                return f"the program {settings.command[0]!r} cannot be started: {leaf.strerror or type(leaf).__name__}."
            case httpx2.ConnectError():
                return f"nothing answers at {place}."
            case httpx2.TransportError():
                return f"the connection to {place} failed ({type(leaf).__name__})."
    if status in (401, 403):
        return f"{place} answered {status}; check its `headers`."
    if status is not None:
        return f"{place} answered with the HTTP status {status}; check its `url`."
    for leaf in found:
        match leaf:
            case TimeoutError():
                return f"it did not answer within {settings.timeout:g} seconds."
            case MCPError(code=code) if code != CONNECTION_CLOSED:
                return f"it refused: {shortened(plain(hidden(leaf.message, secrets)), _MAX_REASON).rstrip('.')}."
    ending = shortened(plain(hidden(last_words, secrets)), _MAX_REASON)
    return f"it ended before it answered{f' ({ending})' if ending else ''}."


def leaves(error: BaseException) -> Iterator[BaseException]:
    """The errors that a group of errors is made of."""
    if isinstance(error, BaseExceptionGroup):
        for one in error.exceptions:
            yield from leaves(one)
    else:
        yield error
