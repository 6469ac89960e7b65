"""What may be run, and what is asked first."""

from __future__ import annotations

from typing import Any, Literal

import pytest

from otto.config import Config
from otto.errors import ConfigError
from otto.model.skill_model import CheckedCall
from otto.policy import Policy, check_rules, question
from otto.skill import Context, Duration, Reply, Skill, skill


def _emptying(action: str, name: str | None) -> str | None:
    return f"Shall I empty {name or 'it'}?" if action == "empty" else None


@skill(permission="private", danger=_emptying)
async def bin(ctx: Context, action: Literal["show", "empty"], name: str | None = None) -> Reply:
    """Shows or empties a bin."""
    return Reply("Done.")


@skill(permission="acts")
async def oven(ctx: Context, duration: Duration | None = None) -> Reply:
    """Heats."""
    return Reply("Done.")


@skill(permission="dangerous")
async def format_disk(ctx: Context, disk: str) -> Reply:
    """Formats."""
    return Reply("Done.")


def _faulty(**_: Any) -> str | None:
    raise KeyError("name")


@skill(permission="safe", danger=_faulty)
async def faulty(ctx: Context) -> Reply:
    """Cannot say whether it is dangerous."""
    return Reply("Done.")


SHOW, EMPTY = {"action": "show"}, {"action": "empty", "name": "old mail"}


@pytest.mark.parametrize(
    ("rules", "which", "arguments", "allowance"),
    [
        ({}, oven, {}, "allow"),
        ({}, format_disk, {"disk": "one"}, "confirm"),
        ({}, bin, SHOW, "allow"),
        ({}, bin, EMPTY, "confirm"),
        ({"acts": "confirm"}, oven, {}, "confirm"),
        ({"acts": "deny", "oven": "allow"}, oven, {}, "allow"),
        ({"oven": "deny"}, oven, {}, "deny"),
        ({"dangerous": "deny"}, bin, EMPTY, "deny"),
        ({"dangerous": "deny"}, bin, SHOW, "allow"),
        ({"dangerous": "allow"}, bin, EMPTY, "allow"),
        ({"private": "deny"}, bin, EMPTY, "deny"),  # being dangerous makes nothing less private
        ({"bin": "allow"}, bin, EMPTY, "allow"),
        ({}, faulty, {}, "confirm"),
    ],
)
def test_the_allowance_of_a_call(
    rules: dict[str, Any], which: Skill, arguments: dict[str, Any], allowance: str
) -> None:
    assert Policy(Config(permissions=rules)).allowance(which, arguments) == allowance


def test_the_allowance_of_a_skill_as_such() -> None:
    policy = Policy(Config(permissions={"private": "confirm"}))
    assert [policy.allowance(which) for which in (oven, bin, format_disk)] == ["allow", "confirm", "confirm"]


def test_a_rule_for_what_is_not_there_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"names 'ovn', which is no skill and no permission\. Did you mean 'oven'"):
        check_rules(Config(permissions={"ovn": "deny"}), ["oven", "bin"])
    check_rules(Config(permissions={"oven": "deny", "network": "confirm"}), ["oven"])


def test_a_rule_for_a_tool_of_a_server_that_may_be_away_is_let_pass() -> None:
    rules = {"my_cal_create": "deny"}
    check_rules(Config(permissions=rules, mcp={"My-Cal": {"command": ["cal"]}}), ["oven"])


@pytest.mark.parametrize(
    ("which", "arguments", "words"),
    [
        (bin, EMPTY, "Shall I empty old mail?"),
        (oven, {}, "Shall I use oven?"),
        (oven, {"duration": Duration.read("ten minutes")}, "Shall I use oven, with duration ten minutes?"),
        (format_disk, {"disk": "backup"}, "Shall I use format disk, with disk backup?"),
    ],
)
def test_the_question(which: Skill, arguments: dict[str, Any], words: str) -> None:
    assert question(CheckedCall(which, which.canonical(arguments), arguments)) == words
