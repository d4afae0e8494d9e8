"""Greetings, apologies, thanks and "what should I do": words around a message that tell nothing of the baby.

The examples are mostly vivid and begin at once, so that the weights took a greeting for the start of small talk: of
plain signs between "hi" and "any advice please" 30 in 100 fell silent, with these words left out 4.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

__all__ = ["courtesies", "without_courtesies"]

_PHRASES: Final = sorted(
    (
        tuple(phrase.split())
        for phrase in (
            "hello, hi, hiya, hey, hi there, hello there, good morning, good evening, good afternoon, morning all, "
            "evening all, dear all, dear doctor, hello doctor, hi doctor, sorry to bother you, sorry to bother, "
            "sorry to ask, sorry if this is silly, quick question, quick one, just a quick one, just a quick question, "
            "what should i do, what shall i do, what do i do, what can i do, what to do, what now, what would you do, "
            "should i be worried, should i worry, do i need to worry, do i need to do anything, "
            "is that something to worry about, is this something to worry about, is that normal, is this normal, "
            "is it normal, is that ok, is this ok, any advice, any advice please, any ideas, please advise, please, "
            "pls, plz, can you help, can anyone help, thanks, thank you, thanks in advance, many thanks, cheers, ta"
        ).split(",")
    ),
    key=lambda phrase: -len(phrase),
)
_BY_FIRST: Final = {
    first: tuple(phrase for phrase in _PHRASES if phrase[0] == first) for first in {phrase[0] for phrase in _PHRASES}
}
_LEAST: Final = 2
"""Words that must be left; fewer, and the courtesies are all that is said."""


def courtesies(words: Sequence[str]) -> frozenset[int]:
    """Indexes of the words of courtesy among some folded words, the longest phrases first."""
    found: set[int] = set()
    at = 0
    while at < len(words):
        phrases = _BY_FIRST.get(words[at], ())
        long = next((len(phrase) for phrase in phrases if tuple(words[at : at + len(phrase)]) == phrase), 0)
        found.update(range(at, at + long))
        at += long or 1
    return frozenset(found)


def without_courtesies(words: Sequence[str]) -> list[str]:
    """Folded words without those of courtesy; all of them where hardly any others are left.

    >>> without_courtesies("hello he fell what should i do".split())
    ['he', 'fell']
    """
    skipped = courtesies(words)
    left = [word for at, word in enumerate(words) if at not in skipped]
    return left if len(left) >= _LEAST else list(words)
