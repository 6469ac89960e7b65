"""Keeps what was heard and done. Speech that was not for Otto is not kept."""

from __future__ import annotations

import time

from otto.config import HistorySettings
from otto.dispatcher import Replies, spoken
from otto.events import Acted, Event
from otto.model.skill_model import Decision
from otto.secrets import redact
from otto.store import Store

_DAY = 86400.0


class HistoryKeeper:
    """A listener on the bus that writes each turn into the store, and drops what is older than the settings allow."""

    def __init__(self, store: Store, settings: HistorySettings) -> None:
        self._store = store
        self._settings = settings

    def __call__(self, event: Event) -> None:
        if isinstance(event, Acted):
            self.keep(event.decision, event.replies)

    def keep(self, decision: Decision, replies: Replies) -> None:
        """Write one turn. What the model took for speech that is not for Otto is kept only when it named Otto."""
        if not self._settings.keep or (decision.ambient and not decision.named):
            return
        now = time.time()
        ok = all(reply.ok for _, reply in replies)
        calls, reply = redact(decision.rendered), redact(spoken(replies))
        with self._store.transaction():
            self._store.history.forget(now - self._settings.days * _DAY)
            self._store.history.add(now, redact(decision.text), calls, reply, ok, decision.confidence)
