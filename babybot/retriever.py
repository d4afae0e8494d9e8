"""Ranks the entries for an utterance: a question word for word first, then entry vectors, then a fuzzy look.

What a match leads to is decided above; `retriever_training.py` makes better weights and thresholds than `build`. Longer
than other modules because the index, its bytes and the ranking know each other's arrays: split them at `Index`.
"""

from __future__ import annotations

import heapq
import json
import math
import struct
import sys
import zlib
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import accumulate, chain
from types import MappingProxyType
from typing import Final, NamedTuple

from rapidfuzz import fuzz, process

from babybot.model import Entry
from babybot.spelling import BLOCKS, Speller, Synonyms, features, read
from babybot.text import stem

__all__ = ["Band", "Explained", "Index", "Match", "Retriever", "Thresholds", "feature_key", "prior"]

_PRIOR: Final = 0.2
"""Exponent of an entry's number of questions: 0 leaves large entries behind (curekart, untrained: -6.6 points)."""
_FUZZY: Final = 0.1
"""Weight of the nearest question's likeness (token sort ratio): +0.1 points, CLINC150 +0.5 with a typo."""
_RERANKED: Final = 10
"""Best entries whose questions are compared one by one."""
_COMPARED: Final = 300
"""Characters of the utterance in that comparison."""
_BUDGET: Final = 12_000
"""Postings added up for every entry, rare features first; the other features count for the best candidates only."""
_CANDIDATES: Final = 50
_COVERAGE: Final = 0.25
"""Exponent of the known share of an utterance: 0 loses 0.5 points of off-topic AUROC (CLINC150 0.9), 0.5 loses 0.4."""
_WORD_FOR_WORD: Final = 100.0
_HIGHEST: Final = 99.0
"""Highest score of any other match."""
_SEEDS: Final = {block: zlib.crc32(block.encode()) for block in BLOCKS}
_ROOTS: Final = [(code / 127) ** 2 * (1 if code >= 0 else -1) for code in (*range(128), *range(-128, 0))]
"""Part of the largest weight by code; a negative code counts from the end."""
_MAGIC: Final = b"babybot-retriever-3\n"
_HELD_OUT: Final = 60
"""Questions that an untrained retriever learns its thresholds from."""
_ANSWERED: Final = 0.19
"""Share of held-out questions that score below the threshold. Asked by an author it did not know, 0.15 answered 6% of
off-topic messages and 0.2 4%, for 1 point of right answers. Source: tests/benchmarks/retrieval.py."""
_OFFERED: Final = 0.05
"""Share of held-out questions that score below the lower threshold."""
_CLOSE: Final = 0.05
"""Share of held-out questions whose lead is below the margin: a sixth of wrong answers for 0.6 points of right ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """An entry found for an utterance."""

    entry: Entry
    question: str
    """The entry's question nearest to the utterance, as its editor wrote it."""
    score: float
    """0-100, higher is better; equal scores keep file order; 100 only for a question word for word."""


class Explained(NamedTuple):
    """A match with the parts of its score."""

    match: Match
    parts: Mapping[str, float]
    """Share of each block of features and of `fuzzy` in the sum, `coverage` (0-1, multiplies it), `exact` (0 or 1)."""


class Band(Enum):
    """What the scores allow."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    NONE = "none"


class Thresholds(NamedTuple):
    """Where the bands begin, in points of score."""

    answer: float
    """Lowest score that is answered, inclusive."""
    offer: float
    """Lowest score that is offered to choose from, inclusive."""
    margin: float
    """Smallest lead over the runner-up with which a match is answered, inclusive."""

    @classmethod
    def learned(cls, held_out: Sequence[tuple[float, float]]) -> Thresholds:
        """From the (score, lead) of questions asked of a retriever that did not know them, right or wrong.

        A fixed number would not travel: the threshold is 28 in this domain, 52 on Banking77 (110 questions an entry).
        """
        if not held_out:
            return cls(0.0, 0.0, 0.0)
        scores, leads = (sorted(values) for values in zip(*held_out, strict=True))
        pick = [scores[int(_ANSWERED * len(scores))], scores[int(_OFFERED * len(scores))]]
        return cls(*(round(value, 4) for value in (*pick, leads[int(_CLOSE * len(leads))])))


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


def counted(questions: Iterable[str], synonyms: Synonyms) -> dict[str, tuple[array[int], array[int]]]:
    """By block: the keys of the features of some folded questions, and how many of these hold each."""
    counts: dict[str, Counter[str]] = {block: Counter() for block in BLOCKS}
    for question in questions:
        for block, found in features(question.split(), synonyms).items():
            counts[block].update(list(dict.fromkeys(found)))
    return {
        block: (array("I", [feature_key(block, name) for name in found]), array("I", found.values()))
        for block, found in counts.items()
    }


def untrained(folded: Sequence[Sequence[str]], synonyms: Synonyms) -> Index:
    """The index of each entry's folded questions, a weight being ln(1 + questions with the feature) * idf.

    One vector an entry instead of one a question gains 4 points of hit@1, idf over entries instead of questions 5.
    """
    counts = [counted(questions, synonyms) for questions in folded]
    spread: Counter[int] = Counter()
    for keys, _ in chain.from_iterable(found.values() for found in counts):
        spread.update(keys)
    places = {key: place for place, key in enumerate(sorted(spread))}
    starts = array("I", accumulate(map(spread.__getitem__, places), initial=0))
    idf = [1.0 + math.log((1 + len(folded)) / (1 + count)) for count in range(max(spread.values(), default=0) + 1)]
    free = starts[:]
    entries = array(entry_type(len(folded)), [0]) * starts[-1]
    weights = array("d", [0.0]) * starts[-1]
    for number, (found, factor) in enumerate(zip(counts, prior(list(map(len, folded))), strict=True)):
        for block, (keys, held) in found.items():
            values = [math.log1p(count) * idf[spread[key]] for key, count in zip(keys, held, strict=True)]
            scale = factor * block_scale(block, values)
            for key, value in zip(keys, values, strict=True):
                at = free[places[key]]
                free[places[key]] = at + 1
                entries[at] = number
                weights[at] = value * scale
    most = max(weights, default=1.0)
    codes = array("b", [int(math.sqrt(weight / most) * 127 + 0.5) for weight in weights])
    keys, spreads = array("I", places), array("I", map(spread.__getitem__, places))
    return Index(size=len(folded), scale=most, keys=keys, starts=starts, spread=spreads, entries=entries, codes=codes)


_Query = Mapping[str, Sequence[tuple[int, float]]]
"""Block -> the utterance's known features, (place in the index, weight)."""


class _Found(NamedTuple):
    """A match by its numbers."""

    score: float
    number: int
    """Of the entry."""
    question: int
    """The nearest of the entry's questions."""
    likeness: float
    """How near that is, 0-1."""


_NOBODY: Final = _Found(0.0, 0, 0, 0.0)


class Retriever:
    """Ranks entries for utterances. Immutable: safe to share between threads. Made by `build`, `load` or `train`."""

    def __init__(
        self,
        entries: Sequence[Entry],
        folded: Sequence[Sequence[str]],
        synonyms: Synonyms,
        index: Index,
        *,
        thresholds: Thresholds | None = None,
        trained: bool = False,
    ) -> None:
        """Args: folded: each entry's questions as `read` gives them; thresholds: None learns them from some."""
        self._entries = tuple(entries)
        self._folded = tuple(map(tuple, folded))
        self._synonyms = synonyms
        self._index = index
        self._exact: dict[str, tuple[int, int]] = {}
        for number, questions in enumerate(self._folded):
            for position, question in enumerate(questions):
                self._exact.setdefault(question, (number, position))
        self._speller = Speller(self._exact, lambda word: index.place("stem", stem(word)) is not None)
        self.trained = trained
        """Whether the weights were trained; an untrained retriever is as safe to use, and less often right."""
        self.threshold, self.lower_threshold, self.margin = thresholds or Thresholds.learned(self._held_out())

    @classmethod
    def build(cls, entries: Sequence[Entry], synonyms: Sequence[Sequence[str]]) -> Retriever:
        """An untrained retriever."""
        folded = [[" ".join(read(question)) for question in entry.questions] for entry in entries]
        groups = Synonyms.of(synonyms)
        return cls(entries, folded, groups, untrained(folded, groups))

    def rank(self, utterance: str, limit: int = 5) -> tuple[Match, ...]:
        """The best distinct entries, best first, whatever their scores; empty only for an utterance without a word."""
        return tuple(self._match(found) for found in self._ranked(utterance, limit)[2])

    def rank_explained(self, utterance: str, limit: int = 5) -> tuple[Explained, ...]:
        """As `rank`, with the parts of every score."""
        query, coverage, ranked = self._ranked(utterance, limit)
        return tuple(Explained(self._match(found), self._parts(found, query, coverage)) for found in ranked)

    def _ranked(self, utterance: str, limit: int) -> tuple[_Query, float, list[_Found]]:
        """The utterance's features, its coverage, and what was found for it."""
        typed = read(utterance)
        if not typed or not self._entries or limit < 1:
            return {}, 0.0, []
        words = [self._speller.repair(word) for word in typed]
        query, coverage = self._index.query(features(words, self._synonyms)), self._coverage(words)
        candidates = self._index.candidates(chain.from_iterable(query.values()), limit)
        ranked = self._scored(candidates, words, coverage, limit)
        exact = self._exact.get(" ".join(typed))
        if exact is not None:
            others = (found for found in ranked if found.number != exact[0])
            ranked = [_Found(_WORD_FOR_WORD, *exact, 1.0), *others]
        return query, coverage, ranked[:limit]

    def _scored(
        self,
        candidates: Sequence[tuple[float, int]],
        words: Sequence[str],
        coverage: float,
        limit: int,
        without: tuple[int, int] | None = None,
    ) -> list[_Found]:
        """The candidates, best first, after a look at the best ones' questions (but for the one `without`)."""
        text = " ".join(words)[:_COMPARED]
        found = []
        for place, (total, number) in enumerate(candidates):
            question, likeness = 0, 0.0
            if place < max(_RERANKED, limit):
                questions: Sequence[str | None] = self._folded[number]
                if without is not None and without[0] == number:
                    questions = [*questions[: without[1]], None, *questions[without[1] + 1 :]]
                best = process.extractOne(text, questions, scorer=fuzz.token_sort_ratio)
                question, likeness = (best[2], best[1] / 100) if best else (0, 0.0)
            score = 100.0 * coverage * (total + _FUZZY * likeness) / (1.0 + _FUZZY)
            found.append(_Found(round(min(max(score, 0.0), _HIGHEST), 4), number, question, likeness))
        return sorted(found, key=lambda item: (-item.score, item.number))

    def _coverage(self, words: Sequence[str]) -> float:
        """How much of some words the knowledge knows, 0-1: by idf mass, an unknown word's being the greatest."""
        known = total = 0.0
        for name in dict.fromkeys(map(stem, words)):
            place = self._index.place("stem", name)
            mass = self._index.idf(0 if place is None else self._index.spread[place]) ** 2
            total += mass
            known += mass if place is not None else 0.0
        return float((known / total) ** _COVERAGE) if total else 0.0

    def _match(self, found: _Found) -> Match:
        entry = self._entries[found.number]
        return Match(entry=entry, question=entry.questions[found.question], score=found.score)

    def _parts(self, found: _Found, query: _Query, coverage: float) -> Mapping[str, float]:
        """What a score is made of."""
        parts = {name: self._index.total(block, found.number) for name, block in query.items()}
        exact = float(found.score == _WORD_FOR_WORD)
        return MappingProxyType({**parts, "fuzzy": _FUZZY * found.likeness, "coverage": coverage, "exact": exact})

    def _held_out(self) -> list[tuple[float, float]]:
        """(score, lead) of some questions, spread evenly, each asked as if its entry did not have it."""
        known = [(number, questions) for number, questions in enumerate(self._folded) if len(questions) > 1]
        places = [(number, at) for number, questions in known for at, text in enumerate(questions) if text]
        return [self._without(*place) for place in places[:: max(1, len(places) // _HELD_OUT)]]

    def _without(self, number: int, question: int) -> tuple[float, float]:
        """(score, lead) of a question where its entry's weights are those of its other questions."""
        words = self._folded[number][question].split()
        query = list(chain.from_iterable(self._index.query(features(words, self._synonyms)).values()))
        others = (text for at, text in enumerate(self._folded[number]) if at != question)
        counts = dict(
            chain.from_iterable(zip(*found, strict=True) for found in counted(others, self._synonyms).values())
        )
        kept = 0.0
        for place, value in query:
            count = counts.get(self._index.keys[place], 0)
            kept += value * self._index.weight(place, number) * math.log1p(count) / math.log1p(count + 1)
        rivals = [found for found in self._index.candidates(query, _RERANKED) if found[1] != number]
        candidates = sorted([*rivals, (kept, number)], key=lambda found: -found[0])
        best, second, *_ = *self._scored(candidates, words, self._coverage(words), 1, (number, question)), _NOBODY
        return best.score, best.score - second.score

    def band(self, matches: Sequence[Match]) -> Band:
        """Whether the best match may be answered, the best be offered, or neither; it needs the best two."""
        if not matches or matches[0].score < self.lower_threshold:
            return Band.NONE
        lead = matches[0].score - (matches[1].score if len(matches) > 1 else 0.0)
        if matches[0].score >= _WORD_FOR_WORD or (matches[0].score >= self.threshold and lead >= self.margin):
            return Band.ANSWER
        return Band.CLARIFY

    def read(self, utterance: str) -> tuple[tuple[str, str], ...]:
        """The words that are looked at, each as folded and as its spelling is repaired."""
        return tuple((word, self._speller.repair(word)) for word in read(utterance))

    def complete(self, prefix: str, limit: int = 8) -> tuple[str, ...]:
        """Questions that the text typed so far may become: those that begin so, editors' best first, then like ones."""
        typed = " ".join(read(prefix))
        if not typed:
            return ()
        begun = sorted((place[1], place[0]) for text, place in self._exact.items() if text.startswith(typed))
        places = [(number, question) for question, number in begun[:limit]]
        if len(places) < limit:
            numbers = {match.entry.id for match in self.rank(prefix, limit)}
            near = {
                (n, q): text
                for n, entry in enumerate(self._entries)
                if entry.id in numbers
                for q, text in enumerate(self._folded[n])
            }
            places += [found[2] for found in process.extract(typed, near, scorer=fuzz.partial_ratio, limit=limit)]
        return tuple(dict.fromkeys(self._entries[n].questions[q] for n, q in places))[:limit]

    def dump(self) -> bytes:
        """The retriever without its entries, as bytes that are the same on every platform."""
        index = self._index
        texts = "\n".join("\t".join(questions) for questions in self._folded).encode("utf-8", "surrogatepass")
        arrays = (index.keys, index.starts, index.spread, index.entries, index.codes)
        head = {
            "size": index.size,
            "scale": index.scale,
            "trained": self.trained,
            "thresholds": [self.threshold, self.lower_threshold, self.margin],
            "synonyms": self._synonyms.phrases,
            "texts": len(texts),
            "arrays": [[values.typecode, len(values)] for values in arrays],
        }
        encoded = json.dumps(head, sort_keys=True).encode()
        return b"".join((_MAGIC, struct.pack("<I", len(encoded)), encoded, texts, *map(_little_endian, arrays)))

    @classmethod
    def load(cls, data: bytes, entries: Sequence[Entry]) -> Retriever:
        """The retriever that was dumped.

        Args:
            data: what `dump` gave.
            entries: those it was made of.

        Raises:
            ValueError: when the data are broken, of another version or of other questions.
        """
        try:
            return cls._loaded(data, entries)
        except (struct.error, LookupError, TypeError, AttributeError) as error:
            raise ValueError("the compiled index is broken") from error

    @classmethod
    def _loaded(cls, data: bytes, entries: Sequence[Entry]) -> Retriever:
        if not data.startswith(_MAGIC):
            raise ValueError("this is no compiled index of this version")
        (length,) = struct.unpack_from("<I", data, len(_MAGIC))
        start = len(_MAGIC) + 4
        head = json.loads(data[start : start + length])
        start += length
        lines = data[start : start + head["texts"]].decode("utf-8", "surrogatepass").split("\n")
        folded = [line.split("\t") for line in lines] if entries else []
        if list(map(len, folded)) != [len(entry.questions) for entry in entries]:
            raise ValueError("the compiled index is of other questions")
        arrays = _arrays(data, start + head["texts"], head["arrays"])
        synonyms = Synonyms({phrase: tuple(groups) for phrase, groups in head["synonyms"].items()})
        names = ("keys", "starts", "spread", "entries", "codes")
        index = Index(size=head["size"], scale=head["scale"], **dict(zip(names, arrays, strict=True)))
        thresholds = Thresholds(*head["thresholds"])
        return cls(entries, folded, synonyms, index, thresholds=thresholds, trained=head["trained"])


def _arrays(data: bytes, start: int, kinds: Sequence[tuple[str, int]]) -> list[array[int]]:
    """The arrays of some (type, length) that stand one after the other."""
    found = []
    view = memoryview(data)
    for typecode, length in kinds:
        values: array[int] = array(typecode)
        end = start + length * values.itemsize
        if end > len(data):
            raise ValueError("the compiled index is cut short")
        values.frombytes(view[start:end])
        if sys.byteorder == "big":
            values.byteswap()
        found.append(values)
        start = end
    return found


def _little_endian(values: array[int]) -> bytes:
    if sys.byteorder == "big":
        values = values[:]
        values.byteswap()
    return values.tobytes()
