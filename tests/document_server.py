"""A web server whose documents, and troubles, a test lays down."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from xml.sax.saxutils import escape

from tests.running_server import running

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


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
    with running(DocumentServer()) as server:
        yield server


ENTITY_BOMB = """<?xml version="1.0"?>
<!DOCTYPE rss [
<!ENTITY a "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa">
{}
]>
<rss version="2.0"><channel><title>Bomb</title><item><title>&z;</title></item></channel></rss>
""".format(
    "\n".join(f'<!ENTITY {name} "{f"&{before};" * 20}">' for before, name in zip("abcdefghi", "bcdefghiz", strict=True))
)


def ecb(day: str = "2026-11-17", **rates: object) -> str:
    """The bank's file."""
    cubes = "".join(f"<Cube currency='{code}' rate='{rate}'/>" for code, rate in (rates or {"USD": 1.25}).items())
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01"
 xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
<gesmes:subject>Reference rates</gesmes:subject>
<gesmes:Sender><gesmes:name>European Central Bank</gesmes:name></gesmes:Sender>
<Cube><Cube time='{day}'>{cubes}</Cube></Cube>
</gesmes:Envelope>"""


def item(title: str, hours: float = 0, link: str = "", summary: str = "", category: str = "") -> str:
    """An item of an RSS feed; ``hours`` is how long after noon it was published."""
    return (
        f"<item><title>{escape(title)}</title><link>{escape(link)}</link><description>{escape(summary)}</description>"
        f"<category>{escape(category)}</category>"
        f"<pubDate>{format_datetime(NOON + timedelta(hours=hours))}</pubDate></item>"
    )


def rss(title: str, *items: str) -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>{escape(title)}</title>'
        f"{''.join(items)}</channel></rss>"
    )
