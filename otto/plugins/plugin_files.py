"""The files that belong to a skill: its own, its examples and its test; and what people say to it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from otto import paths
from otto.examples import SUFFIX, ExamplesError, read
from otto.skill import Skill


@dataclass(frozen=True)
class PluginFiles:
    """Where the files of one skill are, or would be."""

    skill: Path
    examples: Path
    tests: Path

    @property
    def all(self) -> tuple[Path, Path, Path]:
        return self.skill, self.examples, self.tests


def files_of(name: str, folder: Path) -> PluginFiles:
    """The files of a skill in a folder of plugins: beside it, but for Otto's own and the user's own folder."""
    examples, tests = folder, folder / "tests"  # a test beside the plugin would be loaded as one
    if folder == paths.bundled("skills"):
        examples, tests = paths.bundled("examples"), folder.parent / "tests" / "skills"
    elif folder == user_folder():
        examples, tests = paths.config_dir() / "examples", paths.config_dir() / "tests"
    return PluginFiles(folder / f"{name}.py", examples / f"{name}{SUFFIX}", tests / f"test_{name}.py")


def user_folder() -> Path:
    """The user's own folder of plugins."""
    return paths.config_dir() / "skills"


def example_sentences(skill: Skill, most: int) -> list[str]:
    """Things to say to a skill, the typical ones first; none where it has no readable examples."""
    try:
        file = read(files_of(skill.name, skill.source.parent).examples)
    except ExamplesError:
        return []
    own = [one.text for one in file.shown + file.examples if [call.name for call in one.calls] == [skill.name]]
    # A sentence that is whole and does not name Otto is one that a person can repeat.
    good = [text for text in own if text[0].isupper() and text[-1] in ".?!" and "otto" not in text.casefold()]
    return (good or own)[:most]
