"""Words -> the pieces that a sentence encoder knows, by the greedy longest match of WordPiece."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

__all__ = ["WordPieces"]

_FIRST: Final = "[CLS]"
_LAST: Final = "[SEP]"
_UNKNOWN: Final = "[UNK]"
_LONGEST: Final = 100
"""Letters of a word from which on it is unknown. Source: the tokenizer of all-MiniLM-L6-v2."""


class WordPieces:
    """Knows the numbers of the pieces. Immutable; safe to share between threads.

    Args:
        pieces: each with its number; those that go on with a word begin with "##".

    Raises:
        KeyError: where one of the three marks is missing.
    """

    def __init__(self, pieces: Mapping[str, int]) -> None:
        self._pieces = dict(pieces)
        self._ends = pieces[_FIRST], pieces[_LAST]
        self._unknown = pieces[_UNKNOWN]
        self._of_word = lru_cache(maxsize=20_000)(self._cut)

    def numbers(self, words: Sequence[str], most: int) -> tuple[int, ...]:
        """The pieces of some folded words between the marks of begin and end, at most so many in all."""
        found = [number for word in words for number in self._of_word(word)]
        first, last = self._ends
        return (first, *found[: most - 2], last)

    def _cut(self, word: str) -> tuple[int, ...]:
        return tuple(number for part in _parts(word) for number in self._longest(part))

    def _longest(self, part: str) -> list[int]:
        found, begin = [], 0
        while begin < len(part):
            end = len(part) if len(part) <= _LONGEST else begin
            while end > begin and (piece := ("##" if begin else "") + part[begin:end]) not in self._pieces:
                end -= 1
            if end == begin:
                return [self._unknown]
            found.append(self._pieces[piece])
            begin = end
        return found


def _parts(word: str) -> list[str]:
    """A word without accents, cut at whatever is no letter and no digit: "38.2" -> 38 . 2."""
    plain = "".join(mark for mark in unicodedata.normalize("NFD", word) if not unicodedata.combining(mark))
    parts, begin = [], 0
    for at, mark in enumerate(plain):
        if not mark.isalnum():
            parts += [plain[begin:at], mark]
            begin = at + 1
    return [part for part in (*parts, plain[begin:]) if part and not part.isspace()]
