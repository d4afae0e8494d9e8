"""Greetings, apologies, thanks and "what should I do" around a sentence: words that tell nothing of the baby.

The examples are mostly vivid and begin at once, so that the weights took a greeting for the start of small talk: of
plain signs between "hi" and "any advice please" 30 in 100 fell silent, with these words left out 4.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias

__all__ = ["courtesies", "without_courtesies"]

_Phrases: TypeAlias = tuple[tuple[str, ...], ...]


def _phrases(text: str) -> _Phrases:
    """Phrases written with commas between them, the longest first."""
    return tuple(sorted((tuple(phrase.split()) for phrase in text.split(",")), key=lambda phrase: -len(phrase)))


_BEFORE: Final = _phrases(
    "hello, hi, hiya, hey, hi there, hello there, good morning, good evening, good afternoon, morning all, evening all,"
    " dear all, dear doctor, hello doctor, hi doctor, sorry to bother you, sorry to bother you but, sorry to ask,"
    " sorry to ask but, sorry if this is silly, sorry if this is silly but, quick question, just a quick question"
)
_BEHIND: Final = _phrases(
    "what should i do, what shall i do, what do i do, what can i do, what to do, what now, what would you do,"
    " should i be worried, should i worry, do i need to worry, do i need to do anything,"
    " is that something to worry about, is this something to worry about, is that normal, is this normal,"
    " is it normal, is that ok, is this ok, any advice, any advice please, any ideas, please advise, can you help,"
    " can anyone help, thanks, thank you, thanks in advance, many thanks, cheers"
)
_HIGH: Final = frozenset("temp temps temperature fever pitch pitched".split())
"""Words before which "hi" is "high"."""
_LEAST: Final = 2
"""Words that must be left; fewer, and the courtesies are all that is said."""


def courtesies(words: Sequence[str]) -> frozenset[int]:
    """Indexes of the words of courtesy at both ends of a sentence's folded words; none where little else is said."""
    begin, end = 0, len(words)
    for phrase in _BEFORE:
        if tuple(words[: len(phrase)]) == phrase and _HIGH.isdisjoint(words[len(phrase) : len(phrase) + 1]):
            begin = len(phrase)
            break
    for phrase in _BEHIND:
        if tuple(words[-len(phrase) :]) == phrase:
            end -= len(phrase)
            break
    return frozenset((*range(begin), *range(end, len(words)))) if end - begin >= _LEAST else frozenset()


def without_courtesies(words: Sequence[str]) -> list[str]:
    """A sentence's folded words without those of courtesy.

    >>> without_courtesies("hello he fell what should i do".split())
    ['he', 'fell']
    """
    skipped = courtesies(words)
    return [word for at, word in enumerate(words) if at not in skipped]
