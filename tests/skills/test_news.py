from collections.abc import Iterator

import pytest

from otto.errors import ConfigError, SkillError
from otto.skill import Context
from tests.conftest import MakeContext, RunSkill
from tests.document_server import DocumentServer, item, rss, serving


@pytest.fixture
def papers() -> Iterator[DocumentServer]:
    with serving() as server:
        server.put(
            "world",
            rss(
                "Daily Post",
                item("Storm reaches Ireland", 5, "https://post.example/storm"),
                item("Will <b>rates</b> fall?", 3, "https://post.example/rates", category="Economy"),
                item("Old bridge closes", 1, "https://post.example/bridge"),
            ),
        )
        server.put(
            "home",
            rss(
                "The Herald",
                item("Reaches Ireland: storm", 4, "https://herald.example/1"),
                item("Museum opens.", 2, "https://herald.example/2", summary="<p>Art from <i>Ireland</i>.</p>"),
                item("Dog wins prize", 0, "https://herald.example/3"),
                item("Choir sings on", -1, "https://herald.example/4"),
            ),
        )
        server.put("sport", rss("Sports Desk", item("Late goal in cup", 6, "https://desk.example/goal")))
        yield server


@pytest.fixture
def ctx(context: MakeContext, papers: DocumentServer) -> Context:
    feeds = [papers.url("world"), papers.url("home")]
    return context(skills={"news": {"feeds": feeds, "topics": {"sport": papers.url("sport")}, "timeout": 0.7}})


async def test_the_newest_headlines_of_all_feeds_each_once(ctx: Context, run_skill: RunSkill) -> None:
    reply = await run_skill(ctx, "news")
    assert reply.speech == (
        "Here are the latest headlines. Storm reaches Ireland, from Daily Post. Will rates fall? From Daily Post. "
        "Museum opens, from The Herald. Old bridge closes, from Daily Post. Dog wins prize, from The Herald."
    )
    assert reply.notice is not None
    assert reply.notice.splitlines()[0] == "- Storm reaches Ireland (Daily Post) https://post.example/storm"
    assert "Choir sings on" in reply.notice and "Reaches Ireland: storm" not in reply.notice


@pytest.mark.parametrize("topic", ["news", "the latest headlines", "world news", "today's news"])
async def test_words_that_name_no_topic(ctx: Context, run_skill: RunSkill, topic: str) -> None:
    assert (await run_skill(ctx, "news", topic=topic)).speech.startswith("Here are the latest headlines.")


async def test_about_a_topic(ctx: Context, run_skill: RunSkill) -> None:
    reply = await run_skill(ctx, "news", topic="Ireland")
    assert reply.speech == (
        "Here are headlines about Ireland. Storm reaches Ireland, from Daily Post. Museum opens, from The Herald."
    )


async def test_by_category(ctx: Context, run_skill: RunSkill) -> None:
    assert "Will rates fall?" in (await run_skill(ctx, "news", topic="the economy")).speech


@pytest.mark.parametrize("topic", ["sports", "sport news"])
async def test_a_topic_with_a_feed_of_its_own(ctx: Context, run_skill: RunSkill, topic: str) -> None:
    assert "Late goal in cup, from Sports Desk." in (await run_skill(ctx, "news", topic=topic)).speech


async def test_a_feed_for_a_topic_is_asked_only_then(ctx: Context, papers: DocumentServer, run_skill: RunSkill) -> None:
    await run_skill(ctx, "news")
    assert sorted(papers.asked) == ["home", "world"]


async def test_nothing_fits(ctx: Context, run_skill: RunSkill) -> None:
    reply = await run_skill(ctx, "news", topic="gardening")
    assert reply.speech == "I found no headlines about gardening."


@pytest.mark.parametrize("fault", ["slow", "endless", 500, "<html></html>"])
async def test_one_dead_feed_does_not_spoil_the_others(
    ctx: Context, papers: DocumentServer, run_skill: RunSkill, fault: str | int
) -> None:
    papers.put("world", fault)
    reply = await run_skill(ctx, "news")
    assert "Dog wins prize" in reply.speech
    assert reply.notice is not None and reply.notice.endswith("No answer from 127.0.0.1.")


async def test_offline(context: MakeContext, run_skill: RunSkill) -> None:
    ctx = context(skills={"news": {"feeds": ["http://127.0.0.1:9/a", "http://127.0.0.1:9/b"]}})
    with pytest.raises(SkillError, match=r"^I can't reach any of the news feeds\. Is this computer online\?$"):
        await run_skill(ctx, "news")


async def test_empty_feeds(ctx: Context, papers: DocumentServer, run_skill: RunSkill) -> None:
    papers.put("world", rss("Daily Post"))
    papers.put("home", rss("The Herald"))
    assert (await run_skill(ctx, "news")).speech == "There is nothing in the news feeds."


async def test_no_feeds(context: MakeContext, run_skill: RunSkill) -> None:
    with pytest.raises(SkillError, match=r"Set feeds in \[skills\.news\]"):
        await run_skill(context(skills={"news": {"feeds": []}}), "news")


async def test_a_wrong_setting_is_named(context: MakeContext, run_skill: RunSkill) -> None:
    with pytest.raises(ConfigError, match="feeds"):
        await run_skill(context(skills={"news": {"feeds": "https://example.org"}}), "news")


@pytest.mark.parametrize(
    "address", ["", "nonsense", "file:///etc/passwd", "http://[", "gopher://x", "http://x\u0000y/"]
)
async def test_a_wrong_address_is_a_feed_that_does_not_answer(
    ctx: Context, context: MakeContext, run_skill: RunSkill, address: str
) -> None:
    feeds = [address, *ctx.config.skills["news"]["feeds"]]
    reply = await run_skill(context(skills={"news": {"feeds": feeds}}), "news")
    assert "Storm reaches Ireland" in reply.speech and "No answer from" in (reply.notice or "")


@pytest.mark.parametrize("topic", ["$(reboot)", "../../etc/passwd", "x" * 1000, "a " * 500, "http://a:b@c/"])
async def test_hostile_topics_find_nothing(ctx: Context, run_skill: RunSkill, topic: str) -> None:
    assert (await run_skill(ctx, "news", topic=topic)).speech.startswith("I found no headlines")
