"""Whatever a skill does, there is a reply."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any

import pytest

from otto.dispatcher import NOT_UNDERSTOOD, Dispatcher, spoken
from otto.errors import ModelError, SkillError
from otto.model.skill_model import CheckedCall, Decision
from otto.skill import Context, Duration, Reply, Skill, skill
from tests.conftest import MakeContext

ran: list[str] = []


@skill(permission="safe")
async def good(ctx: Context, name: str | None = None) -> Reply:
    """Does as it is told."""
    ran.append(name or "good")
    return Reply(f"Done{' ' + name if name else ''}.")


@skill(permission="safe")
async def silent(ctx: Context) -> Reply:
    """Has nothing to say."""
    return Reply("")


@skill(permission="safe")
async def unable(ctx: Context) -> Reply:
    """Cannot do it, and says why."""
    raise SkillError("There is no milk.")


@skill(permission="safe")
async def offline(ctx: Context) -> Reply:
    """Uses a part of Otto that cannot do it."""
    raise ModelError("The server cannot be reached.")


@skill(permission="safe")
async def broken(ctx: Context) -> Reply:
    """Fails in a way that its author did not think of."""
    return Reply({}["missing"])


@skill(permission="safe")
async def leaving(ctx: Context) -> Reply:
    """Ends the program, or tries to."""
    raise SystemExit(3)


@skill(permission="safe")
async def wordless(ctx: Context) -> Reply:
    """Forgets its reply."""
    return None  # type: ignore[return-value]


@skill(permission="safe")
async def impatient(ctx: Context) -> Reply:
    """Gives up waiting for something of its own."""
    raise TimeoutError


@skill(permission="safe")
async def endless(ctx: Context, duration: Duration | None = None) -> Reply:
    """Waits for what never comes."""
    ran.append("endless")
    try:
        await asyncio.sleep(3600)
    finally:
        ran.append("stopped")
    return Reply("Never.")


def decided(*calls: tuple[Skill, dict[str, Any]]) -> Decision:
    checked = tuple(CheckedCall(which, which.canonical(arguments), arguments) for which, arguments in calls)
    return Decision("words", checked, "answer", 0.9, 0.1)


@pytest.fixture
def dispatcher(context: MakeContext) -> Dispatcher:
    ran.clear()
    return Dispatcher(context(skill_timeout=0.3))


async def replies_of(dispatcher: Dispatcher, decision: Decision) -> list[tuple[CheckedCall | None, Reply]]:
    return [pair async for pair in dispatcher.run(decision)]


async def reply_of(dispatcher: Dispatcher, which: Skill) -> Reply:
    ((checked, reply),) = await replies_of(dispatcher, decided((which, {})))
    assert checked is not None and checked.skill is which
    return reply


async def test_a_skill_gets_its_arguments_and_its_reply_comes_back(dispatcher: Dispatcher) -> None:
    ((checked, reply),) = await replies_of(dispatcher, decided((good, {"name": "Ann"})))
    assert reply == Reply("Done Ann.")
    assert checked is not None and str(checked.call) == 'good(name="Ann")'


async def test_several_calls_run_one_after_the_other(dispatcher: Dispatcher) -> None:
    replies = await replies_of(dispatcher, decided((good, {"name": "one"}), (good, {"name": "two"}), (good, {})))
    assert ran == ["one", "two", "good"]
    assert spoken(replies) == "Done one. Done two. Done."


async def test_a_call_that_fails_does_not_stop_the_next(dispatcher: Dispatcher) -> None:
    replies = await replies_of(dispatcher, decided((unable, {}), (broken, {}), (good, {})))
    assert [reply.ok for _, reply in replies] == [False, False, True]
    assert ran == ["good"]


@pytest.mark.parametrize(
    ("which", "speech"), [(unable, "There is no milk."), (offline, "The server cannot be reached.")]
)
async def test_what_a_skill_cannot_do_is_said_in_its_own_words(
    dispatcher: Dispatcher, which: Skill, speech: str
) -> None:
    assert await reply_of(dispatcher, which) == Reply(speech, ok=False)


@pytest.mark.parametrize(
    ("which", "logged"),
    [
        (broken, "KeyError: 'missing'"),
        (leaving, "SystemExit: 3"),
        (wordless, "it gave None for a reply"),
        (impatient, "TimeoutError"),
    ],
)
async def test_a_skill_that_fails_is_owned_up_to_and_the_log_says_why(
    dispatcher: Dispatcher, which: Skill, logged: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, logger="otto"):
        reply = await reply_of(dispatcher, which)
    assert reply == Reply(f"Something went wrong in the skill {which.name}; the log says what.", ok=False)
    assert logged in caplog.text


async def test_a_skill_that_hangs_is_stopped_at_its_time_limit(dispatcher: Dispatcher) -> None:
    started = time.monotonic()
    reply = await reply_of(dispatcher, endless)
    assert reply == Reply("The skill endless took too long, so I stopped it.", ok=False)
    assert 0.25 < time.monotonic() - started < 2
    assert ran == ["endless", "stopped"]


async def test_each_call_has_the_whole_time(dispatcher: Dispatcher) -> None:
    replies = await replies_of(dispatcher, decided((endless, {}), (good, {})))
    assert [reply.ok for _, reply in replies] == [False, True]


async def test_an_answer_that_was_no_call_is_owned_up_to_and_logged(
    dispatcher: Dispatcher, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="otto"):
        replies = await replies_of(dispatcher, Decision("words", (), "gibberish", 0.1, 0.1, problem="not a call"))
    assert replies == [(None, NOT_UNDERSTOOD)]
    assert "not a call" in caplog.text
    assert "gibberish" not in caplog.text and "words" not in caplog.text


async def test_replies_without_words_are_not_spoken(dispatcher: Dispatcher) -> None:
    replies = await replies_of(dispatcher, decided((silent, {}), (good, {}), (silent, {})))
    assert spoken(replies) == "Done."
    assert spoken([]) == ""
