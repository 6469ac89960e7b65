"""Finds the skills: those that Otto ships, the user's own folder, further folders, and entry points ``otto.skills``.

A plugin that cannot be used becomes a `Problem`, with its file and line, and the others work.
"""

from __future__ import annotations

import hashlib
import importlib.util
import sys
import traceback
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from types import ModuleType

from otto import paths
from otto.errors import PluginError
from otto.skill import Skill


@dataclass(frozen=True)
class Problem:
    """A plugin that was left out, and why. ``line`` is 0 where no line is to blame."""

    name: str
    file: Path
    line: int
    reason: str

    def __str__(self) -> str:
        where = f"{self.file}, line {self.line}" if self.line else str(self.file)
        return f"The skill plugin {self.name!r} ({where}) was left out: {self.reason}"


@dataclass(frozen=True)
class Registry:
    """The usable skills by name, in the order found, where each came from, and what was left out."""

    skills: Mapping[str, Skill]
    origins: Mapping[str, str]
    problems: tuple[Problem, ...] = ()

    def without(self, names: Iterable[str]) -> Registry:
        """The registry less the named skills (those that the configuration disables)."""
        left_out = set(names)
        kept = {name: skill for name, skill in self.skills.items() if name not in left_out}
        return Registry(kept, self.origins, self.problems)


def load(extra: Iterable[Path] = ()) -> Registry:
    """All skills, the bundled ones first. ``extra`` are further folders of plugins."""
    skills: dict[str, Skill] = {}
    origins: dict[str, str] = {}
    problems: list[Problem] = []
    for origin, found in _everything(extra):
        if isinstance(found, Problem):
            problems.append(found)
        elif found.name in skills:
            first = skills[found.name]
            line = found.function.__code__.co_firstlineno
            reason = f"{first.source} already has a skill of that name. Rename one of the two."
            problems.append(Problem(found.name, found.source, line, reason))
        else:
            skills[found.name] = found
            origins[found.name] = origin
    return Registry(skills, origins, tuple(problems))


def _everything(extra: Iterable[Path]) -> Iterator[tuple[str, Skill | Problem]]:
    folders = [("otto", paths.bundled("skills")), ("user", paths.config_dir() / "skills")]
    for origin, folder in folders + [(str(folder), folder) for folder in extra]:
        for file in sorted(folder.glob("*.py")):
            if not file.name.startswith("_"):
                yield from ((origin, found) for found in _from_file(file))
    for entry in metadata.entry_points(group="otto.skills"):
        package = entry.dist.name if entry.dist else entry.name
        yield from ((package, found) for found in _from_entry_point(entry))


def _from_file(file: Path) -> Iterator[Skill | Problem]:
    name = f"otto_skill_{file.stem}_{hashlib.sha256(str(file.resolve()).encode()).hexdigest()[:8]}"
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        yield Problem(file.stem, file, _line_in(file, error), _reason(error))
        return
    yield from _skills_in(module, file)


def _from_entry_point(entry: metadata.EntryPoint) -> Iterator[Skill | Problem]:
    try:
        found = entry.load()
    except (Exception, SystemExit) as error:
        yield Problem(entry.name, Path(entry.value), 0, _reason(error))
        return
    if isinstance(found, Skill):
        yield found
    elif isinstance(found, ModuleType):
        yield from _skills_in(found, Path(found.__file__ or entry.value))
    else:
        yield Problem(entry.name, Path(entry.value), 0, "its entry point is neither a skill nor a module with skills.")


def _skills_in(module: ModuleType, file: Path) -> Iterator[Skill | Problem]:
    own = [value for value in vars(module).values() if isinstance(value, Skill)]
    own = [value for value in own if value.function.__module__ == module.__name__]
    yield from own
    if not own:
        yield Problem(file.stem, file, 0, "it defines no function with the @skill decorator.")


def _line_in(file: Path, error: BaseException) -> int:
    """The last line of the file itself on the way to the error."""
    if isinstance(error, SyntaxError) and error.filename == str(file):
        return error.lineno or 0
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(file)]
    return (lines[-1] or 0) if lines else 0


def _reason(error: BaseException) -> str:
    return str(error) if isinstance(error, PluginError) else f"{type(error).__name__}: {error}"
