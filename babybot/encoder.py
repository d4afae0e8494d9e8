"""A second reading of the windows that the triage weights do not clear: a small language model, tuned on the examples.

The linear weights know words; the encoder has read a great deal of English, and tells "she went limp" from "the lettuce
went limp". It is all-MiniLM-L6-v2 (Apache License 2.0), six layers of transformer, tuned by `encoder_training.py`. It
needs numpy, which is loaded when the first window is read. Scores are rounded, so that platforms agree.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from math import isfinite
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from babybot.weights import Window
from babybot.word_pieces import WordPieces

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    _Floats: TypeAlias = NDArray[np.float32]

__all__ = ["FORMAT", "MOST_PIECES", "Encoder", "Mix"]

FORMAT: Final = 1
"""Raised whenever the file changes, so that an encoder of another version is never used."""
MOST_PIECES: Final = 80
"""Pieces that are read at a time, marks included. Source: the longest messages it was tuned on were cut there."""
_STRETCH: Final = 60
"""Words of a stretch; of a longer window every stretch is read, each beginning in the middle of the one before."""
_BREAK: Final = "."
"""What stands between two sentences."""
_REMEMBERED: Final = 4096
"""Stretches whose scores are kept in mind."""
_NEAR_ZERO: Final = 1e-12


class Mix(NamedTuple):
    """How the score of the weights and that of the encoder make one.

    Source: a logistic regression on messages by the authors who were left out of both trainings; its unit is that of
    the score of the weights, of which one by itself tells as much.
    """

    weights: float
    """What the score of the weights counts."""
    own: float
    """What the encoder's log odds count."""
    bias: float
    least: float
    """Score of the weights below which a window is not read again: of the harmless messages five in six, of those with
    a sign one in a hundred."""
    unread: float
    """The log odds that stand for those."""
    limit: float
    """Mixed score from which on a window escalates alone."""
    floor: float
    """Mixed score from which on it brings a quiet word."""

    def score(self, of_weights: float, log_odds: float) -> float:
        """One score of the two."""
        return self.weights * of_weights + self.own * log_odds + self.bias


class Encoder:
    """Reads windows. Immutable but for what it remembers; safe to share between threads.

    Args:
        start: the numbers of the pieces, the sizes, the mix.
        data: the file; its arrays begin at `begin`.

    Raises:
        ValueError: when the arrays are not whole.
    """

    def __init__(self, start: Mapping[str, Any], data: bytes, begin: int) -> None:
        self.mix = Mix(**{name: float(start["mix"][name]) for name in Mix._fields})
        self._pieces = WordPieces({piece: number for number, piece in enumerate(start["pieces"])})
        self._shapes = [(str(name), str(kind), tuple(map(int, shape))) for name, kind, shape in start["arrays"]]
        self._heads = int(start["heads"])
        self._data, self._begin = data, begin
        size = sum(_size(kind, shape) for _, kind, shape in self._shapes)
        if begin + size != len(data):
            raise ValueError("the arrays of the encoder are not whole")
        self._log_odds = lru_cache(maxsize=_REMEMBERED)(self._read)

    def weighed(self, windows: Sequence[Window], sentences: Sequence[Sequence[str]]) -> tuple[Window, ...]:
        """Windows with the mixed score instead of that of the weights.

        Args:
            windows: of one utterance, by the weights.
            sentences: the words of each of its sentences, repaired.
        """
        return tuple(self._weighed(window, sentences[window.first : window.last]) for window in windows)

    def _weighed(self, window: Window, sentences: Sequence[Sequence[str]]) -> Window:
        mix = self.mix
        log_odds = mix.unread if window.score < mix.least else self.log_odds(sentences)
        return window._replace(score=mix.score(window.score, log_odds))

    def log_odds(self, sentences: Sequence[Sequence[str]]) -> float:
        """How much a few sentences tell of a warning sign rather than of none: the most of any of their stretches."""
        words: list[str] = []
        for sentence in sentences:
            words += [_BREAK, *sentence] if words else sentence
        begins = range(0, max(1, len(words) - _STRETCH // 2), _STRETCH // 2) if len(words) > _STRETCH else (0,)
        return max(self._log_odds(self._pieces.numbers(words[at : at + _STRETCH], MOST_PIECES)) for at in begins)

    @cached_property
    def _arrays(self) -> Mapping[str, _Floats]:
        """The arrays; those stored as bytes are scaled, but for the pieces', of which each is when it is read."""
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

    def _read(self, numbers: Sequence[int]) -> float:
        """The log odds of some pieces. Raises: ValueError: where they are no number; the fault escalates above."""
        import numpy as np

        arrays = self._arrays
        count = len(numbers)
        rows = list(numbers)
        found = arrays["pieces"][rows].astype(np.float32) * arrays["pieces.unit"][rows][:, None]
        found = _normal(found + arrays["places"][:count], arrays, "start")
        for layer in range(sum(name.endswith(".query_key_value") for name, _, _ in self._shapes)):
            found = self._layer(found, arrays, f"{layer}")
        pooled = found.max(axis=0) * np.float32(0.5) + found.mean(axis=0)
        likely = pooled @ arrays["flags"] + arrays["flags.bias"]
        likely = np.exp(likely - likely.max())
        log_odds = float(np.log(likely[:-1].sum() + _NEAR_ZERO) - np.log(likely[-1] + _NEAR_ZERO))
        if not isfinite(log_odds):  # nothing is above a limit that is compared with no number
            raise ValueError("the encoder's file is damaged: it reads no number")
        return round(log_odds, 2)

    def _layer(self, found: _Floats, arrays: Mapping[str, _Floats], name: str) -> _Floats:
        """Attention of every piece to every other, then a layer of its own for each."""
        import numpy as np

        count, width = found.shape
        mixed = found @ arrays[f"{name}.query_key_value"] + arrays[f"{name}.query_key_value.bias"]
        query, key, value = mixed.reshape(count, 3, self._heads, width // self._heads).transpose(1, 2, 0, 3)
        near = query @ key.transpose(0, 2, 1) / np.float32((width // self._heads) ** 0.5)
        near = np.exp(near - near.max(axis=-1, keepdims=True))
        near /= near.sum(axis=-1, keepdims=True)
        joined = (near @ value).transpose(1, 0, 2).reshape(count, width)
        found = _normal(found + joined @ arrays[f"{name}.out"] + arrays[f"{name}.out.bias"], arrays, f"{name}.attended")
        inner = _gelu(found @ arrays[f"{name}.inner"] + arrays[f"{name}.inner.bias"])
        return _normal(found + inner @ arrays[f"{name}.outer"] + arrays[f"{name}.outer.bias"], arrays, f"{name}.done")

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
