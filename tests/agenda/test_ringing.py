"""Timers, alarms and reminders ring once each: whatever happens to the clock, the zone, the machine or the program."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from otto.agenda.ringing import ClockWatch, Ringer, ring_words
from otto.events import AlarmRang, Bus, Event, TimerEnded
from otto.store import Alarm, Store, StoredTimer

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "otto.db")
    yield store
    store.close()


def stamp(zone: ZoneInfo, *moment: int) -> float:
    return datetime(*moment, tzinfo=zone).timestamp()  # type: ignore[arg-type]


class TestTheWallClock:
    """An alarm for seven rings when the clock on the wall shows seven."""

    def test_after_daylight_saving_ended(self, store: Store) -> None:
        store.alarms.add(datetime(2026, 10, 25, 7), now=0)  # set the evening before the clocks go back
        assert store.alarms.take_due(stamp(BERLIN, 2026, 10, 25, 6, 59), BERLIN) == []
        assert len(store.alarms.take_due(stamp(BERLIN, 2026, 10, 25, 7), BERLIN)) == 1

    def test_in_a_zone_that_it_was_not_set_in(self, store: Store) -> None:
        store.alarms.add(datetime(2026, 6, 1, 7), now=0)
        assert store.alarms.take_due(stamp(BERLIN, 2026, 6, 1, 7), NEW_YORK) == []
        assert len(store.alarms.take_due(stamp(NEW_YORK, 2026, 6, 1, 7), NEW_YORK)) == 1

    def test_at_a_time_that_comes_twice_it_rings_once(self, store: Store) -> None:
        store.alarms.add(datetime(2026, 10, 25, 2, 30), now=0)
        rang = []
        minute = stamp(BERLIN, 2026, 10, 25, 1, 0)
        for look in range(180):
            rang += [look] * len(store.alarms.take_due(minute + 60 * look, BERLIN))
        assert rang == [90]

    def test_at_a_time_that_is_skipped_it_rings_after_the_gap(self, store: Store) -> None:
        store.alarms.add(datetime(2026, 3, 29, 2, 30), now=0)
        assert store.alarms.take_due(stamp(BERLIN, 2026, 3, 29, 1, 59), BERLIN) == []
        assert len(store.alarms.take_due(stamp(BERLIN, 2026, 3, 29, 3, 30), BERLIN)) == 1

    def test_every_weekday_through_the_change(self, store: Store) -> None:
        store.alarms.add(datetime(2026, 10, 23, 7), now=0, days=range(5))  # a Friday
        rang = []
        moment = datetime(2026, 10, 22, 0, 0, tzinfo=BERLIN)
        for hour in range(24 * 8):
            now = (moment + timedelta(hours=hour)).timestamp()
            rang += [datetime.fromtimestamp(now, BERLIN).strftime("%a %H")] * len(store.alarms.take_due(now, BERLIN))
        assert rang == ["Fri 07", "Mon 07", "Tue 07", "Wed 07", "Thu 07"]

    def test_what_was_missed_for_days_rings_once_and_then_goes_on(self, store: Store) -> None:
        store.alarms.add(datetime(2026, 6, 1, 7), now=0, days=range(7))
        assert len(store.alarms.take_due(stamp(BERLIN, 2026, 6, 4, 12), BERLIN)) == 1
        assert store.alarms.take_due(stamp(BERLIN, 2026, 6, 5, 6, 59), BERLIN) == []
        assert len(store.alarms.take_due(stamp(BERLIN, 2026, 6, 5, 7), BERLIN)) == 1

    def test_a_clock_set_back_does_not_ring_it_again(self, store: Store) -> None:
        store.alarms.add(datetime(2026, 6, 1, 7), now=0, days=range(7))
        assert len(store.alarms.take_due(stamp(BERLIN, 2026, 6, 1, 7), BERLIN)) == 1
        assert store.alarms.take_due(stamp(BERLIN, 2026, 6, 1, 6), BERLIN) == []
        assert store.alarms.take_due(stamp(BERLIN, 2026, 6, 1, 7), BERLIN) == []


class TestTheClockIsSet:
    def test_a_jump_is_seen_once_and_in_both_directions(self) -> None:
        watch = ClockWatch(wall=1000.0, counted=50.0)
        assert watch.jump(1010.0, 60.0) == 0
        assert watch.jump(4620.0, 70.0) == 3600
        assert watch.jump(4630.0, 80.0) == 0
        assert watch.jump(1040.0, 90.0) == -3600

    def test_sleep_is_no_jump(self) -> None:
        watch = ClockWatch(wall=1000.0, counted=50.0)
        assert watch.jump(1000.0 + 8 * 3600, 50.0 + 8 * 3600) == 0

    def test_small_corrections_never_add_up_to_one(self) -> None:
        watch = ClockWatch(wall=0.0, counted=0.0)
        assert [watch.jump(look * 1.5, float(look)) for look in range(1, 100)] == [0.0] * 99

    def test_timers_keep_their_length_and_alarms_their_time_of_day(self, store: Store) -> None:
        store.timers.add("tea", 300, due=1000.0)
        paused = store.timers.add("paused", 300, due=1000.0)
        store.timers.pause(paused, 900.0)
        store.alarms.add(2000.0, now=0, text="in twenty minutes")
        store.alarms.add(datetime(2026, 6, 1, 7), now=0)
        store.shift(3600)
        assert {timer.name: timer.left(4500.0) for timer in store.timers.all()} == {"tea": 100.0, "paused": 100.0}
        assert [(alarm.due, alarm.wall) for alarm in store.alarms.all()] == [
            (5600.0, None),
            (None, datetime(2026, 6, 1, 7)),
        ]


class TestRinger:
    def rung(self, store: Store, count: int, seconds: float = 5) -> list[Event]:
        events: list[Event] = []
        bus = Bus()
        bus.listen(events.append)
        ringer = Ringer(store, bus)
        ringer.start()
        ends = time.monotonic() + seconds
        while len(events) < count and time.monotonic() < ends:
            time.sleep(0.02)
        time.sleep(0.4)
        ringer.stop()
        ringer.join(5)
        return events

    def test_all_kinds_ring_and_enter_the_history(self, store: Store) -> None:
        now = time.time()
        store.timers.add("tea", 1, now + 0.3)
        store.alarms.add(datetime.now() + timedelta(seconds=0.5), now)
        store.alarms.add(now + 0.7, now, text="call Ann")
        events = self.rung(store, 3)
        assert [type(event) for event in events] == [TimerEnded, AlarmRang, AlarmRang]
        assert [entry.reply for entry in store.history.last(9)] == [ring_words(event) for event in events]  # type: ignore[arg-type]

    def test_a_paused_timer_does_not(self, store: Store) -> None:
        store.timers.pause(store.timers.add("tea", 1, time.time() + 0.1), time.time())
        assert self.rung(store, 1, seconds=0.5) == []


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (TimerEnded(StoredTimer(1, "tea", 300, 0), 0.2), "Your tea timer is done."),
        (TimerEnded(StoredTimer(1, "oven timer", 300, 0), 0.2), "Your oven timer is done."),
        (TimerEnded(StoredTimer(1, None, 300, 0), 7200), "Your 5-minute timer is done, 2 hours ago."),
        (AlarmRang(Alarm(1, None, None, datetime(2026, 6, 1, 7)), 0.2), "It is 7 AM: your alarm."),
        (
            AlarmRang(Alarm(1, None, None, datetime(2026, 6, 1, 7)), 3600),
            "Your alarm for 7 AM was due, 1 hour ago.",
        ),
        (AlarmRang(Alarm(1, "call Ann", 0.0, None), 0.2), "Reminder: call Ann."),
        (AlarmRang(Alarm(1, "call Ann", 0.0, None), 90), "Reminder, due, 1 minute and 30 seconds ago: call Ann."),
    ],
)
def test_what_is_said(event: TimerEnded | AlarmRang, words: str) -> None:
    assert ring_words(event) == words


RINGING = """
import json, sys, time
from pathlib import Path
from otto.events import Bus, TimerEnded
from otto.agenda.ringing import Ringer
from otto.store import Store

def tell(event):
    thing = event.timer if isinstance(event, TimerEnded) else event.alarm
    print(json.dumps([type(event).__name__, thing.id, round(event.late, 1)]), flush=True)

bus = Bus()
bus.listen(tell)
Ringer(Store(Path(sys.argv[1])), bus).start()
print("started", flush=True)
time.sleep(60)
"""


def test_killed_again_and_again_among_twenty_of_them_each_is_told_once(tmp_path: Path) -> None:
    """kill -9 at five moments while timers, alarms and reminders run out; what was due meanwhile is told as late."""
    file = tmp_path / "otto.db"
    store, now, chance = Store(file), time.time(), random.Random(7)
    wanted = set()
    for number in range(20):
        due = now + 1.0 + number * 0.35
        if number % 3 == 0:
            wanted.add(("TimerEnded", store.timers.add(f"timer {number}", 5, due).id))
        elif number % 3 == 1:
            wanted.add(("AlarmRang", store.alarms.add(datetime.fromtimestamp(due), now).id))
        else:
            wanted.add(("AlarmRang", store.alarms.add(due, now, text=f"reminder {number}").id))
    told: list[tuple[str, int]] = []
    late = 0.0
    for life in range(6):
        time.sleep(0.7)  # dead for a while
        process = subprocess.Popen([sys.executable, "-c", RINGING, file], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        assert process.stdout.readline() == "started\n"
        time.sleep(chance.uniform(0.3, 1.3) if life < 5 else max(0.0, now + 9.0 - time.time()))
        process.kill()
        for line in process.stdout.read().splitlines():
            kind, number, seconds = json.loads(line)
            told.append((kind, number))
            late = max(late, seconds)
        process.wait()
    assert sorted(told) == sorted(wanted)
    assert late > 0.4  # some were due while it was dead
    assert store.timers.all() == [] and store.alarms.all() == []
    assert len(store.history.last(100)) == 20
    store.close()
