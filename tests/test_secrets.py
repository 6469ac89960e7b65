"""A secret is found where it is kept, and is in nothing that Otto writes or says."""

from __future__ import annotations

import contextlib
import io
import json
import logging
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import SecretService, fail
from pydantic import BaseModel, SecretStr

from otto import secrets
from otto.config import Config
from otto.dispatcher import Dispatcher
from otto.errors import SkillError
from otto.keychain import Keychain, KeychainError
from otto.model.skill_model import CheckedCall, Decision
from otto.secrets import Redaction, know, know_all, redact
from otto.settings import know_secrets
from otto.skill import Context, Reply, skill
from tests.conftest import MakeContext

TOKEN = "tok-4f9a/27+c1 e"
PLUGIN = '''
from pydantic import BaseModel, SecretStr
from otto.skill import Context, Reply, SkillError, skill

class LeakSettings(BaseModel):
    token: SecretStr

@skill(permission="safe", settings=LeakSettings)
async def leak(ctx: Context) -> Reply:
    """Leaks its token."""
    token = ctx.settings(LeakSettings, "leak").token.get_secret_value()
    raise RuntimeError(f"refused {token} at https://example.org/?key={token}")
'''


class LeakSettings(BaseModel):
    token: SecretStr


@skill(permission="safe", settings=LeakSettings)
async def leak(ctx: Context, how: str) -> Reply:
    """Says its token in one way or another."""
    token = ctx.settings(LeakSettings, "leak").token.get_secret_value()
    match how:
        case "reply":
            return Reply(f"The token is {token}.", notice=f"token={quote(token, safe='')}")
        case "refusal":
            raise SkillError(f"The server refused {token}.")
    raise RuntimeError(f"refused {token!r}, {json.dumps({'key': token})}, {quote(token)}")


@contextlib.contextmanager
def written_log() -> Iterator[io.StringIO]:
    """What a handler as `otto.cli.output.show_log` makes it writes."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(Redaction("otto: %(message)s"))
    logging.getLogger("otto").addHandler(handler)
    yield written
    logging.getLogger("otto").removeHandler(handler)


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "_known", secrets._Known())


class TestRedaction:
    @pytest.mark.parametrize("how", ["reply", "refusal", "crash"])
    async def test_no_token_in_log_reply_or_traceback(self, context: MakeContext, how: str) -> None:
        ctx = context(skills={"leak": {"token": TOKEN}})
        decision = Decision(how, (CheckedCall(leak, leak.canonical({}), {"how": how}),), "", None, 0.0)
        with written_log() as log:
            replies = [reply async for _, reply in Dispatcher(ctx).run(decision)]
        said = "".join(f"{reply.speech} {reply.notice}" for reply in replies)
        for text in (said, log.getvalue()):
            assert not any(form in text for form in (TOKEN, quote(TOKEN), quote(TOKEN, safe=""), "4f9a"))
        if how == "crash":
            assert "RuntimeError: refused '***'" in log.getvalue()
            assert "Traceback" in log.getvalue()
        else:
            assert "***" in said

    def test_a_value_is_hidden_however_it_is_quoted(self) -> None:
        know('a"b\\c/d')
        for form in ('a"b\\c/d', quote('a"b\\c/d', safe=""), json.dumps({"key": 'a"b\\c/d'}), repr('a"b\\c/d')):
            assert "c" not in redact(form).replace("***", "")

    def test_the_longer_of_two_secrets_is_hidden_whole(self) -> None:
        know("hunter")
        know("hunter22")
        assert redact("hunter22 and hunter") == "*** and ***"

    def test_the_token_of_a_header_is_hidden_alone_too(self) -> None:
        know("Bearer abcdefgh")
        assert redact("token abcdefgh, header Bearer abcdefgh") == "token ***, header ***"

    @pytest.mark.parametrize("short", ["", " ", "a", "the"])
    def test_short_values_are_left_in_the_text(self, short: str) -> None:
        know(short)
        assert redact("the cat sat") == "the cat sat"

    def test_nothing_known_changes_nothing(self) -> None:
        assert redact("set a timer") == "set a timer"

    def test_secrets_of_ottos_own_configuration(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("OPENAI_API_KEY", "sk-environment")
        config = Config(
            model={"api_key": "sk-model"},
            chat={"api_key": "sk-chat"},
            mcp={"home": {"url": "http://x", "headers": {"Authorization": "Bearer sk-header"}}},
            skills={"leak": {"token": "sk-skill", "name": "visible"}},
        )
        know_secrets(config, [leak])
        told = redact("sk-model sk-chat sk-header sk-skill sk-environment visible")
        assert told == "*** *** *** *** *** visible"
        assert "sk-" not in repr(config.model) + repr(config.chat) + repr(config.mcp)

    def test_secrets_deep_in_a_model(self) -> None:
        class Inner(BaseModel):
            keys: list[SecretStr]

        class Outer(BaseModel):
            inner: dict[str, Inner]

        know_all(Outer(inner={"one": Inner(keys=[SecretStr("deep-secret")])}))
        assert redact("a deep-secret") == "a ***"

    def test_a_crash_of_otto_itself_is_shown_without_them(self) -> None:
        program = """
from otto.cli.output import show_log
from otto.secrets import know
show_log()
know("sk-crash-1234")
raise RuntimeError("sent sk-crash-1234")
"""
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
        assert done.returncode == 1
        assert "RuntimeError: sent ***" in done.stderr
        assert "sk-crash-1234" not in done.stderr.replace('know("sk-crash-1234")', "")


class Slow(KeyringBackend):
    """A locked keyring whose window nobody answers, until somebody does."""

    priority = 1  # type: ignore[assignment]
    asked = 0

    def __init__(self, seconds: float, value: str | None = "late-secret") -> None:
        self.seconds, self.value = seconds, value

    def get_password(self, service: str, username: str) -> str | None:
        self.asked += 1
        time.sleep(self.seconds)
        return self.value

    def set_password(self, service: str, username: str, password: str) -> None:
        """Takes it and forgets it."""


@contextlib.contextmanager
def using(backend: KeyringBackend) -> Iterator[KeyringBackend]:
    before = keyring.get_keyring()
    keyring.set_keyring(backend)
    yield backend
    keyring.set_keyring(before)


class TestKeyring:
    def test_no_keyring_is_no_crash_and_asked_once(self) -> None:
        with using(fail.Keyring()):
            chain = Keychain()
            assert chain.find("light.token") is None
            assert chain.find("light.other") is None
            with pytest.raises(KeychainError, match="this system has none"):
                chain.keep("light.token", "value")

    def test_one_that_waits_for_its_owner_delays_only_the_first_call(self) -> None:
        with using(Slow(0.6)) as backend:
            chain = Keychain(patience=0.1)
            began = time.monotonic()
            assert chain.find("light.token") is None
            assert 0.1 <= time.monotonic() - began < 0.4
            began = time.monotonic()
            assert [chain.find(name) for name in ("light.token", "news.token", "light.token")] == [None] * 3
            assert time.monotonic() - began < 0.1
            time.sleep(0.7)
            assert chain.find("light.token") == "late-secret"  # it was unlocked meanwhile
            assert backend.asked == 1  # type: ignore[attr-defined]
            assert redact("late-secret") == "***"

    def test_a_keyring_that_keeps_nothing_is_told(self) -> None:
        with using(Slow(0, None)), pytest.raises(KeychainError, match="does not give it back"):
            Keychain().keep("light.token", "value")

    def test_a_found_secret_is_asked_for_once(self) -> None:
        with using(Slow(0)) as backend:
            chain = Keychain()
            assert [chain.find("light.token") for _ in range(5)] == ["late-secret"] * 5
            assert backend.asked == 1  # type: ignore[attr-defined]


needs_secret_service = pytest.mark.skipif(
    not (shutil.which("gnome-keyring-daemon") and shutil.which("dbus-daemon")),
    reason="needs the packages gnome-keyring and dbus",
)


@pytest.fixture
def secret_service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """GNOME's keyring, unlocked, on a bus of its own."""
    run = tmp_path / "run"
    run.mkdir(mode=0o700)
    for name in ("HOME", "XDG_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(run))
    bus = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert bus.stdout is not None
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.stdout.readline().strip())
    daemon = subprocess.Popen(
        ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    assert daemon.stdin is not None
    daemon.stdin.write(b"password")
    daemon.stdin.close()
    with using(SecretService.Keyring()):
        for _ in range(100):
            with contextlib.suppress(Exception):
                keyring.get_password("otto", "anything")
                break
            time.sleep(0.05)
        yield
    for process in (daemon, bus):
        process.terminate()
        process.wait(5)


@needs_secret_service
@pytest.mark.usefixtures("secret_service")
class TestSecretService:
    @pytest.fixture(autouse=True)
    def real_keyring(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The other tests must not ask the keyring of whoever runs them; here it is one of our own."""
        monkeypatch.delenv("PYTHON_KEYRING_BACKEND", raising=False)

    def test_a_secret_is_kept_found_and_forgotten(self) -> None:
        chain = Keychain()
        assert chain.find("light.token") is None
        assert not chain.forget("light.token")
        chain.keep("light.token", TOKEN)
        assert chain.find("light.token") == TOKEN
        assert Keychain().find("light.token") == TOKEN
        assert chain.forget("light.token")
        assert chain.find("light.token") is None

    def test_a_locked_one_does_not_hold_up_a_call(self) -> None:
        import secretstorage

        Keychain().keep("light.token", TOKEN)
        with contextlib.closing(secretstorage.dbus_init()) as bus:
            secretstorage.get_default_collection(bus).lock()
        began = time.monotonic()
        assert Keychain(patience=0.5).find("light.token") is None
        assert time.monotonic() - began < 1

    def test_a_skill_gets_it_through_its_settings_and_the_command_line(self, tmp_path: Path) -> None:
        (tmp_path / "leak.py").write_text(PLUGIN)
        otto = Path(sys.executable).parent / "otto"

        def run(*arguments: str, said: str = "") -> subprocess.CompletedProcess[str]:
            command = [otto, "skills", *arguments, "--skills", tmp_path]
            return subprocess.run(command, input=said, capture_output=True, text=True, env=dict(os.environ))

        assert "needs settings: token" in run("list").stdout
        kept = run("settings", "leak", "--set-secret", "token", said=f"{TOKEN}\n")
        assert json.loads(kept.stdout) == {"setting": "token", "kept": "keyring"}
        shown = run("settings", "leak")
        setting = json.loads(shown.stdout)
        assert (setting["value"], setting["source"]) == ("***", "keyring")
        state = [json.loads(line)["state"] for line in run("list").stdout.splitlines() if '"leak"' in line]
        assert state == ["on"]
        assert TOKEN not in kept.stdout + kept.stderr + shown.stdout + shown.stderr
        assert json.loads(run("settings", "leak", "--forget-secret", "token").stdout)["forgotten"] is True
        assert json.loads(run("settings", "leak").stdout)["source"] == "missing"
