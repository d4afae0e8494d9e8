"""Sentences that say nothing besides an innocent reading: "he goes over onto his belly by himself now".

The weights know the words of a sign, not how they are meant. Where an innocent reading of the knowledge (`not` at the
top level) covers all that a sentence tells, and no phrase of a red flag is in it, they are not asked about it alone.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from babybot.matching import Reading

__all__ = ["innocent_sentences"]

_IDLE: Final = frozenset(
    "oh ok okay btw yes yeah well hi hello sorry anyway actually by himself herself itself already about nearly almost "
    "old but though thanks".split()
)
"""Words, besides the fillers, that tell of nothing by themselves."""


def innocent_sentences(
    reading: Reading, covered: Collection[int], flagged: Collection[int], fillers: Collection[str]
) -> frozenset[int]:
    """The numbers of the sentences that tell of nothing but what an innocent reading covers.

    Args:
        reading: the utterance.
        covered: the tokens that the innocent readings for every red flag cover.
        flagged: the tokens that phrases of red flags cover, masked or not; a sentence that holds one is not innocent.
        fillers: little words, which tell of nothing.
    """
    ages = {at for m in reading.measures if m.kind == "age_days" for at in range(m.start, m.end)}
    told = {
        reading.sentence[at]
        for at, token in enumerate(reading.tokens)
        if at in flagged
        or (at not in covered and at not in ages and token.word not in fillers and token.word not in _IDLE)
    }
    return frozenset(reading.sentence[at] for at in covered) - told
