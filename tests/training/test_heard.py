"""Heard text: sentences spoken in noisy rooms, written down by Whisper, and kept where the call can be recovered."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from otto import registry
from otto.calls import Call, parse
from otto.errors import OttoError, VoiceError
from training import hearing
from training.heard import FOLDER, Journal, alone, hear, read_heard, read_journal
from training.hearing_report import Result, tallies
from training.leaks import plain
from training.listeners import Listener
from training.noise import RATE, STEADY, Room, Samples, babble, in_room
from training.recoverable import errors, lost
from training.signatures import skill_from_line
from training.sources import Sentence, read_sources
from training.speakers import HELD_OUT, TRAINING, Speakers, chosen

SKILLS = dict(registry.load().skills)


def sentence(text: str, call: str, kind: str = "timer") -> Sentence:
    calls = parse(call)
    return Sentence(text, calls, kind, tuple(SKILLS[one.name] for one in calls))


SENTENCES = [
    sentence("Set a timer for ten minutes.", 'timer(duration="ten minutes")'),
    sentence("Open the calculator, please.", 'run_app(program="calculator")', "run_app"),
    sentence("What's the weather in Berlin?", 'weather(location="Berlin")', "pattern weather 3"),
    sentence("She told me that the kettle is broken.", "other()", "ambient"),
]
VOICES = {"espeak": ("espeak:en-us",), "piper": ("piper:joe",), "kokoro": ("kokoro:af_heart",)}


class TestNoise:
    WORDS = np.sin(np.arange(RATE) / 8).astype(np.float32)

    @pytest.mark.parametrize("name", [*STEADY, "babble"])
    def test_every_noise_is_as_loud_as_asked_and_the_same_for_a_seed(self, name: str) -> None:
        noise = (STEADY | {"babble": babble([self.WORDS, self.WORDS[::-1]])})[name]
        one, again, other = (noise(2 * RATE, np.random.default_rng(seed)) for seed in (1, 1, 2))
        assert one.dtype == np.float32 and len(one) == 2 * RATE and np.array_equal(one, again)
        assert np.sqrt(np.mean(one**2)) == pytest.approx(1, rel=1e-3) and not np.array_equal(one, other)

    @pytest.mark.parametrize(("snr", "below"), [(None, 60), (20.0, 20), (6.0, 6)])
    def test_the_noise_lies_below_the_words_by_the_ratio(self, snr: float | None, below: float) -> None:
        room = Room("pink", snr, level=-20)
        sound = in_room(self.WORDS, room, STEADY, np.random.default_rng(1))
        quiet, loud = sound[: round(0.3 * RATE)], sound[round(0.4 * RATE) : round(1.2 * RATE)]
        assert decibels(loud) - decibels(quiet) == pytest.approx(below, abs=2.0 if below > 6 else 3.0)

    def test_what_is_too_loud_is_clipped_and_all_is_in_steps_of_16_bit(self) -> None:
        sound = in_room(self.WORDS, Room(level=0), STEADY, np.random.default_rng(1))
        assert np.abs(sound).max() <= 1 and np.array_equal(sound * 32768, np.round(sound * 32768))

    def test_an_echo_sounds_on_after_the_words(self) -> None:
        after = slice(round(1.32 * RATE), round(1.45 * RATE))
        dry, wet = (in_room(self.WORDS, Room(echo=echo), STEADY, np.random.default_rng(1)) for echo in (0.0, 0.5))
        assert decibels(wet[after]) > decibels(dry[after]) + 20


def decibels(sound: Samples) -> float:
    return float(20 * np.log10(np.sqrt(np.mean(sound**2))))


class TestVoices:
    def test_an_engine_stands_for_its_voices(self) -> None:
        assert chosen(["piper", "kokoro:af_heart"]) == {"piper": ("piper:joe",), "kokoro": ("kokoro:af_heart",)}
        assert chosen(["espeak:en-us+f2", "espeak"]).keys() == {"espeak"}

    def test_the_voices_of_the_held_out_recordings_are_refused(self) -> None:
        assert len(HELD_OUT) >= 8 and not set(HELD_OUT) & {voice for voices in TRAINING.values() for voice in voices}
        with pytest.raises(VoiceError, match=f"{HELD_OUT[0]}' is kept for the held-out recordings"):
            chosen([HELD_OUT[0]])

    @pytest.mark.parametrize("name", ["", "festival", "kokoro:nobody", "espeak:fr"])
    def test_others_are_refused_with_a_hint(self, name: str) -> None:
        with pytest.raises(VoiceError, match="is no voice to train with; use kokoro, piper, espeak"):
            chosen([name])

    def test_every_language_and_variant_of_espeak_speaks(self) -> None:
        speakers = Speakers()
        for voice in random.Random(1).sample(TRAINING["espeak"], 12):
            assert RATE * 0.3 < len(speakers.speak("Good morning.", voice)) < RATE * 3

    def test_text_without_words_is_no_sound(self) -> None:
        assert not len(Speakers().speak("...", "piper:joe"))


class TestPlan:
    def test_a_larger_sample_begins_with_the_same_hearings(self) -> None:
        small, large = (hearing.plan(SENTENCES, size, 1, VOICES, ["tiny.en", "base"]) for size in (30, 90))
        assert large[:30] == small and len({one.id for one in large}) == 90

    def test_another_seed_chooses_otherwise(self) -> None:
        one, other = (hearing.plan(SENTENCES, 40, seed, VOICES, ["tiny.en"]) for seed in (1, 2))
        assert [(o.voice, o.room, o.sentence.text) for o in one] != [(o.voice, o.room, o.sentence.text) for o in other]

    def test_all_kinds_engines_sizes_and_noises_come_up(self) -> None:
        all_of_them = hearing.plan(SENTENCES, 600, 1, VOICES, ["tiny.en", "base"])
        assert {one.sentence.text for one in all_of_them} == {one.text for one in SENTENCES}
        assert {one.voice for one in all_of_them} == {voice for voices in VOICES.values() for voice in voices}
        assert {one.whisper for one in all_of_them} == {"tiny.en", "base"}
        assert {one.room.noise for one in all_of_them} == {*STEADY, "babble"}
        noisy = sum(one.room.snr is not None for one in all_of_them)
        assert noisy > 300

    def test_what_cannot_be_spoken_or_was_taught_by_the_user_is_left_out(self) -> None:
        unfit = [
            sentence("[music]", "other()", "ambient"),
            sentence(" ".join(["so"] * 31), "other()", "ambient"),
            sentence("Open my secret diary.", 'run_app(program="secret diary")', "taught"),
        ]
        planned = hearing.plan([*SENTENCES, *unfit], 300, 1, VOICES, ["tiny.en"])
        assert {one.sentence.text for one in planned} == {one.text for one in SENTENCES}


class TestRecoverable:
    @pytest.mark.parametrize(
        ("clean", "heard", "call"),
        [
            ("Set a timer for ten minutes.", "Set a time of for 10 minutes.", 'timer(duration="ten minutes")'),
            ("Wake me at 7:30.", "Wait me at 7.30.", 'alarm(action="set", time="7:30")'),
            ("Open Firefox, please.", "Oh open Firefox leads.", 'run_app(program="Firefox")'),
            ("Set the volume to forty percent.", "Said the volume to 40%.", 'volume(action="set", percent=40)'),
            ("Did you feed the cat again?", "Did you feet the cat again?", "other()"),
        ],
    )
    def test_mistakes_beside_the_arguments_do_no_harm(self, clean: str, heard: str, call: str) -> None:
        calls = parse(call)
        assert lost(clean, heard, calls, [SKILLS[one.name] for one in calls]) is None

    @pytest.mark.parametrize(
        ("clean", "heard", "call", "what"),
        [
            ("Open Firefox.", "Open fire box.", 'run_app(program="Firefox")', "argument"),
            ("A timer for ten minutes.", "A timer for two minutes.", 'timer(duration="ten minutes")', "argument"),
            ("Volume to forty.", "Volume to fourteen.", 'volume(action="set", percent=40)', "number or choice"),
            ("Turn the lamp off.", "Turn the lamp of.", 'light(action="off", name="lamp")', "number or choice"),
            ("What is 7 plus 8?", "What is 7 minus 8?", 'math(question="7 + 8")', "number or choice"),
            ("What can you do?", "You got new glue.", "help()", "too far"),
            ("What can you do?", "What can you do? What can you do? What can you do?", "help()", "too far"),
            ("It hangs on the rail, I am afraid.", "What's the weather like in the kitchen?", "other()", "too far"),
        ],
    )
    def test_what_a_call_hangs_on_must_be_there(self, clean: str, heard: str, call: str, what: str) -> None:
        calls = parse(call)
        assert lost(clean, heard, calls, [SKILLS[one.name] for one in calls]) == what

    def test_a_choice_that_was_said_must_be_heard(self) -> None:
        skill = skill_from_line("book(kind: credit/debit, sum: float) - Books money.")
        calls = (Call.make("book", kind="credit", sum=640.0),)
        clean = "The customer paid 640, book it as a credit."
        assert lost(clean, "The customer paid 640. Book it as credit.", calls, [skill]) is None
        assert lost(clean, "The customer paid 640. Book it as a cricket.", calls, [skill]) == "number or choice"

    def test_word_errors_do_not_count_how_a_number_is_written(self) -> None:
        assert errors("Set it to forty-five percent.", "set it to 45%") == (0, 5)
        assert errors("Open the door.", "Open a red door") == (2, 3)


@pytest.fixture(scope="module")
def listener() -> Listener:
    return Listener("tiny.en", ["Hey Otto, can you help me?", "Set a timer for 5 minutes."])


class TestListener:
    @pytest.fixture(scope="class")
    def sounds(self) -> list[Samples]:
        speakers = Speakers()
        texts = ("Open the calculator, please.", "What time is it in Tokyo?")
        words = [speakers.speak(text, "kokoro:af_heart") for text in texts]
        return [in_room(one, Room(), STEADY, np.random.default_rng(1)) for one in words]

    def test_a_short_window_hears_what_the_whole_one_does(self, listener: Listener, sounds: list[Samples]) -> None:
        assert [text.lower() for text in listener.listen(sounds) if text] == [
            "open the calculator, please.",
            "what time is it in tokyo?",
        ]
        assert listener.listen(sounds) == listener.listen(sounds, window=30)

    def test_noise_is_not_believed(self, listener: Listener) -> None:
        assert listener.listen([STEADY["pink"](3 * RATE, np.random.default_rng(1)) * np.float32(0.05)]) == [None]

    def test_it_is_the_library_s_own_decoding(self, listener: Listener, sounds: list[Samples]) -> None:
        import torch
        import whisper

        options = whisper.DecodingOptions(
            language="en", without_timestamps=True, fp16=False, prompt=listener.prompt, sample_len=80
        )
        mels = torch.stack([whisper.log_mel_spectrogram(whisper.pad_or_trim(sound)) for sound in sounds])
        theirs = [one.text for one in whisper.decode(listener.model, mels, options)]
        assert listener.listen(sounds, window=30) == theirs


def result(number: int, outcome: str = "kept", heard: str = "Set a timer for 10 minutes.") -> Result:
    return Result(
        f"1/{number}/0", SENTENCES[0].text, heard, "piper:joe", "tiny.en", "fan 12 dB", outcome, words=6, errors=1
    )


class TestJournal:
    def test_kept_pairs_can_be_read_and_the_others_only_counted(self, tmp_path: Path) -> None:
        journal = Journal(tmp_path)
        for one in (result(1), result(2, "same"), result(3, "argument"), result(4, heard="Set a time for 10 minutes.")):
            journal.add(one)
        heard = {"set a timer for ten minutes": ["Set a timer for 10 minutes.", "Set a time for 10 minutes."]}
        assert read_heard(tmp_path) == heard and journal.kept == 2
        total = tallies(read_journal(tmp_path))[-1]
        assert (total.asked, total.same, total.kept, total.dropped) == (4, 1, 2, 1)
        assert total.word_error_rate == pytest.approx(4 / 24)

    def test_the_same_pair_is_kept_once_also_after_a_restart(self, tmp_path: Path) -> None:
        Journal(tmp_path).add(result(1))
        Journal(tmp_path).add(result(2))
        assert [one.outcome for one in read_journal(tmp_path)] == ["kept", "repeated"]
        assert len((tmp_path / "heard.tsv").read_text().splitlines()) == 1

    def test_a_line_that_was_cut_off_is_forgotten_and_the_pairs_follow_the_journal(self, tmp_path: Path) -> None:
        Journal(tmp_path).add(result(1))
        with (tmp_path / "journal.jsonl").open("a") as file:
            file.write('{"id": "1/2/0", "clean": "Op')
        (tmp_path / "heard.tsv").write_text("half a l")
        assert [one.id for one in Journal(tmp_path).results] == ["1/1/0"]
        assert list(read_heard(tmp_path)) == ["set a timer for ten minutes"]
        Journal(tmp_path).add(result(3, "same"))
        assert [one.id for one in read_journal(tmp_path)] == ["1/1/0", "1/3/0"]

    def test_a_missing_folder_holds_nothing(self, tmp_path: Path) -> None:
        assert read_heard(tmp_path / "none") == {} and read_journal(tmp_path / "none") == []


class TestHearing:
    def test_robots_are_heard_and_every_hearing_is_noted(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        hear(SENTENCES, 6, 1, ["espeak:en-us+m3"], ["tiny.en"], tmp_path)
        results = read_journal(tmp_path)
        assert "heard 6 of 6" in capsys.readouterr().err
        assert [one.id for one in results] == [f"1/{number}/0" for number in range(6)]
        kept = [one for one in results if one.outcome == "kept"]
        assert sum(map(len, read_heard(tmp_path).values())) == len(kept)
        assert all(one.heard != one.clean for one in kept)

    def test_a_run_goes_on_where_another_was_killed(self, tmp_path: Path) -> None:
        program = (
            "from pathlib import Path\nfrom training.heard import hear\n"
            "from tests.training.test_heard import SENTENCES\n"
            f"hear(SENTENCES, 20, 1, ['espeak:en-us+m3'], ['tiny.en'], Path({str(tmp_path)!r}))"
        )
        run = subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.DEVNULL)
        journal, patience = tmp_path / "journal.jsonl", time.monotonic() + 120
        while len(read_journal(tmp_path)) < 16 and time.monotonic() < patience:
            time.sleep(0.05)
        os.kill(run.pid, signal.SIGKILL)
        run.wait()
        before = journal.read_text()
        hear(SENTENCES, 20, 1, ["espeak:en-us+m3"], ["tiny.en"], tmp_path)
        assert journal.read_text().startswith(before[: before.rindex("\n") + 1])
        assert sorted(json.loads(line)["id"] for line in journal.read_text().splitlines()) == sorted(
            f"1/{number}/0" for number in range(20)
        )

    def test_two_runs_do_not_write_to_one_folder(self, tmp_path: Path) -> None:
        with alone(tmp_path), pytest.raises(OttoError, match="Another `otto heard` writes to"):
            hear(SENTENCES, 1, 1, ["espeak"], ["tiny.en"], tmp_path)

    def test_a_voice_of_the_held_out_set_is_refused_before_anything_is_written(self, tmp_path: Path) -> None:
        with pytest.raises(VoiceError):
            hear(SENTENCES, 1, 1, [HELD_OUT[0]], ["tiny.en"], tmp_path / "new")
        assert not (tmp_path / "new").exists()


def test_the_command_prints_what_a_folder_holds(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    for one in (result(1), result(2, "same"), result(3, "argument")):
        journal.add(one)
    command = [
        sys.executable,
        "-c",
        "from otto.cli import main; main()",
        "heard",
        "--sample",
        "0",
        "--out",
        str(tmp_path),
    ]
    table = subprocess.run([*command, "--format", "text"], capture_output=True, text=True, check=True).stdout
    assert re.search(r"whisper +tiny.en +3 +1 \(33%\) +1 \(33%\) +1 \(33%\) +16.7%", table)
    last = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[-1]
    assert json.loads(last) == {
        "by": "all", "name": "", "asked": 3, "same": 1, "kept": 1, "dropped": 1, "word_error_rate": 0.1667
    }  # fmt: skip


def test_what_is_kept_in_the_repository_can_be_recovered() -> None:
    """Of each pair that is kept for a sentence of today, the call can be recovered from the heard text."""
    written = read_heard(FOLDER)
    pairs = [(one, heard) for one in read_sources(0, 4).sentences for heard in written.get(plain(one.text), ())]
    assert len(pairs) > 200
    for one, heard in pairs:
        assert lost(one.text, heard, one.calls, one.skills) is None, (one.text, heard)
