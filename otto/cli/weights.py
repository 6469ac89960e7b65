"""`otto models`: the model files."""

from __future__ import annotations

from typing import Annotated

import typer

from otto.cli.output import Format, console, print_json

Name = Annotated[str, typer.Argument(help="A name from `otto models list`.")]
models = typer.Typer(help="The model files that Otto uses.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    app.add_typer(models, name="models")


@models.command("list")
def list_models(output: Annotated[Format, typer.Option("--format")] = Format.AUTO) -> None:
    """Every model file: what it is, licence, size, and whether it is here."""
    from rich.table import Table

    from otto import weights

    table = Table("name", "what", "licence", "MB", "here", box=None, header_style="dim")
    for name in weights.names():
        weight = weights.lookup(name)
        here = weights.find(name)
        if output.is_json:
            print_json(
                {
                    "name": name,
                    "what": weight.what,
                    "licence": weight.licence,
                    "bytes": weight.size,
                    "path": str(here) if here else None,
                }
            )
        else:
            table.add_row(name, weight.what, weight.licence, f"{weight.size / 1e6:.0f}", "yes" if here else "no")
    if not output.is_json:
        console().print(table)


@models.command()
def fetch(name: Name) -> None:
    """Fetch a model file into the cache and check it."""
    from otto import weights

    print(weights.fetch(name))


@models.command()
def path(name: Name) -> None:
    """Print where a model file is; fails when it has not been fetched."""
    from otto import weights
    from otto.errors import WeightsError

    here = weights.find(name)
    if here is None:
        raise WeightsError(f"{name} is not here yet; fetch it with: otto models fetch {name}")
    print(here)
