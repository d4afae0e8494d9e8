"""Finding parsed phrases in an utterance.

`PhraseBook` holds all phrases once, indexed by a word each of them needs, so that an utterance is tried against the few
that could match; `Reading` is one utterance read for matching. What a found phrase means is left to `triage.py`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple
from zlib import crc32

from babybot.lexicon import Lexicon, real_words
from babybot.measures import Measure, read_measures
from babybot.text import Stop, Token, normalise, tokens

__all__ = ["PhraseBook", "Reading", "Span", "fold_fillers"]

_FORMAT: Final = 1
"""Raised whenever the form of a dumped book changes, so that those of another version are never used."""
_MOST_SPANS: Final = 60
"""Places kept for one part of a phrase; a story that repeats a word a hundred times is no clearer for it."""


_SHORT: Final = frozenset({"not", "leg", "arm", "eye", "lip", "fit", "hot", "no", "cot", "bed", "son", "mum", "dad"})
"""Short words that may be part of two words run together."""


class Span(NamedTuple):
    """Where a phrase or a part of it was found, in token indexes."""

    start: int
    end: int
    """Exclusive."""
    words: tuple[int, ...]
    """The tokens that matched, fillers and gaps left out."""


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
        self.sentence: list[int] = []
        self._content: list[int] = [0]
        sentence = 0
        for index, token in enumerate(self.tokens):
            span = Span(index, index + 1, (index,))
            for key in self.keys[index]:
                self._places.setdefault(key, []).append(span)
            self._exact.setdefault(token.word, []).append(span)
            self.sentence.append(sentence)
            self._content.append(self._content[-1] + (token.word not in book.fillers))
            sentence += token.stop is Stop.SENTENCE

    @property
    def all_keys(self) -> Iterable[str]:
        """Every key of the utterance, once."""
        return self._places

    def phrase(self, number: int) -> list[Span]:
        """Every place where the book's phrase of that number is found, in order of its first token."""
        return self._find(self._book.roots[number])

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
        return found if len(found) < 2 else sorted(set(found))[:_MOST_SPANS]

    def _find_exact(self, words: Sequence[str]) -> list[Span]:
        return sorted(span for word in words for span in self._exact.get(word, ()))

    def _find_prefix(self, prefix: str) -> list[Span]:
        return sorted(span for word, spans in self._exact.items() if word.startswith(prefix) for span in spans)

    def _find_group(self, name: str) -> list[Span]:
        singles, others = self._book.group(name)
        found = [span for key in singles if key in self._places for span in self._places[key]]
        for first, node in others:
            if first is None or first in self._places:
                found.extend(self._find(node))
        return sorted(set(found))[:_MOST_SPANS]

    def _find_measure(self, kind: str, at_least: float | None, under: float | None) -> list[Span]:
        return [
            Span(measure.start, measure.end, tuple(range(measure.start, measure.end)))
            for measure in self.measures
            if measure.kind == kind
            and (at_least is None or measure.value >= at_least)
            and (under is None or measure.value < under)
        ]

    def _find_any(self, options: Sequence[int]) -> list[Span]:
        return sorted({span for option in options for span in self._find(option)})[:_MOST_SPANS]

    def _parts(self, items: Sequence[int]) -> list[list[Span]]:
        """Where each item is found; empty as soon as one is not."""
        parts: list[list[Span]] = []
        for item in items:
            found = self._find(item)
            if not found:
                return []
            parts.append(found)
        return parts

    def _find_in_order(self, items: Sequence[int], gaps: Sequence[int]) -> list[Span]:
        parts = self._parts(items)
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
        parts = self._parts(items)
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
        parts = self._parts(items)
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


def _joined(left: Span, right: Span) -> Span:
    return Span(min(left.start, right.start), max(left.end, right.end), tuple(sorted({*left.words, *right.words})))


class PhraseBook:
    """All phrases of the knowledge with the words and groups they use, ready to be matched.

    Make one with `compile` or `load`.
    """

    def __init__(self, texts: Sequence[str], data: Mapping[str, Any]) -> None:
        """Args: texts: of the phrases; data: what `compile_phrases` made of them."""
        self.fillers: frozenset[str] = frozenset(data["fillers"])
        self.texts = texts
        self._nodes: Sequence[str] = data["nodes"]
        self._read: dict[int, Sequence[Any]] = {}
        self.roots: Sequence[int] = data["roots"]
        """The node of each phrase."""
        self._groups: Mapping[str, int] = data["groups"]
        self.lexicon = Lexicon.from_data(data["lexicon"])
        self._anchored: Mapping[str, str] = data["anchored"]
        self._unanchored: Sequence[int] = data["unanchored"]
        self._data = data

    @classmethod
    def compile(
        cls,
        phrases: Iterable[str],
        groups: Mapping[str, Sequence[str]],
        forms: Mapping[str, Sequence[str]],
        spellings: Mapping[str, Sequence[str]],
        no_fuzzy: Iterable[str],
        fillers: Iterable[str],
    ) -> PhraseBook:
        """Parse and index phrases.

        Args:
            phrases: their texts.
            groups: group name -> its members (words or phrases of the language; `{other}` groups may be members).
            forms, spellings, no_fuzzy: see `Lexicon`.
            fillers: words free to stand between the words of a phrase, folded.

        Raises:
            PhraseError: when a phrase cannot be read.
        """
        from babybot.compiling import compile_phrases  # the parser of the language, of no use to compiled phrases

        texts = tuple(phrases)
        return cls(texts, compile_phrases(texts, groups, forms, spellings, no_fuzzy, fillers))

    @classmethod
    def load(cls, dumped: bytes, texts: Sequence[str]) -> PhraseBook | None:
        """The book that was dumped; None when the bytes are broken, of another version or of other phrases."""
        try:
            head, *nodes = dumped.decode().split("\n")
            data = json.loads(head)
            if data["format"] == _FORMAT and data["texts"] == _checksum(texts) and data["size"] == len(nodes):
                return cls(texts, {**data, "nodes": nodes})
        except (ValueError, LookupError, TypeError, AttributeError):
            pass
        return None

    def dump(self) -> bytes:
        """Lines of JSON, the same for the same phrases: an index of the nodes, then a node each."""
        index = {name: value for name, value in self._data.items() if name != "nodes"}
        head = {"format": _FORMAT, "texts": _checksum(self.texts), "size": len(self._nodes), **index}
        return "\n".join([json.dumps(head, separators=(",", ":")), *self._nodes]).encode()

    def node(self, number: int) -> Sequence[Any]:
        """A compiled part of phrases: an operator with its arguments; parts refer to others by number."""
        node = self._read.get(number)
        if node is None:
            node = self._read[number] = json.loads(self._nodes[number])
        return node

    def group(self, name: str) -> Sequence[Any]:
        """A group's single words as keys; its other members, each with the key it begins with (None: try always)."""
        return self.node(self._groups[name])

    def is_broad(self, number: int) -> bool:
        """Whether a phrase counts only where the weights, with the other broad phrases near it, speak for a sign."""
        return "?" in self.texts[number][:2]

    def is_immune(self, number: int) -> bool:
        """Whether the masks for every red flag leave a phrase alone."""
        return "!" in self.texts[number][:2]

    def candidates(self, reading: Reading) -> list[int]:
        """Numbers of the phrases that could be found in the utterance, in order."""
        numbers = set(self._unanchored)
        for key in reading.all_keys:
            numbers.update(map(int, self._anchored.get(key, "").split()))
        return sorted(numbers)

    def keys_of(self, found: Sequence[Token], utterance: str) -> tuple[tuple[str, ...], ...]:
        """The keys each token may stand for: its readings, and the word it makes with the next (un responsive)."""
        keys: list[tuple[str, ...]] = []
        for index, token in enumerate(found):
            typed = utterance[token.start : token.end]
            named = (
                typed[:1].isupper()
                and not (len(typed) > 1 and typed.isupper())
                and index > 0
                and found[index - 1].stop is not Stop.SENTENCE
            )
            readings = self.lexicon.readings(token.word, guess=not named)
            if index + 1 < len(found) and token.word not in self.fillers:
                joined = token.word + found[index + 1].word
                if 6 <= len(joined) <= 16 and self.lexicon.knows(joined) and joined.isalpha():
                    readings += (self.lexicon.key(joined),)
            keys.append(readings)
        return tuple(keys)

    def unglued(self, found: Sequence[Token]) -> tuple[Token, ...]:
        """Listed misspellings put right, and words run together taken apart: `isblue`, `eyesrolled`.

        Words are taken apart only where both parts are real words and one is in a phrase; they share one span.
        """
        result: list[Token] = []
        for token in found:
            parts = self.lexicon.respelt(token.word)
            if len(token.word) >= 5 and token.word.isalpha() and len(parts) == 1:
                parts = self._parts(parts[0]) or parts
            result.extend(Token(part, token.start, token.end, Stop.NONE) for part in parts[:-1])
            result.append(token if parts[-1] == token.word else token._replace(word=parts[-1]))
        return tuple(result)

    def _parts(self, word: str) -> tuple[str, ...]:
        known = real_words()
        if word in known or self.lexicon.knows(word):
            return ()
        for cut in range(2, len(word) - 1):
            left, right = word[:cut], word[cut:]
            if left in known and right in known and (self._telling(left) or self._telling(right)):
                if all(len(part) >= 4 or part in self.fillers or part in _SHORT for part in (left, right)):
                    return (left, right)
        return ()

    def _telling(self, word: str) -> bool:
        return len(word) >= 3 and word not in self.fillers and self.lexicon.knows(word)


def _checksum(texts: Sequence[str]) -> int:
    return crc32("\n".join(texts).encode("utf-8", "surrogatepass"))


def fold_fillers(words: Iterable[str]) -> frozenset[str]:
    """Filler words as tokens are folded."""
    return frozenset(part for word in words for part in normalise(word).split())
