"""`otto mcp`: Otto's skills for MCP clients."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from otto.cli.output import show_log


def add_to(app: typer.Typer) -> None:
    app.command()(mcp)


def mcp(
    http: Annotated[
        str | None,
        typer.Option("--http", metavar="[HOST:]PORT", help="Serve over HTTP instead, to this computer alone."),
    ] = None,
    skills: Annotated[
        list[Path], typer.Option("--skills", help="A further folder of skill plugins.", metavar="DIR")
    ] = [],  # noqa: B006 - Typer's way of a repeatable option
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log more, to standard error.")] = False,
) -> None:
    """Serve Otto's skills to MCP clients, on standard input and output."""
    import asyncio
    import importlib.util

    from otto.errors import OttoError

    if importlib.util.find_spec("mcp") is None:
        raise OttoError("MCP needs a package that is not installed: pip install 'otto[mcp]'.")
    from otto.mcp.serving import serve_http, serve_stdio

    show_log(verbose)
    asyncio.run(serve_stdio(skills) if http is None else serve_http(skills, http))
