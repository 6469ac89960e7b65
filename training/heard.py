"""What Whisper writes for sentences that voices speak in noisy rooms: `otto heard`.

A folder of heard text holds ``journal.jsonl``, one line for each hearing whatever came of it, and ``heard.tsv`` with
the pairs that were kept: clean, heard, voice, Whisper size. The journal is written first and is what a run goes on from.
"""

from __future__ import annotations

import json
import sys
import time
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from otto import paths
from otto.examples import read_folder
from otto.speech.vocabulary import hints
from training import hearing, sources
from training.hearing import Hearing
from training.leaks import plain
from training.listeners import Listener
from training.noise import STEADY, Noise, Samples, babble, in_room
from training.recoverable import errors, lost
from training.sources import Sentence
from training.speakers import Speakers, chosen

FOLDER = sources.FOLDER / "data" / "heard"
_BATCH = 16
_BABBLERS = 24


def read_heard(folder: Path) -> dict[str, list[str]]:
    """The transcripts of each clean sentence, by its `leaks.plain` form. A missing folder has none."""
    heard: dict[str, list[str]] = {}
    for file in sorted(folder.glob("*.tsv")):
        for line in file.read_text(encoding="utf-8").splitlines():
            clean, written, *_ = line.split("\t")
            heard.setdefault(plain(clean), []).append(written)
    return heard


@dataclass(frozen=True)
class Result:
    """What came of one hearing: ``outcome`` is "kept", "same", or why the pair was dropped."""

    id: str
    clean: str
    heard: str
    voice: str
    whisper: str
    room: str
    outcome: str
    words: int
    errors: int

    @property
    def pair(self) -> str:
        return f"{self.clean}\t{self.heard}\t{self.voice}\t{self.whisper}\n"


class Journal:
    """The results of a folder. A line that a killed run left half written is cut off, and its hearing done again."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file, self._pairs = folder / "journal.jsonl", folder / "heard.tsv"
        self.results = list(self._read())
        self._kept = {(one.clean, one.heard) for one in self.results if one.outcome == "kept"}
        pairs = [one.pair for one in self.results if one.outcome == "kept"]
        self._pairs.write_text("".join(pairs), encoding="utf-8", newline="\n")

    def add(self, result: Result) -> None:
        """Written at once; a pair that is kept already is noted as "repeated"."""
        if result.outcome == "kept" and (result.clean, result.heard) in self._kept:
            result = replace(result, outcome="repeated")
        self.results.append(result)
        with self._file.open("a", encoding="utf-8", newline="\n") as file:
            file.write(json.dumps(asdict(result), ensure_ascii=False) + "\n")
        if result.outcome == "kept":
            self._kept.add((result.clean, result.heard))
            with self._pairs.open("a", encoding="utf-8", newline="\n") as file:
                file.write(result.pair)

    @property
    def kept(self) -> int:
        return len(self._kept)

    def _read(self) -> Iterator[Result]:
        if not self._file.exists():
            return
        whole, end, _ = self._file.read_bytes().rpartition(b"\n")
        with self._file.open("r+b") as file:
            file.truncate(len(whole) + len(end))
        for line in whole.decode().splitlines():
            yield Result(**json.loads(line))


def hear(sample: int, seed: int, voices: Sequence[str], sizes: Sequence[str], folder: Path) -> Journal:
    """Speak and hear ``sample`` times in all, less what the folder's journal holds already, and write it there.

    Raises ExamplesError, VoiceError and WeightsError before anything is spoken.
    """
    offered = chosen(voices)
    journal = Journal(folder)
    if not sample:
        return journal
    sentences = sources.read_sources(seed, 4).sentences
    done = {one.id for one in journal.results}
    wanted = hearing.plan(sentences, sample, seed, offered, sizes)
    left = [one for one in wanted if one.id not in done]
    speakers = Speakers()
    noises = {**STEADY, "babble": babble(_babblers(sentences, speakers, seed))}
    listeners = {size: Listener(size, _hints()) for size in sizes}
    started, count = time.monotonic(), 0
    for batch in _batches(_sounds(left, speakers, noises)):
        listener = listeners[batch[0][0].whisper]
        written = listener.listen([sound for _, sound in batch])
        for (one, _), text in zip(batch, written, strict=True):
            journal.add(_judged(one, text, listener))
        count += len(batch)
        minutes = (time.monotonic() - started) / count * (len(left) - count) / 60
        print(f"heard {count} of {len(left)}, {journal.kept} pairs kept, {minutes:.0f} min left", file=sys.stderr)
    return journal


def _sounds(
    hearings: Sequence[Hearing], speakers: Speakers, noises: Mapping[str, Noise]
) -> Iterator[tuple[Hearing, Samples]]:
    """Each hearing's sound; what is heard several times is spoken once."""
    spoken, words = "", np.zeros(0, np.float32)
    for one in hearings:
        if one.spoken != spoken:
            spoken, words = one.spoken, speakers.speak(one.sentence.text, one.voice, one.speed)
        yield one, in_room(words, one.room, noises, np.random.default_rng(zlib.crc32(one.id.encode())))


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


def _hints() -> list[str]:
    files = read_folder(paths.bundled("examples"))
    return hints(files, [file.skill for file in files])
