"""What every test may use: folders of its own, and a Context whose clock stands still."""

from __future__ import annotations

import os
import queue
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from otto import paths, registry
from otto.calls import Call
from otto.config import Config, WhisperSettings
from otto.events import Bus, Event
from otto.examples import read_folder
from otto.skill import Context, Reply
from otto.speech.vocabulary import hints
from otto.speech.whisper import Transcriber
from otto.store import Store

NOW = datetime(2026, 11, 18, 14, 20, tzinfo=ZoneInfo("Europe/Berlin"))  # a Wednesday

MakeContext = Callable[..., Context]
RunSkill = Callable[..., Awaitable[Reply]]


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the user's configuration or data. The cache stays: the model files are there."""
    for name in [name for name in os.environ if name.startswith("OTTO_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.fixture
async def context(tmp_path: Path) -> AsyncIterator[MakeContext]:
    """``context(now=..., home="Berlin", units="imperial", skills={...})``: settings are keywords."""
    store = Store(tmp_path / "otto.db")
    async with httpx.AsyncClient(timeout=5, trust_env=False, verify=False) as http:  # certificates take 0.1 s to load

        def make(now: datetime = NOW, **settings: Any) -> Context:
            return Context(Config(**settings), store, http, lambda: now)

        yield make
    store.close()


@pytest.fixture
def run_skill() -> RunSkill:
    """``await run_skill(ctx, "timer", duration="5 minutes")``: a call as the model makes it, checked and run."""
    skills = registry.load().skills

    async def run(ctx: Context, name: str, /, **arguments: Any) -> Reply:
        skill = skills[name]
        return await skill(ctx, **skill.validate(Call.make(name, **arguments)))

    return run


@pytest.fixture(scope="session")
def transcriber() -> Transcriber:
    """Whisper tiny.en, told what the bundled skills sound like."""
    files = read_folder(paths.bundled("examples"))
    return Transcriber(WhisperSettings(), hints(files, [file.skill for file in files]))


class Events(queue.Queue[Event]):
    """All events in order; ``wait_for`` gives the next of a kind."""

    def wait_for(self, kind: type, seconds: float = 20) -> Any:
        ends = time.monotonic() + seconds
        while not isinstance(event := self.get(timeout=max(0.01, ends - time.monotonic())), kind):
            pass
        return event


@pytest.fixture
def events() -> Events:
    return Events()


@pytest.fixture
def bus(events: Events) -> Bus:
    bus = Bus()
    bus.listen(events.put)
    return bus
