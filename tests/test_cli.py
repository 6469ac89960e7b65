"""The commands as others script against them: the real `otto`, its output, its errors and its exit codes."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

OTTO = Path(sys.executable).parent / "otto"
RECORDINGS = Path(__file__).parent.parent / "examples" / "audio"

PLUGIN = '''
from otto.skill import Context, Reply, skill

@skill(permission="safe")
async def flip_coin(ctx: Context) -> Reply:
    """Flip a coin."""
    return Reply("Heads.")
'''


@pytest.fixture(autouse=True)
def short_prompt(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is tested here is not what the model answers: without examples in its prompt it loads seconds faster."""
    monkeypatch.setenv("OTTO_MODEL__EXAMPLES", "0")
    monkeypatch.setenv("OTTO_ASK__BELOW", "0")  # such a model is never sure


def otto(*arguments: str | Path, said: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [OTTO, *arguments], input=said, env={**os.environ, **environment}, capture_output=True, text=True, timeout=300
    )


def lines(done: subprocess.CompletedProcess[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def one_sentence(done: subprocess.CompletedProcess[str]) -> str:
    told = [line for line in done.stderr.splitlines() if line.startswith("otto: ")]
    assert len(told) == 1, done.stderr
    assert "Traceback" not in done.stderr
    return told[0]


class TestHelp:
    def test_answers_in_under_half_a_second_of_work(self) -> None:
        used = []
        for _ in range(3):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            assert otto("--help").returncode == 0
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            used.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        assert min(used) < 0.5

    def test_imports_nothing_heavy(self) -> None:
        code = (
            "import sys, otto.cli; print({'torch', 'numpy', 'whisper', 'rich', 'httpx', 'training'} & set(sys.modules))"
        )
        told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert told.stdout.strip() == "set()"

    def test_the_version_is_told(self) -> None:
        from otto import __version__

        assert otto("--version").stdout.strip() == __version__


class TestHear:
    @pytest.fixture(scope="class")
    def heard(self) -> list[dict[str, object]]:
        done = otto("hear", "--dry-run", *sorted(RECORDINGS.glob("*.wav")), OTTO_MODEL__EXAMPLES="0")
        assert done.returncode == 0, done.stderr
        return lines(done)

    def test_every_line_has_the_fields_of_the_design(self, heard: list[dict[str, object]]) -> None:
        always = {"file", "transcript", "call", "skill", "arguments", "confidence", "seconds"}
        for line in heard:
            assert always <= line.keys() <= always | {"calls", "error"}
            assert line["seconds"].keys() == {"transcribe", "decide", "total"}  # type: ignore[attr-defined]
            assert (line["call"] is None) == ("error" in line)

    def test_silence_and_noise_give_no_line_and_each_other_recording_one(self, heard: list[dict[str, object]]) -> None:
        files = [Path(str(line["file"])).name for line in heard]
        assert sorted(files) == sorted(
            file.name for file in RECORDINGS.glob("*.wav") if file.stem not in ("noise", "silence")
        )

    def test_a_command_with_a_long_pause_is_one_utterance(self, heard: list[dict[str, object]]) -> None:
        (line,) = [line for line in heard if "long_pause" in str(line["file"])]
        assert "20 minutes" in str(line["transcript"]) or "twenty minutes" in str(line["transcript"])

    def test_what_cannot_be_read_is_one_sentence_each_and_the_rest_is_heard(self, tmp_path: Path) -> None:
        good = RECORDINGS / "never_mind.wav"
        empty, cut, text = tmp_path / "empty.wav", tmp_path / "cut.wav", tmp_path / "text.wav"
        empty.touch()
        cut.write_bytes(good.read_bytes()[:20_000])
        text.write_text("This is no sound.")
        done = otto("hear", "--dry-run", empty, cut, text, tmp_path / "missing.wav", tmp_path, good)
        assert done.returncode == 1
        assert [Path(str(line["file"])).name for line in lines(done)] == ["never_mind.wav"]
        told = [line for line in done.stderr.splitlines() if line.startswith("otto: ")]
        assert len(told) == 5
        assert "Traceback" not in done.stderr
        for name, sentence in zip(
            ("empty.wav", "cut.wav", "text.wav", "missing.wav", tmp_path.name), told, strict=True
        ):
            assert name in sentence

    def test_a_file_name_that_is_no_text_does_no_harm(self, tmp_path: Path) -> None:
        file = os.fsencode(tmp_path) + b"/\xff\xfe.wav"
        shutil.copy(os.fsencode(RECORDINGS / "never_mind.wav"), file)
        environment = {**os.environ, "PYTHONUTF8": "1"}
        done = subprocess.run([OTTO, "hear", "--dry-run", file], env=environment, capture_output=True, timeout=120)
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["transcript"] == "Never mind."

    def test_without_dry_run_the_skill_is_carried_out(self) -> None:
        (line,) = lines(otto("hear", RECORDINGS / "math_square_root.wav"))
        assert isinstance(line["reply"], str)


class TestCallAndAsk:
    def test_call_gives_a_line_for_each_utterance_and_runs_nothing(self) -> None:
        done = otto("call", said="What time is it?\n\nHey Otto, take a note: buy milk\nasdf\n")
        told = lines(done)
        assert [line["text"] for line in told] == ["What time is it?", "Hey Otto, take a note: buy milk", "asdf"]
        always = {"text", "call", "skill", "arguments", "confidence", "seconds"}
        for line in told:
            assert always <= line.keys() <= always | {"calls", "error"}
        assert not (Path(os.environ["XDG_DATA_HOME"]) / "otto" / "otto.db").exists()

    def test_a_plugin_that_the_model_has_never_seen_can_be_called(self, tmp_path: Path) -> None:
        (tmp_path / "flip_coin.py").write_text(PLUGIN)
        only = json.dumps([name["name"] for name in lines(otto("skills", "list"))])
        done = otto("ask", "--skills", tmp_path, "Flip a coin for me", OTTO_DISABLED=only)
        (line,) = lines(done)
        assert line["call"] == "flip_coin()"
        assert line["reply"] == "Heads."

    def test_ask_for_people_prints_call_and_reply(self) -> None:
        done = otto("ask", "--format", "text", "What time is it?")
        assert "call" in done.stdout
        assert "{" not in done.stdout

    def test_nothing_to_ask_is_wrong_usage(self) -> None:
        done = otto("ask", "   ")
        assert done.returncode == 2
        assert "nothing to ask" in one_sentence(done)

    def test_bytes_that_are_no_text_are_read_as_far_as_they_can_be(self) -> None:
        done = subprocess.run(
            [OTTO, "call"],
            input=b"What \xff time is it?\n",
            env={**os.environ, "PYTHONUTF8": "1"},
            capture_output=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["text"] == "What \ufffd time is it?"

    def test_a_reader_that_goes_away_leaves_no_traceback(self) -> None:
        command = f"yes 'What time is it?' | head -20 | {OTTO} call | head -1"
        done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=120)
        assert json.loads(done.stdout)["text"] == "What time is it?"
        assert "Traceback" not in done.stderr


class TestRun:
    def test_a_recording_is_answered_and_then_it_ends(self) -> None:
        done = otto("run", "--source", RECORDINGS / "time_tokyo.wav")
        assert done.returncode == 0, done.stderr
        assert [line["event"] for line in lines(done)] == ["Listening", "Heard", "Decided", "Replied"], done.stdout

    def test_words_that_do_not_name_otto_are_not_acted_on_nor_printed(self) -> None:
        done = otto("run", "--source", RECORDINGS / "weather_berlin.wav")
        assert [line["event"] for line in lines(done)] == ["Listening", "Ignored"]
        assert "Berlin" not in done.stdout + done.stderr
        always = otto("run", "--always", "--source", RECORDINGS / "never_mind.wav")
        assert "Heard" in [line["event"] for line in lines(always)]

    def test_sound_comes_in_on_standard_input(self) -> None:
        sound = (RECORDINGS / "time_tokyo.wav").read_bytes()[44:]
        done = subprocess.run([OTTO, "run", "--source", "-"], input=sound, capture_output=True, timeout=120)
        assert done.returncode == 0
        assert b"Tokyo" in done.stdout

    def test_it_ends_without_a_traceback_when_whoever_reads_its_events_has_gone(self) -> None:
        command = f"{OTTO} run --always --source - | head -1"
        sound = (RECORDINGS / "never_mind.wav").read_bytes()[44:]
        done = subprocess.run(["bash", "-o", "pipefail", "-c", command], input=sound, capture_output=True, timeout=120)
        assert json.loads(done.stdout)["event"] == "Listening"
        assert done.returncode == 1
        assert done.stderr == b""

    @pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
    def test_a_signal_ends_it_within_two_seconds(self, stop: signal.Signals) -> None:
        running = subprocess.Popen(
            [OTTO, "run", "--source", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert running.stdout is not None
        assert json.loads(running.stdout.readline())["event"] == "Listening"
        running.send_signal(stop)
        asked = time.monotonic()
        assert running.wait(timeout=20) == 0
        assert time.monotonic() - asked < 2

    def test_a_signal_in_the_middle_of_an_utterance_ends_it_too(self) -> None:
        running = subprocess.Popen(
            [OTTO, "run", "--source", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        assert running.stdin is not None and running.stdout is not None and running.stderr is not None
        running.stdout.readline()
        running.stdin.write((RECORDINGS / "time_tokyo.wav").read_bytes()[44:])
        running.stdin.flush()
        time.sleep(0.3)
        running.terminate()
        asked = time.monotonic()
        assert running.wait(timeout=20) == 0, running.stderr.read()
        assert time.monotonic() - asked < 2


class TestLookingAround:
    def test_skills_are_listed_with_permission_origin_and_state(self) -> None:
        told = {line["name"]: line for line in lines(otto("skills", "list", OTTO_DISABLED='["math"]'))}
        assert told["weather"]["permission"] == "network"
        assert (told["math"]["state"], told["weather"]["state"]) == ("off", "on")
        assert {line["from"] for line in told.values()} == {"otto"}

    def test_a_skill_is_shown(self) -> None:
        assert "timer(duration: Duration, name?: str)" in otto("skills", "show", "timer").stdout

    def test_a_plugin_that_does_not_load_is_named_with_its_line(self, tmp_path: Path) -> None:
        (tmp_path / "broken.py").write_text("x = 1\nraise RuntimeError('not today')\n")
        done = otto("skills", "list", "--skills", tmp_path)
        assert done.returncode == 1
        assert "broken.py, line 2" in done.stderr and "not today" in done.stderr
        assert "weather" in [line["name"] for line in lines(done)]

    @pytest.mark.parametrize(
        ("arguments", "code", "hint"),
        [
            (("skills", "show", "wether"), 2, "'weather'"),
            (("models", "path", "whisper-tiny"), 1, "whisper-tiny.en"),
            (("call", "--skills", "/nowhere"), 1, "/nowhere"),
        ],
    )
    def test_a_wrong_name_is_one_sentence_with_a_way_out(
        self, arguments: tuple[str, ...], code: int, hint: str
    ) -> None:
        done = otto(*arguments)
        assert done.returncode == code
        assert hint in one_sentence(done)

    @pytest.mark.parametrize(
        ("toml", "hint"),
        [
            ("[whisper]\nmodle = 'base'\n", "'model'"),
            ("[segmenter]\nend_silence = 99\n", "segmenter.end_silence"),
            ("home = ", "not valid TOML"),
        ],
    )
    def test_a_wrong_setting_is_wrong_usage(self, toml: str, hint: str) -> None:
        file = Path(os.environ["XDG_CONFIG_HOME"]) / "otto" / "config.toml"
        file.parent.mkdir(parents=True)
        file.write_text(toml)
        done = otto("ask", "hello")
        assert done.returncode == 2
        assert hint in one_sentence(done)

    def test_an_unknown_option_is_wrong_usage(self) -> None:
        assert otto("hear", "--no-such-option").returncode == 2

    def test_models_are_listed_and_found(self) -> None:
        told = {line["name"]: line for line in lines(otto("models", "list"))}
        assert told["smollm2-135m"]["bytes"] == 98_362_432
        assert otto("models", "path", "smollm2-135m").stdout.strip() == told["smollm2-135m"]["path"]

    def test_the_doctor_examines_and_says_what_to_do(self) -> None:
        done = otto("doctor")
        found = {line["check"]: line for line in lines(done)}
        assert {"python", "torch", "config", "skills", "whisper-tiny.en", "microphone", "database"} <= found.keys()
        assert done.returncode == (0 if all(line["good"] for line in found.values()) else 1)
        assert all(line["do"] for line in found.values() if not line["good"] and line["check"] != "database")

    def test_a_disk_without_the_weights_is_told_how_to_get_them(self, tmp_path: Path) -> None:
        done = otto("models", "path", "smollm2-135m", XDG_CACHE_HOME=str(tmp_path))
        assert done.returncode == 1
        assert "otto models fetch smollm2-135m" in one_sentence(done)


def test_the_console_script_is_installed() -> None:
    assert shutil.which(str(OTTO))
