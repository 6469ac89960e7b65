"""News feeds, RSS and Atom: fetched side by side, read with feedparser, put in order and searched.

feedparser is only ever given bytes in a stream: what it takes for an address or a file's name it would open.
"""

from __future__ import annotations

import asyncio
import calendar
import io
import logging
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, ValidationError

from otto.arguments import comparable
from otto.errors import OttoError
from otto.web.fetching import Document, FetchError, fetch

if TYPE_CHECKING:
    import httpx

log = logging.getLogger("otto")

MOST = 1_000_000  # bytes of a feed; feedparser takes up to 8 s for as many tags
_ENTRIES = 100  # of each feed
_TITLE, _SUMMARY = 200, 2000  # characters kept
_ALIKE = 88.0  # of 100: titles that are the same news
_LIKE = 85.0  # of 100: words that are the same word
_STEM = 5  # letters that two words must begin with to be of one family: "economy" and "economic"
_MOST_WORDS = 8  # of a topic
_SMALL_WORDS = {"a", "an", "the", "of", "in", "on", "at", "to", "and", "or", "for", "with", "about", "from", "by", "is"}


class FeedError(OttoError):
    """A feed could not be read."""


@dataclass(frozen=True)
class Headline:
    """One piece of news. ``source`` is the paper's name as it can be said; ``published`` is None if the feed is silent.

    All text is plain: one line, no markup. ``link`` is a web address or empty.
    """

    title: str
    source: str
    link: str = ""
    published: datetime | None = None
    summary: str = ""
    categories: tuple[str, ...] = ()


class _Tag(BaseModel):
    model_config = ConfigDict(extra="ignore")

    term: str | None = None


class _Entry(BaseModel):
    """What is used of an entry, as feedparser gives it."""

    model_config = ConfigDict(extra="ignore")

    title: str
    link: str = ""
    summary: str = ""
    tags: list[_Tag] = []
    published_parsed: tuple[int, ...] | None = None
    updated_parsed: tuple[int, ...] | None = None


async def collect(http: httpx.AsyncClient, urls: Sequence[str], timeout: float) -> dict[str, list[Headline] | None]:
    """The headlines of all feeds by their addresses, None for a feed that gave none in time.

    ``timeout`` is in seconds, for each feed.
    """
    wanted = list(dict.fromkeys(urls))
    return dict(zip(wanted, await asyncio.gather(*(_one(http, url, timeout) for url in wanted)), strict=True))


async def _one(http: httpx.AsyncClient, url: str, timeout: float) -> list[Headline] | None:
    try:
        async with asyncio.timeout(timeout):
            document = await fetch(http, url, timeout=timeout, most=MOST)
            return await asyncio.to_thread(read_feed, document)
    except (FetchError, FeedError, TimeoutError) as error:
        log.info("No news from %s: %s.", host_of(url), error or "it took too long to read")
        return None


def read_feed(document: Document) -> list[Headline]:
    """The headlines of one feed. Raises FeedError when it is none."""
    import feedparser  # type: ignore[import-untyped]

    headers = {"content-type": document.content_type, "content-location": document.url}
    try:
        parsed = feedparser.parse(io.BytesIO(document.data), response_headers=headers)
    except Exception as error:  # it has no error of its own, and hostile bytes bring up many
        raise FeedError(f"it cannot be read ({type(error).__name__})") from None
    if not parsed.get("version") and not parsed.get("entries"):
        raise FeedError("it is no feed")
    source = source_name(plain_text(str(parsed["feed"].get("title", ""))), document.url)
    headlines = (_headline(entry, source) for entry in parsed["entries"][:_ENTRIES])
    return [headline for headline in headlines if headline is not None]


def newest_first(headlines: Iterable[Headline], most: int) -> list[Headline]:
    """The first ``most`` in the order of their time, those without one last, and of the same news only the newest."""
    from rapidfuzz import fuzz

    oldest = datetime.min.replace(tzinfo=UTC)
    kept: list[tuple[str, Headline]] = []
    links: set[str] = set()
    for headline in sorted(headlines, key=lambda headline: headline.published or oldest, reverse=True):
        link = headline.link.partition("?")[0].partition("#")[0]
        words = comparable(headline.title)
        if link in links or any(fuzz.token_sort_ratio(words, other, score_cutoff=_ALIKE) for other, _ in kept):
            continue
        links |= {link} - {""}
        kept.append((words, headline))
        if len(kept) == most:
            break
    return [headline for _, headline in kept]


def about(headlines: Iterable[Headline], topic: str) -> list[Headline]:
    """The headlines in which every word of a topic comes up, or one like it, in title, summary or categories."""
    wanted = _words(topic)
    wanted = [word for word in wanted if word not in _SMALL_WORDS][:_MOST_WORDS] or wanted[:_MOST_WORDS]
    return [headline for headline in headlines if wanted and _has(headline, wanted)]


def host_of(url: str) -> str:
    """ "feeds.example.org", or "a feed" for what is no address. Without what may be secret in an address."""
    try:
        return urlsplit(url).hostname or "a feed"
    except ValueError:
        return "a feed"


def source_name(title: str, url: str) -> str:
    """How a paper is called: the words of its feed's title that its address has too, "World | The Guardian" -> "The
    Guardian"; or else the title's first part, or the address."""
    host = re.sub(r"^(?:www|feeds|rss)\.", "", host_of(url))
    labels, letters = {*host.split(".")}, _letters(host)
    words = title.split()[:20]
    runs = [" ".join(words[start:end]) for start in range(len(words)) for end in range(start + 1, len(words) + 1)]
    named = [run for run in runs if _letters(run) in labels or (len(_letters(run)) > 2 and _letters(run) in letters)]
    if named:
        return max(named, key=lambda run: len(_letters(run))).strip(" |:,-–—>")
    return re.split(r"\s+[|>–—-]\s+|:\s", title)[0][:40].strip() or host


def plain_text(markup: str, most: int = _TITLE) -> str:
    """Text without tags, scripts and control characters, on one line, cut after a word."""
    parser = _Text()
    parser.feed(markup[: 4 * most])
    parser.close()
    printable = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in "".join(parser.parts))
    text = " ".join(printable.split())
    return text if len(text) <= most else f"{text[:most].rsplit(' ', 1)[0]} ..."


class _Text(HTMLParser):
    """The text of some HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._hidden = False

    def handle_starttag(self, tag: str, attrs: Any) -> None:  # noqa: ARG002
        self._hidden = tag in ("script", "style")
        self.parts.append(" " if tag in ("p", "br", "div", "li", "img") else "")

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002
        self._hidden = False

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data)


def _headline(raw: Any, source: str) -> Headline | None:
    try:
        entry = _Entry.model_validate(dict(raw))
    except ValidationError:
        return None
    title = plain_text(entry.title)
    if not title:
        return None
    tags = tuple(plain_text(tag.term) for tag in entry.tags[:20] if tag.term)
    moment = _moment(entry.published_parsed or entry.updated_parsed)
    return Headline(title, source, _link(entry.link), moment, plain_text(entry.summary, _SUMMARY), tags)


def _moment(parsed: tuple[int, ...] | None) -> datetime | None:
    """A time in UTC. One in the future is none: it would stay on top."""
    try:
        moment = datetime.fromtimestamp(calendar.timegm(parsed), UTC) if parsed else None
    except (ValueError, OverflowError, OSError, TypeError, IndexError):
        return None
    return moment if moment and moment < datetime.now(UTC) + timedelta(days=1) else None


def _link(link: str) -> str:
    return link if re.fullmatch(r"https?://[!-~]{1,1000}", link) else ""


def _has(headline: Headline, wanted: list[str]) -> bool:
    there = set(_words(" ".join((headline.title, headline.summary, *headline.categories))))
    return all(word in there or any(_same(word, other) for other in there) for word in wanted)


def _same(one: str, other: str) -> bool:
    """Whether two words are the same or of one family; short ones must be equal but for an s."""
    from rapidfuzz import fuzz

    shorter = min(len(one), len(other))
    if shorter < _STEM:
        return one.removesuffix("s") == other.removesuffix("s")
    begin = next((i for i in range(shorter) if one[i] != other[i]), shorter)
    return begin >= max(_STEM, 0.8 * shorter) or fuzz.ratio(one, other) >= _LIKE


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", re.sub(r"['’]s?\b", "", comparable(text)))


def _letters(words: str) -> str:
    return re.sub(r"[^a-z0-9]", "", words.casefold())
