"""The command line. Each command imports what it needs when it runs, so that `otto --help` answers at once."""

from __future__ import annotations

import os
import sys

import typer

from otto.cli import inspect, library, listen, mcp, memory, skills, training, weights
from otto.cores import wait_idly
from otto.errors import OttoError

app = typer.Typer(
    name="otto",
    help="A voice assistant that runs on your own machine.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # rich's help takes longer to import than all else together
    context_settings={"help_option_names": ["-h", "--help"]},
)
listen.add_to(app)
skills.add_to(app)
inspect.add_to(app)
memory.add_to(app)
library.add_to(app)
mcp.add_to(app)
weights.add_to(app)
training.add_to(app)


def _show_version(wanted: bool) -> None:
    if wanted:
        from otto import __version__

        print(__version__)
        raise typer.Exit


@app.callback()
def _options(
    version: bool = typer.Option(
        False, "--version", callback=_show_version, is_eager=True, help="Print the version and stop."
    ),
) -> None:
    pass


def main() -> None:
    """Run the command line. Exit codes: 0 done, 1 failed, 2 wrong usage; an error is one sentence on standard error."""
    wait_idly()
    try:
        app()
    except OttoError as error:
        from otto.secrets import redact

        print(f"otto: {redact(str(error))}", file=sys.stderr)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
