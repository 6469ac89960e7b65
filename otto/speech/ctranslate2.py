"""Reads the model.bin of CTranslate2 without CTranslate2: a list of named arrays, read where they lie on disk.

The layout, little-endian (CTranslate2's src/models/model.cc, binary versions 4 to 6)::

    u32 version, string spec, u32 revision
    u32 count, then for each variable: string name, u8 rank, u32 dims[rank], u8 dtype, u32 bytes, the bytes
    u32 count, then for each alias: string alias, string variable

A string is a u16 length that counts the closing NUL, then the bytes.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from otto.errors import WeightsError

_DTYPES: dict[int, np.dtype[Any]] = {
    code: np.dtype(name) for code, name in enumerate(["<f4", "i1", "<i2", "<i4", "<f2"])
}
_VERSIONS = range(4, 7)


@dataclass(frozen=True)
class Checkpoint:
    """``arrays`` are read-only views of the mapped file: a page is read when it is touched, and may be dropped again.

    They may lie unaligned, so copy one before handing it to code that is not numpy. Aliases are entries of their own.
    """

    spec: str
    revision: int
    arrays: Mapping[str, NDArray[Any]]


def read(file: Path) -> Checkpoint:
    """Map the file. Raises WeightsError if it is missing, truncated, or not in this layout."""
    try:
        with file.open("rb") as opened:
            reader = _Reader(mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ))
        return _read(reader)
    except OSError as error:
        raise WeightsError(f"{file} cannot be read: {error.strerror or error}.") from None
    except (ValueError, struct.error) as error:  # an empty file cannot be mapped: a ValueError too
        raise WeightsError(
            f"{file} is not a whole CTranslate2 model ({error}); delete it, so that it is fetched again."
        ) from None


def _read(reader: _Reader) -> Checkpoint:
    version = reader.number("I")
    if version not in _VERSIONS:
        raise ValueError(f"its first number is {version}, not a format version from 4 to 6")
    spec, revision = reader.string(), reader.number("I")
    arrays: dict[str, NDArray[Any]] = {}
    for _ in range(reader.number("I")):
        name = reader.string()
        arrays[name] = reader.array()
    for _ in range(reader.number("I")):
        alias, variable = reader.string(), reader.string()
        if variable not in arrays:
            raise ValueError(f"alias {alias} is of an unknown variable")
        arrays[alias] = arrays[variable]
    reader.end()
    return Checkpoint(spec, revision, arrays)


class _Reader:
    """Takes one item after the other from the mapped file; ValueError or struct.error where it does not fit."""

    def __init__(self, data: mmap.mmap) -> None:
        self._data = data
        self._at = 0

    def number(self, kind: str) -> int:
        """An unsigned number: kind B, H or I, as in `struct`."""
        (value,) = struct.unpack_from(f"<{kind}", self._data, self._at)
        self._at += struct.calcsize(f"<{kind}")
        return int(value)

    def string(self) -> str:
        return self._take(self.number("H"))[:-1].decode("ascii")

    def array(self) -> NDArray[Any]:
        shape = tuple(self.number("I") for _ in range(self.number("B")))
        code, length = self.number("B"), self.number("I")
        if code not in _DTYPES:
            raise ValueError(f"unknown data type {code}")
        dtype = _DTYPES[code]
        values: NDArray[Any] = np.frombuffer(self._data, dtype, self._fits(length) // dtype.itemsize, self._at)
        self._at += length
        return values.reshape(shape)

    def end(self) -> None:
        if self._at != len(self._data):
            raise ValueError(f"{len(self._data) - self._at} bytes too many")

    def _take(self, length: int) -> bytes:
        start = self._at
        self._at += self._fits(length)
        return self._data[start : self._at]

    def _fits(self, length: int) -> int:
        missing = self._at + length - len(self._data)
        if missing > 0:
            raise ValueError(f"it ends {missing} bytes too early")
        return length
