"""The data set: large enough, right in every row, without a leak, and the same to the byte."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from otto import paths, registry
from otto.calls import parse
from otto.examples import read_folder
from training import leaks
from training.blocks import read_lines
from training.dataset import Row, build, repeated, write
from training.grounding import ungrounded
from training.report import find_leaks
from training.sources import FOLDER, Sources, read_held_out

OTTO = Path(sys.executable).parent / "otto"
SKILLS = dict(registry.load().skills)
OWN = sorted(set(SKILLS) - {"other"})


@pytest.fixture(scope="module")
def built() -> tuple[Sources, dict[str, list[Row]]]:
    return build(seed=0, expansions=12)


@pytest.fixture(scope="module")
def rows(built: tuple[Sources, dict[str, list[Row]]]) -> dict[str, list[Row]]:
    return built[1]


class TestWhatIsWritten:
    def test_every_example_holds_what_its_call_says(self) -> None:
        for file in read_folder(paths.bundled("examples")):
            for example in file.shown + file.examples:
                assert ungrounded(example.text, example.calls, SKILLS) is None, f"{file.file}, line {example.line}"

    @pytest.mark.parametrize("skill", [*OWN, "several"])
    def test_there_is_enough_for_each_skill(self, skill: str) -> None:
        (file,) = (file for file in read_folder(paths.bundled("examples")) if file.skill == skill)
        every = [leaks.plain(example.text) for example in file.shown + file.examples]
        assert len(every) >= (150 if skill == "several" else 120)
        assert len(set(every)) == len(every)

    def test_every_argument_and_every_word_of_an_enum_occurs(self) -> None:
        calls = [
            call
            for file in read_folder(paths.bundled("examples"))
            for example in file.shown + file.examples
            for call in example.calls
        ]
        said = {(call.name, name) for call in calls for name, _ in call.arguments}
        values = {(call.name, name, value) for call in calls for name, value in call.arguments}
        for skill in SKILLS.values():
            for argument in skill.arguments:
                assert (skill.name, argument.name) in said
                for word in argument.type.schema.get("enum", []):
                    assert (skill.name, argument.name, word) in values

    def test_what_is_not_for_otto(self) -> None:
        lines = [line for file in (FOLDER / "data" / "ambient").glob("*.txt") for line in read_lines(file)]
        assert len({leaks.plain(line) for line in lines}) >= 1500

    def test_invented_skills(self, built: tuple[Sources, dict[str, list[Row]]]) -> None:
        invented = built[0].invented
        examples = sum(len(one.examples) for one in invented)
        assert len(invented) >= 245 and examples >= 12 * len(invented) * 0.98
        kinds = Counter(argument.type.label for one in invented for argument in one.skill.arguments)
        assert {"str", "int", "float", "bool", "Duration", "Place"} <= set(kinds)

    def test_held_out_sets(self) -> None:
        held_out = read_held_out(SKILLS)
        assert all(len(held_out.examples[skill]) >= 30 for skill in OWN)
        assert len(held_out.ambient) >= 1000
        assert len(held_out.unseen) == 40 and all(len(one.examples) >= 10 for one in held_out.unseen)


class TestRows:
    def test_there_are_enough(self, rows: Mapping[str, list[Row]]) -> None:
        assert len(rows["train"]) >= 30_000
        assert len(rows["validation"]) >= 1000 and len(rows["test"]) >= 1000

    def test_nothing_leaks(self, built: tuple[Sources, dict[str, list[Row]]]) -> None:
        sources, rows = built
        texts = {name: [row.text for row in some] for name, some in rows.items()}
        found = find_leaks({**texts, "held out": sources.held_out.texts})
        assert len(found) == 6 and all(leak.equal == leak.near == 0 for leak in found)

    def test_every_answer_is_made_of_skills_and_arguments_of_its_prompt(self, rows: Mapping[str, list[Row]]) -> None:
        for row in rows["test"] + rows["validation"] + rows["train"][:5000]:
            lines = {line.split("(")[0]: line for line in row.system.splitlines() if "(" in line}
            for call in parse(row.answer):
                assert call.name in lines, row.answer
                for name, _ in call.arguments:
                    assert f"{name}: " in lines[call.name] or f"{name}?: " in lines[call.name], row.answer

    def test_catalogues_are_of_all_sizes(self, rows: Mapping[str, list[Row]]) -> None:
        sizes = Counter(row.system.count(") - ") for row in rows["train"])
        assert min(sizes) == 3 and max(sizes) == len(SKILLS)
        assert 0.12 < sizes[len(SKILLS)] / len(rows["train"]) < 0.25
        assert all(sizes[size] > 100 for size in range(4, 26))

    def test_shares(self, rows: Mapping[str, list[Row]]) -> None:
        train = rows["train"]
        assert 0.28 < sum(row.renamed for row in train) / len(train) < 0.4
        assert 0.02 < sum(row.removed for row in train) / len(train) < 0.08
        assert all(row.answer == "other()" for row in train if row.removed)
        assert repeated(train) < 10

    def test_a_removed_skill_is_not_in_the_prompt(self, built: tuple[Sources, dict[str, list[Row]]]) -> None:
        sources, rows = built
        meant = {sentence.text: sentence.skills for sentence in sources.sentences}
        for row in rows["train"]:
            if row.removed and not row.renamed and not row.heard:
                assert not all(f"\n{skill.name}(" in row.system for skill in meant[row.text])

    def test_forms(self, rows: Mapping[str, list[Row]], tmp_path: Path) -> None:
        few = {name: some[:3] for name, some in rows.items()}
        for form in ("prompt_completion", "chat", "alpaca"):
            write(few, tmp_path / form, form)
        first = [json.loads((tmp_path / form / "train.jsonl").read_text().splitlines()[0]) for form in
                 ("prompt_completion", "chat", "alpaca")]  # fmt: skip
        assert first[0]["prompt"] + first[0]["completion"] == first[1]["messages"]
        assert [turn["role"] for turn in first[1]["messages"]] == ["system", "user", "assistant"]
        assert first[2]["instruction"] == first[1]["messages"][0]["content"]
        assert first[2]["output"] == first[0]["completion"][0]["content"]


@pytest.mark.slow
def test_the_command_gives_the_same_bytes_again_and_checks_them(tmp_path: Path) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([OTTO, "build-dataset", *arguments], capture_output=True, text=True, timeout=300)

    for folder in ("one", "two"):
        assert run("--out", str(tmp_path / folder), "--expansions", "2").returncode == 0
    for name in ("train.jsonl", "validation.jsonl", "test.jsonl", "README.md"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    assert run("--check", "--out", str(tmp_path / "one")).returncode == 0
    leaking = (tmp_path / "one" / "train.jsonl").read_text().splitlines()[0]
    with (tmp_path / "one" / "test.jsonl").open("a") as file:
        file.write(leaking + "\n")
    found = run("--check", "--out", str(tmp_path / "one"))
    assert found.returncode == 1 and "no figure measured on them could be believed" in found.stderr
    (tmp_path / "one" / "test.jsonl").write_text("{}\n")
    broken = run("--check", "--out", str(tmp_path / "one"))
    assert broken.returncode == 1 and "test.jsonl, line 1, is no row" in broken.stderr
