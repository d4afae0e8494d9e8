"""Reads what a parent answers to a question: yes, no or not sure. Which ones of a list is left to `picking.py`.

The words stand in `answer_words.py`. What an answer leads to is decided above.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Final, NamedTuple

from babybot.answer_words import (
    CONDITIONS,
    EITHER,
    HEDGED,
    LEADS,
    NO,
    NONE_OF,
    QUESTION,
    TAILS,
    UNDERSTOOD,
    UNSURE,
    WELL,
    YES,
    found_at,
)
from babybot.text import Stop, Token, tokens

__all__ = ["Answer", "Says", "read_answer"]

_SHORT: Final = 8
"""Words of an utterance that may end with its answer."""


_THRIVING: Final = frozenset("feeding feeds eating eats drinking drinks sleeping sleeps".split())
_AROUND_WELL: Final = frozenset("he she they baby my the is are very really and".split())


class Says(Enum):
    """How a question was answered."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"
    PICKS = "picks"
    PART = "part"
    """No to some of a list, and nothing to the others."""
    NOTHING = "nothing"
    """It was not answered."""


class Answer(NamedTuple):
    """An answer and what else the utterance says."""

    says: Says
    picked: tuple[int, ...] = ()
    """Places in the list, from 0."""
    rest: str = ""
    """The utterance without the answer."""


_ALL_ANSWERS: Final = ((Says.UNSURE, UNSURE), (Says.NO, NO), (Says.YES, YES), (Says.YES, HEDGED))


def _lengths(words: Sequence[str], at: int, phrases: Sequence[tuple[str, ...]]) -> list[int]:
    """How many words each phrase found at a place has, longest first."""
    return [len(phrase) for phrase in phrases if tuple(words[at : at + len(phrase)]) == phrase]


def read_answer(utterance: str) -> Answer:
    """A yes, a no or a "not sure" with which an utterance begins, or which is all it says.

    >>> read_answer("yeah a bit, should I film it?")
    Answer(says=<Says.YES: 'yes'>, picked=(), rest='should I film it?')
    """
    found = tokens(utterance[:2000])
    words = [token.word for token in found]
    if any(found_at(words, at, (EITHER,)) for at in range(len(words))):
        return Answer(Says.NOTHING, rest=utterance)
    for at, word in enumerate(words):
        for says, phrases in _ALL_ANSWERS:
            for length in _lengths(words, at, phrases):
                after = at + length
                if says is Says.YES and (read := found_at(words, after, UNDERSTOOD)):
                    rest = utterance[found[after + read].start :] if after + read < len(found) else ""
                    return read_answer(rest)._replace(rest=utterance) if rest else Answer(Says.NOTHING, rest=utterance)
                if says is Says.YES and found[after - 1].stop is Stop.NONE and _is_well(words[after:]):
                    return Answer(Says.NOTHING, rest=utterance)
                if _ends(found, after, says, hedged=phrases is HEDGED):
                    return _settled(utterance, found, words, after, says)
        if word not in LEADS:
            break
    return Answer(_at_last(words), rest="" if _at_last(words) is not Says.NOTHING else utterance)


def _is_well(words: Sequence[str]) -> bool:
    """Whether what follows a "yes" says only that the baby feeds or sleeps well: "yes she is feeding well"; but not
    "yes, she is fine now"."""
    said = set(words)
    return bool(WELL & said) and bool(_THRIVING & said) and said <= WELL | _THRIVING | _AROUND_WELL


def _at_last(words: Sequence[str]) -> Says:
    """The answer that a short utterance ends with, or "none of them" anywhere in it: "as far as I know, no"."""
    if len(words) > _SHORT or (words[:1] and words[0] in QUESTION):
        return Says.NOTHING
    if len(words) > 1 and any(found_at(words, at, YES) for at in range(len(words) - 1)):
        return Says.NOTHING  # "fever yes, rest no"
    if any(found_at(words, at, NONE_OF) for at in range(len(words))) or words[-1:] in (["no"], ["nope"], ["none"]):
        return Says.NO
    return Says.YES if words[-1:] in (["yes"], ["yeah"], ["yep"], ["aye"]) else Says.NOTHING


def _ends(found: Sequence[Token], after: int, says: Says, *, hedged: bool) -> bool:
    """Whether an answer may end here: a lone "no" before a noun is none ("no sleep again")."""
    if after >= len(found) or found[after - 1].stop is not Stop.NONE:
        return True
    rest = [token.word for token in found[after:]]
    if any(found_at(rest, 0, phrases) for _, phrases in _ALL_ANSWERS):
        return True
    if says is Says.NO:
        return rest[0] in TAILS | CONDITIONS | {"none", "nothing", "not", "never", "nope", "its"}
    if says is Says.UNSURE:
        return found[after - 1].word in ("sure", "certain") or rest[0] not in ("what", "why", "how", "who")
    if hedged:
        return rest[0] in CONDITIONS or (set(rest) <= TAILS and not set(rest) & WELL)
    return True


def _settled(utterance: str, found: Sequence[Token], words: Sequence[str], after: int, says: Says) -> Answer:
    """The answer with the answer words behind it: "yes, none of them" is a no, "no, well, a bit" is a yes."""
    while after < len(words):
        longest = [(found_at(words, after, phrases), other) for other, phrases in _ALL_ANSWERS]
        length, other = max(longest, key=lambda pair: pair[0])
        if length and (
            length > 1
            or words[after] in ("none", "nope", "yes", "yeah", "sometimes", "maybe", "once", "twice", "nothing")
        ):
            says, after = _turned(says, other), after + length
        elif words[after] in TAILS or words[after] in LEADS:
            after += 1
        else:
            break
    while (
        after
        and after < len(words)
        and found[after - 1].stop is Stop.NONE
        and words[after - 1] in TAILS - {"thanks", "ta"}
    ):
        after -= 1
    rest = utterance[found[after].start :] if after < len(found) else ""
    return Answer(says, rest=rest.strip())


def _turned(says: Says, other: Says) -> Says:
    """Which of two answers in one utterance counts: a yes after a no; "none of them" after a bare yes."""
    if other is Says.YES or says is Says.NOTHING:
        return other
    return other if says is Says.YES or other is Says.UNSURE else says
