"""Answers from the user's own documents."""

from __future__ import annotations

from otto.errors import OttoError
from otto.library.settings import DocsSettings
from otto.skill import Context, Reply, SkillError, skill


@skill(permission="private", settings=DocsSettings, timeout=90)
async def docs(ctx: Context, question: str) -> Reply:
    """Answers a question from the user's own documents: contracts, manuals, letters, files.

    Finds passages in the folders that you added with `otto docs add`, and names the file that the answer is from. With
    a model under [chat] of the configuration that model words the answer. For that it is sent the passages, which leave
    this computer when its server is elsewhere; with answer = false under [skills.docs] none is sent, and the best
    sentence is read out as it is.
    """
    from otto.library.library import Library, answer_from

    settings = ctx.settings(DocsSettings, "docs")
    try:
        answer = await answer_from(Library(), question, ctx.config.chat, settings)
    except OttoError as error:
        raise SkillError(str(error)) from None
    return answer.reply
