"""The Batch API: all requests in one file, answered within a day at half the price.

The batch goes on at the server when the program ends; its number is all that is needed to fetch it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from pydantic import Field, ValidationError

from otto.errors import ModelError
from training.generating.answers import Answer, Body, Loose
from training.generating.asking import Asker
from training.generating.requests import Request

MOST = 50_000  # requests in a batch
_ENDPOINT: Final = "/v1/chat/completions"
_UNDERWAY = ("validating", "in_progress", "finalizing", "cancelling")
_LONGEST_PAUSE = 30.0  # seconds between two looks


class _Counts(Loose):
    total: int = 0
    completed: int = 0
    failed: int = 0


class _Error(Loose):
    message: str | None = None


class _Errors(Loose):
    data: list[_Error] | None = None


class _Batch(Loose):
    id: str
    status: str
    output_file_id: str | None = None
    errors: _Errors | None = None
    request_counts: _Counts | None = None


class _Response(Loose):
    status_code: int = 0
    body: dict[str, object] = Field(default_factory=dict)


class _Line(Loose):
    response: _Response | None = None


@dataclass
class Fetched:
    """What a batch gave: answers, and how many requests had none. ``problem`` says why it ended early."""

    answers: list[Answer] = field(default_factory=list)
    failed: int = 0
    problem: str | None = None


class BatchGone(ModelError):
    """The server does not know the batch."""


async def begin(asker: Asker, requests: Sequence[Request]) -> str:
    """Send the requests; the batch's name. Raises ModelError."""
    lines = [
        {"custom_id": f"request-{one.number}", "method": "POST", "url": _ENDPOINT, "body": asker.body(one)}
        for one in requests[:MOST]
    ]
    content = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()
    file = await asker.patiently(
        lambda: asker.client.files.create(file=("requests.jsonl", content), purpose="batch"), _missing(asker)
    )
    batch = await asker.patiently(
        lambda: asker.client.batches.create(
            input_file_id=file.id, endpoint=_ENDPOINT, completion_window="24h", metadata={"program": "otto"}
        ),
        _missing(asker),
    )
    return batch.id


async def fetch(asker: Asker, name: str, told: Callable[[int, int], None], pause: float = 1.0) -> Fetched:
    """Wait for a batch and get its answers. ``told`` gets how many requests are done, and of how many.

    ``pause`` is the time between the first two looks in seconds, which then grows. Raises BatchGone, or
    ModelError when the server cannot be reached.
    """
    gone = BatchGone(f"{asker.server} knows no batch {name!r}; it is forgotten now.")
    while True:
        raw = await asker.patiently(lambda: asker.client.batches.retrieve(name), gone)
        batch = _Batch.model_validate(raw)
        counts = batch.request_counts or _Counts()
        told(counts.completed + counts.failed, counts.total)
        if batch.status not in _UNDERWAY:
            break
        await asyncio.sleep(pause)
        pause = min(_LONGEST_PAUSE, pause * 1.5)
    fetched = Fetched(failed=counts.failed)
    if batch.status != "completed":
        errors = (batch.errors.data if batch.errors else None) or [_Error()]
        why = f": {errors[0].message.rstrip('.')[:150]}" if errors[0].message else ""
        fetched.problem = f"The batch {name} at {asker.server.split(' at ')[-1]} is {batch.status}{why}."
    if batch.output_file_id is not None:
        output = batch.output_file_id
        content = await asker.patiently(lambda: asker.client.files.content(output), gone)
        fetched.answers = list(_answers(content.text.splitlines()))
    return fetched


def _answers(lines: Iterable[str]) -> Iterable[Answer]:
    for line in lines:
        try:
            response = _Line.model_validate_json(line).response
            if response is not None and response.status_code == 200:
                yield Body.model_validate(response.body).answer()
        except ValidationError:
            yield Answer(malformed=1)


def _missing(asker: Asker) -> ModelError:
    return ModelError(f"{asker.server} has no Batch API; leave out --batch.")
