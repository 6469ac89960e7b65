"""May a call be run? The rules of [permissions] in the configuration, and what to ask where somebody must be asked."""

from __future__ import annotations

import difflib
import logging
import typing
from collections.abc import Iterable, Mapping
from typing import Any

from otto.config import Allowance, Config
from otto.errors import ConfigError
from otto.mcp.wording import call_name
from otto.model.skill_model import CheckedCall
from otto.skill import Permission, Skill

log = logging.getLogger("otto")

_STRICTNESS: tuple[Allowance, ...] = ("allow", "confirm", "deny")
_DEFAULTS: Mapping[str, Allowance] = {"dangerous": "confirm"}  # all others are allowed


class Policy:
    """Decides per skill: allow, confirm or deny.

    A skill's own entry in ``permissions`` counts alone. Without one, that of its permission counts, and for a call
    that cannot be undone that of "dangerous" as well, the stricter of the two.
    """

    def __init__(self, config: Config) -> None:
        self._rules = config.permissions

    def allowance(self, skill: Skill, arguments: Mapping[str, Any] | None = None) -> Allowance:
        """What holds for this skill, or for a call of it with these typed arguments."""
        own = self._rules.get(skill.name)
        if own is not None:
            return own
        kinds: set[str] = {skill.permission}
        if arguments is not None and _danger(skill, arguments) is not None:
            kinds.add("dangerous")
        return max((self._rules.get(kind, _DEFAULTS.get(kind, "allow")) for kind in kinds), key=_STRICTNESS.index)


def check_rules(config: Config, skills: Iterable[str]) -> None:
    """Raise ConfigError for a rule about a skill that there is not: a misspelt "deny" must not let anything through.

    Skills of MCP servers are let pass: a server may be away today.
    """
    known = [*skills, *typing.get_args(Permission)]
    of_servers = tuple(f"{call_name(server)}_" for server in config.mcp)
    for name in config.permissions:
        if name not in known and not name.startswith(of_servers):
            near = difflib.get_close_matches(name, known, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else " `otto skills list` shows them all."
            raise ConfigError(f"[permissions] names {name!r}, which is no skill and no permission.{hint}")


def question(checked: CheckedCall) -> str:
    """What to ask before the call is run."""
    return _danger(checked.skill, checked.arguments) or f"Shall I {described(checked)}?"


def described(checked: CheckedCall) -> str:
    """A call in words, for a question: "use run app, with program firefox"."""
    given = checked.skill.plain(checked.arguments)
    written = dict(checked.call.arguments)  # a Duration as it was said, not in seconds
    with_what = ", ".join(f"{name.replace('_', ' ')} {written.get(name, value)}" for name, value in given.items())
    return f"use {checked.skill.name.replace('_', ' ')}{f', with {with_what}' if with_what else ''}"


def _danger(skill: Skill, arguments: Mapping[str, Any]) -> str | None:
    if skill.danger is None:
        return None
    given = {argument.name: arguments.get(argument.name) for argument in skill.arguments}
    try:
        return skill.danger(**given)
    except Exception:  # a plugin's fault must not make its call harmless
        log.exception("The skill %s could not say whether a call is dangerous.", skill.name)
        return f"Shall I use {skill.name.replace('_', ' ')}?"
