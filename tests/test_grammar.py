"""The grammar that decoding is held to, walked at random and against the examples, with llguidance as the judge."""

import random
from pathlib import Path
from typing import Literal

import pytest
from llguidance import LLMatcher, LLTokenizer, TokenizerWrapper, grammar_from

from otto import examples, paths, registry
from otto.calls import parse, render
from otto.grammar import call_grammar
from otto.skill import Context, Duration, Expression, Place, Reply, skill

END = 256


class Bytes:
    """A tokenizer whose tokens are the 256 bytes, and an end."""

    eos_token_id, bos_token_id = END, None
    tokens = (*(bytes([value]) for value in range(256)), b"<end>")
    special_token_ids = (END,)

    def __call__(self, text: bytes) -> list[int]:
        return list(text)


TOKENIZER = LLTokenizer(TokenizerWrapper(Bytes()))


def matcher(skills):
    made = LLMatcher(TOKENIZER, grammar_from("gbnf", call_grammar(skills)))
    assert not made.is_error(), made.get_error()
    return made


def generates(skills, text):
    """Whether the grammar generates exactly this text."""
    walker = matcher(skills)
    data = text.encode()
    return walker.try_consume_tokens(list(data)) == len(data) and walker.is_accepting()


def random_string(walker, random_):
    """A walk through the grammar, a byte at a time, that likes to end."""
    written = bytearray()
    while len(written) < 2000:
        mask = int.from_bytes(walker.compute_bitmask(), "little")
        allowed = [token for token in range(257) if mask >> token & 1]
        closing = [token for token in allowed if token in (END, *b'")')]
        token = random_.choice(closing if closing and random_.random() < 0.3 else allowed)
        if token == END:
            break
        assert walker.consume_token(token)
        written.append(token)
        if walker.is_stopped():
            break
    return written.decode()


@skill(permission="safe")
async def plain(ctx: Context) -> Reply:
    """Nothing to say."""


@skill(permission="safe")
async def all_kinds(
    ctx: Context,
    text: str,
    action: Literal["on", "off", "set to"],
    count: int,
    amount: float,
    flag: bool,
    place: Place | None = None,
    duration: Duration | None = None,
    question: Expression | None = None,
) -> Reply:
    """One of each."""


@skill(permission="safe")
async def late_required(ctx: Context, first: str | None = None, *, second: int, third: str | None = None) -> Reply:
    """A required argument after an optional one."""


SKILLS = [plain, all_kinds, late_required]


def test_every_generated_string_parses_and_is_canonical():
    random_, grammar = random.Random(3), matcher(SKILLS)
    seen = set()
    for _ in range(400):
        text = random_string(grammar.deep_copy(), random_)
        calls = parse(text)
        if text.endswith(")"):
            assert parse(render(calls)) == calls
        seen |= {call.name for call in calls}
    assert seen == {"plain", "all_kinds", "late_required"}


def test_every_string_generated_for_the_bundled_skills_parses():
    random_, grammar = random.Random(4), matcher(registry.load().skills.values())
    for _ in range(400):
        assert parse(random_string(grammar.deep_copy(), random_))


@pytest.mark.parametrize(
    "text",
    [
        "plain()",
        "plain(); plain(); plain()",
        'all_kinds(text="x", action="set to", count=-3, amount=1.5, flag=true)',
        'all_kinds(text="\\"a\\" \\\\ é 💡", action="on", count=0, amount=0, flag=false, duration="5 minutes")',
        "late_required(second=1)",
        'late_required(first="a", second=1, third="b")',
    ],
)
def test_what_the_grammar_generates(text):
    assert generates(SKILLS, text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "unknown()",
        "plain(",
        "plain(text=1)",
        "plain(); plain(); plain(); plain()",
        "late_required()",
        'late_required(first="a")',
        'late_required(second=1, first="a")',
        'all_kinds(text="x", action="dim", count=1, amount=1, flag=true)',
        'all_kinds(text="", action="on", count=1, amount=1, flag=true)',
        'all_kinds(text="a\nb", action="on", count=1, amount=1, flag=true)',
    ],
)
def test_what_the_grammar_does_not_generate(text):
    assert not generates(SKILLS, text)


def test_every_example_is_generated_by_the_grammar_of_the_bundled_skills():
    skills = registry.load().skills.values()
    base = matcher(skills)
    files = examples.read_folder(Path(paths.bundled("examples")))
    assert len(files) >= 10
    for file in files:
        for example in file.shown + file.examples:
            walker, data = base.deep_copy(), render(example.calls).encode()
            taken = walker.try_consume_tokens(list(data))
            assert taken == len(data) and walker.is_accepting(), f"{file.file}, line {example.line}: {example.text}"


@skill(permission="safe")
async def cal(ctx: Context, first: str, second: int) -> Reply:
    """Takes two arguments."""
    return Reply("")


@skill(permission="safe")
async def cal_1(ctx: Context, other: bool) -> Reply:
    """Has a name like the second argument of another."""
    return Reply("")


def test_names_that_look_like_parts_of_others_do_not_mix() -> None:
    assert generates([cal, cal_1], 'cal(first="a", second=1)') and generates([cal, cal_1], "cal_1(other=true)")
    assert not generates([cal, cal_1], 'cal(first="a", other=true)')
