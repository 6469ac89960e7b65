"""The examples files are read strictly: what is out of place is named with its file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from otto import paths, registry
from otto.calls import Call
from otto.examples import ExamplesError, ExamplesFile, check, read, read_folder

GOOD = """\
#### Prompt:
timer(duration: Duration, name?: str) - Starts a countdown; name is what it is for.

#### Prompt Examples:

### User: Set a timer for 5 minutes.
### Assistant: timer(duration="5 minutes")

#### Examples:

### User: Tea and bread, four and fifty minutes.
### Assistant: timer(duration="four minutes", name="tea"); timer(duration="fifty minutes", name="bread")
"""


def written(folder: Path, text: str, name: str = "timer_examples.txt") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def refusal(file: Path) -> str:
    """Why a file is refused, without its name."""
    with pytest.raises(ExamplesError) as caught:
        check(read(file), registry.load().skills)
    sentence = str(caught.value)
    assert sentence.startswith(str(file)) and "\n" not in sentence
    return sentence.removeprefix(str(file)).lstrip(", :")


def test_a_file_is_its_prompt_line_the_examples_shown_and_the_others(tmp_path: Path) -> None:
    file = read(written(tmp_path, GOOD))
    assert file.skill == "timer"
    assert file.prompt == "timer(duration: Duration, name?: str) - Starts a countdown; name is what it is for."
    (shown,), (other,) = file.shown, file.examples
    assert (shown.text, shown.line) == ("Set a timer for 5 minutes.", 6)
    assert shown.calls == (Call.make("timer", duration="5 minutes"),)
    assert (other.line, len(other.calls)) == (11, 2)
    check(file, registry.load().skills)


def test_a_prompt_on_two_lines_is_one_line(tmp_path: Path) -> None:
    assert read(written(tmp_path, "#### Prompt:\nones\n  and twos\n")).prompt == "ones and twos"


@pytest.mark.parametrize(
    ("wrong", "right", "refused"),
    [
        ("### Assistant: timer(duration=\"5", "### Asistant: timer(duration=\"5", "line 7: expected '### Assistant: '"),
        ("### User: Tea", "### Users: Tea", "line 11: '### Users: Tea and bread"),
        ("#### Examples:", "#### Example:", "line 9: '#### Example:' is neither a heading"),
        ("\n### Assistant: timer(duration=\"5", "\n\n### Assistant: timer(duration=\"5", "line 7: expected"),
        ("Set a timer for 5 minutes.", " ", "line 6: "),
        ('timer(duration="5 minutes")', 'timer(duration="5 minutes"', "line 7: not a call: "),
        ('timer(duration="5 minutes")', "Starting a timer.", "line 7: not a call: "),
        ('timer(duration="5 minutes")', 'thymer(duration="5 minutes")', "line 7: there is no skill 'thymer'"),
        ('timer(duration="5 minutes")', 'timer(duration="often")', "line 7: timer: duration"),
        ('timer(duration="5 minutes")', "timer()", "line 7: timer: duration is missing"),
        ('timer(duration="5 minutes")', 'timer(time="5 minutes")', "there is no argument 'time'"),
        ("name?: str", "name: str", "the prompt section is not the skill's line; it should read: timer("),
    ],
)  # fmt: skip
def test_what_is_out_of_place_is_refused_with_its_line(tmp_path: Path, wrong: str, right: str, refused: str) -> None:
    assert GOOD.count(wrong) == 1
    assert refused in refusal(written(tmp_path, GOOD.replace(wrong, right)))


def test_an_utterance_without_a_call_at_the_end(tmp_path: Path) -> None:
    said = refusal(written(tmp_path, GOOD + "\n### User: One more.\n"))
    assert said == "line 14: 'One more.' has no call after it."


def test_a_call_without_an_utterance(tmp_path: Path) -> None:
    assert "line 14: '### Assistant: cancel()' is neither" in refusal(
        written(tmp_path, GOOD + "\n### Assistant: cancel()")
    )


def test_an_example_before_any_heading(tmp_path: Path) -> None:
    assert refusal(written(tmp_path, "### User: Hi.\n### Assistant: other()\n")).startswith("line 1: ")


def test_a_file_that_is_not_utf_8(tmp_path: Path) -> None:
    (tmp_path / "timer_examples.txt").write_bytes(b"#### Prompt:\n\xff\xfe\n")
    assert refusal(tmp_path / "timer_examples.txt").startswith("cannot be read: ")


def test_a_missing_file(tmp_path: Path) -> None:
    assert refusal(tmp_path / "timer_examples.txt").startswith("cannot be read: ")


def test_a_folder_is_read_by_name_and_only_the_examples_in_it(tmp_path: Path) -> None:
    for name in ("timer_examples.txt", "cancel_examples.txt", "notes.txt"):
        written(tmp_path, "", name)
    assert [file.skill for file in read_folder(tmp_path)] == ["cancel", "timer"]
    assert read_folder(tmp_path / "missing") == []


BUNDLED = read_folder(paths.bundled("examples"))


@pytest.mark.parametrize("file", BUNDLED, ids=lambda file: file.skill)
def test_the_bundled_files_are_right(file: ExamplesFile) -> None:
    check(file, registry.load().skills)
    assert file.shown and file.examples


def test_every_bundled_skill_has_a_file() -> None:
    assert set(registry.load().skills) | {"several"} == {file.skill for file in BUNDLED}
