"""What a tool answers is said shortly and shown in full."""

from __future__ import annotations

from typing import Any

import pytest
from mcp.types import AudioContent, CallToolResult, EmbeddedResource, ImageContent, TextContent, TextResourceContents

from otto.errors import SkillError
from otto.mcp.results import reply_of
from otto.skill import Reply


def reply(*content: Any, **more: Any) -> Reply:
    return reply_of(CallToolResult(content=list(content), **more), "cal")


def text(words: str) -> TextContent:
    return TextContent(text=words)


def test_text_is_said() -> None:
    assert reply(text("Lunch is at noon.")) == Reply("Lunch is at noon.")


def test_lines_become_sentences_and_stay_lines_on_the_screen() -> None:
    assert reply(text("Lunch\n\nDinner")) == Reply("Lunch. Dinner", notice="Lunch\n\nDinner")


def test_markup_and_addresses_are_not_said() -> None:
    said = reply(text("# **Lunch**\n- see [the page](http://a.b/c) or http://x.y/z?q=1"))
    assert said.speech == "Lunch. see the page or a link"


def test_a_long_text_is_said_in_part_and_shown() -> None:
    said = reply(text("This is a sentence. " * 1000))
    assert 300 < len(said.speech) <= 600
    assert said.speech.endswith(".")
    assert said.notice is not None and 600 < len(said.notice) <= 4000


def test_structured_content_is_said_where_there_is_no_text_or_only_json() -> None:
    assert reply(structured_content={"wind_speed": 5, "gusts": None, "dry": True}).speech == (
        "wind speed: 5, gusts: nothing, dry: yes"
    )
    assert reply(text('{"a": [1, 2]}'), structured_content={"a": [1, 2]}).speech == "a: 1, 2"
    assert reply(text("Nice weather."), structured_content={"a": 1}).speech == "Nice weather."
    assert reply(structured_content={"result": 7}).speech == "7"


def test_deep_structures_end() -> None:
    value: Any = 1
    for _ in range(200):
        value = {"a": value}
    assert len(reply(structured_content=value).speech) < 2000


def test_pictures_and_sounds_are_named() -> None:
    picture = ImageContent(data="aGk=", mime_type="image/png")
    sound = AudioContent(data="aGk=", mime_type="audio/wav")
    assert reply(text("Look."), picture, sound) == Reply("Look.", notice="Look.\nan image\na sound")
    assert reply(picture) == Reply("Here is an image.", notice="an image")


def test_a_text_file_is_read() -> None:
    inside = TextResourceContents(uri="file:///a.txt", text="Buy milk.")
    assert reply(EmbeddedResource(resource=inside)).speech == "Buy milk."


def test_nothing_at_all_is_done() -> None:
    assert reply() == Reply("Done.")


def test_an_error_is_the_sentence_of_the_skill() -> None:
    with pytest.raises(SkillError, match=r"^No such day\.$"):
        reply(text("No such day."), is_error=True)
    with pytest.raises(SkillError, match="cal could not do that"):
        reply(is_error=True)


def test_what_a_terminal_obeys_is_gone() -> None:
    said = reply(text("\x1b]0;title\x07\x1b[31mred\x1b[0m \u202eback\x00\x9b2J"))
    assert said.speech == "red back2J"
    assert said.notice is None or "\x1b" not in said.notice
