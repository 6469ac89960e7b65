"""The prompt is read once: a model that starts again takes its state from disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from otto import paths, weights
from otto.config import ModelSettings
from otto.model.engine import Message, Request
from otto.model.llamacpp import LlamaCpp

GRAMMAR = 'root ::= "yes" | "no"'
LONG = " ".join(f"The house number {number} has a door." for number in range(8))


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    found = weights.fetch("smollm2-135m")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return found


def asked(model: Path, said: str, prefix: str = LONG) -> tuple[str, float | None]:
    messages: list[Message] = [{"role": "system", "content": prefix}]
    completion = LlamaCpp(model, ModelSettings(context=2048)).complete(Request(messages, said, GRAMMAR, []))
    return completion.text, completion.confidence


def states() -> list[Path]:
    return sorted((paths.cache_dir() / "prefixes").iterdir())


def test_the_state_is_written_once_and_read_again(model: Path) -> None:
    first = asked(model, "Does house 12 have a door?")
    (state,) = states()
    written = state.read_bytes()
    assert asked(model, "Does house 12 have a door?") == pytest.approx(first)
    assert states() == [state] and state.read_bytes() == written


def test_nothing_that_was_said_is_in_it(model: Path) -> None:
    asked(model, "secret")
    (state,) = states()
    first = state.read_bytes()
    state.unlink()
    asked(model, "something else")
    (again,) = states()
    assert again.name == state.name and len(again.read_bytes()) == len(first)


def test_another_prompt_has_a_state_of_its_own_and_only_a_few_are_kept(model: Path) -> None:
    for number in range(6):
        asked(model, "Is it?", prefix=f"Prompt {number}. {LONG}")
    assert len(states()) == 4


def test_a_damaged_state_is_thrown_away(model: Path) -> None:
    right = asked(model, "Does house 12 have a door?")
    (state,) = states()
    state.write_bytes(b"this is no state" * 100)
    assert asked(model, "Does house 12 have a door?") == pytest.approx(right)
    assert states()[0].stat().st_size > 1_000_000


def test_a_folder_that_cannot_be_written_costs_only_time(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    right = asked(model, "Is it?")
    for state in states():
        state.unlink()
    (paths.cache_dir() / "prefixes").rmdir()
    (paths.cache_dir() / "prefixes").write_text("a file in the way")
    with pytest.raises(OSError):
        (paths.cache_dir() / "prefixes" / "x").write_text("")
    assert asked(model, "Is it?") == pytest.approx(right)
