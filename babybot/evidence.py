"""How much speaks for a warning sign in each window of an utterance: the weights' score and the phrases in it.

A window is a run of a few sentences (`weights.py`); sentences added elsewhere change nothing in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log1p
from typing import Final, NamedTuple

from babybot.weights import Window

__all__ = ["BARE", "Evidence", "Hit"]

_FIRM: Final = 4.0
"""What a plain phrase adds to the evidence for itself.

Source: of 3,765 messages with a sign that hold one, none of them trained on, none is contradicted then and one falls
below the limit; of 70 harmless ones 16 and 19 do.
"""
BARE: Final = 2
"""Content words beside a phrase, in its sentence, up to which it is a bare mention ("stiffness?")."""
_FOUND: Final = 0.4
"""What a broad phrase in a window adds to its score."""
_EACH: Final = 1.8
"""What the number of different broad phrases adds, times log(1 + number)."""
_BARE: Final = 1.2
"""What a bare mention adds.

Source of the three: the best recall at 1 to 4% false alarms on messages by the authors from whom no phrase was taken
(34 to 112), scored by weights trained without them. A weight of its own for every phrase gained 0.4 points more.
"""


class Hit(NamedTuple):
    """A phrase that was found, neither masked nor denied nor told of another."""

    first: int
    """Number of its first sentence."""
    last: int
    """Number of its last sentence, inclusive."""
    phrase: tuple[str, int]
    """The red flag and the number of the phrase."""
    is_bare: bool
    is_firm: bool = False
    """Whether it is a plain phrase, which the weights must contradict clearly; else a broad one."""


class Evidence:
    """The windows of one utterance, weighed.

    Args:
        windows: with the weights' scores.
        hits: the phrases found.
    """

    def __init__(self, windows: Sequence[Window], hits: Sequence[Hit]) -> None:
        self._best: dict[Hit, float] = {}
        self._highest = max((window.score for window in windows), default=0.0)
        for window in windows:
            inside = [hit for hit in hits if window.first <= hit.first and hit.last < window.last]
            broad = {hit.phrase for hit in inside if not hit.is_firm}
            bare = any(hit.is_bare for hit in inside if not hit.is_firm)
            for hit in inside:
                total = window.score + _support(len(broad) + (hit.phrase not in broad), is_bare=bare or hit.is_bare)
                self._best[hit] = max(total, self._best.get(hit, total))

    def of(self, hit: Hit) -> float:
        """The most that speaks for a hit: of the windows that hold it, or of it alone where none holds it whole."""
        told = self._best.get(hit, self._highest + _support(1, is_bare=hit.is_bare))
        return told + _FIRM if hit.is_firm else told


def _support(count: int, *, is_bare: bool) -> float:
    """What so many phrases in a window add to its score."""
    return _FOUND + _EACH * log1p(count) + (_BARE if is_bare else 0.0)
