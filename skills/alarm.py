"""Alarms at a time of day, once or on weekdays again and again. The daemon rings them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from otto.agenda import alarms as agenda
from otto.skill import Context, Reply, SkillError, skill
from otto.spoken import join_words
from otto.store import Alarm
from otto.when.moments import Habits, moment_from_words, name_moment

_ALOUD = 5
_HABITS = Habits(first_hour=5, hour=None)  # "tomorrow at six" is in the morning; an alarm needs a time


@skill(permission="safe")
async def alarm(ctx: Context, action: Literal["set", "cancel", "list"], time: str | None = None) -> Reply:
    """Sets, cancels or lists alarms; time as spoken, with days.

    "7" is the next seven o'clock, in the morning or in the evening; with a day it is in the morning. An alarm is
    cancelled by its time or day, "all" cancels every one. Of an alarm that comes again on several days, "tomorrow"
    leaves out only that day. Reminders are listed too, and cancelled by their time where no alarm has that. Otto needs
    `otto run` to ring.
    """
    if action == "set":
        return _set(ctx, time)
    there = agenda.alarms(ctx.store, ctx.now())
    if action == "list":
        return _list(ctx, there, time)
    reminders = agenda.reminders(ctx.store, ctx.now())
    if not there and not reminders:
        return Reply("You have no alarms.", ok=False)
    return await _cancel(ctx, there, reminders, time)


def _set(ctx: Context, time: str | None) -> Reply:
    if time is None:
        return Reply("For what time should I set the alarm?", ok=False)
    now = ctx.now()
    try:
        moment = moment_from_words(time, now, _HABITS)
    except ValueError as error:
        raise SkillError(str(error)) from None
    added = agenda.keep(ctx.store, moment, now)
    return Reply(f"{'Alarm set' if added else 'There already is an alarm'} for {name_moment(moment, now)}.")


def _list(ctx: Context, there: Sequence[Alarm], time: str | None) -> Reply:
    found = there if time is None or agenda.are_all_meant(time) else _meant(ctx, there, time)
    names = [_name(ctx, alarm) for alarm in found]
    if not names:
        return Reply(f"You have no alarms{'' if found is there else ' then'}.{_reminders(ctx)}")
    if len(names) == 1:
        return Reply(f"You have one alarm, for {names[0]}.{_reminders(ctx)}")
    if len(names) <= _ALOUD:
        return Reply(f"You have {len(names)} alarms: {join_words(names)}.{_reminders(ctx)}")
    listed = "\n".join(f"- {name}" for name in names)
    return Reply(f"You have {len(names)} alarms. The next ones: {join_words(names[:_ALOUD])}.", notice=listed)


def _reminders(ctx: Context) -> str:
    there = agenda.reminders(ctx.store, ctx.now())
    if not there:
        return ""
    names = join_words([_name(ctx, one) for one in there[:_ALOUD]])
    what = "a reminder" if len(there) == 1 else f"{len(there)} reminders"
    return f" And {what}: {names}{', and more' if len(there) > _ALOUD else ''}."


async def _cancel(ctx: Context, alarms: Sequence[Alarm], reminders: Sequence[Alarm], time: str | None) -> Reply:
    is_all = time is not None and agenda.are_all_meant(time)
    there = alarms or reminders  # an alarm is meant before a reminder
    found = there if time is None or is_all else _meant(ctx, alarms, time) or _meant(ctx, reminders, time)
    if not found:
        names = join_words([_name(ctx, alarm) for alarm in there[:_ALOUD]])
        raise SkillError(f"There is no such alarm. You have one for {names}.")
    if is_all and not alarms:
        raise SkillError("You have no alarms. Cancel a reminder by its time.")
    if is_all or (time and len(found) > 1 and agenda.are_several_meant(time)):
        for every in found:
            ctx.store.alarms.delete(every)
        return Reply("Your alarm is cancelled." if len(found) == 1 else f"{len(found)} alarms are cancelled.")
    chosen = found[0] if len(found) == 1 else await _asked(ctx, found)
    try:
        again = agenda.skipped(time, chosen, ctx.now()) if time else None
    except ValueError as error:
        raise SkillError(str(error)) from None
    if again:
        ctx.store.alarms.move(chosen, again)
        return Reply(f"Left out this once. The alarm for {_name(ctx, chosen)} goes on after that.")
    ctx.store.alarms.delete(chosen)
    return Reply(f"Cancelled the {'alarm' if chosen.text is None else 'reminder'} for {_name(ctx, chosen)}.")


def _meant(ctx: Context, there: Sequence[Alarm], time: str) -> list[Alarm]:
    try:
        return agenda.meant(time, there, ctx.now())
    except ValueError as error:
        raise SkillError(str(error)) from None


async def _asked(ctx: Context, found: Sequence[Alarm]) -> Alarm:
    options = {_name(ctx, alarm): alarm for alarm in found[:_ALOUD]}
    return options[await ctx.choose(f"Which alarm: {', or '.join(options)}?", list(options))]


def _name(ctx: Context, alarm: Alarm) -> str:
    """ "7 AM tomorrow", and of a reminder also what it is about: "5 PM today, call Anna"."""
    when = name_moment(agenda.moment_of(alarm, ctx.now()), ctx.now())
    return when if alarm.text is None else f"{when}, {alarm.text}"
