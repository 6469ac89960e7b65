"""Adds pairs to an examples file, which is replaced as a whole: a crash leaves the old file or the new one."""

from __future__ import annotations

import contextlib
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from otto import paths
from otto.errors import OttoError
from otto.examples import ASSISTANT, EXAMPLES, USER, ExamplesFile, check, read
from otto.plugins.plugin_files import files_of
from otto.skill import Skill
from training.generating.sieve import Pair

_HEADING = re.compile(r"^#### (?:Prompt|Prompt Examples|Examples):[^\S\n]*$", re.MULTILINE)


def examples_file(skill: Skill) -> Path:
    """Where the examples of a skill are written: its own file, or the user's for a skill of an installed Otto."""
    file = files_of(skill.name, skill.source.parent).examples
    installed = file.parent == paths.bundled("examples") and "_bundled" in file.parts
    return paths.config_dir() / "examples" / file.name if installed else file


def add(pairs: Sequence[Pair], file: Path, skill: Skill, skills: Mapping[str, Skill]) -> None:
    """Add pairs at the end of a file, which is made if need be; the first of a new file is shown to models.

    Raises ExamplesError when the file was not valid before, and OttoError when it cannot be written; it is then as it
    was.
    """
    if not pairs:
        return
    file = file.resolve()  # a link stays one
    new = file.with_name(f".{file.name}.new")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        old = file.read_bytes().decode("utf-8") if file.exists() else None
        text = _new_file(pairs, skill) if old is None else _longer(old, pairs)
        new.write_bytes(text.encode("utf-8"))
        check(replace(read(new), file=file), skills)
        if old is not None:
            shutil.copymode(file, new)
        new.replace(file)
    except UnicodeDecodeError as error:
        raise OttoError(f"{file} cannot be read: {error}.") from None
    except OSError as error:
        raise OttoError(f"{file} cannot be written: {error.strerror}; --out FILE names another.") from None
    finally:
        with contextlib.suppress(OSError):
            new.unlink()


def checked(file: Path, skills: Mapping[str, Skill]) -> ExamplesFile | None:
    """The file as it is, None where there is none. Raises ExamplesError when it is wrong."""
    if not file.exists():
        return None
    found = read(file)
    check(found, skills)
    return found


def _new_file(pairs: Sequence[Pair], skill: Skill) -> str:
    shown, rest = _written(pairs[:1]), _written(pairs[1:])
    return f"#### Prompt:\n{skill.line}\n\n#### Prompt Examples:\n\n{shown}\n{EXAMPLES}\n{rest and chr(10)}{rest}"


def _longer(old: str, pairs: Sequence[Pair]) -> str:
    newline = "\r\n" if "\r\n" in old else "\n"
    plain = old.replace("\r\n", "\n").rstrip()
    headings = _HEADING.findall(plain)
    heading = "" if headings and headings[-1].strip() == EXAMPLES else f"{EXAMPLES}\n\n"
    return f"{plain}\n\n{heading}{_written(pairs)}".replace("\n", newline)


def _written(pairs: Sequence[Pair]) -> str:
    return "\n".join(f"{USER}{pair.text}\n{ASSISTANT}{pair.call}\n" for pair in pairs)
