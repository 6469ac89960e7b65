"""Otto's parts, made from the configuration: the one place that knows which object needs which."""

from __future__ import annotations

import atexit
import logging
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from otto import paths, registry
from otto.config import Config
from otto.context import Asker
from otto.errors import OttoError
from otto.examples import ExamplesError, ExamplesFile, check, read_folder
from otto.model.skill_model import SkillModel, make_engine
from otto.policy import check_rules
from otto.registry import Registry
from otto.settings import know_secrets
from otto.skill import Context, Skill
from otto.speech.vocabulary import hints
from otto.speech.whisper import Transcriber
from otto.store import Store
from otto.taught import Taught, taught_file

log = logging.getLogger("otto")


@dataclass(frozen=True)
class Catalogue:
    """The enabled skills and the examples that go with them."""

    registry: Registry
    examples: tuple[ExamplesFile, ...]


def catalogue(config: Config, folders: Iterable[Path] = ()) -> Catalogue:
    """Skills and examples of Otto, of the user and of further plugin folders.

    Plugins and examples files of others that are wrong are reported in the log and left out. Raises OttoError when a
    folder is missing or no skill is left.
    """
    folders = list(folders)
    for folder in folders:
        if not folder.is_dir():
            raise OttoError(f"There is no folder {folder} with skills.")
    every = every_skill(config, folders)
    know_secrets(config, every.skills.values())
    check_rules(config, every.skills)
    found = every.without(config.disabled)
    for problem in found.problems:
        log.warning("%s", problem)
    if not found.skills:
        raise OttoError("No skill is enabled; check `disabled` in the configuration and `otto skills list`.")
    files = read_folder(paths.bundled("examples"))
    for folder in [paths.config_dir() / "examples", *folders]:
        files += _usable(folder, found)
    return Catalogue(found, tuple(files))


def every_skill(config: Config, folders: Iterable[Path] = ()) -> Registry:
    """All skills, enabled or not, those of the configured MCP servers among them.

    The servers stay connected until the program ends.
    """
    found = registry.load(folders)
    if not config.mcp:
        return found
    from otto.mcp.client import Servers, joined

    servers = Servers(config.mcp)
    atexit.register(servers.close, patience=0.4)
    return joined(found, servers)


def _usable(folder: Path, found: Registry) -> list[ExamplesFile]:
    try:
        files = [file for file in read_folder(folder) if file.file != taught_file()]  # see SkillModel
        for file in files:
            check(file, found.skills)
    except ExamplesError as error:
        log.warning("The examples in %s were left out: %s", folder, error)
        return []
    return files


def skill_model(config: Config, offered: Catalogue) -> SkillModel:
    """The skill model with the configured engine, loaded."""
    engine = make_engine(config.model)
    skills = offered.registry.skills
    return SkillModel(engine, skills, offered.examples, config.model.examples, Taught(taught_file(), skills))


def transcriber(config: Config, offered: Catalogue) -> Transcriber:
    """Whisper, loaded and told what the enabled skills sound like."""
    expected = hints(offered.examples, offered.registry.skills) if config.whisper.language == "en" else []
    return Transcriber(config.whisper, expected)


def store() -> Store:
    """Otto's memory, opened."""
    return Store(paths.data_dir() / "otto.db")


@asynccontextmanager
async def skill_context(
    config: Config,
    skills: Mapping[str, Skill],
    memory: Store,
    asker: Asker | None = None,
    say: Callable[[str], None] | None = None,
) -> AsyncIterator[Context]:
    """What skills may use; its HTTP client is closed afterwards, the memory is not."""
    import httpx

    async with httpx.AsyncClient(timeout=httpx.Timeout(10, connect=5), follow_redirects=True) as http:
        context = Context(config, memory, http, lambda: datetime.now().astimezone(), skills, asker)
        yield context if say is None else replace(context, say=say)
