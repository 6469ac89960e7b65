"""Headlines from news feeds."""

from __future__ import annotations

import asyncio
import re

from pydantic import BaseModel, ConfigDict, Field

from otto.arguments import comparable
from otto.matching import best
from otto.skill import Context, Reply, SkillError, skill
from otto.web.feeds import Headline, about, collect, host_of, newest_first

_ALOUD = 5
_SHOWN = 20
_BBC = "https://feeds.bbci.co.uk"
_GENERAL = {"", "news", "world", "latest", "headlines", "today", "todays", "today's", "top", "general", "everything"}


class NewsSettings(BaseModel):
    """The table [skills.news] of the configuration."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    feeds: list[str] = Field(
        [
            f"{_BBC}/news/world/rss.xml",
            "https://www.theguardian.com/world/rss",
            "https://feeds.npr.org/1001/rss.xml",
            "https://www.aljazeera.com/xml/rss/all.xml",
        ],
        max_length=50,
        description="Addresses of RSS or Atom feeds.",
    )
    topics: dict[str, str] = Field(
        {
            "business": f"{_BBC}/news/business/rss.xml",
            "entertainment": f"{_BBC}/news/entertainment_and_arts/rss.xml",
            "health": f"{_BBC}/news/health/rss.xml",
            "politics": f"{_BBC}/news/politics/rss.xml",
            "science": f"{_BBC}/news/science_and_environment/rss.xml",
            "sport": f"{_BBC}/sport/rss.xml",
            "tech": f"{_BBC}/news/technology/rss.xml",
            "technology": f"{_BBC}/news/technology/rss.xml",
        },
        description="By topic, the address of a feed that is asked too when the user names that topic.",
    )
    timeout: float = Field(8.0, gt=0, le=15, description="Seconds to wait for each feed.")


@skill(permission="network")
async def news(ctx: Context, topic: str | None = None) -> Reply:
    """The latest headlines, all of them or about a topic.

    Reads five headlines aloud and shows more with their links. [skills.news] has feeds, a list of addresses of RSS or
    Atom feeds; topics, a table of feeds for topics such as "technology"; and timeout.
    """
    settings = ctx.settings(NewsSettings, "news")
    subject = _subject(topic)
    sections = [settings.topics[name] for name in best(subject, settings.topics)] if subject else []
    if not settings.feeds and not sections:
        raise SkillError("There are no news feeds. Set feeds in [skills.news] of the configuration.")
    feeds = await collect(ctx.http, [*sections, *settings.feeds], settings.timeout)
    if all(headlines is None for headlines in feeds.values()):
        raise SkillError("I can't reach any of the news feeds. Is this computer online?")
    found = await asyncio.to_thread(_chosen, feeds, subject, sections)
    if not found:
        return Reply(f"I found no headlines about {subject}." if subject else "There is nothing in the news feeds.")
    opening = f"Here are headlines about {subject}." if subject else "Here are the latest headlines."
    dead = [host_of(url) for url, headlines in feeds.items() if headlines is None]
    return Reply(" ".join([opening, *map(_spoken, found[:_ALOUD])]), notice=_shown(found, dead))


def _chosen(feeds: dict[str, list[Headline] | None], subject: str, sections: list[str]) -> list[Headline]:
    """The newest headlines about the subject; all that a feed for the subject has are."""
    fitting = [
        headline
        for url, headlines in feeds.items()
        for headline in (about(headlines or [], subject) if subject and url not in sections else headlines or [])
    ]
    return newest_first(fitting, _SHOWN)


def _subject(topic: str | None) -> str:
    """What the news should be about, empty for all of it: "the latest tech news" -> "tech"."""
    words = re.sub(
        r"^(?:(?:the|latest|today's|current|recent) )+|(?: news| headlines| stories)+$", "", topic or "", flags=re.I
    )
    return "" if all(word in _GENERAL for word in comparable(words).split()) else words.strip(" .,!?")


def _spoken(headline: Headline) -> str:
    title, source = headline.title.rstrip(" ."), headline.source
    return f"{title} From {source}." if title.endswith(("?", "!")) else f"{title}, from {source}."


def _shown(headlines: list[Headline], dead: list[str]) -> str:
    lines = [f"- {headline.title} ({headline.source}) {headline.link}".rstrip() for headline in headlines]
    return "\n".join([*lines, *(f"No answer from {host}." for host in dict.fromkeys(dead))])
