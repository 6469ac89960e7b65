"""Where a package lies and what is in it: pip and npm are asked, which know the registry, proxy and credentials.

pip is asked with a dry run and its JSON report. Tried: against a registry that serves no metadata files, the plain
dry run downloads the whole wheel to read its metadata, and we would download it a second time; with ``fast-deps`` it
reads the few kilobytes of metadata by HTTP ranges (10 kB instead of 58 MB for the Piper voice). ``pip download``
would bring the wheel once, but cannot continue over runs: ``--resume-retries`` works within one run only.
``pip index`` names versions, not addresses.
"""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from otto.weights.download import Digest, SourceFailed
from otto.weights.table import Package

# -P: a file named pip.py in the working directory is not what is meant.
_PIP = ("-P", "-m", "pip", "install", "--dry-run", "--quiet", "--no-input", "--disable-pip-version-check")
_ONLY = ("--ignore-installed", "--ignore-requires-python", "--no-deps", "--only-binary=:all:")
_REPORT = ("--retries=1", "--report=-")
_NPM_RETRIES = ["--fetch-retries=1", "--fetch-retry-mintimeout=1000"]
_CHUNK = 1 << 20  # bytes
_PATIENCE = 600  # seconds; a registry without range support makes pip download the wheel


@dataclass(frozen=True)
class Location:
    """Where a package lies: an https: or file: address, and what it must hash to if the registry says so."""

    url: str
    digest: Digest | None


def locate(package: Package) -> Location:
    """Ask pip or npm. Raises SourceFailed: the program is missing, or it did not find the package."""
    return _ask_pip(package) if package.kind == "wheel" else _ask_npm(package)


def _ask_pip(package: Package) -> Location:
    wanted = f"{package.name}=={package.version}"
    ask = [sys.executable, *_PIP, *_ONLY, *_REPORT]
    done = _run([*ask, "--use-feature=fast-deps", wanted], "pip")
    if done.returncode == 2:  # wrong usage: a pip that no longer knows, or no longer needs, this feature
        done = _run([*ask, wanted], "pip")
    if "No module named pip" in done.stderr:
        raise SourceFailed(f"pip is missing in {sys.executable} (install it with `python -m ensurepip`)")
    if done.returncode:
        retried = "Retrying" in done.stderr
        raise SourceFailed("pip cannot reach the package registry" if retried else f"pip does not find {package}")
    try:
        found = json.loads(done.stdout)["install"][0]["download_info"]
        sha256 = found.get("archive_info", {}).get("hashes", {}).get("sha256")
        return Location(found["url"], Digest("sha256", sha256) if sha256 else None)
    except (ValueError, LookupError, TypeError):
        raise SourceFailed(f"pip's answer about {package} cannot be read") from None


def _ask_npm(package: Package) -> Location:
    npm = shutil.which("npm")
    if npm is None:
        raise SourceFailed(f"npm, which finds {package}, is missing (it comes with Node.js)")
    done = _run([npm, "view", f"{package.name}@{package.version}", "dist", "--json", *_NPM_RETRIES], "npm")
    if done.returncode:
        unknown = "E404" in done.stdout + done.stderr
        raise SourceFailed(f"npm does not find {package}" if unknown else "npm cannot reach the package registry")
    try:
        found: dict[str, Any] = json.loads(done.stdout)
        integrity = found.get("integrity")
        return Location(found["tarball"], Digest.from_integrity(integrity) if integrity else None)
    except (ValueError, LookupError, AttributeError):
        raise SourceFailed(f"npm's answer about {package} cannot be read") from None


def _run(command: list[str], program: str) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            command, capture_output=True, encoding="utf-8", errors="replace", timeout=_PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        raise SourceFailed(f"{program} gave no answer in {_PATIENCE} seconds") from None


def contents(archive: Path, package: Package) -> Iterator[bytes]:
    """The bytes of the package's members, one after the other, in chunks.

    Raises SourceFailed if the archive is damaged or lacks a member.
    """
    try:
        yield from _unzip(archive, package) if package.kind == "wheel" else _untar(archive, package)
    except KeyError as error:
        raise SourceFailed(f"{package} lacks a member: {error.args[0]}") from None
    except (zipfile.BadZipFile, tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise SourceFailed(f"{package} is damaged ({error})") from None


def _unzip(archive: Path, package: Package) -> Iterator[bytes]:
    with zipfile.ZipFile(archive) as wheel:
        for member in package.members:
            with wheel.open(member) as stream:
                yield from _read(stream)


def _untar(archive: Path, package: Package) -> Iterator[bytes]:
    with tarfile.open(archive) as tarball:
        for member in package.members:
            stream = tarball.extractfile(member)
            if stream is None:
                raise KeyError(member)  # a folder or a link has that name
            yield from _read(stream)


def _read(stream: IO[bytes]) -> Iterator[bytes]:
    while chunk := stream.read(_CHUNK):
        yield chunk
