"""Writes a new skill: its file, its examples and its test, all of which pass as they are."""

from __future__ import annotations

import keyword
import os
import re
import typing
from collections.abc import Container
from pathlib import Path

from otto.errors import OttoError, UsageError
from otto.plugins.plugin_files import PluginFiles, files_of
from otto.skill import Permission

_TAKEN = {*typing.get_args(Permission), "skill", "several", "taught"}  # the last two are examples files of their own

_SKILL = '''\
"""{Words}: what the skill is about."""

from __future__ import annotations

from otto.skill import Context, Reply, skill


@skill(permission="safe")
async def {name}(ctx: Context, text: str | None = None) -> Reply:
    """Answers to the words {words}; text is what else the user says.

    This paragraph and further ones are help for people: what the skill needs, and what it does without a network.
    """
    if text is None:
        return Reply("{Words} here.")
    return Reply(f"{Words} heard: {{text}}.")
'''

_EXAMPLES = """\
#### Prompt:
{name}(text?: str) - Answers to the words {words}; text is what else the user says.

#### Prompt Examples:

### User: {Words}, please.
### Assistant: {name}()

### User: Tell {words} good morning.
### Assistant: {name}(text="good morning")

#### Examples:

### User: I would like {words} now.
### Assistant: {name}()

### User: Could you start {words}?
### Assistant: {name}()

### User: {words} I am back home
### Assistant: {name}(text="I am back home")

### User: Let {words} know that dinner is ready.
### Assistant: {name}(text="dinner is ready")
"""

_TEST = '''\
"""What {name} answers."""

from __future__ import annotations

from pathlib import Path

from otto.testing import answer

SKILL = Path(__file__).parent / "{path}"


def test_answers_to_its_name() -> None:
    assert answer(SKILL, "{name}()").speech == "{Words} here."


def test_repeats_what_was_said() -> None:
    assert answer(SKILL, '{name}(text="good morning")').speech == "{Words} heard: good morning."
'''


def check_name(name: str, used: Container[str]) -> None:
    """Raise UsageError for a name that no new skill can have; ``used`` are those of the skills that there are."""
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,63}", name):
        near = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_0123456789")[:64]
        hint = f", such as {near}" if near else ""
        raise UsageError(f"A skill's name is lower-case letters, digits and underscores, from a letter on{hint}.")
    if name in _TAKEN or keyword.iskeyword(name):
        raise UsageError(f"{name!r} cannot be the name of a skill: the word has a meaning of its own. Choose another.")
    if name in used:
        raise UsageError(f"There is a skill {name!r} already; `otto skills show {name}` shows it. Choose another name.")


def write_skill(name: str, folder: Path) -> PluginFiles:
    """Write the three files of a new skill into a folder of plugins (see `files_of`), which is made if need be.

    Raises OttoError, and writes nothing, when one of the files is there already.
    """
    files = files_of(name, folder)
    there = [file for file in files.all if file.exists()]
    if there:
        raise OttoError(f"{there[0]} is there already, so nothing was written.")
    words = " ".join(part for part in name.split("_") if part)
    said = {"name": name, "words": words, "Words": words[0].upper() + words[1:]}
    said["path"] = Path(os.path.relpath(files.skill, files.tests.parent)).as_posix()
    for file, text in zip(files.all, (_SKILL, _EXAMPLES, _TEST), strict=True):
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("x", encoding="utf-8") as out:
                out.write(text.format(**said))
        except OSError as error:
            raise OttoError(f"{file} cannot be written: {error.strerror}.") from None
    return files
