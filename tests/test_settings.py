"""The settings of skills: from three places, typed, and shown without their secrets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import keyring
import pytest
from keyring.backend import KeyringBackend
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from otto import config, keychain
from otto.errors import ConfigError
from otto.keychain import Keychain
from otto.plugins.setting_tables import chat_table, missing, table_of, written
from otto.settings import read
from otto.skill import Context, Reply, skill
from tests.conftest import MakeContext


class Bridge(BaseModel):
    name: str
    key: SecretStr


class LampSettings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str = Field(description="Where the lamps are.")
    token: SecretStr
    level: int = Field(50, ge=0, le=100)
    mode: Literal["warm", "cold"] = "warm"
    rooms: list[str] = Field(default_factory=list)
    bridge: Bridge | None = None


@skill(permission="acts", settings=LampSettings)
async def lamp(ctx: Context) -> Reply:
    """Switches a lamp."""
    return Reply(ctx.settings(LampSettings, "lamp").token.get_secret_value())


@skill(permission="safe")
async def plain(ctx: Context) -> Reply:
    """Has no settings."""
    return Reply("")


class Drawer(KeyringBackend):
    """A keyring in memory."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        assert service == "otto"
        return self.kept.get(username)

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[username] = password


@pytest.fixture(autouse=True)
def drawer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Drawer]:
    made, before = Drawer(), keyring.get_keyring()
    monkeypatch.setattr(keychain, "_own", Keychain())
    keyring.set_keyring(made)
    yield made
    keyring.set_keyring(before)


@pytest.fixture
def write_config() -> Any:
    def write(toml: str) -> config.Config:
        file = config.config_file()
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(toml)
        return config.load()

    return write


class TestReading:
    async def test_from_the_file_the_environment_and_the_keyring(
        self, context: MakeContext, write_config: Any, drawer: Drawer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        drawer.kept["lamp.token"] = "from-keyring"
        monkeypatch.setenv("OTTO_SKILLS__LAMP__LEVEL", "70")
        monkeypatch.setenv("OTTO_SKILLS__LAMP__ROOMS", '["hall", "attic"]')
        loaded = write_config('[skills.lamp]\nurl = "http://lamps"\nlevel = 10\n')
        settings = read(LampSettings, "lamp", loaded.skills["lamp"])
        assert (settings.url, settings.level, settings.rooms) == ("http://lamps", 70, ["hall", "attic"])
        assert settings.token.get_secret_value() == "from-keyring"

    @pytest.mark.parametrize("token", ["12345", "1e5", "true", "null", "[1]"])
    def test_a_secret_of_the_environment_stays_as_it_is(self, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("OTTO_SKILLS__LAMP__TOKEN", token)
        table = config.load().skills["lamp"]
        assert read(LampSettings, "lamp", {**table, "url": "u"}).token.get_secret_value() == token

    def test_the_keyring_is_asked_only_for_what_is_nowhere_else(self, drawer: Drawer) -> None:
        drawer.kept["lamp.token"] = "from-keyring"
        settings = read(LampSettings, "lamp", {"url": "u", "token": "from-table"})
        assert settings.token.get_secret_value() == "from-table"
        assert keychain._own._searches == {}

    @pytest.mark.parametrize(
        ("table", "sentence"),
        [
            ({}, "The skill lamp still needs url and token; see: otto skills settings lamp"),
            ({"url": "u", "token": "t", "level": 900}, "level"),
            ({"url": "u", "token": "t", "levle": 9}, "there is no setting 'levle'"),
        ],
    )
    def test_what_is_wrong_is_one_sentence(self, table: dict[str, Any], sentence: str) -> None:
        with pytest.raises(ConfigError, match=sentence) as caught:
            read(LampSettings, "lamp", table)
        assert "\n" not in str(caught.value)

    def test_a_secret_in_the_wrong_place_is_not_in_the_sentence(self) -> None:
        with pytest.raises(ConfigError) as caught:
            read(LampSettings, "lamp", {"url": "u", "token": "tok-123456", "mode": "tok-123456"})
        assert "tok-123456" not in str(caught.value)
        assert caught.value.__cause__ is None and caught.value.__suppress_context__


class TestExplaining:
    def test_where_each_value_comes_from(
        self, write_config: Any, drawer: Drawer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        drawer.kept["lamp.token"] = "from-keyring"
        monkeypatch.setenv("OTTO_SKILLS__LAMP__LEVEL", "70")
        loaded = write_config('[skills.lamp]\nmode = "cold"\nlevel = 10\nbridge = {name = "b", key = "inner-key"}\n')
        table = table_of(lamp, loaded)
        assert table is not None
        shown = {one.name: (one.value, one.source) for one in table.settings()}
        assert shown == {
            "url": (None, "missing"),
            "token": ("***", "keyring"),
            "level": ("70", "environment"),
            "mode": ("cold", "file"),
            "rooms": ([], "default"),
            "bridge": ("***", "file"),
        }
        assert missing(lamp, loaded) == ["url"]

    def test_types_defaults_variables_and_lines(self) -> None:
        table = table_of(lamp)
        assert table is not None
        url, token, level, mode, rooms, bridge = table.declared()
        assert (url.kind, url.required, url.line, url.description) == (
            "text",
            True,
            'url = "..."',
            "Where the lamps are.",
        )
        assert (token.kind, token.secret, token.variable) == ("secret", True, "OTTO_SKILLS__LAMP__TOKEN")
        assert (level.kind, level.default) == ("whole number", 50)
        assert (mode.kind, mode.default) == ('"warm" or "cold"', "warm")
        assert (rooms.kind, rooms.line) == ("list of text", "rooms = []")
        assert (bridge.kind, bridge.secret) == ("table", True)

    def test_a_skill_without_settings_misses_none(self) -> None:
        assert table_of(plain) is None
        assert missing(plain, config.Config()) == []

    def test_the_table_of_the_larger_model(self, write_config: Any, drawer: Drawer) -> None:
        drawer.kept["chat.api_key"] = "sk-1234"
        shown = {one.name: one for one in chat_table(write_config('[chat]\nmodel = "big"\n')).settings()}
        assert (shown["model"].value, shown["model"].source) == ("big", "file")
        assert (shown["api_key"].value, shown["api_key"].source) == ("***", "keyring")
        assert shown["api_key"].variable == "OTTO_CHAT__API_KEY"
        assert shown["timeout"].source == "default"

    @pytest.mark.parametrize("value", [True, 3, 1.5, 'a "b"', ["x", 1], {"a": {"b": [False]}}])
    def test_values_are_written_as_toml_reads_them(self, value: Any) -> None:
        import tomllib

        assert tomllib.loads(f"key = {written(value)}")["key"] == value


def test_a_file_that_is_no_toml_has_no_values(tmp_path: Path) -> None:
    file = config.config_file()
    file.parent.mkdir(parents=True)
    file.write_text("skills = ")
    table = table_of(lamp, config.Config(skills={"lamp": {"level": 1}}))
    assert table is not None
    assert {one.source for one in table.settings() if one.name == "level"} == {"environment"}
