"""The library as the skill and the commands use it: add and remove folders, bring it up to date, look something up."""

from __future__ import annotations

import asyncio
import atexit
import logging
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from filelock import FileLock, Timeout

from otto import weights
from otto.config import ChatSettings
from otto.errors import OttoError, UsageError
from otto.library import minilm
from otto.library.answering import STILL_READING, Answer, answer
from otto.library.index import Index, Indexed, Root, default_file
from otto.library.indexing import Progress, refresh
from otto.library.minilm import Embedder
from otto.library.reader import Reader
from otto.library.search import Hit, search
from otto.library.settings import DocsSettings

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Found:
    """What looking something up gave. ``behind`` is true while the index is not up to date yet."""

    hits: list[Hit]
    behind: bool = False
    embedder: Embedder | None = None


@dataclass(frozen=True)
class Listed:
    """A folder or file that the user added, and what is in the index of it."""

    root: Root
    files: list[Indexed] = field(default_factory=list)

    @property
    def passages(self) -> int:
        return sum(file.passages for file in self.files)

    @property
    def skipped(self) -> dict[str, str]:
        """Files that are not read, with the reason."""
        return {file.path: file.problem for file in self.files if file.problem}


class Library:
    """The user's documents, indexed in ``file``. ``embedder`` gives the model, or None where it is not installed."""

    def __init__(self, file: Path | None = None, embedder: Callable[[], Embedder | None] | None = None) -> None:
        self.file = file or default_file()
        self._embedder = embedder or _installed

    def add(self, paths: list[Path], tell: Callable[[Progress], None] = lambda _: None) -> list[Listed]:
        """Add folders or files, which may be there already, and index them. Raises UsageError for what is not there."""
        roots = [_resolved(path) for path in paths]
        with Index(self.file) as index:
            for root in roots:
                index.add_root(root)
        self.update(tell)
        return [one for one in self.listed() if one.root.path in roots]

    def remove(self, paths: list[Path]) -> list[str]:
        """Remove folders or files that were added; gives their paths. Raises UsageError for one that was not."""
        with Index(self.file) as index:
            known = [root.path for root in index.roots()]
            gone = [_known(path, known) for path in paths]
            for path in gone:
                index.remove_root(path)
            left = [path for path in known if path not in gone]
            index.forget(file.path for file in index.files() if not any(_within(file.path, root) for root in left))
        return gone

    def listed(self) -> list[Listed]:
        """Everything that was added. A file in two of the folders is listed in both."""
        with Index(self.file) as index:
            files = index.files()
            return [Listed(root, [one for one in files if _within(one.path, root.path)]) for root in index.roots()]

    def update(self, tell: Callable[[Progress], None] = lambda _: None, stop: threading.Event | None = None) -> None:
        """Bring the index up to date, however long it takes; waits for another process that is at it."""
        with FileLock(f"{self.file}.lock"), Index(self.file) as index, Reader() as reader:
            refresh(index, self._embedder(), reader, tell=tell, stopped=(stop or threading.Event()).is_set)

    def look_up(self, question: str, seconds: float) -> Found:
        """The best passages. Changed files are read first; what takes longer than ``seconds`` goes on behind.

        Raises OttoError when nothing was added yet.
        """
        with Index(self.file) as index:
            if not index.roots():
                raise OttoError("You have given me no documents yet. Add a folder with the command: otto docs add.")
            behind = not self._update_behind(seconds)
            embedder = self._embedder() if index.count() else None
            return Found(search(index, embedder, question), behind, embedder)

    def _update_behind(self, seconds: float) -> bool:
        """Whether the index was brought up to date within this time; if not, a thread goes on with it."""
        try:
            FileLock(f"{self.file}.lock").acquire(timeout=0).lock.release()
        except Timeout:
            return False  # someone is at it
        stop, done = threading.Event(), threading.Event()

        def work() -> None:
            try:
                self.update(stop=stop)
                done.set()
            except Exception:  # the search works with what there is
                _log.exception("The index of your documents could not be brought up to date.")

        thread = threading.Thread(target=work, name="otto-library", daemon=True)

        def end() -> None:  # torch must not be pulled away from under the thread
            stop.set()
            thread.join(2)

        atexit.register(end)
        thread.start()
        thread.join(seconds)
        if not thread.is_alive():
            atexit.unregister(end)
        return done.is_set()


async def answer_from(library: Library, question: str, chat: ChatSettings, settings: DocsSettings) -> Answer:
    """Look a question up and answer it. Raises OttoError when there are no documents."""
    found = await asyncio.to_thread(library.look_up, question, settings.refresh)
    notes = (STILL_READING,) if found.behind else ()
    used = chat if settings.answer else ChatSettings(model=None)
    return await answer(question, found.hits, used, found.embedder, notes)


def _installed() -> Embedder | None:
    folder = weights.find(minilm.NAME)
    return minilm.load(folder) if folder else None


def _resolved(path: Path) -> str:
    try:
        found = path.expanduser().resolve(strict=True)
    except (OSError, RuntimeError, ValueError):
        raise UsageError(f"There is no folder or file {path}.") from None
    if not found.is_dir() and not found.is_file():
        raise UsageError(f"{path} is neither a folder nor a file.")
    try:
        str(found).encode("utf-8")
    except UnicodeEncodeError:
        raise UsageError(f"The name of {str(path)!a} is no text that can be kept.") from None
    return str(found)


def _known(path: Path, known: list[str]) -> str:
    """The root that is meant, also when its folder is gone by now."""
    for candidate in (str(path), str(path.expanduser().resolve()), str(path.expanduser().absolute())):
        if candidate in known:
            return candidate
    there = f"There are {', '.join(known)}." if known else "None was added."
    raise UsageError(f"{path} is not among your documents. {there}")


def _within(path: str, root: str) -> bool:
    return path == root or path.startswith(root.rstrip(os.sep) + os.sep)
