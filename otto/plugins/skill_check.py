"""Checks a skill plugin: does it load, are its examples current and valid, does its own test pass?"""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from otto.calls import render
from otto.errors import SkillError
from otto.examples import Example, ExamplesError, ExamplesFile, read
from otto.plugins.plugin_files import PluginFiles, files_of
from otto.registry import Problem
from otto.skill import Skill

_LONGEST_TEST = 300  # seconds
_NO_TESTS = 5  # pytest's exit code


@dataclass(frozen=True)
class Fault:
    """Something wrong in a file; ``line`` is 0 where no line is to blame."""

    file: Path
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}{f':{self.line}' if self.line else ''}: {self.what}"


@dataclass(frozen=True)
class Checked:
    """What was found out about a skill. ``tests`` says how its own test went."""

    name: str
    file: Path
    examples: ExamplesFile | None
    tests: str
    faults: tuple[Fault, ...]


def check_skill(skill: Skill, skills: Mapping[str, Skill]) -> Checked:
    """Check one skill; ``skills`` are all that its examples may call."""
    files = files_of(skill.name, skill.source.parent)
    examples, faults = _examples(skill, files, skills)
    tests, failed = _run_tests(files.tests)
    return Checked(skill.name, skill.source, examples, tests, (*faults, *failed))


def not_loaded(problem: Problem) -> Checked:
    """A plugin that is no skill at all."""
    return Checked(problem.name, problem.file, None, "not run", (Fault(problem.file, problem.line, problem.reason),))


def _examples(skill: Skill, files: PluginFiles, skills: Mapping[str, Skill]) -> tuple[ExamplesFile | None, list[Fault]]:
    if not files.examples.exists():
        return None, [Fault(files.examples, 0, "the examples file is missing.")]
    try:
        found = read(files.examples)
    except ExamplesError as error:
        place = re.match(rf"{re.escape(str(files.examples))}, line (\d+): ", str(error))
        return None, [Fault(files.examples, int(place[1]) if place else 0, str(error)[place.end() if place else 0 :])]
    faults = []
    if found.prompt != skill.line:
        heading = files.examples.read_text(encoding="utf-8").splitlines().index("#### Prompt:") if found.prompt else -1
        faults.append(Fault(files.examples, heading + 2, f"the prompt section should read: {skill.line}"))
    if not found.shown:
        faults.append(Fault(files.examples, 0, "there are no prompt examples, which a model is shown."))
    for example in found.shown + found.examples:
        faults += [Fault(files.examples, example.line + 1, what) for what in _wrong(example, skills)]
    return found, faults


def _wrong(example: Example, skills: Mapping[str, Skill]) -> Iterator[str]:
    canonical = []
    for call in example.calls:
        if call.name not in skills:
            yield f"there is no skill {call.name!r}."
            return
        try:
            canonical.append(skills[call.name].canonical(skills[call.name].validate(call)))
        except SkillError as error:
            yield str(error)
            return
    if render(canonical) != render(example.calls):
        yield f"the call should be written: {render(canonical)}"


def _run_tests(file: Path) -> tuple[str, list[Fault]]:
    """Run a test file with pytest, if both are there."""
    if not file.exists():
        return "none", []
    if importlib.util.find_spec("pytest") is None:
        return "not run, for pytest is not installed", []
    command = [sys.executable, "-m", "pytest", "-q", "--tb=line", "--no-header", "-p", "no:cacheprovider", str(file)]
    try:
        done = subprocess.run(command, cwd=file.parent, capture_output=True, text=True, timeout=_LONGEST_TEST)
    except subprocess.TimeoutExpired:
        return "failed", [Fault(file, 0, f"the test took longer than {_LONGEST_TEST} seconds.")]
    if done.returncode == 0:
        return "passed", []
    if done.returncode == _NO_TESTS:
        return "failed", [Fault(file, 0, "there is no test in it.")]
    return "failed", _failures(file, done.stdout) or [_unknown(file, done.stdout)]


def _failures(file: Path, output: str) -> list[Fault]:
    """The failures in what pytest prints with --tb=line: where each came up, and what was wrong."""
    found = re.findall(r"^(?:E\s+)?(\S.*?\.py):(\d+): (.+)$", output, re.MULTILINE)
    return [
        Fault(file.parent / name, int(line), what)
        for name, line, what in found
        if not what.startswith("in ") and "site-packages" not in name
    ]


def _unknown(file: Path, output: str) -> Fault:
    """A failure elsewhere, or of a file that cannot be read as Python."""
    lines = re.findall(rf'{re.escape(file.name)}"?(?::|, line )(\d+)', output)
    told = re.findall(r"^E\s+(\w+(?:Error|Exception).*)$", output, re.MULTILINE)
    what = told[-1] if told else f"it fails; see: python -m pytest {file}"
    return Fault(file, int(lines[-1]) if lines else 0, what)
