"""The triage weights: linear models over the words and letters of a few sentences, trained from labelled examples.

Features are hashed into a fixed number of places, so the file is plain arrays and loads at once; sums are of whole
numbers, so the score is the same on every platform. Training is left to `triage_training.py`.
"""

from __future__ import annotations

import json
import sys
from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from math import isfinite, sqrt
from typing import Final, NamedTuple
from zlib import crc32

from babybot.spelling import Speller
from babybot.text import Token

__all__ = ["PLACES", "SCALE", "WINDOW", "Head", "Weights", "Window", "features", "place", "speller"]

_FORMAT: Final = 2
"""Raised whenever the file or the features change, so that weights of another version are never used."""
PLACES: Final = 1 << 18
"""Places that features are hashed into; about 100,000 features of the shipped examples share them."""
WINDOW: Final = 3
"""Sentences that are judged together at most, so that a sentence added elsewhere never changes what these say."""
SCALE: Final = 1024
"""What one unit of weight or of inverse document frequency is stored as."""
_GRAMS: Final = (3, 4, 5)
_REACH: Final = 4
"""Content words before a word that it is paired with."""
_CUT: Final = 6
"""Letters of each word that such a pair keeps, so that forms of a word share it."""
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


def _spelled_features(words: Sequence[str]) -> Iterator[str]:
    """Words, pairs of neighbours (marked by a blank), of content words next to each other, and of near ones, cut."""
    previous = ""
    content: list[str] = []
    for word in words:
        yield word
        if previous:
            yield f"{previous} {word}"
        previous = word
        if word not in _STEPPED_OVER:
            if content:
                yield f"{content[-1]}_{word}"
            for earlier in content[-_REACH:]:
                yield f"{earlier[:_CUT]}__{word[:_CUT]}"
            content.append(word)


def features(words: Sequence[str]) -> frozenset[int]:
    """The places of the features of a stretch of folded words: words, pairs, and runs of letters within words.

    The pairs that are cut are worth 1 to 2 points of recall at 2 to 5% false alarms, on messages by authors left out.
    """
    found = {place(feature) for feature in _spelled_features(words)}
    return frozenset(found.union(*(_letters(word) for word in set(words))))


def speller(words: Sequence[str]) -> Speller:
    """Repairs words that are neither real nor among the usual words of the examples (the most frequent first).

    Worth 1 to 2 points of recall at 2 to 5% false alarms, on messages by authors left out.
    """
    usual = frozenset(words)
    return Speller(lambda: {word: -rank for rank, word in enumerate(words)}, usual.__contains__)


class Head(NamedTuple):
    """One linear model over the features; its score is unbounded."""

    numbers: array[int]
    """Weight by place, times `SCALE`; `PLACES` long."""
    bias: float
    """What is added to every score."""
    limit: float
    """From this score on it is sure."""
    floor: float = float("-inf")
    """Below this score it is sure of the contrary."""

    def weigh(self, places: frozenset[int], rarity: Sequence[int]) -> int:
        """What some features add, times `SCALE` squared."""
        numbers = self.numbers
        return sum([numbers[at] * rarity[at] for at in places])

    def score(self, total: int, square: int) -> float:
        """Args: total: what the features of a stretch add; square: the sum of their squared rarities."""
        return self.bias + (total / sqrt(square) / SCALE if square else 0.0)


class Window(NamedTuple):
    """A run of up to `WINDOW` sentences of an utterance, judged together; its scores are unbounded."""

    first: int
    """Number of its first sentence."""
    last: int
    """Number of its last sentence, exclusive."""
    score: float
    """How much it sounds like a warning sign."""
    emergency: float = float("-inf")
    """How much it sounds like an emergency rather than a lesser sign."""
    denial: float = float("-inf")
    """How much it sounds like naming a sign only to deny it."""


class Weights:
    """What was learned from the examples: whether a stretch tells of a sign, of an emergency, or denies one.

    Immutable but for what it remembers of repaired words; safe to share between threads.

    Args:
        alarm: positive for what sounds like a warning sign; where it is sure it escalates alone.
        emergency: positive for a sign that sounds like an emergency rather than a lesser one.
        denial: positive for what names a sign only to deny it.
        rarity: inverse document frequency by place, times `SCALE`; 0 for what training never saw.
        words: the usual words of the examples, the most frequent first; unknown ones are read as the nearest of them.
        fingerprint: of the examples it was trained from.
    """

    __slots__ = ("_speller", "alarm", "denial", "emergency", "fingerprint", "rarity", "words")

    def __init__(
        self,
        *,
        alarm: Head,
        emergency: Head,
        denial: Head,
        rarity: array[int],
        words: Sequence[str] = (),
        fingerprint: str = "",
    ) -> None:
        self.alarm = alarm
        self.emergency = emergency
        self.denial = denial
        self.rarity = rarity
        self.words = words
        self.fingerprint = fingerprint
        self._speller = speller(words)

    def score(self, words: Iterable[str]) -> float:
        """How much a stretch of folded words sounds like a warning sign."""
        found = features(self.repaired(words))
        return self.alarm.score(self.alarm.weigh(found, self.rarity), self._square(found))

    def is_emergency(self, window: Window) -> bool:
        """Whether a window that tells of a sign is sure to tell of an emergency."""
        return window.emergency >= self.emergency.limit

    def is_denial(self, window: Window) -> bool:
        """Whether a window is sure to name a sign only to deny it."""
        return window.denial >= self.denial.limit

    def may_deny(self, window: Window) -> bool:
        """Whether a denial that was read in a window can be believed."""
        return window.denial >= self.denial.floor

    def repaired(self, words: Iterable[str]) -> list[str]:
        """Folded words with misspellings read as the words they stand for."""
        return [self._speller.repair(word) for word in words]

    def windows(self, tokens: Sequence[Token], sentence: Sequence[int]) -> tuple[Window, ...]:
        """Every run of up to `WINDOW` sentences. Args: sentence: the number of each token's sentence, from 0."""
        if not tokens:
            return ()
        words: list[list[str]] = [[] for _ in range(sentence[-1] + 1)]
        for token, number in zip(tokens, sentence, strict=True):
            words[number].append(token.word)
        found = [features(self.repaired(inside)) for inside in words]
        sums = [self._sums(places) for places in found]
        result = []
        for first in range(len(words)):
            joined, totals = found[first], sums[first]
            for last in range(first + 1, min(first + WINDOW, len(words)) + 1):
                if last > first + 1:
                    shared = self._sums(joined & found[last - 1])
                    totals = [
                        before + own - twice for before, own, twice in zip(totals, sums[last - 1], shared, strict=True)
                    ]
                    joined |= found[last - 1]
                square, *others = totals
                scores = (head.score(total, square) for head, total in zip(self._heads, others, strict=True))
                result.append(Window(first, last, *scores))
        return tuple(result)

    @property
    def _heads(self) -> tuple[Head, Head, Head]:
        return self.alarm, self.emergency, self.denial

    def _square(self, places: frozenset[int]) -> int:
        return sum([rare * rare for rare in [self.rarity[at] for at in places]])

    def _sums(self, places: frozenset[int]) -> list[int]:
        """The sum of the squared rarities of some features, then what they add for each head."""
        return [self._square(places), *(head.weigh(places, self.rarity) for head in self._heads)]

    def weightiest(self, words: Sequence[str], limit: int = 8) -> tuple[tuple[str, float], ...]:
        """The words and pairs that weigh most, by falling size: (words, weight times rarity)."""
        weighed = {}
        for feature in _spelled_features(self.repaired(words)):
            at = place(feature)
            weighed[feature] = self.alarm.numbers[at] * self.rarity[at] / SCALE**2
        return tuple(sorted(weighed.items(), key=lambda pair: (-abs(pair[1]), pair[0]))[:limit])

    def dump(self) -> bytes:
        """Plain bytes, the same on every platform: one line of JSON, then the arrays, low byte first."""
        start = {
            "format": _FORMAT,
            "heads": [[head.bias, head.limit, head.floor] for head in self._heads],
            "fingerprint": self.fingerprint,
            "words": " ".join(self.words),
        }
        arrays = (*(head.numbers for head in self._heads), self.rarity)
        return json.dumps(start, sort_keys=True).encode() + b"\n" + b"".join(map(_bytes, arrays))

    @classmethod
    def load(cls, data: bytes) -> Weights:
        """Read what `dump` wrote.

        Raises:
            ValueError: when it is something else.
        """
        end = data.find(b"\n")
        rest = memoryview(data)[end + 1 :]
        size = 2 * PLACES
        if len(rest) != 4 * size:
            raise ValueError("these are no triage weights")
        start = json.loads(data[:end])
        if start.get("format") != _FORMAT:
            raise ValueError("triage weights of another version")
        alarm, emergency, denial = (
            Head(_array("h", rest[at * size : (at + 1) * size]), *map(float, numbers))
            for at, numbers in enumerate(start["heads"])
        )
        if not isfinite(alarm.limit):
            raise ValueError("these triage weights have no limit")
        return cls(
            alarm=alarm,
            emergency=emergency,
            denial=denial,
            rarity=_array("H", rest[3 * size :]),
            words=tuple(str(start["words"]).split()),
            fingerprint=str(start["fingerprint"]),
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
