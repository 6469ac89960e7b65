"""Given a server that does this, `otto gen-examples` writes that, and loses nothing.

The server speaks OpenAI's wire format over HTTP, and the SDK asks it.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from otto import config, paths, registry
from otto.errors import ModelError, OttoError, UsageError
from otto.examples import check, read
from otto.skill import Skill
from tests.training.pair_server import KEY, PairServer, Reply, pairs, running
from training.generate import Order, generate_examples
from training.generating.examples_file import examples_file
from training.generating.prices import Price

OTTO = Path(sys.executable).parent / "otto"
SERVER = Path(__file__).parent / "pair_server.py"
SKILLS = registry.load().skills

PLUGIN = '''
from otto.skill import Context, Reply, skill

@skill(permission="safe")
async def opener(ctx: Context, program: str) -> Reply:
    """Opens a program on the other computer."""
    return Reply(program)
'''


@pytest.fixture(autouse=True)
def no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def server() -> Iterator[PairServer]:
    with running() as started:
        yield started


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "run_app_examples.txt"


def generate(server: PairServer, out: Path | None, count: int = 10, **more: Any) -> None:
    generate_examples(Order("run_app", count, "big", server.url, out, **{"yes": True, "tries": 1, **more}))


def failure(server: PairServer, out: Path, **more: Any) -> str:
    """The one sentence that says why it failed."""
    with pytest.raises(ModelError) as failed:
        generate(server, out, **more)
    said = str(failed.value)
    assert "\n" not in said and said.endswith((".", "?")) and KEY not in said
    return said


def texts(file: Path, skills: dict[str, Skill] | None = None) -> list[str]:
    """The sentences of a file that passes all checks, each there once."""
    found = read(file)
    check(found, {**SKILLS, **(skills or {})})
    said = [example.text for example in found.shown + found.examples]
    assert len(set(said)) == len(said)
    return said


class TestWhatIsWritten:
    def test_as_many_pairs_as_are_wanted(self, server: PairServer, out: Path) -> None:
        generate(server, out, 20)
        assert len(texts(out)) == 20

    def test_they_are_added_behind_those_that_are_there(self, server: PairServer, out: Path) -> None:
        before = (paths.bundled("examples") / "run_app_examples.txt").read_text("utf-8")
        out.write_text(before, "utf-8")
        out.chmod(0o640)
        generate(server, out, 10)
        after = out.read_text("utf-8")
        assert after.startswith(before) and len(texts(out)) == before.count("### User:") + 10
        assert out.stat().st_mode & 0o777 == 0o640
        assert sorted(file.name for file in out.parent.iterdir() if file.is_file()) == [out.name]

    def test_line_ends_and_links_stay_as_they_are(self, server: PairServer, out: Path, tmp_path: Path) -> None:
        real = tmp_path / "real.txt"
        line = SKILLS["run_app"].line
        real.write_bytes(f"#### Examples:\n\n#### Prompt:\n{line}\n".replace("\n", "\r\n").encode())
        out.symlink_to(real)
        generate(server, out, 3)
        assert out.is_symlink() and len(texts(out)) == 3
        assert real.read_bytes().count(b"\n") == real.read_bytes().count(b"\r\n")

    def test_into_a_pipe_they_are_printed_and_nothing_is_written(
        self, server: PairServer, capsys: pytest.CaptureFixture[str]
    ) -> None:
        before = (paths.bundled("examples") / "run_app_examples.txt").read_bytes()
        generate(server, None, 5, yes=False)
        printed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert len(printed) == 5 and printed[0].keys() == {"text", "call", "skill", "arguments"}
        assert (paths.bundled("examples") / "run_app_examples.txt").read_bytes() == before

        asked = len(server.requests)
        generate(server, None, 5, yes=False)  # they wait for a decision
        assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == printed
        assert len(server.requests) == asked

    def test_for_a_plugin_they_go_beside_it(self, server: PairServer, tmp_path: Path) -> None:
        (tmp_path / "opener.py").write_text(PLUGIN)
        generate_examples(Order("opener", 6, "big", server.url, yes=True), [tmp_path])
        assert len(texts(tmp_path / "opener_examples.txt", dict(registry.load([tmp_path]).skills))) == 6
        assert read(tmp_path / "opener_examples.txt").shown

    def test_for_a_skill_in_the_users_folder_they_go_to_the_users_examples(self, server: PairServer) -> None:
        folder = paths.config_dir() / "skills"
        folder.mkdir(parents=True)
        (folder / "opener.py").write_text(PLUGIN)
        generate_examples(Order("opener", 6, "big", server.url, yes=True))
        assert len(texts(paths.config_dir() / "examples" / "opener_examples.txt", dict(registry.load().skills))) == 6

    def test_for_a_bundled_skill_they_go_to_the_checkout(self) -> None:
        assert examples_file(SKILLS["run_app"]) == paths.bundled("examples") / "run_app_examples.txt"

    def test_a_file_that_is_wrong_stops_it_before_anything_is_asked(self, server: PairServer, out: Path) -> None:
        out.write_text("#### Examples:\n\n### User: Open it.\n")
        with pytest.raises(OttoError, match="line 3: 'Open it\\.' has no call after it"):
            generate(server, out)
        assert not server.requests

    def test_a_folder_that_cannot_be_written_loses_nothing(self, server: PairServer, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        with pytest.raises(OttoError, match="cannot be written"):
            generate(server, tmp_path / "file" / "x.txt", 4)

    def test_a_skill_that_is_not_there(self, server: PairServer, out: Path) -> None:
        with pytest.raises(UsageError, match="Did you mean 'run_app'"):
            generate_examples(Order("runapp", 4, "big", server.url, out))


class TestWhatIsAsked:
    def test_the_function_takes_the_arguments_of_the_skill(self, server: PairServer, out: Path) -> None:
        generate(server, out, 4)
        body = server.requests[0]
        pair = body["tools"][0]["function"]["parameters"]["properties"]["pairs"]["items"]
        assert pair["properties"]["arguments"]["properties"] == {"program": {"type": "string"}}
        assert body["tool_choice"] == "required" and body["model"] == "big"

    def test_examples_and_other_skills_are_shown_but_nothing_that_is_held_out(
        self, server: PairServer, out: Path
    ) -> None:
        generate(server, out, 4)
        rules, asked = (message["content"] for message in server.requests[0]["messages"])
        assert SKILLS["close_app"].line in rules and SKILLS["run_app"].line not in rules
        known = {example.text for example in read(paths.bundled("examples") / "run_app_examples.txt").examples}
        known |= {example.text for example in read(paths.bundled("examples") / "run_app_examples.txt").shown}
        assert {example["utterance"] for example in json.loads(asked)["examples"]} <= known

    def test_every_request_asks_for_other_people_and_phrasings(self, server: PairServer, out: Path) -> None:
        generate(server, out, 40)
        asked = [json.loads(body["messages"][1]["content"]) for body in server.requests]
        places = {(one["person"], one["situation"]) for one in asked}
        assert len(places) == len(asked) >= 5
        assert len({phrasing for one in asked for phrasing in one["phrasings"]}) > 20

    def test_so_many_requests_at_a_time(self, server: PairServer, out: Path) -> None:
        server.slow = 0.3
        generate(server, out, 60, parallel=3)
        assert server.most_at_once == 3

    def test_tokens_and_cost_are_told(self, server: PairServer, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
        generate(server, out, 1, parallel=1, price=Price(1, 2))
        assert "900 tokens in, 300 out, $0.0015." in capsys.readouterr().err.splitlines()

    def test_a_price_that_is_not_known_is_not_told(
        self, server: PairServer, out: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        generate(server, out, 1, parallel=1)
        assert "900 tokens in, 300 out." in capsys.readouterr().err.splitlines()


class TestWhatIsLeftOut:
    def test_each_reason_is_counted(self, server: PairServer, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
        server.replies.append(
            pairs(
                ("Fetch me Kdenlive, the film is due tonight.", {"program": "the Kdenlive."}),
                ("Fetch me Kdenlive, the film is due tonight!", {"program": "Kdenlive"}),
                ("Fetch me Kdenlive, a film is due tonight.", {"program": "Kdenlive"}),
                ("Open Firefox.", {"program": "Firefox"}),
                ("Open Kdenlive.", {"program": "Kdenlive"}),
                ("Somebody has to draw, so where is the paint box?", {"program": "GIMP"}),
                ("Nobody told me which one, just any of them.", {}),
                ("...", {"program": "x"}),
            )
        )
        generate(server, out, 1, parallel=1)
        assert texts(out) == ["Fetch me Kdenlive, the film is due tonight."]
        assert '### Assistant: run_app(program="Kdenlive")' in out.read_text()
        told = capsys.readouterr().err
        assert "1 new from 1 request; left out: 2 there already, 1 " in told
        for reason in (
            "too like one that is there", "too like a pattern", "no valid call", "no sentence",
            "with an argument that the sentence does not hold",
        ):  # fmt: skip
            assert f"1 {reason}" in told

    def test_a_pair_that_cannot_be_read_does_not_spoil_the_others(
        self, server: PairServer, out: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        good = {"utterance": "Fetch me Krita, please, I have to draw.", "arguments": {"program": "Krita"}}
        server.replies.append(Reply(arguments=json.dumps({"pairs": [{"utterance": 4}, "what", good]})))
        generate(server, out, 1, parallel=1)
        assert texts(out) == [good["utterance"]] and "2 not readable" in capsys.readouterr().err

    def test_an_answer_that_is_cut_off_gives_its_whole_pairs(self, server: PairServer, out: Path) -> None:
        first = '{"utterance": "Fetch me Krita, please, I have to draw.", "arguments": {"program": "Krita"}}'
        cut = (
            f'{{"pairs": [{first}, {{"utterance": "Where has Okular gone, I must read", "arguments": {{"program": "Oku'
        )
        server.replies.append(Reply(arguments=cut, cut=True))
        generate(server, out, 1, parallel=1)
        assert texts(out) == ["Fetch me Krita, please, I have to draw."]

    def test_a_model_that_writes_the_json_as_text_is_understood(self, server: PairServer, out: Path) -> None:
        pair = {"utterance": "Fetch me Krita, please, I have to draw.", "arguments": {"program": "Krita"}}
        text = json.dumps({"name": "write_pairs", "arguments": {"pairs": [pair]}})
        server.replies.append(Reply(content=f"Here you are:\n```json\n{text}\n```"))
        generate(server, out, 1, parallel=1)
        assert texts(out) == [pair["utterance"]]

    def test_a_model_that_calls_no_function_is_asked_for_json(self, server: PairServer, out: Path) -> None:
        server.replies.append(Reply(content="Sure! Open Krita, please."))
        generate(server, out, 1, parallel=1)
        assert server.requests[1]["response_format"]["json_schema"]["schema"]["required"] == ["pairs"]
        assert len(texts(out)) == 1


class TestTroubleIsOneSentence:
    def test_a_wrong_key(self, server: PairServer, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        server.key = "another"
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        assert "refuses the key; set api_key under [chat], or OPENAI_API_KEY." in failure(server, out, tries=6)
        assert len(server.keys) <= 4  # it does not insist

    def test_no_key_for_openai(self, out: Path) -> None:
        with pytest.raises(ModelError, match=r"^api\.openai\.com needs a key; set OPENAI_API_KEY"):
            generate_examples(Order("run_app", 4, "gpt-5-mini", out=out))

    def test_no_model(self, server: PairServer, out: Path) -> None:
        with pytest.raises(ModelError, match="No model is named; give --model"):
            generate_examples(Order("run_app", 4, None, server.url, out))

    def test_an_unknown_model(self, server: PairServer, out: Path) -> None:
        server.replies.append(Reply(404, message="no such model"))
        assert "knows no model 'big'" in failure(server, out, parallel=1)

    def test_an_empty_account_is_not_asked_again(self, server: PairServer, out: Path) -> None:
        server.replies.append(Reply(429, code="insufficient_quota", message="You exceeded your quota"))
        assert "takes no more requests now: You exceeded your quota." in failure(server, out, parallel=1, tries=6)
        assert len(server.requests) == 1

    def test_a_limit_of_hours_is_not_waited_for(self, server: PairServer, out: Path) -> None:
        server.replies.append(Reply(429, {"Retry-After": "7200"}, "Daily limit"))
        assert "takes no more requests now: Daily limit." in failure(server, out, parallel=1, tries=6)

    def test_a_refusal(self, server: PairServer, out: Path) -> None:
        server.replies.extend([Reply(refusal="I can't help\nwith that.")] * 9)
        assert failure(server, out).endswith("writes no pairs, but: I can't help with that.")

    def test_arguments_that_are_no_json(self, server: PairServer, out: Path) -> None:
        server.replies.extend([Reply(arguments="[[[{{ what")] * 9)
        assert "writes pairs that cannot be read" in failure(server, out)

    def test_the_same_pair_again_and_again(self, server: PairServer, out: Path) -> None:
        server.replies.extend([pairs(("Open Firefox.", {"program": "Firefox"}))] * 9)
        assert "wrote nothing new in 5 answers; left out so far: 5 there already." in failure(server, out, parallel=1)

    def test_a_silent_server(self, server: PairServer, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("OTTO_CHAT__TIMEOUT", "0.3")
        server.slow = 40
        assert "did not answer in time" in failure(server, out, parallel=1)

    def test_a_server_that_is_not_there(self, out: Path) -> None:
        started = time.monotonic()
        with pytest.raises(ModelError, match="cannot be reached"):
            generate_examples(Order("run_app", 4, "big", "http://127.0.0.1:9/v1", out))
        assert time.monotonic() - started < 15

    def test_an_address_that_is_none(self, out: Path) -> None:
        with pytest.raises(ModelError, match="is not an address"):
            generate_examples(Order("run_app", 4, "big", "my server", out))


class TestTryingAgain:
    def test_a_slow_server_is_waited_for(self, server: PairServer, out: Path) -> None:
        server.slow = 1.5
        generate(server, out, 5)
        assert len(texts(out)) == 5

    def test_a_full_server_is_asked_again_when_it_says(self, server: PairServer, out: Path) -> None:
        server.replies.extend([Reply(429, {"Retry-After": "1.2"}, "Too many")] * 2)
        started = time.monotonic()
        generate(server, out, 5, parallel=1, tries=3)
        assert time.monotonic() - started > 2.4
        assert len(texts(out)) == 5 and len(server.requests) >= 3

    def test_a_full_server_stops_all_requests(self, server: PairServer, out: Path) -> None:
        server.replies.append(Reply(429, {"Retry-After": "1"}, "Too many"))
        generate(server, out, 40, parallel=2, tries=2)
        assert len(texts(out)) == 40

    def test_a_server_with_a_fault_is_asked_again(self, server: PairServer, out: Path) -> None:
        server.replies.extend([Reply(503, message="loading"), Reply(500)])
        generate(server, out, 5, parallel=1, tries=3)
        assert len(texts(out)) == 5


class TestWhoseKey:
    def test_the_key_in_the_configuration_goes_to_its_own_server_only(
        self, server: PairServer, out: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("OTTO_CHAT__API_KEY", KEY)
        generate(server, out, 1)
        assert set(server.keys) == {"Bearer none"}
        monkeypatch.setenv("OTTO_CHAT__BASE_URL", server.url)
        monkeypatch.setenv("OTTO_CHAT__MODEL", "configured")
        generate_examples(Order("run_app", 20, out=out, yes=True))
        assert server.keys[-1] == f"Bearer {KEY}" and server.requests[-1]["model"] == "configured"

    def test_the_environment_names_server_and_key(
        self, server: PairServer, out: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        assert config.load().chat.base_url == "https://api.openai.com/v1"
        generate_examples(Order("run_app", 3, "big", out=out, yes=True))
        assert set(server.keys) == {f"Bearer {KEY}"}


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextlib.contextmanager
def process(port: int, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    """The server as a process of its own."""
    started = subprocess.Popen([sys.executable, SERVER, str(port), *options])
    for _ in range(100):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            break
        time.sleep(0.1)
    yield started
    started.kill()
    started.wait()


def command(port: int, out: Path, *more: str) -> list[str | Path]:
    url = f"http://127.0.0.1:{port}/v1"
    given = ["--skill", "run_app", "-n", "40", "--model", "big", "--base-url", url, "--out", str(out), *more]
    return [OTTO, "gen-examples", *given]


class TestKilledHalfWay:
    def test_the_next_run_goes_on_when_the_server_was_killed(self, out: Path) -> None:
        port = free_port()
        with process(port, "--die-after", "3"):
            broken = subprocess.run(
                command(port, out, "--parallel", "1", "--tries", "2"), capture_output=True, text=True, timeout=120
            )
        assert broken.returncode == 1 and not out.exists() and "Traceback" not in broken.stderr
        told = broken.stderr.splitlines()
        assert [line for line in told if line.startswith("otto: ")] == [told[-1]]
        kept = int(told[0].split()[0])
        assert (
            15 <= kept <= 24
            and told[0] == f"{kept} pairs kept; the same command goes on from there, and -n 0 reviews them."
        )

        with process(port):
            whole = subprocess.run(command(port, out), capture_output=True, text=True, timeout=120)
        assert whole.returncode == 0, whole.stderr
        assert len(texts(out)) == 40
        assert int(whole.stderr.split()[0]) < 40  # only what was missing was asked for

    def test_a_run_goes_on_by_itself_when_the_server_comes_back(self, out: Path) -> None:
        port = free_port()
        with process(port, "--die-after", "2") as first:
            asking = subprocess.Popen(command(port, out, "--parallel", "1"), stderr=subprocess.PIPE)
            first.wait(60)
        with process(port):
            _, told = asking.communicate(timeout=120)
        assert asking.returncode == 0, told
        assert len(texts(out)) == 40

    def test_the_next_run_goes_on_when_otto_was_killed(self, out: Path, tmp_path: Path) -> None:
        port = free_port()
        with process(port, "--slow", "0.5"):
            asking = subprocess.Popen(command(port, out, "--parallel", "1"), stderr=subprocess.DEVNULL)
            journal = tmp_path / "data" / "otto" / "generated"
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline:
                files = list(journal.glob("*.jsonl"))
                if files and files[0].read_bytes().count(b"\n") >= 2:
                    break
                time.sleep(0.05)
            os.kill(asking.pid, signal.SIGKILL)
            asking.wait()
            with files[0].open("ab") as torn:
                torn.write(b'{"did": "asked", "requests": 1, "pai')
            whole = subprocess.run(command(port, out), capture_output=True, text=True, timeout=120)
        assert whole.returncode == 0, whole.stderr
        assert len(texts(out)) == 40 and int(whole.stderr.split()[0]) < 40

    def test_two_runs_for_one_file_do_not_mix(self, server: PairServer, out: Path) -> None:
        from training.generating.journal import open_journal

        with open_journal("run_app", out), pytest.raises(OttoError, match="Another `otto gen-examples` is at work"):
            generate(server, out)
