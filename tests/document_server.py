"""A web server whose documents, and troubles, a test lays down."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class DocumentServer(ThreadingHTTPServer):
    """Serves ``documents`` by path.

    Text and bytes are sent as they are, a number as a status; "slow" answers too late, "drip" never ends but never
    pauses for long, "endless" sends as fast as it can.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.documents: dict[str, str | bytes | int] = {}
        self.asked: list[str] = []

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_port}/{path}"

    def put(self, path: str, document: str | bytes | int) -> str:
        """Lay down a document; gives its address."""
        self.documents[path] = document
        return self.url(path)


class _Handler(BaseHTTPRequestHandler):
    server: DocumentServer

    def do_GET(self) -> None:
        path = self.path.lstrip("/")
        self.server.asked.append(path)
        document = self.server.documents.get(path, 404)
        with contextlib.suppress(OSError):  # the one who asked did not wait
            if document == "slow":
                time.sleep(1.5)
            self.send_response(document if isinstance(document, int) else 200)
            self.send_header("Content-Type", "application/xml")
            self.end_headers()
            if document in ("drip", "endless"):
                for _ in range(15 if document == "drip" else 5000):
                    self.wfile.write(b"<a>" if document == "drip" else b"<a>" * 5000)
                    time.sleep(0.1 if document == "drip" else 0)
            elif not isinstance(document, int):
                self.wfile.write(document if isinstance(document, bytes) else document.encode())

    def log_message(self, *arguments: Any) -> None:
        pass


@contextlib.contextmanager
def serving() -> Iterator[DocumentServer]:
    """A server that runs."""
    server = DocumentServer()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


ENTITY_BOMB = """<?xml version="1.0"?>
<!DOCTYPE rss [
<!ENTITY a "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa">
{}
]>
<rss version="2.0"><channel><title>Bomb</title><item><title>&z;</title></item></channel></rss>
""".format(
    "\n".join(f'<!ENTITY {name} "{f"&{before};" * 20}">' for before, name in zip("abcdefghi", "bcdefghiz", strict=True))
)
