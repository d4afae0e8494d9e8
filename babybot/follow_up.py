"""Ranks the entries for an utterance in the light of what was shown before: "and at naps?", "does it hurt?", "till
what age though".

General means only: how the utterance ranks alone and with the last entry's title, and what that entry leads to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from babybot.ages import without_ages
from babybot.model import Entry, KnowledgeBase
from babybot.retriever import Band, Match, Retriever
from babybot.text import normalise, stem, tokens

__all__ = ["Ranker", "Ranking", "content_stems", "is_elliptical"]

_LOOKED_AT: Final = 12
"""Entries of a ranking that are weighed."""
_MOST_CONTENT: Final = 3
"""Words with a meaning of their own in an utterance that leans on the one before; after "and" or "but" two more."""
_PLAIN: Final = frozenset(
    "a an the and or but so then also too though tho as if of in on at to for with from by about into over up down "
    "out off again ever even just only really very quite much many more most any some all no not yes ok okay oh well "
    "um uh er hmm i we you he she it they me us him her them my our your his its their this that these those there "
    "here am is are was were be been being do does did doing done has have had having can could will would shall "
    "should may might must what which who whom whose when where why how mean means thing things one ones get gets "
    "got go goes going went like know tell say says said please thanks baby babys lo bub im ive id dont thats whats "
    "s t bit lot kind sort anyway actually"
    " still now yet till until let lets make makes made want need btw x".split()
)
"""Words that say nothing about the topic."""
_BACK: Final = frozenset("it that this they them those these he she him her one ones there then".split())
"""Words that point back."""
_OPENERS: Final = frozenset("and but or so then also what how till until why when even same including".split())
_MOST_ALONE: Final = 1.65
"""Times the threshold that an utterance by itself counts at most; word for word a question, it may still mean another
thing here."""
_TITLE: Final = 0.45
"""Share of the ranking together with the last entry's title."""
_LEADS_TO: Final = 0.22
"""Share of the retriever's threshold that an entry gains to which the last one leads."""
_STAYS: Final = 1.0
"""Share of the threshold that the last entry gains, times how much of the utterance it speaks of."""
_ELSEWHERE: Final = 0.3
"""Share of what an entry about the movements speaks of that counts where another entry fits the utterance better."""
_CLEAR: Final = 0.2
"""Share of the threshold that an entry leads by where a short utterance is clear by itself."""
_UNSPOKEN: Final = 0.4
"""What counts as spoken of at least where an utterance has one word of its own and no entry answers it by itself."""
_IN_ANSWER: Final = 0.6
"""What a word counts that only the last entry's answer holds; its questions count 1."""
_IN_ANSWER_ELSEWHERE: Final = 0.2
"""The same where another entry answers the utterance by itself."""
_NO_CONTENT: Final = 0.8
"""What an utterance without a word of its own counts: "and then?"."""


class Ranking(NamedTuple):
    """Entries for an utterance."""

    alone: tuple[Match, ...]
    """For the utterance by itself, best first."""
    matches: tuple[Match, ...]
    """In the light of the conversation, best first; the same where the utterance stands by itself."""
    near: frozenset[str] = frozenset()
    """Where the utterance leans on the one before: ids of the last entry and of what it leads to; else empty."""

    @property
    def leans(self) -> bool:
        """Whether the utterance leans on the one before."""
        return bool(self.near)


def content_stems(text: str) -> tuple[str, ...]:
    """The stems of the words that say something about the topic, each once."""
    return tuple(dict.fromkeys(stem(word) for word in normalise(text[:2000]).split() if word not in _PLAIN))


def is_elliptical(utterance: str) -> bool:
    """Whether an utterance is too short to stand by itself: it points back, opens as a follow-up, or hardly says a
    thing.

    >>> is_elliptical("and at naps?"), is_elliptical("how loud can the white noise be in his room")
    (True, False)
    """
    words = [token.word for token in tokens(utterance[:300])]
    content = len(content_stems(utterance))
    if not words or len(words) > 12 or content > _MOST_CONTENT + 2 * (words[0] in ("and", "but")):
        return False
    return content <= 1 or words[0] in _OPENERS or bool(set(words) & _BACK) or len(words) <= 4


def _points_back(utterance: str) -> bool:
    """Whether an utterance with one word of its own, if any, opens as a follow-up or names what was said before."""
    words = [token.word for token in tokens(utterance[:300])]
    return len(content_stems(utterance)) <= 1 and (words[0] in _OPENERS or bool(set(words) & _BACK))


class Ranker:
    """Ranks the entries of some knowledge within a conversation. Immutable; safe to share between threads."""

    def __init__(self, knowledge: KnowledgeBase, retriever: Retriever) -> None:
        self._retriever = retriever
        self._groups: Mapping[str, str] = {
            stem(word): f"={number}"
            for number, group in enumerate(knowledge.synonyms)
            for word in group
            if " " not in word
        }

    def _known(self, texts: Iterable[str]) -> frozenset[str]:
        return frozenset(self._grouped(content_stems(" ".join(texts)[:6000])))

    def _grouped(self, stems: Iterable[str]) -> tuple[str, ...]:
        """Stems, each as the group of words that mean the same where there is one."""
        return tuple(dict.fromkeys(self._groups.get(word, word) for word in stems))

    def ranked(self, utterance: str, last: Entry | None, before: Entry | None = None) -> Ranking:
        """Rank the entries for an utterance that follows the entry `last`, the topic before which was `before`."""
        alone = self._by_itself(utterance)
        if last is None or not alone or not is_elliptical(utterance) or self._stands(utterance, alone, last):
            return Ranking(alone=alone, matches=alone)
        joined = self._retriever.rank(f"{utterance} {last.title}", _LOOKED_AT)
        scores = self._weighed(utterance, alone, joined, last, before)
        best = {match.entry.id: match for match in (*joined, *alone)}
        best.setdefault(last.id, Match(entry=last, question=last.questions[0], score=0.0))
        order = sorted((entry_id for entry_id in scores if entry_id in best), key=lambda entry_id: -scores[entry_id])
        matches = tuple(replace(best[entry_id], score=round(min(scores[entry_id], 99.0), 4)) for entry_id in order)
        return Ranking(alone=alone, matches=matches, near=frozenset({last.id, *last.see_also}))

    def _by_itself(self, utterance: str) -> tuple[Match, ...]:
        """The ranking of an utterance; where it tells an age, half with it and half without, for the answer goes by
        age anyway."""
        whole = self._retriever.rank(utterance, _LOOKED_AT)
        rest = without_ages(utterance)
        if rest == utterance or not whole or whole[0].score >= 100.0:
            return whole
        other = {match.entry.id: match.score for match in self._retriever.rank(rest, _LOOKED_AT)}
        halved = [replace(match, score=round((match.score + other.get(match.entry.id, 0.0)) / 2, 4)) for match in whole]
        return tuple(sorted(halved, key=lambda match: -match.score)) if other else whole

    def _stands(self, utterance: str, alone: Sequence[Match], last: Entry) -> bool:
        """Whether a short utterance is clear by itself: an entry answers it by far, and two words of its own, or one if
        the last entry leads to that one."""
        words = len(content_stems(utterance)) + (alone[0].entry.id in last.see_also)
        if words < 2 or self._retriever.band(alone) is not Band.ANSWER:
            return False
        return len(alone) < 2 or alone[0].score - alone[1].score >= _CLEAR * self._retriever.threshold

    def _weighed(
        self, utterance: str, alone: Sequence[Match], joined: Sequence[Match], last: Entry, before: Entry | None
    ) -> Mapping[str, float]:
        """Entry id -> its score in the light of the last entry."""
        unit = self._retriever.threshold
        scores = {match.entry.id: min(match.score, _MOST_ALONE * unit) * (1 - _TITLE) for match in alone}
        for match in joined:
            if match.entry.id != last.id:
                scores[match.entry.id] = scores.get(match.entry.id, 0.0) + match.score * _TITLE
        spoken = self._spoken_here(utterance, alone, last)
        own = next((match.score for match in joined if match.entry.id == last.id), 0.0)
        scores[last.id] = scores.get(last.id, 0.0) + own * _TITLE * spoken + _STAYS * unit * spoken
        for entry_id in last.see_also:
            if entry_id in scores:
                scores[entry_id] += _LEADS_TO * unit
        if before is not None and before.id in scores and before.id != last.id:
            scores[before.id] += _LEADS_TO * unit / 2
        return scores

    def _spoken_here(self, utterance: str, alone: Sequence[Match], last: Entry) -> float:
        """How much of an utterance the last entry speaks of, 0-1, the less where another entry answers it by itself.

        An entry that reassures is about the movements, as most entries are: what another one answers is not about it.
        An entry on something else (a test, white noise) keeps what it speaks of.
        """
        if not content_stems(utterance):
            return _NO_CONTENT
        band = self._retriever.band(alone)
        elsewhere = alone[0].entry.id != last.id
        in_answer = _IN_ANSWER_ELSEWHERE if elsewhere and band is Band.ANSWER else _IN_ANSWER
        spoken = self._spoken(utterance, last, in_answer)
        if elsewhere and last.reassures and band is not Band.NONE:
            return _ELSEWHERE * spoken
        return max(spoken, _UNSPOKEN) if _points_back(utterance) and band is not Band.ANSWER else spoken

    def _spoken(self, utterance: str, entry: Entry, in_answer: float) -> float:
        """How much of what an utterance says an entry speaks of, 0-1."""
        wanted = self._grouped(content_stems(utterance))
        if not wanted:
            return _NO_CONTENT
        asked, answered = self._known(entry.questions), self._known([entry.answer])
        return sum(1.0 if word in asked else in_answer if word in answered else 0.0 for word in wanted) / len(wanted)
