"""Finding the phrases of a phrase book in an utterance. What a found phrase means is left to `triage.py`.

Most phrases whose index word is there are not. So each is tried twice: first whether any sentence holds all its parts,
a bit for each sentence and no places looked for, then where. It halves the time, of a 5,000-character story as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final, NamedTuple

from babybot.courtesies import courtesies
from babybot.measures import Measure, read_measures
from babybot.phrase_book import PhraseBook
from babybot.text import Stop, Token, tokens

__all__ = ["Reading", "Span"]

_MOST_SPANS: Final = 60
"""Places kept for one part of a phrase, the first and the last ones; a story that repeats a word a hundred times is no
clearer for it."""


class Span(NamedTuple):
    """Where a phrase or a part of it was found, in token indexes."""

    start: int
    end: int
    """Exclusive."""
    words: tuple[int, ...]
    """The tokens that matched, fillers and gaps left out."""


def _kept(spans: list[Span]) -> list[Span]:
    return spans if len(spans) <= _MOST_SPANS else spans[: _MOST_SPANS // 2] + spans[-_MOST_SPANS // 2 :]


class Reading:
    """One utterance read for matching.

    Args:
        utterance: as typed.
        book: whose words and groups it is read with.
    """

    def __init__(self, utterance: str, book: PhraseBook) -> None:
        self.utterance = utterance
        self.tokens: tuple[Token, ...] = book.unglued(tokens(utterance))
        self.measures: tuple[Measure, ...] = read_measures(self.tokens)
        self.keys: tuple[tuple[str, ...], ...] = book.keys_of(self.tokens, utterance)
        self._book = book
        self._places: dict[str, list[Span]] = {}
        self._exact: dict[str, list[Span]] = {}
        self._found: dict[int, list[Span]] = {}
        self._bits: dict[int, int] = {}
        self._key_bits: dict[str, int] = {}
        self.sentence: list[int] = []
        self._content: list[int] = [0]
        sentence = 0
        for index, token in enumerate(self.tokens):
            span = Span(index, index + 1, (index,))
            for key in self.keys[index]:
                self._places.setdefault(key, []).append(span)
                self._key_bits[key] = self._key_bits.get(key, 0) | 1 << sentence
            self._exact.setdefault(token.word, []).append(span)
            self.sentence.append(sentence)
            self._content.append(self._content[-1] + (token.word not in book.fillers))
            sentence += token.stop is Stop.SENTENCE

    def telling(self, begin: int, end: int) -> list[int]:
        """Those of the tokens of a sentence that are neither fillers nor courtesies."""
        polite = courtesies([token.word for token in self.tokens[begin:end]])
        return [
            at for at in range(begin, end) if self._content[at + 1] > self._content[at] and at - begin not in polite
        ]

    def phrases(self) -> Iterator[tuple[int, Span]]:
        """Every phrase of the book that is found, by number, with each of its places."""
        for number in self._book.candidates(self._places):
            root = self._book.roots[number]
            if self._sentences(root):
                for span in self._find(root):
                    yield number, span

    def _sentences(self, node: int) -> int:
        """The sentences in which a node could be found, a bit each: told without looking for the places."""
        bits = self._bits.get(node)
        if bits is None:
            operator, first, *_ = self._book.node(node)
            bits = self._bits[node] = _SCANNERS[operator](self, first)
        return bits

    def _in_keys(self, keys: Iterable[str]) -> int:
        bits = 0
        for key in keys:
            if key in self._key_bits:
                bits |= self._key_bits[key]
        return bits

    def _in_spans(self, spans: Iterable[Span]) -> int:
        bits = 0
        for span in spans:
            bits |= 1 << self.sentence[span.start] | 1 << self.sentence[span.end - 1]
        return bits

    def _in_group(self, name: str) -> int:
        singles, others = self._book.group(name)
        bits = self._in_keys(singles)
        for first, node in others:
            if first is None or first in self._key_bits:
                bits |= self._sentences(node)
        return bits

    def _in_any(self, nodes: Iterable[int]) -> int:
        bits = 0
        for node in nodes:
            bits |= self._sentences(node)
        return bits

    def _in_same(self, nodes: Iterable[int]) -> int:
        bits = -1
        for node in nodes:
            bits &= self._sentences(node)
            if not bits:
                break
        return bits

    def _in_all(self, nodes: Sequence[int]) -> int:
        return self._in_any(nodes) if all(map(self._sentences, nodes)) else 0

    def _distance(self, first: Span, second: Span) -> int:
        """Content words between two spans, 0 where they touch or overlap."""
        if first.start > second.start:
            first, second = second, first
        return max(0, self._content[second.start] - self._content[first.end]) if second.start > first.end else 0

    def _find(self, node: int) -> list[Span]:
        found = self._found.get(node)
        if found is None:
            operator, *rest = self._book.node(node)
            found = self._found[node] = _FINDERS[operator](self, *rest)
        return found

    def _find_keys(self, keys: Sequence[str]) -> list[Span]:
        found = [span for key in keys if key in self._places for span in self._places[key]]
        return found if len(found) < 2 else _kept(sorted(set(found)))

    def _find_exact(self, words: Sequence[str]) -> list[Span]:
        return _kept(sorted(span for word in words for span in self._exact.get(word, ())))

    def _find_prefix(self, prefix: str) -> list[Span]:
        found = (span for word, spans in self._exact.items() if word.startswith(prefix) for span in spans)
        return _kept(sorted(found))

    def _find_group(self, name: str) -> list[Span]:
        singles, others = self._book.group(name)
        found = [span for key in singles if key in self._places for span in self._places[key]]
        for first, node in others:
            if first is None or first in self._places:
                found.extend(self._find(node))
        return _kept(sorted(set(found)))

    def _find_measure(self, kind: str, at_least: float | None, under: float | None) -> list[Span]:
        found = (
            Span(measure.start, measure.end, tuple(range(measure.start, measure.end)))
            for measure in self.measures
            if measure.kind == kind
            and (at_least is None or measure.value >= at_least)
            and (under is None or measure.value < under)
        )
        return list(islice(found, _MOST_SPANS))

    def _find_any(self, options: Sequence[int]) -> list[Span]:
        return _kept(sorted({span for option in options for span in self._find(option)}))

    def _parts(self, items: Sequence[int], bits: int) -> list[list[Span]]:
        """Where each item is found, beginning or ending in some sentences; empty as soon as one is not."""
        parts: list[list[Span]] = []
        at = self.sentence
        for item in items:
            found = [span for span in self._find(item) if (bits >> at[span.start] | bits >> at[span.end - 1]) & 1]
            if not found:
                return []
            parts.append(found)
        return parts

    def _find_in_order(self, items: Sequence[int], gaps: Sequence[int]) -> list[Span]:
        parts = self._parts(items, self._in_same(items))
        if not parts:
            return []
        content, sentence, partial = self._content, self.sentence, parts[0]
        for following, gap in zip(parts[1:], gaps, strict=True):
            joined: list[Span] = []
            for left in partial:
                inside, limit = sentence[left.end - 1], content[left.end] + max(gap, 0)
                for right in following:
                    if right.start < left.end:
                        continue
                    if content[right.start] > limit or sentence[right.start] != inside:
                        break
                    if gap >= 0 or right.start == left.end:
                        joined.append(Span(left.start, right.end, left.words + right.words))
            partial = joined[:_MOST_SPANS]
            if not partial:
                break
        return partial

    def _find_near(self, items: Sequence[int], window: int) -> list[Span]:
        parts = self._parts(items, self._in_same(items))
        partial = parts[0] if parts else []
        for following in parts[1:]:
            joined = {
                _joined(left, right)
                for left in partial
                for right in following
                if self.sentence[left.start] == self.sentence[right.start]
                and self._distance(left, right) <= window
                and not set(left.words) & set(right.words)
            }
            partial = sorted(joined)[:_MOST_SPANS]
        return partial

    def _find_all(self, items: Sequence[int]) -> list[Span]:
        parts = self._parts(items, -1)
        if not parts:
            return []
        partial = parts[0]
        for part in parts[1:]:
            partial = sorted({_joined(span, other) for span in partial for other in self._nearest(span, part)})[
                :_MOST_SPANS
            ]
        return partial

    def _nearest(self, span: Span, part: Sequence[Span]) -> list[Span]:
        before = [other for other in part if other.start <= span.start]
        after = [other for other in part if other.start >= span.start]
        return [min(side, key=lambda other: (self._distance(span, other), other)) for side in (before, after) if side]


_FINDERS: Final[Mapping[str, Callable[..., list[Span]]]] = {
    "keys": Reading._find_keys,
    "exact": Reading._find_exact,
    "prefix": Reading._find_prefix,
    "group": Reading._find_group,
    "measure": Reading._find_measure,
    "any": Reading._find_any,
    "order": Reading._find_in_order,
    "near": Reading._find_near,
    "all": Reading._find_all,
}
_SCANNERS: Final[Mapping[str, Callable[..., int]]] = {
    "keys": Reading._in_keys,
    "exact": lambda self, words: self._in_spans(self._find_exact(words)),
    "prefix": lambda self, prefix: self._in_spans(self._find_prefix(prefix)),
    "group": Reading._in_group,
    "measure": lambda self, kind: self._in_spans(self._find_measure(kind, None, None)),
    "any": Reading._in_any,
    "order": Reading._in_same,
    "near": Reading._in_same,
    "all": Reading._in_all,
}


def _joined(left: Span, right: Span) -> Span:
    return Span(min(left.start, right.start), max(left.end, right.end), tuple(sorted({*left.words, *right.words})))
