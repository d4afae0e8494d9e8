"""The triage weights: linear models over the words and letters of a few sentences, trained from labelled examples.

The file is plain arrays and loads at once; sums are of whole numbers, so the score is the same on every platform.
Training is left to `triage_training.py`.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Mapping, Sequence
from math import isfinite, sqrt
from typing import Final, NamedTuple

from babybot import arrays
from babybot.courtesies import without_courtesies
from babybot.sign_models import NO_SIGNS, SignModels
from babybot.spelling import Speller
from babybot.text import Token
from babybot.triage_features import LENGTH, feature_numbers, letters, numbered, placed, spelled

__all__ = ["LIKEST", "SCALE", "WINDOW", "Head", "Weights", "Window", "by_sentence", "speller"]

_FORMAT: Final = 6
"""Raised whenever the file or the features change, so that weights of another version are never used."""
WINDOW: Final = 3
"""Sentences that are judged together at most, so that a sentence added elsewhere never changes what these say."""
SCALE: Final = 1024
"""What one unit of weight or of worth is stored as."""
LIKEST: Final = 5.0
"""What the likeness to the likest red flag counts beside the line for all signs.

Source: 4 to 6 are alike on messages by authors left out; without it 2 to 5 points less recall at 2% false alarms.
"""
_REMEMBERED: Final = 20_000
"""Words whose letters are kept in mind; past it nothing more is kept, and results stay the same."""


def speller(words: Sequence[str]) -> Speller:
    """Repairs words that are neither real nor among the usual words of the examples (the most frequent first).

    Worth 1 to 2 points of recall at 2 to 5% false alarms, on messages by authors left out.
    """
    usual = frozenset(words)
    return Speller(lambda: {word: -rank for rank, word in enumerate(words)}, usual.__contains__)


def by_sentence(tokens: Sequence[Token], sentence: Sequence[int]) -> list[list[str]]:
    """The folded words of each sentence. Args: sentence: the number of each token's sentence, from 0."""
    words: list[list[str]] = [[] for _ in range(sentence[-1] + 1)] if sentence else []
    for token, number in zip(tokens, sentence, strict=True):
        words[number].append(token.word)
    return words


class Head(NamedTuple):
    """One linear model over the features; its score is unbounded."""

    numbers: array[int]
    """The weight of each feature, times `SCALE`."""
    bias: float
    """What is added to every score."""
    limit: float
    """From this score on it is sure."""
    floor: float = float("-inf")
    """Below this score it is sure of the contrary."""

    def weigh(self, places: frozenset[int], worth: Sequence[int]) -> int:
        """What some features add, times `SCALE` squared."""
        numbers = self.numbers
        return sum([numbers[at] * worth[at] for at in places])

    def score(self, total: int, square: int) -> float:
        """Args: total: what the features of a stretch add; square: the sum of their squared worths, as stored."""
        return self.bias + (total / SCALE**2 / (sqrt(square) / SCALE) ** LENGTH if square else 0.0)


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
        known: the features that training saw, by their numbers, rising; a feature's place among them is its place in
            every array.
        worth: how much each counts, times `SCALE`: more where it is rare, and where it parts signs from the harmless.
        signs: how much a stretch sounds like each red flag.
        words: the usual words of the examples, the most frequent first; unknown ones are read as the nearest of them.
        fingerprint: of the examples it was trained from.
    """

    __slots__ = (
        "_letters", "_speller", "alarm", "denial", "emergency", "fingerprint", "known", "signs", "words", "worth",
    )  # fmt: skip

    def __init__(
        self,
        *,
        alarm: Head,
        emergency: Head,
        denial: Head,
        known: array[int],
        worth: array[int],
        signs: SignModels = NO_SIGNS,
        words: Sequence[str] = (),
        fingerprint: str = "",
    ) -> None:
        self.alarm = alarm
        self.emergency = emergency
        self.denial = denial
        self.known = known
        self.worth = worth
        self.signs = signs
        self.words = words
        self.fingerprint = fingerprint
        self._speller = speller(words)
        self._letters: dict[str, frozenset[int]] = {}

    def _read(self, words: Sequence[str]) -> tuple[frozenset[int], frozenset[int]]:
        """Places of the features of some folded words: among all, and among those of the red flags."""
        repaired = self.repaired(words)
        told = feature_numbers(repaired)
        found = placed(told, self.known).union(*map(self._letters_of, set(repaired)))
        return found, self.signs.places(told)

    def _letters_of(self, word: str) -> frozenset[int]:
        found = self._letters.get(word)
        if found is None:
            found = placed(letters(word), self.known)
            if len(self._letters) < _REMEMBERED:
                self._letters[word] = found
        return found

    def is_denial(self, window: Window) -> bool:
        """Whether a window is sure to name a sign only to deny it."""
        return window.denial >= self.denial.limit

    def may_deny(self, window: Window) -> bool:
        """Whether a denial that was read in a window can be believed."""
        return window.denial >= self.denial.floor

    def name(self, words: Sequence[str]) -> str | None:
        """The id of the red flag that some folded words clearly sound like most; None where it is not clear."""
        return self.signs.name(self.repaired(words))

    def likeness(self, words: Sequence[str]) -> Mapping[str, float]:
        """How much some folded words sound like each red flag; see `SignModels.scores`."""
        return self.signs.scores(self.repaired(words))

    def repaired(self, words: Sequence[str]) -> list[str]:
        """Folded words without courtesies, and with misspellings read as the words they stand for."""
        return [self._speller.repair(word) for word in without_courtesies(words)]

    def windows(self, tokens: Sequence[Token], sentence: Sequence[int]) -> tuple[Window, ...]:
        """Every run of up to `WINDOW` sentences. Args: sentence: the number of each token's sentence, from 0."""
        if not tokens:
            return ()
        words = by_sentence(tokens, sentence)
        read = [self._read(inside) for inside in words]
        sums = [self._sums(places) for places, _ in read]
        result = []
        for first in range(len(words)):
            (joined, likest), totals = read[first], sums[first]
            for last in range(first + 1, min(first + WINDOW, len(words)) + 1):
                if last > first + 1:
                    added, likely = read[last - 1]
                    shared = self._sums(joined & added)
                    totals = [
                        before + own - twice for before, own, twice in zip(totals, sums[last - 1], shared, strict=True)
                    ]
                    joined, likest = joined | added, likest | likely
                square, *others = totals
                alarm, *rest = (head.score(total, square) for head, total in zip(self._heads, others, strict=True))
                result.append(Window(first, last, alarm + LIKEST * self.signs.highest(likest), *rest))
        return tuple(result)

    @property
    def _heads(self) -> tuple[Head, Head, Head]:
        return self.alarm, self.emergency, self.denial

    def _square(self, places: frozenset[int]) -> int:
        return sum([worth * worth for worth in [self.worth[at] for at in places]])

    def _sums(self, places: frozenset[int]) -> list[int]:
        """The sum of the squared worths of some features, then what they add for each head."""
        return [self._square(places), *(head.weigh(places, self.worth) for head in self._heads)]

    def weightiest(self, words: Sequence[str], limit: int = 8) -> tuple[tuple[str, float], ...]:
        """The words and pairs that weigh most, by falling size: (words, weight times worth)."""
        weighed = {}
        for feature in spelled(self.repaired(words)):
            for at in placed([numbered(feature)], self.known):
                weighed[feature] = self.alarm.numbers[at] * self.worth[at] / SCALE**2
        return tuple(sorted(weighed.items(), key=lambda pair: (-abs(pair[1]), pair[0]))[:limit])

    def dump(self) -> bytes:
        """Plain bytes, the same on every platform: one line of JSON, then the arrays, low byte first."""
        signs = self.signs
        start = {
            "format": _FORMAT,
            "size": len(self.known),
            "heads": [[head.bias, head.limit, head.floor] for head in self._heads],
            "signs": [len(signs.known), signs.flags, signs.biases, signs.unit, signs.margin],
            "fingerprint": self.fingerprint,
            "words": " ".join(self.words),
        }
        numbers = (self.known, self.worth, *(head.numbers for head in self._heads), signs.known, signs.numbers)
        return json.dumps(start, sort_keys=True).encode() + b"\n" + arrays.dumps(numbers)

    @classmethod
    def load(cls, data: bytes) -> Weights:
        """Read what `dump` wrote.

        Raises:
            ValueError: when it is something else.
        """
        end = data.find(b"\n")
        start = json.loads(data[:end]) if end > 0 else None
        if not isinstance(start, dict) or start.get("format") != _FORMAT:
            raise ValueError("these are no triage weights, or of another version")
        size = start["size"]
        rows, flags, biases, unit, margin = start["signs"]
        found = arrays.loads(
            data,
            end + 1,
            [("I", size), ("H", size), ("h", size), ("h", size), ("h", size), ("I", rows), ("b", rows * len(flags))],
        )
        known, worth, alarm, emergency, denial, signs, numbers = found
        heads = [
            Head(weights, *map(float, limits))
            for weights, limits in zip((alarm, emergency, denial), start["heads"], strict=True)
        ]
        if not isfinite(heads[0].limit):
            raise ValueError("these triage weights have no limit")
        if len(biases) != len(flags):
            raise ValueError("these triage weights know other red flags")
        return cls(
            alarm=heads[0],
            emergency=heads[1],
            denial=heads[2],
            known=known,
            worth=worth,
            signs=SignModels(
                flags=flags, known=signs, numbers=numbers, biases=biases, unit=float(unit), margin=float(margin)
            ),
            words=tuple(str(start["words"]).split()),
            fingerprint=str(start["fingerprint"]),
        )
