"""The servers of these tests, and looking after processes."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import psutil

from otto.config import McpServer

HERE = Path(__file__).parent
TOKEN = "tok-5ecret-value"


def program(name: str, *arguments: str, **settings: Any) -> McpServer:
    """A server of this folder, started by Otto."""
    return McpServer(command=[sys.executable, str(HERE / name), *arguments], **settings)


class Listening:
    """The calendar as a server on a port. It can be killed and started again."""

    def __init__(self, environment: dict[str, str]) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/mcp"
        self._environment = {**os.environ, **environment}
        self.start()

    def start(self) -> None:
        command = [sys.executable, HERE / "calendar_server.py", "--http", str(self.port)]
        self.process = subprocess.Popen(command, env=self._environment, stderr=subprocess.DEVNULL)
        wait_for(self.answers, 20)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def answers(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            return True
        return False


def wait_for(true: Callable[[], object], seconds: float = 5.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def is_running(pid: int) -> bool:
    """Whether the process is there, with any of its threads, and no mere entry of a dead one."""
    try:
        states = [
            (task / "stat").read_text().rpartition(")")[2].split()[0] for task in Path(f"/proc/{pid}/task").iterdir()
        ]
    except OSError:
        return Path(f"/proc/{pid}").exists() and is_running(pid)
    return any(state not in "ZX" for state in states)


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: not is_running(pid))


def children() -> set[int]:
    return {child.pid for child in psutil.Process(os.getpid()).children(recursive=True) if is_running(child.pid)}


class Refusing:
    """An HTTP server that answers everything with one status, and keeps the headers it saw."""

    def __init__(self, status: int) -> None:
        seen: list[dict[str, str]] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                seen.append(dict(self.headers))
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self.send_response(status)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_GET = do_DELETE = do_POST

            def log_message(self, *arguments: Any) -> None:
                pass

        self.seen = seen
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self.url = f"http://127.0.0.1:{self._server.server_port}/mcp"

    def __enter__(self) -> Refusing:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
