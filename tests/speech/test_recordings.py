"""The recordings in examples/audio are what their list says."""

from __future__ import annotations

import re

import numpy as np
import pytest
import soundfile

from otto import calls, paths

FOLDER = paths.bundled("examples") / "audio"
ROW = re.compile(
    r"^\| (?P<file>\S+\.wav) \| (?P<voice>\S+) \| (?P<said>.+?) \| (?:`(?P<call>.+)`|-) \| .*\|$", re.MULTILINE
)
ROWS = [match.groupdict() for match in ROW.finditer((FOLDER / "README.md").read_text(encoding="utf-8"))]


def test_the_list_names_every_recording():
    assert sorted(row["file"] for row in ROWS) == sorted(file.name for file in FOLDER.glob("*.wav"))
    assert len({row["voice"] for row in ROWS}) >= 9
    assert sum(file.stat().st_size for file in FOLDER.glob("*.wav")) < 3_000_000


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["file"])
def test_a_recording_is_quiet_before_and_after_the_words(row):
    samples, rate = soundfile.read(FOLDER / row["file"])
    assert rate == 16000
    assert samples.ndim == 1
    assert soundfile.info(FOLDER / row["file"]).subtype == "PCM_16"
    assert np.abs(samples).max() < 0.95, "nothing is clipped"
    if row["call"] is None or "noise" in row["file"]:
        return
    quiet = np.concatenate([samples[: int(0.35 * rate)], samples[-int(1.15 * rate) :]])
    assert np.sqrt(np.mean(quiet**2)) < 0.001, "60 dB below full scale"
    assert np.sqrt(np.mean(samples**2)) > 0.02


@pytest.mark.parametrize("row", [row for row in ROWS if row["call"]], ids=lambda row: row["file"])
def test_the_expected_call_is_in_the_call_language(row):
    assert calls.render(calls.parse(row["call"])) == row["call"]
