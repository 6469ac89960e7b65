"""`otto skills new` and `otto skills test`: writing a skill of one's own."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from otto.cli.output import Format, print_json, show_log
from otto.cli.skill_lookup import Folders, Output, named

if TYPE_CHECKING:
    from otto.plugins.skill_check import Checked
    from otto.registry import Registry


def new(
    name: Annotated[str, typer.Argument(help="The name: lower-case letters, digits and underscores.")],
    folder: Annotated[
        Path | None, typer.Option("--folder", metavar="DIR", help="Where, instead of your own folder.")
    ] = None,
    output: Output = Format.AUTO,
) -> None:
    """Write a new skill, with its examples and its test, all of which work as they are."""
    from otto import registry
    from otto.plugins.plugin_files import user_folder
    from otto.plugins.scaffold import check_name, write_skill

    show_log()
    place = folder.absolute() if folder else user_folder()
    check_name(name, registry.load([place] if folder else []).skills)
    files = write_skill(name, place)
    if output.is_json:
        print_json(
            {"name": name, "skill": str(files.skill), "examples": str(files.examples), "tests": str(files.tests)}
        )
        return
    where = f" --skills {folder}" if folder else ""
    print(f"{files.skill}\n{files.examples}\n{files.tests}\n")
    print("Write what it does into the first file. Then, whenever you changed something:")
    print(f"  otto skills test {name}{where}")
    print(f"  otto ask{where} {' '.join(name.split('_'))}, please")


def check(
    targets: Annotated[
        list[str], typer.Argument(metavar="[NAME|FOLDER]...", help="Skills, or folders of them; else all your own.")
    ] = [],  # noqa: B006
    model: Annotated[bool, typer.Option("--model", help="Also ask the model each example.")] = False,
    folders: Folders = [],  # noqa: B006
    output: Output = Format.AUTO,
) -> None:
    """Check skills: that they load, that their examples are current and valid, and that their own tests pass."""
    from otto import registry
    from otto.plugins.plugin_files import user_folder
    from otto.plugins.skill_check import check_skill, not_loaded

    show_log()
    places = [Path(one).absolute() for one in targets if _is_folder(one)] or ([] if targets else [user_folder()])
    extra = [folder.absolute() for folder in folders]
    found = registry.load(dict.fromkeys(one for one in [*places, *extra] if one != user_folder()))
    chosen = [skill for skill in found.skills.values() if skill.source.parent in places]
    chosen += [named(one, found) for one in targets if not _is_folder(one) and not _failed_to_load(one, found)]
    failed = [
        not_loaded(problem)
        for problem in found.problems
        if problem.file.parent in places or any(problem.file.stem == one for one in targets)
    ]
    if not chosen and not failed:
        where = ", ".join(map(str, places))
        print(f"otto: There are no skills in {where}; `otto skills new NAME` writes one.", file=sys.stderr)
        raise typer.Exit(1)
    results = [*failed, *(check_skill(skill, found.skills) for skill in chosen)]
    right = _ask_model(results, [*places, *extra]) if model else {}
    for result in results:
        _print_check(result, right.get(result.name), output)
    raise typer.Exit(1 if any(result.faults for result in results) else 0)


def _is_folder(target: str) -> bool:
    """A name with nothing of a path in it is a skill, whatever folder is called so."""
    return not target.isidentifier() and Path(target).is_dir()


def _failed_to_load(name: str, found: Registry) -> bool:
    return name not in found.skills and any(problem.file.stem == name for problem in found.problems)


def _ask_model(results: Sequence[Checked], folders: Sequence[Path]) -> Mapping[str, str]:
    """Ask the configured model the examples that its prompt does not show: how many it gets right, by skill."""
    from otto import config, parts
    from otto.plugins.plugin_files import user_folder
    from training.evaluate import measure

    settings = config.load()
    extra = [folder for folder in dict.fromkeys(folders) if folder != user_folder() and folder.is_dir()]
    chosen = parts.skill_model(settings, parts.catalogue(settings, extra))
    told = {}
    for result in results:
        if result.examples is None or result.faults:
            continue
        report = measure(chosen, [(result.name, result.examples.examples)])
        told[result.name] = f"{report.total.exact} of {report.total.asked} right"
        for text, wanted, got in report.mistakes:
            print(f"{text}\n    wanted {wanted}\n    got    {got}", file=sys.stderr)
    return told


def _print_check(result: Checked, right: str | None, output: Format) -> None:
    found = result.examples
    count = len(found.shown) + len(found.examples) if found else 0
    if output.is_json:
        faults = [{"file": str(one.file), "line": one.line, "what": one.what} for one in result.faults]
        fields = {"name": result.name, "file": str(result.file), "examples": count, "tests": result.tests}
        print_json({**fields, **({"model": right} if right else {}), "faults": faults})
        return
    for fault in result.faults:
        print(fault)
    state = "wrong" if result.faults else "good"
    print(f"{result.name}: {state}; {count} examples, tests: {result.tests}{f', model: {right}' if right else ''}")
