"""A wheel built from the tree works in an environment of its own, away from the checkout."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def otto(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `otto` command in an empty environment with the wheel and, at the versions used here, what it needs."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    frozen = subprocess.run(
        [sys.executable, "-m", "pip", "freeze", "--exclude-editable"], capture_output=True, text=True
    )
    versions = folder / "constraints.txt"
    versions.write_text("".join(line + "\n" for line in frozen.stdout.splitlines() if "==" in line))
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--constraint", str(versions)]
    subprocess.run([*pip, *shlex.split(os.environ.get("PIP_ARGS", "")), str(wheel)], check=True, capture_output=True)
    return folder / "bin" / "otto"


def test_the_wheel_carries_skills_examples_and_prompts(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {
        "otto/_bundled/skills/weather.py",
        "otto/_bundled/examples/weather_examples.txt",
        "otto/_bundled/prompts/system.txt",
        "training/evaluate.py",
        "otto/py.typed",
    } <= names
    assert not any(name.startswith("tests/") or name.endswith(".wav") for name in names)


@pytest.mark.slow
def test_an_installed_otto_answers(otto: Path, tmp_path: Path) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([str(otto), *arguments], cwd=tmp_path, capture_output=True, text=True, timeout=300)

    listed = run("skills", "list", "--format", "json")
    assert "timecheck" in [json.loads(line)["name"] for line in listed.stdout.splitlines()], listed.stderr
    asked = run("ask", "--format", "json", "What time is it?")
    assert asked.returncode == 0, asked.stderr
    answer = json.loads(asked.stdout)
    assert answer["call"] and answer["reply"] is not None
