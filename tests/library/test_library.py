"""The index follows the folders, whatever happens to them and to the program."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from otto.errors import OttoError, UsageError
from otto.library.index import Index, offer_distance
from otto.library.library import Library
from otto.library.minilm import Embedder


def found(library: Library, question: str) -> list[str]:
    """The names of the files whose passages fit."""
    return [Path(hit.placed.path).name for hit in library.look_up(question, 20).hits if hit.fits]


def test_a_folder_is_added_once_and_said_how_much_is_in_it(words_only: Library, folder: Path) -> None:
    (folder / "a.txt").write_text("The boiler was serviced in March.")
    (folder / "deep").mkdir()
    (folder / "deep" / "b.md").write_text("# Roof\n\nIt was mended in May.\n")
    (folder / "photo.jpg").write_bytes(b"\xff\xd8")
    for _ in range(2):
        (listed,) = words_only.add([folder, folder / "deep" / ".."])
        assert (listed.root.path, listed.passages, listed.root.others) == (str(folder), 2, 1)
    assert len(words_only.listed()) == 1


def test_changes_are_noticed_at_the_next_question(words_only: Library, folder: Path) -> None:
    file = folder / "boiler.txt"
    file.write_text("The boiler was serviced in March.")
    words_only.add([folder])
    file.write_text("The boiler was serviced in April.")
    (folder / "new.txt").write_text("The chimney sweep is called Ines.")
    (hit,) = words_only.look_up("when was the boiler serviced", 20).hits
    assert "April" in hit.placed.passage.text
    assert found(words_only, "who is the chimney sweep") == ["new.txt"]
    file.unlink()
    assert found(words_only, "when was the boiler serviced") == []


def test_a_file_that_was_only_touched_keeps_its_passages(words_only: Library, folder: Path) -> None:
    file = folder / "boiler.txt"
    file.write_text("The boiler was serviced in March.")
    words_only.add([folder])
    (before,) = words_only.look_up("boiler", 20).hits
    os.utime(file, (1, 1))
    (after,) = words_only.look_up("boiler", 20).hits
    assert after.placed.id == before.placed.id


def test_hidden_files_links_and_odd_names_are_left_out(words_only: Library, folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text("The treasure lies under the oak.")
    (folder / "way_out").symlink_to(outside)
    (folder / "link.txt").symlink_to(outside / "secret.txt")
    (folder / "circle").symlink_to(folder)
    (folder / ".hidden.txt").write_text("The treasure lies under the elm.")
    (folder / ".git").mkdir()
    (folder / ".git" / "notes.txt").write_text("The treasure lies under the fir.")
    os.mkfifo(folder / "pipe.txt")
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff.txt")).write_text("The treasure lies under the ash.")
    assert words_only.add([folder])[0].files == []
    assert found(words_only, "where is the treasure") == []


def test_skipped_files_are_listed_with_their_reason_and_tried_again_when_they_change(
    words_only: Library, folder: Path
) -> None:
    (folder / "broken.pdf").write_bytes(b"no PDF")
    (folder / "fine.txt").write_text("Fine.")
    (listed,) = words_only.add([folder])
    ((path, reason),) = listed.skipped.items()
    assert path.endswith("broken.pdf") and reason.startswith("it is no PDF")
    (folder / "broken.pdf").unlink()
    (listed,) = words_only.add([folder])
    assert not listed.skipped and listed.passages == 1


def test_a_file_that_becomes_unreadable_is_no_longer_answered_from(words_only: Library, folder: Path) -> None:
    (folder / "boiler.txt").write_text("The boiler was serviced in March.")
    words_only.add([folder])
    (folder / "boiler.txt").write_bytes(b"\0\0\0")
    assert found(words_only, "boiler service") == []


def test_a_single_file_of_any_name_can_be_added(words_only: Library, folder: Path) -> None:
    (folder / "LICENCE").write_text("You may copy this.")
    assert words_only.add([folder / "LICENCE"])[0].passages == 1


def test_removing(words_only: Library, folder: Path) -> None:
    inner = folder / "inner"
    inner.mkdir()
    (inner / "boiler.txt").write_text("The boiler was serviced in March.")
    (folder / "roof.txt").write_text("The roof was mended in May.")
    words_only.add([folder, inner])
    assert words_only.remove([folder]) == [str(folder)]
    assert found(words_only, "boiler serviced") == ["boiler.txt"] and found(words_only, "roof mended") == []
    with pytest.raises(UsageError, match=r"roof is not among your documents\. There are .*inner"):
        words_only.remove([folder / "roof"])


def test_a_folder_that_is_gone_can_still_be_removed_and_its_files_vanish(words_only: Library, folder: Path) -> None:
    (folder / "boiler.txt").write_text("The boiler was serviced in March.")
    words_only.add([folder])
    (folder / "boiler.txt").unlink()
    folder.rmdir()
    assert found(words_only, "boiler") == []
    assert words_only.listed()[0].root.problem == "it cannot be read: no such file or directory"
    words_only.remove([folder])
    assert words_only.listed() == []


@pytest.mark.parametrize("name", ["nowhere", "x" * 5000, "a\0b", "/dev/null"])
def test_what_is_not_there_cannot_be_added(words_only: Library, folder: Path, name: str) -> None:
    with pytest.raises(UsageError):
        words_only.add([folder / name])
    assert words_only.listed() == []


def test_without_documents_it_says_how_to_add_some(words_only: Library) -> None:
    with pytest.raises(OttoError, match="otto docs add"):
        words_only.look_up("anything", 1)


INDEXING = """
import sys
from pathlib import Path
from otto.library.library import Library
Library(Path(sys.argv[1]), lambda: None).add([Path(sys.argv[2])], lambda progress: print(progress.done, flush=True))
"""


def test_kill_9_in_the_middle_leaves_an_index_that_works_and_goes_on(tmp_path: Path, folder: Path) -> None:
    for number in range(300):
        (folder / f"{number:03}.txt").write_text(f"Invoice {number} is about item{number}. " * 40)
    file = tmp_path / "library.db"
    process = subprocess.Popen(
        [sys.executable, "-c", INDEXING, str(file), str(folder)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    while int(process.stdout.readline()) < 20:
        pass
    process.send_signal(signal.SIGKILL)
    process.wait()
    with Index(file) as index:
        kept = [one for one in index.files() if one.passages]
        assert 20 <= len(kept) < 300
        assert index.containing(["item3"], 5)
        assert {one.passages for one in kept} == {kept[0].passages}  # none by half
    library = Library(file, lambda: None)
    before = {one.path for one in kept}
    (listed,) = library.add([folder])
    assert len(listed.files) == 300 and before <= {one.path for one in listed.files}
    check = sqlite3.connect(file).execute("PRAGMA integrity_check").fetchall()
    assert check == [("ok",)]


def test_a_long_update_does_not_hold_up_the_answer(words_only: Library, folder: Path) -> None:
    (folder / "boiler.txt").write_text("The boiler was serviced in March.")
    words_only.add([folder])
    for number in range(400):
        (folder / f"{number}.txt").write_text("Something else. " * 200)
    began = time.monotonic()
    got = words_only.look_up("when was the boiler serviced", 0.1)
    assert time.monotonic() - began < 2 and got.behind
    assert Path(got.hits[0].placed.path).name == "boiler.txt"
    words_only.update()  # waits for the one under way
    assert not words_only.look_up("boiler", 20).behind


def test_the_index_is_for_its_owner_and_a_damaged_one_says_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "library.db"
    with Index(file):
        assert file.parent.stat().st_mode & 0o077 == 0
    file.write_bytes(b"no database at all " * 100)
    with pytest.raises(OttoError, match="Delete it and add your folders again"):
        Index(file)


def test_an_index_of_a_newer_otto_is_left_alone(tmp_path: Path) -> None:
    with Index(tmp_path / "library.db"):
        pass
    database = sqlite3.connect(tmp_path / "library.db")
    database.execute("PRAGMA user_version = 99")
    with pytest.raises(OttoError, match="newer Otto"):
        Index(tmp_path / "library.db")


def test_the_model_is_used_once_it_is_there(words_only: Library, folder: Path, embedder: Embedder) -> None:
    (folder / "leave.txt").write_text("Employees get 30 days of holiday a year.")
    words_only.add([folder])
    assert found(words_only, "how much vacation can I take") == []
    assert found(Library(words_only.file, lambda: embedder), "how much vacation can I take") == ["leave.txt"]


def test_sqlite_vec_and_ours_give_the_same_distances(embedder: Embedder) -> None:
    """pysqlite3 can load extensions, which Python's own sqlite3 often cannot."""
    import pysqlite3

    one, other = embedder.vectors(["The boiler was serviced.", "When did someone look after the heating?"])
    distances = []
    for connection, whose in ((pysqlite3.connect(":memory:"), "sqlite-vec"), (Unextended(":memory:"), "otto")):
        assert offer_distance(connection) == whose
        (row,) = connection.execute("SELECT vec_distance_cosine(?, ?)", (one.tobytes(), other.tobytes())).fetchall()
        distances.append(row[0])
    assert distances[0] == pytest.approx(distances[1], abs=1e-5)


class Unextended(sqlite3.Connection):
    """A connection of a Python that was built without extensions."""

    def enable_load_extension(self, enable: bool, /) -> None:
        raise AttributeError
