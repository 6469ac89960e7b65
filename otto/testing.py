"""For the tests of skill plugins: run one call of a skill, with a configuration and a store of its own."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from otto import paths, registry
from otto.calls import parse
from otto.config import Config
from otto.errors import PluginError
from otto.plugins.plugin_files import user_folder
from otto.skill import Context, Reply, Skill
from otto.store import Store


def load_skill(file: Path, name: str) -> Skill:
    """The skill of that name in a plugin's file. Raises PluginError when it cannot be loaded."""
    file = file.resolve()
    known = {paths.bundled("skills").resolve(), user_folder().resolve()}
    found = registry.load([] if file.parent in known else [file.parent])
    if name in found.skills and found.skills[name].source.resolve() == file:
        return found.skills[name]
    reasons = [str(problem) for problem in found.problems if problem.file.resolve() == file]
    raise PluginError(reasons[0] if reasons else f"There is no skill {name!r} in {file}.")


def answer(file: Path, call: str, clock: Callable[[], datetime] | None = None, **settings: Any) -> Reply:
    """What the skill in ``file`` answers to a call such as ``dice(sides=20)``, checked as the model's calls are.

    ``settings`` are keys of the configuration: ``home="Oslo"``, ``skills={"dice": {"colour": "red"}}``. Errors of the
    skill are raised.
    """
    (checked,) = parse(call)
    skill = load_skill(file, checked.name)
    return asyncio.run(_run(skill, skill.validate(checked), clock, settings))


async def _run(
    skill: Skill, arguments: dict[str, Any], clock: Callable[[], datetime] | None, settings: dict[str, Any]
) -> Reply:
    import httpx

    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "otto.db")
        try:
            async with httpx.AsyncClient(timeout=10) as http:
                now = clock or (lambda: datetime.now().astimezone())
                context = Context(Config(**settings), store, http, now, {skill.name: skill})
                return await skill(context, **arguments)
        finally:
            store.close()
