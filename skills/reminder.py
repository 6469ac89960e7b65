"""Reminders that have a time. Those without one are notes. The daemon says them when they are due."""

from __future__ import annotations

from otto.agenda import alarms as agenda
from otto.agenda import reminders
from otto.skill import Context, Reply, SkillError, skill
from otto.when.moments import moment_from_words, say_moment


@skill(permission="private")
async def reminder(ctx: Context, text: str, when: str) -> Reply:
    """Reminds the user of something at a time; when as spoken.

    A day without a time is 9 AM, "friday at five" in the afternoon. Reminders come back on weekdays ("every sunday
    evening"), and need `otto run` to be said.
    """
    now = ctx.now()
    try:
        moment = moment_from_words(when, now)
    except ValueError as error:
        raise SkillError(str(error)) from None
    if not agenda.keep(ctx.store, moment, now, reminders.without_to(text)):
        return Reply(f"That reminder is set already, {say_moment(moment, now)}.")
    return Reply(reminders.promise(text, say_moment(moment, now)))
