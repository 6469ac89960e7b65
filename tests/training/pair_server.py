"""A server that speaks OpenAI's wire format and writes pairs for run_app; also a process of its own, to be killed.

    python tests/training/pair_server.py PORT [--slow SECONDS] [--die-after REQUESTS]

Each request gets other pairs, which its own text decides, so that a server that starts again does not repeat itself.
"""

from __future__ import annotations

import argparse
import contextlib
import email
import itertools
import json
import os
import random
import threading
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "sk-secret-4711"
_OPENINGS = (
    "Would you kindly get|Right, I want|Before dinner, please open|Go on then, start|It would help to have|Pull up"
    "|Any chance of seeing|I am after|Be a dear and launch|My brother asks for|Quickly now, bring me|Let us have"
    "|Do me a favour and run|Somebody should fire up|Otto, could we try|The next thing I need is"
).split("|")
_PROGRAMS = (
    "Krita Audacity Kdenlive Scribus Stellarium Marble Okular Evolution Shotwell Rhythmbox Darktable Anki Gnumeric"
    " Pidgin Zotero Calibre Handbrake Thonny FreeCAD Ardour Hydrogen LMMS MuseScore Tuxpaint Kstars Geany Cheese"
).split()
_ENDINGS = (
    "so the children can draw a castle|because the choir rehearses tonight|and hurry, the guests are here"
    "|while I look for my glasses|since the old film must be cut|for the invoices of last spring|if that is no trouble"
    "|before this rain stops|as my sister sent forty photographs|to read a chapter in bed|the way we did on Monday"
    "|and leave it on the left screen|for tomorrow's school play|for a look at the night sky"
).split("|")


@dataclass(frozen=True)
class Reply:
    """How a request is answered. ``arguments`` is the function's text; a ``cut`` breaks the connection after it."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    message: str = ""
    code: str | None = None
    arguments: str | None = None
    content: str | None = None
    refusal: str | None = None
    cut: bool = False


def pairs(*said: tuple[str, dict[str, Any]]) -> Reply:
    """A reply with exactly these pairs."""
    found = [{"utterance": text, "arguments": arguments} for text, arguments in said]
    return Reply(arguments=json.dumps({"pairs": found}))


class PairServer(ThreadingHTTPServer):
    """Answers with ``replies`` as long as there are some, then with good pairs."""

    def __init__(self, port: int = 0) -> None:
        self.allow_reuse_address = True
        super().__init__(("127.0.0.1", port), _Handler)
        self.replies: deque[Reply] = deque()
        self.key: str | None = None
        self.slow = 0.0
        self.die_after: int | None = None
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.most_at_once = self.at_once = 0
        self.files: dict[str, str] = {}
        self.batches: dict[str, dict[str, Any]] = {}
        self.looks = 1  # at a batch until it is done
        self.batch_end = "completed"
        self.has_batches = True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


def written(body: dict[str, Any]) -> str:
    """The pairs for a request, as the function's arguments."""
    chance = random.Random(json.dumps(body["messages"]))
    wanted = len(json.loads(body["messages"][-1]["content"])["phrasings"])
    found = []
    for _ in range(wanted):
        program = chance.choice(_PROGRAMS)
        opening, ending = chance.choice(_OPENINGS), chance.choice(_ENDINGS)
        found.append({"utterance": f"{opening} {program} {ending}.", "arguments": {"program": program}})
    return json.dumps({"pairs": found})


def completion(body: dict[str, Any]) -> dict[str, Any]:
    """A whole answer, as a batch holds it."""
    function = {"name": "write_pairs", "arguments": written(body)}
    message = {
        "role": "assistant",
        "content": None,
        "tool_calls": [{"id": "c", "type": "function", "function": function}],
    }
    usage = {"prompt_tokens": 900, "completion_tokens": 300, "total_tokens": 1200}
    choice = {"index": 0, "message": message, "finish_reason": "tool_calls"}
    return {"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice], "usage": usage}


class _Handler(BaseHTTPRequestHandler):
    server: PairServer

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.keys.append(self.headers["Authorization"])
        if self.server.key and self.headers["Authorization"] != f"Bearer {self.server.key}":
            return self._error(Reply(401, message=f"Incorrect API key provided: {self.headers['Authorization']}"))
        if self.path == "/v1/chat/completions":
            return self._chat(json.loads(content))
        if not self.server.has_batches:
            return self._error(Reply(404, message="not found"))
        return self._json(self._file(content) if self.path == "/v1/files" else self._batch(json.loads(content)))

    def do_GET(self) -> None:
        _, _, kind, name, *_ = self.path.split("/")
        found: Any = self.server.files.get(name) if kind == "files" else self.server.batches.get(name)
        if found is None:
            return self._error(Reply(404, message="no such thing"))
        if kind == "files":
            return self._send(200, "text/plain", found.encode())
        found["looks"] += 1
        if found["looks"] > self.server.looks:
            self._finish(found)
        return self._json(found)

    def _chat(self, body: dict[str, Any]) -> None:
        self.server.requests.append(body)
        if self.server.die_after is not None and len(self.server.requests) > self.server.die_after:
            os._exit(9)
        reply = self.server.replies.popleft() if self.server.replies else Reply()
        self.server.at_once += 1
        self.server.most_at_once = max(self.server.most_at_once, self.server.at_once)
        try:
            if reply.status != 200:
                return self._error(reply)
            with contextlib.suppress(OSError):
                self._stream(body, reply)
        finally:
            self.server.at_once -= 1

    def _stream(self, body: dict[str, Any], reply: Reply) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        if reply.content or reply.refusal:
            self._event({"content": reply.content, "refusal": reply.refusal})
            self._event({}, "stop", done=True)
            return
        text = written(body) if reply.arguments is None else reply.arguments
        call = {"index": 0, "id": "c", "type": "function", "function": {"name": "write_pairs", "arguments": ""}}
        self._event({"role": "assistant", "content": None, "tool_calls": [call]})
        for part in map("".join, itertools.zip_longest(*[iter(text)] * 40, fillvalue="")):
            self._event({"tool_calls": [{"index": 0, "function": {"arguments": part}}]})
            time.sleep(self.server.slow * 40 / max(40, len(text)))
        if not reply.cut:
            self._event({}, "tool_calls", done=True)

    def _event(self, delta: dict[str, Any], finish: str | None = None, done: bool = False) -> None:
        chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
        events = [{**chunk, "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}]
        if done:
            events.append({**chunk, "choices": [], "usage": {"prompt_tokens": 900, "completion_tokens": 300}})
        for event in [*map(json.dumps, events), *(["[DONE]"] if done else [])]:
            self.wfile.write(f"data: {event}\n\n".encode())
        self.wfile.flush()

    def _file(self, content: bytes) -> dict[str, Any]:
        form = email.message_from_bytes(f"Content-Type: {self.headers['Content-Type']}\n\n".encode() + content)
        parts = {part.get_param("name", header="content-disposition"): part for part in form.get_payload()}  # type: ignore[union-attr]
        assert parts["purpose"].get_payload() == "batch"  # type: ignore[union-attr]
        name = f"file-{len(self.server.files)}"
        self.server.files[name] = parts["file"].get_payload(decode=True).decode()  # type: ignore[union-attr]
        return {"id": name, "object": "file", "bytes": 1, "created_at": 1, "filename": "f", "purpose": "batch"}

    def _batch(self, body: dict[str, Any]) -> dict[str, Any]:
        assert body["endpoint"] == "/v1/chat/completions" and body["completion_window"] == "24h"
        name = f"batch_{len(self.server.batches)}"
        total = len(self.server.files[body["input_file_id"]].splitlines())
        self.server.batches[name] = {
            **body,
            "id": name,
            "object": "batch",
            "created_at": 1,
            "status": "in_progress",
            "request_counts": {"total": total, "completed": 0, "failed": 0},
            "looks": 0,
        }
        return self.server.batches[name]

    def _finish(self, found: dict[str, Any]) -> None:
        """The first request fails, all others are answered."""
        requests = [json.loads(line) for line in self.server.files[found["input_file_id"]].splitlines()]
        found["status"] = self.server.batch_end
        if found["status"] == "failed":
            found["errors"] = {"object": "list", "data": [{"code": "x", "message": "Line 3 is no JSON."}]}
            return
        lines = [
            {
                "id": f"r{number}",
                "custom_id": one["custom_id"],
                "response": {"status_code": 200, "body": completion(one["body"])} if number else None,
                "error": None if number else {"code": "x", "message": "busy"},
            }
            for number, one in enumerate(requests)
        ]
        found["request_counts"] = {"total": len(lines), "completed": len(lines) - 1, "failed": 1}
        found["output_file_id"] = f"output-{found['id']}"
        self.server.files[found["output_file_id"]] = "".join(json.dumps(line) + "\n" for line in lines[1:])

    def _error(self, reply: Reply) -> None:
        error = {"message": reply.message, "type": "x", "code": reply.code}
        self._send(reply.status, "application/json", json.dumps({"error": error}).encode(), reply.headers)

    def _json(self, found: dict[str, Any]) -> None:
        self._send(200, "application/json", json.dumps(found).encode())

    def _send(self, status: int, kind: str, content: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(content)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


@contextlib.contextmanager
def running() -> Iterator[PairServer]:
    """A server in a thread."""
    server = PairServer()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("--slow", type=float, default=0.0)
    parser.add_argument("--die-after", type=int)
    options = parser.parse_args()
    own = PairServer(options.port)
    own.slow, own.die_after = options.slow, options.die_after
    own.serve_forever(poll_interval=0.02)
