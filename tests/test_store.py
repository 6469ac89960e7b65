import contextlib
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from otto.errors import OttoError
from otto.store import Store


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "otto.db"


def test_timers_are_kept_over_a_restart_and_the_next_comes_first(file: Path) -> None:
    store = Store(file)
    later = store.timers.add("roast", 7200, due=2000.0)
    sooner = store.timers.add(None, 60, due=1000.0)
    store.close()
    assert Store(file).timers.all() == [sooner, later]


def test_a_due_timer_is_handed_out_once(file: Path) -> None:
    daemon, command = Store(file), Store(file)
    timer = command.timers.add("egg", 60, due=1000.0)
    assert daemon.timers.take_due(999.9) == []
    assert daemon.timers.take_due(1000.0) == [timer]
    assert command.timers.take_due(1000.0) == [] and daemon.timers.all() == []


def test_due_timers_come_in_the_order_of_their_time(file: Path) -> None:
    store = Store(file)
    for due in (30.0, 10.0, 20.0, 99.0):
        store.timers.add(None, 1, due)
    assert [timer.due for timer in store.timers.take_due(50)] == [10.0, 20.0, 30.0]


def test_notes_are_added_listed_and_deleted(file: Path) -> None:
    store = Store(file)
    bank, plants = store.notes.add("call the bank", 1.0), store.notes.add("water the plants", 2.0)
    assert store.notes.all() == [bank, plants]
    store.notes.delete(bank)
    assert Store(file).notes.all() == [plants]


def test_text_is_only_text(file: Path) -> None:
    store = Store(file)
    store.notes.add("'); DROP TABLE notes; --", 1.0)
    assert [note.text for note in store.notes.all()] == ["'); DROP TABLE notes; --"]


def test_the_folder_is_for_its_owner_only(file: Path) -> None:
    Store(file)
    assert file.parent.stat().st_mode & 0o077 == 0


def test_several_processes_open_a_new_database_at_once_and_write_to_it(file: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from otto.store import Store; store = Store(Path(sys.argv[1]))\n"
        "for number in range(20): store.notes.add(f'{sys.argv[2]} {number}', 1.0)"
    )
    writers = [subprocess.Popen([sys.executable, "-c", code, str(file), str(writer)]) for writer in range(4)]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0, 0]
    assert len(Store(file).notes.all()) == 80


@pytest.mark.parametrize("content", [b"this is no database, only some text that is long enough" * 20, b"\0" * 4096])
def test_a_damaged_file_is_named_with_the_way_out(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "otto.db"
    file.write_bytes(content)
    with pytest.raises(OttoError, match=r"otto\.db cannot be used.*Move it away"):
        Store(file)


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OttoError, match="cannot be used"):
        Store(tmp_path / "file" / "otto.db")


def test_a_database_of_a_newer_otto_is_left_alone(file: Path) -> None:
    Store(file).close()
    database = sqlite3.connect(file)
    database.execute("PRAGMA user_version = 99")
    database.commit()
    with pytest.raises(OttoError, match="newer Otto"):
        Store(file)
    assert database.execute("PRAGMA user_version").fetchone() == (99,)


def test_closing_waits_for_the_thread_that_writes(file: Path) -> None:
    """Closed under a writing thread, SQLite ends the whole program; here it would end the tests."""
    for _ in range(30):
        store = Store(file)
        ended = threading.Event()

        def write(store: Store = store, ended: threading.Event = ended) -> None:
            with contextlib.suppress(sqlite3.ProgrammingError):
                while True:
                    store.notes.add("milk", 1.0)
            ended.set()

        threading.Thread(target=write, daemon=True).start()
        time.sleep(0.01)
        store.close()
        assert ended.wait(5)


def test_a_transaction_within_another_is_part_of_it(file: Path) -> None:
    store = Store(file)
    with contextlib.suppress(KeyError), store.transaction():
        store.notes.add("milk", 1.0)
        store.timers.add("tea", 60, 100.0)
        raise KeyError
    assert store.notes.all() == [] and store.timers.all() == []
    with store.transaction():
        store.notes.add("milk", 1.0)
    assert [note.text for note in Store(file).notes.all()] == ["milk"]
