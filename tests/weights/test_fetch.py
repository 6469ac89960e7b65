"""Given a mirror that behaves in some way, a fetch ends in the right file or in one plain sentence."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from otto import weights
from otto.errors import WeightsError

CONTENT = bytes(range(256)) * 4000  # what conftest's table expects
HALF = len(CONTENT) // 2


def test_a_missing_file_is_fetched_once(mirror, table, cache):
    table.add()
    (mirror.root / "thing.bin").write_bytes(CONTENT)
    assert weights.find("thing") is None
    path = weights.fetch("thing")
    assert path == cache / "thing" / "thing.bin"
    assert path.read_bytes() == CONTENT
    assert weights.fetch("thing") == weights.find("thing") == path
    assert mirror.asked == [("/thing.bin", None)]


def test_a_weight_of_several_files_is_a_folder(mirror, table, cache):
    table.add_files("voice", {"voice.onnx": b"model", "voice.json": b"{}"})
    (mirror.root / "voice.onnx").write_bytes(b"model")
    (mirror.root / "voice.json").write_bytes(b"{}")
    folder = weights.fetch("voice")
    assert folder == cache / "voice"
    assert (folder / "voice.json").read_bytes() == b"{}"
    (folder / "voice.json").unlink()
    assert weights.find("voice") is None, "half a weight is none"
    weights.fetch("voice")
    assert [path for path, _ in mirror.asked] == ["/voice.onnx", "/voice.json", "/voice.json"]


def test_a_copy_of_another_machines_cache_is_a_mirror(tmp_path, table, monkeypatch):
    table.add()
    (tmp_path / "usb" / "thing").mkdir(parents=True)
    (tmp_path / "usb" / "thing" / "thing.bin").write_bytes(CONTENT)
    monkeypatch.setenv("OTTO_WEIGHTS_MIRROR", str(tmp_path / "usb"))
    assert weights.fetch("thing").read_bytes() == CONTENT


def test_a_mirror_address_may_be_laid_out_like_the_cache(mirror, table):
    table.add()
    (mirror.root / "thing").mkdir()
    (mirror.root / "thing" / "thing.bin").write_bytes(CONTENT)
    assert weights.fetch("thing").read_bytes() == CONTENT


def test_a_broken_connection_is_continued(mirror, table):
    table.add()
    (mirror.root / "thing.bin").write_bytes(CONTENT)
    mirror.breaks, mirror.breaks_after = 2, 400_000
    assert weights.fetch("thing").read_bytes() == CONTENT
    assert mirror.asked == [
        ("/thing.bin", None),
        ("/thing.bin", "bytes=400000-"),
        ("/thing.bin", "bytes=800000-"),
    ]


def test_a_fetch_is_continued_by_the_next_run(mirror, table, cache):
    table.add()
    (mirror.root / "thing.bin").write_bytes(CONTENT)
    (cache / "thing").mkdir(parents=True)
    (cache / "thing" / "thing.bin.part").write_bytes(CONTENT[:HALF])
    assert weights.fetch("thing").read_bytes() == CONTENT
    assert mirror.asked == [("/thing.bin", f"bytes={HALF}-")]
    assert not (cache / "thing" / "thing.bin.part").exists()


def test_a_fetch_that_stopped_before_the_last_step_asks_for_nothing_more(mirror, table, cache):
    table.add()
    (mirror.root / "thing.bin").write_bytes(CONTENT)
    (cache / "thing").mkdir(parents=True)
    (cache / "thing" / "thing.bin.part").write_bytes(CONTENT)
    assert weights.fetch("thing").read_bytes() == CONTENT
    assert mirror.asked == [("/thing.bin", f"bytes={len(CONTENT)}-")]


@pytest.mark.parametrize("left", [b"of another file" * 1000, b"x" * (len(CONTENT) + 1)], ids=["foreign", "too long"])
def test_a_wrong_beginning_is_thrown_away(mirror, table, cache, left):
    table.add()
    (mirror.root / "thing.bin").write_bytes(CONTENT)
    (cache / "thing").mkdir(parents=True)
    (cache / "thing" / "thing.bin.part").write_bytes(left)
    assert weights.fetch("thing").read_bytes() == CONTENT
    assert mirror.asked[-1] == ("/thing.bin", None)


def test_a_server_without_ranges_sends_it_from_the_start(mirror, table):
    table.add()
    (mirror.root / "thing.bin").write_bytes(CONTENT)
    mirror.ranges = False
    mirror.breaks, mirror.breaks_after = 1, HALF
    assert weights.fetch("thing").read_bytes() == CONTENT
    assert len(mirror.asked) == 2


def test_a_server_that_never_sends_more_is_given_up(mirror, table, cache):
    table.add()
    (mirror.root / "thing.bin").write_bytes(CONTENT)
    mirror.breaks, mirror.breaks_after = 100, 0
    with pytest.raises(WeightsError, match=r"^thing.bin of thing cannot be fetched: http.* cannot be reached"):
        weights.fetch("thing")
    assert len(mirror.asked) == 3


def test_wrong_content_is_never_given_out(mirror, table, cache):
    table.add()
    (mirror.root / "thing.bin").write_bytes(b"not what it should be")
    with pytest.raises(WeightsError) as refused:
        weights.fetch("thing")
    assert str(refused.value) == (
        f"thing.bin of thing cannot be fetched: {mirror.address}/thing.bin is not the expected file: its sha256 "
        "differs; check the network and try again, or set OTTO_WEIGHTS_MIRROR to a folder or an address that holds "
        "the file."
    )
    assert not list((cache / "thing").glob("thing.bin*"))


def test_a_wrong_file_in_a_mirror_folder_is_never_given_out(tmp_path, table, monkeypatch):
    table.add()
    (tmp_path / "thing.bin").write_bytes(b"wrong")
    monkeypatch.setenv("OTTO_WEIGHTS_MIRROR", str(tmp_path))
    with pytest.raises(WeightsError, match=r"thing.bin is not the expected file"):
        weights.fetch("thing")


def test_a_file_damaged_later_is_missing_and_is_mended(mirror, table):
    table.add()
    (mirror.root / "thing.bin").write_bytes(CONTENT)
    path = weights.fetch("thing")
    path.write_bytes(CONTENT[:-1] + b"!")
    assert weights.find("thing") is None
    assert weights.fetch("thing").read_bytes() == CONTENT


def test_a_file_found_right_is_not_read_again_until_it_changes(mirror, table):
    table.add()
    (mirror.root / "thing.bin").write_bytes(CONTENT)
    path = weights.fetch("thing")
    was = path.stat()
    path.write_bytes(b"!" * len(CONTENT))
    os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns))
    assert weights.find("thing") == path, "same size and time: trusted without reading"
    os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns + 1))
    assert weights.find("thing") is None


def test_a_file_put_there_by_hand_is_checked_and_used(table, cache):
    table.add()
    (cache / "thing").mkdir(parents=True)
    (cache / "thing" / "thing.bin").write_bytes(CONTENT)
    assert weights.fetch("thing") == cache / "thing" / "thing.bin"


def test_no_network_is_one_sentence(table, monkeypatch):
    table.add()
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))  # bound but not listening: connections are refused
        monkeypatch.setenv("OTTO_WEIGHTS_MIRROR", f"http://127.0.0.1:{unused.getsockname()[1]}")
        with pytest.raises(WeightsError) as refused:
            weights.fetch("thing")
    assert "cannot be reached" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_mirror_without_the_file_says_so(mirror, table):
    table.add()
    with pytest.raises(WeightsError, match=r"thing/thing.bin answers 404 Not Found"):
        weights.fetch("thing")


@pytest.mark.parametrize("address", ["http://", "https://[", "http://a b/"])
def test_a_mirror_that_is_no_address_is_one_sentence(table, monkeypatch, address):
    table.add()
    monkeypatch.setenv("OTTO_WEIGHTS_MIRROR", address)
    with pytest.raises(WeightsError, match=r"^thing.bin of thing cannot be fetched"):
        weights.fetch("thing")


def test_an_unknown_name_suggests_the_nearest():
    with pytest.raises(
        WeightsError, match=r"^There are no weights named 'whisper-tiny'; did you mean 'whisper-tiny.en'"
    ):
        weights.fetch("whisper-tiny")
    with pytest.raises(WeightsError, match=r"there are smollm2-135m, whisper-tiny.en"):
        weights.find("zzz")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system with room for 400 kB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a small disk")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_is_one_sentence_and_nothing_is_lost(small_disk, mirror, table, monkeypatch):
    table.add()
    (mirror.root / "thing.bin").write_bytes(CONTENT)
    monkeypatch.setattr("otto.paths.cache_dir", lambda: small_disk)
    with pytest.raises(
        WeightsError, match=r"^The disk is full: thing needs up to 2 MB .* it continues where it stopped"
    ):
        weights.fetch("thing")
    subprocess.run(["mount", "-o", "remount,size=4m", str(small_disk)], check=True)
    assert weights.fetch("thing").read_bytes() == CONTENT
    assert mirror.asked[-1][1] is not None, "the second run asked for the rest only"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs the device that is always full")
def test_a_full_disk_without_root(mirror, table, cache):
    table.add()
    (mirror.root / "thing.bin").write_bytes(CONTENT)
    (cache / "thing").mkdir(parents=True)
    (cache / "thing" / "thing.bin.part").symlink_to("/dev/full")
    with pytest.raises(WeightsError, match=r"^The disk is full"):
        weights.fetch("thing")


def test_a_cache_that_cannot_be_written_is_one_sentence(mirror, table, cache):
    table.add()
    cache.parent.mkdir(parents=True)
    cache.write_text("a file where the folder should be")
    with pytest.raises(WeightsError, match=r"^thing cannot be stored: .* make that folder writable\.$"):
        weights.fetch("thing")


FETCH_IN_A_PROCESS = """
    import hashlib, sys
    from otto import weights
    from otto.weights.table import TABLE, File, Weight
    content = bytes(range(256)) * 4000
    file = File("thing.bin", len(content), hashlib.sha256(content).hexdigest(), ())
    TABLE["thing"] = Weight("thing", "", "", (file,))
    print(weights.fetch("thing", progress=True))
"""


def test_two_processes_fetch_it_once(mirror, table, cache):
    table.add()
    (mirror.root / "thing.bin").write_bytes(CONTENT)
    command = [sys.executable, "-c", textwrap.dedent(FETCH_IN_A_PROCESS)]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    answers = [process.communicate(timeout=60)[0].strip() for process in both]
    assert answers == [str(cache / "thing" / "thing.bin")] * 2
    assert len(mirror.asked) == 1


def test_the_bar_is_on_standard_error_and_only_when_asked(mirror, table, capfd):
    table.add()
    (mirror.root / "thing.bin").write_bytes(CONTENT)
    weights.fetch("thing").unlink()
    assert capfd.readouterr() == ("", ""), "standard error is no terminal here"
    weights.fetch("thing", progress=True)
    shown = capfd.readouterr()
    assert shown.out == ""
    assert "thing" in shown.err


def test_importing_fetches_and_loads_nothing():
    check = "import sys, otto.weights; print([m for m in ('httpx', 'rich', 'torch', 'numpy') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
