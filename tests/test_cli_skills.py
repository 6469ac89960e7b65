"""`otto skills`, as scripts and people use it."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backends import fail
from typer.testing import CliRunner, Result

from otto import config, paths
from otto.cli import app

OTTO = Path(sys.executable).parent / "otto"
PLUGIN = '''
from pydantic import BaseModel, Field, SecretStr
from otto.skill import Context, Reply, skill

class LampSettings(BaseModel):
    url: str = Field(description="Where the lamps are.")
    token: SecretStr = Field(description="Made in your profile.")
    level: int = 50

@skill(permission="dangerous", settings=LampSettings)
async def lamp(ctx: Context, room: str | None = None) -> Reply:
    """Switches lamps; room is where. Nothing else.

    Needs a bridge.
    """
    return Reply(ctx.settings(LampSettings, "lamp").url)
'''


@pytest.fixture(autouse=True)
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A system without a keyring, in this process and in those that it starts."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    before = keyring.get_keyring()
    keyring.set_keyring(fail.Keyring())
    yield
    keyring.set_keyring(before)


@pytest.fixture
def plugins(tmp_path: Path) -> Path:
    folder = tmp_path / "plugins"
    folder.mkdir()
    (folder / "lamp.py").write_text(PLUGIN)
    return folder


def otto(*arguments: str | Path, said: str = "") -> Result:
    return CliRunner().invoke(app, ["skills", *map(str, arguments)], input=said)


def lines(done: Result) -> list[dict[str, object]]:
    assert done.exit_code == 0, done.output + repr(done.exception)
    return [json.loads(line) for line in done.stdout.splitlines()]


def configure(toml: str) -> None:
    file = config.config_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(toml)


class TestList:
    def one(self, plugins: Path, name: str = "lamp") -> dict[str, object]:
        return next(line for line in lines(otto("list", "--skills", plugins)) if line["name"] == name)

    def test_what_is_told_of_a_skill(self, plugins: Path) -> None:
        assert self.one(plugins) == {
            "name": "lamp",
            "skill": "lamp(room?: str)",
            "permission": "dangerous",
            "from": str(plugins),
            "state": "needs settings: url, token",
            "does": "Switches lamps; room is where. Nothing else.",
            "allowance": "confirm",
            "source": "folder",
            "needs": ["url", "token"],
        }

    def test_its_state(self, plugins: Path) -> None:
        ready = '[skills.lamp]\nurl = "http://lamps"\ntoken = "tok-12345"\n'
        for toml, state in (
            (ready, "asks first"),
            (f'{ready}[permissions]\nlamp = "allow"\n', "on"),
            ('[permissions]\nlamp = "deny"\n', "denied"),
            ('disabled = ["lamp"]\n[permissions]\nlamp = "deny"\n', "off"),
        ):
            configure(toml)
            assert self.one(plugins)["state"] == state

    def test_where_skills_come_from(self, plugins: Path) -> None:
        (paths.config_dir() / "skills").mkdir(parents=True)
        (paths.config_dir() / "skills" / "mine.py").write_text(PLUGIN.replace("lamp(", "mine("))
        told = {str(line["name"]): line["source"] for line in lines(otto("list", "--skills", plugins))}
        assert (told["timer"], told["mine"], told["lamp"]) == ("otto", "user", "folder")

    def test_a_rule_about_no_skill_is_told_after_the_list(self) -> None:
        configure('[permissions]\ntimr = "deny"\n')
        done = otto("list")
        assert done.exit_code == 1
        assert "Did you mean 'timer'?" in done.stderr
        assert len(done.stdout.splitlines()) > 5

    def test_for_people(self, plugins: Path) -> None:
        told = otto("list", "--format", "text", "--skills", plugins).stdout
        assert "lamp" in told and "{" not in told


class TestShow:
    def test_help_arguments_permission_settings_and_sentences(self, plugins: Path) -> None:
        told = otto("show", "lamp", "--skills", plugins).stdout
        for part in (
            "lamp(room?: str)",
            "Needs a bridge.",
            "room?: str (may be left out): your words",
            "dangerous (does what cannot be undone); asks before it does anything",
            "url (needed), token (needed), level; see: otto skills settings lamp",
        ):
            assert part in told
        assert "Set a timer for 5 minutes." in otto("show", "timer").stdout

    def test_as_json(self) -> None:
        (told,) = lines(otto("show", "timer", "--format", "json"))
        assert told["skill"] == "timer(duration: Duration, name?: str)"
        assert [argument["name"] for argument in told["arguments"]] == ["duration", "name"]  # type: ignore[attr-defined]

    def test_an_unknown_name_is_wrong_usage(self) -> None:
        done = subprocess.run([OTTO, "skills", "settings", "timr"], capture_output=True, text=True)
        assert done.returncode == 2
        assert done.stderr == "otto: There is no skill 'timr'. Did you mean 'timer'?\n"


class TestSettings:
    def test_each_is_a_line(self, plugins: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        configure('[skills.lamp]\ntoken = "tok-12345"\n')
        monkeypatch.setenv("OTTO_SKILLS__LAMP__LEVEL", "7")
        done = otto("settings", "lamp", "--skills", plugins)
        told = {line["setting"]: line for line in lines(done)}
        assert (told["url"]["value"], told["url"]["source"], told["url"]["required"]) == (None, "missing", True)
        assert (told["token"]["value"], told["token"]["source"]) == ("***", "file")
        assert (told["level"]["value"], told["level"]["source"], told["level"]["default"]) == ("7", "environment", 50)
        assert "tok-12345" not in done.output

    def test_people_are_told_how_to_set_what_is_missing(self, plugins: Path) -> None:
        told = otto("settings", "lamp", "--format", "text", "--skills", plugins).stdout
        assert "url: not set  (needed; text)\n    Where the lamps are.\n" in told
        assert f'Write into {config.config_file()}:\n\n[skills.lamp]\nurl = "..."\n' in told
        assert "OTTO_SKILLS__LAMP__URL" in told
        assert "OTTO_SKILLS__LAMP__TOKEN in the environment:\n  otto skills settings lamp --set-secret token\n" in told

    def test_a_secret_in_the_file_is_advised_against_and_not_shown(self, plugins: Path) -> None:
        configure('[skills.lamp]\nurl = "http://lamps"\ntoken = "tok-12345"\n')
        told = otto("settings", "lamp", "--format", "text", "--skills", plugins).output
        assert 'token: "***"  (from config.toml; secret)' in told
        assert "token stands readable in" in told
        assert "tok-12345" not in told

    def test_a_skill_without_settings(self) -> None:
        assert lines(otto("settings", "timer")) == []
        assert "has no settings" in otto("settings", "timer", "--format", "text").stdout

    @pytest.mark.parametrize(
        ("arguments", "said", "sentence"),
        [
            (("lamp", "--set-secret", "url"), "x", "'url' is no secret of lamp. They are token."),
            (("lamp", "--set-secret", "token"), "  \n", "The secret is empty"),
            (("lamp", "--set-secret", "token"), "tok-12345", "has none. Set OTTO_SKILLS__LAMP__TOKEN in the"),
            (("lamp", "--forget-secret", "token"), "", "this system has none"),
            (("timer", "--set-secret", "token"), "x", "no settings, and so no secrets"),
            (("lamp", "--set-secret", "token", "--forget-secret", "token"), "x", "Use either"),
        ],
    )
    def test_what_cannot_be_kept_is_a_sentence(
        self, plugins: Path, arguments: tuple[str, ...], said: str, sentence: str
    ) -> None:
        done = otto("settings", *arguments, "--skills", plugins, said=said)
        assert done.exit_code != 0
        assert sentence in str(done.exception)
        assert "tok-12345" not in done.output + str(done.exception)

    def test_a_secret_that_is_typed_is_not_shown(self, plugins: Path) -> None:
        keyboard, terminal = pty.openpty()
        command = [OTTO, "skills", "settings", "lamp", "--set-secret", "token", "--skills", plugins]
        with subprocess.Popen(
            command, stdin=terminal, stdout=terminal, stderr=terminal, start_new_session=True, env=dict(os.environ)
        ):
            os.close(terminal)
            shown = b""
            while b"lamp token: " not in shown:
                shown += os.read(keyboard, 1000)
            os.write(keyboard, b"tok-12345\n")
            try:
                while part := os.read(keyboard, 1000):
                    shown += part
            except OSError:  # the terminal is closed
                pass
        os.close(keyboard)
        assert b"this system has none" in shown
        assert b"tok-12345" not in shown


class TestNewAndTest:
    def test_a_new_skill_passes_at_once(self) -> None:
        (written,) = lines(otto("new", "coffee_log"))
        assert all(Path(str(written[part])).exists() for part in ("skill", "examples", "tests"))
        (told,) = lines(otto("test"))
        assert (told["name"], told["examples"], told["tests"], told["faults"]) == ("coffee_log", 6, "passed", [])
        again = otto("new", "coffee_log")
        assert again.exit_code != 0 and "There is a skill 'coffee_log' already" in str(again.exception)

    def test_people_are_told_what_to_do_next(self, tmp_path: Path) -> None:
        told = otto("new", "dice", "--folder", tmp_path / "plug", "--format", "text").stdout
        assert f"otto skills test dice --skills {tmp_path / 'plug'}" in told
        assert "dice: good; 6 examples, tests: passed" in otto("test", tmp_path / "plug", "--format", "text").stdout

    def test_faults_are_told_with_file_and_line_and_the_exit_code_is_1(self, plugins: Path) -> None:
        (plugins / "broken.py").write_text("x = 1\nraise RuntimeError('not today')\n")
        done = otto("test", plugins, "--format", "text")
        assert done.exit_code == 1
        assert f"{plugins / 'broken.py'}:2: RuntimeError: not today" in done.stdout
        assert f"{plugins / 'lamp_examples.txt'}: the examples file is missing." in done.stdout
        assert "lamp: wrong; 0 examples, tests: none" in done.stdout

    def test_one_of_a_folder_by_name(self, plugins: Path) -> None:
        (plugins / "broken.py").write_text("raise RuntimeError('not today')\n")
        named = otto("test", "broken", "--skills", plugins)
        assert named.exit_code == 1
        assert [json.loads(line)["name"] for line in named.stdout.splitlines()] == ["broken"]

    def test_nothing_to_test_is_told(self) -> None:
        done = otto("test")
        assert done.exit_code == 1
        assert "`otto skills new NAME` writes one" in done.stderr

    def test_an_unknown_name(self) -> None:
        assert "Did you mean 'timer'?" in str(otto("test", "timr").exception)

    def test_the_model_is_asked_too(self, monkeypatch: pytest.MonkeyPatch) -> None:
        otto("new", "coffee_log")
        monkeypatch.setenv("OTTO_MODEL__EXAMPLES", "0")
        only = json.dumps([line["name"] for line in lines(otto("list")) if line["name"] != "coffee_log"])
        monkeypatch.setenv("OTTO_DISABLED", only)
        (told,) = lines(otto("test", "--model"))
        assert str(told["model"]).endswith("of 4 right")
