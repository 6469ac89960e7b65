"""A real xdg-open finds a real program as the default browser, which writes down what it was given."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from shutil import which

import pytest

from otto.desktop.browser import open_page
from otto.errors import ConfigError, SkillError
from tests.conftest import MakeContext, RunSkill
from tests.x_display import wait_until

pytestmark = pytest.mark.skipif(sys.platform != "linux" or not which("xdg-open"), reason="needs xdg-utils")


@pytest.fixture
def record(tmp_path: Path) -> Path:
    """Where the browser writes its arguments, a line each."""
    return tmp_path / "record"


@pytest.fixture
def browser(tmp_path: Path, record: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's default browser, by its desktop entry. xdg-open looks for a screen only in $DISPLAY."""
    for name in ("BROWSER", "XDG_CURRENT_DESKTOP", "DESKTOP_SESSION", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DISPLAY", ":9876")
    script = tmp_path / "browser"
    script.write_text(
        f"#!{sys.executable} -IS\n"
        "import pathlib, sys\n"
        f"record = pathlib.Path({str(record)!r})\n"
        "record.with_suffix('.part').write_text('\\n'.join(sys.argv[1:]))\n"
        "record.with_suffix('.part').rename(record)\n"
    )
    script.chmod(0o755)
    entries, choices = tmp_path / "data" / "applications", tmp_path / "config" / "mimeapps.list"
    entries.mkdir(parents=True)
    choices.parent.mkdir(exist_ok=True)
    handled = ("x-scheme-handler/http", "x-scheme-handler/https")
    entry = f"[Desktop Entry]\nType=Application\nName=Probe\nExec={script} %u\nMimeType={';'.join(handled)};\n"
    (entries / "probe.desktop").write_text(entry)
    choices.write_text("[Default Applications]\n" + "".join(f"{kind}=probe.desktop\n" for kind in handled))
    return script


async def opened(record: Path) -> list[str]:
    wait_until(record.exists)
    return record.read_text().split("\n")


@pytest.mark.parametrize(
    ("query", "written"),
    [
        ("weather radar", "weather%20radar"),
        ("C++ & C#: what's new?", "C%2B%2B%20%26%20C%23%3A%20what%27s%20new%3F"),
        ("$(touch /tmp/pwned); `id` | sh > x", "%24%28touch%20%2Ftmp%2Fpwned%29%3B%20%60id%60%20%7C%20sh%20%3E%20x"),
        ("file:///etc/passwd", "file%3A%2F%2F%2Fetc%2Fpasswd"),
        ("--help", "--help"),
        ("Käse {query} 50%", "K%C3%A4se%20%7Bquery%7D%2050%25"),
    ],
)
async def test_the_words_reach_the_browser_inside_one_address(
    context: MakeContext, run_skill: RunSkill, browser: Path, record: Path, query: str, written: str
) -> None:
    reply = await run_skill(context(), "search", query=query)
    assert reply.speech == f"Searching the web for {query}."
    assert await opened(record) == [f"https://duckduckgo.com/?q={written}"] == [reply.notice]


async def test_a_thousand_characters(context: MakeContext, run_skill: RunSkill, browser: Path, record: Path) -> None:
    await run_skill(context(), "search", query="ä" * 1000)
    assert await opened(record) == [f"https://duckduckgo.com/?q={'%C3%A4' * 1000}"]


async def test_another_search_page(context: MakeContext, run_skill: RunSkill, browser: Path, record: Path) -> None:
    ctx = context(skills={"search": {"url": "http://searx.local:8888/search?q={query}&lang=en"}})
    await run_skill(ctx, "search", query="cats")
    assert await opened(record) == ["http://searx.local:8888/search?q=cats&lang=en"]


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("file:///etc/{query}", "must be an address that begins with http:// or https://"),
        ("javascript:{query}", "must be an address"),
        ("https://{query}.example.com/", "must be an address"),
        ("https:///{query}", "must be an address"),
        ("https://example.com/", "must have {query} where the words go"),
    ],
)
async def test_a_wrong_search_page(
    context: MakeContext, run_skill: RunSkill, browser: Path, record: Path, url: str, why: str
) -> None:
    with pytest.raises(ConfigError, match=why.replace("{", r"\{")):
        await run_skill(context(skills={"search": {"url": url}}), "search", query="cats")
    assert not record.exists()


async def test_a_browser_that_stays_open_is_not_waited_for(
    context: MakeContext, run_skill: RunSkill, browser: Path, record: Path
) -> None:
    browser.write_text(browser.read_text() + "import time\ntime.sleep(4)\n")
    started = time.monotonic()
    assert (await run_skill(context(), "search", query="cats")).ok
    assert time.monotonic() - started < 3 and await opened(record)


async def test_without_a_browser(
    context: MakeContext, run_skill: RunSkill, browser: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.unlink()
    monkeypatch.setenv("BROWSER", "no-such-browser")
    with pytest.raises(SkillError, match=r"I can't open a web browser\. Is one installed\?"):
        await run_skill(context(), "search", query="cats")


async def test_without_xdg_open(
    context: MakeContext, run_skill: RunSkill, browser: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SkillError, match="xdg-open is not installed"):
        await run_skill(context(), "search", query="cats")


async def test_without_a_screen(
    context: MakeContext, run_skill: RunSkill, browser: Path, record: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DISPLAY")
    with pytest.raises(SkillError, match="I see no screen to show a web page on"):
        await run_skill(context(), "search", query="cats")
    assert not record.exists()


@pytest.mark.parametrize("address", ["file:///etc/passwd", "-e", "javascript:alert(1)", "mailto:a@b.example"])
async def test_only_web_pages_are_opened(browser: Path, record: Path, address: str) -> None:
    with pytest.raises(SkillError, match="I only open web pages"):
        await open_page(address)
    assert not record.exists()
