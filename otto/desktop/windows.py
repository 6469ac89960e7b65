"""The windows on an X11 screen: whose they are, and closing them the way their own close button does."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from otto.errors import SkillError

if TYPE_CHECKING:
    from Xlib.display import Display
    from Xlib.xobject.drawable import Window as XWindow

_DEPTH = 3  # how deep in window managers' frames a program's own window is looked for
_NO_PROGRAMS = ("_NET_WM_WINDOW_TYPE_DESKTOP", "_NET_WM_WINDOW_TYPE_DOCK")
_CHECK = "_NET_SUPPORTING_WM_CHECK"
_USER = 2  # EWMH's source indication: the user asked for it


@dataclass(frozen=True)
class Window:
    """A program's own window; dialogs, panels and the desktop are none.

    ``classes`` is what it calls itself (WM_CLASS), ``process`` the id of the process that shows it as the X server
    knows it (a window's own word is not trusted), ``closes`` whether it takes the message to close itself.
    """

    id: int
    classes: tuple[str, ...]
    process: int
    closes: bool


def open_windows() -> list[Window]:
    """The windows on the screen of $DISPLAY; none where there is no X server. Blocks for some milliseconds."""
    with contextlib.suppress(SkillError), _display() as display:
        return list(filter(None, (_read(display, window) for window in _candidates(display))))
    return []


def close_windows(windows: Iterable[Window]) -> None:
    """Ask windows to close. A program may ask its user before it does."""
    from Xlib import X
    from Xlib.error import CatchError
    from Xlib.protocol.event import ClientMessage

    with _display() as display:
        root = display.screen().root
        supported = _property(display, root, "_NET_SUPPORTED") if _is_managed(display, root) else []
        by_manager = display.intern_atom("_NET_CLOSE_WINDOW") in supported
        for window in windows:
            target = display.create_resource_object("window", window.id)
            if by_manager:
                data = [X.CurrentTime, _USER, 0, 0, 0]
                event = ClientMessage(
                    window=target, client_type=display.intern_atom("_NET_CLOSE_WINDOW"), data=(32, data)
                )
                mask = X.SubstructureRedirectMask | X.SubstructureNotifyMask
                root.send_event(event, event_mask=mask, onerror=CatchError())
            else:
                data = [display.intern_atom("WM_DELETE_WINDOW"), X.CurrentTime, 0, 0, 0]
                event = ClientMessage(window=target, client_type=display.intern_atom("WM_PROTOCOLS"), data=(32, data))
                target.send_event(event, event_mask=0, onerror=CatchError())  # it may be gone by now
        display.sync()


@contextlib.contextmanager
def _display() -> Iterator[Display]:
    """A connection to the X server. Raises SkillError where there is none, or it ends."""
    import Xlib.error
    import Xlib.xauth
    from Xlib.display import Display

    gone = (Xlib.error.DisplayError, Xlib.error.ConnectionClosedError, Xlib.error.XauthError, OSError)
    try:
        display = Display()
    except gone:
        raise SkillError("I can't reach the screen.") from None
    try:
        yield display
    except gone:
        raise SkillError("I lost the connection to the screen.") from None
    finally:
        with contextlib.suppress(*gone):
            display.close()


def _candidates(display: Display) -> list[XWindow]:
    """The windows that the window manager lists, else those that look like a program's."""
    root = display.screen().root
    if _is_managed(display, root):
        listed = _property(display, root, "_NET_CLIENT_LIST")
        return [display.create_resource_object("window", number) for number in listed]
    return list(_search(root, _DEPTH))


def _is_managed(display: Display, root: XWindow) -> bool:
    """Whether a window manager of the EWMH kind is at work: one that ended leaves its properties on the root window."""
    from Xlib.error import XError

    for number in _property(display, root, _CHECK):
        with contextlib.suppress(XError):
            return _property(display, display.create_resource_object("window", number), _CHECK) == [number]
    return False


def _search(window: XWindow, depth: int) -> Iterator[XWindow]:
    from Xlib import X
    from Xlib.error import XError

    with contextlib.suppress(XError):  # a window that closed meanwhile
        for child in window.query_tree().children:
            with contextlib.suppress(XError):
                if child.get_attributes().map_state != X.IsViewable:
                    continue
                if child.get_wm_class():
                    yield child
                elif depth > 1:
                    yield from _search(child, depth - 1)


def _read(display: Display, window: XWindow) -> Window | None:
    from Xlib.error import XError

    try:
        kinds = _property(display, window, "_NET_WM_WINDOW_TYPE")
        process = _process(display, window)
        if process is None or window.get_wm_transient_for():
            return None
        if any(display.intern_atom(kind) in kinds for kind in _NO_PROGRAMS):
            return None
        closes = display.intern_atom("WM_DELETE_WINDOW") in _property(display, window, "WM_PROTOCOLS")
        classes = tuple(dict.fromkeys(filter(None, window.get_wm_class() or ())))
    except (XError, UnicodeDecodeError):
        return None
    return Window(window.id, classes, process, closes)


def _property(display: Display, window: XWindow, name: str) -> list[int]:
    from Xlib import X

    found = window.get_full_property(display.intern_atom(name), X.AnyPropertyType)
    return [int(number) for number in found.value] if found is not None and found.format == 32 else []


def _process(display: Display, window: XWindow) -> int | None:
    """The process at the other end of the window's connection, by the X-Resource extension 1.2 (X.Org since 2012)."""
    from Xlib.ext import res

    if not display.query_extension(res.extname):
        return None
    answer = res.query_client_ids(display, [(window.id, res.LocalClientPIDMask)])
    numbers = [number for found in answer.ids if found.spec.mask == res.LocalClientPIDMask for number in found.value]
    return int(numbers[0]) if numbers else None
