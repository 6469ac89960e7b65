"""A new skill works as it is written, and what is wrong with a skill is told with file and line."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from otto import paths, registry
from otto.errors import OttoError, PluginError, SkillError, UsageError
from otto.plugins.plugin_files import example_sentences, files_of, user_folder
from otto.plugins.scaffold import check_name, write_skill
from otto.plugins.skill_check import Checked, check_skill, not_loaded
from otto.testing import answer, load_skill


def checked(folder: Path, name: str = "coffee_log") -> Checked:
    found = registry.load([] if folder == user_folder() else [folder])
    for problem in found.problems:
        if problem.file.stem == name:
            return not_loaded(problem)
    return check_skill(found.skills[name], found.skills)


def faults(folder: Path, with_tests: bool = False) -> list[tuple[str, int, str]]:
    if not with_tests:  # they take a second
        (folder / "tests" / "test_coffee_log.py").unlink()
    return [(fault.file.name, fault.line, fault.what) for fault in checked(folder).faults]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "plugins"
    write_skill("coffee_log", made)
    return made


class TestWriting:
    @pytest.mark.parametrize("name", ["a", "x2__y_", "match"])
    def test_it_loads_checks_and_passes_its_own_test(self, tmp_path: Path, name: str) -> None:
        write_skill(name, tmp_path)
        result = checked(tmp_path, name)
        assert result.faults == ()
        assert (result.name, result.tests) == (name, "passed")
        assert result.examples is not None and len(result.examples.shown) == 2

    def test_the_users_own_folders_are_used(self) -> None:
        files = write_skill("dice", user_folder())
        home = paths.config_dir()
        assert files.all == (
            home / "skills" / "dice.py",
            home / "examples" / "dice_examples.txt",
            home / "tests" / "test_dice.py",
        )
        assert registry.load().origins["dice"] == "user"
        assert checked(user_folder(), "dice").tests == "passed"

    def test_ottos_own_skills_have_their_files_where_they_are(self) -> None:
        for file in files_of("timer", paths.bundled("skills")).all:
            assert file.exists()

    def test_what_is_there_is_not_touched(self, folder: Path) -> None:
        skill, examples, tests = files_of("coffee_log", folder).all
        skill.unlink()
        examples.write_text("mine")
        with pytest.raises(OttoError, match=r"coffee_log_examples\.txt is there already, so nothing was written"):
            write_skill("coffee_log", folder)
        assert examples.read_text() == "mine"
        assert not skill.exists() and tests.exists()

    def test_a_folder_that_cannot_be_made_is_a_sentence(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        with pytest.raises(OttoError, match="cannot be written"):
            write_skill("dice", tmp_path / "file" / "plugins")

    @pytest.mark.parametrize(
        ("name", "said"),
        [
            ("Coffee Log", "coffee_log"),
            ("2dice", "dice"),
            ("../dice", "dice"),
            ("dice.py", "dice_py"),
            ("", "lower-case"),
            ("x" * 65, "lower-case"),
            ("würfel", "w_rfel"),
            ("class", "meaning of its own"),
            ("network", "meaning of its own"),
            ("several", "meaning of its own"),
            ("timer", "otto skills show timer"),
        ],
    )
    def test_a_name_that_cannot_be_is_refused(self, name: str, said: str) -> None:
        with pytest.raises(UsageError, match=said):
            check_name(name, {"timer": None})

    def test_the_sentences_can_be_said(self, folder: Path) -> None:
        skill = registry.load([folder]).skills["coffee_log"]
        assert example_sentences(skill, 3)[:2] == ["Coffee log, please.", "Tell coffee log good morning."]


class TestChecking:
    def test_a_plugin_that_does_not_load(self, folder: Path) -> None:
        file = folder / "coffee_log.py"
        file.write_text(file.read_text() + "\nraise RuntimeError('not today')\n")
        ((name, line, what),) = faults(folder)
        assert (name, line) == ("coffee_log.py", len(file.read_text().splitlines()))
        assert "not today" in what

    def test_an_old_prompt_line(self, folder: Path) -> None:
        file = folder / "coffee_log.py"
        file.write_text(file.read_text().replace("what else the user says", "what to write down"))
        assert faults(folder) == [
            (
                "coffee_log_examples.txt",
                2,
                "the prompt section should read: coffee_log(text?: str) - "
                "Answers to the words coffee log; text is what to write down.",
            )
        ]

    def test_every_wrong_example(self, folder: Path) -> None:
        file = folder / "coffee_log_examples.txt"
        lines = file.read_text().splitlines()
        wrong = {
            "cofee_log()": "there is no skill 'cofee_log'.",
            "coffee_log(number=3)": "coffee_log: there is no argument 'number'.",
            'coffee_log(text=" x ")': 'the call should be written: coffee_log(text="x")',
            'coffee_log(text="")': "coffee_log: text: must not be empty.",
        }
        lines += [line for call in wrong for line in (f"### User: {call}?", f"### Assistant: {call}", "")]
        file.write_text("\n".join(lines))
        told = {lines[line - 1].removeprefix("### Assistant: "): what for _, line, what in faults(folder)}
        assert told == wrong

    def test_an_example_that_is_no_call(self, folder: Path) -> None:
        file = folder / "coffee_log_examples.txt"
        file.write_text(file.read_text() + "\n### User: Hm.\n### Assistant: coffee_log(\n")
        ((name, line, what),) = faults(folder)
        assert (name, line) == ("coffee_log_examples.txt", len(file.read_text().splitlines()))
        assert what.startswith("not a call")

    def test_no_examples_at_all(self, folder: Path) -> None:
        (folder / "coffee_log_examples.txt").unlink()
        assert faults(folder) == [("coffee_log_examples.txt", 0, "the examples file is missing.")]

    def test_its_own_test_that_fails(self, folder: Path) -> None:
        file = folder / "tests" / "test_coffee_log.py"
        file.write_text(file.read_text().replace('"Coffee log here."', '"Tea."'))
        ((name, line, what),) = faults(folder, with_tests=True)
        assert name == "test_coffee_log.py"
        assert '"Tea."' in file.read_text().splitlines()[line - 1]
        assert "AssertionError" in what

    def test_its_own_test_that_finds_the_skill_broken(self, folder: Path) -> None:
        file = folder / "coffee_log.py"
        file.write_text(file.read_text().replace("    if text is None:", "    1 / 0\n    if text is None:"))
        first, _ = faults(folder, with_tests=True)
        assert first == ("coffee_log.py", file.read_text().splitlines().index("    1 / 0") + 1, first[2])
        assert first[2].startswith("ZeroDivisionError")

    @pytest.mark.parametrize(
        ("text", "line", "said"),
        [
            ("\ndef test_(:\n", 2, "SyntaxError: invalid syntax"),
            ("x = 1\n", 0, "there is no test in it."),
            ("x = 1\nimport nowhere", 2, "ModuleNotFoundError: No module named 'nowhere'"),
        ],
    )
    def test_a_test_that_does_not_run(self, folder: Path, text: str, line: int, said: str) -> None:
        (folder / "tests" / "test_coffee_log.py").write_text(text)
        result = checked(folder)
        assert result.tests == "failed"
        assert [(fault.line, fault.what) for fault in result.faults] == [(line, said)]

    def test_a_skill_without_a_test_is_good(self, folder: Path) -> None:
        (folder / "tests" / "test_coffee_log.py").unlink()
        assert (checked(folder).tests, checked(folder).faults) == ("none", ())


class TestAnswer:
    def test_a_call_is_checked_and_run(self, folder: Path) -> None:
        assert answer(folder / "coffee_log.py", 'coffee_log(text="hello")').speech == "Coffee log heard: hello."

    def test_settings_are_given(self, tmp_path: Path) -> None:
        (tmp_path / "where.py").write_text(
            "from otto.skill import Context, Reply, skill\n\n"
            '@skill(permission="safe")\n'
            "async def where(ctx: Context) -> Reply:\n"
            '    """Tells the town."""\n'
            "    return Reply(f\"{ctx.config.home} {ctx.skills['where'].name} {ctx.store.notes.all()}\")\n"
        )
        assert answer(tmp_path / "where.py", "where()", home="Oslo").speech == "Oslo where []"

    def test_what_is_wrong_is_raised(self, folder: Path) -> None:
        with pytest.raises(SkillError, match="number"):
            answer(folder / "coffee_log.py", "coffee_log(number=3)")
        with pytest.raises(PluginError, match="There is no skill 'tea'"):
            load_skill(folder / "coffee_log.py", "tea")
        (folder / "broken.py").write_text("1 / 0")
        with pytest.raises(PluginError, match=r"broken.py, line 1.*ZeroDivisionError"):
            load_skill(folder / "broken.py", "broken")


def test_the_new_files_are_formatted_as_ottos_own(folder: Path) -> None:
    for file in (folder / "coffee_log.py", folder / "tests" / "test_coffee_log.py"):
        tree = ast.parse(file.read_text())
        assert ast.get_docstring(tree)
        assert max(map(len, file.read_text().splitlines())) <= 120
