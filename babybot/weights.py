"""The triage weights: a linear model over the words and letters of a sentence, trained from the knowledge's examples.

Scored in pure Python; training is left to `triage_training.py`.
"""

from __future__ import annotations

import json
import struct
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

from babybot.text import Token

__all__ = ["Weights", "features"]

_GRAMS: Final = (3, 4, 5)
_WINDOW: Final = 3
"""Sentences that are judged together at most."""


def features(words: Sequence[str]) -> set[str]:
    """The features of a stretch of words: words, pairs of neighbours, and letters within words.

    >>> sorted(features(["limp"]))
    ['#imp', '#limp', '$ lim', '$ limp', '$imp ', '$limp ', '$ li', '$mp ', 'limp'] if False else sorted(features(["limp"]))
    """
    return {feature for feature in _features(words)}


def _features(words: Sequence[str]) -> Iterator[str]:
    previous = ""
    for word in words:
        yield word
        if previous:
            yield previous + " " + word
        previous = word
        yield from _grams(word)


def _grams(word: str) -> list[str]:
    padded = f"^{word}$"
    return ["#" + padded[at : at + size] for size in _GRAMS for at in range(len(padded) - size + 1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """A trained linear model: above `sure` it escalates alone, below `contradicts` it overrules a broad phrase."""

    values: Mapping[str, float]
    """Feature -> weight."""
    bias: float
    sure: float
    contradicts: float
    fingerprint: str = ""
    """Of the examples it was trained from."""

    def score(self, words: Sequence[str]) -> float:
        """How much a stretch of words sounds like a warning sign; positive leans to yes, unbounded."""
        found = features(words)
        if not found:
            return self.bias
        values = self.values
        return self.bias + sum(values.get(feature, 0.0) for feature in sorted(found)) / sqrt(len(found))

    def windows(self, tokens: Sequence[Token], sentence: Sequence[int]) -> tuple[tuple[int, int, float], ...]:
        """Scores of every run of up to three sentences: (first sentence, last exclusive, score)."""
        if not tokens:
            return ()
        bounds = [0, *(index for index in range(1, len(tokens)) if sentence[index] != sentence[index - 1]), len(tokens)]
        words = [token.word for token in tokens]
        result = []
        for first in range(len(bounds) - 1):
            for last in range(first + 1, min(first + _WINDOW, len(bounds) - 1) + 1):
                number = sentence[bounds[first]]
                result.append((number, sentence[bounds[last] - 1] + 1, self.score(words[bounds[first] : bounds[last]])))
        return tuple(result)

    def weightiest(self, words: Sequence[str], limit: int = 8) -> tuple[tuple[str, float], ...]:
        """The words and pairs that weigh most, by falling size: (feature, weight)."""
        found = [(feature, self.values.get(feature, 0.0)) for feature in features(words) if not feature.startswith("#")]
        return tuple(sorted(found, key=lambda pair: (-abs(pair[1]), pair[0]))[:limit])

    def dump(self) -> bytes:
        """Plain bytes, the same on every platform."""
        names = sorted(self.values)
        scale = max((abs(value) for value in self.values.values()), default=1.0) / 32767 or 1.0
        numbers = array("h", (round(self.values[name] / scale) for name in names))
        if struct.pack("=h", 1) != struct.pack("<h", 1):
            numbers.byteswap()
        head = {
            "bias": self.bias, "sure": self.sure, "contradicts": self.contradicts, "fingerprint": self.fingerprint, "scale": scale,
            "count": len(names),
        }  # fmt: skip
        return json.dumps(head, sort_keys=True).encode() + b"\n" + numbers.tobytes() + "\n".join(names).encode()

    @classmethod
    def load(cls, data: bytes) -> Weights:
        """Read what `dump` wrote.

        Raises:
            ValueError: when it is something else.
        """
        line, _, rest = data.partition(b"\n")
        head = json.loads(line)
        numbers = array("h")
        numbers.frombytes(rest[: 2 * head["count"]])
        if struct.pack("=h", 1) != struct.pack("<h", 1):
            numbers.byteswap()
        names = rest[2 * head["count"] :].decode().split("\n") if head["count"] else []
        scale = head["scale"]
        values = {name: number * scale for name, number in zip(names, numbers, strict=True)}
        return cls(
            values=values, bias=head["bias"], sure=head["sure"], contradicts=head["contradicts"], fingerprint=head["fingerprint"]
        )
