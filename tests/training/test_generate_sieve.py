"""Given what a model wrote, this pair is kept, or it is left out for this reason."""

from __future__ import annotations

from typing import Any

import pytest

from otto import registry
from otto.errors import SkillError
from training.generating.answers import RawPair, Tokens, read_answer
from training.generating.sieve import Known, Pair, Reason, Sieve

SKILLS = registry.load().skills


def sieve(skill: str, **known: list[str]) -> Sieve:
    return Sieve(SKILLS[skill], SKILLS, Known(**known))


def sifted(skill: str, text: str, arguments: dict[str, Any], **known: list[str]) -> str | Reason:
    """The call of the pair that is kept, or why it is not."""
    good, left_out = sieve(skill, **known).sift([RawPair(text, arguments)])
    assert len(good) + left_out.total() == 1
    return good[0].call if good else next(iter(left_out))


@pytest.mark.parametrize(
    ("skill", "text", "arguments", "call"),
    [
        ("run_app", "Start the calculator.", {"program": "the calculator."}, 'run_app(program="calculator")'),
        ("timer", "an hour for the bread", {"name": "the bread", "duration": "an hour"},
         'timer(duration="an hour", name="bread")'),
        ("timer", "ten minutes", {"duration": "ten minutes", "name": None}, 'timer(duration="ten minutes")'),
        ("timer", "ten minutes", {"duration": "ten minutes", "name": ""}, 'timer(duration="ten minutes")'),
        ("alarm", "wake me at 6 a.m.", {"action": "set", "time": "6 a.m."}, 'alarm(action="set", time="6 a.m.")'),
        ("lists", "put The Long Way Home on my reading list",
         {"action": "add", "item": "The Long Way Home", "name": "reading"},
         'lists(action="add", item="The Long Way Home", name="reading")'),
        ("volume", "volume to forty", {"percent": 40, "action": "set"}, 'volume(action="set", percent=40)'),
        ("run_app", '"Start Krita."', {"program": "Krita"}, 'run_app(program="Krita")'),
        ("run_app", "Start\n  Krita.", {"program": "Krita"}, 'run_app(program="Krita")'),
    ],
)  # fmt: skip
def test_calls_are_written_in_the_one_way(skill: str, text: str, arguments: dict[str, Any], call: str) -> None:
    assert sifted(skill, text, arguments) == call


@pytest.mark.parametrize(
    ("text", "arguments", "reason"),
    [
        ("", {"program": "Krita"}, Reason.NO_SENTENCE),
        ("?!", {"program": "Krita"}, Reason.NO_SENTENCE),
        ("Start \x1b[2JKrita", {"program": "Krita"}, Reason.NO_SENTENCE),
        ("Start Krita " + "now " * 100, {"program": "Krita"}, Reason.NO_SENTENCE),
        ("Start Krita", {}, Reason.INVALID),
        ("Start Krita", {"program": "Krita", "why": "art"}, Reason.INVALID),
        ("Start Krita", {"program": ["Krita"]}, Reason.INVALID),
        ("Start Krita", {"program": "Krita", "Rm -rf": "x"}, Reason.INVALID),
        ("Start Krita", {"program": "GIMP"}, Reason.UNGROUNDED),
        ("start krita", {"program": "krita"}, Reason.DUPLICATE),
        ("Say hello", {"program": "hello"}, Reason.DUPLICATE),
        ("Would you bring the window of Okular over to me", {"program": "Okular"}, Reason.NEAR),
        ("Hand me over Krita, for goodness' sake", {"program": "Krita"}, Reason.PATTERN),
        ("I wonder if somebody could open Marble!", {"program": "Marble"}, Reason.HELD_OUT),
    ],
)
def test_what_is_left_out(text: str, arguments: dict[str, Any], reason: Reason) -> None:
    known = {
        "own": ["Start Krita.", "Would you bring the window of Okular over to us?"],
        "others": ["Say hello."],
        "patterns": ["Hand me over {program}, for goodness' sake"],
        "held_out": ["I wonder if somebody could open marbles?"],
    }
    if reason in (Reason.INVALID, Reason.UNGROUNDED):
        known = {}
    assert sifted("run_app", text, arguments, **known) == reason


def test_what_a_person_writes_may_be_like_another() -> None:
    good = sieve("run_app", own=["Would you bring Okular over to us?"])
    assert good.mended("Would you bring Okular over to me?", 'run_app(program="Okular")') == Pair(
        "Would you bring Okular over to me?", 'run_app(program="Okular")'
    )


@pytest.mark.parametrize(
    ("text", "answer", "sentence"),
    [
        ("Start Krita.", "run_app(program=", "not a call: expected a value"),
        ("Start Krita.", "sing()", "There is no skill 'sing'."),
        ("Start Krita.", "run_app()", "run_app: program is missing."),
        ("Start Krita.", 'run_app(program="GIMP")', "program='GIMP' is not in 'Start Krita.'"),
        ("Open it", "other()", "That sentence is there already."),
        ("I wonder if somebody could open Marble!", 'run_app(program="Marble")', "too like a held-out sentence."),
        ("", "other()", "must not be empty."),
    ],
)
def test_what_a_person_writes_must_be_right(text: str, answer: str, sentence: str) -> None:
    own = sieve("run_app", own=["Open it."], held_out=["I wonder if somebody could open marbles?"])
    with pytest.raises(SkillError) as refused:
        own.mended(text, answer)
    assert sentence in str(refused.value)


@pytest.mark.parametrize(
    ("calls", "said", "texts", "malformed"),
    [
        (['{"pairs": [{"utterance": "a", "arguments": {}}]}'], "", ["a"], 0),
        (['{"pairs": [{"utterance": "a", "arguments": {}}', '{"pairs": [{"utterance": "b"}]}'], "", ["b"], 0),
        (['{"pairs": [{"utterance": "a", "arguments": {}}, {"utterance": "b", "argu'], "", ["a"], 0),
        (['{"pairs": {"utterance": "a"}}'], "", [], 1),
        (['{"pairs": [{"utterance": ["a"]}, null]}'], "", [], 2),
        ([""], '[{"utterance": "a", "arguments": {}}]', ["a"], 0),
        ([], 'Here: {"pairs": [{"utterance": "a", "arguments": {}}]}\n```', ["a"], 0),
    ],
)
def test_answers_are_read_as_far_as_they_can_be(calls: list[str], said: str, texts: list[str], malformed: int) -> None:
    answer = read_answer(calls, said, Tokens(1, 2))
    assert [pair.utterance for pair in answer.pairs] == texts
    assert answer.malformed == malformed and answer.called and answer.tokens == Tokens(1, 2)


def test_talk_is_no_answer() -> None:
    answer = read_answer([], "I would rather not.", Tokens())
    assert not answer.called and answer.said == "I would rather not."
