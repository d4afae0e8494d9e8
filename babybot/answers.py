"""Reads what a parent answers to a question: yes, no, not sure, or which ones of a numbered list.

The words stand here and not in the knowledge, so that no edit of it can lose a "yes". What an answer leads to is decided above.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from babybot.model import ChecklistItem
from babybot.text import Stop, Token, tokens

__all__ = ["Answer", "Says", "picks", "read_answer"]


class Says(Enum):
    """How a question was answered."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"
    PICKS = "picks"
    NOTHING = "nothing"
    """It was not answered."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer and what else the utterance says."""

    says: Says
    picked: tuple[int, ...] = ()
    """Places in the list, from 0."""
    rest: str = ""
    """The utterance without the answer."""


def _phrases(text: str) -> tuple[tuple[str, ...], ...]:
    """Phrases parted by commas, longest first."""
    found = [tuple(token.word for token in tokens(phrase)) for phrase in text.split(",")]
    return tuple(sorted(set(found), key=lambda phrase: (-len(phrase), phrase)))


_YES: Final = _phrases(
    "yes, yeah, yea, yep, yup, yip, ye, yh, yus, yas, yess, ya, aye, y, uh huh, mhm, mm hm, mmhm, indeed, affirmative, haan, si, oui, ja, ok yes"
)
_HEDGED: Final = _phrases(
    "a bit, a little, a wee bit, a tiny bit, a little bit, bit of, sometimes, some times, somtimes, occasionally, now and then, now and again,"
    " on and off, once, once or twice, twice, a few, a few times, a few of them, few of them, a couple, a couple of them, maybe, mebbe, mabye,"
    " possibly, perhaps, might have, might be, could be, could have been, i think so, think so, i guess, i guess so, i suppose, suppose so, kind of,"
    " kinda, sort of, sorta, slightly, somewhat, one of them, one of those, one of these, one or two, some of them, some of those, some of these,"
    " two of them, two of those, most of them, i have, i did, i do, i have seen, i've seen, we've seen, we have, we did, he does, she does, he did,"
    " she did, he has, she has, they do, they did, it does, it did, it has, i am afraid so, afraid so, i fear so, more or less, that one, this one,"
    " those, these, sadly, unfortunately, of course, every time, all the time, always, often, usually, a lot, quite a bit, there is one,"
    " there was one, at times, from time to time, rarely, hardly ever, barely, correct, definitely, absolutely, probably, any of them, one"
)
"""Answers that stand for a yes only where nothing but a condition follows: "sometimes when he is cold", but not "maybe it is wind"."""
_NO: Final = _phrases(
    "no, nope, nah, naw, nay, nae, na, non, nein, nada, never, none, none of them, none of those, none of these, none of that, none of it, not any,"
    " not any of them, not any of those, not one, not a one, not one of them, nothing, nothing like that, nothing of the sort, no none, not really,"
    " not at all, not that i have seen, not that i saw, not that i know, not that i know of, not that i have noticed, not that i noticed,"
    " not that i can see, not seen any, not seen any of them, have not seen any, have not seen any of them, have not seen any of those,"
    " have not, has not, did not, does not, do not, is not, was not, he does not, she does not, he has not, she has not, i have not, i do not think so,"
    " do not think so, not to my knowledge, neither, no thank god, no thankfully, thankfully not, thank god no, luckily no, luckily not, not so far,"
    " not yet, not that i've seen, not that i've noticed, not that we've seen, i've not, we've not, n, no signs, no sign, no sign of them, no sign of any, no to all, no to everything, no to them all, all no, doubt it, i doubt it,"
    " i think not, no way, god no, do not believe so, all clear, nowt, nope none, no he is fine, no she is fine, no nothing, zero, 0"
)
_UNSURE: Final = _phrases(
    "not sure, unsure, not certain, not too sure, not really sure, not 100 sure, not entirely sure, do not know, i do not know, dunno, dont no, idk, i dno, dno,"
    " no idea, no clue, not a clue, have not a clue, hard to say, hard to tell, hard to know, hard to see, difficult to say, difficult to tell,"
    " difficult to know, can not tell, could not tell, can not say, could not say, can not be sure, could not be sure, could not see, can not see,"
    " did not see, did not notice, did not look, could not really see, it was dark, too dark, was dark, who knows, i was asleep, half asleep,"
    " never noticed, never looked, not noticed, have not noticed, have not looked, have not checked, did not check, have not been able to tell,"
    " can not remember, do not remember, not looked, i would not know, would not know, hmm, unclear, no way of knowing, i forget, impossible to say,"
    " impossible to tell, do not have a clue"
)
_ALL_ANSWERS: Final = ((Says.UNSURE, _UNSURE), (Says.NO, _NO), (Says.YES, _YES), (Says.YES, _HEDGED))
_LEADS: Final = frozenset(
    "ok okay oh um uh er erm em ah well so hi hello sorry hang on wait actually right hmm eh aw and but like just honestly the to be honest tbh"
    " i think id say would say mm god now that you mention it come think of look listen thanks ta thank you oops ooh again".split()
)
"""Words that may stand before an answer."""
_TAILS: Final = frozenset(
    "thanks ta thank you x xx lol really actually i think so far though tho love sorry mate please pls he she they it is was does did has have do"
    " had fine ok okay grand good that those them these of one ones to all any but only just very well with me as know noticed seen saw"
    " sometimes maybe but i would say guess suppose for sure afraid on in the a at and honest be honestly baby babys my our his her there".split()
)
"""Words that say nothing further after an answer."""
_CONDITIONS: Final = frozenset("when if but only though in at after before while during as just since last yesterday today tonight".split())
_WELL: Final = frozenset("fine ok okay grand good well".split())
_ORDINALS: Final = {
    "first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "fifth": 5, "5th": 5, "sixth": 6,
    "6th": 6, "seventh": 7, "7th": 7, "eighth": 8, "8th": 8, "ninth": 9, "9th": 9, "tenth": 10, "10th": 10,
}  # fmt: skip
_CARDINALS: Final = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
}  # fmt: skip
_PICKING: Final = frozenset(
    "the and or to number numbers no nr num option item point sign signs answer one ones thing bit part is it its a also maybe probably possibly yes yeah"
    " yep ye aye i think have seen see saw noticed he she they does do did has had that this these those both on list from of your my them just only"
    " please pls actually ok so well sometimes really definitely certainly mainly mostly think looks like would say about plus with as too tho though"
    " but sorry oh um er hang wait meant mean top bottom uh first second last all everything every any hmm is was been in on at then pick choose picked".split()
)
"""Words that may stand around the numbers of a pick."""
_UNITS: Final = frozenset(
    "second seconds sec secs minute minutes min mins hour hours day days week weeks wk wks month months mo year years times time night nights am pm degrees c f"
    " ml oz o x".split()
)
_ALL: Final = _phrases("all of them, all of those, all of these, all of the above, all, them all, every one, everyone, everything, the lot, whole lot, each of them, the whole list")
_BOTH: Final = _phrases("the first two, first two, both first, top two, first 2, the first couple")
_LAST_TWO: Final = _phrases("the last two, last two, bottom two, last 2, the last couple")
_QUESTION: Final = frozenset("what how why when where which who does do is are can could should would will if did".split())


def _at(words: Sequence[str], at: int, phrases: Sequence[tuple[str, ...]]) -> int:
    """How many words the longest phrase found at a place has; 0 for none."""
    return next((len(phrase) for phrase in phrases if tuple(words[at : at + len(phrase)]) == phrase), 0)


def _lead(words: Sequence[str]) -> int:
    """Where the answer begins: after words that only lead up to it."""
    at = 0
    while at < len(words) and words[at] in _LEADS and not any(_at(words, at, known) for _, known in _ALL_ANSWERS):
        at += 1
    return at


def read_answer(utterance: str) -> Answer:
    """A yes, a no or a "not sure" with which an utterance begins, or which is all it says.

    >>> read_answer("yeah a bit, should I film it?")
    Answer(says=<Says.YES: 'yes'>, picked=(), rest='should I film it?')
    """
    found = tokens(utterance[:2000])
    words = [token.word for token in found]
    at = _lead(words)
    for says, phrases in ((Says.UNSURE, _UNSURE), (Says.NO, _NO), (Says.YES, _YES), (Says.YES, _HEDGED)):
        length = _at(words, at, phrases)
        if length and _ends(found, at + length, says, hedged=phrases is _HEDGED):
            return _settled(utterance, found, words, at + length, says)
    return Answer(Says.NOTHING, rest=utterance)


def _ends(found: Sequence[Token], after: int, says: Says, *, hedged: bool) -> bool:
    """Whether an answer may end here: a lone "no" before a noun is none ("no sleep again")."""
    if after >= len(found) or found[after - 1].stop is not Stop.NONE:
        return True
    rest = [token.word for token in found[after:]]
    if any(_at(rest, 0, phrases) for _, phrases in _ALL_ANSWERS):
        return True
    if says is Says.NO:
        return rest[0] in _TAILS | _CONDITIONS | {"none", "nothing", "not", "never", "nope", "its"}
    if says is Says.UNSURE:
        return found[after - 1].word in ("sure", "certain") or rest[0] not in ("what", "why", "how", "who")
    if hedged:
        return rest[0] in _CONDITIONS or (set(rest) <= _TAILS and not set(rest) & _WELL)
    return True


def _settled(utterance: str, found: Sequence[Token], words: Sequence[str], after: int, says: Says) -> Answer:
    """The answer once further answer words behind it are heard: "yes, none of them" is a no, "no, well, a bit" a yes."""
    while after < len(words):
        longest = [(_at(words, after, phrases), other) for other, phrases in _ALL_ANSWERS]
        length, other = max(longest, key=lambda pair: pair[0])
        if length and (length > 1 or words[after] in ("none", "nope", "yes", "yeah", "sometimes", "maybe", "once", "twice", "nothing")):
            says, after = _turned(says, other), after + length
        elif words[after] in _TAILS or words[after] in _LEADS:
            after += 1
        else:
            break
    while after and after < len(words) and found[after - 1].stop is Stop.NONE and words[after - 1] in _TAILS - {"thanks", "ta"}:
        after -= 1
    rest = utterance[found[after].start :] if after < len(found) else ""
    return Answer(says, rest=rest.strip())


def _turned(says: Says, other: Says) -> Says:
    """Which of two answers in one utterance counts: a yes after a no; "none of them" after a bare yes."""
    if other is Says.YES or says is Says.NOTHING:
        return other
    return other if says is Says.YES or other is Says.UNSURE else says


def picks(utterance: str, length: int, items: Sequence[ChecklistItem] = (), *, by_number: bool = True) -> tuple[int, ...]:
    """Which places of a numbered list an utterance names, from 0; empty when it names none or says more than that.

    Args:
        utterance: as typed.
        length: how long the list is.
        items: the checklist, whose words may name an item.
        by_number: whether numbers count; else words alone do.

    >>> picks("2 and 4", 6), picks("the second one", 6), picks("the last", 6), picks("two seconds each", 6)
    ((1, 3), (1,), (5,), ())
    """
    found = tokens(utterance[:400])
    words = [part for token in found for part in _parted(token.word, length)]
    if not words or len(words) > 14 or words[0] in _QUESTION or found[-1].asked:
        return ()
    named = {word: place for place, item in enumerate(items) for word in item.words}
    if any(word not in _PICKING and word not in named and _number(word) is None and word not in ("last", "bottom") for word in words):
        return ()
    if by_number and any(_at(words, at, _ALL) == len(words[at:]) for at in range(len(words))):
        return tuple(range(length))
    if any(word == "no" and words[at + 1 : at + 2] and words[at + 1] in named for at, word in enumerate(words)):
        return ()
    chosen = _named(words, named)
    if by_number:
        chosen += [*_pairs(words, length), *_numbered(words, length)]
    return tuple(sorted(set(chosen)))


def _parted(word: str, length: int) -> list[str]:
    """A token; "2,4", which reads as a number with decimals, as its two numbers."""
    parts = word.split(".")
    return parts if len(parts) == 2 and all(part.isdigit() and 0 < int(part) <= length for part in parts) else [word]


def _number(word: str) -> int | None:
    if word.isdigit():
        return int(word)
    return _ORDINALS.get(word) or _CARDINALS.get(word)


def _pairs(words: Sequence[str], length: int) -> list[int]:
    chosen = []
    if any(_at(words, at, _BOTH) for at in range(len(words))):
        chosen += [0, 1]
    if any(_at(words, at, _LAST_TWO) for at in range(len(words))):
        chosen += [length - 2, length - 1]
    return chosen


def _numbered(words: Sequence[str], length: int) -> list[int]:
    """Places by number; "one" counts only where nothing stands before it that it could belong to."""
    chosen = []
    pair = {at for at, word in enumerate(words) if word in ("two", "2", "couple") and at and words[at - 1] in ("first", "last", "top", "bottom")}
    for at, word in enumerate(words):
        following = words[at + 1] if at + 1 < len(words) else ""
        if word in ("last", "bottom") and at + 1 not in pair:
            chosen.append(length - 1)
        number = _number(word)
        if number is None or at in pair or at + 1 in pair:
            continue
        if following in _UNITS and following != "second" and not (word in _ORDINALS and following == "time"):
            return []
        if word == "one" and (at > 0 and words[at - 1] not in ("number", "option", "and", "or", "item", "no", "point") or len(words) > 4):
            continue
        if 1 <= number <= length:
            chosen.append(number - 1)
    return chosen


def _named(words: Sequence[str], named: dict[str, int]) -> list[int]:
    return [named[word] for word in words if word in named]
