"""What the user corrects is right from then on."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from otto import registry
from otto.calls import Call, parse
from otto.examples import ExamplesError, read
from otto.model.engine import Completion, Request
from otto.model.skill_model import SkillModel
from otto.taught import Taught, taught_file, teach

OTTO = Path(sys.executable).parent / "otto"
SKILLS = registry.load().skills


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "taught_examples.txt"


class Listening:
    """An engine that keeps what it was asked and answers `other()`."""

    name = "listening"

    def __init__(self) -> None:
        self.requests: list[Request] = []

    def complete(self, request: Request) -> Completion:
        self.requests.append(request)
        return Completion("other()", 0.5, 0.0)

    def close(self) -> None:
        pass


def taught(file: Path, *pairs: tuple[str, str]) -> Taught:
    for words, call in pairs:
        teach(words, parse(call), file)
    return Taught(file, SKILLS)


def words(examples: Sequence[object]) -> list[str]:
    return [example.text for example in examples]  # type: ignore[attr-defined]


def test_the_same_words_need_no_model(file: Path) -> None:
    engine = Listening()
    model = SkillModel(engine, SKILLS, taught=taught(file, ("lights out in the cave", 'run_app(program="Steam")')))
    decision = model.decide("Lights out, in the cave!")
    assert decision.rendered == 'run_app(program="Steam")' and decision.confidence == 1.0
    assert engine.requests == []


def test_words_like_them_are_shown_to_the_model_before_the_utterance(file: Path) -> None:
    engine = Listening()
    pairs = [("brew me a cuppa", 'timer(duration="4 minutes", name="tea")'), ("what is on the telly", "other()")]
    model = SkillModel(engine, SKILLS, taught=taught(file, *pairs))
    model.decide("Please brew me a cuppa.")
    (request,) = engine.requests
    assert request.messages[-3:] == [
        {"role": "user", "content": "brew me a cuppa"},
        {"role": "assistant", "content": 'timer(duration="4 minutes", name="tea")'},
        {"role": "user", "content": "Please brew me a cuppa."},
    ]
    assert len(request.near) == 2
    model.decide("How tall is Mount Everest?")
    assert list(engine.requests[-1].near) == []


def test_the_most_alike_comes_last_and_only_a_few_are_shown(file: Path) -> None:
    pairs = [(f"start the {name} film", f'run_app(program="{name}")') for name in ("old", "good", "new", "long", "sad")]
    near = taught(file, *pairs).near("start the new film now")
    assert len(near) == 3 and near[-1].text == "start the new film"


def test_teaching_the_same_words_again_replaces_the_call(file: Path) -> None:
    assert teach("Tea time", [Call.make("cancel")], file) is False
    assert teach("tea time!", [Call.make("timecheck")], file) is True
    assert [(one.text, one.calls) for one in read(file).examples] == [("tea time!", (Call.make("timecheck"),))]


def test_what_is_taught_later_is_known_without_a_restart(file: Path) -> None:
    known = Taught(file, SKILLS)
    assert known.exact("tea time") is None
    teach("tea time", [Call.make("timecheck")], file)
    assert known.exact("tea time") is not None
    file.unlink()
    assert known.exact("tea time") is None


def test_what_was_taught_for_a_skill_that_is_off_is_passed_over(file: Path) -> None:
    teach("tea time", [Call.make("kettle")], file)
    teach("clock", [Call.make("timecheck")], file)
    known = Taught(file, SKILLS)
    assert known.exact("tea time") is None and known.exact("clock") is not None


def test_a_file_that_somebody_broke_is_reported_and_not_overwritten(
    file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    teach("tea time", [Call.make("timecheck")], file)
    file.write_text(file.read_text() + "### User: and then\n")
    with caplog.at_level(logging.WARNING, logger="otto"):
        assert Taught(file, SKILLS).exact("tea time") is None
    assert "line 5" in caplog.text
    with pytest.raises(ExamplesError):
        teach("clock", [Call.make("timecheck")], file)
    assert "and then" in file.read_text()


def otto(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([OTTO, *arguments], capture_output=True, text=True, timeout=120)


class TestCommands:
    def test_teach_then_ask_then_history_then_wrong(self) -> None:
        taught = otto("teach", "Otto, brew me a cuppa", 'timer(name="tea",duration="4 minutes")')
        assert json.loads(taught.stdout) == {
            "text": "Brew me a cuppa",
            "call": 'timer(duration="4 minutes", name="tea")',
            "replaced": False,
        }
        assert taught_file().exists()
        asked = json.loads(otto("ask", "Brew me a cuppa!").stdout)
        assert asked["call"] == 'timer(duration="4 minutes", name="tea")' and asked["reply"].startswith("Tea timer")
        (entry,) = map(json.loads, otto("history").stdout.splitlines())
        assert entry["heard"] == "Brew me a cuppa!" and entry["calls"] == asked["call"] and entry["ok"] is True
        marked = otto("history", "wrong")
        assert "otto teach 'Brew me a cuppa!'" in marked.stdout
        assert json.loads(otto("history", "--wrong").stdout)["id"] == entry["id"]
        otto("history", "wrong", str(entry["id"]), "--undo")
        assert otto("history", "--wrong").stdout == ""

    @pytest.mark.parametrize(
        ("call", "said"),
        [
            ("kettle()", "There is no skill 'kettle'"),
            ("timer()", "timer: duration is missing"),
            ("timer(", "not a call"),
            ("", "not a call"),
        ],
    )
    def test_a_wrong_call_is_refused_with_a_sentence(self, call: str, said: str) -> None:
        result = otto("teach", "tea time", call)
        assert result.returncode == 2 and said in result.stderr and "Traceback" not in result.stderr
        assert not taught_file().exists()

    def test_no_such_turn(self) -> None:
        result = otto("history", "wrong", "99")
        assert result.returncode == 2 and "`otto history` shows them" in result.stderr
