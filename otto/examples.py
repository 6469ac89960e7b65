"""The examples files: ``examples/<skill>_examples.txt``, plain text that a person edits.

    #### Prompt:
    timecheck(location?: Place) - Tell the time here or at a place.

    #### Prompt Examples:

    ### User: What time is it now?
    ### Assistant: timecheck()

    #### Examples:

    ### User: Got the time?
    ### Assistant: timecheck()

The prompt section repeats the skill's line (see `check_prompt`). The prompt examples are shown to a model that was not
trained; the examples measure it, or train it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from otto.calls import Call, parse
from otto.errors import CallError, OttoError
from otto.skill import Skill, SkillError

SUFFIX = "_examples.txt"
_PROMPT, _SHOWN, EXAMPLES = "#### Prompt:", "#### Prompt Examples:", "#### Examples:"
USER, ASSISTANT = "### User: ", "### Assistant: "


class ExamplesError(OttoError):
    """An examples file is wrong; the message names the file and line."""


@dataclass(frozen=True)
class Example:
    """An utterance and the calls it means; ``line`` is that of the utterance in its file."""

    text: str
    calls: tuple[Call, ...]
    line: int


@dataclass(frozen=True)
class ExamplesFile:
    """One file, read: the skill's prompt line, the examples shown to a model, and the others."""

    file: Path
    prompt: str
    shown: tuple[Example, ...]
    examples: tuple[Example, ...]

    @property
    def skill(self) -> str:
        """The skill the file is about, by its name; "several" for sentences with more than one call."""
        return self.file.name.removesuffix(SUFFIX)


def read_folder(folder: Path) -> list[ExamplesFile]:
    """All examples files of a folder, by name. A missing folder has none."""
    return [read(file) for file in sorted(folder.glob(f"*{SUFFIX}"))]


def read(file: Path) -> ExamplesFile:
    """Read one file strictly. Raises ExamplesError for the first line that is out of place."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ExamplesError(f"{file} cannot be read: {error}.") from None
    section, prompt = "", []
    found: dict[str, list[Example]] = {_SHOWN: [], EXAMPLES: []}
    said: tuple[str, int] | None = None
    for number, line in enumerate(lines, start=1):
        where = f"{file}, line {number}"
        if said is not None and not line.startswith(ASSISTANT):
            raise ExamplesError(f"{where}: expected {ASSISTANT!r} and the call for {said[0]!r}.")
        if not line.strip():
            continue
        if line.strip() in (_PROMPT, _SHOWN, EXAMPLES):
            section = line.strip()
        elif section == _PROMPT:
            prompt.append(line.strip())
        elif section in found and line.startswith(USER) and line.removeprefix(USER).strip():
            said = line.removeprefix(USER).strip(), number
        elif said is not None and line.startswith(ASSISTANT):
            found[section].append(Example(said[0], _parsed(line.removeprefix(ASSISTANT), where), said[1]))
            said = None
        else:
            raise ExamplesError(f"{where}: {line[:60]!r} is neither a heading nor {USER!r} nor {ASSISTANT!r}.")
    if said is not None:
        raise ExamplesError(f"{file}, line {said[1]}: {said[0]!r} has no call after it.")
    return ExamplesFile(file, " ".join(prompt), tuple(found[_SHOWN]), tuple(found[EXAMPLES]))


def check(file: ExamplesFile, skills: Mapping[str, Skill]) -> None:
    """Raise ExamplesError unless every call validates and the prompt section is the skill's own line."""
    for example in file.shown + file.examples:
        for call in example.calls:
            where = f"{file.file}, line {example.line + 1}"
            if call.name not in skills:
                raise ExamplesError(f"{where}: there is no skill {call.name!r}.")
            try:
                skills[call.name].validate(call)
            except SkillError as error:
                raise ExamplesError(f"{where}: {error}") from None
    if file.skill in skills and file.prompt != skills[file.skill].line:
        raise ExamplesError(
            f"{file.file}: the prompt section is not the skill's line; it should read: {skills[file.skill].line}"
        )


def _parsed(text: str, where: str) -> tuple[Call, ...]:
    try:
        return parse(text)
    except CallError as error:
        raise ExamplesError(f"{where}: {error}.") from None
