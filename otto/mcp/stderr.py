"""What a started server writes to standard error goes to Otto's log, without secrets, and its last line is kept."""

from __future__ import annotations

import contextlib
import logging
import os
import threading
from types import TracebackType

from otto.mcp.faults import hidden
from otto.mcp.wording import plain

log = logging.getLogger("otto")

_MAX_LINE = 2000
_PATIENCE = 0.3  # seconds for what was written just before the end


class Stderr:
    """A file for the server to write to, read by a thread until all who can write to it are gone."""

    def __init__(self, name: str, secrets: list[str]) -> None:
        self._name = name
        self._secrets = secrets
        self._last = ""

    def __enter__(self) -> Stderr:
        reading, writing = os.pipe()
        self.file = os.fdopen(writing, "w")
        self._thread = threading.Thread(target=self._read, args=(reading,), name=f"mcp-{self._name}", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.file.close()

    def last_line(self) -> str:
        """The last thing that the server wrote, on one line."""
        with contextlib.suppress(OSError):
            self.file.close()
        self._thread.join(_PATIENCE)
        return self._last

    def _read(self, descriptor: int) -> None:
        with os.fdopen(descriptor, encoding="utf-8", errors="replace") as lines:
            while line := lines.readline(_MAX_LINE):
                if told := plain(hidden(line, self._secrets)):
                    self._last = told
                    log.info("MCP server %s: %s", self._name, told)
