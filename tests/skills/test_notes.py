from dataclasses import replace

import pytest

from otto import registry
from otto.errors import SkillError
from otto.questions import Question
from otto.skill import Context
from tests.conftest import MakeContext, RunSkill


@pytest.fixture
def ctx(context: MakeContext) -> Context:
    """Otto with three notes."""
    made = context()
    for text in ("ring the plumber about the boiler", "buy stamps", "Lena's favourite cake is carrot"):
        made.store.notes.add(text, made.now().timestamp())
    return made


def texts(ctx: Context) -> list[str]:
    return [note.text for note in ctx.store.notes.all()]


async def test_a_note_is_kept(context: MakeContext, run_skill: RunSkill) -> None:
    ctx = context()
    reply = await run_skill(ctx, "notes", action="add", note="call the bank")
    assert reply.speech == "Noted: call the bank." and texts(ctx) == ["call the bank"]


async def test_a_note_without_words_is_asked_for(context: MakeContext, run_skill: RunSkill) -> None:
    ctx = context()
    reply = await run_skill(ctx, "notes", action="add")
    assert reply.speech == "What should the note say?" and not reply.ok and texts(ctx) == []


async def test_notes_are_read_newest_first(ctx: Context, run_skill: RunSkill) -> None:
    reply = await run_skill(ctx, "notes", action="list")
    cake, stamps, plumber = reversed(texts(ctx))
    assert reply.speech == f"You have 3 notes: {cake}; {stamps}; {plumber}."


async def test_five_notes_are_read_and_all_are_shown(ctx: Context, run_skill: RunSkill) -> None:
    for number in range(4):
        await run_skill(ctx, "notes", action="add", note=f"note {number}")
    reply = await run_skill(ctx, "notes", action="list")
    assert reply.speech == (
        "You have 7 notes. The newest 5 are: note 3; note 2; note 1; note 0; Lena's favourite cake is carrot."
    )
    assert reply.notice is not None and "- ring the plumber about the boiler" in reply.notice.splitlines()


async def test_notes_about_something_are_read_alone(ctx: Context, run_skill: RunSkill) -> None:
    reply = await run_skill(ctx, "notes", action="list", note="the plumber")
    assert reply.speech == "You have one note: ring the plumber about the boiler."


async def test_no_notes(context: MakeContext, run_skill: RunSkill) -> None:
    assert (await run_skill(context(), "notes", action="list")).speech == "You have no notes."


@pytest.mark.parametrize("words", ["plumber", "the plumber", "plumer", "ring the plumber about the boiler", "boiler"])
async def test_a_note_is_deleted_by_some_of_its_words(ctx: Context, run_skill: RunSkill, words: str) -> None:
    reply = await run_skill(ctx, "notes", action="delete", note=words)
    assert reply.speech == "Deleted the note: ring the plumber about the boiler."
    assert texts(ctx) == ["buy stamps", "Lena's favourite cake is carrot"]


@pytest.mark.parametrize("words", ["car", "dentist", "buy a boat"])
async def test_a_note_that_is_not_there_deletes_nothing(ctx: Context, run_skill: RunSkill, words: str) -> None:
    with pytest.raises(SkillError, match="I have no note about"):
        await run_skill(ctx, "notes", action="delete", note=words)
    assert len(texts(ctx)) == 3


async def test_between_two_that_fit_otto_asks(ctx: Context, run_skill: RunSkill) -> None:
    await run_skill(ctx, "notes", action="add", note="buy stamps for the parcel")
    asked = []

    async def the_second(question: Question) -> str | None:
        asked.append(question.text)
        return question.answer("the second one")

    reply = await run_skill(replace(ctx, asker=the_second), "notes", action="delete", note="stamps")
    assert asked == ["Which one do you mean: buy stamps for the parcel, or buy stamps?"]
    assert reply.speech == "Deleted the note: buy stamps." and "buy stamps for the parcel" in texts(ctx)


async def test_without_an_answer_nothing_is_deleted(ctx: Context, run_skill: RunSkill) -> None:
    await run_skill(ctx, "notes", action="add", note="buy stamps for the parcel")
    with pytest.raises(SkillError, match=r"^Which one do you mean: buy stamps for the parcel, or buy stamps\?$"):
        await run_skill(ctx, "notes", action="delete", note="stamps")
    assert len(texts(ctx)) == 4


async def test_the_exact_words_of_a_note_need_no_question(ctx: Context, run_skill: RunSkill) -> None:
    await run_skill(ctx, "notes", action="add", note="buy stamps for the parcel")
    await run_skill(ctx, "notes", action="delete", note="buy stamps")
    assert "buy stamps" not in texts(ctx) and "buy stamps for the parcel" in texts(ctx)


async def test_the_last_note(ctx: Context, run_skill: RunSkill) -> None:
    reply = await run_skill(ctx, "notes", action="delete", note="last one")
    assert reply.speech == "Deleted the note: Lena's favourite cake is carrot."


@pytest.mark.parametrize("words", ["all", "all of them", "all my notes", "Everything"])
async def test_all_notes(ctx: Context, run_skill: RunSkill, words: str) -> None:
    reply = await run_skill(ctx, "notes", action="delete", note=words)
    assert reply.speech == "All 3 notes are deleted." and texts(ctx) == []


@pytest.mark.parametrize(
    ("arguments", "question"),
    [
        ({"action": "delete", "note": "all"}, "Shall I delete all your notes?"),
        ({"action": "delete", "note": "All of them."}, "Shall I delete all your notes?"),
        ({"action": "delete", "note": "plumber"}, None),
        ({"action": "delete"}, None),
        ({"action": "list", "note": "all"}, None),
        ({"action": "add", "note": "all"}, None),
    ],
)
def test_deleting_all_is_asked_about_first(arguments: dict[str, str], question: str | None) -> None:
    skill = registry.load().skills["notes"]
    assert skill.danger is not None and skill.danger(**arguments) == question


async def test_which_note_is_asked_for(ctx: Context, run_skill: RunSkill) -> None:
    reply = await run_skill(ctx, "notes", action="delete")
    assert reply.speech == "Which note should I delete?" and not reply.ok
