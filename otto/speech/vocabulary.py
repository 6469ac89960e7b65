"""What the enabled skills sound like: the sentences that Whisper is told to expect."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from otto.examples import ExamplesFile

_WORDS = 160  # a sentence for each bundled skill; Whisper's prompt holds 224 tokens, which are then nearly full


def hints(files: Sequence[ExamplesFile], skills: Iterable[str]) -> list[str]:
    """A few example utterances of each enabled skill, in turns, up to about `_WORDS` words in all.

    Only sentences with a call of the skill's own are taken: nothing of ``other()``, which is what Otto is not told.
    """
    known = set(skills) - {"other"}
    sentences = [
        [
            one.text
            for one in file.shown
            if all(call.name in known for call in one.calls) and one.text.endswith((".", "?"))
        ]
        for file in files
    ]
    chosen = ["Hey Otto, can you help me?"] if any(sentences) else []
    for turn in range(max(map(len, sentences), default=0)):
        for of_skill in sentences:
            if turn < len(of_skill) and sum(len(one.split()) for one in [*chosen, of_skill[turn]]) <= _WORDS:
                chosen.append(of_skill[turn])
    return chosen
