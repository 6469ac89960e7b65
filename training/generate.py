"""`otto gen-examples`: a model writes examples for a skill, and a person decides which of them to keep."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from otto import config, paths, registry
from otto.calls import parse
from otto.cli.output import console, print_json, show_log
from otto.cli.skill_lookup import named
from otto.config import ChatSettings
from otto.errors import OttoError, SkillError
from otto.examples import Example, read_folder
from otto.plugins.plugin_files import files_of
from otto.settings import know_secrets
from otto.skill import Skill
from training.blocks import read_lines, read_pairs
from training.generating.asking import Asker, server_settings
from training.generating.collecting import Collector, Progress, Tally
from training.generating.examples_file import add, checked, examples_file
from training.generating.journal import Journal, open_journal
from training.generating.patience import Patience
from training.generating.prices import Price, price_of
from training.generating.requests import Requests
from training.generating.review import review
from training.generating.sieve import Known, Pair, Sieve
from training.sources import FOLDER, read_held_out


@dataclass(frozen=True)
class Order:
    """What is asked for. ``count`` is the number of pairs, those that earlier runs left among them.

    ``out`` is the file to write instead of the skill's own, ``tries`` how often a failed request is tried again, and
    ``price`` what the tokens cost if that is not known.
    """

    skill: str
    count: int
    model: str | None = None
    base_url: str | None = None
    out: Path | None = None
    yes: bool = False
    batch: bool = False
    parallel: int = 4
    tries: int = 6
    seed: int = 0
    price: Price | None = None


def generate_examples(order: Order, folders: Sequence[Path] = ()) -> None:
    """Do what `otto gen-examples` does. Raises OttoError; what was written, accepted or paid for by then is kept."""
    show_log()
    settings = config.load()
    found = registry.load([folder.absolute() for folder in folders])
    know_secrets(settings, found.skills.values())
    for problem in found.problems:
        if problem.name == order.skill:
            raise OttoError(str(problem))
    skill = named(order.skill, found)
    file = order.out or examples_file(skill)
    with open_journal(skill.name, file) as journal:
        work = _Work(order, skill, found.skills, file, journal)
        work.fill(settings.chat)
        work.hand_over()


class _Work:
    """One run: the pairs that are wanted, and where they go."""

    def __init__(self, order: Order, skill: Skill, skills: Mapping[str, Skill], file: Path, journal: Journal) -> None:
        self._order = order
        self._skill = skill
        self._skills = skills
        self._file = file
        self._journal = journal
        self._examples = _own_examples(skill, skills, file)
        self._sieve = Sieve(skill, skills, _known(self._examples, skills, journal))
        for pair in journal.pending:
            self._look_again(pair)

    def fill(self, chat: ChatSettings) -> None:
        """Have pairs written until there are enough. Raises ModelError, after it has told what was done."""
        order = self._order
        opened = self._journal.batch is not None
        if opened and not order.batch:
            _tell("A batch is open; --batch fetches it.")
        if len(self._journal.pending) >= order.count and not (opened and order.batch):
            return
        requests = Requests(self._skill, self._skills.values(), self._examples, order.seed)
        tally, price = Tally(), order.price
        try:
            with _progress_bar(order.count, len(self._journal.pending)) as progress:
                patience = Patience(order.tries, told=lambda seconds: progress(-1, f"waiting {seconds:.0f} s"))
                asker = Asker(server_settings(chat, order.model, order.base_url), patience)
                price = price or price_of(asker.model, asker.is_openai, order.batch)
                collector = Collector(asker, requests, self._sieve, self._journal, progress, tally)
                asyncio.run(_collect(asker, collector, order))
        except (OttoError, KeyboardInterrupt):
            self._tell_kept()
            raise
        finally:
            _tell_tally(tally, price)

    def hand_over(self) -> None:
        """Review the pairs, write them, or print them."""
        pairs = self._journal.pending[: self._order.count or None]
        if not pairs:
            _tell("There are no pairs to review.")
        elif not self._order.yes and sys.stdin.isatty() and sys.stdout.isatty():
            screen = console()
            accepted = review(pairs, self._sieve, self, screen)
            screen.print(f"\n{_pairs(accepted)} added to {self._file}; {len(self._journal.pending)} left for later.")
        elif self._order.yes or self._order.out:
            self._write(pairs)
        else:
            for pair in pairs:
                print_json(self._fields(pair))

    def accept(self, pair: Pair, reviewed: Pair) -> None:
        """For `review`."""
        add([pair], self._file, self._skill, self._skills)
        self._journal.accept(reviewed.text)
        if pair.text != reviewed.text:
            self._sieve.remember(pair.text)

    def reject(self, reviewed: Pair) -> None:
        """For `review`."""
        self._journal.reject(reviewed.text)

    def _write(self, pairs: Sequence[Pair]) -> None:
        add(pairs, self._file, self._skill, self._skills)
        for pair in pairs:
            self._journal.accept(pair.text)
        if sys.stdout.isatty():
            print(f"{_pairs(len(pairs))} added to {self._file}.")
        else:
            print_json({"skill": self._skill.name, "file": str(self._file), "added": len(pairs)})

    def _look_again(self, pair: Pair) -> None:
        """A pair that an earlier run left may have been added by hand meanwhile, or the skill may have changed."""
        try:
            self._sieve.mended(pair.text, pair.call)
            self._sieve.remember(pair.text)
        except SkillError:
            self._journal.accept(pair.text)

    def _fields(self, pair: Pair) -> dict[str, object]:
        call = parse(pair.call)[0]
        arguments = self._skills[call.name].plain(self._skills[call.name].validate(call))
        return {"text": pair.text, "call": pair.call, "skill": call.name, "arguments": arguments}

    def _tell_kept(self) -> None:
        kept = len(self._journal.pending)
        if self._journal.batch is not None:
            _tell("The batch goes on at the server; the same command fetches it.")
        elif kept:
            _tell(f"{_pairs(kept)} kept; the same command goes on from there, and -n 0 reviews them.")


async def _collect(asker: Asker, collector: Collector, order: Order) -> None:
    async with asker:
        if order.batch:
            await collector.by_batch(order.count)
        else:
            await collector.by_requests(order.count, order.parallel)


def _own_examples(skill: Skill, skills: Mapping[str, Skill], target: Path) -> list[Example]:
    """All examples of the skill, wherever they are. Raises ExamplesError for a wrong file."""
    files = dict.fromkeys([files_of(skill.name, skill.source.parent).examples, examples_file(skill), target])
    read = [found for file in files if (found := checked(file, skills))]
    return [example for found in read for example in found.shown + found.examples]


def _known(own: Sequence[Example], skills: Mapping[str, Skill], journal: Journal) -> Known:
    said = [example.text for example in own]
    bundled = [
        example.text for file in read_folder(paths.bundled("examples")) for example in file.shown + file.examples
    ]
    data = FOLDER / "data"
    asked = [line for file in sorted((data / "variety").glob("*.txt")) for line in read_lines(file)]
    return Known(
        own=[*said, *journal.rejected],
        others=[*bundled, *asked],  # small models repeat what they were asked
        patterns=[pair.text for file in sorted((data / "patterns").glob("*.txt")) for pair in read_pairs(file)],
        held_out=read_held_out(skills).texts,
    )


@contextmanager
def _progress_bar(wanted: int, there: int) -> Iterator[Progress]:
    """A bar on standard error, where that is a terminal; a number below 0 leaves it where it is."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    with Bar(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True) as bar:
        task = bar.add_task("", total=wanted, completed=there)

        def show(done: int, what: str) -> None:
            bar.update(task, description=what, completed=None if done < 0 else min(done, wanted))

        yield show


def _tell_tally(tally: Tally, price: Price | None) -> None:
    if not tally.requests:
        return
    left_out = ", ".join(f"{count:,} {reason}" for reason, count in tally.left_out.most_common())
    failed = f", {tally.failed:,} without an answer" if tally.failed else ""
    requests = f"{tally.requests:,} request{'' if tally.requests == 1 else 's'}{failed}"
    _tell(f"{tally.new:,} new from {requests}{'; left out: ' + left_out if left_out else ''}.")
    if tally.tokens.given or tally.tokens.made:
        cost = f", ${price.of(tally.tokens):.4f}" if price else ""
        _tell(f"{tally.tokens.given:,} tokens in, {tally.tokens.made:,} out{cost}.")


def _pairs(count: int) -> str:
    return f"{count} pair{'' if count == 1 else 's'}"


def _tell(text: str) -> None:
    print(text, file=sys.stderr)
