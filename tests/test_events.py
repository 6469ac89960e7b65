"""Listeners hear every event, and cannot disturb each other or the one who tells."""

import logging

import pytest

from otto.events import Bus, Event, Failed, Listening


def test_every_listener_hears_every_event_in_order() -> None:
    bus, first, second = Bus(), list[Event](), list[Event]()
    bus.listen(first.append)
    bus.publish(Listening("one"))
    bus.listen(second.append)
    bus.publish(Failed("two"))
    assert first == [Listening("one"), Failed("two")]
    assert second == [Failed("two")]


def test_nobody_needs_to_listen() -> None:
    Bus().publish(Listening("the microphone"))


def test_a_listener_that_fails_is_logged_and_the_others_hear(caplog: pytest.LogCaptureFixture) -> None:
    bus, heard = Bus(), list[Event]()

    def broken(event: Event) -> None:
        raise ValueError("no paper left")

    bus.listen(broken)
    bus.listen(heard.append)
    with caplog.at_level(logging.ERROR, logger="otto"):
        bus.publish(Listening("the microphone"))
    assert heard == [Listening("the microphone")]
    assert "A listener failed on Listening." in caplog.text and "no paper left" in caplog.text
