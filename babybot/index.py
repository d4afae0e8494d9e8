"""Entry vectors as inverted postings: the weights by feature, made of counts here and searched in two phases.

Which words give which features is told by `spelling.py`; `retriever_training.py` makes better weights than `untrained`.
"""

from __future__ import annotations

import heapq
import math
import zlib
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, chain
from typing import Final, NamedTuple, TypeAlias

from babybot.spelling import BLOCKS, Synonyms, features

__all__ = ["Counts", "Index", "counted", "entry_type", "feature_key", "prior", "untrained"]

_PRIOR: Final = 0.2
"""Exponent of an entry's number of questions: 0 leaves large entries behind (curekart, untrained: -6.6 points)."""
_BUDGET: Final = 12_000
"""Postings added up for every entry, rare features first; the other features count for the best candidates only."""
_CANDIDATES: Final = 50
_SEEDS: Final = {block: zlib.crc32(block.encode()) for block in BLOCKS}
_ROOTS: Final = [(code / 127) ** 2 * (1 if code >= 0 else -1) for code in (*range(128), *range(-128, 0))]
"""Part of the largest weight by code; a negative code counts from the end."""

Counts: TypeAlias = "dict[str, tuple[array[int], array[int]]]"
"""By block: the keys of the features of an entry's questions, and how many of these hold each."""


def feature_key(block: str, feature: str) -> int:
    """A feature's 32-bit name, the same on every platform."""
    return zlib.crc32(feature.encode("utf-8", "surrogatepass"), _SEEDS[block])


def prior(counts: Sequence[int]) -> list[float]:
    """A factor for each entry by its number of questions, 1 where all have the same number."""
    mean = sum(math.log(max(count, 1)) for count in counts) / max(len(counts), 1)
    return [math.exp(_PRIOR * (math.log(max(count, 1)) - mean)) for count in counts]


class Index(NamedTuple):
    """The weights by feature: the postings of the nth key stand at `starts[n]:starts[n + 1]`. Not changed once made."""

    size: int
    """Number of entries."""
    scale: float
    """The largest weight."""
    keys: array[int]
    """Names of the features, rising."""
    starts: array[int]
    spread: array[int]
    """Number of entries whose questions hold the feature."""
    entries: array[int]
    """Numbers of the entries, rising within a feature."""
    codes: array[int]
    """Weights as signed roots, -127 to 127: the largest weight is 127."""
    usual: float = 0.0
    """What a question on the subject has in common with off-topic examples, in the middle; 0 where there are none."""

    def place(self, block: str, feature: str) -> int | None:
        """Where a feature stands among the keys; None for an unknown one."""
        key = feature_key(block, feature)
        place = bisect_left(self.keys, key)
        return place if place < len(self.keys) and self.keys[place] == key else None

    def idf(self, spread: int) -> float:
        """How telling a feature is that so many entries hold: 1 and more."""
        return 1.0 + math.log((1 + self.size) / (1 + spread))

    def query(self, found: Mapping[str, Sequence[str]]) -> dict[str, list[tuple[int, float]]]:
        """The known features of an utterance by block, (place, weight); each block has the length of its share."""
        return {block: self._known(block, names) for block, names in found.items()}

    def _known(self, block: str, names: Sequence[str]) -> list[tuple[int, float]]:
        places, values = [], []
        for name, count in Counter(names).items():
            place = self.place(block, name)
            if place is not None:
                places.append(place)
                values.append((1.0 + math.log(count)) * self.idf(self.spread[place]))
        scale = block_scale(block, values)
        return [(place, value * scale) for place, value in zip(places, values, strict=True)]

    def candidates(self, query: Iterable[tuple[int, float]], limit: int) -> list[tuple[float, int]]:
        """(sum, entry) of the best entries, best first, ties in file order.

        Rare features are added up for every entry, common ones for the best candidates alone: 100,000 questions take
        5 times as long as 1,000, not 100 times. Source: tests/benchmarks/retrieval.py --growth.
        """
        starts, entries, codes = self.starts, self.entries, self.codes
        totals = [0.0] * self.size
        common: list[tuple[int, float]] = []
        spent = 0
        for place, value in sorted(query, key=lambda item: (starts[item[0] + 1] - starts[item[0]], item[0])):
            begin, end = starts[place], starts[place + 1]
            spent += end - begin
            if spent > _BUDGET and self.size > 4 * _CANDIDATES:
                common.append((place, value))
                continue
            for entry, code in zip(entries[begin:end], codes[begin:end], strict=True):
                totals[entry] += value * _ROOTS[code]
        best = heapq.nsmallest(max(_CANDIDATES, limit), range(self.size), key=lambda entry: (-totals[entry], entry))
        found = [(totals[entry] * self.scale + self.total(common, entry), entry) for entry in best]
        return sorted(found, key=lambda item: (-item[0], item[1]))

    def total(self, query: Iterable[tuple[int, float]], entry: int) -> float:
        """The sum of some features for one entry."""
        return sum(value * self.weight(place, entry) for place, value in query)

    def weight(self, place: int, entry: int) -> float:
        """A feature's weight for one entry, 0 where it has none."""
        end = self.starts[place + 1]
        at = bisect_left(self.entries, entry, self.starts[place], end)
        return self.scale * _ROOTS[self.codes[at]] if at < end and self.entries[at] == entry else 0.0


def entry_type(size: int) -> str:
    """The array type for numbers below `size`."""
    return "B" if size <= 1 << 8 else "H" if size <= 1 << 16 else "I"


def block_scale(block: str, values: Iterable[float]) -> float:
    """The factor that gives a block's values the length of its share."""
    length = math.sqrt(sum(value * value for value in values)) or 1.0
    return math.sqrt(BLOCKS[block] / sum(BLOCKS.values())) / length


def counted(questions: Iterable[str], synonyms: Synonyms) -> Counts:
    """The features of an entry's folded questions."""
    counts: dict[str, Counter[str]] = {block: Counter() for block in BLOCKS}
    for question in questions:
        for block, found in features(question.split(), synonyms).items():
            counts[block].update(list(dict.fromkeys(found)))
    return {
        block: (array("I", [feature_key(block, name) for name in found]), array("I", found.values()))
        for block, found in counts.items()
    }


def untrained(counts: Sequence[Counts], questions: Sequence[int]) -> Index:
    """The index of what `counted` gave for each entry, a weight being ln(1 + questions with the feature) * idf.

    One vector an entry instead of one a question gains 4 points of hit@1, idf over entries instead of questions 5.

    Args:
        counts: of each entry.
        questions: how many of them each entry has.
    """
    spread: Counter[int] = Counter()
    for keys, _ in chain.from_iterable(found.values() for found in counts):
        spread.update(keys)
    places = {key: place for place, key in enumerate(sorted(spread))}
    starts = array("I", accumulate(map(spread.__getitem__, places), initial=0))
    idf = [1.0 + math.log((1 + len(counts)) / (1 + count)) for count in range(max(spread.values(), default=0) + 1)]
    telling = {key: idf[count] for key, count in spread.items()}
    logs = [math.log1p(count) for count in range(max(questions, default=0) + 1)]
    free = starts[:]
    entries = array(entry_type(len(counts)), [0]) * starts[-1]
    weights = array("d", [0.0]) * starts[-1]
    for number, (found, factor) in enumerate(zip(counts, prior(questions), strict=True)):
        for block, (keys, held) in found.items():
            values = [logs[count] * telling[key] for key, count in zip(keys, held, strict=True)]
            scale = factor * block_scale(block, values)
            for key, value in zip(keys, values, strict=True):
                place = places[key]
                at = free[place]
                free[place] = at + 1
                entries[at] = number
                weights[at] = value * scale
    most = max(weights, default=1.0)
    codes = array("b", [int(math.sqrt(weight / most) * 127 + 0.5) for weight in weights])
    keys, spreads = array("I", places), array("I", map(spread.__getitem__, places))
    return Index(size=len(counts), scale=most, keys=keys, starts=starts, spread=spreads, entries=entries, codes=codes)
