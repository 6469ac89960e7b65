"""How loud this computer is: PulseAudio and PipeWire, macOS, Windows. Levels are in percent of the full volume."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from otto.errors import SkillError

TIMEOUT = 3.0  # seconds for each step; a sound server answers in milliseconds

_NO_SERVER = "I can't reach the sound server of this computer."
_HUNG = "The sound server does not answer."


@dataclass(frozen=True)
class Level:
    """The volume of the default output. Sound servers allow more than 100 percent."""

    percent: int
    muted: bool


Rule = Callable[[Level], Level]  # from what is, to what shall be


async def adjust(rule: Rule) -> Level:
    """Change the default output as the rule says; gives what it is then. Raises SkillError with one sentence."""
    if sys.platform == "win32":
        return await asyncio.to_thread(_adjust_windows, rule)
    if sys.platform == "darwin":
        return await _adjust_mac(rule)
    return await _adjust_pulse(rule)


async def _adjust_pulse(rule: Rule) -> Level:
    try:
        from pulsectl import PulseError  # type: ignore[import-untyped]
        from pulsectl_asyncio import PulseAsync  # type: ignore[import-untyped]
    except ImportError:
        raise SkillError("I can't change the volume: the Python package pulsectl-asyncio is missing.") from None
    except OSError:  # it loads libpulse at its import
        raise SkillError("I can't change the volume: the library libpulse is missing.") from None
    pulse = PulseAsync("otto")
    try:
        await pulse.connect(timeout=TIMEOUT)
        return await asyncio.wait_for(_adjust_sink(pulse, rule), TIMEOUT)
    except TimeoutError:
        raise SkillError(_HUNG) from None
    except PulseError:
        raise SkillError(_NO_SERVER) from None
    finally:
        pulse.close()


async def _adjust_sink(pulse: Any, rule: Rule) -> Level:
    before = await _default_sink(pulse)
    level = _level(before)
    wanted = rule(level)
    if wanted.percent != level.percent:
        await pulse.volume_set(before, _scaled(before.volume, wanted.percent))
    if wanted.muted != level.muted:
        await pulse.mute(before, wanted.muted)
    return _level(await pulse.sink_info(before.index))


async def _default_sink(pulse: Any) -> Any:
    name = (await pulse.server_info()).default_sink_name
    for sink in await pulse.sink_list():
        if sink.name == name:
            return sink
    raise SkillError("This computer has no sound output.")


def _level(sink: Any) -> Level:
    return Level(round(100 * max(sink.volume.values)), bool(sink.mute))


def _scaled(volume: Any, percent: int) -> Any:
    """The loudest channel at that level and the others in proportion, so that the balance stays."""
    from pulsectl import PulseVolumeInfo

    loudest = max(volume.values)
    shares = [value / loudest for value in volume.values] if loudest else [1.0] * len(volume.values)
    return PulseVolumeInfo([share * percent / 100 for share in shares])


async def _adjust_mac(rule: Rule) -> Level:
    """Not tested on macOS. The scripts contain nothing but numbers and truth values."""
    level = await _mac_level()
    wanted = rule(level)
    if wanted.percent != level.percent:
        await _osascript(f"set volume output volume {wanted.percent:d}")
    if wanted.muted != level.muted:
        await _osascript(f"set volume output muted {'true' if wanted.muted else 'false'}")
    return await _mac_level()


async def _mac_level() -> Level:
    percent = await _osascript("output volume of (get volume settings)")
    if not percent.isdecimal():  # "missing value": the output has a volume of its own
        raise SkillError("This output has no volume that I can change.")
    return Level(int(percent), await _osascript("output muted of (get volume settings)") == "true")


async def _osascript(script: str) -> str:
    pipe, null = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec("osascript", "-e", script, stdin=null, stdout=pipe, stderr=null)
    try:
        output, _ = await asyncio.wait_for(process.communicate(), TIMEOUT)
    except TimeoutError:
        raise SkillError("macOS does not answer.") from None
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
    return output.decode(errors="replace").strip()


def _adjust_windows(rule: Rule) -> Level:
    """Not tested on Windows."""
    try:
        import comtypes  # type: ignore[import-not-found]
        from pycaw.pycaw import AudioUtilities  # type: ignore[import-not-found]
    except ImportError:
        raise SkillError("To change the volume, install the Python package pycaw.") from None
    comtypes.CoInitialize()
    try:
        endpoint = AudioUtilities.GetSpeakers().EndpointVolume
        level = Level(round(100 * endpoint.GetMasterVolumeLevelScalar()), bool(endpoint.GetMute()))
        wanted = rule(level)
        endpoint.SetMasterVolumeLevelScalar(min(wanted.percent, 100) / 100, None)
        endpoint.SetMute(int(wanted.muted), None)
    except (OSError, AttributeError):  # COM errors are OSErrors; without a speaker there is no endpoint
        raise SkillError("Windows does not let me change the volume.") from None
    finally:
        comtypes.CoUninitialize()
    return wanted
