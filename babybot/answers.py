"""Reads what a parent answers to a question: yes, no, not sure, or which ones of a numbered list.

The words stand in `answer_words.py`. What an answer leads to is decided above.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Final, NamedTuple

from babybot.answer_words import (
    ALL,
    AROUND,
    ASKING,
    BOTH,
    CARDINALS,
    CONDITIONS,
    EITHER,
    EXCEPT,
    EXCEPT_JOINS,
    HEDGED,
    LAST_TWO,
    LEADS,
    MAYBE,
    NO,
    NONE_OF,
    ORDINALS,
    PICKING,
    QUESTION,
    TAILS,
    UNITS,
    UNSURE,
    WELL,
    YES,
)
from babybot.model import ChecklistItem
from babybot.text import Stop, Token, tokens

__all__ = ["Answer", "Says", "asked_about", "picks", "read_answer"]


_SHORT: Final = 8
"""Words of an utterance that may end with its answer."""


class Says(Enum):
    """How a question was answered."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"
    PICKS = "picks"
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


def _at(words: Sequence[str], at: int, phrases: Sequence[tuple[str, ...]]) -> int:
    """How many words the longest phrase found at a place has; 0 for none."""
    return next(iter(_lengths(words, at, phrases)), 0)


def read_answer(utterance: str) -> Answer:
    """A yes, a no or a "not sure" with which an utterance begins, or which is all it says.

    >>> read_answer("yeah a bit, should I film it?")
    Answer(says=<Says.YES: 'yes'>, picked=(), rest='should I film it?')
    """
    found = tokens(utterance[:2000])
    words = [token.word for token in found]
    if any(_at(words, at, (EITHER,)) for at in range(len(words))):
        return Answer(Says.NOTHING, rest=utterance)
    for at, word in enumerate(words):
        for says, phrases in _ALL_ANSWERS:
            for length in _lengths(words, at, phrases):
                if _ends(found, at + length, says, hedged=phrases is HEDGED):
                    return _settled(utterance, found, words, at + length, says)
        if word not in LEADS:
            break
    return Answer(_at_last(words), rest="" if _at_last(words) is not Says.NOTHING else utterance)


def _at_last(words: Sequence[str]) -> Says:
    """The answer that a short utterance ends with, or "none of them" anywhere in it: "as far as I know, no"."""
    if len(words) > _SHORT or (words[:1] and words[0] in QUESTION):
        return Says.NOTHING
    if any(_at(words, at, NONE_OF) for at in range(len(words))) or words[-1:] in (["no"], ["nope"], ["none"]):
        return Says.NO
    return Says.YES if words[-1:] in (["yes"], ["yeah"], ["yep"], ["aye"]) else Says.NOTHING


def _ends(found: Sequence[Token], after: int, says: Says, *, hedged: bool) -> bool:
    """Whether an answer may end here: a lone "no" before a noun is none ("no sleep again")."""
    if after >= len(found) or found[after - 1].stop is not Stop.NONE:
        return True
    rest = [token.word for token in found[after:]]
    if any(_at(rest, 0, phrases) for _, phrases in _ALL_ANSWERS):
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
        longest = [(_at(words, after, phrases), other) for other, phrases in _ALL_ANSWERS]
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


def picks(
    utterance: str, length: int, items: Sequence[ChecklistItem] = (), *, by_number: bool = True
) -> tuple[int, ...]:
    """Which places of a numbered list an utterance names, from 0; empty when it names none or says more than that.

    Args:
        utterance: as typed.
        length: how long the list is.
        items: the checklist, whose words may name an item.
        by_number: whether numbers count; else words alone do.

    >>> picks("2 and 4", 6), picks("the second one", 6), picks("the last", 6), picks("two seconds each", 6)
    ((1, 3), (1,), (5,), ())
    >>> picks("none apart from the last one", 6), picks("all but 3", 4)
    ((5,), (0, 1, 3))
    """
    found = tokens(utterance[:400])
    words = [part for token in found for part in _parted(token.word, length)]
    if not words or len(words) > 14 or words[0] in QUESTION:
        return ()
    if found[-1].asked and any(_number(word) is None for word in words) and not _picks_with_doubt(words):
        return ()
    kept, words = _excepted(words)
    named = {word: place for place, item in enumerate(items) for word in item.words}
    if any(
        word not in PICKING and word not in named and _number(word) is None and word not in ("last", "bottom")
        for word in words
    ):
        return ()
    if by_number and any(_at(words, at, ALL) == len(words[at:]) for at in range(len(words))):
        return tuple(range(length))
    if any(word == "no" and words[at + 1 : at + 2] and words[at + 1] in named for at, word in enumerate(words)):
        return ()
    chosen = _named(words, named)
    if by_number:
        chosen += [*_pairs(words, length), *_numbered(words, length)]
    return tuple(sorted(set(range(length)) - set(chosen) if kept and chosen else set(chosen)))


def _picks_with_doubt(words: Sequence[str]) -> bool:
    """Whether a question is a pick: "number 3 maybe?", "the second one i think?"."""
    sure = [
        word
        for at, word in enumerate(words)
        if word.isdecimal() or (word in ORDINALS and at and words[at - 1] == "the")
    ]
    return bool(sure) and bool(MAYBE & set(words)) and set(words) <= MAYBE | AROUND | set(sure)


def asked_about(utterance: str, length: int) -> int | None:
    """The place in a numbered list that a question names, from 0; None where it asks anything else.

    >>> asked_about("what does number 4 mean?", 6), asked_about("what is an EEG?", 6)
    (3, None)
    """
    found = tokens(utterance[:200])
    words = [token.word for token in found]
    numbers = [number for word in words if (number := _number(word)) is not None]
    asks = bool(words) and (words[0] in ASKING or found[-1].asked)
    says_no_more = set(words) <= ASKING | PICKING | set(map(str, numbers)) | set(ORDINALS)
    if not asks or _picks_with_doubt(words) or len(numbers) != 1 or not says_no_more:
        return None
    return numbers[0] - 1 if 1 <= numbers[0] <= length else None


def _excepted(words: list[str]) -> tuple[bool, list[str]]:
    """Whether all but what is named is meant ("all but 3"), and the words that name it ("none apart from the last")."""
    begin = next((at for at, word in enumerate(words) if word not in LEADS), 0)
    for at, word in enumerate(words):
        before, after = words[begin:at], words[at + 1 :]
        if word not in EXCEPT or not before or not after:
            continue
        rest = after[after[0] in EXCEPT_JOINS :]
        if _at(before, 0, ALL) == len(before):
            return True, rest
        denied = _at(before, 0, NO)
        if denied and set(before[denied:]) <= TAILS:
            return False, rest
    return False, words


def _parted(word: str, length: int) -> list[str]:
    """A token; "2,4", which reads as a number with decimals, as its two numbers."""
    parts = word.split(".")
    return parts if len(parts) == 2 and all(part.isdecimal() and 0 < int(part) <= length for part in parts) else [word]


def _number(word: str) -> int | None:
    if word.isdecimal():
        return int(word)
    return ORDINALS.get(word) or CARDINALS.get(word)


def _pairs(words: Sequence[str], length: int) -> list[int]:
    chosen = []
    if any(_at(words, at, BOTH) for at in range(len(words))):
        chosen += [0, 1]
    if any(_at(words, at, LAST_TWO) for at in range(len(words))):
        chosen += [length - 2, length - 1]
    return chosen


def _numbered(words: Sequence[str], length: int) -> list[int]:
    """Places by number; "one" counts only where nothing stands before it that it could belong to."""
    chosen = []
    pair = {
        at
        for at, word in enumerate(words)
        if word in ("two", "2", "couple") and at and words[at - 1] in ("first", "last", "top", "bottom")
    }
    for at, word in enumerate(words):
        following = words[at + 1] if at + 1 < len(words) else ""
        if word in ("last", "bottom") and at + 1 not in pair:
            chosen.append(length - 1)
        number = _number(word)
        if number is None or at in pair or at + 1 in pair:
            continue
        if following in UNITS and following != "second" and not (word in ORDINALS and following == "time"):
            return []
        if word == "one" and following == "of":
            continue
        if word == "one" and (
            (at > 0 and words[at - 1] not in ("number", "option", "and", "or", "item", "no", "point")) or len(words) > 4
        ):
            continue
        if 1 <= number <= length:
            chosen.append(number - 1)
    return chosen


def _named(words: Sequence[str], named: dict[str, int]) -> list[int]:
    return [named[word] for word in words if word in named]
