"""Real .desktop files that start a real script, which writes down how it was called."""

import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from otto.desktop import programs
from otto.errors import SkillError
from otto.questions import Question
from tests.conftest import MakeContext, RunSkill

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="desktop entries are Linux's")

Install = Callable[..., Path]


@pytest.fixture
def record(tmp_path: Path) -> Path:
    """Where the started script writes its arguments, a line each."""
    return tmp_path / "record"


@pytest.fixture
def script(tmp_path: Path, record: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The program that is started: alone on the PATH, under the name `probe`."""
    folder = tmp_path / "bin"
    folder.mkdir()
    file = folder / "probe"
    file.write_text(
        f"#!{sys.executable} -IS\n"
        "import os, pathlib, sys\n"
        f"record = pathlib.Path({str(record)!r})\n"
        "record.with_suffix('.part').write_text('\\n'.join([os.getcwd(), str(os.getsid(0)), *sys.argv[1:]]))\n"
        "record.with_suffix('.part').rename(record)\n"
    )
    file.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    return file


@pytest.fixture
def install(tmp_path: Path, script: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """``install("org.foo.Writer", Name="Writer")``: a desktop entry in the user's folder, or in ``folder``."""
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path / "system"))

    def write(file_id: str, folder: str = "data", **keys: str) -> Path:
        keys = {"Type": "Application", "Exec": str(script)} | keys
        file = tmp_path / folder / "applications" / f"{file_id}.desktop"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("[Desktop Entry]\n" + "".join(f"{key}={value}\n" for key, value in keys.items()))
        return file

    return write


def wait_for(record: Path) -> list[str]:
    for _ in range(500):
        if record.exists():
            return record.read_text().split("\n")
        time.sleep(0.01)
    raise AssertionError("the program was not started")


async def test_a_program_is_started_on_its_own(
    context: MakeContext, run_skill: RunSkill, install: Install, record: Path
) -> None:
    install("writer", Name="Writer")
    reply = await run_skill(context(), "run_app", program="writer")
    assert reply.speech == "Opening Writer."
    folder, session, *arguments = wait_for(record)
    assert arguments == []
    assert folder == str(Path.home()) and int(session) != os.getsid(0), "it must outlive Otto's session"


@pytest.mark.parametrize(
    ("line", "arguments"),
    [
        ("probe %U", []),
        ("probe --new-window %f --", ["--new-window", "--"]),
        ('probe "two words" %i --name=%c', ["two words", "--name=Text Writer"]),
        ("probe --title %c 100%%", ["--title", "Text Writer", "100%"]),
        (r'probe "a \\"quoted\\" word" $HOME `id` ; *', ['a "quoted" word', "$HOME", "`id`", ";", "*"]),
    ],
)
async def test_the_exec_line_becomes_a_list_of_arguments(
    context: MakeContext, run_skill: RunSkill, install: Install, record: Path, line: str, arguments: list[str]
) -> None:
    install("writer", Name="Text Writer", Exec=line)
    await run_skill(context(), "run_app", program="text writer")
    assert wait_for(record)[2:] == arguments


async def test_the_working_folder_of_the_entry(
    context: MakeContext, run_skill: RunSkill, install: Install, record: Path, tmp_path: Path
) -> None:
    install("writer", Name="Writer", Path=str(tmp_path))
    await run_skill(context(), "run_app", program="writer")
    assert wait_for(record)[0] == str(tmp_path)


@pytest.fixture
def desktop(install: Install) -> None:
    """A small desktop."""
    install("firefox_firefox", Name="Firefox", GenericName="Web Browser", Categories="Network;WebBrowser;")
    install("libreoffice-writer", Name="LibreOffice Writer", GenericName="Word Processor", Exec="libreoffice --writer")
    install("libreoffice-calc", Name="LibreOffice Calc", GenericName="Spreadsheet", Exec="libreoffice --calc %U")
    install("org.gnome.Calculator", Name="Rechner", Categories="GNOME;GTK;Utility;Calculator;")
    install("org.gnome.Nautilus", Name="Files", GenericName="File Manager", Keywords="folder;explore;disk;")
    install("gimp", Name="GNU Image Manipulation Program", GenericName="Image Editor", Exec="gimp-2.10 %U")
    install("code", Name="Visual Studio Code", GenericName="Text Editor")
    install("thunderbird", Name="Thunderbird", Categories="Network;Email;")
    install("spotify", Name="Spotify", Exec="env HINT=/x /snap/bin/spotify %U")


@pytest.mark.parametrize(
    ("spoken", "name"),
    [
        ("Firefox", "Firefox"),
        ("fire fox", "Firefox"),
        ("firefix", "Firefox"),
        ("Firefox browser", "Firefox"),
        ("browser", "Firefox"),
        ("web browser", "Firefox"),
        ("the browser", "Firefox"),
        ("LibreOffice Writer", "LibreOffice Writer"),
        ("libre office writer", "LibreOffice Writer"),
        ("writer", "LibreOffice Writer"),
        ("word processor", "LibreOffice Writer"),
        ("spreadsheet program", "LibreOffice Calc"),
        ("calculator", "Rechner"),
        ("calculator app", "Rechner"),
        ("file manager", "Files"),
        ("gimp", "GNU Image Manipulation Program"),
        ("image editor", "GNU Image Manipulation Program"),
        ("Visual Studio Code", "Visual Studio Code"),
        ("code", "Visual Studio Code"),
        ("text editor", "Visual Studio Code"),
        ("email", "Thunderbird"),
        ("spotify", "Spotify"),
    ],
)
@pytest.mark.usefixtures("desktop")
def test_a_program_is_found_by_name_kind_and_file(spoken: str, name: str) -> None:
    assert [program.name for program in programs.find_programs(spoken)] == [name]


@pytest.mark.usefixtures("desktop")
async def test_a_near_tie_asks(context: MakeContext, run_skill: RunSkill, install: Install, record: Path) -> None:
    asked = []

    async def calc(question: Question) -> str | None:
        asked.append(question.text)
        return question.answer("the calc one")

    install("libreoffice-calc", Name="LibreOffice Calc")
    reply = await run_skill(replace(context(), asker=calc), "run_app", program="office")
    assert asked == ["Which program do you mean: LibreOffice Calc, or LibreOffice Writer?"]
    assert reply.speech == "Opening LibreOffice Calc." and wait_for(record)


def test_a_web_app_is_not_meant_by_its_browsers_name(install: Install) -> None:
    install("chrome-chat", Name="Chat", Exec="/opt/google/chrome/google-chrome --app-id=chat")
    install("google-chrome", Name="Google Chrome", Exec="/usr/bin/google-chrome %U")
    assert [program.name for program in programs.find_programs("google chrome")] == ["Google Chrome"]


def test_of_two_installed_under_one_name_one_is_started_without_a_question(install: Install) -> None:
    install("org.mozilla.firefox", Name="Firefox", Exec="flatpak run org.mozilla.firefox")
    install("firefox_firefox", Name="Firefox")
    assert [program.name for program in programs.find_programs("firefox")] == ["Firefox"]


@pytest.mark.usefixtures("desktop")
@pytest.mark.parametrize("spoken", ["photoshop", "fire", "kate", "app", "program", "Microsoft Word", "env", "network"])
async def test_a_program_that_is_not_installed(context: MakeContext, run_skill: RunSkill, spoken: str) -> None:
    with pytest.raises(SkillError) as error:
        await run_skill(context(), "run_app", program=spoken)
    assert str(error.value) == f"I can't find a program called {spoken}."


@pytest.mark.usefixtures("desktop")
@pytest.mark.parametrize(
    "spoken",
    ["../../bin/sh", "/bin/sh", "-rf", "--help", "firefox; rm -rf ~", "$(reboot)", "`id`", "a|b", "~/evil", "probe -x"],
)
async def test_a_name_is_never_a_path_an_option_or_a_command_line(
    context: MakeContext, run_skill: RunSkill, record: Path, spoken: str
) -> None:
    with pytest.raises(SkillError, match="I can't find a program called"):
        await run_skill(context(), "run_app", program=spoken)
    assert not record.exists()


@pytest.mark.parametrize(
    "keys",
    [
        {"NoDisplay": "true"},
        {"Hidden": "true"},
        {"Type": "Link"},
        {"Exec": ""},
        {"Exec": 'writer "open quote'},
        {"TryExec": "/no/such/file"},
    ],
)
def test_entries_that_are_no_program_to_start(install: Install, keys: dict[str, str]) -> None:
    install("writer", Name="Writer", **keys)
    assert programs.find_programs("writer") == []


def test_a_damaged_entry_does_not_hide_the_others(install: Install) -> None:
    install("broken", Name="Broken").write_bytes(b"\xff\xfe no entry")
    install("writer", Name="Writer")
    assert [program.name for program in programs.installed()] == ["Writer"]


def test_the_users_entry_hides_the_systems(install: Install) -> None:
    install("writer", folder="system", Name="Writer", GenericName="Editor")
    install("reader", folder="system", Name="Reader")
    install("writer", Name="Writer", Hidden="true")
    assert [program.name for program in programs.installed()] == ["Reader"]


async def test_a_command_on_the_path_needs_its_exact_name(
    context: MakeContext, run_skill: RunSkill, install: Install, record: Path
) -> None:
    with pytest.raises(SkillError):
        await run_skill(context(), "run_app", program="prob")
    await run_skill(context(), "run_app", program="Probe")
    wait_for(record)


@pytest.mark.parametrize("name", ["reboot", "poweroff", "shutdown"])
def test_switching_the_computer_off_is_no_program(script: Path, name: str) -> None:
    script.rename(script.with_name(name))
    assert programs.find_programs(name) == []


async def test_a_terminal_program_gets_a_terminal(
    context: MakeContext, run_skill: RunSkill, install: Install, script: Path, record: Path
) -> None:
    install("htop", Name="Htop", Exec="htop --tree", Terminal="true")
    with pytest.raises(SkillError, match="Htop runs in a terminal, and I can't find one"):
        await run_skill(context(), "run_app", program="htop")
    script.rename(script.with_name("xterm"))
    await run_skill(context(), "run_app", program="htop")
    assert wait_for(record)[2:] == ["-e", "htop", "--tree"]


async def test_a_program_that_cannot_start(context: MakeContext, run_skill: RunSkill, install: Install) -> None:
    install("writer", Name="Writer", Exec="/no/such/program")
    with pytest.raises(SkillError, match=r"I can't start Writer: No such file or directory\."):
        await run_skill(context(), "run_app", program="writer")
