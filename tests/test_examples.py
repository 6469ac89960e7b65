"""Every call in examples/ is one that the bundled skills accept and understand."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from otto import paths, registry
from otto.calls import Call, parse, render
from otto.places import zoned_place
from otto.when.dates import day_from_words
from otto.when.periods import period_from_words
from tests.conftest import NOW

FILES = sorted(paths.bundled("examples").glob("*_examples.txt"))


def examples() -> Iterator[tuple[str, str, str]]:
    for file in FILES:
        for user, answer in re.findall(r"^### User: (.+)\n### Assistant: (.+)$", file.read_text("utf-8"), re.MULTILINE):
            yield file.name, user, answer


def calls_of(skill: str) -> list[Call]:
    return [call for _, _, answer in examples() for call in parse(answer) if call.name == skill]


def values(skill: str, argument: str) -> list[str]:
    return sorted({str(value) for call in calls_of(skill) for key, value in call.arguments if key == argument})


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_no_example_is_overlooked(file: Path) -> None:
    found = [user for name, user, _ in examples() if name == file.name]
    assert len(found) == file.read_text("utf-8").count("### User:") >= 20


@pytest.mark.parametrize("file", [file for file in FILES if "several" not in file.name], ids=lambda file: file.name)
def test_the_prompt_line_is_the_one_of_the_skill(file: Path) -> None:
    skill = registry.load().skills[file.name.removesuffix("_examples.txt")]
    assert skill.line in file.read_text("utf-8").splitlines()


def test_every_answer_is_canonical_and_valid() -> None:
    skills = registry.load().skills
    for _, _, answer in examples():
        calls = parse(answer)
        canonical = [skills[call.name].canonical(skills[call.name].validate(call)) for call in calls]
        assert render(canonical) == answer


@pytest.mark.parametrize("day", values("datecheck", "day"))
def test_every_day_is_understood(day: str) -> None:
    assert abs((day_from_words(day, NOW.date()) - NOW.date()).days) <= 366


@pytest.mark.parametrize("when", values("weather", "when"))
def test_every_time_of_a_forecast_is_understood(when: str) -> None:
    now = NOW.replace(tzinfo=None)
    period = period_from_words(when, now)
    assert period.start <= period.end and period.end.date() >= now.date()


@pytest.mark.parametrize("location", values("timecheck", "location"))
def test_every_place_with_a_clock_is_known(location: str) -> None:
    assert zoned_place(location).zone


@pytest.mark.parametrize("duration", values("timer", "duration"))
def test_every_duration_is_understood(duration: str) -> None:
    arguments = registry.load().skills["timer"].validate(Call.make("timer", duration=duration))
    assert 1 <= arguments["duration"].seconds <= 24 * 3600


@pytest.mark.parametrize("question", values("math", "question"))
def test_every_expression_has_a_value(question: str) -> None:
    arguments = registry.load().skills["math"].validate(Call.make("math", question=question))
    assert isinstance(arguments["question"].value(), int | float)
