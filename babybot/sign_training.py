"""Training the models of the red flags (`sign_models.py`); needs numpy and scikit-learn (extra `train`).

Only `babybot build` imports this module.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.svm import LinearSVC

from babybot.feature_rows import Places
from babybot.sign_models import NO_SIGNS, SignModels

__all__ = ["SignLines", "fit_signs", "margin_of", "packed"]

_Floats: TypeAlias = NDArray[np.float64]

_RIGHT: Final = 0.975
"""Share of the signs that are named at all that must be named right, leaving their authors out.

Source: measured, 88 to 96 of 100 signs are then named.
"""
_LEAST: Final = 3
"""Red flags from which on there is something to tell apart."""
_STEPS: Final = 127
"""Units of the largest weight."""


class SignLines(NamedTuple):
    """A fitted line for each red flag."""

    weights: _Floats
    """A row a feature, a column a red flag."""
    biases: _Floats

    def scores(self, rows: sparse.csr_matrix) -> _Floats:
        """How much each row sounds like each red flag; no columns where nothing was fitted."""
        found: _Floats = np.asarray(rows @ self.weights) + self.biases
        return found


def fit_signs(rows: sparse.csr_matrix, flags: NDArray[np.int64], wide: int) -> SignLines:
    """Fit each red flag against all other rows.

    Against the other red flags alone it could name a sign just as well; with the harmless rows the highest of the lines
    tells signs from the rest: 2 to 5 points of recall at 2% false alarms beside the one line for all signs.

    Args:
        rows: of messages that tell of a sign, and of harmless stretches.
        flags: the number of each row's red flag, -1 for none.
        wide: how many red flags there are.

    Returns:
        The lines; flat where there are too few red flags to tell apart.
    """
    present = sorted(set(flags[flags >= 0].tolist()))
    weights, biases = np.zeros((rows.shape[1], wide)), np.full(wide, -1.0)
    if len(present) < _LEAST or min(flags) >= 0:
        return SignLines(weights[:, :0], biases[:0])
    model = LinearSVC(class_weight="balanced", dual=False, tol=0.01).fit(rows, flags)
    weights[:, present] = model.coef_[1:].T
    biases[present] = model.intercept_[1:]
    return SignLines(weights, biases)


def margin_of(scores: _Floats, flags: NDArray[np.int64]) -> float:
    """The smallest lead of the first over the second from which on enough are named right.

    Args:
        scores: of signs that were left out, a row each.
        flags: the number of the red flag of each.
    """
    if not len(scores) or scores.shape[1] < _LEAST:
        return float("inf")
    second, first = np.sort(scores, axis=1)[:, -2:].T
    order = np.argsort(second - first, kind="stable")
    right = (scores.argmax(axis=1) == flags)[order]
    enough = np.flatnonzero(np.cumsum(right) / np.arange(1, len(order) + 1) >= _RIGHT)
    return float((first - second)[order][enough[-1]]) if len(enough) else float("inf")


def packed(lines: SignLines, flags: Sequence[str], known: Places, margin: float) -> SignModels:
    """The lines as they are shipped.

    Args:
        lines: what was fitted.
        flags: ids of the red flags.
        known: the number of each feature.
        margin: how far the first must be ahead to be named.
    """
    if not lines.weights.any():
        return NO_SIGNS
    unit = float(np.abs(lines.weights).max()) / _STEPS
    return SignModels(
        flags=flags,
        known=array("I", known.tolist()),
        numbers=array("b", np.round(lines.weights / unit).astype(int).ravel().tolist()),
        biases=[round(float(bias), 6) for bias in lines.biases],
        unit=unit,
        margin=round(margin, 4),
    )
