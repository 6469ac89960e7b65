from typing import Literal

import pytest

from otto.arguments import MAX_TEXT, Duration, Expression, Place, argument_type, clean_text, without_none


def read(kind: object, value: object) -> object:
    """A call's value as an argument of that type, as pydantic reads it."""
    from pydantic import TypeAdapter

    return TypeAdapter(argument_type(kind).annotation).validate_python(value)


class TestText:
    def test_is_one_trimmed_line(self) -> None:
        assert read(str, "  call \n the   bank ") == "call the bank"

    @pytest.mark.parametrize("value", ["", "   ", 5, True, "a\x00b", "a\x1bb", "x" * (MAX_TEXT + 1)])
    def test_is_not_empty_not_a_number_not_long_and_has_no_control_characters(self, value: object) -> None:
        with pytest.raises(ValueError):
            read(str, value)

    def test_is_compared_without_case_accents_articles_and_end_punctuation(self) -> None:
        same = argument_type(str).same
        assert same("The Café.", "cafe") and same("New Year’s", "new year's") and not same("cafe", "cafes")


class TestDuration:
    def test_is_equal_whatever_the_words(self) -> None:
        assert Duration.read("five minutes") == Duration.read("300 seconds") == Duration.read(300)
        assert Duration.read("an hour") != Duration.read("61 minutes")

    def test_is_written_in_the_users_words_and_shown_in_seconds(self) -> None:
        kind, duration = argument_type(Duration), Duration.read("an hour and a half")
        assert (kind.write(duration), kind.plain(duration), str(duration)) == (
            "an hour and a half",
            5400,
            "1 hour and 30 minutes",
        )

    @pytest.mark.parametrize("value", ["banana", "", 0, -5, True, "400 days"])
    def test_refuses_what_is_no_length_of_time(self, value: object) -> None:
        with pytest.raises(ValueError):
            read(Duration, value)


class TestPlace:
    def test_is_equal_whatever_the_case_and_accents(self) -> None:
        assert Place.read("São Paulo") == Place.read("sao paulo") != Place.read("Santos")
        assert len({Place.read("Berlin"), Place.read("berlin.")}) == 1

    def test_keeps_the_users_spelling(self) -> None:
        assert argument_type(Place).write(Place.read("new york.")) == "new york"

    @pytest.mark.parametrize("value", ["", "...", "12", 3])
    def test_has_letters(self, value: object) -> None:
        with pytest.raises(ValueError):
            read(Place, value)


class TestExpression:
    def test_is_equal_when_the_value_is(self) -> None:
        assert Expression.read("16 ** 0.5") == Expression.read("sqrt(16)") != Expression.read("5")
        assert Expression.read("1 / 3") == Expression.read("2 / 6")

    def test_without_a_value_it_is_equal_to_the_same_text(self) -> None:
        assert Expression.read("1 / 0") == Expression.read("1/0") != Expression.read("2 / 0")

    @pytest.mark.parametrize("value", ["import os", "x", "", "'a'", True])
    def test_refuses_what_is_not_arithmetic(self, value: object) -> None:
        with pytest.raises(ValueError):
            read(Expression, value)


class TestNumbersAndChoices:
    def test_a_whole_number_may_be_written_as_one_with_a_point(self) -> None:
        assert read(int, 5.0) == 5 and isinstance(read(int, 5.0), int)

    @pytest.mark.parametrize(("kind", "value"), [(int, 5.5), (int, "5"), (int, True), (float, "1"), (bool, 1)])
    def test_nothing_is_guessed(self, kind: type, value: object) -> None:
        with pytest.raises(ValueError):
            read(kind, value)

    def test_a_choice_is_one_of_its_words(self) -> None:
        kind = Literal["on", "off"]
        assert read(kind, "on") == "on" and argument_type(kind).label == "on/off"
        with pytest.raises(ValueError, match="must be one of on, off"):
            read(kind, "On")


@pytest.mark.parametrize("annotation", [list[str], dict, bytes, Literal[1, 2], Literal['a"b'], str | int, object])
def test_other_types_are_no_arguments(annotation: object) -> None:
    with pytest.raises(TypeError):
        argument_type(annotation)


def test_optional_is_the_type_itself() -> None:
    assert without_none(str | None) is str and without_none(Literal["a"] | None) == Literal["a"]
    assert without_none(int) is int


def test_clean_text_keeps_what_people_write() -> None:
    assert clean_text("Zoë's 50 % – naïve 日本 🙂") == "Zoë's 50 % – naïve 日本 🙂"
