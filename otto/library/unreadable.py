"""Why a file is not in the library."""

from __future__ import annotations


class Unreadable(Exception):
    """A file that is skipped; the message is the reason, as in "it is encrypted".

    ``again`` is true when the reason may go away while the file stays as it is: a package that is missing, a file
    that may not be read.
    """

    def __init__(self, reason: str, again: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.again = again


def missing(package: str) -> Unreadable:
    """A package of the extra ``docs`` is not installed."""
    return Unreadable(f"it needs {package}: pip install 'otto[docs]'", again=True)
