"""What tokens cost, where that is known."""

from __future__ import annotations

import re
from dataclasses import dataclass

from training.generating.answers import Tokens

# US dollars for a million tokens, in and out: platform.openai.com/docs/pricing, looked up in November 2026.
_OPENAI = {
    "gpt-4.1": (2.0, 8.0),
    "gpt-4.1-mini": (0.4, 1.6),
    "gpt-4.1-nano": (0.1, 0.4),
    "gpt-4o": (2.5, 10.0),
    "gpt-4o-mini": (0.15, 0.6),
    "gpt-5": (1.25, 10.0),
    "gpt-5-mini": (0.25, 2.0),
    "gpt-5-nano": (0.05, 0.4),
}
_BATCH = 0.5  # of the price
_DATE = re.compile(r"-\d{4}-\d\d-\d\d$")


@dataclass(frozen=True)
class Price:
    """US dollars for a million tokens."""

    given: float
    made: float

    def of(self, tokens: Tokens) -> float:
        """US dollars for these tokens."""
        return (tokens.given * self.given + tokens.made * self.made) / 1e6


def price_of(model: str, is_openai: bool, batch: bool) -> Price | None:
    """The price of a model of OpenAI's own service; None where it is not known."""
    known = _OPENAI.get(_DATE.sub("", model)) if is_openai else None
    share = _BATCH if batch else 1.0
    return Price(known[0] * share, known[1] * share) if known else None
