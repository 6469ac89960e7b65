"""The configuration: one TOML file in the platform's place, environment variables over it, defaults under it.

``OTTO_WHISPER__MODEL=base`` overrides ``model`` in ``[whisper]``. See docs/configuration.md for every key.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, SettingsError

from otto import paths
from otto.errors import ConfigError

Allowance = Literal["allow", "confirm", "deny"]


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AudioSettings(Section):
    """Where sound comes from."""

    device: int | str | None = Field(  # a number in an environment variable is a number
        None, union_mode="left_to_right", description="Microphone: a name or number from `otto devices`."
    )


class SegmenterSettings(Section):
    """Where an utterance begins and ends. Times are in seconds."""

    threshold: float = Field(0.5, gt=0, lt=1, description="Speech probability above which a frame is speech.")
    pre_roll: float = Field(0.3, ge=0, le=2, description="Sound kept from before the first speech.")
    min_speech: float = Field(0.2, gt=0, le=5, description="Less speech than this is no utterance.")
    end_silence: float = Field(0.8, gt=0, le=5, description="Silence that ends an utterance.")
    max_length: float = Field(20.0, gt=1, le=28, description="An utterance is cut here; Whisper hears at most 30 s.")
    max_pause: float = Field(
        2.5, ge=0, le=10, description="Silence allowed after words that are plainly not finished ('remind me to ...')."
    )


class WhisperSettings(Section):
    """Speech to text."""

    model: str = Field("tiny.en", description="A size from `otto models list`, or any size openai-whisper knows.")
    language: str = Field("en", description="Language code; other languages need a multilingual size.")
    device: str = Field("cpu", description="cpu, or cuda for a GPU.")


class ModelSettings(Section):
    """The skill model: which engine, and where its weights or its server are."""

    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=())

    engine: Literal["llamacpp", "transformers", "openai"] = "llamacpp"
    model: str = Field(
        "smollm2-135m",
        description="llamacpp: an entry of `otto models list` or a GGUF file. transformers: a folder, "
        "GGUF file or hub name. openai: the server's name of the model.",
    )
    adapter: str | None = Field(None, description="transformers: a PEFT adapter's folder or hub name.")
    four_bit: bool = Field(False, description="transformers: load in 4-bit NF4 (needs a GPU and bitsandbytes).")
    threads: int | None = Field(None, ge=1, description="CPU threads; by default all physical cores but one.")
    context: int = Field(4096, ge=512, description="Context length in tokens.")
    max_tokens: int = Field(128, ge=16, le=1024, description="The longest answer in tokens.")
    examples: int = Field(2, ge=0, description="Examples per skill in the prompt.")
    base_url: str = Field("http://127.0.0.1:8080/v1", description="openai: the server's address.")
    api_key: SecretStr | None = Field(None, description="openai: the key; OPENAI_API_KEY is read too.")
    constrain: Literal["auto", "llama", "vllm", "tools", "none"] = Field(
        "auto", description="openai: how the server is held to the skills; auto asks the server what it is."
    )
    timeout: float = Field(30.0, gt=0, description="openai: seconds to wait for an answer.")


class WakeSettings(Section):
    """When speech is meant for Otto."""

    required: bool = Field(True, description="`otto run` acts only on utterances that name Otto.")


class AskSettings(Section):
    """When Otto asks back before it acts."""

    timeout: float = Field(8.0, gt=0, le=60, description="Seconds after which no answer is a no.")
    below: float = Field(
        0.2, ge=0, le=1, description="Calls of a lower confidence are asked back ('Did you mean ...?'); 0 asks none."
    )


class ChatSettings(Section):
    """The larger language model that tells stories and answers questions, on any OpenAI-compatible server."""

    model: str | None = Field(None, description="The server's name of the model; without one there are no answers.")
    base_url: str = Field(
        "https://api.openai.com/v1", description="The server's address; Ollama: http://127.0.0.1:11434/v1."
    )
    api_key: SecretStr | None = Field(None, description="The key; OPENAI_API_KEY and the keyring are read too.")
    timeout: float = Field(30.0, gt=0, description="Seconds to wait for each part of an answer.")
    max_tokens: int = Field(600, ge=16, description="The longest answer in tokens.")


class HistorySettings(Section):
    """What `otto history` keeps."""

    keep: bool = Field(True, description="Keep what was heard and done.")
    days: int = Field(30, ge=1, description="Turns older than this are deleted.")


class McpServer(Section):
    """A server of the Model Context Protocol: a ``command`` that is started, or the ``url`` of one that runs."""

    command: list[str] = Field(default_factory=list, description="Program and arguments of a server to start.")
    env: dict[str, str] = Field(default_factory=dict, description="Environment variables for the command.")
    url: str | None = Field(None, description="Address of a server that speaks streamable HTTP.")
    headers: dict[str, SecretStr] = Field(default_factory=dict, description="HTTP headers, such as Authorization.")
    permission: Literal["safe", "private", "network", "acts", "dangerous"] = Field(
        "acts", description="What its tools may do at most."
    )
    timeout: float = Field(20.0, gt=0, description="Seconds to wait for it.")


class Config(BaseSettings):
    """All settings. Raises ConfigError, through `load`, for a wrong key or value."""

    model_config = SettingsConfigDict(env_prefix="OTTO_", env_nested_delimiter="__", extra="forbid", frozen=True)

    home: str | None = Field(None, description="Your town, for the weather when no place is said.")
    units: Literal["metric", "imperial"] = "metric"
    disabled: list[str] = Field(default_factory=list, description="Skills that are switched off.")
    skill_timeout: float = Field(20.0, gt=0, description="Seconds after which a running skill is given up.")
    permissions: dict[str, Allowance] = Field(
        default_factory=dict, description="By skill or by permission: allow, confirm or deny; see docs/permissions.md."
    )
    audio: AudioSettings = AudioSettings()
    segmenter: SegmenterSettings = SegmenterSettings()
    whisper: WhisperSettings = WhisperSettings()
    model: ModelSettings = ModelSettings()
    wake: WakeSettings = WakeSettings()
    ask: AskSettings = AskSettings()
    chat: ChatSettings = ChatSettings()
    history: HistorySettings = HistorySettings()
    mcp: dict[str, McpServer] = Field(default_factory=dict, description="MCP servers by a name of your choice.")
    skills: dict[str, dict[str, Any]] = Field(default_factory=dict, description="Settings of skills, by skill.")

    @classmethod
    def settings_customise_sources(  # type: ignore[override]
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003
        **sources: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return sources["env_settings"], sources["init_settings"]  # the environment wins over the file


def config_file() -> Path:
    """The file that `load` reads; it need not exist."""
    return paths.config_dir() / "config.toml"


def load(file: Path | None = None) -> Config:
    """Read the configuration. Raises ConfigError, naming the file and the nearest right key."""
    file = file or config_file()
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file} is not valid TOML: {error}.") from None
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror}.") from None
    try:
        return Config(**values)
    except ValidationError as error:
        detail = error.errors()[0]
        raise ConfigError(_sentence(file, [str(part) for part in detail["loc"]], detail)) from None
    except SettingsError as error:
        field = re.findall(r'"(\w+)"', str(error))[:1]
        name = f"OTTO_{''.join(field).upper()}"
        raise ConfigError(f"{name} must be JSON, such as OTTO_DISABLED='[\"weather\"]'.") from None


def _sentence(file: Path, where: list[str], detail: Any) -> str:
    key = ".".join(where)
    place = f"{file} (or OTTO_{'__'.join(where).upper()})"
    if detail["type"] != "extra_forbidden":
        return f"{key!r} in {place} has a wrong value: {detail['msg'].lower()}."
    near = difflib.get_close_matches(where[-1], _keys(where[:-1]), n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    return f"There is no setting {key!r}, which stands in {place}.{hint}"


def _keys(section: list[str]) -> list[str]:
    model: Any = Config
    for part in section:
        model = model.model_fields[part].annotation
    return list(model.model_fields)
