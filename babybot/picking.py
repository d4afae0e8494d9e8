"""Reads which ones of a numbered list a parent means: "2 and 4", "the last one", "1 no, 2 yes".

The words stand in `answer_words.py`. What a pick leads to is decided above.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from babybot.answer_words import (
    ALL,
    AROUND,
    ASKING,
    BESIDE,
    BOTH,
    CARDINALS,
    EXCEPT,
    EXCEPT_JOINS,
    LAST_TWO,
    LEADS,
    MAYBE,
    NO,
    ORDINALS,
    PICKING,
    QUESTION,
    TAILS,
    UNITS,
    UNSURE,
    WHEN,
    WHOLE_REST,
    YES,
    found_at,
)
from babybot.answers import Answer, Says
from babybot.model import ChecklistItem
from babybot.text import tokens

__all__ = ["asked_about", "item_by_item", "picks"]

_ONE_YES: Final = (
    *(phrase for phrase in YES if len(phrase) == 1),
    *((word,) for word in ("maybe", "sometimes", "possibly", "perhaps", "occasionally", "probably", "once", "twice")),
)
"""Words that are a yes to one item of a list."""


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
    >>> picks("3 but only once", 6), picks("number 4 yesterday", 6)
    ((2,), (3,))
    >>> picks("none apart from the last one", 6), picks("all but 3", 4)
    ((5,), (0, 1, 3))
    """
    found = tokens(utterance[:400])
    words = [part for token in found for part in _parted(token.word, length)]
    if not words or len(words) > 14 or words[0] in QUESTION:
        return ()
    if found[-1].asked and any(_number(word) is None for word in words) and not _picks_with_doubt(words):
        return ()
    words = _without_when(words) if by_number else words
    kept, words = _excepted(words)
    named = {word: place for place, item in enumerate(items) for word in item.words}
    if any(
        word not in PICKING and word not in named and _number(word) is None and word not in ("last", "bottom")
        for word in words
    ):
        return ()
    if by_number and any(found_at(words, at, ALL) == len(words[at:]) for at in range(len(words))):
        return tuple(range(length))
    if any(word == "no" and words[at + 1 : at + 2] and words[at + 1] in named for at, word in enumerate(words)):
        return ()
    chosen = _named(words, named)
    if by_number:
        chosen += [*_pairs(words, length), *_numbered(words, length)]
    return tuple(sorted(set(range(length)) - set(chosen) if kept and chosen else set(chosen)))


def _without_when(words: list[str]) -> list[str]:
    """A pick with which an utterance begins, without when it was: "3 last night", "the second when he wakes"."""
    picked = False
    for at, word in enumerate(words):
        is_when = word in WHEN or words[at : at + 2] in (["last", "night"], ["last", "week"], ["last", "time"])
        if picked and is_when and words[at : at + 3] != ["in", "the", "morning"]:
            return words[:at]
        if word in UNITS and picked:
            break
        picked = picked or _number(word) is not None
        if word not in PICKING and _number(word) is None:
            break
    return words


def _picks_with_doubt(words: Sequence[str]) -> bool:
    """Whether a question is a pick: "number 3 maybe?", "the second one i think?"."""
    sure = [
        word
        for at, word in enumerate(words)
        if word.isdecimal() or (word in ORDINALS and at and words[at - 1] == "the")
    ]
    return bool(sure) and bool(MAYBE & set(words)) and set(words) <= MAYBE | AROUND | set(sure)


class _Said(NamedTuple):
    """A yes, a no or a "not sure", or a number, in answers to several items."""

    says: Says
    number: int = 0
    leads: bool = False
    """Whether it is a "not" or a "but", which stand before what they deny or grant."""


def item_by_item(utterance: str, length: int) -> Answer:
    """What answers to the items of a list say together; a yes to any of them counts, wherever it belongs.

    Args:
        utterance: as typed.
        length: how long the list is.

    >>> item_by_item("n n y n", 4).picked, item_by_item("1 no, 2 yes", 4).picked, item_by_item("not 1 but 3", 4).picked
    ((2,), (1,), (2,))
    >>> item_by_item("no to 1 and 2", 4).says, item_by_item("no no yes", 4).says
    (<Says.PART: 'part'>, <Says.YES: 'yes'>)
    """
    nothing = Answer(Says.NOTHING, rest=utterance)
    letters = [char for char in utterance[:400].lower() if char.isalnum()]
    words = [part for token in tokens(utterance[:400]) for part in _parted(token.word, length)]
    words = letters if set(letters) <= {"y", "n"} else words  # "nnyn" would be read as a word
    said = list(_said(words, length))
    if not said or sum(len_ for len_, _ in said) != len(words):
        return nothing
    parts = [one for _, one in said if one is not None]
    answers = [one for one in parts if not one.number]
    if len(answers) == len(parts):
        plain = [one for one in answers if not one.leads]
        return _by_place(plain, length) if len(plain) > 2 else nothing
    is_plain = all(one.says is Says.NO and not one.leads for one in answers) and not parts[0].number
    if not answers or (is_plain and not {"to", "for", "on"} & set(words)):  # "no 3" is number 3
        return nothing
    return _by_number(parts, length, covers_all=bool(WHOLE_REST & set(words)))


def _said(words: Sequence[str], length: int) -> Iterator[tuple[int, _Said | None]]:
    """How many words each part has, and what it says: nothing where it only stands between; ends at any other word."""
    kinds = ((Says.UNSURE, UNSURE), (Says.NO, NO), (Says.YES, _ONE_YES))
    at = 0
    while at < len(words):
        number = _number(words[at])
        found = next(
            ((found_at(words, at, phrases), says) for says, phrases in kinds if found_at(words, at, phrases)), None
        )
        if number is not None and 1 <= number <= length:
            yield 1, _Said(Says.NOTHING, number)
        elif words[at] == "not" and not (found and found[1] is Says.UNSURE):
            yield 1, _Said(Says.NO, leads=True)
        elif words[at] == "but":
            yield 1, _Said(Says.YES, leads=True)
        elif found:
            yield found[0], _Said(found[1])
            at += found[0] - 1
        elif words[at] in BESIDE:
            yield 1, None
        else:
            return
        at += 1


def _by_place(answers: Sequence[_Said], length: int) -> Answer:
    """Answers without numbers: as many as there are items go by their places."""
    told = tuple(at for at, one in enumerate(answers) if one.says is Says.YES)
    if told:
        return Answer(Says.PICKS, picked=told) if len(answers) == length else Answer(Says.YES)
    return Answer(Says.UNSURE if any(one.says is Says.UNSURE for one in answers) else Says.NO)


def _by_number(parts: Sequence[_Said], length: int, *, covers_all: bool) -> Answer:
    """Answers with numbers: each counts for the numbers behind it ("no to 1 and 2"), or, where a number comes first,
    for those before it ("1 no, 2 yes"). A number with no answer is a yes."""
    behind = bool(parts[0].number)
    says: dict[int, Says] = {}
    waiting: list[int] = []
    current, unused = Says.YES, False
    for one in parts:
        if one.number and (not behind or current is Says.NO):
            says[one.number], unused = current, False
        elif one.number:
            waiting.append(one.number)
        elif behind and not one.leads:
            says.update(dict.fromkeys(waiting, one.says))
            waiting, current = [], Says.YES
        else:
            says.update(dict.fromkeys(waiting, Says.YES))
            waiting, current, unused = [], one.says, one.says is Says.YES and not one.leads
    says.update(dict.fromkeys(waiting, Says.YES))
    told = tuple(sorted(number - 1 for number, answer in says.items() if answer is Says.YES))
    if told:
        return Answer(Says.PICKS, picked=told)
    if unused:
        return Answer(Says.YES)
    if Says.UNSURE in says.values():
        return Answer(Says.UNSURE)
    return Answer(Says.NO if covers_all or len(says) == length else Says.PART)


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
        if found_at(before, 0, ALL) == len(before):
            return True, rest
        denied = found_at(before, 0, NO)
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
    if any(found_at(words, at, BOTH) for at in range(len(words))):
        chosen += [0, 1]
    if any(found_at(words, at, LAST_TWO) for at in range(len(words))):
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
