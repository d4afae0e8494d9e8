"""Training the triage weights from labelled examples; needs numpy and scikit-learn (extra `train`).

Only `babybot build` imports this module.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from babybot.text import Stop, tokens
from babybot.weights import PLACES, SCALE, WINDOW, Weights, features

__all__ = ["fingerprint", "train"]

_FOLDS: Final = 5
_REGULARISATION: Final = 6.0
"""Inverse strength of the penalty. Source: leave-authors-out recall is flat from 4 to 20."""
_ALONE: Final = 0.05
"""Share of benign examples that the weights alone may raise, leaving their authors out.

The examples are far harder than what parents usually type (a third are alarm words meant innocently): of the
development messages the weights alone raise under 1%.
"""
_CONTRADICTED: Final = 0.74
"""Share of benign examples that lie below `contradicts`, leaving their authors out; of the red-flag ones 7% do."""
_RARE: Final = 2
"""Features in fewer examples are left out."""


def fingerprint(texts: Sequence[str], labels: Sequence[bool]) -> str:
    """A hash of the examples, in their order."""
    digest = hashlib.blake2b(digest_size=16)
    for text, label in zip(texts, labels, strict=True):
        digest.update(b"+" if label else b"-")
        digest.update(text.encode("utf-8", "surrogatepass") + b"\0")
    return digest.hexdigest()


def _sentences(text: str) -> list[list[str]]:
    """The folded words of each sentence."""
    result: list[list[str]] = [[]]
    for token in tokens(text):
        result[-1].append(token.word)
        if token.stop is Stop.SENTENCE:
            result.append([])
    return [words for words in result if words]


def _windows(text: str) -> list[frozenset[int]]:
    """Features of every run of up to `WINDOW` sentences of a longer message, and last those of the whole."""
    parts = _sentences(text) or [[]]
    found = [
        features([word for words in parts[first:last] for word in words])
        for first in range(len(parts))
        for last in range(first + 1, min(first + WINDOW, len(parts)) + 1)
        if len(parts) > 1
    ]
    return [*found, features([word for words in parts for word in words])]


def _matrix(rows: Sequence[frozenset[int]], rarity: NDArray[np.float64]) -> sparse.csr_matrix:
    """Rows of unit length, each feature weighed by its rarity."""
    indices = [at for row in rows for at in sorted(row) if rarity[at] > 0]
    counts = [sum(1 for at in row if rarity[at] > 0) for row in rows]
    matrix = sparse.csr_matrix(
        (rarity[indices], indices, np.concatenate([[0], np.cumsum(counts)])), shape=(len(rows), PLACES)
    )
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    lengths[lengths == 0] = 1.0
    return sparse.diags(1.0 / lengths) @ matrix


def _rarity(rows: Sequence[frozenset[int]]) -> NDArray[np.float64]:
    counts = np.zeros(PLACES)
    for row in rows:
        counts[list(row)] += 1
    rarity = np.log((1 + len(rows)) / (1 + counts)) + 1
    rarity[counts < _RARE] = 0.0
    return np.round(rarity * SCALE) / SCALE


def _fit(
    parts: Sequence[Sequence[frozenset[int]]], labels: NDArray[np.int64]
) -> tuple[NDArray[np.float64], float, NDArray[np.float64]]:
    """Fit to whole messages, and to every window of the benign ones, which are benign too.

    The windows are worth 10 points of recall at 2% false alarms by windows, leaving authors out.
    """
    rows = [part[-1] for part in parts]
    rarity = _rarity(rows)
    weights, targets = [1.0] * len(rows), list(labels)
    extra = [
        (window, 2.0 / (len(part) - 1))
        for part, label in zip(parts, labels, strict=True)
        if not label
        for window in part[:-1]
    ]
    rows += [window for window, _ in extra]
    weights += [weight for _, weight in extra]
    targets += [0] * len(extra)
    model = LogisticRegression(C=_REGULARISATION, max_iter=500, class_weight="balanced")
    model.fit(_matrix(rows, rarity), np.array(targets), sample_weight=np.array(weights))
    return model.coef_[0], float(model.intercept_[0]), rarity


def train(texts: Sequence[str], labels: Sequence[bool], authors: Sequence[str]) -> Weights:
    """Train the weights and learn their two thresholds by leaving authors out.

    Args:
        texts: the examples.
        labels: whether each must escalate; one a text.
        authors: who wrote each; an author's texts are never on both sides of a fold.

    Returns:
        Weights; the same examples in the same order give the same bytes on one platform.
    """
    y = np.array([int(label) for label in labels])
    parts = [_windows(text) for text in texts]
    judged = [part[:-1] if len(part) > 1 else part for part in parts]
    names = sorted(set(authors))
    fold = np.array([names.index(author) % min(_FOLDS, len(names)) for author in authors])
    scores = np.zeros(len(texts))
    for number in range(int(fold.max()) + 1):
        inside, outside = np.where(fold != number)[0], np.where(fold == number)[0]
        if len(set(y[inside])) < 2:
            continue
        coefficients, bias, rarity = _fit([parts[i] for i in inside], y[inside])
        flat = [window for i in outside for window in judged[i]]
        owner = np.repeat(outside, [len(judged[i]) for i in outside])
        found = np.asarray(_matrix(flat, rarity) @ coefficients).ravel() + bias
        best = np.full(len(texts), -np.inf)
        np.maximum.at(best, owner, found)
        scores[outside] = best[outside]
    benign = np.sort(scores[y == 0])
    coefficients, bias, rarity = _fit(parts, y)
    return Weights(
        numbers=array("h", np.clip(np.round(coefficients * SCALE), -32767, 32767).astype(int).tolist()),
        rarity=array("H", np.round(rarity * SCALE).astype(int).tolist()),
        bias=round(bias, 6),
        sure=round(float(np.quantile(benign, 1 - _ALONE)), 4) if len(benign) else float("inf"),
        contradicts=round(float(np.quantile(benign, _CONTRADICTED)), 4) if len(benign) else float("-inf"),
        fingerprint=fingerprint(texts, labels),
    )
