"""The triage weights: a linear model over the words and letters of a few sentences, trained from labelled examples.

Features are hashed into a fixed number of places, so the file is two plain arrays and loads at once; sums are of whole
numbers, so the score is the same on every platform. Training is left to `triage_training.py`.
"""

from __future__ import annotations

import json
import sys
from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from math import sqrt
from typing import Final, NamedTuple
from zlib import crc32

from babybot.text import Token

__all__ = ["PLACES", "WINDOW", "Weights", "features", "place"]

PLACES: Final = 1 << 18
"""Places that features are hashed into; about 100,000 features of the shipped examples share them."""
WINDOW: Final = 3
"""Sentences that are judged together at most, so that a sentence added elsewhere never changes what these say."""
SCALE: Final = 1024
"""What one unit of weight or of inverse document frequency is stored as."""
_GRAMS: Final = (3, 4, 5)
_STEPPED_OVER: Final = frozenset(
    (
        "a an the his her my our your their he she it they i we you is are was were be been am do does did "
        "has have had to of in on at and so just really very that this then also when while as for with"
    ).split()
)
"""Words that pairs step over as well: "eyes have rolled" holds the pair eyes rolled."""


def place(feature: str) -> int:
    """Where a feature is kept."""
    return crc32(feature.encode("utf-8", "surrogatepass")) % PLACES


@lru_cache(maxsize=20_000)
def _letters(word: str) -> frozenset[int]:
    """Places of the runs of three to five letters of a word with its ends marked."""
    padded = f"^{word[:40]}$"
    return frozenset(place("#" + padded[at : at + size]) for size in _GRAMS for at in range(len(padded) - size + 1))


def spelled_features(words: Sequence[str]) -> Iterator[str]:
    """Words, pairs of neighbours, and pairs that step over little words (marked `_`)."""
    previous = content = ""
    for word in words:
        yield word
        if previous:
            yield f"{previous} {word}"
        previous = word
        if word not in _STEPPED_OVER:
            if content:
                yield f"{content}_{word}"
            content = word


def features(words: Sequence[str]) -> frozenset[int]:
    """The places of the features of a stretch of folded words: words, pairs, and runs of letters within words."""
    found = {place(feature) for feature in spelled_features(words)}
    return frozenset(found.union(*(_letters(word) for word in set(words))))


class Weights(NamedTuple):
    """A trained linear model; its score is positive for what sounds like a warning sign, unbounded."""

    numbers: array[int]
    """Weight by place, times `SCALE`; `PLACES` long."""
    rarity: array[int]
    """Inverse document frequency by place, times `SCALE`; 0 for what training never saw."""
    bias: float
    sure: float
    """From this score on it escalates alone."""
    contradicts: float
    """Below this score it overrules a broad phrase."""
    fingerprint: str = ""
    """Of the examples it was trained from."""

    def score(self, words: Sequence[str]) -> float:
        """Score a stretch of folded words."""
        return self._score(features(words))

    def _score(self, found: Iterable[int]) -> float:
        total = length = 0
        numbers, rarity = self.numbers, self.rarity
        for at in found:
            rare = rarity[at]
            total += numbers[at] * rare
            length += rare * rare
        return self.bias + (total / sqrt(length) / SCALE if length else 0.0)

    def windows(self, tokens: Sequence[Token], sentence: Sequence[int]) -> tuple[tuple[int, int, float], ...]:
        """Scores of every run of up to `WINDOW` sentences: (first sentence, last exclusive, score)."""
        if not tokens:
            return ()
        words: list[list[str]] = [[] for _ in range(sentence[-1] + 1)]
        for token, number in zip(tokens, sentence, strict=True):
            words[number].append(token.word)
        found = [features(inside) for inside in words]
        result = []
        for first in range(len(words)):
            joined: frozenset[int] = frozenset()
            for last in range(first + 1, min(first + WINDOW, len(words)) + 1):
                joined |= found[last - 1]
                result.append((first, last, self._score(joined)))
        return tuple(result)

    def weightiest(self, words: Sequence[str], limit: int = 8) -> tuple[tuple[str, float], ...]:
        """The words and pairs that weigh most, by falling size: (words, weight times rarity)."""
        weighed = {}
        for feature in spelled_features(words):
            at = place(feature)
            weighed[feature] = self.numbers[at] * self.rarity[at] / SCALE**2
        return tuple(sorted(weighed.items(), key=lambda pair: (-abs(pair[1]), pair[0]))[:limit])

    def dump(self) -> bytes:
        """Plain bytes, the same on every platform: one line of JSON, then both arrays, low byte first."""
        head = {"bias": self.bias, "sure": self.sure, "contradicts": self.contradicts, "fingerprint": self.fingerprint}
        return json.dumps(head, sort_keys=True).encode() + b"\n" + _bytes(self.numbers) + _bytes(self.rarity)

    @classmethod
    def load(cls, data: bytes) -> Weights:
        """Read what `dump` wrote.

        Raises:
            ValueError: when it is something else.
        """
        end = data.find(b"\n")
        rest = memoryview(data)[end + 1 :]
        if len(rest) != 4 * PLACES:
            raise ValueError("these are no triage weights")
        head = json.loads(data[:end])
        numbers, rarity = _array("h", rest[: 2 * PLACES]), _array("H", rest[2 * PLACES :])
        return cls(
            numbers=numbers,
            rarity=rarity,
            bias=float(head["bias"]),
            sure=float(head["sure"]),
            contradicts=float(head["contradicts"]),
            fingerprint=str(head["fingerprint"]),
        )


def _bytes(numbers: array[int]) -> bytes:
    if sys.byteorder == "big":
        numbers = array(numbers.typecode, numbers)
        numbers.byteswap()
    return numbers.tobytes()


def _array(code: str, data: memoryview) -> array[int]:
    numbers: array[int] = array(code)
    numbers.frombytes(data)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
