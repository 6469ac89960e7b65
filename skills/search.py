"""Opens a web search."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator

from otto.desktop.browser import open_page
from otto.skill import Context, Reply, skill


class SearchSettings(BaseModel):
    """The table [skills.search] of the configuration."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str = Field(
        "https://duckduckgo.com/?q={query}", description="Address of a search page; {query} is what is searched for."
    )

    @field_validator("url")
    @classmethod
    def _is_a_template(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or "{query}" in parts.netloc:
            raise ValueError("must be an address that begins with http:// or https://")
        if "{query}" not in url:
            raise ValueError("must have {query} where the words go")
        return url


@skill(permission="acts", settings=SearchSettings)
async def search(ctx: Context, query: str) -> Reply:
    """Opens a web search in the browser.

    Uses DuckDuckGo in your default browser; the url in [skills.search] names another search page.
    """
    address = ctx.settings(SearchSettings, "search").url.replace("{query}", quote(query, safe=""))
    await open_page(address)
    return Reply(f"Searching the web for {query}.", notice=address)
