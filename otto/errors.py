"""Every error that Otto raises on purpose. A message says what happened, to what, and the way out."""

from __future__ import annotations


class OttoError(Exception):
    """One plain sentence for a person; the command line prints it and exits with ``exit_code``."""

    exit_code = 1


class UsageError(OttoError):
    """The command was given something it does not take."""

    exit_code = 2


class ConfigError(OttoError):
    """The configuration file or an ``OTTO_...`` variable has a wrong key or value."""

    exit_code = 2


class PluginError(OttoError):
    """A skill plugin cannot be used; the message names the file and line."""


class AudioError(OttoError):
    """A recording, standard input or the microphone cannot be read."""


class WeightsError(OttoError):
    """A model file is missing, damaged or cannot be fetched."""


class VoiceError(OttoError):
    """Text cannot be spoken: the voice is unknown, or its engine is not installed."""


class ModelError(OttoError):
    """The skill model cannot be loaded, reached, or gave no usable answer."""


class SkillError(OttoError):
    """A skill could not do what was asked; the message is spoken to the user."""


class CallError(OttoError):
    """Text that is not in the call language.

    ``position`` is the 0-based character at which the text was refused, ``reason`` says why.
    """

    def __init__(self, reason: str, position: int = 0) -> None:
        super().__init__(f"not a call: {reason} at character {position}")
        self.reason = reason
        self.position = position
