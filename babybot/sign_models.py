"""How much a stretch of words sounds like each red flag: a linear model a red flag, apart from all else that is said.

The most of them helps to tell whether it is a sign at all; which it is names signs that no phrase names. Training is
left to `sign_training.py`.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from math import sqrt
from struct import unpack
from typing import Final

from babybot.triage_features import LENGTH, feature_numbers, placed

__all__ = ["NO_SIGNS", "SignModels"]

_LANE: Final = 4
"""Bytes that the sum of one red flag has in the whole number that adds them all at once."""
_ZERO: Final = 128
"""What a weight of nothing is in such a number, which holds no negative ones."""
_RAISED: Final = bytes((byte + _ZERO) % 256 for byte in range(256))


class SignModels:
    """One model for each of some red flags. Immutable but for what it remembers; safe to share between threads.

    Args:
        flags: ids of the red flags.
        known: the features they know, by their numbers, rising.
        numbers: the weight of each feature for each flag, a row a feature, in units.
        biases: what each flag starts from.
        unit: what one unit is worth.
        margin: how far the first must be ahead of the second to be named.
    """

    __slots__ = ("_rows", "biases", "flags", "known", "margin", "numbers", "unit")

    def __init__(
        self,
        *,
        flags: Sequence[str],
        known: array[int],
        numbers: array[int],
        biases: Sequence[float],
        unit: float,
        margin: float,
    ) -> None:
        self.flags = tuple(flags)
        self.known = known
        self.numbers = numbers
        self.biases = tuple(biases)
        self.unit = unit
        self.margin = margin
        self._rows: dict[int, int] = {}

    def name(self, words: Sequence[str]) -> str | None:
        """The id of the red flag that some repaired words clearly sound like most; None where it is not clear."""
        scores = self.scores(words)
        if len(scores) < 2:
            return None
        first, second = sorted(scores, key=lambda flag: -scores[flag])[:2]
        return first if scores[first] - scores[second] >= self.margin else None

    def scores(self, words: Sequence[str]) -> Mapping[str, float]:
        """How much some repaired words sound like each red flag: above 0 like a sign of it; unbounded."""
        found = self.places(feature_numbers(words))
        return dict(zip(self.flags, self._scores(found), strict=True))

    def highest(self, places: frozenset[int]) -> float:
        """The most that some features sound like any red flag; 0 without models."""
        return max(self._scores(places), default=0.0)

    def places(self, numbers: Iterable[int]) -> frozenset[int]:
        """Places of the known ones of some features."""
        return placed(numbers, self.known)

    def _scores(self, places: frozenset[int]) -> list[float]:
        if not places or not self.flags:
            return list(self.biases)
        total = sum(map(self._row, places)).to_bytes(_LANE * len(self.flags), "little")
        unit, nothing = self.unit / sqrt(len(places)) ** LENGTH, _ZERO * len(places)
        sums = unpack(f"<{len(self.flags)}I", total)
        return [bias + (found - nothing) * unit for bias, found in zip(self.biases, sums, strict=True)]

    def _row(self, at: int) -> int:
        """The weights of a feature as one whole number, a lane for each red flag: one addition adds them all."""
        row = self._rows.get(at)
        if row is None:
            wide = len(self.flags)
            lanes = bytearray(_LANE * wide)
            lanes[::_LANE] = self.numbers[at * wide : (at + 1) * wide].tobytes().translate(_RAISED)
            row = self._rows[at] = int.from_bytes(lanes, "little")
        return row


NO_SIGNS: Final = SignModels(flags=(), known=array("I"), numbers=array("b"), biases=(), unit=0.0, margin=0.0)
"""Knows no red flag."""
