"""What is said about the computer that runs the tests, checked against what the system itself says."""

from __future__ import annotations

import asyncio
import re
import shutil
import sys
import time
from pathlib import Path

import psutil
import pytest

from otto.desktop import machine
from otto.errors import SkillError
from tests.conftest import MakeContext, RunSkill


async def test_disk(context: MakeContext, run_skill: RunSkill) -> None:
    usage = shutil.disk_usage(Path.home())
    reply = await run_skill(context(), "system", query="disk")
    said = re.fullmatch(r"The disk has ([\d.]+) (mega|giga)bytes? free of ([\d.]+)( gigabytes?)?\.", reply.speech)
    assert said
    free = float(said[1]) * (1e9 if said[2] == "giga" else 1e6)
    assert free == pytest.approx(usage.free, rel=0.1)
    assert float(said[3]) * 1e9 == pytest.approx(usage.total, rel=0.06)


async def test_memory(context: MakeContext, run_skill: RunSkill) -> None:
    reply = await run_skill(context(), "system", query="memory")
    said = re.fullmatch(r"([\d.]+) of ([\d.]+) gigabytes? of memory are free\.", reply.speech)
    assert said
    assert float(said[2]) * 2**30 == pytest.approx(psutil.virtual_memory().total, rel=0.06)
    assert 0 <= float(said[1]) <= float(said[2])
    assert reply.notice and " uses the most: " in reply.notice


async def test_processor_and_the_program_that_keeps_it_busy(context: MakeContext, run_skill: RunSkill) -> None:
    busy = await asyncio.create_subprocess_exec(sys.executable, "-c", "while True: pass")
    try:
        reply = await run_skill(context(), "system", query="cpu")
    finally:
        busy.kill()
        await busy.wait()
    said = re.match(r"The processor is (\d+) percent busy", reply.speech)
    assert said and 1 <= int(said[1]) <= 100
    assert reply.notice and re.search(r"\d+ processors; .+ works the most: \d+%", reply.notice)


async def test_otto_goes_on_while_it_measures(context: MakeContext, run_skill: RunSkill) -> None:
    measuring, longest, last = asyncio.create_task(run_skill(context(), "system", query="cpu")), 0.0, time.monotonic()
    while not measuring.done():
        await asyncio.sleep(0.01)
        now = time.monotonic()
        longest, last = max(longest, now - last), now
    assert longest < machine._LOOK


async def test_network(context: MakeContext, run_skill: RunSkill) -> None:
    reply = await run_skill(context(), "system", query="network")
    if said := re.search(r"Its address is (\S+)\.$", reply.speech):
        addresses = {item.address for items in psutil.net_if_addrs().values() for item in items}
        assert said[1] in addresses and not said[1].startswith("127.")
    else:
        assert reply.speech == "This computer is not connected to a network."


async def test_uptime(context: MakeContext, run_skill: RunSkill) -> None:
    reply = await run_skill(context(), "system", query="uptime")
    assert re.fullmatch(r"This computer has been on for \d+ (minute|hour|day)s?( and .+)?\.", reply.speech)


@pytest.mark.parametrize("query", ["disks", "; reboot", "", "CPU"])
async def test_nothing_else_can_be_asked(context: MakeContext, run_skill: RunSkill, query: str) -> None:
    with pytest.raises(SkillError, match="must be one of battery, disk, memory, cpu, network, uptime"):
        await run_skill(context(), "system", query=query)


@pytest.fixture
def supplies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for psutil that is laid out as the kernel's /sys/class/power_supply."""
    from psutil import _pslinux

    monkeypatch.setattr(_pslinux, "POWER_SUPPLY_PATH", str(tmp_path))
    return tmp_path


@pytest.mark.skipif(sys.platform != "linux", reason="reads the files of the Linux kernel")
@pytest.mark.parametrize(
    ("online", "status", "percent", "said"),
    [
        ("1", "Charging", 62, "The battery is at 62 percent, and the computer is plugged in."),
        ("1", "Full", 100, "The battery is at 100 percent, and the computer is plugged in."),
        ("0", "Discharging", 50, "The battery is at 50 percent, with about 2 hours and 30 minutes left."),
        ("0", "Discharging", 5, "The battery is at 5 percent, with about 15 minutes left."),
    ],
)
async def test_battery(
    context: MakeContext,
    run_skill: RunSkill,
    supplies: Path,
    online: str,
    status: str,
    percent: int,
    said: str,
) -> None:
    (supplies / "BAT0").mkdir()
    (supplies / "AC0").mkdir()
    (supplies / "AC0" / "online").write_text(online)
    values = {"energy_now": percent * 500000, "energy_full": 50000000, "power_now": 10000000, "capacity": percent}
    for name, value in {**values, "status": status, "type": "Battery"}.items():
        (supplies / "BAT0" / name).write_text(f"{value}\n")
    assert (await run_skill(context(), "system", query="battery")).speech == said


@pytest.mark.skipif(sys.platform != "linux", reason="reads the files of the Linux kernel")
async def test_a_computer_without_a_battery(context: MakeContext, run_skill: RunSkill, supplies: Path) -> None:
    assert (await run_skill(context(), "system", query="battery")).speech == "This computer has no battery."


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (500e9, "500 gigabytes"),
        (7.46e9, "7.5 gigabytes"),
        (1e9, "1 gigabyte"),
        (0.97e9, "1 gigabyte"),
        (80e6, "80 megabytes"),
        (9.96e9, "10 gigabytes"),
        (0, "0 megabytes"),
    ],
)
def test_sizes_as_spoken(size: float, words: str) -> None:
    assert machine._size(size, 10**9) == words
