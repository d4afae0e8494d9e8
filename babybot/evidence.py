"""How much speaks for a warning sign in each window of an utterance: the weights' score and the phrases in it.

A window is a run of a few sentences (`weights.py`); sentences added elsewhere change nothing in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from babybot.weights import Window

__all__ = ["QUIET", "Evidence", "Hit"]

_FIRM: Final = 2.0
"""What a plain phrase adds to the evidence for itself besides.

Source: with 6, 1.85 instead of 1.39% false alarms on five sets by other authors, and not one sign more.
"""
_IMMUNE: Final = 7.5
"""What a plain phrase that nothing innocent can mean adds instead.

Source: with 6 "legs twitch when asleep. lasted ten mins" fell silent.
"""
_BARE_WORDS: Final = 2
"""Content words beside a phrase up to which it is a bare mention ("stiffness?")."""
_FOUND: Final = 0.5
"""What a phrase in a window adds to its score; how many there are tells nothing more.

Source: with 1.5 and a limit higher by 0.7, 1.39 instead of 1.31% false alarms on the same sets, and no sign more.
"""
QUIET: Final = 0.5
"""What it adds besides to the evidence for a quiet word."""
_CERTAIN: Final = float("inf")
"""What speaks for a plain phrase that is nearly its whole sentence: the weights learned from longer messages, and were
sure of the contrary for one short statement in eight that a tester wrote ("my baby is dead", "hit by a car")."""
_CERTAIN_WORDS: Final = 1
"""Content words beside it up to which it is; with two, "wasp drowned in my tea" was an emergency."""
_BARE: Final = 1.7
"""What a bare mention of a broad phrase adds.

Source: a logistic regression on 9,000 messages never trained on. A weight of its own for every phrase, or one by how
many signs and harmless messages hold it, gained nothing more.
"""


class Hit(NamedTuple):
    """A phrase that was found, neither masked nor denied nor told of another."""

    first: int
    """Number of its first sentence."""
    last: int
    """Number of its last sentence, inclusive."""
    beside: int
    """Content words beside it in its sentence, as far as the next "but"."""
    is_firm: bool = False
    """Whether it is a plain phrase, which the weights must contradict clearly; else a broad one."""
    is_immune: bool = False
    """Whether it is a plain phrase that nothing innocent can mean."""

    @property
    def is_bare(self) -> bool:
        """Whether it is a bare mention."""
        return self.beside <= _BARE_WORDS


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
            bare = any(hit.is_bare for hit in inside if not hit.is_firm)
            for hit in inside:
                total = window.score + _support(is_bare=bare or hit.is_bare)
                self._best[hit] = max(total, self._best.get(hit, total))

    def of(self, hit: Hit) -> float:
        """The most that speaks for a hit: of the windows that hold it, or of it alone where none holds it whole."""
        if hit.is_firm and hit.beside <= _CERTAIN_WORDS:
            return _CERTAIN
        told = self._best.get(hit, self._highest + _support(is_bare=hit.is_bare))
        return told + (_IMMUNE if hit.is_immune else _FIRM) if hit.is_firm else told


def _support(*, is_bare: bool) -> float:
    """What phrases in a window add to its score."""
    return _FOUND + (_BARE if is_bare else 0.0)
