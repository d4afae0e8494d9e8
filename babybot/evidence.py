"""How much speaks for a warning sign in each window of an utterance: the weights' score and the broad phrases in it.

A window is a run of a few sentences (`weights.py`); sentences added elsewhere change nothing in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log1p
from typing import Final, NamedTuple

from babybot.weights import Window

__all__ = ["BARE", "Evidence", "Hit"]

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
    """A broad phrase that was found, neither masked nor denied nor told of another."""

    first: int
    """Number of its first sentence."""
    last: int
    """Number of its last sentence, inclusive."""
    phrase: tuple[str, int]
    """The red flag and the number of the phrase."""
    is_bare: bool


class Evidence:
    """The windows of one utterance, weighed.

    Args:
        windows: with the weights' scores.
        hits: the broad phrases found.
    """

    def __init__(self, windows: Sequence[Window], hits: Sequence[Hit]) -> None:
        self._best: dict[tuple[int, int], float] = {}
        self._highest = max((window.score for window in windows), default=0.0)
        for window in windows:
            inside = [hit for hit in hits if window.first <= hit.first and hit.last < window.last]
            total = window.score + _support(inside)
            for hit in inside:
                place = (hit.first, hit.last)
                self._best[place] = max(total, self._best.get(place, total))

    def of(self, hit: Hit) -> float:
        """The most that speaks for a hit: of the windows that hold it, or of it alone where none holds it whole."""
        return self._best.get((hit.first, hit.last), self._highest + _support([hit]))


def _support(hits: Sequence[Hit]) -> float:
    """What the broad phrases in a window add to its score."""
    if not hits:
        return 0.0
    count = len({hit.phrase for hit in hits})
    return _FOUND + _EACH * log1p(count) + (_BARE if any(hit.is_bare for hit in hits) else 0.0)
