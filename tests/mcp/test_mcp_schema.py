"""The JSON schema of a tool becomes a signature with the same checks."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from otto.calls import Call, parse
from otto.errors import SkillError
from otto.grammar import call_grammar
from otto.mcp.schema import Unusable, parameters
from otto.skill import Context, Reply, Skill

NOW = datetime(2026, 11, 18, 14, 20, tzinfo=ZoneInfo("Europe/Berlin"))  # a Wednesday
MANY = [f"x{number}" for number in range(17)]


def tool(properties: dict[str, Any], *required: str, **more: Any) -> Skill:
    async def run(ctx: Context, /, **arguments: Any) -> Reply:
        return Reply("Done.")

    found = parameters({"type": "object", "properties": properties, "required": list(required), **more})
    return Skill("tool", "Does it.", [parameter.argument for parameter in found], run)


def sent(schema: dict[str, Any], value: Any) -> Any:
    """What a tool with one argument of this schema gets for a value of a call."""
    (parameter,) = parameters({"type": "object", "properties": {"x": schema}, "required": ["x"]})
    skill = tool({"x": schema}, "x")
    return parameter.encode(skill.validate(Call.make("tool", x=value))["x"], NOW)


def refusal(schema: dict[str, Any], value: Any) -> str:
    with pytest.raises(SkillError) as refused:
        sent(schema, value)
    return str(refused.value)


class TestSignature:
    def test_simple_types(self) -> None:
        skill = tool(
            {
                "title": {"type": "string"},
                "count": {"type": "integer"},
                "size": {"type": "number"},
                "loud": {"type": "boolean"},
                "mode": {"enum": ["on", "off"]},
            },
            "title",
        )
        assert skill.signature == "tool(title: str, count?: int, size?: float, loud?: bool, mode?: on/off)"

    def test_nothing_at_all(self) -> None:
        assert tool({}).signature == "tool()"
        assert parameters({}) == ()

    @pytest.mark.parametrize(
        "schema",
        [
            {"anyOf": [{"type": "integer"}, {"type": "null"}]},
            {"anyOf": [{"type": "null"}, {"type": "array"}, {"type": "integer"}], "default": None},
            {"oneOf": [{"type": "integer"}]},
            {"allOf": [{"$ref": "#/$defs/Count"}]},
            {"type": ["integer", "null"]},
            {"type": ["null", "array", "integer"]},
            {"$ref": "#/$defs/Count"},
            {"$ref": "#/$defs/Other", "description": "How many."},
            {"const": 4},
            {"enum": [1, 2, None]},
        ],
    )
    def test_ways_to_write_a_number(self, schema: dict[str, Any]) -> None:
        definitions = {"Count": {"type": "integer"}, "Other": {"$ref": "#/$defs/Count"}}
        assert tool({"x": schema}, "x", **{"$defs": definitions}).signature == "tool(x: int)"

    def test_a_value_without_a_type_is_said(self) -> None:
        assert tool({"x": {}, "y": True}).signature == "tool(x?: str, y?: str)"

    def test_names_become_names_of_the_call_language(self) -> None:
        found = parameters({"properties": {"startDate": {}, "end-date": {}, "model_dump": {}, "copy": {}}})
        assert [(one.argument.name, one.wire) for one in found] == [
            ("start_date", "startDate"),
            ("end_date", "end-date"),
            ("the_model_dump", "model_dump"),
            ("the_copy", "copy"),
        ]

    def test_optional_arguments_that_cannot_be_said_are_left_out(self) -> None:
        properties = {
            "title": {"type": "string"},
            "tags": {"type": "array", "items": {"type": "object"}},
            "where": {"type": "object"},
            "odd": {"type": "quaternion"},
            "mixed": {"enum": ["a", 1]},
            "both": {"allOf": [{"type": "string"}, {"maxLength": 3}]},
            "elsewhere": {"$ref": "https://example.com/schema"},
            "日": {"type": "string"},
            "Title": {"type": "string"},
            "wrong": 5,
        }
        assert tool(properties, "title").signature == "tool(title: str)"

    def test_a_call_has_at_most_sixteen_arguments(self) -> None:
        properties = {f"x{number}": {"type": "string"} for number in range(40)}
        skill = tool(properties, "x39")
        assert len(skill.arguments) == 16
        assert skill.arguments[-1].name == "x39"

    @pytest.mark.parametrize(
        ("schema", "why"),
        [
            ({"properties": {"a": {"type": "object"}}, "required": ["a"]}, "is an object and cannot be said"),
            ({"properties": {"a": {"type": "array", "items": {"type": "integer"}}}, "required": ["a"]}, "is a list"),
            ({"properties": {"a": {"$ref": "#"}}, "required": ["a"]}, "cannot be said"),
            ({"properties": {"a": {"$ref": "#/no/where"}}, "required": ["a"]}, "is described nowhere"),
            ({"properties": {"a": {"$ref": "#/properties/a"}}, "required": ["a"]}, "is described by itself"),
            ({"properties": {"a": {"enum": []}}, "required": ["a"]}, "has no values"),
            ({"properties": {"a": {"enum": "abc"}}, "required": ["a"]}, "has no values"),
            ({"properties": {}, "required": ["a"]}, "that it does not describe"),
            (
                {"properties": {f"x{n}": {} for n in range(17)}, "required": [f"x{n}" for n in range(17)]},
                "more than 16",
            ),
            ({"properties": ["a"]}, "describes its arguments wrongly"),
            ({"properties": {"a": {}}, "required": 5}, "describes its arguments wrongly"),
            ({"properties": {"a": {}}, "required": [["a"]]}, "that it does not describe"),
        ],
    )
    def test_tools_that_cannot_be_used_say_why(self, schema: dict[str, Any], why: str) -> None:
        with pytest.raises(Unusable, match=why):
            parameters({"type": "object", **schema})

    def test_the_grammar_and_the_tool_schema_follow(self) -> None:
        skill = tool({"day": {"type": "integer", "minimum": 1, "description": "Of the\nmonth."}}, "day")
        assert '"day=" integer' in call_grammar([skill])
        described = skill.tool["function"]["parameters"]["properties"]["day"]
        assert described == {"type": "integer", "minimum": 1, "description": "Of the month."}

    def test_reserved_names_can_be_given(self) -> None:
        names = ("self", "ctx", "copy", "from", "model_config", "model_validate", "schema", "json")
        skill = tool({name: {"type": "string"} for name in names})
        (call,) = parse("tool(" + ", ".join(f'{argument.name}="v"' for argument in skill.arguments) + ")")
        assert set(skill.validate(call).values()) == {"v"}
        assert len(skill.arguments) == len(names)


class TestChecks:
    def test_bounds_of_numbers(self) -> None:
        schema = {"type": "integer", "minimum": 1, "maximum": 10}
        assert sent(schema, 10) == 10
        assert refusal(schema, 11) == "tool: x: must be at most 10."
        assert refusal(schema, 0) == "tool: x: must be at least 1."
        assert "whole number" in refusal(schema, 1.5)

    def test_bounds_that_do_not_belong(self) -> None:
        schema = {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}
        assert sent(schema, 0.5) == 0.5
        assert refusal(schema, 0) == "tool: x: must be more than 0."
        assert refusal(schema, 1) == "tool: x: must be less than 1."

    def test_bounds_that_are_no_numbers_are_none(self) -> None:
        assert sent({"type": "integer", "minimum": "a", "maximum": True}, 5) == 5

    def test_lengths_of_text(self) -> None:
        schema = {"type": "string", "minLength": 3, "maxLength": 5}
        assert sent(schema, "four") == "four"
        assert "at least 3 characters" in refusal(schema, "no")
        assert "at most 5 characters" in refusal(schema, "too long")

    def test_few_plain_words_stand_in_the_prompt(self) -> None:
        assert "must be one of on, off" in refusal({"enum": ["on", "off"]}, "half")

    def test_other_words_are_matched_without_case_and_accents(self) -> None:
        schema = {"type": "string", "enum": ["C++", "Größe", "zürich"]}
        assert sent(schema, "c++") == "C++"
        assert sent(schema, "Zurich") == "zürich"
        assert "must be one of" in refusal(schema, "Berlin")

    def test_many_words_are_not_in_the_prompt_but_checked(self) -> None:
        schema = {"enum": [f"word {number}" for number in range(200)]}
        assert tool({"x": schema}).signature == "tool(x?: str)"
        assert sent(schema, "Word 199") == "word 199"

    def test_numbers_to_choose_from(self) -> None:
        assert sent({"enum": [15, 30]}, 30) == 30
        assert refusal({"enum": [15, 30]}, 20) == "tool: x: must be one of 15, 30."

    def test_text_is_never_more_than_a_line(self) -> None:
        assert "control characters" in refusal({"type": "string"}, "a\x00b")
        assert "at most 1000 characters" in refusal({"type": "string"}, "a" * 2000)


class TestSaid:
    def test_a_list_of_words(self) -> None:
        schema = {"type": "array", "items": {"type": "string"}}
        assert sent(schema, "milk, eggs, and bread") == ["milk", "eggs", "bread"]
        assert sent(schema, "milk and bread") == ["milk", "bread"]
        assert sent(schema, "sandwich") == ["sandwich"]

    def test_a_day(self) -> None:
        schema = {"type": "string", "format": "date"}
        assert sent(schema, "tomorrow") == "2026-11-19"
        assert sent(schema, "2027-01-02") == "2027-01-02"
        with pytest.raises(SkillError, match="which day"):
            sent(schema, "when pigs fly")

    def test_a_moment_in_the_local_zone_of_that_day(self) -> None:
        schema = {"type": "string", "format": "date-time"}
        assert sent(schema, "tomorrow at 7 am") == "2026-11-19T07:00:00+01:00"
        assert sent(schema, "2027-07-01T09:00") == "2027-07-01T09:00:00+02:00"
        assert sent(schema, "2027-07-01T09:00:00Z") == "2027-07-01T09:00:00+00:00"
        with pytest.raises(SkillError, match="when"):
            sent(schema, "when pigs fly")
