"""What the user taught Otto: sentences with their calls, kept as an examples file and found again by likeness."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path

from otto import paths
from otto.calls import Call, render
from otto.errors import SkillError
from otto.examples import ASSISTANT, EXAMPLES, USER, Example, ExamplesError, read
from otto.skill import Skill
from otto.speech.inventions import plain_words

log = logging.getLogger("otto")

_LIKE = 70.0  # of 100: "lights out please" is 77 like "lights out"
_MOST = 3  # shown to the model; each costs some milliseconds


def taught_file() -> Path:
    """The file that `teach` writes; a data set takes it like any examples file."""
    return paths.config_dir() / "examples" / "taught_examples.txt"


class Taught:
    """The taught examples of the enabled skills. A file that has changed is read again, without a restart."""

    def __init__(self, file: Path, skills: Mapping[str, Skill]) -> None:
        self._file = file
        self._skills = skills
        self._read: tuple[int, int] | None = None
        self._examples: dict[str, Example] = {}

    def exact(self, text: str) -> Example | None:
        """What was taught for these very words, whatever their case and punctuation."""
        return self._current().get(_key(text))

    def near(self, text: str, most: int = _MOST) -> list[Example]:
        """The taught examples most like these words, the most alike last, where a model heeds it most."""
        from rapidfuzz import fuzz, process

        examples = self._current()
        found = process.extract(
            _key(text), list(examples), scorer=fuzz.token_sort_ratio, score_cutoff=_LIKE, limit=most
        )
        return [examples[words] for words, _, _ in reversed(found)]

    def _current(self) -> Mapping[str, Example]:
        try:
            state = self._file.stat()
        except OSError:
            self._examples, self._read = {}, None
            return self._examples
        stamp = (state.st_mtime_ns, state.st_size)
        if stamp != self._read:
            self._read = stamp
            try:
                self._examples = {_key(one.text): one for one in read(self._file).examples if self._valid(one)}
            except ExamplesError as error:
                log.warning("What you taught was left out: %s", error)
                self._examples = {}
        return self._examples

    def _valid(self, example: Example) -> bool:
        """Whether its skills are enabled and still take its arguments."""
        try:
            for call in example.calls:
                if call.name not in self._skills:
                    return False
                self._skills[call.name].validate(call)
        except SkillError as error:
            log.warning("%s, line %s, was left out: %s", self._file, example.line, error)
            return False
        return True


def teach(text: str, calls: Sequence[Call], file: Path) -> bool:
    """Add a sentence and its calls to the file, in place of what was taught for it before; true if there was any.

    The file is replaced as a whole, so that a crash leaves the old or the new one. Raises ExamplesError when the file
    that is there cannot be read: it is not overwritten.
    """
    old = list(read(file).examples) if file.exists() else []
    said = " ".join(text.split())
    kept = [one for one in old if _key(one.text) != _key(said)]
    pairs = [(one.text, render(one.calls)) for one in kept] + [(said, render(calls))]
    lines = "\n".join(f"{USER}{words}\n{ASSISTANT}{answer}\n" for words, answer in pairs)
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_suffix(".new")
    new.write_text(f"{EXAMPLES}\n\n{lines}", encoding="utf-8")
    new.replace(file)
    return len(kept) < len(old)


def _key(text: str) -> str:
    """Words as they are compared: no case, no punctuation."""
    return " ".join(plain_words(text))
