"""Training the names of signs from red-flag examples; needs numpy and scikit-learn (extra `train`).

Only `babybot build` imports this module.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.svm import LinearSVC

from babybot.feature_rows import Places, kept, placed
from babybot.labels import Labelled
from babybot.naming import NO_NAMES, SignNames
from babybot.triage_features import numbered, spelled

__all__ = ["train_names"]

_Floats: TypeAlias = NDArray[np.float64]

_FOLDS: Final = 4
_RIGHT: Final = 0.975
"""Share of the signs that are named at all that must be named right, leaving their authors out.

Source: measured, 81 to 87 of 100 signs are then named; of those that no phrase finds about two in three, 93% right.
"""
_RARE: Final = 8
"""Features in fewer examples are left out."""
_LEAST: Final = 3
"""Red flags from which on there is something to name."""
_STEPS: Final = 127
"""Units of the largest weight."""


def train_names(messages: Sequence[Labelled], words: Sequence[Sequence[str]]) -> SignNames:
    """Learn what each red flag sounds like, and how far the first must be ahead to be named.

    Args:
        messages: red-flag messages that tell of their sign.
        words: the repaired words of each.

    Returns:
        The names; `NO_NAMES` where there are too few red flags or authors.
    """
    flags = sorted({message.flag for message in messages if message.flag})
    authors = sorted({message.author for message in messages})
    if len(flags) < _LEAST or len(authors) < _FOLDS:
        return NO_NAMES
    numbers = [np.array(sorted({numbered(feature) for feature in spelled(found)}), dtype=np.int64) for found in words]
    known = kept(numbers, _RARE)
    if not len(known):
        return NO_NAMES
    rows = _matrix(numbers, known)
    targets = np.array([flags.index(message.flag or "") for message in messages])
    fold = np.array([authors.index(message.author) % _FOLDS for message in messages])
    ahead, right = np.zeros(len(messages)), np.zeros(len(messages), dtype=bool)
    for number in range(_FOLDS):
        outside = fold == number
        if len(set(targets[~outside].tolist())) < len(flags):
            return NO_NAMES
        scores = _fitted(rows[~outside], targets[~outside]).decision_function(rows[outside])
        second, first = np.sort(scores, axis=1)[:, -2:].T
        ahead[outside], right[outside] = first - second, scores.argmax(axis=1) == targets[outside]
    model = _fitted(rows, targets)
    unit = float(np.abs(model.coef_).max()) / _STEPS or 1.0
    return SignNames(
        flags=flags,
        known=array("I", known.tolist()),
        numbers=array("b", np.round(model.coef_.T / unit).astype(int).ravel().tolist()),
        biases=[round(float(bias), 6) for bias in model.intercept_],
        unit=unit,
        margin=round(_margin(ahead, right), 4),
    )


def _matrix(numbers: Sequence[Places], known: Places) -> sparse.csr_matrix:
    """A row of known features for each message, of unit length."""
    places = [placed(row, known) for row in numbers]
    counts = np.array([len(row) for row in places])
    ends = np.concatenate([[0], np.cumsum(counts)])
    values = np.repeat(1.0 / np.sqrt(np.maximum(counts, 1)), counts)
    return sparse.csr_matrix((values, np.concatenate(places), ends), shape=(len(numbers), len(known)))


def _fitted(rows: sparse.csr_matrix, targets: NDArray[np.int64]) -> LinearSVC:
    return LinearSVC(class_weight="balanced", random_state=0).fit(rows, targets)


def _margin(ahead: _Floats, right: NDArray[np.bool_]) -> float:
    """The smallest lead from which on enough are right."""
    order = np.argsort(-ahead)
    shares = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(shares >= _RIGHT)
    return float(ahead[order][enough[-1]]) if len(enough) else float("inf")
