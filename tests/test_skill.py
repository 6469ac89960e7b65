import re
from typing import Literal

import pytest

from otto.calls import Call
from otto.errors import ConfigError, PluginError, SkillError
from otto.skill import Context, Duration, Place, Reply, Skill, skill
from tests.conftest import MakeContext


@skill(permission="acts")
async def oven(
    ctx: Context, action: Literal["on", "off"], duration: Duration | None = None, room: Place | None = None
) -> Reply:
    """Heats the oven,
    or stops it.

    Further words are for people.
    """
    return Reply(f"{action} for {duration}")


def test_the_prompt_line_is_the_signature_and_the_first_paragraph() -> None:
    assert oven.line == ("oven(action: on/off, duration?: Duration, room?: Place) - Heats the oven, or stops it.")


def test_the_help_has_it_all() -> None:
    assert "Further words are for people." in oven.help and "Permission: acts" in oven.help
    assert "test_skill.py" in oven.help


def test_the_tool_is_what_openai_takes() -> None:
    function = oven.tool["function"]
    assert function["name"] == "oven" and function["description"] == "Heats the oven, or stops it."
    assert function["parameters"]["required"] == ["action"]
    assert function["parameters"]["properties"]["action"] == {"type": "string", "enum": ["on", "off"]}
    assert function["parameters"]["additionalProperties"] is False


def test_a_call_becomes_typed_values_in_the_order_of_the_signature() -> None:
    values = oven.validate(Call.make("oven", duration="ten minutes", action="on"))
    assert list(values) == ["action", "duration"] and values["duration"] == Duration(600)
    assert oven.canonical(values) == Call.make("oven", action="on", duration="ten minutes")
    assert oven.plain(values) == {"action": "on", "duration": 600}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({}, "oven: action is missing."),
        ({"action": "up"}, "oven: action: must be one of on, off."),
        ({"action": "on", "heat": 5}, "oven: there is no argument 'heat'."),
        (
            {"action": "on", "duration": "banana"},
            "oven: duration: 'banana' is not a length of time such as '5 minutes'.",
        ),
    ],
)
def test_a_wrong_call_is_one_sentence(arguments: dict[str, str | int], sentence: str) -> None:
    with pytest.raises(SkillError, match=f"^{re.escape(sentence)}$"):
        oven.validate(Call.make("oven", **arguments))


def test_calls_are_the_same_when_they_mean_the_same() -> None:
    one = oven.validate(Call.make("oven", action="on", duration="five minutes", room="Küche"))
    other = oven.validate(Call.make("oven", action="on", duration="300 seconds", room="kuche"))
    assert oven.same(one, other)
    assert not oven.same(one, oven.validate(Call.make("oven", action="on", duration="five minutes")))


async def test_an_argument_may_be_called_name(context: MakeContext) -> None:
    @skill(permission="safe")
    async def greet(ctx: Context, name: str) -> Reply:
        """Greets."""
        return Reply(f"Hello {name}.")

    call = Call.make("greet", name="Ada")
    assert (await greet(context(), **greet.validate(call))).speech == "Hello Ada."


class TestWhatIsNoSkill:
    def refused(self, function: object, words: str) -> None:
        with pytest.raises(PluginError, match=words):
            skill(permission="safe")(function)  # type: ignore[arg-type]

    def test_without_a_docstring(self) -> None:
        async def mute(ctx: Context) -> Reply:
            return Reply("")

        self.refused(mute, "'mute' needs a docstring")

    def test_not_async(self) -> None:
        def slow(ctx: Context) -> Reply:
            """Waits."""
            return Reply("")

        self.refused(slow, "'slow' must be an async function")

    def test_without_a_context(self) -> None:
        async def lost(place: str) -> Reply:
            """Gets lost."""
            return Reply("")

        self.refused(lost, "needs 'ctx: Context' as its first parameter")

    def test_without_a_type(self) -> None:
        async def vague(ctx: Context, thing) -> Reply:  # type: ignore[no-untyped-def]
            """Is vague."""
            return Reply("")

        self.refused(vague, "'thing' of the skill 'vague' has no type")

    def test_with_another_type(self) -> None:
        async def strange(ctx: Context, thing: bytes) -> Reply:
            """Is strange."""
            return Reply("")

        self.refused(strange, "'thing' of the skill 'strange'.*is not an argument type; use one of str, int")

    def test_with_a_default(self) -> None:
        async def eager(ctx: Context, thing: str = "x") -> Reply:
            """Is eager."""
            return Reply("")

        self.refused(eager, "may only have the default None")

    def test_with_a_name_outside_the_call_language(self) -> None:
        async def Loud(ctx: Context) -> Reply:
            """Is loud."""
            return Reply("")

        self.refused(Loud, "'Loud' must be lower-case")

    def test_with_an_unknown_permission(self) -> None:
        with pytest.raises(PluginError, match="'any' is not a permission; use one of safe, private"):
            skill(permission="any")  # type: ignore[arg-type]


def test_settings_of_a_skill_are_read_from_its_table(context: MakeContext) -> None:
    from pydantic import BaseModel, ConfigDict

    class OvenSettings(BaseModel):
        model_config = ConfigDict(extra="forbid")
        heat: int = 180

    assert context().settings(OvenSettings, "oven").heat == 180
    assert context(skills={"oven": {"heat": 200}}).settings(OvenSettings, "oven").heat == 200
    with pytest.raises(ConfigError, match=r"In \[skills\.oven\] of the configuration, there is no setting 'haet'\."):
        context(skills={"oven": {"haet": 200}}).settings(OvenSettings, "oven")
    assert isinstance(oven, Skill)
