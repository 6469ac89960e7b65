"""A real web server over a folder, as good or as bad as a test wants it, and an empty cache."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from otto.weights.table import TABLE, File, Source, Weight

CONTENT = bytes(range(256)) * 4000  # 1 MB


class WebFolder:
    """Serves ``root`` over HTTP. ``ranges``: whether it can continue. ``breaks_after``: it drops each connection then.

    ``breaks`` is how many connections it still drops. ``asked`` lists (path, Range header) of every GET.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.ranges = True
        self.breaks_after = 0
        self.breaks = 0
        self.asked: list[tuple[str, str | None]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        folder = self

        class Handler(BaseHTTPRequestHandler):
            def do_HEAD(self) -> None:
                self._answer(send_body=False)

            def do_GET(self) -> None:
                folder.asked.append((self.path, self.headers.get("Range")))
                self._answer(send_body=True)

            def _answer(self, send_body: bool) -> None:
                path = folder.root / self.path.strip("/")
                path = path / "index.html" if path.is_dir() else path
                if not path.is_file():
                    self.send_error(404)
                    return
                content = path.read_bytes()
                first, last = self._wanted(len(content))
                if first >= len(content):
                    self.send_response(416)
                    self.send_header("Content-Range", f"bytes */{len(content)}")
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                partial = (first, last) != (0, len(content) - 1)
                self.send_response(206 if partial else 200)
                if partial:
                    self.send_header("Content-Range", f"bytes {first}-{last}/{len(content)}")
                if folder.ranges:
                    self.send_header("Accept-Ranges", "bytes")
                self.send_header("Content-Type", "text/html" if path.suffix == ".html" else "application/octet-stream")
                self.send_header("Content-Length", str(last + 1 - first))
                self.end_headers()
                if send_body:
                    self._send(content[first : last + 1])

            def _wanted(self, size: int) -> tuple[int, int]:
                unit, _, span = self.headers.get("Range", "").partition("=")
                if not folder.ranges or unit != "bytes":
                    return 0, size - 1
                first, _, last = span.partition("-")
                if not first:  # the last so many bytes, which is how pip looks for a wheel's metadata
                    return max(0, size - int(last)), size - 1
                return int(first), min(int(last), size - 1) if last else size - 1

            def _send(self, body: bytes) -> None:
                if folder.breaks and len(body) > folder.breaks_after:
                    folder.breaks -= 1
                    body = body[: folder.breaks_after]
                    self.close_connection = True
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                pass

        return Handler


@pytest.fixture
def web(tmp_path: Path) -> Iterator[WebFolder]:
    """A web server over an empty folder."""
    root = tmp_path / "web"
    root.mkdir()
    server = WebFolder(root)
    yield server
    server.close()


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache; the folder of its weights."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: folder / "otto")  # other systems
    monkeypatch.delenv("OTTO_WEIGHTS_MIRROR", raising=False)
    monkeypatch.setattr("otto.weights.download._WAIT", 0.001)
    return folder / "otto" / "weights"


@pytest.fixture
def mirror(web: WebFolder, monkeypatch: pytest.MonkeyPatch) -> WebFolder:
    """The web server, set as the mirror of model files."""
    monkeypatch.setenv("OTTO_WEIGHTS_MIRROR", web.address)
    return web


class Tables:
    """Adds weights to the table, for one test."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch

    def add(self, name: str = "thing", content: bytes = CONTENT, *sources: Source) -> Weight:
        """A weight of one file, NAME.bin, that should hold ``content``."""
        return self.add_files(name, {f"{name}.bin": content}, *sources)

    def add_files(self, name: str, files: dict[str, bytes], *sources: Source) -> Weight:
        """A weight of several files."""
        entries = tuple(
            File(file, len(content), hashlib.sha256(content).hexdigest(), sources) for file, content in files.items()
        )
        weight = Weight(name, "a thing for tests", "MIT", entries)
        self._monkeypatch.setitem(TABLE, name, weight)
        return weight


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> Tables:
    """The table, which a test may add to."""
    return Tables(monkeypatch)
