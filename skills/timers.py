"""The timers that run: what is left of them, and changes to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from otto.agenda import countdowns
from otto.skill import Context, Duration, Reply, SkillError, skill
from otto.spoken import MAX_DURATION, join_words, say_duration
from otto.store import StoredTimer

_ALOUD = 5


@skill(permission="safe")
async def timers(
    ctx: Context,
    action: Literal["status", "pause", "resume", "cancel", "extend", "shorten"],
    name: str | None = None,
    duration: Duration | None = None,
) -> Reply:
    """Manages running timers; name tells which, or "all"; duration how much to add or take.

    A timer is found by its name or its length: "tea", "ten minute". Without a name it is the only one there is, or
    Otto asks which. A timer that would be shortened by more than it has left stays as it is.
    """
    there = ctx.store.timers.all()
    if not there:
        return Reply("You have no timers.", ok=action == "status")
    if action in ("extend", "shorten"):
        if duration is None:
            return Reply(f"By how much should I {action} it?", ok=False)
        chosen = await _chosen(ctx, action, there, name, None)
        return _moved(ctx, chosen, duration.seconds if action == "extend" else -duration.seconds)
    if action == "status":
        return _status(ctx, _named(there, name, duration))
    chosen = await _chosen(ctx, action, there, name, duration)
    return {"pause": _pause, "resume": _resume, "cancel": _cancel}[action](ctx, chosen)


def _named(there: Sequence[StoredTimer], name: str | None, length: Duration | None) -> list[StoredTimer]:
    """The timers of this name and length. Raises SkillError when there is none."""
    found = countdowns.meant(name, there) if name else list(there)
    if length is not None:
        found = countdowns.of_length(length.seconds, found)
    if not found:
        said = name or str(length)
        names = join_words([countdowns.label(timer) for timer in there[:_ALOUD]])
        raise SkillError(f"I know no timer called {said}. You have {_count(len(there))}: {names}.")
    return found


async def _chosen(
    ctx: Context, action: str, there: Sequence[StoredTimer], name: str | None, length: Duration | None
) -> list[StoredTimer]:
    """The timers to change. The user is asked when several could be the one."""
    found = _named(there, name, length)
    if len(found) == 1 or (name and countdowns.are_all_meant(name)):
        return found
    changeable = [timer for timer in found if action not in ("pause", "resume") or _is_paused(timer, action)]
    if len(changeable) == 1:  # "resume the timer" is the paused one
        return changeable
    options = countdowns.labels((changeable or found)[:_ALOUD], ctx.now().timestamp())
    chosen = options[await ctx.choose(f"Which timer do you mean: {', or '.join(options)}?", list(options))]
    now = next((timer for timer in ctx.store.timers.all() if timer.id == chosen.id), None)
    if now is None:
        raise SkillError(f"Your {countdowns.called(chosen)} has just ended.")
    return [now]


def _is_paused(timer: StoredTimer, action: str) -> bool:
    """Whether it can be resumed, or for another action, paused."""
    return (timer.paused is not None) == (action == "resume")


def _status(ctx: Context, found: Sequence[StoredTimer]) -> Reply:
    now = ctx.now().timestamp()
    if len(found) == 1:
        return Reply(f"Your {_state(found[0], now)}.")
    states = [f"the {_state(timer, now)}" for timer in found]
    if len(found) <= _ALOUD:
        return Reply(f"You have {_count(len(found))}: {join_words(states)}.")
    listed = "\n".join(f"- {state.removeprefix('the ')}" for state in states)
    return Reply(f"You have {_count(len(found))}. The next ones: {join_words(states[:_ALOUD])}.", notice=listed)


def _pause(ctx: Context, chosen: Sequence[StoredTimer]) -> Reply:
    now = ctx.now().timestamp()
    for timer in chosen:
        ctx.store.timers.pause(timer, now)
    if len(chosen) > 1:
        return Reply(f"All {len(chosen)} timers are paused.")
    already = "already " if chosen[0].paused is not None else ""
    title, left = countdowns.called(chosen[0]), countdowns.say_left(chosen[0].left(now))
    return Reply(f"Your {title} is {already}paused with {left} left.", ok=not already)


def _resume(ctx: Context, chosen: Sequence[StoredTimer]) -> Reply:
    now = ctx.now().timestamp()
    for timer in chosen:
        ctx.store.timers.resume(timer, now)
    if len(chosen) > 1:
        return Reply(f"All {len(chosen)} timers are running.")
    title, left = countdowns.called(chosen[0]), countdowns.say_left(chosen[0].left(now))
    if chosen[0].paused is None:
        return Reply(f"Your {title} is not paused. It has {left} left.", ok=False)
    return Reply(f"Your {title} is running again with {left} left.")


def _cancel(ctx: Context, chosen: Sequence[StoredTimer]) -> Reply:
    for timer in chosen:
        ctx.store.timers.delete(timer)
    if len(chosen) > 1:
        return Reply(f"All {len(chosen)} timers are cancelled.")
    return Reply(f"Your {countdowns.called(chosen[0])} is cancelled.")


def _moved(ctx: Context, chosen: Sequence[StoredTimer], seconds: float) -> Reply:
    """Lengthen the timers by so many seconds, negative ones shorten them. Those that cannot be stay as they are."""
    now = ctx.now().timestamp()
    fitting = [timer for timer in chosen if 1 <= timer.left(now) + seconds <= MAX_DURATION]
    for timer in fitting:
        ctx.store.timers.lengthen(timer, seconds)
    if not fitting:
        return _unmoved(chosen, now, longer=seconds > 0)
    amount = say_duration(abs(seconds))
    done = f"Added {amount} to" if seconds > 0 else f"Took {amount} off"
    if len(chosen) > 1:
        rest = f", but {len(chosen) - len(fitting)} had less than that left" if len(fitting) < len(chosen) else ""
        return Reply(f"{done} {_count(len(fitting))}{rest}.")
    left = countdowns.say_left(fitting[0].left(now) + seconds)
    return Reply(f"{done} your {countdowns.called(fitting[0])}. It has {left} left.")


def _unmoved(chosen: Sequence[StoredTimer], now: float, longer: bool) -> Reply:
    if longer:
        return Reply("A timer can run for a year at most, so I left it as it is.", ok=False)
    if len(chosen) > 1:
        return Reply("None of your timers has that much left, so I left them as they are.", ok=False)
    title, left = countdowns.called(chosen[0]), countdowns.say_left(chosen[0].left(now))
    return Reply(f"Your {title} only has {left} left, so I left it as it is.", ok=False)


def _state(timer: StoredTimer, now: float) -> str:
    title, left = countdowns.called(timer), countdowns.say_left(timer.left(now))
    if timer.paused is not None:
        return f"{title} is paused with {left} left"
    return f"{title} has {left} left" if timer.left(now) > 0 else f"{title} is over"


def _count(count: int) -> str:
    return "1 timer" if count == 1 else f"{count} timers"
