"""A server as others write them, with the official SDK: `python calendar_server.py` speaks over stdio,
`python calendar_server.py --http PORT` over streamable HTTP. Every call is noted in the file $CALLS."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Annotated, Any, Literal

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import Annotations, AudioContent, ImageContent, ResourceLink, TextContent, ToolAnnotations
from pydantic import BaseModel, Field

server = MCPServer("calendar")
Content = TextContent | ImageContent | AudioContent | ResourceLink


class Weather(BaseModel):
    temperature: float
    sky: str
    warnings: list[str]


def note(**arguments: Any) -> None:
    if file := os.environ.get("CALLS"):
        with Path(file).open("a") as calls:
            calls.write(json.dumps({"pid": os.getpid(), **arguments}) + "\n")


@server.tool(name="create-event")
def create_event(
    title: str,
    day: Annotated[str, Field(description="The day of the event.", json_schema_extra={"format": "date"})],
    durationMinutes: Annotated[int, Field(ge=5, le=600)] = 60,
    calendar: Literal["work", "home"] | None = None,
    private: bool | None = None,
    guests: list[str] | None = None,
    details: dict[str, str] | None = None,
) -> str:
    """Create an event in the calendar. The title is what the event is about.

    Guests are told by mail.
    """
    note(title=title, day=day, durationMinutes=durationMinutes, calendar=calendar, private=private, guests=guests)
    return f"{title} stands in the calendar on {day}."


@server.tool(annotations=ToolAnnotations(destructive_hint=True))
def delete_event(title: str) -> str:
    """Delete an event."""
    note(deleted=title)
    return f"Deleted {title}."


@server.tool()
def add(a: float, b: float) -> float:
    """Add two numbers."""
    return a + b


@server.tool()
def weather() -> Weather:
    """The weather at the office."""
    return Weather(temperature=21.5, sky="clear", warnings=["wind", "heat"])


@server.tool()
def fail() -> str:
    """Always fails."""
    raise ToolError(f"The calendar is locked, token {os.environ.get('CALENDAR_TOKEN')}.")


@server.tool()
async def slow(seconds: float) -> str:
    """Takes its time."""
    note(slow=seconds)
    await asyncio.sleep(seconds)
    return "At last."


@server.tool(structured_output=False)
def picture() -> list[Content]:
    """A picture of the office."""
    return [
        ImageContent(data="aGVsbG8=", mime_type="image/png", annotations=Annotations(priority=1)),
        AudioContent(data="aGVsbG8=", mime_type="audio/wav"),
        ResourceLink(name="floor plan", uri="file:///plan.pdf"),
    ]


@server.tool(structured_output=False)
def hostile() -> str:
    """Answers with what a terminal obeys."""
    return "\x1b]0;owned\x07\x1b[31m# Hello\r\n\u202e**there**, see [this](http://evil.example/x)\x00" + " word" * 5000


@server.tool(structured_output=False)
def pages(items: list[dict[str, str]]) -> str:
    """Needs what cannot be said."""
    return str(items)


@server.tool(structured_output=False)
def silent() -> list[Content]:
    """Says nothing."""
    return []


@server.tool(structured_output=False)
def environment() -> str:
    """The names of the variables that the server can see."""
    return " ".join(sorted(os.environ))


if __name__ == "__main__":
    print("the calendar starts, token", os.environ.get("CALENDAR_TOKEN"), file=sys.stderr, flush=True)
    if sys.argv[1:2] == ["--http"]:
        import uvicorn

        uvicorn.run(server.streamable_http_app(), port=int(sys.argv[2]), log_level="warning")
    else:
        server.run()
