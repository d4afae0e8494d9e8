"""Repair of an utterance's spelling against the words of the knowledge's own questions.

Nothing is looked up outside the knowledge; what the repaired words mean is left to the retriever.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from babybot.text import stem

__all__ = ["Speller"]

_SHORTEST: Final = 4
"""Letters of the shortest word that is repaired."""
_LONG: Final = 8
"""From so many letters on two slips are repaired, below it one."""
_REMEMBERED: Final = 4096
"""Words whose repair is kept in mind; past it nothing more is remembered, and results stay the same."""


class Speller:
    """Reads unknown words as known ones. Immutable but for a bounded memory of earlier answers."""

    __slots__ = ("_by_end", "_by_start", "_counts", "_memory", "_stems")

    def __init__(self, counts: Mapping[str, int]) -> None:
        """Args: counts: each known word with the number of questions that hold it."""
        self._counts = MappingProxyType(dict(counts))
        self._stems = frozenset(map(stem, counts))
        self._by_start = _buckets(counts, 0)
        self._by_end = _buckets(counts, -1)
        self._memory: dict[str, str] = {}

    def repair(self, word: str) -> str:
        """The known word nearest to an unknown one, or the word itself.

        One slip (insertion, deletion, substitution, swap of neighbours) is repaired in a word of four to seven
        letters, two in a longer one; ties go to the word in more questions, then by alphabet.
        """
        if len(word) < _SHORTEST or word in self._counts or not word.isalpha() or stem(word) in self._stems:
            return word
        known = self._memory.get(word)
        if known is None:
            known = self._nearest(word)
            if len(self._memory) < _REMEMBERED:
                self._memory[word] = known
        return known

    def _nearest(self, word: str) -> str:
        """A slip touches the first or the last letter, seldom both: two small buckets instead of all words."""
        most = 2 if len(word) >= _LONG else 1
        for bucket in (self._by_start.get(word[0], ()), self._by_end.get(word[-1], ())):
            near = process.extract(word, bucket, scorer=OSA.distance, score_cutoff=most, limit=None)
            if near:
                return min(near, key=lambda found: (found[1], -self._counts[found[0]], found[0]))[0]
        return word


def _buckets(words: Iterable[str], position: int) -> dict[str, tuple[str, ...]]:
    """The words by the letter at a position, 0 or -1."""
    buckets: dict[str, list[str]] = {}
    for word in words:
        if len(word) >= _SHORTEST - 1:
            buckets.setdefault(word[position], []).append(word)
    return {letter: tuple(bucket) for letter, bucket in buckets.items()}
