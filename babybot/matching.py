"""Finding parsed phrases in an utterance.

`PhraseBook` holds all phrases once, indexed by a word each of them needs, so that an utterance is tried against the few that
could match; `Reading` is one utterance read for matching. What a found phrase means is left to `triage.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from babybot.lexicon import Lexicon, real_words
from babybot.measures import Measure, read_measures
from babybot.patterns import All, Alternatives, Group, Measured, Near, Node, Phrase, Word, parse
from babybot.patterns import Sequence as InOrder
from babybot.text import Stop, Token, normalise, tokens

__all__ = ["PhraseBook", "Reading", "Span", "fold_fillers"]

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
        self._groups: dict[str, list[Span]] = {}
        self._exact: dict[str, list[Span]] = {}
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

    def distance(self, first: Span, second: Span) -> int:
        """Content words between two spans, 0 where they touch or overlap."""
        if first.start > second.start:
            first, second = second, first
        return max(0, self._content[second.start] - self._content[first.end]) if second.start > first.end else 0

    def find(self, node: Node) -> list[Span]:
        """Every place where a node is found, in order of its first token."""
        if isinstance(node, Word):
            return self._find_word(node)
        if isinstance(node, Group):
            return self._find_group(node.name)
        if isinstance(node, Alternatives):
            found = [span for option in node.options for span in self.find(option)]
            return sorted(set(found))[:_MOST_SPANS]
        if isinstance(node, Measured):
            return self._find_measure(node)
        if isinstance(node, InOrder):
            return self._find_in_order(node)
        return self._find_near(node) if isinstance(node, Near) else self._find_all(node)

    def _find_word(self, node: Word) -> list[Span]:
        if node.exact:
            return self._exact.get(node.text, [])
        if node.prefix:
            found = [spans for word, spans in self._exact.items() if word.startswith(node.text)]
            return sorted(span for spans in found for span in spans)
        return self._places.get(self._book.lexicon.key(node.text), [])

    def _find_group(self, name: str) -> list[Span]:
        if name not in self._groups:
            singles, others = self._book.group(name)
            small = len(singles) > len(self._places)
            keys = [key for key in self._places if key in singles] if small else [key for key in singles if key in self._places]
            found = [span for key in keys for span in self._places[key]]
            for first, node in others:
                if first is None or first in self._places:
                    found.extend(self.find(node))
            self._groups[name] = sorted(set(found))[:_MOST_SPANS]
        return self._groups[name]

    def _find_measure(self, node: Measured) -> list[Span]:
        return [
            Span(measure.start, measure.end, tuple(range(measure.start, measure.end)))
            for measure in self.measures
            if measure.kind == node.kind
            and (node.at_least is None or measure.value >= node.at_least)
            and (node.under is None or measure.value < node.under)
        ]

    def _find_in_order(self, node: InOrder) -> list[Span]:
        partial = self.find(node.items[0])
        for item, gap in zip(node.items[1:], node.gaps, strict=True):
            if not partial:
                return []
            following = self.find(item)
            joined: list[Span] = []
            for left in partial:
                sentence = self.sentence[left.end - 1]
                for right in following:
                    if right.start < left.end:
                        continue
                    if self.sentence[right.start] != sentence:
                        break
                    between = self._content[right.start] - self._content[left.end]
                    if between > max(gap, 0):
                        break
                    if gap >= 0 or right.start == left.end:
                        joined.append(Span(left.start, right.end, left.words + right.words))
            partial = joined[:_MOST_SPANS]
        return partial

    def _find_near(self, node: Near) -> list[Span]:
        partial = self.find(node.items[0])
        for item in node.items[1:]:
            if not partial:
                return []
            following = self.find(item)
            joined: list[Span] = []
            for left in partial:
                for right in following:
                    if self.sentence[left.start] == self.sentence[right.start] and self.distance(left, right) <= node.window:
                        if not set(left.words) & set(right.words):
                            words = tuple(sorted(left.words + right.words))
                            joined.append(Span(min(left.start, right.start), max(left.end, right.end), words))
            partial = sorted(set(joined))[:_MOST_SPANS]
        return partial

    def _find_all(self, node: All) -> list[Span]:
        parts = [self.find(item) for item in node.items]
        if not all(parts):
            return []
        result = []
        for first in parts[0]:
            nearest = [min(part, key=lambda span, at=first: self.distance(at, span)) for part in parts[1:]]  # type: ignore[misc]
            words = tuple(sorted({*first.words, *(index for span in nearest for index in span.words)}))
            result.append(Span(words[0], words[-1] + 1, words))
        return result


class PhraseBook:
    """All phrases of the knowledge with the words and groups they use.

    Args:
        phrases: the texts of all phrases, by any keys.
        groups: group name -> its members (words or phrases of the language; `{other}` groups may be members).
        forms, spellings, no_fuzzy: see `Lexicon`.
        fillers: words free to stand between the words of a phrase.
    """

    def __init__(
        self,
        phrases: Iterable[str],
        groups: Mapping[str, Sequence[str]],
        forms: Mapping[str, Sequence[str]],
        spellings: Mapping[str, Sequence[str]],
        no_fuzzy: Iterable[str],
        fillers: Iterable[str],
    ) -> None:
        self.fillers = frozenset(fillers)
        self.phrases: tuple[Phrase, ...] = tuple(parse(text, groups) for text in phrases)
        self._members = {name: tuple(parse(member, groups).node for member in members) for name, members in groups.items()}
        nodes = [*(phrase.node for phrase in self.phrases), *(node for members in self._members.values() for node in members)]
        words = {word.text for node in nodes for word in _words(node) if not word.prefix}
        self.lexicon = Lexicon(words, forms, spellings, no_fuzzy)
        self._groups: dict[str, tuple[frozenset[str], tuple[tuple[str | None, Node], ...]]] = {}
        for name in groups:
            self._flatten(name, ())
        self._anchored: dict[str, list[int]] = {}
        self._unanchored: list[int] = []
        for number, phrase in enumerate(self.phrases):
            anchors = self._anchors(phrase.node)
            if anchors is None:
                self._unanchored.append(number)
            for key in anchors or ():
                self._anchored.setdefault(key, []).append(number)

    def candidates(self, reading: Reading) -> list[int]:
        """Numbers of the phrases that could be found in the utterance, in order."""
        numbers = set(self._unanchored)
        for key in reading.all_keys:
            numbers.update(self._anchored.get(key, ()))
        return sorted(numbers)

    def group(self, name: str) -> tuple[frozenset[str], tuple[tuple[str | None, Node], ...]]:
        """A group's single words as keys, and its other members each with the key it begins with (None: try always)."""
        return self._groups[name]

    def keys_of(self, found: Sequence[Token], utterance: str) -> tuple[tuple[str, ...], ...]:
        """The keys each token may stand for: its readings, or the word it makes together with the next (un responsive)."""
        shouted = utterance.isupper()
        keys: list[tuple[str, ...]] = []
        for index, token in enumerate(found):
            named = (
                not shouted
                and utterance[token.start : token.start + 1].isupper()
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
        """Words run together taken apart, when both are real and one is in a phrase: `isblue`, `eyesrolled`."""
        result: list[Token] = []
        for token in found:
            parts = self._parts(token.word) if len(token.word) >= 5 and token.word.isalpha() else ()
            if parts:
                result.append(Token(parts[0], token.start, token.end, Stop.NONE))
                token = token._replace(word=parts[1])
            result.append(token)
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

    def _flatten(self, name: str, within: tuple[str, ...]) -> tuple[frozenset[str], tuple[tuple[str | None, Node], ...]]:
        if name in self._groups:
            return self._groups[name]
        singles: set[str] = set()
        others: list[tuple[str | None, Node]] = []
        for node in self._members[name]:
            if isinstance(node, Word) and not node.exact and not node.prefix:
                singles.add(self.lexicon.key(node.text))
            elif isinstance(node, Group) and node.name not in within and node.name != name:
                inner_singles, inner_others = self._flatten(node.name, (*within, name))
                singles |= inner_singles
                others.extend(inner_others)
            elif not isinstance(node, Group):
                first = node.items[0] if isinstance(node, InOrder) else node
                plain = isinstance(first, Word) and not first.exact and not first.prefix
                others.append((self.lexicon.key(first.text) if plain and isinstance(first, Word) else None, node))
        self._groups[name] = (frozenset(singles), tuple(others))
        return self._groups[name]

    def _anchors(self, node: Node) -> frozenset[str] | None:
        """Keys of which an utterance must hold at least one for the node to be found; None where that cannot be said."""
        if isinstance(node, Word):
            if node.prefix:
                return None
            return frozenset({self.lexicon.key(node.text)})
        if isinstance(node, Group):
            singles, others = self._groups[node.name]
            return self._union([singles, *(self._anchors(other) for _, other in others)])
        if isinstance(node, Alternatives):
            return self._union([self._anchors(option) for option in node.options])
        if isinstance(node, Measured):
            return None
        options = [anchors for item in node.items if (anchors := self._anchors(item)) is not None]
        useful = [anchors for anchors in options if not anchors <= self.fillers] or options
        return min(useful, key=lambda anchors: (len(anchors), sorted(anchors))) if useful else None

    @staticmethod
    def _union(options: Sequence[frozenset[str] | None]) -> frozenset[str] | None:
        result: frozenset[str] = frozenset()
        for option in options:
            if option is None:
                return None
            result |= option
        return result


def _words(node: Node) -> Iterable[Word]:
    if isinstance(node, Word):
        yield node
    elif isinstance(node, Alternatives):
        for option in node.options:
            yield from _words(option)
    elif isinstance(node, InOrder | Near | All):
        for item in node.items:
            yield from _words(item)


def fold_fillers(words: Iterable[str]) -> frozenset[str]:
    """Filler words as tokens are folded."""
    return frozenset(part for word in words for part in normalise(word).split())
