"""What Whisper writes for sentences that voices speak in noisy rooms: `otto heard`.

A folder of heard text holds ``journal.jsonl``, one line for each hearing whatever came of it, and ``heard.tsv`` with
the pairs that were kept: clean, heard, voice, Whisper size. The journal is written first; a run goes on from it.
"""

from __future__ import annotations

import json
import sys
import time
import zlib
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout

from otto import paths
from otto.errors import OttoError
from otto.examples import read_folder
from otto.speech.vocabulary import hints
from training import hearing, sources
from training.hearing import Hearing
from training.hearing_report import Result, table, tallies
from training.leaks import plain
from training.listeners import Listener
from training.noise import STEADY, Noise, Samples, babble, in_room
from training.recoverable import errors, lost
from training.sources import Sentence
from training.speakers import Speakers, chosen

FOLDER = sources.FOLDER / "data" / "heard"
_BATCH = 16
_BABBLERS = 24
_EXPANSIONS = 4  # fillings of each pattern to choose from


def read_heard(folder: Path) -> dict[str, list[str]]:
    """The transcripts of each clean sentence, by its `leaks.plain` form. A missing folder has none."""
    heard: dict[str, list[str]] = {}
    for file in sorted(folder.glob("*.tsv")):
        for line in file.read_text(encoding="utf-8").splitlines():
            clean, written, *_ = line.split("\t")
            heard.setdefault(plain(clean), []).append(written)
    return heard


class Journal:
    """The results of a folder, for one run at a time to add to.

    A line that a killed run left half written is cut off, and its hearing done again.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file, self._pairs = folder / "journal.jsonl", folder / "heard.tsv"
        self.results = read_journal(folder)
        self._kept = {(one.clean, one.heard) for one in self.results if one.outcome == "kept"}
        for file, lines in (
            (self._file, [_line(one) for one in self.results]),
            (self._pairs, [one.pair for one in self.results if one.outcome == "kept"]),
        ):
            whole = file.with_suffix(".part")
            whole.write_text("".join(lines), encoding="utf-8", newline="\n")
            whole.replace(file)

    def add(self, result: Result) -> None:
        """Written at once; a pair that is kept already is noted as "repeated"."""
        if result.outcome == "kept" and (result.clean, result.heard) in self._kept:
            result = replace(result, outcome="repeated")
        self.results.append(result)
        _append(self._file, _line(result))
        if result.outcome == "kept":
            self._kept.add((result.clean, result.heard))
            _append(self._pairs, result.pair)

    @property
    def kept(self) -> int:
        return len(self._kept)


def read_journal(folder: Path) -> list[Result]:
    """All results of a folder, without a last line that is not whole. A missing folder has none."""
    file = folder / "journal.jsonl"
    whole = file.read_bytes().rpartition(b"\n")[0] if file.exists() else b""
    return [Result(**json.loads(line)) for line in whole.decode().splitlines()]


def _line(result: Result) -> str:
    return json.dumps(asdict(result), ensure_ascii=False) + "\n"


def _append(file: Path, line: str) -> None:
    with file.open("a", encoding="utf-8", newline="\n") as opened:
        opened.write(line)


def hear(
    sentences: Sequence[Sentence], sample: int, seed: int, voices: Sequence[str], sizes: Sequence[str], folder: Path
) -> None:
    """Speak and hear ``sample`` times in all, less what the folder's journal holds already, and write it there.

    Raises VoiceError and WeightsError before anything is spoken, and OttoError if another run writes to the folder.
    """
    offered = chosen(voices)
    with alone(folder):
        _hear(sentences, sample, seed, offered, sizes, Journal(folder))


def _hear(
    sentences: Sequence[Sentence],
    sample: int,
    seed: int,
    offered: Mapping[str, Sequence[str]],
    sizes: Sequence[str],
    journal: Journal,
) -> None:
    done = {one.id for one in journal.results}
    wanted = hearing.plan(sentences, sample, seed, offered, sizes)
    left = [one for one in wanted if one.id not in done]
    speakers = Speakers()
    noises = {**STEADY, "babble": babble(_babblers(sentences, speakers, seed))}
    listeners = {size: Listener(size, skill_hints()) for size in sizes}
    started, count = time.monotonic(), 0
    for batch in _batches(_ahead(_sounds(left, speakers, noises))):
        listener = listeners[batch[0][0].whisper]
        written = listener.listen([sound for _, sound in batch])
        for (one, _), text in zip(batch, written, strict=True):
            journal.add(_judged(one, text, listener))
        count += len(batch)
        minutes = (time.monotonic() - started) / count * (len(left) - count) / 60
        print(f"heard {count} of {len(left)}, {journal.kept} pairs kept, {minutes:.0f} min left", file=sys.stderr)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Within it, no other run writes to the folder. Raises OttoError if one does."""
    lock = paths.cache_dir() / f"heard-{zlib.crc32(str(folder.resolve()).encode()):08x}.lock"  # no file of the data
    lock.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(lock, timeout=0):
            yield
    except Timeout:
        raise OttoError(f"Another `otto heard` writes to {folder}; wait for it, or use another --out.") from None


def hear_and_report(
    sample: int, seed: int, voices: Sequence[str], sizes: Sequence[str], folder: Path, as_json: bool
) -> None:
    """`hear` the training sentences, and print what the whole journal holds, as tables or as JSON lines."""
    from otto.cli.output import console, print_json, show_log

    show_log()
    if sample:
        hear(sources.read_sources(seed, _EXPANSIONS).sentences, sample, seed, voices, sizes, folder)
    rows = tallies(read_journal(folder))
    for row in rows if as_json else ():
        print_json(row.fields)
    if not as_json:
        console().print(table(rows))


def _sounds(
    hearings: Sequence[Hearing], speakers: Speakers, noises: Mapping[str, Noise]
) -> Iterator[tuple[Hearing, Samples]]:
    """Each hearing's sound; what is heard several times is spoken once."""
    spoken, words = "", np.zeros(0, np.float32)
    for one in hearings:
        if one.spoken != spoken:
            spoken, words = one.spoken, speakers.speak(one.sentence.text, one.voice, one.speed)
        yield one, in_room(words, one.room, noises, np.random.default_rng(zlib.crc32(one.id.encode())))


def _ahead(sounds: Iterator[tuple[Hearing, Samples]]) -> Iterator[tuple[Hearing, Samples]]:
    """The same, a few of them made ahead in a thread of their own: synthesis and Whisper then share two cores."""
    with ThreadPoolExecutor(1) as maker:
        waiting = deque(maker.submit(next, sounds, None) for _ in range(2 * _BATCH))
        while (made := waiting.popleft().result()) is not None:
            waiting.append(maker.submit(next, sounds, None))
            yield made


def _batches(sounds: Iterator[tuple[Hearing, Samples]]) -> Iterator[list[tuple[Hearing, Samples]]]:
    """Batches for one size of Whisper each."""
    waiting: dict[str, list[tuple[Hearing, Samples]]] = {}
    for one, sound in sounds:
        batch = waiting.setdefault(one.whisper, [])
        batch.append((one, sound))
        if len(batch) == _BATCH:
            yield waiting.pop(one.whisper)
    yield from waiting.values()


def _judged(one: Hearing, text: str | None, listener: Listener) -> Result:
    clean, heard = one.sentence.text, " ".join((text or "").split())
    wrong, words = errors(clean, heard)
    result = Result(one.id, clean, heard, one.voice, one.whisper, str(one.room), "kept", words, wrong)
    if not plain(heard):
        return replace(result, outcome="not believed")
    if plain(heard) == plain(clean):
        return replace(result, outcome="same")
    if listener.is_hint(heard):
        return replace(result, outcome="the prompt repeated")
    return replace(result, outcome=lost(clean, heard, one.sentence.calls, one.sentence.skills) or "kept")


def _babblers(sentences: Sequence[Sentence], speakers: Speakers, seed: int) -> list[Samples]:
    """Many robots talking, for the background; they cost little."""
    voices = chosen(["espeak"])["espeak"]
    random = np.random.default_rng(seed)
    texts = random.choice(len(sentences), size=min(_BABBLERS, len(sentences)), replace=False)
    return [speakers.speak(sentences[index].text, voices[int(random.integers(len(voices)))]) for index in texts]


def skill_hints() -> list[str]:
    """What the runtime tells Whisper to expect, with all bundled skills enabled."""
    files = read_folder(paths.bundled("examples"))
    return hints(files, [file.skill for file in files])
