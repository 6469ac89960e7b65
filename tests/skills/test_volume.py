"""A real PulseAudio, whose volume is read and prepared with pactl."""

import asyncio
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from otto.errors import SkillError
from otto.skill import Context
from tests.conftest import MakeContext, RunSkill
from tests.sound_server import SoundServer, sound_server

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="PulseAudio is Linux's"),
    pytest.mark.skipif(
        not shutil.which("pulseaudio") or not shutil.which("pactl"), reason="PulseAudio is not installed"
    ),
]


@dataclass(frozen=True)
class Pactl:
    server: SoundServer

    def __call__(self, *words: str) -> str:
        command = ["pactl", *words]
        answer = subprocess.run(
            command, env=self.server.environment, check=True, capture_output=True, text=True, timeout=10
        )
        return answer.stdout

    @property
    def volumes(self) -> list[int]:
        """Of each channel, in percent."""
        return [int(percent) for percent in re.findall(r"(\d+)%", self("get-sink-volume", "virtual_speaker"))]

    @property
    def muted(self) -> bool:
        return "yes" in self("get-sink-mute", "virtual_speaker")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SoundServer]:
    with sound_server(tmp_path_factory.mktemp("sound")) as running:
        yield running


@pytest.fixture
def pactl(server: SoundServer, monkeypatch: pytest.MonkeyPatch) -> Pactl:
    """The speaker at 40 percent, not muted, is the default output."""
    for name in ("PULSE_SERVER", "XDG_RUNTIME_DIR", "HOME"):
        monkeypatch.setenv(name, server.environment[name])
    pactl = Pactl(server)
    pactl("set-default-sink", "virtual_speaker")
    pactl("set-sink-volume", "virtual_speaker", "40%")
    pactl("set-sink-mute", "virtual_speaker", "0")
    return pactl


@pytest.fixture
def ctx(context: MakeContext) -> Context:
    return context()


@pytest.mark.parametrize(
    ("before", "action", "percent", "after"),
    [
        (40, "up", None, 50),
        (40, "down", None, 30),
        (40, "up", 25, 65),
        (40, "down", 25, 15),
        (40, "set", 70, 70),
        (40, "set", 0, 0),
        (40, "set", 100, 100),
        (40, "up", 0, 40),
        (95, "up", None, 100),
        (100, "up", 100, 100),
        (5, "down", None, 0),
        (0, "down", 100, 0),
        (0, "up", None, 10),
        (130, "up", None, 130),
        (130, "down", None, 120),
        (130, "set", 100, 100),
        (33, "unmute", None, 33),
        (33, "up", 1, 34),
    ],
)
async def test_the_level(
    pactl: Pactl, ctx: Context, run_skill: RunSkill, before: int, action: str, percent: int | None, after: int
) -> None:
    pactl("set-sink-volume", "virtual_speaker", f"{before}%")
    said = {"action": action} | ({"percent": percent} if percent is not None else {})
    assert (await run_skill(ctx, "volume", **said)).speech == f"Volume {after} percent."
    assert pactl.volumes == [after, after] and not pactl.muted


async def test_mute_and_unmute(pactl: Pactl, ctx: Context, run_skill: RunSkill) -> None:
    for _ in range(2):
        assert (await run_skill(ctx, "volume", action="mute")).speech == "Muted."
        assert pactl.muted and pactl.volumes == [40, 40]
    assert (await run_skill(ctx, "volume", action="unmute")).speech == "Volume 40 percent."
    assert not pactl.muted


@pytest.mark.parametrize(
    ("action", "percent", "speech", "muted"),
    [
        ("set", 20, "Volume 20 percent.", False),
        ("up", None, "Volume 50 percent.", False),
        ("down", None, "Volume 30 percent, still muted.", True),
    ],
)
async def test_set_and_up_end_the_silence_and_down_does_not(
    pactl: Pactl, ctx: Context, run_skill: RunSkill, action: str, percent: int | None, speech: str, muted: bool
) -> None:
    pactl("set-sink-mute", "virtual_speaker", "1")
    said = {"action": action} | ({"percent": percent} if percent is not None else {})
    assert (await run_skill(ctx, "volume", **said)).speech == speech
    assert pactl.muted == muted


async def test_the_balance_stays(pactl: Pactl, ctx: Context, run_skill: RunSkill) -> None:
    pactl("set-sink-volume", "virtual_speaker", "40%", "20%")
    await run_skill(ctx, "volume", action="set", percent=80)
    assert pactl.volumes == [80, 40]


async def test_the_step_of_the_settings(pactl: Pactl, context: MakeContext, run_skill: RunSkill) -> None:
    reply = await run_skill(context(skills={"volume": {"step": 5}}), "volume", action="up")
    assert reply.speech == "Volume 45 percent."


@pytest.mark.parametrize("action", ["set", "up", "down", "mute"])
@pytest.mark.parametrize("percent", [101, -1, 10**12])
async def test_a_percentage_that_is_none_changes_nothing(
    pactl: Pactl, ctx: Context, run_skill: RunSkill, action: str, percent: int
) -> None:
    with pytest.raises(SkillError, match=r"^The volume goes from 0 to 100 percent\.$"):
        await run_skill(ctx, "volume", action=action, percent=percent)
    assert pactl.volumes == [40, 40] and not pactl.muted


async def test_set_without_a_percentage_asks(pactl: Pactl, ctx: Context, run_skill: RunSkill) -> None:
    reply = await run_skill(ctx, "volume", action="set")
    assert (reply.speech, reply.ok) == ("To how many percent should I set the volume?", False)
    assert pactl.volumes == [40, 40]


async def test_other_outputs_are_left_alone(pactl: Pactl, ctx: Context, run_skill: RunSkill) -> None:
    await run_skill(ctx, "volume", action="set", percent=77)
    assert "77%" not in pactl("get-sink-volume", "virtual_mic")


async def test_no_output(ctx: Context, run_skill: RunSkill, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with sound_server(tmp_path) as silent:
        monkeypatch.setenv("PULSE_SERVER", silent.environment["PULSE_SERVER"])
        Pactl(silent)("unload-module", "module-null-sink")
        with pytest.raises(SkillError, match=r"^This computer has no sound output\.$"):
            await run_skill(ctx, "volume", action="up")


async def test_no_sound_server(
    ctx: Context, run_skill: RunSkill, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PULSE_SERVER", f"unix:{tmp_path / 'nothing'}")
    with pytest.raises(SkillError, match=r"^I can't reach the sound server of this computer\.$"):
        await run_skill(ctx, "volume", action="up")


async def test_a_sound_server_that_does_not_answer(
    ctx: Context, run_skill: RunSkill, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("otto.desktop.loudness.TIMEOUT", 0.3)
    deaf = await asyncio.start_unix_server(lambda reader, writer: None, tmp_path / "deaf")
    monkeypatch.setenv("PULSE_SERVER", f"unix:{tmp_path / 'deaf'}")
    started = time.monotonic()
    with pytest.raises(SkillError, match=r"^The sound server does not answer\.$"):
        await run_skill(ctx, "volume", action="up")
    assert time.monotonic() - started < 1
    deaf.close()


@pytest.mark.parametrize(
    ("package", "sentence"),
    [("pulsectl_asyncio", "the Python package pulsectl-asyncio is missing"), ("pulsectl", "the Python package")],
)
async def test_without_the_library(
    ctx: Context, run_skill: RunSkill, monkeypatch: pytest.MonkeyPatch, package: str, sentence: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(SkillError, match=sentence):
        await run_skill(ctx, "volume", action="up")
