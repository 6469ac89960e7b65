"""Gathers pairs until there are enough: several requests at a time, or one batch."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from otto.errors import ModelError, UsageError
from training.generating import batch
from training.generating.answers import Answer, Tokens
from training.generating.asking import Asker
from training.generating.journal import Journal, OpenBatch
from training.generating.requests import Requests
from training.generating.sieve import Pair, Reason, Sieve

PAIRS = 8  # in a request; many more, and models begin to repeat themselves
_MORE = 1.25  # as much is asked of a batch as is missing, since some will be left out
_BARREN = 5  # answers without a new pair, one after the other, after which more of them help nobody

Progress = Callable[[int, str], None]


@dataclass
class Tally:
    """What a run has brought so far."""

    new: int = 0
    requests: int = 0
    failed: int = 0
    left_out: Counter[Reason] = field(default_factory=Counter)
    tokens: Tokens = field(default_factory=Tokens)


class Collector:
    """Fills the journal up to ``wanted`` pairs. ``progress`` is told the number of pairs there, and what goes on.

    Whatever ends a run, the pairs of every answer that had come are in the journal. Raises ModelError.
    """

    def __init__(
        self,
        asker: Asker,
        requests: Requests,
        sieve: Sieve,
        journal: Journal,
        progress: Progress,
        tally: Tally,
    ) -> None:
        self._asker = asker
        self._requests = requests
        self._sieve = sieve
        self._journal = journal
        self._progress = progress
        self._next = journal.requests
        self._barren = 0
        self.tally = tally

    async def by_requests(self, wanted: int, parallel: int) -> None:
        """Ask with so many requests at a time."""
        places = asyncio.Semaphore(parallel)

        async def one() -> None:
            async with places:
                if self._missing(wanted):
                    self._take(await self._asker.ask(self._requests.make(self._number(), PAIRS)))

        while missing := self._missing(wanted):
            try:
                async with asyncio.TaskGroup() as tasks:
                    for _ in range(-(-missing // PAIRS)):
                        tasks.create_task(one())
            except ExceptionGroup as group:
                raise group.exceptions[0] from None

    async def by_batch(self, wanted: int) -> None:
        """Fetch the batch that is open, or send one and wait for it. It may bring fewer pairs than are wanted."""
        if self._journal.batch is None:
            count = min(batch.MOST, -(-int(self._missing(wanted) * _MORE) // PAIRS))
            if not count:
                return
            self._progress(len(self._journal.pending), "sending")
            name = await batch.begin(self._asker, [self._requests.make(self._number(), PAIRS) for _ in range(count)])
            self._journal.opened(OpenBatch(name, self._asker.base_url, count))
        await self._fetch(self._journal.batch)

    async def _fetch(self, opened: OpenBatch | None) -> None:
        assert opened is not None
        if opened.base_url.rstrip("/") != self._asker.base_url.rstrip("/"):
            raise UsageError(f"A batch of these examples is open at another server; use --base-url {opened.base_url}.")
        here = len(self._journal.pending)
        try:
            fetched = await batch.fetch(
                self._asker, opened.name, lambda done, all_: self._progress(here, f"batch: {done} of {all_} requests")
            )
        except batch.BatchGone:
            self._journal.fetched([])
            raise
        self._journal.fetched([pair for answer in fetched.answers for pair in self._sift(answer)])
        self.tally.failed += fetched.failed
        self._progress(len(self._journal.pending), "")
        if fetched.problem is not None:
            raise ModelError(fetched.problem)

    def _missing(self, wanted: int) -> int:
        return max(0, wanted - len(self._journal.pending))

    def _number(self) -> int:
        self._next += 1
        return self._next - 1

    def _sift(self, answer: Answer) -> list[Pair]:
        pairs, left_out = self._sieve.sift(answer.pairs)
        self.tally.new += len(pairs)
        self.tally.requests += 1
        self.tally.left_out += left_out + Counter({Reason.MALFORMED: answer.malformed})
        self.tally.tokens += answer.tokens
        return pairs

    def _take(self, answer: Answer) -> None:
        pairs = self._sift(answer)
        self._journal.asked(pairs)
        self._progress(len(self._journal.pending), "")
        self._barren = 0 if pairs else self._barren + 1
        if self._barren >= _BARREN:
            raise ModelError(self._why(answer))

    def _why(self, answer: Answer) -> str:
        server = self._asker.server
        if not answer.called:
            said = "".join(letter if letter.isprintable() else " " for letter in answer.said)
            words = " ".join(said.split())[:150].rstrip(". ")
            return f"{server} writes no pairs{', but: ' if words else ''}{words}."
        if not answer.pairs:
            return f"{server} writes pairs that cannot be read; another model may do better."
        reasons = ", ".join(f"{count:,} {reason}" for reason, count in self.tally.left_out.most_common(2))
        return f"{server} wrote nothing new in {_BARREN} answers; left out so far: {reasons}."
