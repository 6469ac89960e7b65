"""Feeds as they come, from a real server."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from xml.sax.saxutils import escape

import httpx
import pytest

from otto.web.feeds import FeedError, Headline, about, collect, newest_first, plain_text, read_feed, source_name
from otto.web.fetching import Document
from tests.document_server import ENTITY_BOMB, NOON, DocumentServer, item, rss, serving

ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>Example Times</title>
<entry><title type="html">Bridge &lt;b&gt;opens&lt;/b&gt; at last</title><link href="https://example.org/bridge"/>
<updated>2026-03-01T10:00:00+01:00</updated><summary>It took ten years.</summary><category term="transport"/></entry>
</feed>"""


def read(text: str | bytes, url: str = "https://feeds.example.org/rss") -> list[Headline]:
    return read_feed(Document(text if isinstance(text, bytes) else text.encode(), "application/xml", url))


def titles(headlines: list[Headline] | None) -> list[str]:
    return [headline.title for headline in headlines or []]


@pytest.fixture
def server() -> Iterator[DocumentServer]:
    with serving() as server:
        yield server


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False, verify=False) as http:
        yield http


def test_an_rss_feed() -> None:
    text = rss("Example", item("Storm hits", 1, "https://example.org/1", "<p>It is <b>windy</b>.</p>", "Weather"))
    assert read(text) == [
        Headline(
            "Storm hits", "Example", "https://example.org/1", NOON + timedelta(hours=1), "It is windy.", ("Weather",)
        )
    ]


def test_an_atom_feed() -> None:
    (headline,) = read(ATOM)
    assert headline.title == "Bridge opens at last" and headline.link == "https://example.org/bridge"
    assert headline.published == datetime(2026, 3, 1, 9, tzinfo=UTC) and headline.categories == ("transport",)


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<b>Bold</b> move", "Bold move"),
        ("Fish &amp; chips &#8211; a row", "Fish & chips – a row"),
        ("<script>alert(1)</script>Safe", "Safe"),
        ("one<br>two<p>three", "one two three"),
        ("prices < wages", "prices < wages"),
        ("a\x00b\x1b[2J\nc\u202ed", "a b [2J c d"),
        ("word " * 100, f"{'word ' * 39}word ..."),
        ("<" * 100_000, None),
    ],
)
def test_markup_is_taken_off(markup: str, text: str | None) -> None:
    plain = plain_text(markup)
    assert plain == text if text is not None else len(plain) <= 204


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "file:///etc/passwd", "https://x/\x1b[2J", "ftp://example.org/"]
)
def test_only_web_addresses_are_links(link: str) -> None:
    assert read(rss("Example", item("News", link="placeholder").replace("placeholder", escape(link))))[0].link == ""


@pytest.mark.parametrize(
    "document",
    [
        "",
        "<html><body>Log in</body></html>",
        "no feed",
        '{"a": 1}',
        "\x00" * 1000,
        "/etc/passwd",
        "http://127.0.0.1:9/",
    ],
)
def test_what_is_no_feed(document: str) -> None:
    with pytest.raises(FeedError):
        read(document)


def test_a_feed_cut_short_gives_what_is_there() -> None:
    text = rss("Example", item("First"), item("Second"))
    assert titles(read(text[: text.index("Second")])) == ["First"]


def test_entities_are_not_expanded() -> None:
    try:
        headlines = read(ENTITY_BOMB)
    except FeedError:
        return
    assert all(len(headline.title) < 300 for headline in headlines)


def test_no_outside_entity_is_read() -> None:
    text = '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/hostname">]>' + rss("E", item("Name XX")).replace("XX", "&x;")
    assert all(headline.title.startswith("Name") and len(headline.title) < 10 for headline in read(text))


@pytest.mark.parametrize(
    ("title", "url", "name"),
    [
        ("BBC News", "https://feeds.bbci.co.uk/news/world/rss.xml", "BBC"),
        ("World news | The Guardian", "https://www.theguardian.com/world/rss", "The Guardian"),
        ("NPR Topics: News", "https://feeds.npr.org/1001/rss.xml", "NPR"),
        ("Al Jazeera – Breaking News, World News", "https://www.aljazeera.com/xml/rss/all.xml", "Al Jazeera"),
        ("Morning Paper - World", "https://cdn.example.com/x", "Morning Paper"),
        ("", "https://cdn.example.com/x", "cdn.example.com"),
    ],
)
def test_the_source_is_the_paper_s_name(title: str, url: str, name: str) -> None:
    assert source_name(title, url) == name


def test_the_newest_come_first_and_the_same_news_once() -> None:
    early = Headline("Volcano erupts in Iceland", "A", "https://a/1", NOON)
    late = Headline("In Iceland, volcano erupts", "B", "https://b/1", NOON + timedelta(hours=1))
    linked = Headline("Live: lava flows", "A", "https://b/1?from=rss", NOON - timedelta(hours=1))
    silent = Headline("Cat found", "C")
    assert newest_first([early, silent, late, linked], 9) == [late, silent]
    assert newest_first([early, silent], 1) == [early]


def test_a_time_in_the_future_does_not_stay_on_top() -> None:
    ahead = item("Tomorrow's world").replace("2026", "2099")
    assert read(rss("Example", ahead))[0].published is None


@pytest.mark.parametrize(
    ("topic", "found"),
    [
        ("election", ["Parties prepare for elections", "Minister steps down"]),
        ("the elections", ["Parties prepare for elections", "Minister steps down"]),
        ("ukraine", ["Ukrainian harvest begins"]),
        ("climate change", ["Seas rise"]),
        ("football", ["Late goal decides match"]),
        ("AI", ["AI writes a song"]),
        ("climate football", []),
        ("gardening", []),
        ("...", []),
        ("of the", []),
        (";$(reboot)", []),
        ("goal " * 200, ["Late goal decides match"]),
    ],
)
def test_a_topic_is_looked_for_word_by_word(topic: str, found: list[str]) -> None:
    headlines = [
        Headline("Parties prepare for elections", "A"),
        Headline("Minister steps down", "A", summary="An election will follow."),
        Headline("Ukrainian harvest begins", "A"),
        Headline("Seas rise", "A", summary="A changing climate is to blame."),
        Headline("Late goal decides match", "A", categories=("Football",)),
        Headline("AI writes a song", "A", summary="It said so on air."),
    ]
    assert titles(about(headlines, topic)) == found


@pytest.mark.parametrize(
    "fault", ["slow", "drip", "endless", 500, 404, "<html></html>", ENTITY_BOMB, "\x00\xff" * 1000, "<a>" * 20_000]
)
async def test_one_bad_feed_does_not_spoil_the_others(
    server: DocumentServer, http: httpx.AsyncClient, fault: str | int
) -> None:
    good, bad = server.put("good", rss("Example", item("All is well"))), server.put("bad", fault)
    feeds = await collect(http, [bad, good, bad], 0.7)
    assert list(feeds) == [bad, good] and titles(feeds[good]) == ["All is well"]
    assert not titles(feeds[bad]) or fault == ENTITY_BOMB


async def test_feeds_are_fetched_side_by_side(server: DocumentServer, http: httpx.AsyncClient) -> None:
    urls = [server.put(f"slow{number}", "slow") for number in range(10)]
    start = datetime.now(UTC)
    await collect(http, urls, 0.3)
    assert datetime.now(UTC) - start < timedelta(seconds=1.5)
