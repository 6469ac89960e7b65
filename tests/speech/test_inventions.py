"""What Whisper writes when nobody spoke is told from what somebody said."""

from __future__ import annotations

import pytest

from otto import paths
from otto.examples import read_folder
from otto.speech.inventions import Decoded, invention, plain_words, without_captions


def sure(text: str, seconds: float = 3.0) -> Decoded:
    """Words that Whisper is sure of."""
    return Decoded(text, seconds, no_speech=0.05, logprob=-0.3, compression=1.2)


@pytest.mark.parametrize(
    "text", ["", " ", "...", "?!", "[BLANK_AUDIO]", "[ Silence ]", "(upbeat music)", "*laughs*", "♪♪♪"]
)
def test_captions_and_punctuation_are_no_words(text: str) -> None:
    assert invention(sure(text)) == "no words"


def test_the_words_of_a_song_are_no_words() -> None:
    assert invention(sure("♪ Set a timer for my heart ♪")) == "no words"
    assert invention(sure("♪ And I will always")) == "no words"


@pytest.mark.parametrize(
    "text",
    [
        "you",
        "You.",
        "Thank you.",
        "Thank you. Thank you.",
        "Thanks for watching!",
        "Thank you so much for watching, bye.",
        "Okay, thank you.",
        "So",
        "Oh.",
        "Uh, um...",
        "Mm-hmm.",
        "Bye. Bye-bye.",
        "Please subscribe to my channel.",
        "Like and subscribe!",
        "I'll see you in the next video.",
        "See you next time.",
        "Subtitles by the Amara.org community",
        "Transcribed by https://otter.ai",
        "Music",
    ],
)
def test_thanks_to_an_audience_and_the_like_are_stock_phrases(text: str) -> None:
    assert invention(sure(text)) == "a stock phrase"


@pytest.mark.parametrize(
    "text",
    [
        "you you you you you you you you you you",
        "I'm sorry. I'm sorry. I'm sorry. I'm sorry.",
        "the the the the the the the the the the the",
        "What's the weather like? What's the weather like? What's the weather like? What's the weather like?",
        "And then open the door and open the door and open the door and open the door and open the door",
    ],
)
def test_words_that_go_round_in_circles_are_a_loop(text: str) -> None:
    assert invention(sure(text, seconds=20)) == "a loop"


def test_text_that_packs_too_well_is_a_loop() -> None:
    assert invention(Decoded("a long text", 20, 0.05, -0.3, compression=2.5)) == "a loop"
    assert invention(Decoded("a long text", 20, 0.05, -0.3, compression=2.3)) is None


def test_more_words_than_the_time_holds() -> None:
    words = "Set a timer for five minutes and open Firefox and call my mother please"  # 14 words
    assert invention(sure(words, seconds=0.6)) == "more words than anyone can say in the time"
    assert invention(sure(words, seconds=2.5)) is None


@pytest.mark.parametrize("text", ["Stop.", "Never mind.", "Stop talking.", "What time is it?"])
def test_a_short_command_needs_no_long_sound(text: str) -> None:
    assert invention(sure(text, seconds=0.5)) is None


def test_words_that_whisper_takes_for_silence_and_is_not_sure_of() -> None:
    assert invention(Decoded("What's the weather like?", 4, no_speech=0.9, logprob=-1.35, compression=1)) == "no speech"


def test_words_that_whisper_is_sure_of_are_believed_though_it_expected_none() -> None:
    assert invention(Decoded("What's the weather like?", 4, no_speech=0.9, logprob=-0.4, compression=1)) is None


def test_words_that_whisper_is_not_sure_of_are_believed_where_it_hears_speech() -> None:
    assert invention(Decoded("Open Krita.", 2, no_speech=0.1, logprob=-1.2, compression=1)) is None


def test_words_that_make_no_sense_to_whisper_are_not_believed() -> None:
    assert invention(Decoded("Kree the och bin", 2, no_speech=0.1, logprob=-1.7, compression=1)) == "unintelligible"


@pytest.mark.parametrize(
    "text",
    [
        "stop",
        "Stop, stop, stop, stop!",
        "No, no, no, no, stop.",
        "Never mind.",
        "Okay, stop.",
        "Thank you Otto, that's enough.",
        "What's two and two and two?",
        "What is 1 plus 1 plus 1 plus 1 plus 1?",
        "What is 2 * 3 * 4?",
        "What is (5 + 3) times 2?",
        "Play music.",
        "Play You by Radiohead.",
        "Open the music player.",
        "Note: thank you for the flowers.",
        "Take a note: subscribe to the newspaper.",
        "Bye the way, what time is it?",
        "So what's the weather like?",
        "Oh, set a timer for 5 minutes.",
        "Quiet!",
        "Add silence to the list.",
        "Call 555 1234 5555.",
    ],
)
def test_commands_are_believed(text: str) -> None:
    assert invention(sure(text)) is None


def test_every_example_of_a_command_is_believed() -> None:
    """Said at an easy two and a half words a second."""
    said = [
        example.text
        for file in read_folder(paths.bundled("examples"))
        if file.skill != "other"
        for example in (*file.shown, *file.examples)
    ]
    assert len(said) > 200
    assert [text for text in said if invention(sure(text, 0.5 + len(text.split()) / 2.5))] == []


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("[MUSIC] What time is it?", "What time is it?"),
        ("What time (laughs) is it?", "What time is it?"),
        ("Stop. [BLANK_AUDIO]", "Stop."),
        ("Stop. (door", "Stop."),
        ("What is 2 * 3 * 4?", "What is 2 * 3 * 4?"),
        ("What is (5 + 3) times 2?", "What is (5 + 3) times 2?"),
        ("  Set a   timer. ", "Set a timer."),
        ("♪ la la ♪ Stop.", "Stop."),
    ],
)
def test_captions_are_taken_out_of_the_words(text: str, left: str) -> None:
    assert without_captions(text) == left


def test_plain_words_are_comparable() -> None:
    assert plain_words("What's the TIME_zone, in Zürich?") == ["what", "s", "the", "time", "zone", "in", "zürich"]
