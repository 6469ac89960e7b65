"""What can you do?"""

from __future__ import annotations

from otto.overview import about, overview
from otto.plugins.plugin_files import example_sentences
from otto.skill import Context, Reply, SkillError, skill


@skill(permission="safe")
async def help(ctx: Context, topic: str | None = None) -> Reply:
    """Tells what Otto can do, or how to ask for a topic.

    Without a topic it names what the skills that are switched on are for, and the screen lists them all. A topic may
    be a skill, or words for what it does; sentences that you can say come from the examples files.
    """
    told = overview(ctx.skills, example_sentences) if topic is None else about(topic, ctx.skills, example_sentences)
    if told is None:
        raise SkillError(f"I have no skill for {topic}. Ask me what I can do.")
    return Reply(told[0], notice=told[1] or None)
