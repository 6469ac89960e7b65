"""Notes, kept in Otto's database."""

from __future__ import annotations

from typing import Literal

from otto.arguments import comparable
from otto.skill import Context, Reply, SkillError, skill
from otto.store import Note

_ALOUD = 5
_CHOICES = 3
_FLOOR = 75  # what a note must score to be the one meant, of 100
_NEAR = 5  # notes whose scores are this close could both be meant
_ALL = {"all", "everything", "all of them", "all notes", "all my notes", "all of my notes", "every note"}
_NEWEST = {"last", "last one", "latest", "latest one", "newest", "newest one", "last note", "latest note"}
_SMALL_WORDS = {"a", "an", "the", "my", "to", "of", "on", "in", "at", "and", "about", "that", "is", "for", "with"}


def question(action: Literal["add", "list", "delete"], note: str | None = None) -> str | None:
    """What to ask before all notes are deleted."""
    return "Shall I delete all your notes?" if action == "delete" and comparable(note or "") in _ALL else None


@skill(permission="private", danger=question)
async def notes(ctx: Context, action: Literal["add", "list", "delete"], note: str | None = None) -> Reply:
    """Writes down, reads out or deletes notes.

    Listing reads the newest five aloud and shows the others. Deleting finds the note by some of its words; the note
    "all" deletes every one, after a question.
    """
    if action == "add":
        return _add(ctx, note)
    kept = ctx.store.notes.all()[::-1]
    if not kept:
        return Reply("You have no notes.", ok=action == "list")
    return _list(kept, note) if action == "list" else await _delete(ctx, kept, note)


def _add(ctx: Context, note: str | None) -> Reply:
    if note is None:
        return Reply("What should the note say?", ok=False)
    ctx.store.notes.add(note, ctx.now().timestamp())
    return Reply(f"Noted: {note}.")


def _list(kept: list[Note], about: str | None) -> Reply:
    if about is not None and comparable(about) not in _ALL:
        kept = _meant(kept, about)
        if not kept:
            raise SkillError(f"I have no note about {about}.")
    aloud = "; ".join(note.text for note in kept[:_ALOUD])
    if len(kept) == 1:
        return Reply(f"You have one note: {aloud}.")
    if len(kept) <= _ALOUD:
        return Reply(f"You have {len(kept)} notes: {aloud}.")
    everything = "\n".join(f"- {note.text}" for note in kept)
    return Reply(f"You have {len(kept)} notes. The newest {_ALOUD} are: {aloud}.", notice=everything)


async def _delete(ctx: Context, kept: list[Note], about: str | None) -> Reply:
    if about is None:
        return Reply("Which note should I delete?", ok=False)
    if comparable(about) in _ALL:
        for note in kept:
            ctx.store.notes.delete(note)
        return Reply("Your note is deleted." if len(kept) == 1 else f"All {len(kept)} notes are deleted.")
    meant = _meant(kept, about)
    if not meant and comparable(about) in _NEWEST:
        meant = kept[:1]
    if not meant:
        raise SkillError(f"I have no note about {about}.")
    chosen = meant[0] if len(meant) == 1 else await _choose(ctx, meant[:_CHOICES])
    ctx.store.notes.delete(chosen)
    return Reply(f"Deleted the note: {chosen.text}.")


async def _choose(ctx: Context, meant: list[Note]) -> Note:
    texts = {note.text: note for note in meant}
    return texts[await ctx.choose(f"Which one do you mean: {', or '.join(texts)}?", list(texts))]


def _meant(kept: list[Note], about: str) -> list[Note]:
    """The notes that the words fit best: one, or several as good as each other. Of equal notes, the newest."""
    scores = {comparable(note.text): (_score(about, note.text), note) for note in reversed(kept)}
    exact = scores.get(comparable(about))
    if exact:
        return [exact[1]]
    best = max(score for score, _ in scores.values())
    return [note for score, note in scores.values() if score >= max(_FLOOR, best - _NEAR)][::-1]


def _score(about: str, text: str) -> float:
    """How much of what was said is in the note, word by word and weighted by length, 0 to 100."""
    from rapidfuzz import fuzz

    said = comparable(about).split()
    said = [word for word in said if word not in _SMALL_WORDS] or said
    words = comparable(text).replace(",", " ").split()
    found = [(len(word), max(fuzz.ratio(word, other, score_cutoff=75) for other in words)) for word in said]
    return sum(length * score for length, score in found) / sum(length for length, _ in found)
