"""What Whisper writes when nobody spoke: captions of noise, thanks to an audience, loops, the prompt repeated.

Pure: told what was decoded, it says why the text is not to be believed, or None. The thresholds of ``no_speech`` and
``logprob`` are those of openai-whisper's own transcribe.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_NO_SPEECH, _LOGPROB, _COMPRESSION = 0.6, -1.0, 2.4
_GIBBERISH = -1.6
_CAPTION = re.compile(r"[\[(*]\s*(?=[^\W\d]).*?(?:[\])*]|$)|[♪♫].*?(?:[♪♫]|$)")  # no digits: "2 * 3" is a sum
_THANKS = r"(?:thank you|thanks)(?: (?:so|very) much)?(?: for (?:watching|listening|your attention)(?: this video)?)?"
_PHRASES = (
    _THANKS,
    r"(?:please )?(?:like and )?subscribe(?: to (?:my|the|our) channel)?",
    r"(?:i ll )?see you (?:next time|later|in the next (?:video|one))",
    r"bye|you|so|oh|ah|uh|um|hmm|mm|okay|ok|and",
    r"amara org|music|applause|laughter|silence|blank audio",
)
_STOCK = re.compile(
    rf"(?:{'|'.join(_PHRASES)})(?: (?:{'|'.join(_PHRASES)}))*|(?:subtitles|captions|transcribed|translated) by .*"
)
_MAX_WORDS_A_SECOND = 6.0
_FREE_WORDS = 3
_LOOP = 10


@dataclass(frozen=True)
class Decoded:
    """One decoding of Whisper: its text and what it says of it; ``seconds`` is the length of the sound."""

    text: str
    seconds: float
    no_speech: float
    logprob: float
    compression: float


def invention(decoded: Decoded) -> str | None:
    """Why this is not what somebody said, or None when it may be."""
    words = plain_words(decoded.text)
    if not plain_words(_CAPTION.sub(" ", decoded.text)):
        return "no words"
    if decoded.no_speech > _NO_SPEECH and decoded.logprob < _LOGPROB:
        return "no speech"
    if decoded.logprob < _GIBBERISH:
        return "unintelligible"
    if decoded.compression > _COMPRESSION or _loops(words):
        return "a loop"
    if len(words) > _FREE_WORDS + _MAX_WORDS_A_SECOND * decoded.seconds:
        return "more words than anyone can say in the time"
    if _STOCK.fullmatch(" ".join(words)):
        return "a stock phrase"
    return None


def without_captions(text: str) -> str:
    """The text less bracketed captions such as "[MUSIC]"."""
    return " ".join(_CAPTION.sub(" ", text).split())


def plain_words(text: str) -> list[str]:
    """Lower-case words without punctuation."""
    return re.findall(r"[^\W_]+", text.lower())


def _loops(words: list[str]) -> bool:
    """Whether a run of one to six words repeats for `_LOOP` words and four times at least.

    Shorter ones are said: "stop, stop, stop, stop", "one plus one plus one plus one".
    """
    for length in range(1, 7):
        times = max(4, -(-_LOOP // length))
        for start in range(len(words) - times * length + 1):
            run = words[start : start + length]
            if words[start : start + times * length] == run * times:
                return True
    return False
