"""What is kept of what was heard, and for how long."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from otto.config import HistorySettings
from otto.events import Acted, Heard
from otto.history import HistoryKeeper
from otto.model.skill_model import CheckedCall, Decision
from otto.skill import Context, Reply, Skill, skill
from otto.speech.whisper import Transcript
from otto.store import Store


@skill(permission="safe")
async def other(ctx: Context) -> Reply:
    """Nothing."""
    return Reply("")


@skill(permission="safe")
async def greet(ctx: Context) -> Reply:
    """Says hello."""
    return Reply("Hello.")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "otto.db")
    yield store
    store.close()


def acted(which: Skill, *replies: Reply) -> Acted:
    checked = CheckedCall(which, which.canonical({}), {})
    return Acted(Decision("good morning", (checked,), "", 0.8, 0.1), [(checked, reply) for reply in replies])


def test_a_turn_is_kept(store: Store) -> None:
    HistoryKeeper(store, HistorySettings())(acted(greet, Reply("Hello."), Reply("It is late.", ok=False)))
    (entry,) = store.history.last(5)
    assert (entry.heard, entry.calls, entry.reply, entry.ok) == ("good morning", "greet()", "Hello. It is late.", False)
    assert entry.confidence == 0.8 and abs(entry.at - time.time()) < 5 and not entry.wrong


def test_speech_that_was_not_for_otto_is_not_kept(store: Store) -> None:
    keeper = HistoryKeeper(store, HistorySettings())
    keeper(acted(other, Reply("")))
    keeper(Heard(Transcript("the secret of the house", -0.1, 0.1)))
    assert store.history.last(5) == []


def test_a_request_that_named_otto_is_kept_though_it_was_not_understood(store: Store) -> None:
    event = acted(other, Reply(""))
    HistoryKeeper(store, HistorySettings())(replace(event, decision=replace(event.decision, named=True)))
    assert store.history.last(5)[0].calls == "other()"


def test_nothing_is_kept_when_that_is_switched_off(store: Store) -> None:
    HistoryKeeper(store, HistorySettings(keep=False))(acted(greet, Reply("Hello.")))
    assert store.history.last(5) == []


def test_old_turns_are_dropped(store: Store) -> None:
    store.history.add(time.time() - 31 * 86400, "old", "greet()", "Hello.")
    store.history.add(time.time() - 29 * 86400, "newer", "greet()", "Hello.")
    HistoryKeeper(store, HistorySettings())(acted(greet, Reply("Hello.")))
    assert [entry.heard for entry in store.history.last(5)] == ["newer", "good morning"]
