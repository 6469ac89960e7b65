"""What Whisper is told to expect: sentences of the enabled skills, short enough for its prompt."""

from __future__ import annotations

from pathlib import Path

import pytest

from otto import paths, registry
from otto.examples import ExamplesFile, read, read_folder
from otto.speech.vocabulary import hints

BUNDLED = read_folder(paths.bundled("examples"))
SKILLS = list(registry.load().skills)


def examples_of(folder: Path, skill: str, *sentences: str, answer: str | None = None) -> ExamplesFile:
    shown = "\n".join(f"### User: {sentence}\n### Assistant: {answer or skill + '()'}\n" for sentence in sentences)
    file = folder / f"{skill}_examples.txt"
    file.write_text(f"#### Prompt Examples:\n{shown}", encoding="utf-8")
    return read(file)


def test_every_bundled_skill_is_heard_of() -> None:
    told = hints(BUNDLED, SKILLS)
    for file in BUNDLED:
        if file.skill != "other":
            assert any(example.text in told for example in file.shown), file.skill


def test_nothing_that_is_not_for_otto_is_expected() -> None:
    (other,) = (file for file in BUNDLED if file.skill == "other")
    assert not {example.text for example in (*other.shown, *other.examples)} & set(hints(BUNDLED, SKILLS))


def test_a_skill_that_is_switched_off_is_not_expected() -> None:
    told = hints(BUNDLED, [name for name in SKILLS if name != "weather"])
    assert told and "weather" not in " ".join(told).lower()


def test_the_prompt_fits_into_whisper() -> None:
    from whisper.tokenizer import get_tokenizer

    told = " ".join(hints(BUNDLED, SKILLS))
    assert len(told.split()) <= 160
    assert len(get_tokenizer(multilingual=False).encode(" " + told)) <= 224  # n_text_ctx // 2


def test_each_skill_has_its_turn_before_any_has_a_second(tmp_path: Path) -> None:
    one = examples_of(tmp_path, "one", "One one.", "One two.")
    two = examples_of(tmp_path, "two", "Two one.", "Two two.", "Two three.")
    told = hints([one, two], ["one", "two"])
    assert told[1:] == ["One one.", "Two one.", "One two.", "Two two.", "Two three."]


def test_a_long_sentence_is_left_out_and_a_later_short_one_taken(tmp_path: Path) -> None:
    one = examples_of(tmp_path, "one", "So " + "very " * 160 + "long.", "Short.")
    assert hints([one], ["one"])[1:] == ["Short."]


def test_a_plugin_is_expected_too(tmp_path: Path) -> None:
    plugin = examples_of(tmp_path, "coin", "Toss a doubloon.")
    assert "Toss a doubloon." in hints([*BUNDLED, plugin], [*SKILLS, "coin"])


def test_the_name_of_otto_is_expected() -> None:
    assert "Otto" in " ".join(hints(BUNDLED, SKILLS))


@pytest.mark.parametrize("skills", [[], ["other"], ["unknown"]])
def test_without_skills_nothing_is_expected(skills: list[str]) -> None:
    assert hints(BUNDLED, skills) == []
