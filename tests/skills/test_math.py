import pytest

from otto.errors import SkillError
from tests.conftest import MakeContext, RunSkill


@pytest.mark.parametrize(
    ("question", "speech"),
    [
        ("7 + 15 - 4", "That is 18."),
        ("144 / 12", "That is 12."),
        ("0.2 * 45", "That is 9."),
        ("3 - 8", "That is minus 5."),
        ("93 / 4", "That is 23.25."),
        ("0.1 + 0.2", "That is 0.3."),
        ("3 * 24.99", "That is 74.97."),
        ("sqrt(2)", "That is about 1.41421."),
        ("1000000 / 365", "That is about 2,739.73."),
        ("-1 / 3", "That is about minus 0.333333."),
        ("1234567 * 1000", "That is 1,234,567,000."),
        ("10 / 4000000", "That is 2.5 times 10 to the power of minus 6."),
        ("2 ** 100", "That is about 1.26765 times 10 to the power of 30."),
        ("10 ** 100", "That is 1 times 10 to the power of 100."),
        ("factorial(200)", "That is about 7.88658 times 10 to the power of 374."),
        ("5 / 10 ** 20", "That is 5 times 10 to the power of minus 20."),
        ("sin(pi)", "That is 0."),
    ],
)
async def test_the_answer_as_it_is_said(context: MakeContext, run_skill: RunSkill, question: str, speech: str) -> None:
    assert (await run_skill(context(), "math", question=question)).speech == speech


async def test_what_was_calculated_is_shown_with_every_digit(context: MakeContext, run_skill: RunSkill) -> None:
    reply = await run_skill(context(), "math", question="2 ** 64")
    assert reply.notice == "2 ** 64 = 18,446,744,073,709,551,616"


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("1 / 0", "Dividing by zero has no answer."),
        ("sqrt(-4)", "A negative number has no real square root."),
        ("9 ** 9 ** 9", "The result is too large."),
        ("log(0)", "That has no real answer."),
    ],
)
async def test_what_has_no_answer_is_one_sentence(
    context: MakeContext, run_skill: RunSkill, question: str, sentence: str
) -> None:
    with pytest.raises(SkillError) as error:
        await run_skill(context(), "math", question=question)
    assert str(error.value) == sentence
