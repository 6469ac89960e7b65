"""The documents say what is so."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from otto import registry
from otto.examples import check, read

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"


def test_every_setting_is_documented_as_it_is() -> None:
    tables = subprocess.run(
        [sys.executable, ROOT / "tools" / "configuration_keys.py"], capture_output=True, text=True, check=True
    )
    assert tables.stdout in (DOCS / "configuration.md").read_text()


def blocks(file: Path, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", file.read_text(), re.DOTALL)


def test_the_skills_in_the_documents_load_and_their_examples_check(tmp_path: Path) -> None:
    for number, text in enumerate(blocks(ROOT / "README.md", "python") + blocks(DOCS / "skills.md", "python")):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "dice.py").write_text(text)
        found = registry.load([folder])
        assert not found.problems
        assert found.skills["dice"].signature == "dice(sides?: int)"
    file = tmp_path / "dice_examples.txt"
    example = re.search(r"```\n(#### Prompt:.*?)```", (DOCS / "skills.md").read_text(), re.DOTALL)
    assert example
    file.write_text(example[1])
    check(read(file), found.skills)


def test_links_between_the_documents_lead_somewhere() -> None:
    for file in [ROOT / "README.md", *DOCS.rglob("*.md"), ROOT / "examples" / "audio" / "README.md"]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", file.read_text()):
            path = (file.parent / target) if (file.parent / target).exists() else file.parent / f"{target}.md"
            assert path.exists(), f"{file.name} links to {target}"


def test_every_command_that_the_readme_names_exists() -> None:
    from typer.main import get_command

    from otto.cli import app

    commands = get_command(app).commands  # type: ignore[attr-defined]
    for name in re.findall(r"`otto ([a-z-]+)", (ROOT / "README.md").read_text()):
        assert name in commands, name


def test_the_pages_of_the_skills_are_current() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "skill_pages.py", "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_the_test_of_a_skill_in_the_documents_passes(tmp_path: Path) -> None:
    for folder, text in (
        ("skills/dice.py", blocks(DOCS / "skills.md", "python")[0]),
        ("tests/test_dice.py", blocks(DOCS / "skills.md", "py")[1]),
    ):
        (tmp_path / folder).parent.mkdir()
        (tmp_path / folder).write_text(text)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", tmp_path / "tests"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
