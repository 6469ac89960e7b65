"""`otto skills settings`: what a skill needs to know, and where its secrets are kept."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from otto.cli.output import Format, print_json, show_log
from otto.cli.skill_lookup import Folders, Output, everything, skill_table

if TYPE_CHECKING:
    from otto.plugins.setting_tables import Setting, Table

_PLACES = {
    "environment": "from {}",
    "file": "from config.toml",
    "keyring": "from the keyring",
    "default": "the default",
    "missing": "needed",
}


def show_settings(
    name: Annotated[str, typer.Argument(help="The skill's name; chat for the larger language model.")],
    keep: Annotated[
        str | None, typer.Option("--set-secret", metavar="KEY", help="Put a secret in the keyring.")
    ] = None,
    forget: Annotated[
        str | None, typer.Option("--forget-secret", metavar="KEY", help="Delete a secret from the keyring.")
    ] = None,
    folders: Folders = [],  # noqa: B006
    output: Output = Format.AUTO,
) -> None:
    """The settings of a skill: what they mean, what they are and where that comes from, and how to set them.

    --set-secret asks for the secret without showing it, or reads it from a pipe.
    """
    from otto import config
    from otto.errors import UsageError

    show_log()
    settings = config.load()
    with everything(settings, folders, mcp=False) as found:
        table = skill_table(name, found, settings)
    if keep is not None and forget is not None:
        raise UsageError("Use either --set-secret or --forget-secret.")
    if table is None:
        if keep is not None or forget is not None:
            raise UsageError(f"The skill {name} has no settings, and so no secrets.")
        if not output.is_json:
            print(f"The skill {name} has no settings.")
    elif keep is not None:
        _keep_secret(table, keep, output)
    elif forget is not None:
        _forget_secret(table, forget, output)
    elif output.is_json:
        for one in table.settings():
            print_json(setting_fields(one))
    else:
        _print_settings(table)


def setting_fields(setting: Setting) -> dict[str, Any]:
    """A setting as a JSON line has it."""
    fields = dict(vars(setting))
    return {"setting": fields.pop("name"), "type": fields.pop("kind"), **fields}


def _print_settings(table: Table) -> None:
    from otto.config import config_file
    from otto.plugins.setting_tables import written

    settings = table.settings()
    for one in settings:
        value = "not set" if one.value is None else written(one.value)
        default = "" if one.source == "default" or one.default is None else f"; default: {written(one.default)}"
        print(f"{one.name}: {value}  ({_PLACES[one.source].format(one.variable)}; {one.kind}{default})")
        if one.description:
            print(f"    {one.description}")
    lacking = [one for one in settings if one.source == "missing"]
    plain = [one for one in lacking if not one.secret]
    if plain:
        print(f"\nWrite into {config_file()}:\n\n[{table.path}]")
        for one in plain:
            print(one.line)
        print(f"\nor set {' and '.join(one.variable for one in plain)} in the environment.")
    for one in settings:
        if one.secret and one.source in ("missing", "default"):
            print(f"\nKeep {one.name} in the keyring, or set {one.variable} in the environment:")
            print(f"  otto skills settings {table.name} --set-secret {one.name}")
        if one.secret and one.source == "file":
            print(f"\n{one.name} stands readable in {config_file()}. It is safer in the keyring; take it out after:")
            print(f"  otto skills settings {table.name} --set-secret {one.name}")


def _keep_secret(table: Table, key: str, output: Format) -> None:
    from otto import keychain
    from otto.errors import UsageError
    from otto.keychain import KeychainError

    _check_secret(table, key)
    asked = sys.stdin.isatty()
    value = typer.prompt(f"{table.name} {key}", hide_input=True, err=True) if asked else sys.stdin.read()
    if not value.strip():
        raise UsageError("The secret is empty, so nothing was kept.")
    (setting,) = (one for one in table.settings() if one.name == key)
    try:
        keychain.keep(f"{table.name}.{key}", value.strip())
    except KeychainError as error:
        raise KeychainError(f"{error} Set {setting.variable} in the environment instead.") from None
    if output.is_json:
        print_json({"setting": key, "kept": "keyring"})
    else:
        print(f"The keyring keeps {table.name}.{key} now.")
    if setting.source in ("environment", "file"):
        place = setting.variable if setting.source == "environment" else "config.toml"
        print(f"otto: {place} also sets {key}, and comes first; take it out there.", file=sys.stderr)


def _forget_secret(table: Table, key: str, output: Format) -> None:
    from otto import keychain

    _check_secret(table, key)
    there = keychain.forget(f"{table.name}.{key}")
    if output.is_json:
        print_json({"setting": key, "forgotten": there})
    else:
        print(f"The keyring {'keeps' if there else 'had'} no {table.name}.{key}{' any more' if there else ''}.")


def _check_secret(table: Table, key: str) -> None:
    from otto.errors import UsageError
    from otto.settings import secret_names

    names = secret_names(table.model)
    if key not in names:
        there = f"They are {', '.join(names)}." if names else "It has none."
        raise UsageError(f"{key!r} is no secret of {table.name}. {there}")
