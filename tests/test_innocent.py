"""What an innocent reading leaves of a sentence, and what a denied amount denies."""

from __future__ import annotations

import pytest
from bots import shipped

from babybot.context import denies_amount
from babybot.innocent import innocent_sentences
from babybot.matching import PhraseBook, Reading
from babybot.model import Urgency

_PHRASES = ("roll over onto tummy", "limp", "loads ... kick")
_FILLERS = frozenset("a an the he she his her is and went".split())
_BOOK = PhraseBook.compile(_PHRASES, {}, {}, {}, (), _FILLERS)


def _innocent(utterance: str) -> frozenset[int]:
    reading = Reading(utterance, _BOOK)
    masked, flagged = ({at for span in reading.phrase(number) for at in span.words} for number in (0, 1))
    return innocent_sentences(reading, masked, flagged, _FILLERS)


@pytest.mark.parametrize(
    ("utterance", "innocent"),
    [
        ("he rolls over onto his tummy", {0}),
        ("he is 5 months and he rolls over onto his tummy", {0}),
        ("oh he rolls over onto his tummy by himself already", {0}),
        ("he rolls over onto his tummy and went limp", set()),
        ("he rolls over onto his tummy and screams", set()),
        ("he is limp. he rolls over onto his tummy", {1}),
        ("he is 5 months", set()),
    ],
)
def test_a_sentence_is_innocent_where_nothing_else_is_told(utterance: str, innocent: set[int]) -> None:
    assert _innocent(utterance) == innocent


@pytest.mark.parametrize(
    ("utterance", "denied"),
    [("not loads of kicks", True), ("loads of kicks", False), ("he did not sleep, loads of kicks", False)],
)
def test_a_denied_amount_is_a_small_one(utterance: str, denied: bool) -> None:
    reading = Reading(utterance, _BOOK)
    assert denies_amount(reading.phrase(2)[0], reading.tokens) is denied


def test_turning_over_is_no_sign_and_hides_none() -> None:
    bot = shipped()
    assert bot.ask("she is six months and she turns herself over onto her tummy already").escalation is None
    reply = bot.ask("she turned over onto her tummy and went limp and blue")
    assert reply.escalation is not None
    assert reply.escalation.urgency is Urgency.EMERGENCY
