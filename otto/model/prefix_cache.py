"""The computed state of the prompt's fixed part, kept on disk: a model that starts need not read the prompt again.

The prompt with all skills is over 2,000 tokens, which take one core about ten seconds; reading their state takes a
tenth of a second. llama.cpp's server saves and restores the state of a slot in a folder that it was given.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

from otto.model.engine import Message

log = logging.getLogger("otto")

_KEPT = 4  # states; each belongs to one model and one set of skills and examples
_LARGEST = 256 * 2**20  # bytes; the state of a 7B model would be larger, and such a model has a GPU
_PATIENCE = 20.0  # seconds for reading or writing


class PrefixCache:
    """States in ``folder``, by everything they depend on. Whatever goes wrong, there is just no state.

    ``usable`` is whether the folder can be written.
    """

    def __init__(self, folder: Path, model: Path, context: int) -> None:
        self._folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.usable = os.access(folder, os.W_OK)
        except OSError as error:
            log.info("The state of the prompt cannot be kept in %s: %s", folder, error.strerror)
            self.usable = False
        state = model.stat()
        self._about = [str(model.resolve()), state.st_size, state.st_mtime_ns, context, metadata.version("xllamacpp")]

    def restore(self, address: str, key: str, prefix: Sequence[Message]) -> bool:
        """Have the server at ``address`` read the state of these messages; false when there is none."""
        file = self._folder / self._name(prefix)
        if not self.usable or not file.exists():
            return False
        if not self._ask(address, key, "restore", file.name):
            file.unlink(missing_ok=True)
            return False
        os.utime(file)
        return True

    def save(self, address: str, key: str, prefix: Sequence[Message]) -> None:
        """Have the server write its state, and drop the states that were used longest ago."""
        if not self.usable:
            return
        name = self._name(prefix)
        part = self._folder / f"{name}.{os.getpid()}.part"
        if self._ask(address, key, "save", part.name) and part.stat().st_size <= _LARGEST:
            part.replace(self._folder / name)
        part.unlink(missing_ok=True)
        states = sorted(self._folder.glob("*.state"), key=lambda file: file.stat().st_mtime, reverse=True)
        for old in states[_KEPT:]:
            old.unlink(missing_ok=True)

    def _name(self, prefix: Sequence[Message]) -> str:
        return hashlib.sha256(json.dumps([self._about, list(prefix)]).encode()).hexdigest()[:32] + ".state"

    def _ask(self, address: str, key: str, action: str, name: str) -> bool:
        import httpx

        try:
            answer = httpx.post(
                f"{address}/slots/0?action={action}",
                json={"filename": name},
                headers={"Authorization": f"Bearer {key}"},
                timeout=_PATIENCE,
                trust_env=False,
            )
        except (httpx.HTTPError, OSError) as error:
            log.info("The state of the prompt could not be kept: %s", error)
            return False
        return answer.status_code == httpx.codes.OK
