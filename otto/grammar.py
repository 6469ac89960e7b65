"""Signatures -> a GBNF grammar that decoding is held to (llama.cpp's notation; llguidance and vLLM read it too).

The grammar generates canonical calls of the given skills only: known names, arguments in the order of the signature,
values of the right shape. Everything that it generates, `otto.calls.parse` reads. Strings carry the two escapes that
a quoted text needs (a quote and a backslash) and are bounded by the number of tokens that the engine may write.
"""

from __future__ import annotations

from collections.abc import Iterable

from otto.calls import MAX_CALLS
from otto.skill import Argument, Skill

_VALUES = r"""
string ::= "\"" character+ "\""
character ::= [^"\\\x00-\x1f\x7f] | "\\" ["\\]
integer ::= "-"? ("0" | [1-9] [0-9]{0,8})
number ::= integer ("." [0-9]{1,6})?
boolean ::= "true" | "false"
"""


def call_grammar(skills: Iterable[Skill], most: int = MAX_CALLS) -> str:
    """The GBNF grammar of one to ``most`` calls of these skills, ``root`` first."""
    skills = list(skills)
    rules = [f"root ::= call {_repeat(most - 1)}".rstrip(), "call ::= " + " | ".join(map(_rule, skills))]
    for skill in skills:
        rules += _skill_rules(skill)
    return "\n".join(rules) + _VALUES


def _repeat(times: int) -> str:
    return f'("; " call){{0,{times}}}' if times else ""


def _rule(skill: Skill) -> str:
    return "skill-" + skill.name.replace("_", "-")


def _skill_rules(skill: Skill) -> list[str]:
    """``name "(" arguments ")"``, with one rule for what may follow each argument.

    For f(a, b?, c?):  f ::= "f(" a rest-1-f ")";  rest-1-f ::= (", " b)? rest-2-f;  rest-2-f ::= (", " c)?
    """
    name, arguments = _rule(skill), skill.arguments
    rest = [f"rest-{index}-{name}" for index in range(1, len(arguments) + 1)]
    starts = []
    for index, argument in enumerate(arguments):
        tail = f" {rest[index]}" if index + 1 < len(arguments) else ""
        starts.append(_argument(argument) + tail)
        if argument.required:
            break
    body = f" ({' | '.join(starts)})" if starts else ""
    if body and not any(argument.required for argument in arguments):
        body += "?"
    rules = [f'{name} ::= "{skill.name}("{body} ")"']
    for index, argument in enumerate(arguments[1:], start=1):
        following = f" {rest[index]}" if index + 1 < len(arguments) else ""
        optional = "" if argument.required else "?"
        rules.append(f'{rest[index - 1]} ::= (", " {_argument(argument)}){optional}{following}')
    return rules


def _argument(argument: Argument) -> str:
    return f'"{argument.name}=" {argument.type.rule}'
