"""The system's keyring (Secret Service, KWallet, macOS Keychain, Windows Credential Locker), without its perils.

Asking it may show a window that waits for a password, or fail in a dozen ways. So it is asked in a thread of its own
and waited for only so long, once per secret; an answer that comes late is there the next time.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from dataclasses import dataclass, field

from otto import secrets
from otto.errors import OttoError

log = logging.getLogger("otto")

SERVICE = "otto"
_PATIENCE = 4.0  # seconds to wait for an answer, the import of the library included
_ABSENT_FOR = 30.0  # seconds after which a secret that was not there is looked for again


class KeychainError(OttoError):
    """The keyring cannot be used for what was asked."""


@dataclass
class _Search:
    """One question to the keyring. ``failed`` holds for the process: an open prompt must not come up at each call."""

    done: threading.Event = field(default_factory=threading.Event)
    value: str | None = None
    failed: bool = False
    at: float = field(default_factory=time.monotonic)

    @property
    def stale(self) -> bool:
        return (
            self.done.is_set() and self.value is None and not self.failed and time.monotonic() - self.at > _ABSENT_FOR
        )


class Keychain:
    """Finds, keeps and forgets secrets by their name, such as "light.token". ``patience`` is in seconds."""

    def __init__(self, patience: float = _PATIENCE) -> None:
        self._patience = patience
        self._searches: dict[str, _Search] = {}
        self._lock = threading.Lock()

    def find(self, name: str) -> str | None:
        """The secret, or None where there is none, or the keyring is missing, locked or too slow."""
        with self._lock:
            search = self._searches.get(name)
            if search is None or search.stale:
                # One that does not answer is not asked for a second thing meanwhile: it would wait as long again.
                if any(not one.done.is_set() or one.failed for one in self._searches.values()):
                    return None
                search = self._searches[name] = _Search()
                threading.Thread(target=_ask, args=(name, search), daemon=True, name="keyring").start()
                search.done.wait(self._patience)
                if not search.done.is_set():
                    log.warning("The keyring did not answer in time; unlock it, or put %s elsewhere.", name)
        return search.value

    def keep(self, name: str, value: str) -> None:
        """Put a secret into the keyring, which may ask the user to unlock it. Raises KeychainError."""
        import keyring

        secrets.know(value)
        try:
            keyring.set_password(SERVICE, name, value)
            kept = keyring.get_password(SERVICE, name)
        except Exception as error:  # the backends raise what their libraries raise
            raise KeychainError(f"The keyring cannot be used: {_sentence(error)}") from None
        if kept != value:
            raise KeychainError("The keyring took the secret but does not give it back; it may be switched off.")
        self._searches.pop(name, None)

    def forget(self, name: str) -> bool:
        """Delete a secret from the keyring; false when it was not there. Raises KeychainError."""
        import keyring

        try:
            if keyring.get_password(SERVICE, name) is None:
                return False
            keyring.delete_password(SERVICE, name)
        except Exception as error:
            raise KeychainError(f"The keyring cannot be used: {_sentence(error)}") from None
        self._searches.pop(name, None)
        return True


def _ask(name: str, search: _Search) -> None:
    try:
        import keyring

        search.value = keyring.get_password(SERVICE, name)
        if search.value is not None:
            secrets.know(search.value)
    except Exception as error:
        search.failed = True
        with contextlib.suppress(Exception):
            log.info("The keyring cannot be used: %s", _sentence(error))
    finally:
        search.done.set()


def _sentence(error: Exception) -> str:
    from keyring.errors import NoKeyringError

    if isinstance(error, NoKeyringError):
        return "this system has none."
    return f"{' '.join(str(error).split()).rstrip('.') or type(error).__name__}."


_own = Keychain()  # of the process, so that a secret is looked for once


def find(name: str) -> str | None:
    """See `Keychain.find`."""
    return _own.find(name)


def keep(name: str, value: str) -> None:
    """See `Keychain.keep`."""
    _own.keep(name, value)


def forget(name: str) -> bool:
    """See `Keychain.forget`."""
    return _own.forget(name)
