"""What Otto can do, in a few words: by what people say, or about one thing they name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from otto.arguments import comparable
from otto.skill import Skill
from otto.spoken import join_words

Sentences = Callable[[Skill, int], list[str]]  # gives so many things to say to a skill

GROUPS: Mapping[str, tuple[str, ...]] = {
    "tell the time and the weather": ("weather", "timecheck", "datecheck"),
    "set timers, alarms and reminders": ("timer", "timers", "alarm", "reminder"),
    "keep notes and lists": ("notes", "lists"),
    "do sums and convert units": ("math", "convert"),
    "open programs": ("run_app", "close_app"),
    "control music and sound": ("media", "volume"),
    "switch the lights": ("light",),
    "answer questions": ("openai", "docs", "search", "news"),
    "tell stories": ("story",),
    "look after this computer": ("system", "screenshot"),
}
SILENT = {"other", "cancel", "help"}  # nobody wants to hear of them
_GROUPS = 6  # more than a listener keeps in mind
_SAID = 3  # example sentences in an overview
_FLOOR = 0.5  # of 1: how much of a topic's words a skill must know
_NEAR = 0.9  # of the best: skills that are meant as well
_MOST = 3  # skills told about at once
_ALIKE = 84  # of 100: "whether" is 86 like "weather"
_EMPTY = set(
    "a an and any are by can do does for from have how i in is it me my of on or our out set some that the there this "
    "to up use using want what with work works you your about all get give make tell show say thing things stuff "
    "everything anything something"
    .split()
)  # fmt: skip


def overview(skills: Mapping[str, Skill], sentences: Sentences) -> tuple[str, str]:
    """What to say about all these skills, and the list of them for the screen."""
    told = {name: skill for name, skill in skills.items() if name not in SILENT}
    if not told:
        return "All my skills are switched off.", ""
    groups = [(words, [told[name] for name in names if name in told]) for words, names in GROUPS.items()]
    present = [(words, members) for words, members in groups if members]
    known = {name for names in GROUPS.values() for name in names}
    further = [name.replace("_", " ") for name in told if name not in known]
    abilities = [words for words, _ in present[:_GROUPS]] + [
        f"use {name}" for name in further[: _GROUPS - len(present)]
    ]
    if len(present) + len(further) > len(abilities):
        abilities.append("do more besides")
    firsts = [sentences(members[0], 1) for _, members in present] or [sentences(one, 1) for one in told.values()]
    said = [one for first in firsts for one in first][:_SAID]
    screen = "\n".join(f"{name}: {skill.summary}" for name, skill in told.items())
    return f"I can {join_words(abilities)}.{_to_say(said)}", screen


def about(topic: str, skills: Mapping[str, Skill], sentences: Sentences) -> tuple[str, str] | None:
    """What to say about the skills that a topic means, and their help for the screen; None when it means none."""
    if not _words(topic) and re.search(r"\w", topic):  # "everything"
        return overview(skills, sentences)
    order = [name for names in GROUPS.values() for name in names]
    names = [name for name in [*order, *skills] if name in skills and name not in SILENT]
    meant = _meant(topic, [skills[name] for name in dict.fromkeys(names)], sentences)
    if not meant:
        return None
    said = [one for skill in meant for one in sentences(skill, 2 if len(meant) == 1 else 1)]
    screen = "\n\n".join(f"{skill.signature}\n{skill.doc}" for skill in meant)
    return f"{_first_sentence(meant[0].summary)}{_to_say(said)}", screen


def _meant(topic: str, skills: Iterable[Skill], sentences: Sentences) -> list[Skill]:
    words = _words(topic)
    if not words:
        return []
    scores = {skill.name: (_score(words, skill, sentences), skill) for skill in skills}
    best = max((score for score, _ in scores.values()), default=0.0)
    if best < _FLOOR:
        return []
    near = sorted((pair for pair in scores.values() if pair[0] >= _NEAR * best), key=lambda pair: -pair[0])
    return [skill for _, skill in near[:_MOST]]


def _score(words: Sequence[str], skill: Skill, sentences: Sentences) -> float:
    """How much a skill is about these words, 0 to 1: by its name, then its summary, then what people say to it."""
    places = (
        (1.0, _words(skill.name.replace("_", " "))),
        (0.8, _words(skill.summary)),
        (0.6, [word for sentence in sentences(skill, 12) for word in _words(sentence)]),
    )
    found = [max(weight * _likeness(word, known) for weight, known in places) for word in words]
    return sum(found) / len(found)


def _likeness(word: str, known: Iterable[str]) -> float:
    from rapidfuzz import fuzz, process

    floor = _ALIKE if len(word) > 3 else 100  # "the" is 86 like "then"
    best = process.extractOne(word, list(known), scorer=fuzz.ratio, score_cutoff=floor)
    return best[1] / 100 if best else 0.0


def _words(text: str) -> list[str]:
    """The words that mean something, without their endings."""
    found = re.findall(r"[^\W_]+", comparable(text).replace("'s", ""))
    return [_stem(word) for word in found if word not in _EMPTY]


def _stem(word: str) -> str:
    """ "closing", "closes" and "close" are one; no more than that is needed here."""
    if len(word) > 4 and word.endswith("ies"):
        return f"{word[:-3]}y"
    for ending in ("ing", "es", "ed", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word.removesuffix(ending)
    return word


def _first_sentence(summary: str) -> str:
    """A summary for the user, without what it says about arguments, which is for the model."""
    first = re.split(r"[;.:] ", f"{summary} ")[0].rstrip(".;: ")
    return re.sub(r"\bthe user\b", "you", re.sub(r"\bthe user's\b", "your", first)) + "."


def _to_say(said: Sequence[str]) -> str:
    """The end of a reply: sentences to say."""
    return f" Say, for example: {' Or: '.join(said)}" if said else ""
