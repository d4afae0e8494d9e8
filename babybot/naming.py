"""Which red flag a stretch of words sounds most like, for signs that no phrase names: a linear model a red flag.

Training is left to `naming_training.py`; whether anything is a sign at all is not asked here.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from math import sqrt
from typing import Final

from babybot.triage_features import numbered, spelled

__all__ = ["NO_NAMES", "SignNames"]


class SignNames:
    """Names the red flag of a stretch of words. Immutable; safe to share between threads.

    Args:
        flags: ids of the red flags.
        known: the features it knows, by their numbers, rising.
        numbers: the weight of each feature for each flag, a row a feature, in units.
        biases: what each flag starts from.
        unit: what one unit is worth.
        margin: how far the first must be ahead of the second to be named.
    """

    __slots__ = ("biases", "flags", "known", "margin", "numbers", "unit")

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

    def name(self, words: Sequence[str]) -> str | None:
        """The id of the red flag that some repaired words clearly sound like most; None where it is not clear."""
        scores = self.scores(words)
        if len(scores) < 2:
            return None
        first, second = sorted(scores, key=lambda flag: -scores[flag])[:2]
        return first if scores[first] - scores[second] >= self.margin else None

    def scores(self, words: Sequence[str]) -> Mapping[str, float]:
        """How much some repaired words sound like each red flag; unbounded."""
        wide, known = len(self.flags), self.known
        found = {number: bisect_left(known, number) for number in map(numbered, spelled(words))}
        rows = [at for number, at in found.items() if at < len(known) and known[at] == number]
        if not rows:
            return dict(zip(self.flags, self.biases, strict=True))
        sums = map(sum, zip(*(self.numbers[at * wide : (at + 1) * wide] for at in rows), strict=True))
        unit = self.unit / sqrt(len(rows))
        return {flag: bias + total * unit for flag, bias, total in zip(self.flags, self.biases, sums, strict=True)}


NO_NAMES: Final = SignNames(flags=(), known=array("I"), numbers=array("b"), biases=(), unit=0.0, margin=0.0)
"""Names nothing."""
