from pathlib import Path

import pytest
from pydantic import ValidationError

from otto import config
from otto.errors import ConfigError


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def test_without_a_file_everything_has_a_default(file: Path) -> None:
    loaded = config.load(file)
    assert (loaded.units, loaded.whisper.model, loaded.wake.required, loaded.home) == ("metric", "tiny.en", True, None)


def test_the_file_is_in_the_users_folder(tmp_path: Path) -> None:
    config.config_file().parent.mkdir(parents=True)
    config.config_file().write_text('home = "Berlin"')
    assert config.config_file().is_relative_to(tmp_path) and config.load().home == "Berlin"


def test_the_environment_wins_over_the_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text('units = "imperial"\n[whisper]\nmodel = "small"\nlanguage = "de"')
    monkeypatch.setenv("OTTO_WHISPER__MODEL", "base")
    monkeypatch.setenv("OTTO_DISABLED", '["weather"]')
    loaded = config.load(file)
    assert (loaded.whisper.model, loaded.whisper.language) == ("base", "de")
    assert (loaded.units, loaded.disabled) == ("imperial", ["weather"])


def test_settings_of_skills_are_kept_as_they_are(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text("[skills.weather]\ntimeout = 3")
    monkeypatch.setenv("OTTO_SKILLS__WEATHER__FORECAST_URL", "http://localhost")
    assert config.load(file).skills == {"weather": {"timeout": 3, "forecast_url": "http://localhost"}}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('hoem = "Berlin"', ["no setting 'hoem'", "config.toml", "OTTO_HOEM", "Did you mean 'home'?"]),
        ("[whisper]\nmodle = 1", ["no setting 'whisper.modle'", "OTTO_WHISPER__MODLE", "Did you mean 'model'?"]),
        ('units = "kelvin"', ["'units'", "OTTO_UNITS", "'metric' or 'imperial'"]),
        ("[segmenter]\nmax_length = 100", ["'segmenter.max_length'", "less than or equal to 28"]),
        ("home = ", ["config.toml is not valid TOML"]),
        ("zzz = 1", ["no setting 'zzz'"]),
    ],
)
def test_a_wrong_setting_is_named_with_its_place_and_the_nearest_right_one(
    file: Path, text: str, words: list[str]
) -> None:
    file.write_text(text)
    with pytest.raises(ConfigError) as error:
        config.load(file)
    assert all(word in str(error.value) for word in words)


def test_a_file_that_is_no_text(file: Path) -> None:
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="not valid TOML"):
        config.load(file)


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        config.load(tmp_path)


def test_a_variable_that_is_no_json(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTTO_DISABLED", "weather")
    with pytest.raises(ConfigError, match=r"OTTO_DISABLED must be JSON, such as"):
        config.load(file)


def test_settings_do_not_change_while_otto_runs(file: Path) -> None:
    with pytest.raises(ValidationError):
        config.load(file).home = "Oslo"


def test_a_key_is_not_shown(file: Path) -> None:
    file.write_text('[model]\napi_key = "sk-secret"')
    assert "sk-secret" not in repr(config.load(file))
