"""Reads which ones of a numbered list a parent means: "2 and 4", "the last one", "1 no, 2 yes".

The words stand in `answer_words.py`. What a pick leads to is decided above.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from babybot.answer_words import (
    ALL,
    AROUND,
    ASKING,
    BESIDE,
    BOTH,
    CARDINALS,
    CONDITIONS,
    EXCEPT,
    EXCEPT_JOINS,
    FINE,
    HEDGED,
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
    WELL,
    WHOLE_REST,
    YES,
    found_at,
)
from babybot.answers import Answer, Says
from babybot.model import ChecklistItem
from babybot.text import Stop, tokens

__all__ = ["asked_about", "item_by_item", "left_out", "picks"]

_POINTING: Final = frozenset("i he she it we they that this those these them one of course there did does".split())
_ONE_YES: Final = (*YES, *(phrase for phrase in HEDGED if not _POINTING & set(phrase)), ("kind", "of"), ("sort", "of"))
"""Phrases that are a yes to one item of a list."""
_NAMES: Final = {number: name for name, number in ORDINALS.items() if name.isalpha()}
_RANGE: Final = re.compile(r"(?<![\d.])(\d)\s*(?:-|–|to|through|thru|till|until)\s*(\d)(?![\d.])")
_ORDINAL: Final = re.compile(r"\b(\d)(?:st|nd|rd|th)\b")
_GLUED: Final = re.compile(
    r"(?<=\d)[,;/&+](?=\d)|(?<=\d)(?=(?:y|n|yes|no)\b)|(?<=\b[yn])(?=\d)|(?<=\b(?:no))(?=\d)|(?<=\byes)(?=\d)"
)
_TICKS: Final = str.maketrans(dict.fromkeys("✓✔✅☑", " yes ") | dict.fromkeys("✗✘❌✖", " no "))
_CROSSED: Final = re.compile(r"(?<=\d)\s?x\b")
_LETTERED: Final = re.compile(r"(?<=[yn])(?=\d)|(?<=\d)(?=[yn])")


_FROM_TOP: Final = frozenset({"first", "top"})
_FROM_END: Final = frozenset({"last", "bottom"})
_OF_ONE: Final = frozenset({"of", "at", "after", "by"})
"""Words behind "one" that make it no number of the list: "one of them", "one at a time"."""
_AGED: Final = frozenset("he she baby".split())
"""Whose number is an age: "she is 4"."""
_AFTER_PICK: Final = frozenset("happened happens always every again for if happening sometimes yesterday now".split())
"""Words behind "1" that leave it a number of the list: "1 happened", but not "1 jerk"."""
_NO_AMOUNTS: Final = frozenset("is was as this yes always sometimes hiccups does looks seems hes shes its".split())
"""Words on "s" that are no amount of anything behind a number: "3 always", but not "3 naps"."""


class _Word(NamedTuple):
    """A word of an answer."""

    text: str
    stop: Stop
    asked: bool = False


def _words(utterance: str, length: int) -> list[_Word]:
    """The words of an answer; "1-3" as its numbers, "3rd" as "third", "nnyn" and "1n2y" as their letters."""
    text = utterance[:400].lower().translate(_TICKS)
    if len(_CROSSED.findall(text)) > 1:
        text = _CROSSED.sub(" no", text)
    letters = [char for char in text if char.isalnum()]
    if set(letters) <= {"y", "n"}:
        return [_Word(letter, Stop.NONE) for letter in letters]
    if set(letters) <= set("yn0123456789"):
        text = _LETTERED.sub(" ", text)
    text = _GLUED.sub(" ", text)
    text = _ORDINAL.sub(lambda found: _NAMES.get(int(found[1]), found[0]), text)
    text = _RANGE.sub(lambda found: _ranged(int(found[1]), int(found[2]), length) or found[0], text)
    return [_Word(part, token.stop, token.asked) for token in tokens(text) for part in _parted(token.word, length)]


def _ranged(first: int, last: int, length: int) -> str:
    """The numbers of a range within the list; empty for any other."""
    return " ".join(map(str, range(first, last + 1))) if 1 <= first < last <= length else ""


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
    >>> picks("3 but only once", 6), picks("number 4 yesterday", 6), picks("1-3", 6)
    ((2,), (3,), (0, 1, 2))
    >>> picks("none apart from the last one", 6), picks("all but 3", 4)
    ((5,), (0, 1, 3))
    """
    found = tokens(utterance[:400])
    words = [word.text for word in _words(utterance, length)]
    if not words or words[0] in QUESTION or (len(words) == 3 and words[0] in _AGED and words[1] == "is"):
        return ()
    named = {word: place for place, item in enumerate(items) for word in item.words}
    whole, words = words, _without_more(words, named) if by_number else words
    if len(words) > 14:
        return ()
    asks = found[-1].asked and (words == whole or not ASKING.isdisjoint(whole[len(words) :]))
    if asks and any(_number(word) is None for word in words) and not _picks_with_doubt(words):
        return ()
    kept, words = _excepted(words)
    if not all(_says_no_more(word, named) for word in words):
        return ()
    if kept and words == ["one"]:
        return tuple(range(length))
    if by_number and any(found_at(words, at, ALL) == len(words[at:]) for at in range(len(words))):
        return tuple(range(length))
    if any(
        word in ("no", "nothing") and words[at + 1 : at + 2] and words[at + 1] in named for at, word in enumerate(words)
    ):
        return ()
    chosen = [] if WELL & set(words) - {"ok"} else [named[word] for word in words if word in named]
    if by_number:
        chosen += [*_pairs(words, length), *_numbered(words, length)]
    return tuple(sorted(set(range(length)) - set(chosen) if kept and chosen else set(chosen)))


def _says_no_more(word: str, named: Mapping[str, int]) -> bool:
    return word in PICKING or word in named or _number(word) is not None


def _without_more(words: list[str], named: Mapping[str, int]) -> list[str]:
    """A pick with which an utterance begins, without what follows: "3 when he wakes", "the second, and I am scared"."""
    for at, word in enumerate(words):
        if _says_no_more(word, named) and word not in UNITS:
            continue
        numbers = [number for number in words[:at] if _number(number) is not None]
        if words[at - 2 : at] == ["in", "the"]:
            return words
        is_amount = word in UNITS or (word.endswith("s") and word not in _NO_AMOUNTS)
        if word == "half":  # "two and a half"
            return words
        if words[at - 1] in ("one", "1") and word not in CONDITIONS | _AFTER_PICK:  # "one leg", "1 jerk only"
            return words
        if not numbers or (is_amount and _number(words[at - 1]) is not None):
            return words
        return words[: at - (words[at - 1] == "last")]
    return words


def _picks_with_doubt(words: Sequence[str]) -> bool:
    """Whether a question is a pick: "number 3 maybe?", "the second one i think?"."""
    sure = [
        word
        for at, word in enumerate(words)
        if word.isdecimal() or (word in ORDINALS and at and words[at - 1] == "the")
    ]
    return bool(sure) and bool(MAYBE & set(words)) and set(words) <= MAYBE | AROUND | set(sure)


def _is_all_but(words: Sequence[_Word]) -> bool:
    """Whether an answer takes something out of a yes to all: "all but 3"."""
    return _excepted([word.text for word in words])[0]


class _Said(NamedTuple):
    """A yes, a no or a "not sure", or a number, in answers to several items."""

    says: Says
    number: int = 0
    leads: bool = False
    """Whether it is a "not" or a "but", which stand before what they deny or grant."""


def item_by_item(utterance: str, length: int, items: Sequence[ChecklistItem] = ()) -> Answer:
    """What answers to the items of a list say together; a yes to any of them counts, wherever it belongs.

    Args:
        utterance: as typed.
        length: how long the list is.
        items: the checklist, whose words may name an item.

    >>> item_by_item("n n y n", 4).picked, item_by_item("1 no, 2 yes", 4).picked, item_by_item("not 1 but 3", 4).picked
    ((2,), (1,), (2,))
    >>> item_by_item("no to 1 and 2", 4).says, item_by_item("no no yes", 4).says
    (<Says.PART: 'part'>, <Says.YES: 'yes'>)
    """
    nothing = Answer(Says.NOTHING, rest=utterance)
    found = tokens(utterance[:400])
    if not found or found[-1].asked:
        return nothing
    words = _words(utterance, length)
    named = {word: place for place, item in enumerate(items) for word in item.words}
    said = list(_said(words, length, named))
    texts = {word.text for word in words}
    if not said or sum(wide for wide, _ in said) != len(words) or ("but" in texts and _is_all_but(words)):
        return nothing
    parts = [one for _, ones in said for one in ones]
    answers = [one for one in parts if not one.number]
    if len(answers) == len(parts):
        plain = [one for one in answers if not one.leads]
        return _by_place(plain, length) if len(plain) > 2 else nothing
    is_plain = all(one.says is Says.NO and not one.leads for one in answers) and not parts[0].number
    if not answers or (is_plain and not {"to", "for", "on"} & texts):  # "no 3" is number 3
        return nothing
    return _by_number(parts, length)


def _said(words: Sequence[_Word], length: int, named: Mapping[str, int]) -> Iterator[tuple[int, tuple[_Said, ...]]]:
    """How many words each part has, and what it says: nothing where it only stands between; ends at any other word."""
    kinds = ((Says.UNSURE, UNSURE), (Says.NO, NO), (Says.YES, _ONE_YES))
    texts = [word.text for word in words]
    lists_on = "or" in texts
    at = 0
    while at < len(texts):
        word = texts[at]
        place = named.get(word, (_number(word) or (length if word in ("last", "bottom") else 0)) - 1)
        answer = max(((found_at(texts, at, phrases), says) for says, phrases in kinds), key=lambda pair: pair[0])
        wide, said = 1, tuple[_Said, ...]()
        if word == "one" and texts[at + 1 : at + 2] and texts[at + 1] in _OF_ONE:
            return
        if 0 <= place < length or word in WHOLE_REST:
            said = (_Said(Says.NOTHING, place + 1 if 0 <= place < length else length + 1),)
            if words[at].asked:  # "1 no, 2? 3 no"
                said = (*said, _Said(Says.UNSURE))
        elif word == "not" and answer[0] < 2:
            said = (_Said(Says.NO, leads=at + 1 < len(texts)),)
        elif word == "but":
            said = (_Said(Says.YES, leads=True),)
        elif answer[0]:
            wide, said = answer[0], (_Said(answer[1]),)
        elif word not in BESIDE:
            return
        at += wide
        ends = words[at - 1].stop is not Stop.NONE and not lists_on
        yield wide, (*said, _ENDS) if ends or word in ("it", "its") else said


_ENDS: Final = _Said(Says.NOTHING, leads=True)
"""Ends the reach of a "not": a comma, or "it is" behind it."""


def _by_place(answers: Sequence[_Said], length: int) -> Answer:
    """Answers without numbers: as many as there are items go by their places."""
    told = tuple(at for at, one in enumerate(answers) if one.says is Says.YES)
    if told:
        return Answer(Says.PICKS, picked=told) if len(answers) == length else Answer(Says.YES)
    return Answer(Says.UNSURE if any(one.says is Says.UNSURE for one in answers) else Says.NO)


def _by_number(parts: Sequence[_Said], length: int) -> Answer:
    """Answers with numbers, of which the one past the list stands for the rest of it.

    Each counts for the numbers behind it ("no to 1 and 2"), or, where a number comes first, for those before it ("1 no,
    2 yes"). A number with no answer is a yes, and so is a yes with no number.
    """
    behind = bool(parts[0].number)
    says: dict[int, Says] = {}
    waiting: list[int] = []
    current, is_not, unused = Says.YES, False, False
    for one in parts:
        if one.number and (not behind or current is Says.NO):
            says[one.number] = current
            unused = unused and current is not Says.YES
        elif one.number:
            waiting.append(one.number)
        elif one is _ENDS:
            current, is_not = (Says.YES, False) if is_not else (current, False)
        elif behind and not one.leads:
            unused = unused or (one.says is Says.YES and not waiting)
            says.update(dict.fromkeys(waiting, one.says))
            current = Says.YES if waiting else one.says  # "3 slightly, no others"
            waiting = []
        else:
            says.update(dict.fromkeys(waiting, Says.YES))
            unused = unused or (one.says is Says.YES and not one.leads)
            waiting, current, is_not = [], one.says, one.leads and one.says is Says.NO
    says.update(dict.fromkeys(waiting, Says.YES))
    rest = says.pop(length + 1, None)
    if rest is Says.YES:
        says.update({number: rest for number in range(1, length + 1) if number not in says})
    told = tuple(sorted(number - 1 for number, answer in says.items() if answer is Says.YES))
    if told:
        return Answer(Says.PICKS, picked=told)
    if unused:
        return Answer(Says.YES)
    if Says.UNSURE in (rest, *says.values()):
        return Answer(Says.UNSURE)
    return Answer(Says.NO if rest is Says.NO or len(says) == length else Says.PART)


def left_out(utterance: str, length: int, items: Sequence[ChecklistItem] = ()) -> tuple[int, ...]:
    """Places that a "none" leaves out: "none of the above but 4", "no to most, just the eyes".

    >>> left_out("none of the above but 4", 6), left_out("no but he feeds well", 6)
    ((3,), ())
    """
    words = [word.text for word in _words(utterance, length)]
    named = {word: place for place, item in enumerate(items) for word in item.words}
    for at, word in enumerate(words):
        if word not in EXCEPT and word not in ("just", "only"):
            continue
        rest = [following for following in words[at + 1 : at + 5] if following not in ("the", "for", "from", "number")]
        number = _number(rest[0]) if rest else None
        if number is not None and 1 <= number <= length and not set(rest[1:2]) & UNITS:
            return (number - 1,)
        if rest and rest[0] in named and not set(rest) & (WELL | {"no", "not"}):
            return (named[rest[0]],)
    return ()


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
        if word not in EXCEPT or not after or (not before and word in ("but", "other")):
            continue
        rest = after[after[0] in EXCEPT_JOINS :]
        if not before:  # "except 6", after a "no"
            return False, rest
        if found_at(before, 0, ALL) == len(before):
            return True, rest
        denied = found_at(before, 0, NO) or found_at(before, 0, FINE)
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
    """Places of "the first two", "the last three"."""
    chosen = []
    if any(found_at(words, at, BOTH) for at in range(len(words))):
        chosen += [0, 1]
    if any(found_at(words, at, LAST_TWO) for at in range(len(words))):
        chosen += [length - 2, length - 1]
    for at in _grouped(words):
        count = min(_number(words[at + 1]) or 0, length)
        chosen += range(count) if words[at] in _FROM_TOP else range(length - count, length)
    return chosen


def _grouped(words: Sequence[str]) -> list[int]:
    """Where "first two" or "last three" stand."""
    return [
        at
        for at, (word, following) in enumerate(pairwise(words))
        if word in _FROM_TOP | _FROM_END and (following in CARDINALS or following.isdecimal() or following == "couple")
    ]


def _numbered(words: Sequence[str], length: int) -> list[int]:
    """Places by number; "one" counts only where nothing stands before it that it could belong to."""
    chosen = []
    skipped = {place for at in _grouped(words) for place in (at, at + 1)}
    for at, word in enumerate(words):
        before = words[at - 1] if at else ""
        following = words[at + 1] if at + 1 < len(words) else ""
        if word in _FROM_END and at not in skipped and following not in UNITS and before not in ("my", "at"):
            chosen.append(length - 1)
        number = _number(word)
        if number is None or at in skipped or (word in ORDINALS and before in ("a", "my")):
            continue
        if following in UNITS and following != "second" and not (word in ORDINALS and following == "time"):
            return []
        if word == "one" and following in _OF_ONE:
            continue
        if word == "one" and (
            (at > 0 and before not in ("number", "option", "and", "or", "item", "no", "point")) or len(words) > 4
        ):
            continue
        if 1 <= number <= length:
            chosen.append(number - 1)
    return chosen
