"""Servers of a larger language model: llama.cpp's own with a small model, and one that says what it is told."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.running_server import running

KEY = "sk-secret-4711"
DONE = "[DONE]"
RESET = "<the connection breaks>"


def chunk(text: str | None, finish: str | None = None, **delta: str) -> str:
    """A part of a streamed answer in OpenAI's shape."""
    choice = {"index": 0, "delta": {"content": text, **delta}, "finish_reason": finish}
    return json.dumps({"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]})


def told(*texts: str, finish: str = "stop") -> list[str | float]:
    """A whole answer in these pieces, with the usage at its end, as OpenAI sends it."""
    usage = '{"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [], "usage": {}}'
    return [chunk("", role="assistant"), *map(chunk, texts), chunk(None, finish), usage, DONE]


class ChatServer(ThreadingHTTPServer):
    """Streams ``parts``: text is sent as an event, a number is a pause in seconds, RESET breaks the connection.

    With a ``status`` other than 200 it answers with that and ``body``; a ``target`` is where it redirects to.
    """

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.parts: list[str | float] = told("Yes.")
        self.status = 200
        self.body = "{}"
        self.target = ""
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str | None] = []

    @property
    def settings(self) -> dict[str, Any]:
        """The table [chat] that asks this server."""
        address = f"http://127.0.0.1:{self.server_port}/v1"
        return {"model": "big", "base_url": address, "api_key": KEY, "timeout": 0.5}


class _Handler(BaseHTTPRequestHandler):
    server: ChatServer

    def do_POST(self) -> None:
        self.server.requests.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.server.keys.append(self.headers["Authorization"])
        self.send_response(self.server.status)
        if self.server.target:
            self.send_header("Location", self.server.target)
        streams = self.server.status == 200
        self.send_header("Content-Type", "text/event-stream" if streams else "application/json")
        self.end_headers()
        with contextlib.suppress(OSError):  # the one who asked did not wait
            if streams:
                self._stream()
            else:
                self.wfile.write(self.server.body.encode())

    def _stream(self) -> None:
        for part in self.server.parts:
            if isinstance(part, float):
                time.sleep(part)
            elif part == RESET:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()
                return
            else:
                self.wfile.write(f"data: {part}\n\n".encode())
                self.wfile.flush()

    def log_message(self, *_: object) -> None:
        pass


@contextlib.contextmanager
def scripted() -> Iterator[ChatServer]:
    """A `ChatServer` that runs."""
    with running(ChatServer()) as server:
        yield server


@contextlib.contextmanager
def llama_server() -> Iterator[dict[str, Any]]:
    """The table [chat] of llama.cpp's own server with the small model, which always gives the same answer."""
    import xllamacpp

    from otto import weights

    params = xllamacpp.CommonParams()
    params.model.path = str(weights.fetch("smollm2-135m"))
    params.n_ctx, params.n_parallel, params.verbosity = 2048, 1, -1
    params.cpuparams.n_threads = 1
    params.sampling.temp = 0
    params.api_keys = [KEY]
    running = xllamacpp.Server(params)
    yield {
        "model": "any",
        "base_url": f"{running.listening_address}/v1",
        "api_key": KEY,
        "max_tokens": 70,
        "timeout": 120,
    }
    del running
