"""Features as numbers in arrays, for training; needs numpy (extra `train`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Places", "kept", "placed"]

Places: TypeAlias = NDArray[np.int64]
"""Numbers of features, or their places among the known ones; rising."""


def kept(rows: Sequence[Places], rare: int) -> Places:
    """Numbers of the features that at least so many rows hold."""
    numbers, counts = np.unique(np.concatenate([np.empty(0, np.int64), *rows]), return_counts=True)
    return numbers[counts >= rare]


def placed(numbers: Places, known: Places) -> Places:
    """The places of some numbers among the known ones; the others are left out."""
    places = np.searchsorted(known, numbers)
    places[places == len(known)] = 0
    return places[known[places] == numbers] if len(known) else places[:0]
