"""Tells stories that a larger language model makes up."""

from __future__ import annotations

from otto.chat import Chat, messages, say_streamed
from otto.skill import Context, Reply, SkillError, skill


@skill(permission="network", timeout=120)
async def story(ctx: Context, description: str | None = None) -> Reply:
    """Tells a story; description is what it is about.

    The story is made up by the model under [chat] of the configuration, see the skill openai, and told sentence by
    sentence while it is being written.
    """
    if ctx.config.chat.model is None:
        raise SkillError(
            "I need a larger language model to tell stories; "
            "set [chat] model = ... and base_url in the configuration, for example those of Ollama on this computer."
        )
    wish = f"Tell me a story. This is what I would like: {description}." if description else "Tell me a story."
    return await say_streamed(ctx, Chat(ctx.config.chat).stream(messages("story", wish)))
