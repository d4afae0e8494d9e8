"""Ranks the entries for an utterance: exact question first, then entry vectors, then a fuzzy look at the best.

What a match leads to (answer, clarification, no match) is decided above; `retriever_training.py` improves the weights.
"""

from __future__ import annotations

import heapq
import json
import math
import struct
import sys
import zlib
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final, NamedTuple

from rapidfuzz import fuzz, process

from babybot.model import Entry
from babybot.spelling import Speller
from babybot.text import normalise, stem

__all__ = ["Band", "Explained", "Match", "Retriever"]

_BLOCKS: Final = {"stem": 1.0, "gram": 2.0, "synonym": 0.3, "skip": 0.5}
"""Block of features -> its share of the score."""
_GRAMS: Final = (2, 3, 4)
_GAP: Final = 3
_MOST_WORDS: Final = 200
_MOST_CHARS: Final = 1500
_RERANKED: Final = 10
_FUZZY: Final = 0.1
_BUDGET: Final = 20_000
_CANDIDATES: Final = 50


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
    """Score of each block, `fuzzy`, `coverage` and `exact`."""


class Band(Enum):
    """What the scores allow."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    NONE = "none"


def read(text: str, limit: int = _MOST_WORDS) -> list[str]:
    """The folded words of an utterance, of a long one the first."""
    return normalise(text[: limit * 8]).split()[:limit]


def features(words: Sequence[str], synonyms: Mapping[str, tuple[int, ...]]) -> dict[str, list[str]]:
    """The features of some words by block."""
    text = f" {' '.join(words)} "[:_MOST_CHARS]
    stems = [stem(word) for word in words]
    return {
        "stem": stems,
        "gram": [text[at : at + size] for size in _GRAMS for at in range(len(text) - size + 1)],
        "synonym": [str(group) for word in stems for group in synonyms.get(word, ())],
        "skip": [f"{a} {b}" for at, a in enumerate(stems) for b in stems[at + 1 : at + 1 + _GAP]],
    }


def key(block: str, feature: str) -> int:
    """A feature's 32-bit name, the same on every platform."""
    return zlib.crc32(feature.encode("utf-8", "surrogatepass"), zlib.crc32(block.encode()))


def synonym_groups(synonyms: Sequence[Sequence[str]]) -> dict[str, tuple[int, ...]]:
    """Stem -> the groups it belongs to."""
    found: dict[str, list[int]] = {}
    for number, group in enumerate(synonyms):
        for word in group:
            words = normalise(word).split()
            if len(words) == 1 and number not in found.setdefault(stem(words[0]), []):
                found[stem(words[0])].append(number)
    return {word: tuple(groups) for word, groups in found.items()}


@dataclass(frozen=True, slots=True)
class _Index:
    """Postings by feature, as arrays."""

    keys: array[int]
    """Sorted names of the features."""
    starts: array[int]
    """Where each feature's postings begin; one more at the end."""
    spread: array[int]
    """Number of entries with the feature, for its idf."""
    entries: array[int]
    weights: array[int]
    scale: float
    """One unit of a weight."""
    size: int
    """Number of entries."""
    places: dict[int, int]

    @classmethod
    def of(cls, rows: Iterable[tuple[int, int, Sequence[tuple[int, float]]]], size: int) -> _Index:
        """From (key, spread, postings) by rising key."""
        rows = list(rows)
        most = max((abs(w) for _, _, postings in rows for _, w in postings), default=1.0)
        scale = most / 32767
        keys, starts, spread = array("I"), array("I", [0]), array("I")
        entries, weights = array("H" if size < 65536 else "I"), array("h")
        for name, count, postings in rows:
            kept = [(e, v) for e, w in postings if (v := round(w / scale))]
            keys.append(name)
            spread.append(count)
            entries.extend(e for e, _ in kept)
            weights.extend(v for _, v in kept)
            starts.append(len(entries))
        return cls(keys, starts, spread, entries, weights, scale, size, dict(zip(keys, range(len(keys)))))

    def idf(self, spread: int) -> float:
        return 1.0 + math.log((1 + self.size) / (1 + spread))

    def query(self, blocks: Mapping[str, Sequence[str]]) -> dict[str, list[tuple[int, float]]]:
        """Known features of an utterance with their weights, each block scaled to its share."""
        shares = sum(_BLOCKS.values())
        result = {}
        for block, found in blocks.items():
            known = []
            for feature, count in Counter(found).items():
                place = self.places.get(key(block, feature))
                if place is not None:
                    known.append((place, (1 + math.log(count)) * self.idf(self.spread[place])))
            norm = math.sqrt(sum(v * v for _, v in known)) or 1.0
            factor = math.sqrt(_BLOCKS[block] / shares) / norm
            result[block] = [(place, v * factor) for place, v in known]
        return result

    def scores(self, query: Iterable[tuple[int, float]]) -> list[tuple[float, int]]:
        """(score, entry) of the best candidates, best first."""
        starts, entries, weights = self.starts, self.entries, self.weights
        ordered = sorted(query, key=lambda item: starts[item[0] + 1] - starts[item[0]])
        totals = [0.0] * self.size
        spent = 0
        later = []
        for place, value in ordered:
            a, b = starts[place], starts[place + 1]
            if spent > _BUDGET:
                later.append((place, value))
                continue
            spent += b - a
            for e, w in zip(entries[a:b], weights[a:b]):
                totals[e] += value * w
        best = heapq.nlargest(_CANDIDATES, range(self.size), key=lambda e: (totals[e], -e))
        for place, value in later:
            row = dict(zip(entries[starts[place] : starts[place + 1]], weights[starts[place] : starts[place + 1]]))
            for e in best:
                totals[e] += value * row.get(e, 0)
        return sorted(((totals[e] * self.scale, e) for e in best), key=lambda item: (-item[0], item[1]))


def count_features(questions: Iterable[Sequence[str]], synonyms: Mapping[str, tuple[int, ...]]) -> dict[str, Counter[str]]:
    """By block: feature -> number of questions that hold it."""
    counts: dict[str, Counter[str]] = {block: Counter() for block in _BLOCKS}
    for words in questions:
        for block, found in features(words, synonyms).items():
            counts[block].update(list(dict.fromkeys(found)))
    return counts


def entry_vectors(
    entries: Sequence[Sequence[Sequence[str]]], synonyms: Mapping[str, tuple[int, ...]]
) -> list[tuple[int, int, list[tuple[int, float]]]]:
    """Rows (key, spread, postings) of the untrained weights."""
    counted = [count_features(questions, synonyms) for questions in entries]
    spread: Counter[tuple[str, str]] = Counter()
    for counts in counted:
        for block, found in counts.items():
            spread.update((block, feature) for feature in found)
    size, shares = len(entries), sum(_BLOCKS.values())
    idf = {name: 1.0 + math.log((1 + size) / (1 + count)) for name, count in spread.items()}
    postings: dict[tuple[str, str], list[tuple[int, float]]] = {name: [] for name in spread}
    for number, counts in enumerate(counted):
        for block, found in counts.items():
            row = {(block, f): math.log1p(n) * idf[block, f] for f, n in found.items()}
            norm = math.sqrt(sum(v * v for v in row.values())) or 1.0
            factor = math.sqrt(_BLOCKS[block] / shares) / norm
            for name, value in row.items():
                postings[name].append((number, value * factor))
    rows = {key(*name): (key(*name), spread[name], found) for name, found in postings.items()}
    return [rows[name] for name in sorted(rows)]


class Retriever:
    """Ranks entries. Immutable: safe to share between threads."""

    def __init__(
        self,
        entries: Sequence[Entry],
        normal: Sequence[Sequence[str]],
        synonyms: Mapping[str, tuple[int, ...]],
        index: _Index,
        *,
        thresholds: tuple[float, float, float] = (30.0, 15.0, 3.0),
        trained: bool = False,
    ) -> None:
        self._entries = tuple(entries)
        self._normal = tuple(map(tuple, normal))
        self._synonyms = synonyms
        self._index = index
        self._exact: dict[str, tuple[int, int]] = {}
        counts: Counter[str] = Counter()
        for number, questions in enumerate(self._normal):
            for position, question in enumerate(questions):
                self._exact.setdefault(question, (number, position))
                counts.update(list(dict.fromkeys(question.split())))
        self._speller = Speller(counts)
        self.threshold, self.lower_threshold, self.margin = thresholds
        self.trained = trained

    @classmethod
    def build(cls, entries: Sequence[Entry], synonyms: Sequence[Sequence[str]]) -> Retriever:
        """An untrained retriever."""
        normal = [[normalise(question) for question in entry.questions] for entry in entries]
        groups = synonym_groups(synonyms)
        rows = entry_vectors([[question.split() for question in questions] for questions in normal], groups)
        return cls(entries, normal, groups, _Index.of(rows, len(entries)))

    def rank(self, utterance: str, limit: int = 5) -> tuple[Match, ...]:
        """The best distinct entries, best first; empty only for an utterance without a word."""
        return tuple(explained.match for explained in self.rank_explained(utterance, limit))

    def rank_explained(self, utterance: str, limit: int = 5) -> tuple[Explained, ...]:
        """As `rank`, with the parts of every score."""
        words = read(utterance)
        if not words or not self._entries:
            return ()
        exact = self._exact.get(" ".join(words))
        words = [self._speller.repair(word) for word in words]
        query = self._index.query(features(words, self._synonyms))
        ranked = self._index.scores(item for found in query.values() for item in found)
        coverage = self._coverage(words)
        text = " ".join(words)
        results = []
        for place, (score, number) in enumerate(ranked):
            question, near = 0, 0.0
            if place < max(_RERANKED, limit):
                question, near = self._nearest(text, number)
            total = (score + _FUZZY * near) * coverage * 100 / (1 + _FUZZY)
            results.append((round(min(max(total, 0.0), 99.0), 4), number, question, near))
        if exact is not None:
            results = [(100.0, *exact, 1.0), *(r for r in results if r[1] != exact[0])]
        results.sort(key=lambda item: (-item[0], item[1]))
        return tuple(
            Explained(
                Match(entry=self._entries[n], question=self._entries[n].questions[q], score=score),
                {"fuzzy": near, "coverage": coverage, "exact": float(score == 100.0)},
            )
            for score, n, q, near in results[:limit]
        )

    def _nearest(self, text: str, number: int) -> tuple[int, float]:
        """The entry's question nearest to the text and how near, 0-1."""
        found = process.extractOne(text, self._normal[number], scorer=fuzz.token_sort_ratio)
        return (found[2], found[1] / 100) if found else (0, 0.0)

    def _coverage(self, words: Sequence[str]) -> float:
        """How much of the utterance the knowledge knows, 0-1: the share of its stems' idf mass, damped."""
        known = total = 0.0
        for word in dict.fromkeys(map(stem, words)):
            place = self._index.places.get(key("stem", word))
            value = self._index.idf(0 if place is None else self._index.spread[place]) ** 2
            total += value
            known += value if place is not None else 0.0
        return (known / total) ** 0.25

    def band(self, matches: Sequence[Match]) -> Band:
        """Whether the best match is good enough to answer, to offer, or neither."""
        if not matches or matches[0].score < self.lower_threshold:
            return Band.NONE
        lead = matches[0].score - (matches[1].score if len(matches) > 1 else 0.0)
        if matches[0].score >= 100.0 or (matches[0].score >= self.threshold and lead >= self.margin):
            return Band.ANSWER
        return Band.CLARIFY

    def complete(self, prefix: str, limit: int = 8) -> tuple[str, ...]:
        """Questions that the text typed so far may become: those that begin with it first, then fuzzy ones."""
        typed = normalise(prefix)
        if not typed:
            return ()
        begun = [place for text, place in self._exact.items() if text.startswith(typed)]
        near = process.extract(typed, list(self._exact), scorer=fuzz.partial_ratio, score_cutoff=75, limit=limit)
        places = dict.fromkeys([*begun[:limit], *(self._exact[text] for text, _, _ in near)])
        return tuple(self._entries[n].questions[q] for n, q in places)[:limit]

    def dump(self) -> bytes:
        """Plain bytes, the same on every platform."""
        index = self._index
        arrays = [index.keys, index.starts, index.spread, index.entries, index.weights]
        texts = "\n".join("\t".join(questions) for questions in self._normal).encode("utf-8", "surrogatepass")
        head = json.dumps(
            {
                "version": 1,
                "size": index.size,
                "scale": index.scale,
                "thresholds": [self.threshold, self.lower_threshold, self.margin],
                "trained": self.trained,
                "synonyms": self._synonyms,
                "arrays": [[a.typecode, len(a)] for a in arrays],
                "texts": len(texts),
            },
            sort_keys=True,
        ).encode()
        return b"".join([struct.pack("<I", len(head)), head, texts, *map(_little, arrays)])

    @classmethod
    def load(cls, data: bytes, entries: Sequence[Entry]) -> Retriever:
        """The retriever that `dump` wrote; `entries` must be those it was made of."""
        (length,) = struct.unpack_from("<I", data)
        head = json.loads(data[4 : 4 + length])
        at = 4 + length
        texts = data[at : at + head["texts"]].decode("utf-8", "surrogatepass")
        at += head["texts"]
        arrays = []
        for typecode, count in head["arrays"]:
            values = array(typecode)
            values.frombytes(data[at : at + count * values.itemsize])
            if sys.byteorder == "big":
                values.byteswap()
            at += count * values.itemsize
            arrays.append(values)
        normal = [line.split("\t") for line in texts.split("\n")]
        if list(map(len, normal)) != [len(entry.questions) for entry in entries]:
            raise ValueError("the compiled index belongs to other entries")
        keys = arrays[0]
        index = _Index(*arrays, head["scale"], head["size"], dict(zip(keys, range(len(keys)))))
        synonyms = {word: tuple(groups) for word, groups in head["synonyms"].items()}
        return cls(
            entries, normal, synonyms, index, thresholds=tuple(head["thresholds"]), trained=head["trained"]
        )


def _little(values: array[int]) -> bytes:
    """The array's bytes, little endian."""
    if sys.byteorder == "big":
        values = values[:]
        values.byteswap()
    return values.tobytes()
