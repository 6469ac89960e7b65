"""The review on a terminal: each pair is accepted, edited or rejected with one key."""

from __future__ import annotations

import os
from collections.abc import Sequence
from enum import Enum
from typing import TYPE_CHECKING, Protocol

import click

from otto.errors import SkillError
from otto.examples import ASSISTANT, USER
from training.generating.sieve import Pair, Sieve

if TYPE_CHECKING:
    from rich.console import Console

_HELP = "[dim]a accept, e edit, r reject, q quit and keep the rest for later[/dim]"


class _Key(Enum):
    ACCEPT = "a\r\n"
    EDIT = "e"
    REJECT = "r"
    QUIT = "q\x1b"


class Decisions(Protocol):
    """Where decisions go, each as soon as it is made."""

    def accept(self, pair: Pair, reviewed: Pair) -> None:
        """``reviewed`` is what was shown, ``pair`` what is accepted."""

    def reject(self, reviewed: Pair) -> None: ...


def review(pairs: Sequence[Pair], sieve: Sieve, decisions: Decisions, console: Console) -> int:
    """Show the pairs one by one; how many were accepted. It ends early when the user quits."""
    from rich.markup import escape

    accepted = 0
    console.print(_HELP)
    for number, pair in enumerate(pairs, start=1):
        shown = pair
        while True:
            console.print(f"\n[dim]{number} of {len(pairs)}[/dim]  {escape(shown.text)}")
            console.print(f"{' ' * len(f'{number} of {len(pairs)}')}  [cyan]{escape(shown.call)}[/cyan]")
            key = _pressed(console)
            if key is not _Key.EDIT:
                break
            shown = _edited(shown, pair, sieve, console)
        if key is _Key.QUIT:
            return accepted
        if key is _Key.ACCEPT:
            decisions.accept(shown, pair)
            accepted += 1
        else:
            decisions.reject(pair)
        console.print(f"[dim]{'accepted' if key is _Key.ACCEPT else 'rejected'}[/dim]")
    return accepted


def _pressed(console: Console) -> _Key:
    while True:
        pressed = click.getchar().lower()
        for key in _Key:
            if pressed and pressed in key.value:
                return key
        console.print(_HELP)


def _edited(shown: Pair, original: Pair, sieve: Sieve, console: Console) -> Pair:
    """The pair as the user changes it; as it was when what they wrote is wrong, which is said."""
    from rich.markup import escape

    text, call = _in_editor(shown) if _has_editor() else _in_place(shown)
    sieve.forget(original.text)  # a sentence may stay as it is while its call changes
    try:
        return sieve.mended(text, call)
    except SkillError as error:
        console.print(f"[yellow]{escape(str(error))}[/yellow] It stays as it was.")
        return shown
    finally:
        sieve.remember(original.text)


def _has_editor() -> bool:
    return bool(os.environ.get("VISUAL") or os.environ.get("EDITOR"))


def _in_editor(pair: Pair) -> tuple[str, str]:
    try:
        written = click.edit(f"{USER}{pair.text}\n{ASSISTANT}{pair.call}\n", extension=".txt") or ""
    except click.ClickException:  # there is no such editor
        return _in_place(pair)
    lines = written.splitlines()
    text = next((line.removeprefix(USER) for line in lines if line.startswith(USER)), pair.text)
    return text, next((line.removeprefix(ASSISTANT) for line in lines if line.startswith(ASSISTANT)), pair.call)


def _in_place(pair: Pair) -> tuple[str, str]:
    try:
        return _line("words: ", pair.text), _line("call:  ", pair.call)
    except EOFError:
        return pair.text, pair.call


def _line(label: str, old: str) -> str:
    """A line of input that begins with the old one, where the system can do that."""
    try:
        import readline
    except ImportError:
        return input(f"{label}[{old}] ").strip() or old
    readline.set_startup_hook(lambda: readline.insert_text(old))
    try:
        return input(label).strip() or old
    finally:
        readline.set_startup_hook(None)
