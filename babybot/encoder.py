"""A second reading of the windows that the triage weights do not clear: a small language model, tuned on the examples.

The linear weights know words; the encoder has read a great deal of English, and tells "she went limp" from "the lettuce
went limp". It is all-MiniLM-L6-v2 (Apache License 2.0), six layers of transformer, tuned by `encoder_training.py`. It
needs numpy, which is loaded when the first window is read. Scores are rounded, so that platforms agree.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import chain
from math import isfinite
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from babybot.model import Urgency
from babybot.weights import Window
from babybot.word_pieces import WordPieces

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    _Floats: TypeAlias = NDArray[np.float32]

__all__ = ["FORMAT", "MOST_PIECES", "Encoder", "Heard", "Mix"]

FORMAT: Final = 3
"""Raised whenever the file changes, so that an encoder of another version is never used."""
MOST_PIECES: Final = 80
"""Pieces that are read at a time, marks included. Source: the longest messages it was tuned on were cut there."""
_STRETCH: Final = 60
"""Words of a stretch; of a longer window every stretch is read, each beginning in the middle of the one before."""
_BREAK: Final = "."
"""What stands between two sentences."""
_TOGETHER: Final = 16
"""Stretches that are read at once, which is three times as fast as one by one."""
_REMEMBERED: Final = 4096
"""Stretches that are kept in mind; past it they are forgotten, and results stay the same."""
_NEAR_ZERO: Final = 1e-12


class Mix(NamedTuple):
    """How what the weights and the encoder say of a window makes one score.

    Source: a logistic regression on messages by authors who were left out of both trainings; its unit is that of the
    score of the weights, of which one by itself tells as much.
    """

    weights: float
    """What the score of the weights counts."""
    own: float
    """What the encoder's log odds count."""
    bias: float
    limit: float
    """From this score on it is sure."""
    floor: float
    """From this score on it may be."""

    def score(self, of_weights: float, log_odds: float) -> float:
        """One score of the two."""
        return self.weights * of_weights + self.own * log_odds + self.bias


class Heard(NamedTuple):
    """What the encoder makes of a few sentences: log odds, rounded to 0.01."""

    sign: float
    """Of a warning sign rather than none."""
    emergency: float
    """Of an emergency rather than a lesser sign."""


class Encoder:
    """Reads windows. Immutable but for what it remembers; safe to share between threads.

    Args:
        start: the pieces, the classes, the sizes and the mixes.
        data: the file; its arrays begin at `begin`.

    Raises:
        ValueError: when the arrays are not whole.
    """

    def __init__(self, start: Mapping[str, Any], data: bytes, begin: int) -> None:
        self.alarm, self.emergency = (Mix(**start[name]) for name in ("alarm", "emergency"))
        self.least, self.least_of_one = float(start["least"]), float(start["least_of_one"])
        self._unread = Heard(*map(float, start["unread"]))
        if not all(map(isfinite, (*self.alarm, *self.emergency, self.least, self.least_of_one, *self._unread))):
            raise ValueError("the limits of the encoder are no numbers")  # no score would reach them
        self.pieces: Sequence[str] = tuple(map(str, start["pieces"]))
        """What words are cut into, by number."""
        self.classes: Sequence[tuple[str, str]] = tuple((str(flag), str(grade)) for flag, grade in start["classes"])
        """What is told apart, by number: ids of red flags, each with a grade; one more stands for none."""
        self._grave = [urgency == Urgency.EMERGENCY.value for _, urgency in self.classes]
        self._cutter = WordPieces({piece: number for number, piece in enumerate(self.pieces)})
        self._shapes = [(str(name), str(kind), tuple(map(int, shape))) for name, kind, shape in start["arrays"]]
        self._heads = int(start["heads"])
        self._data, self._begin = data, begin
        size = sum(_size(kind, shape) for _, kind, shape in self._shapes)
        if begin + size != len(data):
            raise ValueError("the arrays of the encoder are not whole")
        self._known: dict[tuple[int, ...], Heard] = {}

    def weighed(self, windows: Sequence[Window], sentences: Sequence[Sequence[str]]) -> tuple[Window, ...]:
        """Windows with the mixed scores instead of those of the weights.

        Those below `least`, or `least_of_one` where they are one sentence, are not read.

        Args:
            windows: of one utterance, by the weights.
            sentences: the words of each of its sentences, repaired.
        """
        doubtful = [window for window in windows if window.score >= self._least(window)]
        heard = dict(zip(doubtful, self.read([sentences[w.first : w.last] for w in doubtful]), strict=True))
        return tuple(self._mixed(window, heard.get(window, self._unread)) for window in windows)

    def _least(self, window: Window) -> float:
        """The score of the weights from which on it is read."""
        return self.least_of_one if window.last == window.first + 1 else self.least

    def _mixed(self, window: Window, heard: Heard) -> Window:
        return window._replace(
            score=self.alarm.score(window.score, heard.sign),
            emergency=self.emergency.score(window.emergency, heard.emergency),
        )

    def read(self, texts: Sequence[Sequence[Sequence[str]]]) -> list[Heard]:
        """What is heard in some texts, each of a few sentences of words: the most in any of its stretches."""
        stretches = [self._stretches(sentences) for sentences in texts]
        wanted = dict.fromkeys(chain.from_iterable(stretches))
        found = {numbers: heard for numbers in wanted if (heard := self._known.get(numbers))}
        new = sorted((numbers for numbers in wanted if numbers not in found), key=len)
        for at in range(0, len(new), _TOGETHER):
            found |= zip(new[at : at + _TOGETHER], self._heard(new[at : at + _TOGETHER]), strict=True)
        if len(self._known) + len(new) > _REMEMBERED:
            self._known.clear()
        self._known.update((numbers, found[numbers]) for numbers in new)
        return [Heard(*map(max, zip(*(found[numbers] for numbers in text), strict=True))) for text in stretches]

    def _stretches(self, sentences: Sequence[Sequence[str]]) -> list[tuple[int, ...]]:
        """The pieces of each stretch of a few sentences."""
        words: list[str] = []
        for sentence in sentences:
            words += [_BREAK, *sentence] if words else sentence
        begins = range(0, max(1, len(words) - _STRETCH // 2), _STRETCH // 2) if len(words) > _STRETCH else (0,)
        return [self._cutter.numbers(words[at : at + _STRETCH], MOST_PIECES) for at in begins]

    @cached_property
    def arrays(self) -> Mapping[str, _Floats]:
        """The arrays by name; those stored as bytes are scaled, but for `pieces`, of which each is when it is read."""
        import numpy as np

        found: dict[str, Any] = {}
        at = self._begin
        for name, kind, shape in self._shapes:
            size = _size(kind, shape)
            values = np.frombuffer(self._data, dtype=_KINDS[kind][0], count=size // _KINDS[kind][1], offset=at)
            found[name] = values.reshape(shape)
            at += size
        for name in [name for name in found if f"{name}.unit" in found and name != "pieces"]:
            found[name] = np.ascontiguousarray(found[name].astype(np.float32) * found[f"{name}.unit"])
        return found

    def _heard(self, texts: Sequence[Sequence[int]]) -> list[Heard]:
        """What is heard in some pieces. Raises: ValueError: where that is no number; the fault escalates above."""
        import numpy as np

        likely = self._likely(texts).astype(np.float64)
        shares = np.exp(likely - likely.max(axis=1, keepdims=True))
        signs = np.exp(likely[:, :-1] - likely[:, :-1].max(axis=1, keepdims=True))
        grave = signs[:, self._grave]
        odds = np.stack(
            [
                _log_odds(shares[:, :-1].sum(axis=1), shares[:, -1]),
                _log_odds(grave.sum(axis=1), signs.sum(axis=1) - grave.sum(axis=1)),
            ],
            axis=1,
        )
        if not np.isfinite(odds).all():  # nothing is above a limit that is compared with no number
            raise ValueError("the encoder's file is damaged: it reads no number")
        return [Heard(*row) for row in np.round(odds, 2).tolist()]

    def _likely(self, texts: Sequence[Sequence[int]]) -> _Floats:
        """How likely each class is for some pieces, unbounded: a row a text, the last column none."""
        import numpy as np

        arrays = self.arrays
        rows = np.concatenate(texts)
        found: _Floats = arrays["pieces"][rows].astype(np.float32) * arrays["pieces.unit"][rows][:, None]
        places: _Floats = np.concatenate([arrays["places"][: len(text)] for text in texts])
        found = _normal(found + places, arrays, "start")
        ends = np.cumsum([len(text) for text in texts])
        parts = [slice(end - len(text), end) for text, end in zip(texts, ends.tolist(), strict=True)]
        for layer in range(sum(name.endswith(".query_key_value") for name, _, _ in self._shapes)):
            found = self._layer(found, parts, f"{layer}")
        pooled = np.stack([found[part].max(axis=0) * np.float32(0.5) + found[part].mean(axis=0) for part in parts])
        likely: _Floats = pooled @ arrays["signs"] + arrays["signs.bias"]
        return likely

    def _layer(self, found: _Floats, parts: Sequence[slice], name: str) -> _Floats:
        """Attention of every piece to every other of its text, then a layer of its own for each."""
        import numpy as np

        arrays = self.arrays
        mixed = found @ arrays[f"{name}.query_key_value"] + arrays[f"{name}.query_key_value.bias"]
        joined: _Floats = np.concatenate([self._attended(mixed[part]) for part in parts])
        found = _normal(found + joined @ arrays[f"{name}.out"] + arrays[f"{name}.out.bias"], arrays, f"{name}.attended")
        inner = _gelu(found @ arrays[f"{name}.inner"] + arrays[f"{name}.inner.bias"])
        return _normal(found + inner @ arrays[f"{name}.outer"] + arrays[f"{name}.outer.bias"], arrays, f"{name}.done")

    def _attended(self, mixed: _Floats) -> _Floats:
        """The values of a text's pieces, each joined with those near it; `mixed` holds queries, keys and values."""
        import numpy as np

        count, width = len(mixed), mixed.shape[1] // 3
        query, key, value = mixed.reshape(count, 3, self._heads, width // self._heads).transpose(1, 2, 0, 3)
        near = query @ key.transpose(0, 2, 1) / np.float32((width // self._heads) ** 0.5)
        near = np.exp(near - near.max(axis=-1, keepdims=True))
        near /= near.sum(axis=-1, keepdims=True)
        joined: _Floats = (near @ value).transpose(1, 0, 2).reshape(count, width)
        return joined

    @classmethod
    def load(cls, data: bytes) -> Encoder:
        """Read what `encoder_training.py` wrote: one line of JSON, then the arrays, low byte first.

        Raises:
            ValueError: when it is something else.
        """
        end = data.find(b"\n")
        start = json.loads(data[:end]) if end > 0 else None
        if not isinstance(start, dict) or start.get("format") != FORMAT:
            raise ValueError("this is no encoder, or of another version")
        return cls(start, data, end + 1)


_KINDS: Final = {"b": ("<i1", 1), "f": ("<f4", 4)}


def _size(kind: str, shape: Sequence[int]) -> int:
    size = _KINDS[kind][1]
    for length in shape:
        size *= length
    return size


def _log_odds(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    import numpy as np

    odds: NDArray[np.float64] = np.log(np.maximum(one, _NEAR_ZERO)) - np.log(np.maximum(other, _NEAR_ZERO))
    return odds


def _normal(found: _Floats, arrays: Mapping[str, _Floats], name: str) -> _Floats:
    """Rows of mean 0 and variance 1, scaled and moved as was learned."""
    import numpy as np

    middle = found - found.mean(axis=-1, keepdims=True)
    spread = np.sqrt((middle * middle).mean(axis=-1, keepdims=True) + np.float32(_NEAR_ZERO))
    normal: _Floats = middle / spread * arrays[f"{name}.scale"] + arrays[f"{name}.shift"]
    return normal


def _gelu(found: _Floats) -> _Floats:
    """The Gaussian error linear unit, by its usual approximation with the hyperbolic tangent."""
    import numpy as np

    inner = np.tanh(np.float32(0.7978845608) * (found + np.float32(0.044715) * found * found * found))
    lifted: _Floats = np.float32(0.5) * found * (1 + inner)
    return lifted
