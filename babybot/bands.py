"""What a ranking allows: to answer, to offer a choice, or neither. The limits are learned from the knowledge itself."""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import Enum
from typing import Final, NamedTuple

__all__ = ["Band", "HeldOut", "Thresholds"]

_ANSWERED: Final = 0.2
"""Share of held-out questions that score below the threshold: it is what declines the off-topic.

By authors it did not know, 0.16 answered 3.4% of off-topic messages and 0.2 3.2% (of the development's 6.7% and none),
for 1 point of right answers.
"""
_ANSWERED_APART: Final = 0.13
"""The same where off-topic examples were learned, which decline most by themselves.

Of 240 messages by an author unknown to it, half on babies' other subjects, 2.5% are answered instead of 9.6%, with 1 to
2 points more served; 0.1 answers 4.2%.
"""
_OFFERED: Final = 0.09
"""Share of held-out questions that score below the lower threshold.

Asked by authors it did not know, 0.05 offered 6.5% of off-topic messages something and 0.09 4%, for 1.3% of questions
on the subject that are declined.
"""
_OFFERED_APART: Final = 0.06
"""The same where off-topic examples were learned; 0.05 offered something to 4.6% of those 240 and declined 0.6% of
questions on the subject."""
_WRONG: Final = 0.035
"""Share of held-out questions that the margin lets be answered wrongly, at most one question more.

By such a share instead of a share of small leads: 2.3 points more of right answers here, and 11 points less of wrong
ones on Banking77 10-shot.
"""
_LEAST: Final = 0.0001
"""Smallest difference of scores."""


class Band(Enum):
    """What the scores allow."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    NONE = "none"


class HeldOut(NamedTuple):
    """What became of a question asked of a retriever that did not know it."""

    score: float
    """Of the best match."""
    lead: float
    """Over the runner-up, in points of score."""
    right: bool
    """Whether the best match was the question's own entry."""


class Thresholds(NamedTuple):
    """Where the bands begin, in points of score."""

    answer: float
    """Lowest score that is answered, inclusive."""
    offer: float
    """Lowest score that is offered to choose from, inclusive."""
    margin: float
    """Smallest lead over the runner-up with which a match is answered, inclusive."""

    @classmethod
    def learned(cls, held_out: Sequence[HeldOut], *, knows_off_topic: bool = False) -> Thresholds:
        """From held-out questions: a fixed threshold would not travel, it is 28 in this domain and 52 on Banking77.

        The margin is the smallest that leaves so few of the questions answered wrongly as `_WRONG` says.

        Args:
            held_out: what became of the questions.
            knows_off_topic: whether the scores tell what no entry answers.
        """
        if not held_out:
            return cls(0.0, 0.0, 0.0)
        scores = sorted(one.score for one in held_out)
        shares = (_ANSWERED_APART, _OFFERED_APART) if knows_off_topic else (_ANSWERED, _OFFERED)
        answer, offer = (round(scores[int(share * len(scores))], 4) for share in shares)
        wrong = sorted((one.lead for one in held_out if not one.right and one.score >= answer), reverse=True)
        allowed = math.ceil(_WRONG * len(held_out))
        return cls(answer, offer, round(wrong[allowed] + _LEAST, 4) if allowed < len(wrong) else 0.0)

    def band(self, scores: Sequence[float]) -> Band:
        """What the best two scores allow; nothing where nothing speaks for the best."""
        if not scores or scores[0] < max(self.offer, _LEAST):
            return Band.NONE
        lead = scores[0] - (scores[1] if len(scores) > 1 else 0.0)
        return Band.ANSWER if scores[0] >= self.answer and lead >= self.margin else Band.CLARIFY
