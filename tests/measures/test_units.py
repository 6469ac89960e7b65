import pytest

from otto.errors import SkillError
from otto.measures.spoken_numbers import say_given, say_number
from otto.measures.units import convert, find_unit, say_quantity, unit_pair


def converted(value: float, unit: str, to: str) -> str:
    one, other = unit_pair(unit, to)
    return say_quantity(convert(value, one, other), other)[0]


@pytest.mark.parametrize(
    ("value", "unit", "to", "said"),
    [
        (5, "miles", "kilometers", "8.05 kilometers"),
        (1, "mile", "feet", "5,280 feet"),
        (1, "inch", "cm", "2.54 centimeters"),
        (180, "centimetres", "inches", "70.87 inches"),
        (1, "light year", "kilometers", "9.46 trillion kilometers"),
        (3, "nautical miles", "kilometers", "5.56 kilometers"),
        (1, "fathom", "meters", "1.83 meters"),
        (70, "kilos", "pounds", "154.3 pounds"),
        (11, "stone", "kg", "69.85 kilograms"),
        (2, "tonnes", "kilograms", "2,000 kilograms"),
        (2, "tons", "pounds", "4,000 pounds"),
        (2, "cups", "milliliters", "473.2 milliliters"),
        (3, "tablespoons", "teaspoons", "9 teaspoons"),
        (2, "litres", "US gallons", "0.528 gallons"),
        (1, "gallon", "litres", "3.79 liters"),
        (1, "imperial gallon", "liters", "4.55 liters"),
        (2, "UK pints", "liters", "1.14 liters"),
        (8, "ounces", "grams", "226.8 grams"),
        (8, "ounces", "cups", "1 cup"),
        (8, "fluid ounces", "milliliters", "236.6 milliliters"),
        (100, "square meters", "square feet", "1,076 square feet"),
        (100, "sq m", "square feet", "1,076 square feet"),
        (5, "cubic feet", "liters", "141.6 liters"),
        (1, "hectare", "acres", "2.47 acres"),
        (100, "kilometers per hour", "mph", "62.14 miles per hour"),
        (60, "miles an hour", "km/h", "96.56 kilometers per hour"),
        (9.8, "meters per second squared", "feet per second squared", "32.15 feet per second squared"),
        (32, "pounds per square inch", "bar", "2.21 bars"),
        (30, "miles per gallon", "liters per 100 kilometers", "7.84 liters per 100 kilometers"),
        (3, "gigabytes", "megabytes", "3,000 megabytes"),
        (1, "gibibyte", "bytes", "1.07 billion bytes"),
        (100, "mbps", "megabytes per second", "12.5 megabytes per second"),
        (5, "kilowatt hours", "megajoules", "18 megajoules"),
        (500, "kilocalories", "kilojoules", "2,092 kilojoules"),
        (2, "weeks", "hours", "336 hours"),
        (1, "decade", "months", "120 months"),
        (1, "gram", "tonnes", "1 times 10 to the power of minus 6 metric tons"),
    ],
)
def test_a_conversion(value: float, unit: str, to: str, said: str) -> None:
    assert converted(value, unit, to) == said


@pytest.mark.parametrize(
    ("value", "unit", "to", "said"),
    [
        (100, "degrees fahrenheit", "celsius", "37.8 degrees Celsius"),
        (0, "Celsius", "degrees Fahrenheit", "32 degrees Fahrenheit"),
        (-40, "degrees celsius", "fahrenheit", "minus 40 degrees Fahrenheit"),
        (20, "°C", "°F", "68 degrees Fahrenheit"),
        (300, "kelvin", "centigrade", "26.9 degrees Celsius"),
        (100, "degrees", "celsius", "37.8 degrees Celsius"),  # so they were Fahrenheit
        (100, "degrees", "fahrenheit", "212 degrees Fahrenheit"),  # so they were Celsius
        (180, "degrees", "radians", "3.14 radians"),
        (50, "degrees celsius per hour", "kelvin per hour", "50 kelvin per hour"),
    ],
)
def test_temperatures_have_a_zero_point(value: float, unit: str, to: str, said: str) -> None:
    assert converted(value, unit, to) == said


@pytest.mark.parametrize(
    ("value", "unit", "to", "sentence"),
    [
        (10, "kilograms", "miles", "Kilograms and miles don't measure the same thing."),
        (3, "hours", "square feet", "Hours and square feet don't measure the same thing."),
        (-300, "celsius", "kelvin", "Nothing is colder than absolute zero."),
        (0, "miles per gallon", "liters per 100 kilometers", "I can't convert miles per gallon to liters"),
        (1e308, "light years", "nanometers", "That number is too large for me."),
        (1, "bananas", "meters", "I don't know the unit bananas."),
        (1, "pinch", "bananas", "I don't know the unit bananas."),
    ],
)
def test_what_cannot_be_converted(value: float, unit: str, to: str, sentence: str) -> None:
    with pytest.raises(SkillError, match=f"^{sentence}"):
        converted(value, unit, to)


@pytest.mark.parametrize(
    "name",
    [
        "9**9**9 m",
        "9 ** 9 ** 9",
        "m ** 99999999",
        "10^10^10 meters",
        "meters * 1e999",
        "(((((meters)))))",
        "__import__('os').system('id')",
        "meter; rm -rf ~",
        "$(reboot)",
        "../../etc/passwd",
        "http://user:secret@example.com/",
        "per per per per",
        "per",
        "square",
        "square cubic meter",
        "meters per",
        "\x00\x1b[2J",
        "k" * 1000,
        "meter per " * 100 + "meter",
        "kilo" * 200 + "meter",
        "mine",  # pint: milli-ine
        "pm",
        "",
        " ",
    ],
)
def test_a_unit_is_a_name_and_no_expression(name: str) -> None:
    assert find_unit(name) is None


def test_pint_prefixes_are_not_guessed_from_letters() -> None:
    assert converted(1, "pinch", "teaspoons") == "0.0625 teaspoons"  # pint alone: a pico-inch


@pytest.mark.parametrize(
    ("number", "said", "exact"),
    [
        (8.04672, "8.05", False),
        (2.54, "2.54", True),
        (-40, "minus 40", True),
        (-0.0000001, "minus 1 times 10 to the power of minus 7", True),
        (154.32, "154.3", False),
        (5280, "5,280", True),
        (12345.6, "12,346", False),
        (1_000_000, "1 million", True),
        (31_557_600, "31.56 million", False),
        (0.02957, "0.0296", False),
        (0.1 + 0.2, "0.3", True),
        (9.46e30, "9.46 times 10 to the power of 30", True),
        (0, "0", True),
    ],
)
def test_numbers_are_said_with_the_digits_that_are_of_use(number: float, said: str, exact: bool) -> None:
    assert say_number(number) == (said, exact)


@pytest.mark.parametrize(
    ("number", "said"), [(5, "5"), (2.5, "2.5"), (1234567, "1,234,567"), (-3, "minus 3"), (72.125, "72.125")]
)
def test_a_given_number_keeps_its_digits(number: float, said: str) -> None:
    assert say_given(number) == said
