"""What the user may set about documents."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class DocsSettings(BaseModel):
    """The table [skills.docs] of the configuration."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    answer: bool = Field(
        True, description="Let the language model under [chat] answer; it is sent the passages that were found."
    )
    refresh: float = Field(3.0, ge=0, le=30, description="Seconds that an answer waits for changed files to be read.")
