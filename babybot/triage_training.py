"""Training the triage weights from labelled examples; needs numpy and scikit-learn (extra `train`).

Only `babybot build` imports this module.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from babybot.courtesies import without_courtesies
from babybot.feature_rows import Places, kept, placed
from babybot.labels import Labelled, fingerprint
from babybot.model import Urgency
from babybot.sign_training import SignLines, fit_signs, margin_of, packed
from babybot.triage_features import LENGTH, feature_numbers, features
from babybot.weights import LIKEST, SCALE, WINDOW, Head, Weights, speller

__all__ = ["train"]

_Floats: TypeAlias = NDArray[np.float64]

_FOLDS: Final = 4
_SIDE_BY_SIDE: Final = 2
"""Fits at a time; each holds 3 GB at the shipped size."""
_REGULARISATION: Final = 25.0
"""Inverse strength of the penalty; recall on authors left out is flat from 15 to 60."""
_ALONE: Final = 0.018
"""Share of benign examples that the weights alone may raise, leaving their authors out.

Far harder than what parents usually type: a third are alarm words meant innocently.
"""
_HEARD: Final = 0.046
"""Share of benign examples that may be raised or bring a quiet word, leaving their authors out."""
_GRAVE: Final = 0.03
"""Share of the lesser signs that may be graded as emergencies, leaving their authors out; seven in ten of the
emergencies are."""
_QUIET: Final = 0.005
"""Share of benign examples that may be read as denials, leaving their authors out."""
_DOUBTED: Final = 0.02
"""Share of denials that need not be believed, leaving their authors out; of the signs wrongly read as denied two in
three are then told apart."""
_USUAL: Final = 8
"""Examples that hold a word, from which on it is one that misspellings are read as."""
_RARE: Final = 3
"""Features in fewer examples are left out."""
_COMMON: Final = 8
"""Messages with a sign that hold a feature, from which on the models of the red flags know it."""
_LEAST: Final = 0.5
"""What a feature counts that tells nothing, beside the size of its log odds; 0.3 and 1 are alike."""
_NONE: Final[Places] = np.empty(0, np.int64)


def _usual(messages: Sequence[Sequence[Sequence[str]]]) -> tuple[str, ...]:
    """The words that many messages hold, the most frequent first."""
    counts = Counter(chain.from_iterable({word for sentence in message for word in sentence} for message in messages))
    return tuple(sorted((word for word, count in counts.items() if count >= _USUAL), key=lambda w: (-counts[w], w)))


def _windows(message: Sequence[Sequence[str]]) -> list[Places]:
    """Numbers of the features of every run of up to `WINDOW` sentences of a longer message, last of the whole.

    Those of a run are those of its sentences, as `Weights.windows` has them.
    """
    parts = [_numbers(words) for words in message or [[]]]
    found = [
        _joined(parts[first:last])
        for first in range(len(parts))
        for last in range(first + 1, min(first + WINDOW, len(parts)) + 1)
        if len(parts) > 1
    ]
    return [*found, _joined(parts)]


def _joined(parts: Sequence[Places]) -> Places:
    return parts[0] if len(parts) == 1 else np.unique(np.concatenate(parts))


def _numbers(words: Sequence[str]) -> Places:
    """Numbers of the features of some words, rising."""
    return np.sort(np.fromiter(features(words), dtype=np.int64))


class _Line(NamedTuple):
    """A fitted linear model."""

    weights: _Floats
    bias: float

    def scores(self, rows: sparse.csr_matrix) -> _Floats:
        """How each row scores."""
        found: _Floats = np.asarray(rows @ self.weights).ravel() + self.bias
        return found


def _matrix(rows: Sequence[Places], worth: _Floats) -> sparse.csr_matrix:
    """Features by their worth, each row divided by a power of its length."""
    indices = np.concatenate([_NONE, *rows])
    ends = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
    matrix = sparse.csr_matrix((worth[indices], indices, ends), shape=(len(rows), len(worth)))
    matrix.eliminate_zeros()
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    lengths[lengths == 0] = 1.0
    return sparse.diags(lengths**-LENGTH) @ matrix


def _worth(signs: Sequence[Places], harmless: Sequence[Places], size: int) -> _Floats:
    """How much each feature counts: more where it is rare, and where it parts signs from the harmless.

    The second is worth 1 to 1.5 points of recall at 2 to 3% false alarms, on messages by authors left out; the root of
    the inverse document frequency half a point.
    """
    told, other = (np.bincount(np.concatenate([_NONE, *rows]), minlength=size) for rows in (signs, harmless))
    odds = np.log((told + 1) / (len(signs) + 2)) - np.log((other + 1) / (len(harmless) + 2))
    rarity = np.log((1 + len(signs) + len(harmless)) / (1 + told + other)) + 1
    worth: _Floats = np.round(np.sqrt(rarity) * (_LEAST + np.abs(odds)) * SCALE) / SCALE
    worth[told + other < _RARE] = 0.0
    return worth


def _fitted(rows: sparse.csr_matrix, targets: Sequence[int]) -> _Line:
    """A logistic regression, both classes weighing the same."""
    model = LogisticRegression(
        C=_REGULARISATION, solver="liblinear", class_weight="balanced", tol=0.01
    )  # lbfgs stops too early
    model.fit(rows, np.array(targets))
    return _Line(model.coef_[0], float(model.intercept_[0]))


class _Rows(NamedTuple):
    """Whole messages with a sign, then the harmless ones and every window of them, which is harmless too.

    The windows are worth 10 points of recall at 2% false alarms by windows, leaving authors out.
    """

    rows: Sequence[Places]
    flags: NDArray[np.int64]
    """The number of each row's red flag, -1 for none."""

    @classmethod
    def of(cls, parts: Sequence[Sequence[Places]], flags: NDArray[np.int64]) -> _Rows:
        rows = [part[-1] for part in parts]
        for part, flag in zip(parts, flags, strict=True):
            if flag < 0:
                rows += part[:-1]
        return cls(rows, np.concatenate([flags, np.full(len(rows) - len(flags), -1)]))


def _fit_whole(parts: Sequence[Sequence[Places]], labels: NDArray[np.bool_], worth: _Floats) -> _Line:
    """Fit to whole messages; a flat line where all are alike."""
    if len(set(labels.tolist())) < 2:
        return _Line(np.zeros_like(worth), -1.0)
    return _fitted(_matrix([part[-1] for part in parts], worth), labels.astype(int).tolist())


def _flat(windows: Sequence[Sequence[Places]]) -> list[Places]:
    return [row for part in windows for row in part]


def _highest(scores: _Floats, windows: Sequence[Sequence[Places]]) -> _Floats:
    """The highest of the scores of each message's windows."""
    best = np.full(len(windows), -np.inf)
    np.maximum.at(best, np.repeat(np.arange(len(windows)), [len(part) for part in windows]), scores)
    return best


class _Lines(NamedTuple):
    """What is fitted to some messages."""

    alarm: _Line
    emergency: _Line
    denial: _Line
    worth: _Floats
    signs: SignLines
    common: NDArray[np.bool_]
    """Which features the models of the red flags know."""

    def alarms(self, rows: Sequence[Places]) -> _Floats:
        """How much each row sounds like a sign, as `Weights` has it."""
        scores = self.alarm.scores(_matrix(rows, self.worth))
        likest = self.likeness(rows)
        return scores + LIKEST * likest.max(axis=1) if likest.shape[1] else scores

    def likeness(self, rows: Sequence[Places]) -> _Floats:
        """How much each row sounds like each red flag."""
        return self.signs.scores(_matrix(rows, self.common.astype(float))[:, self.common])


class _Set(NamedTuple):
    """Messages as the fits need them."""

    parts: Sequence[Sequence[Places]]
    flags: NDArray[np.int64]
    """The number of the red flag each tells of, -1 for none."""
    grave: NDArray[np.bool_]
    denied: NDArray[np.bool_]
    common: NDArray[np.bool_]
    wide: int
    """How many red flags there are."""

    @property
    def told(self) -> NDArray[np.bool_]:
        return self.flags >= 0

    def some(self, chosen: NDArray[np.bool_]) -> _Set:
        parts = [part for part, is_chosen in zip(self.parts, chosen, strict=True) if is_chosen]
        return self._replace(
            parts=parts, flags=self.flags[chosen], grave=self.grave[chosen], denied=self.denied[chosen]
        )

    def fit(self) -> _Lines:
        """The alarm never sees denials: they hold the words of a sign without the sign."""
        plain, signs, harmless = (self.some(chosen) for chosen in (~self.denied, self.told, ~self.told & ~self.denied))
        size = len(self.common)
        worth = _worth([part[-1] for part in signs.parts], [part[-1] for part in harmless.parts], size)
        rows, flags = _Rows.of(plain.parts, plain.flags)
        common = _matrix(rows, self.common.astype(float))[:, self.common]
        return _Lines(
            _fitted(_matrix(rows, worth), (flags >= 0).astype(int).tolist()),
            _fit_whole(signs.parts, signs.grave, worth),
            _fit_whole(self.parts, self.denied, worth),
            worth,
            fit_signs(common, flags, self.wide),
            self.common,
        )


class _Left(NamedTuple):
    """How the messages of a fold score by what is fitted to the others."""

    places: NDArray[np.int64]
    alarm: _Floats
    emergency: _Floats
    denial: _Floats
    believed: _Floats
    """How much the sentence most like a denial sounds like one."""
    likeness: _Floats
    """Of its signs, a row each: how much it sounds like each red flag; no columns where nothing was fitted."""
    flags: NDArray[np.int64]
    """The number of the red flag of each of these."""


def _head(line: _Line, used: NDArray[np.bool_], limit: float, floor: float = float("-inf")) -> Head:
    numbers = array("h", np.clip(np.round(line.weights[used] * SCALE), -32767, 32767).astype(int).tolist())
    return Head(numbers, round(line.bias, 6), round(limit, 4), round(floor, 4))


def _quantile(scores: _Floats, share: float, default: float) -> float:
    """A quantile of the scores of messages that were left out; those of a fold that could not be fitted have none."""
    told = scores[np.isfinite(scores)]
    return float(np.quantile(told, share)) if len(told) else default


def train(
    messages: Sequence[Labelled], sentences: Callable[[str], list[list[str]]], *, limited: bool = True
) -> Weights:
    """Train the weights and learn their limits by leaving authors out.

    Args:
        messages: the examples; an author's are never on both sides of a fold.
        sentences: the words of each sentence of a text, as triage reads them.
        limited: whether the limits are learned, which takes three times as long; without them nothing is sure.

    Returns:
        Weights; the same examples in the same order give the same bytes on one platform.
    """
    read = [[without_courtesies(words) for words in sentences(message.text)] for message in messages]
    words = _usual(read)
    repair = speller(words).repair
    read = [[[repair(word) for word in sentence] for sentence in message] for message in read]
    denied = np.array([message.denies for message in messages])
    told = np.array([message.urgency is not None for message in messages]) & ~denied
    ids = sorted({message.flag or "" for message, sign in zip(messages, told, strict=True) if sign})
    flags = np.array(
        [ids.index(message.flag or "") if sign else -1 for message, sign in zip(messages, told, strict=True)]
    )
    grave = np.array([message.urgency is Urgency.EMERGENCY for message in messages])
    parts = [_windows(message) for message in read]
    known = kept([part[-1] for part in parts], _RARE)
    common = np.isin(known, kept([_said(message) for message, sign in zip(read, told, strict=True) if sign], _COMMON))
    parts = [[placed(row, known) for row in part] for part in parts]
    everything = _Set(parts, flags, grave, denied, common, len(ids))
    judged = [part[:-1] if len(part) > 1 else part for part in parts]
    single = [[placed(_numbers(sentence), known) for sentence in message or [[]]] for message in read]
    names = sorted({message.author for message in messages})
    fold = np.array([names.index(message.author) % min(_FOLDS, len(names)) for message in messages])

    def judge(number: int) -> _Left | None:
        """Score a fold by what is fitted to the others; None where that tells nothing apart."""
        inside, outside = everything.some(fold != number), np.where(fold == number)[0]
        if len(set(inside.told[~inside.denied].tolist())) < 2:
            return None
        fitted = inside.fit()
        windows = [judged[at] for at in outside]
        rows, alone = _matrix(_flat(windows), fitted.worth), [single[at] for at in outside]
        signs = outside[told[outside]]
        return _Left(
            outside,
            _highest(fitted.alarms(_flat(windows)), windows),
            _highest(fitted.emergency.scores(rows), windows),
            _highest(fitted.denial.scores(rows), windows),
            _highest(fitted.denial.scores(_matrix(_flat(alone), fitted.worth)), alone),
            fitted.likeness([parts[at][-1] for at in signs]),
            flags[signs],
        )

    with ThreadPoolExecutor(_SIDE_BY_SIDE) as pool:  # the fits leave the interpreter to others
        whole = pool.submit(everything.fit)
        left = [found for found in pool.map(judge, range(int(fold.max()) + 1) if limited else ()) if found]
    alarm, emergency, denial, believed = (np.full(len(messages), -np.inf) for _ in range(4))
    for one in left:
        alarm[one.places], emergency[one.places] = one.alarm, one.emergency
        denial[one.places], believed[one.places] = one.denial, one.believed
    likeness = [np.empty((0, len(ids))), *(one.likeness for one in left if one.likeness.shape[1])]
    of = [flags[:0], *(one.flags for one in left if one.likeness.shape[1])]
    lines, harmless = whole.result(), ~told & ~denied
    used = lines.worth > 0
    return Weights(
        alarm=_head(
            lines.alarm,
            used,
            _quantile(alarm[harmless], 1 - _ALONE, float("inf")),
            _quantile(alarm[harmless], 1 - _HEARD, float("inf")),
        ),
        emergency=_head(lines.emergency, used, _quantile(emergency[told & ~grave], 1 - _GRAVE, float("inf"))),
        denial=_head(
            lines.denial,
            used,
            _quantile(denial[harmless], 1 - _QUIET, float("inf")),
            _quantile(believed[denied], _DOUBTED, float("-inf")),
        ),
        known=array("I", known[used].tolist()),
        worth=array("H", np.round(lines.worth[used] * SCALE).astype(int).tolist()),
        signs=packed(lines.signs, ids, known[common], margin_of(np.concatenate(likeness), np.concatenate(of))),
        words=words,
        fingerprint=fingerprint(messages),
    )


def _said(message: Sequence[Sequence[str]]) -> Places:
    """Numbers of the features of a message but for the runs of letters, rising."""
    return np.array(sorted({number for words in message for number in feature_numbers(words)}), np.int64)
