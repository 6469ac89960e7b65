"""The files that data is written in: read strictly, wrong ones named with their line."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from otto import registry
from otto.calls import Call
from otto.errors import PluginError
from otto.examples import ExamplesError
from training.blocks import read_examples, read_invented, read_lines, read_pairs
from training.grounding import ungrounded
from training.signatures import skill_from_line
from training.slots import Value, read_patterns, read_pools, without_values

SKILLS = dict(registry.load().skills)


def written(folder: Path, text: str, name: str = "file.txt") -> Path:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


class TestSignatures:
    @pytest.mark.parametrize(
        "line",
        [
            "feed_cat() - Feeds the cat.",
            "parcel(number: str, carrier?: str) - Tracks a parcel by its number.",
            "oven(mode: grill/bake/fan, heat?: int, time?: Duration, quiet?: bool, room?: Place) - Heats, or stops.",
            "sum(of: Expression, digits?: float) - Works out - and rounds.",
        ],
    )
    def test_a_line_becomes_a_skill_with_that_line(self, line: str) -> None:
        assert skill_from_line(line).line == line

    @pytest.mark.parametrize(
        ("line", "said"),
        [
            ("parcel", "is not a line such as"),
            ("Parcel() - Tracks.", "is not a line such as"),
            ("parcel(number: text) - Tracks.", "'text' is not a type"),
            ("parcel(number) - Tracks.", "is not an argument such as"),
            ("parcel(a: str, a: int) - Tracks.", "two arguments of one name"),
            ("parcel(a: on/) - Tracks.", "'on/'"),
        ],
    )
    def test_what_is_none_is_said(self, line: str, said: str) -> None:
        with pytest.raises(PluginError, match=said):
            skill_from_line(line)


class TestBlocks:
    def test_pairs(self, tmp_path: Path) -> None:
        file = written(
            tmp_path, "\n### User: Hello.\n### Assistant: other()\n\n### User: Bye.\n### Assistant: other()\n"
        )
        assert [(pair.text, pair.answer, pair.line) for pair in read_pairs(file)] == [
            ("Hello.", "other()", 2),
            ("Bye.", "other()", 5),
        ]

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("### User: Hello.\n\n### Assistant: other()\n", "line 2: expected"),
            ("### User: Hello.\n", "line 1: 'Hello.' has no call after it"),
            ("Hello.\n", "line 1: 'Hello.' is neither"),
            ("### User: Hello.\n### Assistant: nothing()\n", "line 2: There is no skill 'nothing'"),
            ("### User: Hello.\n### Assistant: timer()\n", "line 2: timer: duration is missing"),
            ("### User: Hello.\n### Assistant: other( )\n", r"line 2: the call should be written: other\(\)"),
            ("### User: Hello.\n### Assistant: other(\n", "line 2: not a call"),
        ],
    )
    def test_what_is_out_of_place_is_named_with_its_line(self, tmp_path: Path, text: str, said: str) -> None:
        with pytest.raises(ExamplesError, match=said):
            read_examples(written(tmp_path, text), SKILLS)

    def test_invented_skills(self, tmp_path: Path) -> None:
        text = (
            "#### Skill:\nfeed(animal: cat/dog) - Feeds.\n\n### User: Feed the cat.\n"
            '### Assistant: feed(animal="cat")\n\n#### Skill:\nsing() - Sings.\n### User: Sing!\n'
            "### Assistant: sing()\n"
        )
        feed, sing = read_invented(written(tmp_path, text))
        assert feed.skill.name == "feed" and feed.examples[0].calls == (Call.make("feed", animal="cat"),)
        assert sing.skill.name == "sing" and len(sing.examples) == 1

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("### User: Sing!\n### Assistant: sing()\n", "line 1: there is no skill's line before this"),
            ("#### Skill:\nsing - Sings.\n", "line 2: 'sing - Sings.' is not a line such as"),
            ("#### Skill:\nsing() - Sings.\nla la\n", "line 3: 'la la' is neither"),
            ("#### Skill:\nsing() - Sings.\n### User: Feed!\n### Assistant: feed()\n", "There is no skill 'feed'"),
        ],
    )
    def test_wrong_invented_skills_are_named_with_their_line(self, tmp_path: Path, text: str, said: str) -> None:
        with pytest.raises(ExamplesError, match=said):
            read_invented(written(tmp_path, text))

    def test_lines_leave_out_comments(self, tmp_path: Path) -> None:
        assert read_lines(written(tmp_path, "# kinds of tea\n\n green \nblack\n")) == ["green", "black"]
        with pytest.raises(ExamplesError, match="cannot be read"):
            read_lines(tmp_path / "missing.txt")


class TestSlots:
    def test_a_pattern_is_filled_alike_in_words_and_call(self, tmp_path: Path) -> None:
        written(tmp_path, "forty => 40\n", "slots/percent.txt")
        written(tmp_path, "Oslo\nRome\n", "slots/place.txt")
        pools = read_pools(tmp_path / "slots")
        assert pools["percent"] == [Value("forty", "40")]
        text = (
            '### User: {percent} percent, please.\n### Assistant: volume(action="set", percent={percent})\n\n'
            '### User: Rather {place} or {place2}?\n### Assistant: weather(location="{place2}")\n'
        )
        written(tmp_path, text, "patterns/mixed.txt")
        loud, where = read_patterns(tmp_path / "patterns", pools)
        filled = loud.filled(pools, random.Random(1))
        assert (filled.text, filled.answer) == ("Forty percent, please.", 'volume(action="set", percent=40)')
        for seed in range(5):
            filled = where.filled(pools, random.Random(seed))
            one, other = ("Oslo", "Rome") if filled.text == "Rather Oslo or Rome?" else ("Rome", "Oslo")
            assert filled.text == f"Rather {one} or {other}?" and filled.answer == f'weather(location="{other}")'

    def test_quotes_in_a_value_do_not_break_the_call(self, tmp_path: Path) -> None:
        written(tmp_path, 'the "blue" one\n', "slots/thing.txt")
        written(
            tmp_path, '### User: Note {thing}\n### Assistant: notes(action="add", note="{thing}")\n', "patterns/n.txt"
        )
        pools = read_pools(tmp_path / "slots")
        (pattern,) = read_patterns(tmp_path / "patterns", pools)
        assert pattern.filled(pools, random.Random(0)).answer == r'notes(action="add", note="the \"blue\" one")'

    @pytest.mark.parametrize(
        ("pattern", "said"),
        [
            ("### User: In {town}?\n### Assistant: other()\n", r"no pool town.txt for \{town\}"),
            ('### User: Where?\n### Assistant: weather(location="{place}")\n', r"\{place\} is in the call, but not"),
        ],
    )
    def test_wrong_patterns_are_named(self, tmp_path: Path, pattern: str, said: str) -> None:
        written(tmp_path, pattern, "p.txt")
        with pytest.raises(ExamplesError, match=said):
            read_patterns(tmp_path, {"place"})

    def test_a_value_that_stands_twice_is_refused(self, tmp_path: Path) -> None:
        written(tmp_path, "Oslo\nRome\nOslo\n", "place.txt")
        with pytest.raises(ExamplesError, match="'Oslo' stands there twice"):
            read_pools(tmp_path)

    def test_values_of_the_held_out_sets_are_taken_out_of_large_pools_only(self) -> None:
        towns = [Value(f"Town {number}", f"Town {number}") for number in range(100)]
        colors = [Value("red", "red"), Value("blue", "blue")]
        left = without_values({"town": towns, "color": colors}, {"town 7", "red"})
        assert len(left["town"]) == 99 and left["color"] == colors


@pytest.mark.parametrize(
    ("text", "call", "holds"),
    [
        ("Set a timer for ten minutes", Call.make("timer", duration="ten minutes"), True),
        ("Set a timer for 10 minutes", Call.make("timer", duration="ten minutes"), True),
        ("Set a timer for 10 minutes", Call.make("timer", duration="5 minutes"), False),
        ("wake me at seven tomorrow", Call.make("alarm", action="set", time="tomorrow at seven"), True),
        ("wake me at seven", Call.make("alarm", action="set", time="seven tomorrow"), False),
        ("Cancel every timer", Call.make("timers", action="cancel", name="all"), True),
        ("Cancel the timer", Call.make("timers", action="cancel", name="all"), False),
        ("put bins on my to-do list", Call.make("lists", action="add", item="bins", name="todo"), True),
        ("What's $40 in euros?", Call.make("convert", value=40, unit="dollars", to="euros"), True),
        ("How's Anna's garden in Oslo?", Call.make("weather", location="Oslo"), True),
        ("How's the weather?", Call.make("weather", location="Oslo"), False),
        ("twice two", Call.make("math", question="2*2"), True),  # an expression is derived, not copied
    ],
)
def test_what_a_sentence_holds(text: str, call: Call, holds: bool) -> None:
    assert (ungrounded(text, [call], SKILLS) is None) is holds
