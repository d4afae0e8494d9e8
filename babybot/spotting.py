"""Where the phrases of red flags, innocent readings, rules and modifiers are found in an utterance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from itertools import pairwise
from typing import Final, NamedTuple

from babybot.context import Status, status_of
from babybot.matching import Reading, Span
from babybot.model import KnowledgeBase, Rule, Urgency
from babybot.phrase_book import PhraseBook, fold_fillers

__all__ = ["Spots", "Spotter"]

_NOT_STEPPED_OVER: Final = frozenset(
    "baby babys babies say says said think thinks thought notice noticed saw found heard told tells reckons".split()
)
"""Words that a mask must not step over: "my legs are stiff" and "my husband can't breathe in there" are innocent, "my
baby's legs are stiff" and "my husband says she can't breathe" are not."""
_LINKS: Final = frozenset({"in", "on", "at", "like", "as"})
"""Fillers that a mask must not take for nothing: "grey pram" is innocent, "turned grey in the pram" is not."""

_TURNS: Final = frozenset({"no", "not", "never", "hardly", "barely"})
"""Words before a mask that make a sign of it: "feeding well" is innocent, "not feeding well" is not."""


class _Place(NamedTuple):
    """Whose phrase a number of the phrase book is."""

    owner: str
    urgency: Urgency | None = None


class Spotter:
    """All phrases of some knowledge that triage looks for. Immutable; safe to share between threads.

    Args:
        knowledge: whose phrases they are.
        compiled: what `book.dump` gave for the same knowledge, which saves parsing them again.
    """

    def __init__(self, knowledge: KnowledgeBase, compiled: bytes | None = None) -> None:
        texts: list[str] = []
        self._places: list[_Place] = []

        def add(phrases: Sequence[str], owner: str, urgency: Urgency | None = None) -> None:
            texts.extend(phrases)
            self._places.extend([_Place(owner, urgency)] * len(phrases))

        for flag in knowledge.red_flags:
            add(flag.phrases, "flag:" + flag.id, flag.urgency)
            for urgency, phrases in flag.phrases_at:
                add(phrases, "flag:" + flag.id, urgency)
            add(flag.masks, "mask:" + flag.id)
        for rule in knowledge.rules:
            add(rule.phrases, "rule:" + rule.id)
        for modifier in knowledge.modifiers:
            add(modifier.phrases, "modifier:" + modifier.id)
            add(modifier.masks, "mask:modifier:" + modifier.id)
        words = knowledge.words
        add(words.masks, "mask:")
        book = None if compiled is None else PhraseBook.load(compiled, texts)
        if book is None:
            fillers = fold_fillers(words.fillers)
            book = PhraseBook.compile(texts, words.groups, words.forms, words.spellings, words.no_fuzzy, fillers)
        self.book = book

    def urgency(self, number: int) -> Urgency:
        """The urgency of a red flag's phrase."""
        return self._places[number].urgency or Urgency.URGENT

    def spot(self, reading: Reading) -> Spots:
        """Find every phrase."""
        found: dict[str, list[tuple[int, Span]]] = {}
        for number, span in reading.phrases():
            found.setdefault(self._places[number].owner, []).append((number, span))
        return Spots(reading, found, self.book)


class Spots:
    """The phrases found in one utterance.

    Args:
        reading: the utterance.
        found: owner -> the numbers of its phrases with their places.
        book: whose phrases they are.
    """

    def __init__(self, reading: Reading, found: Mapping[str, Sequence[tuple[int, Span]]], book: PhraseBook) -> None:
        self.reading = reading
        self._found = found
        self._book = book
        self.innocent: Set[int] = self._covered("mask:")
        """The tokens that innocent readings hide from every red flag."""

    def of_flag(self, flag_id: str) -> Iterable[tuple[int, Span, set[int]]]:
        """A red flag's phrases: number, place, and the tokens that innocent readings hide from it."""
        own = self._covered("mask:" + flag_id)
        for number, span in self._found.get("flag:" + flag_id, ()):
            yield number, span, own if self._book.is_immune(number) else own | self.innocent

    def of_rule(self, rule: Rule) -> Iterable[Span]:
        """Where a rule's phrases stand that no innocent reading hides, be it one of its red flag."""
        own = self._covered("mask:" + rule.red_flag)
        for number, span in self._found.get("rule:" + rule.id, ()):
            masked = own if self._book.is_immune(number) else own | self.innocent
            if masked.isdisjoint(span.words):
                yield span

    def of_modifier(self, modifier_id: str) -> Iterable[Span]:
        """Where a modifier's phrases stand that no innocent reading of its own hides."""
        masked = self._covered("mask:modifier:" + modifier_id)
        for _, span in self._found.get("modifier:" + modifier_id, ()):
            if masked.isdisjoint(span.words):
                yield span

    def status(self, span: Span, *, about_carer: bool = False) -> Status:
        """How the words of a place are mentioned."""
        return status_of(span, self.reading.tokens, self.reading.sentence, about_carer=about_carer)

    def _covered(self, owner: str) -> set[int]:
        """The tokens that an owner's innocent readings cover."""
        sentence = self.reading.sentence
        covered: set[int] = set()
        for _, span in self._found.get(owner, ()):
            first, last = span.words[0], span.words[-1]
            if sentence[first] == sentence[last] and not self._is_broken(span):
                covered.update(range(first, last + 1))
        return covered

    def _is_broken(self, span: Span) -> bool:
        """Whether words stand before a mask or between its parts that make it no innocent reading."""
        if span.words[0] and self.reading.tokens[span.words[0] - 1].word in _TURNS:
            return True
        for before, after in pairwise(span.words):
            between = {token.word for token in self.reading.tokens[before + 1 : after]}
            if between & _NOT_STEPPED_OVER or (between & _LINKS and between <= self._book.fillers):
                return True
        return False
