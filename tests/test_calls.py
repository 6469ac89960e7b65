"""The call language: what is read, what is refused and where, and the round trip."""

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from otto.calls import MAX_INTEGER, Call, parse, render
from otto.errors import CallError

NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,20}", fullmatch=True)
VALUES = st.one_of(
    st.booleans(),
    st.integers(-MAX_INTEGER, MAX_INTEGER),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=60),
)
CALLS = st.builds(Call, NAMES, st.dictionaries(NAMES, VALUES, max_size=5).map(lambda d: tuple(d.items())))


@settings(max_examples=2000, deadline=None)
@given(st.lists(CALLS, min_size=1, max_size=3).map(tuple))
def test_parsing_what_was_rendered_gives_the_calls_back(calls):
    assert parse(render(calls)) == calls
    for one, other in zip(calls, parse(render(calls)), strict=True):
        assert [type(value) for _, value in one.arguments] == [type(value) for _, value in other.arguments]


@pytest.mark.parametrize(
    ("text", "calls"),
    [
        ('weather(location="Berlin")', (Call.make("weather", location="Berlin"),)),
        ("other()", (Call("other"),)),
        ('timer(duration="5 minutes", name="tea")', (Call.make("timer", duration="5 minutes", name="tea"),)),
        ("convert(value=-1.5e3)", (Call.make("convert", value=-1500.0),)),
        ("light(brightness=40, on=true)", (Call.make("light", brightness=40, on=True),)),
        (r'notes(note="say \"hi\" \\ \u00e9")', (Call.make("notes", note='say "hi" \\ é'),)),
        ('  a( b = 1 ,c="x" ) ;b() ', (Call.make("a", b=1, c="x"), Call("b"))),
        ("a(); b(); c()", (Call("a"), Call("b"), Call("c"))),
    ],
)
def test_what_is_read(text, calls):
    assert parse(text) == calls


@pytest.mark.parametrize(
    ("text", "position", "reason"),
    [
        ("", 0, "a skill name"),
        ("Weather()", 0, "a skill name"),
        ("weather", 7, "'('"),
        ('weather("Berlin")', 8, "an argument name"),
        ("weather(location=Berlin)", 17, "a value"),
        ("weather(location='Berlin')", 17, "a value"),
        ('weather(location="Berlin)', 17, "a closed string"),
        ('weather(location="a\nb")', 17, "a closed string"),
        (r'weather(location="\x41")', 17, "a closed string"),
        (r'weather(location="\ud800")', 0, "not valid Unicode"),
        ('weather(location="a" when="b")', 21, "',' or ')'"),
        ('weather(location="a",)', 21, "an argument name"),
        ('weather(location="a", location="b")', 0, "given twice"),
        ("weather() please", 10, "';'"),
        ("a(); b(); c(); d()", 15, "more than 3 calls"),
        ("a();", 4, "a skill name"),
        ("a(b=01)", 4, "a value"),
        ("a(b=1e999)", 4, "too large"),
        ("a(b=" + "9" * 20 + ")", 0, "too large"),
        ("a(b=None)", 4, "a value"),
        ("a(b=trueish)", 4, "true or false"),
        ("a(b=[1])", 4, "a value"),
        ("a(b=c())", 4, "a value"),
        ("a.b()", 1, "'('"),
        ("a(**b)", 2, "an argument name"),
    ],
)
def test_what_is_refused_says_where_and_why(text, position, reason):
    with pytest.raises(CallError) as refused:
        parse(text)
    assert refused.value.position == position
    assert reason in refused.value.reason


@pytest.mark.parametrize(
    "make",
    [
        lambda: Call("Bad"),
        lambda: Call.make("a", b=float("nan")),
        lambda: Call.make("a", b="x" * 10_000),
        lambda: Call.make("a", b="\ud800"),
        lambda: Call("a", (("b", None),)),
        lambda: Call("a", tuple((f"b{n}", n) for n in range(40))),
    ],
)
def test_no_call_can_be_made_that_cannot_be_written(make):
    with pytest.raises(CallError):
        make()


def test_fuzzing_a_hundred_thousand_inputs_gives_calls_or_refusals_quickly():
    """Random characters, pieces of the language, and calls with a few characters changed."""
    random_ = random.Random(7)
    pieces = ["a", "timer", "(", ")", "=", ",", ";", '"', "\\", "\\u", "1", "-", ".", "e", "true", "false", " ", "\n",
              "\x00", "é", "💡", "\ud800", "9" * 30, '"x"', "b=", "a()", "[" * 20, "(" * 50]  # fmt: skip
    seeds = ['timer(duration="5 minutes", name="tea"); other()', 'math(question="2**3")', "volume(percent=40)"]
    slowest, refused = 0.0, 0
    for number in range(100_000):
        if number % 3 == 0:
            text = "".join(random_.choices(pieces, k=random_.randint(0, 25)))
        elif number % 3 == 1:
            text = "".join(chr(random_.randrange(0x250)) for _ in range(random_.randint(0, 60)))
        else:
            characters = list(random_.choice(seeds))
            for _ in range(random_.randint(1, 4)):
                characters[random_.randrange(len(characters))] = random_.choice(pieces)
            text = "".join(characters)
        started = time.thread_time()
        try:
            parse(text)
        except CallError:
            refused += 1
        slowest = max(slowest, time.thread_time() - started)
    assert 50_000 < refused < 100_000
    assert slowest < 0.010


@pytest.mark.parametrize("filler", ["(", '"', "\\", "a(", 'a(b="', "9", " ", ";", 'a(b="' + "\\" * 999, "\\u0"])
@pytest.mark.parametrize("length", [7_000, 1_000_000])
def test_long_hostile_inputs_are_refused_in_time(filler, length):
    text = (filler * (length // len(filler) + 1))[:length]
    started = time.thread_time()
    with pytest.raises(CallError):
        parse(text)
    assert time.thread_time() - started < 0.010
