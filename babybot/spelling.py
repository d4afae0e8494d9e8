"""An utterance as the retriever reads it: its first words, their spelling repaired, and the features they give.

All is measured against the knowledge's own questions; which entry the features speak for is left to the retriever.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from babybot.lexicon import real_words
from babybot.senses import senses
from babybot.text import normalise, stem

__all__ = ["BLOCKS", "MOST_WORDS", "Speller", "Synonyms", "features", "questions_by_word", "read"]

MOST_WORDS: Final = 200
"""Words that are read of an utterance, the first."""
_MOST_CHARS: Final = 1200
"""Characters from which n-grams are taken."""
_LONGEST_WORD: Final = 10
"""Characters looked at for each word to be read, its blank included; longer words leave fewer to be read."""
_STARTS: Final = re.compile(r"[^\W_]|\u00b0")

BLOCKS: Final = {"gram": 2.0, "word": 1.0, "skip": 0.7, "sense": 0.5}
"""Block of features -> its weight among the blocks; a block that finds nothing gives its weight to none.

Lost without a block, points of hit@1 in this domain / on Banking77 10-shot / on CLINC150 10-shot (own splits): n-grams
0.5 / 0.9 / 0.2 (with a typo 1.0 / 1.1 / 0.7), words 0.8 / 1.5 / 0.6, skip bigrams 1.6 / 0.6 / 0.7, senses -0.2 / 0.5 /
0.7 (with a typo 0.6 on both; 0.4 on curekart; CLINC150 answered rightly at 90% rejection 1.6). With weight 1 the senses
cost 0.8 here; skip bigrams with weight 1 cost 0.2 on curekart (0.5 with a typo), with 0.5 they cost 0.5 here.
Source: tests/benchmarks/retrieval.py --ablation.
"""
_GRAMS: Final = (2, 3, 4)
"""Lengths of the character n-grams, which run across the borders of words; 5 as well gained nothing."""
_GAP: Final = 3
"""How far apart two words of a skip bigram may stand; 1 lost 0.4 points, 5 lost 0.4."""

_SHORTEST: Final = 4
"""Letters of the shortest word that is repaired."""
_LONGEST: Final = 40
"""Letters of the longest word that is repaired."""
_LONG: Final = 8
"""From so many letters on two slips are repaired, below it one."""
_REMEMBERED: Final = 4096
"""Words whose repair is kept in mind; past it nothing more is kept, and results stay the same."""


def questions_by_word(texts: Iterable[str]) -> Mapping[str, int]:
    """Each word of some folded texts, with the number of texts that hold it."""
    return Counter(chain.from_iterable(dict.fromkeys(text.split()) for text in texts))


def read(text: str) -> list[str]:
    """The first words of a text, folded; a text of any length costs no more than its beginning.

    >>> read("...She's JUMPY?")
    ['she', 'jumpy']
    """
    first = _STARTS.search(text)
    if first is None:
        return []
    return normalise(text[first.start() : first.start() + MOST_WORDS * _LONGEST_WORD]).split()[:MOST_WORDS]


class Synonyms:
    """Groups of words and phrases that count as one idea. Immutable."""

    __slots__ = ("_longest", "phrases")

    def __init__(self, phrases: Mapping[str, tuple[int, ...]]) -> None:
        """Args: phrases: stems with a blank between -> numbers of the groups they stand in."""
        self.phrases = dict(phrases)
        self._longest: dict[str, int] = {}
        for phrase in self.phrases:
            first, size = phrase.partition(" ")[0], phrase.count(" ") + 1
            self._longest[first] = max(size, self._longest.get(first, 0))

    @classmethod
    def of(cls, groups: Sequence[Sequence[str]]) -> Synonyms:
        """From the groups as the knowledge has them."""
        phrases: dict[str, tuple[int, ...]] = {}
        for number, group in enumerate(groups):
            for text in group:
                phrase = " ".join(map(stem, normalise(text).split()))
                if phrase and number not in phrases.get(phrase, ()):
                    phrases[phrase] = (*phrases.get(phrase, ()), number)
        return cls(phrases)

    def found(self, stems: Sequence[str]) -> tuple[list[str], list[str]]:
        """What some words mean.

        Returns:
            The groups of every phrase among them, and the words with each longest phrase replaced by its group.
        """
        groups: list[str] = []
        ideas: list[str] = []
        covered = 0
        for at, first in enumerate(stems):
            longest = 0
            for size in range(1, self._longest.get(first, 0) + 1):
                known = self.phrases.get(" ".join(stems[at : at + size])) if at + size <= len(stems) else None
                if known:
                    groups.extend(f"#{number}" for number in known)
                    longest, idea = size, f"#{known[0]}"
            if at >= covered:
                ideas.append(idea if longest else first)
                covered = at + max(longest, 1)
        return groups, ideas


def features(words: Sequence[str], synonyms: Synonyms) -> dict[str, list[str]]:
    """The features of some words by block, repeated as often as they occur.

    Words are stems, and the groups of the known phrases among them. In skip bigrams its group stands in a phrase's
    place, so that "bub kicks" and "baby kicking" share one (+0.4 points); the edges of the text count as words (+0.4).
    """
    text = f" {' '.join(words)} "[:_MOST_CHARS]
    stems = [stem(word) for word in words]
    groups, ideas = synonyms.found(stems)
    edged = ["^", *ideas, "$"]
    return {
        "gram": [text[at : at + size] for size in _GRAMS for at in range(len(text) - size + 1)],
        "word": stems + groups,
        "skip": [f"{one} {two}" for at, one in enumerate(edged) for two in edged[at + 1 : at + 1 + _GAP]],
        "sense": list(chain.from_iterable(map(senses, words))),
    }


class Speller:
    """Reads unknown words as known ones: +1.6 points of hit@1 with a typo (CLINC150 +4.6), 0 without (-0.3).

    Safe to share between threads: it changes nothing but what it remembers of its own answers, which is bounded.
    """

    __slots__ = ("_buckets", "_count", "_counts", "_is_known", "_memory")

    def __init__(self, count: Callable[[], Mapping[str, int]], is_known: Callable[[str], bool]) -> None:
        """Args: count: gives the words to repair to, each with a rank (higher is preferred); is_known: what stays."""
        self._count = count
        self._is_known = is_known
        self._counts: Mapping[str, int] | None = None
        self._buckets: dict[tuple[int, str], tuple[str, ...]] = {}
        self._memory: dict[str, str] = {}

    def repair(self, word: str) -> str:
        """The known word nearest to an unknown one, or the word itself.

        One slip (a letter too many, too few, wrong, or two swapped) is repaired in a word of four to seven letters,
        two in a longer one; ties go to the more frequent word, then by alphabet. A real word stays as it is: +0.15
        points of hit@1 on clean text, +0.25 of off-topic AUROC (mean of 9 public and own splits, 3 with off-topic).

        >>> Speller(lambda: {"twitch": 1}, lambda word: False).repair("twicth")
        'twitch'
        """
        if len(word) < _SHORTEST or not word.isalpha():
            return word
        repaired = self._memory.get(word)
        if repaired is None:
            stays = len(word) > _LONGEST or self._is_known(word) or word in real_words()
            repaired = word if stays else self._nearest(word)
            if len(self._memory) < _REMEMBERED:
                self._memory[word] = repaired
        return repaired

    def _nearest(self, word: str) -> str:
        """A slip touches the first letter or the last, seldom both: two small buckets instead of every word."""
        counts = self._counted()
        most = 2 if len(word) >= _LONG else 1
        for position in (0, -1):
            bucket = self._bucket(position, word[position])
            near = process.extract(word, bucket, scorer=OSA.distance, score_cutoff=most, limit=None)
            if near:
                return min(near, key=lambda found: (found[1], -counts[found[0]], found[0]))[0]
        return word

    def _counted(self) -> Mapping[str, int]:
        """The words to repair to; asked for at the first unknown word."""
        if self._counts is None:
            self._counts = self._count()
        return self._counts

    def _bucket(self, position: int, letter: str) -> tuple[str, ...]:
        """The known words with a letter at a position, 0 or -1; made when it is first needed."""
        bucket = self._buckets.get((position, letter))
        if bucket is None:
            words = (word for word in self._counted() if len(word) >= _SHORTEST - 1)
            bucket = tuple(word for word in words if word[position] == letter)
            self._buckets[position, letter] = bucket
        return bucket
