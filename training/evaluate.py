"""How often is the call right? The configured model on the examples that stand in no prompt."""

from __future__ import annotations

import math
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from otto import config, parts
from otto.calls import Call, render
from otto.errors import SkillError
from otto.examples import Example
from otto.model.skill_model import CheckedCall, Decision, SkillModel
from otto.wake import without_name


@dataclass
class Tally:
    """Answers counted: ``valid`` calls, those with the right ``skills``, and those right to the argument."""

    asked: int = 0
    valid: int = 0
    skills: int = 0
    exact: int = 0

    def row(self, name: str) -> list[str]:
        low, high = wilson(self.exact, self.asked)
        return [name, str(self.asked), *(f"{part / max(1, self.asked):.1%}" for part in (self.valid, self.skills)),
                f"{self.exact / max(1, self.asked):.1%}", f"{low:.1%} to {high:.1%}"]  # fmt: skip


@dataclass
class Report:
    """The tallies by examples file, the seconds of each decision, and the mistakes as (text, wanted, answer)."""

    tallies: dict[str, Tally] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)
    mistakes: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def total(self) -> Tally:
        counts: Counter[str] = Counter()
        for tally in self.tallies.values():
            counts.update(vars(tally))
        return Tally(**counts)


def wilson(right: int, asked: int, z: float = 1.96) -> tuple[float, float]:
    """The 95 % confidence interval of a share (Wilson 1927): 0 to 1."""
    if not asked:
        return 0.0, 1.0
    share, square = right / asked, z * z / asked
    middle = (share + square / 2) / (1 + square)
    reach = z * math.sqrt(share * (1 - share) / asked + square / (4 * asked)) / (1 + square)
    return max(0.0, middle - reach), min(1.0, middle + reach)


def same_calls(wanted: Sequence[CheckedCall], given: Sequence[CheckedCall]) -> bool:
    """Whether two answers mean the same: the same skills in the same order, arguments equal by their types."""
    return len(wanted) == len(given) and all(
        one.skill.name == other.skill.name and one.skill.same(one.arguments, other.arguments)
        for one, other in zip(wanted, given, strict=True)
    )


def measure(model: SkillModel, sets: Iterable[tuple[str, Sequence[Example]]]) -> Report:
    """Ask the model every example of the named sets. An answer that is no valid call counts as wrong."""
    report = Report()
    for name, examples in sets:
        tally = report.tallies.setdefault(name, Tally())
        for example in examples:
            wanted = [model.check(call) for call in example.calls]
            decision = model.decide(without_name(example.text))
            _count(tally, wanted, decision)
            report.seconds.append(decision.seconds)
            if not same_calls(wanted, decision.calls):
                report.mistakes.append((example.text, render(example.calls), decision.answer))
    return report


def evaluate_examples(limit: int, mistakes: bool, as_json: bool) -> None:
    """Measure the configured model and print the table (or one JSON object a row)."""
    from otto.cli.output import print_json, show_log

    show_log()
    settings = config.load()
    offered = parts.catalogue(settings)
    model = parts.skill_model(settings, offered)
    model.warm_up()
    sets = [(file.skill, _askable(model, file.examples)[: limit or None]) for file in offered.examples]
    report = measure(model, sets)
    if as_json:
        for name, tally in [*report.tallies.items(), ("all", report.total)]:
            print_json({"examples": name, **vars(tally)})
    else:
        _print_table(report)
    for text, wanted, answer in report.mistakes if mistakes else ():
        print(f"{text}\n    wanted {wanted}\n    got    {answer}", file=sys.stderr if as_json else sys.stdout)


def _askable(model: SkillModel, examples: Sequence[Example]) -> list[Example]:
    """The examples whose skills are enabled."""
    return [one for one in examples if all(_known(model, call) for call in one.calls)]


def _known(model: SkillModel, call: Call) -> bool:
    try:
        model.check(call)
    except SkillError:
        return False
    return True


def _count(tally: Tally, wanted: Sequence[CheckedCall], decision: Decision) -> None:
    tally.asked += 1
    tally.valid += decision.problem is None
    tally.skills += [one.skill.name for one in wanted] == [one.skill.name for one in decision.calls]
    tally.exact += same_calls(wanted, decision.calls)


def _print_table(report: Report) -> None:
    from rich.table import Table

    from otto.cli.output import console

    table = Table(
        "examples", "asked", "valid", "right skill", "exact call", "95 % interval", box=None, header_style="dim"
    )
    for name, tally in report.tallies.items():
        table.add_row(*tally.row(name))
    table.add_row(*report.total.row("all"), style="bold")
    ordered = sorted(report.seconds)
    out = console()
    out.print(table)
    if ordered:
        median, late = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)]
        out.print(f"[dim]text to call: p50 {median:.2f} s, p95 {late:.2f} s[/dim]")
