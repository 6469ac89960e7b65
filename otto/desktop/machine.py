"""The state of this computer in spoken English: battery, disk, memory, processor, network, time since start.

Each function gives what is said and what is shown beside it. Some block: call them in a thread.
"""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from otto.spoken import say_duration

State = tuple[str, str | None]

_LOOK = 0.5  # seconds over which the processor's load is measured
_DISK_GIGABYTE, _MEMORY_GIGABYTE = 10**9, 2**30  # as disks and memory are sold
_OUTSIDE = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))  # RFC 5737, RFC 3849: nobody's addresses
_PROCESSOR_SENSORS = ("coretemp", "k10temp", "zenpower", "cpu_thermal", "cpu-thermal", "soc_thermal", "acpitz")


def battery() -> State:
    """Charge, whether the computer is plugged in, and how long it lasts."""
    found = psutil.sensors_battery() if hasattr(psutil, "sensors_battery") else None
    if found is None:
        return "This computer has no battery.", None
    charge = f"The battery is at {round(found.percent)} percent"
    if found.power_plugged:
        return f"{charge}, and the computer is plugged in.", None
    if found.secsleft > 60:  # less, or a negative number, is not known
        return f"{charge}, with about {_minutes(found.secsleft)} left.", None
    return f"{charge}.", None


def disk() -> State:
    """Free space where the user's files are; all disks beside it."""
    home = psutil.disk_usage(str(Path.home()))
    few = home.free < _DISK_GIGABYTE  # "80 megabytes free of 500" would mislead
    total = (_size if few else _number)(home.total, _DISK_GIGABYTE)
    speech = f"The disk has {_size(home.free, _DISK_GIGABYTE)} free of {total}."
    lines = []
    for part in psutil.disk_partitions():
        with contextlib.suppress(OSError):  # an empty drive
            usage = psutil.disk_usage(part.mountpoint)
            lines.append(f"{part.mountpoint}: {_size(usage.free, _DISK_GIGABYTE)} free, {usage.percent:.0f}% used")
    return speech, "\n".join(dict.fromkeys(lines)) or None


def memory() -> State:
    """Free memory, and the largest program beside it."""
    state, swap = psutil.virtual_memory(), psutil.swap_memory()
    free, total = _number(state.available, _MEMORY_GIGABYTE), _size(state.total, _MEMORY_GIGABYTE)
    shown = [f"Swap: {_size(swap.used, _MEMORY_GIGABYTE)} used of {_size(swap.total, _MEMORY_GIGABYTE)}"]
    if largest := _most(lambda process: float(process.memory_info().rss)):
        shown.append(f"{largest[0]} uses the most: {_size(largest[1], _MEMORY_GIGABYTE)}")
    return f"{free} of {total} of memory are free.", "\n".join(shown[0 if swap.total else 1 :]) or None


def cpu() -> State:
    """Load over half a second, and temperature where a sensor tells it; the busiest program beside it. Blocks."""
    _most(_load)  # psutil measures from one call to the next
    load = psutil.cpu_percent(interval=_LOOK)
    busiest = _most(_load)
    warm = _temperature()
    heat = f" and at {round(warm)} degrees Celsius" if warm is not None else ""
    cores = psutil.cpu_count() or 1
    shown = f"{cores} processors"
    if busiest and busiest[1] >= 1:
        shown += f"; {busiest[0]} works the most: {busiest[1] / cores:.0f}%"
    return f"The processor is {round(load)} percent busy{heat}.", shown


def network() -> State:
    """Whether there is a way out, by which interface and address. Nothing is sent."""
    address = _own_address()
    names = [name for name, all_of_it in psutil.net_if_addrs().items() if address in {a.address for a in all_of_it}]
    if address is None or not names:
        return "This computer is not connected to a network.", None
    name = names[0]
    wireless = Path(f"/sys/class/net/{name}/wireless").exists()
    kind = f"Wi-Fi{_wireless_name(name)}" if wireless else f"the interface {name}"
    return f"This computer is connected by {kind}. Its address is {address}.", f"{name}: {address}"


def uptime() -> State:
    """How long the computer has been on."""
    seconds = time.time() - psutil.boot_time()
    return f"This computer has been on for {_minutes(seconds)}.", None


def _minutes(seconds: float) -> str:
    """To the minute, and to the hour from a day on."""
    step = 3600 if seconds >= 86400 else 60
    return say_duration(max(60, seconds // step * step))


def _size(size: float, gigabyte: int) -> str:
    """ "120 gigabytes", "80 megabytes"."""
    number = _number(size, gigabyte)
    if size < gigabyte * 0.95:
        return f"{size * 1000 / gigabyte:.0f} megabytes"
    return f"{number} gigabyte{'' if number == '1' else 's'}"


def _number(size: float, gigabyte: int) -> str:
    """ "500", "7.5": with a decimal where there are few."""
    count = size / gigabyte
    return f"{count:.0f}" if count >= 9.95 else f"{count:.1f}".removesuffix(".0")


def _load(process: psutil.Process) -> float:
    return process.cpu_percent()


def _most(measure: Callable[[psutil.Process], float]) -> tuple[str, float] | None:
    """The process with the most of something, by its name."""
    found: list[tuple[float, str]] = []
    for process in psutil.process_iter():  # keeps its objects, so that the second measure knows of the first
        with contextlib.suppress(psutil.Error):
            found.append((measure(process), process.name()))
    return (max(found)[1], max(found)[0]) if found else None


def _temperature() -> float | None:
    sensors = psutil.sensors_temperatures() if hasattr(psutil, "sensors_temperatures") else {}
    for name in _PROCESSOR_SENSORS:
        if known := [sensor.current for sensor in sensors.get(name, []) if sensor.current > 0]:
            return max(known)
    return None


def _own_address() -> str | None:
    """The address that a packet to the outside would come from: a datagram socket asks the routes and sends nothing."""
    for family, outside in _OUTSIDE:
        with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((outside, 9))
            return str(probe.getsockname()[0])
    return None


def _wireless_name(interface: str) -> str:
    """The network's name from NetworkManager, where that runs. Not tested with a real one."""
    if not shutil.which("nmcli"):
        return ""
    command = ["nmcli", "-g", "GENERAL.CONNECTION", "device", "show", interface]
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        answer = subprocess.run(command, capture_output=True, text=True, timeout=2, check=True).stdout.strip()
        return f", network {answer}" if answer else ""
    return ""
