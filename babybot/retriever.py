"""Ranks the entries for an utterance: a question word for word first, then entry vectors, then a fuzzy look.

What a match leads to is decided above; `retriever_training.py` makes better weights and thresholds than `build`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from types import MappingProxyType
from typing import Final, NamedTuple

from rapidfuzz import fuzz, process

from babybot import index_file
from babybot.bands import Band, HeldOut, Thresholds
from babybot.index import Counts, Index, counted, untrained
from babybot.index_file import Compiled
from babybot.model import Entry
from babybot.spelling import Speller, Synonyms, features, questions_by_word, read
from babybot.text import stem

__all__ = ["Band", "Explained", "Match", "Retriever", "names"]

_FUZZY: Final = 0.1
"""Weight of the nearest question's likeness (token sort ratio): +0.1 points, CLINC150 +0.5 with a typo."""
_RERANKED: Final = 10
"""Best entries whose questions are compared one by one."""
_COMPARED: Final = 300
"""Characters of the utterance in that comparison."""
_COVERAGE: Final = 0.25
"""Exponent of the known share of an utterance: 0 loses 0.5 points of off-topic AUROC (CLINC150 0.9), 0.5 loses 0.4."""
_OFF_TOPIC: Final = 0.75
"""Share of what an utterance has in common with off-topic examples, beyond the usual, that is taken from every score;
0.5 answers half as many of them again."""
_WORD_FOR_WORD: Final = 100.0
_HIGHEST: Final = 99.0
"""Highest score of any other match."""
_HELD_OUT: Final = 60
"""Questions that an untrained retriever learns its thresholds from."""


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
    """Share of each block of features, of `off_topic` and of `fuzzy` in the sum, which `coverage` (0-1)
    multiplies; `exact` (0 or 1)."""


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


def names(entry: Entry, asked: Sequence[str]) -> tuple[str, ...]:
    """What an entry is called, folded: the weights are made as if it were asked in these words, too.

    Its title; where that is one of its questions, `asked`, the words of its id. Called as the data set calls them: +1.2
    points of hit@1 on Banking77 10-shot, +0.7 on CLINC150 10-shot and curekart; in this domain, with 63, nothing.

    Args:
        entry: the entry.
        asked: its questions, folded.

    >>> names(Entry(id="sleep-starts", topic="t", title="Jerks (starts)", questions=("Why?",), answer="a"), ["why"])
    ('jerks starts',)
    """
    said = (" ".join(read(text)) for text in (entry.title, entry.id.replace("-", " ")))
    return tuple(name for name in said if name and name not in asked)[:1]


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
        counts: Sequence[Counts] = (),
        trained: bool = False,
        off_topic: str = "",
    ) -> None:
        """Args: folded: each entry's questions as `read` gives them; index: of the entries, and of off-topic examples
        as one entry more where it was trained on those; thresholds: None learns them from some questions, for which
        `counts` has what the index was made of."""
        self._entries = tuple(entries)
        self._folded = tuple(map(tuple, folded))
        self._synonyms = synonyms
        self._index = index
        self._exact: dict[str, tuple[int, int]] = {}
        for number, questions in enumerate(self._folded):
            for position, question in enumerate(questions):
                self._exact.setdefault(question, (number, position))
        self._speller = Speller(
            lambda: questions_by_word(self._exact), lambda word: index.place("word", stem(word)) is not None
        )
        self.trained = trained
        """Whether the weights were trained; an untrained retriever is as safe to use, and less often right."""
        self.off_topic = off_topic
        """The fingerprint of the off-topic examples it was trained on; empty for none."""
        self._thresholds = thresholds or Thresholds.learned(self._held_out(counts))
        self.threshold, self.lower_threshold, self.margin = self._thresholds

    @classmethod
    def build(cls, entries: Sequence[Entry], synonyms: Sequence[Sequence[str]]) -> Retriever:
        """An untrained retriever."""
        folded = [[" ".join(read(question)) for question in entry.questions] for entry in entries]
        groups = Synonyms.of(synonyms)
        taught = [(*asked, *names(entry, asked)) for entry, asked in zip(entries, folded, strict=True)]
        counts = [counted(questions, groups) for questions in taught]
        return cls(entries, folded, groups, untrained(counts, list(map(len, taught))), counts=counts)

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
        candidates = self._candidates(list(chain.from_iterable(query.values())), limit)
        ranked = self._scored(candidates, words, coverage, limit)
        exact = self._exact.get(" ".join(typed))
        if exact is not None:
            others = (found for found in ranked if found.number != exact[0])
            ranked = [_Found(_WORD_FOR_WORD, *exact, 1.0), *others]
        return query, coverage, ranked[:limit]

    def _candidates(self, query: Sequence[tuple[int, float]], limit: int) -> list[tuple[float, int]]:
        """(sum, entry) of the best entries, best first, less what speaks for none of them."""
        against = self._against(query)
        found = self._index.candidates(query, limit + 1)
        return [(total - against, number) for total, number in found if number < len(self._entries)]

    def _against(self, query: Iterable[tuple[int, float]]) -> float:
        """How much more some features have in common with off-topic examples than questions on the subject have, as far
        as it counts; 0 where no examples were learned."""
        off_topic = len(self._entries)
        if off_topic >= self._index.size:
            return 0.0
        return _OFF_TOPIC * (max(self._index.total(query, off_topic), 0.0) - self._index.usual)

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
            found.append(_Found(round(min(score, _HIGHEST), 4), number, question, likeness))
        return sorted(found, key=lambda item: (-item.score, item.number))

    def _coverage(self, words: Sequence[str]) -> float:
        """How much of some words the knowledge knows, 0-1: by idf mass, an unknown word's being the greatest."""
        known = total = 0.0
        for name in dict.fromkeys(map(stem, words)):
            place = self._index.place("word", name)
            mass = self._index.idf(0 if place is None else self._index.spread[place]) ** 2
            total += mass
            known += mass if place is not None else 0.0
        return float((known / total) ** _COVERAGE) if total else 0.0

    def _match(self, found: _Found) -> Match:
        entry = self._entries[found.number]
        return Match(entry=entry, question=entry.questions[found.question], score=max(found.score, 0.0))

    def _parts(self, found: _Found, query: _Query, coverage: float) -> Mapping[str, float]:
        """What a score is made of."""
        parts = {name: self._index.total(block, found.number) for name, block in query.items()}
        parts["off_topic"] = -self._against(chain.from_iterable(query.values()))
        exact = float(found.score == _WORD_FOR_WORD)
        return MappingProxyType({**parts, "fuzzy": _FUZZY * found.likeness, "coverage": coverage, "exact": exact})

    def _held_out(self, counts: Sequence[Counts]) -> list[HeldOut]:
        """Some questions, spread evenly, each asked as if its entry did not have it."""
        known = [(number, questions) for number, questions in enumerate(self._folded) if len(questions) > 1]
        places = [(number, at) for number, questions in known for at, text in enumerate(questions) if text]
        return [self._without(*place, counts[place[0]]) for place in places[:: max(1, len(places) // _HELD_OUT)]]

    def _without(self, number: int, question: int, counts: Counts) -> HeldOut:
        """A question where its entry's weights are those of its other questions."""
        words = self._folded[number][question].split()
        query = list(chain.from_iterable(self._index.query(features(words, self._synonyms)).values()))
        held = dict(chain.from_iterable(zip(*found, strict=True) for found in counts.values()))
        kept = 0.0
        for place, value in query:
            count = held[self._index.keys[place]]
            kept += value * self._index.weight(place, number) * math.log(count) / math.log1p(count)
        rivals = [found for found in self._candidates(query, _RERANKED) if found[1] != number]
        candidates = sorted([*rivals, (kept, number)], key=lambda found: -found[0])
        best, second, *_ = *self._scored(candidates, words, self._coverage(words), 1, (number, question)), _NOBODY
        return HeldOut(best.score, best.score - second.score, best.number == number)

    def band(self, matches: Sequence[Match]) -> Band:
        """Whether the best match may be answered, the best be offered, or neither; it needs the best two."""
        if matches and matches[0].score >= _WORD_FOR_WORD:
            return Band.ANSWER
        return self._thresholds.band([match.score for match in matches[:2]])

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
        return index_file.dumps(
            Compiled(
                folded=self._folded,
                synonyms=self._synonyms,
                index=self._index,
                thresholds=self._thresholds,
                trained=self.trained,
                off_topic=self.off_topic,
            )
        )

    @classmethod
    def load(cls, data: bytes, entries: Sequence[Entry]) -> Retriever:
        """The retriever that was dumped.

        Args:
            data: what `dump` gave.
            entries: those it was made of.

        Raises:
            ValueError: when the data are broken, of another version or of other questions.
        """
        made = index_file.loads(data, [len(entry.questions) for entry in entries])
        return cls(
            entries,
            made.folded,
            made.synonyms,
            made.index,
            thresholds=made.thresholds,
            trained=made.trained,
            off_topic=made.off_topic,
        )
