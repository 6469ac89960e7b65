"""A skill's page in the documentation, and the index of them: Markdown made from the skill itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from otto.plugins.plugin_files import example_sentences
from otto.plugins.setting_tables import Setting, table_of, written
from otto.skill import Argument, Skill

PERMISSIONS: Mapping[str, str] = {
    "safe": "does nothing outside Otto",
    "private": "reads your data",
    "network": "sends something out",
    "acts": "changes something on this computer or in the house",
    "dangerous": "does what cannot be undone",
}
_MEANINGS: Mapping[str, str] = {
    "str": "your words",
    "int": "a whole number",
    "float": "a number",
    "bool": "yes or no",
}
_SENTENCES = 6


def meaning(argument: Argument) -> str:
    """What values an argument takes, in words."""
    schema = argument.type.schema
    if "enum" in schema:
        return f"one of {', '.join(schema['enum'])}"
    return str(schema.get("description") or _MEANINGS.get(argument.type.label, argument.type.label))


def page(skill: Skill) -> str:
    """The page of one skill, without anything of this computer or its configuration."""
    first, *rest = skill.doc.split("\n\n")
    parts = [f"# {skill.name}", f"`{skill.signature}`", " ".join(first.split()), *rest]
    if skill.arguments:
        rows = [
            [f"`{one.name}`", f"`{one.type.label}`", "yes" if one.required else "no", meaning(one)]
            for one in skill.arguments
        ]
        parts += ["## Arguments", table(["argument", "type", "needed", "what"], rows)]
    if said := example_sentences(skill, _SENTENCES):
        parts += ["## Examples", "\n".join(f"- {text}" for text in said)]
    parts += ["## Permission", _permission(skill)]
    if settings := table_of(skill):
        parts += ["## Settings", _settings(skill, settings.declared())]
    return "\n\n".join(parts) + "\n"


def index(skills: Iterable[Skill]) -> str:
    """The page that leads to the pages of the skills."""
    rows = [
        [f"[{skill.name}]({skill.name}.md)", f"`{skill.signature}`", skill.permission, skill.summary]
        for skill in sorted(skills, key=lambda one: one.name)
    ]
    return (
        "# The skills\n\n"
        "Made from the skills themselves by `python tools/skill_pages.py`. [Writing a skill](../skills.md) says how\n"
        "to add one, and `otto skills list` shows those that you have.\n\n"
        f"{table(['skill', 'call', 'permission', 'does'], rows)}\n"
    )


def table(head: list[str], rows: Iterable[list[str]]) -> str:
    """A Markdown table; bars in cells are escaped."""
    lines = [head, ["---"] * len(head), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _permission(skill: Skill) -> str:
    words = f"`{skill.permission}`: it {PERMISSIONS[skill.permission]}."
    if skill.danger is not None:
        words += " Otto asks before a call that cannot be undone."
    return words


def _settings(skill: Skill, settings: Sequence[Setting]) -> str:
    rows = [
        [
            f"`{one.name}`",
            one.kind,
            "needed" if one.required else "not set" if one.default is None else f"`{written(one.default)}`",
            one.description,
            f"`{one.variable}`",
        ]
        for one in settings
    ]
    text = f"In the table `[skills.{skill.name}]` of config.toml, or in the environment:\n\n"
    text += table(["setting", "type", "default", "what", "variable"], rows)
    secrets = [one.name for one in settings if one.secret]
    if secrets:
        command = f"otto skills settings {skill.name} --set-secret {secrets[0]}"
        text += f"\n\nA secret is best kept in the keyring: `{command}`."
    return text
