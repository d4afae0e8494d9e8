"""Body temperatures that an utterance states: which numbers are one, and whose.

Every number that may be the baby's is; only what is clearly a room's, the weather's or a price is not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import takewhile
from typing import Final

from rapidfuzz.distance import OSA

from babybot.lexicon import real_words
from babybot.neighbours import tokens_behind, word_at, words_before
from babybot.numbers import number_at
from babybot.text import Stop, Token
from babybot.units import DAYS, OTHER_UNITS, SECONDS

__all__ = ["glued_at", "temperature_at"]

_TEMPERATURE: Final = frozenset(
    "temp temps temperature temperatures fever feverish febrile thermometer degrees degree celsius fahrenheit c f hot"
    " burning pyrexia reading reads says said shows showed armpit ear rectal forehead spiked calpol tylenol cold"
    " cool low warm".split()
)
_TEMPERATURE_GUESSED: Final = ("temperature", "thermometer", "forehead", "temp", "degrees", "celsius", "fahrenheit")
_GLUED: Final = re.compile(r"(?:temps?|temperature|fever)(\d{2,4})")
_OTHER_THINGS: Final = frozenset(
    "room bath bathwater water nursery bedroom oven milk house heating outside weather car born gestation percentile"
    " centile weighed weighs induced delivered warmer shade gas recipe fridge freezer kettle oxygen sats spo2 owlet"
    " bpm cost costs paid price".split()
)
"""Words shortly before a number whose temperature, size or price it may be."""
_TAKEN: Final = frozenset({"milk", "water", "car"})
"""Of these the ones whose temperature a number with decimals is only where a word ties it to them."""
_SAYING: Final = frozenset("say says said rang rings called calls told phoned measured measures took reckons".split())
"""Words behind "nursery" that make it people."""
_TIES: Final = frozenset(
    "is was are at of about around the now just in it its a set to up says said reads read shows showed temp temps"
    " temperature thermometer degrees me us comes come out from".split()
)
"""Words between a thing and a number with decimals that is the thing's."""
_DEGREES: Final = frozenset({"degree", "degrees", "c", "f", "celsius", "fahrenheit"})
_OUTSIDE: Final = frozenset({"outside", "outdoors"})
_OUTSIDE_PAIRS: Final = frozenset({("out", "here"), ("out", "there"), ("the", "shade"), ("the", "yard")})
"""Words behind degrees, an "in" left out, that make them the weather's."""
_OF_A_DEGREE: Final = frozenset("day days heat heatwave weather summer kitchen".split())
"""Words behind "38 degree" whose temperature it is."""
_FEVERISH: Final = frozenset({"temp", "temps", "temperature", "fever", "thermometer", "armpit", "ear", "forehead"})
_BABY: Final = frozenset(
    "he she his him her baby babys newborn lo bub bubs bubba bairn wean bambino son daughter boy girl toddler infant"
    " kiddo grandson granddaughter grandbaby twin dd ds one".split()
)
_LINKED: Final = frozenset({"his", "him", "her", "one"})
"""Of these the ones that need a link before a number."""
_LINKS: Final = frozenset(
    "is was been being at hit now still just about around roughly nearly up to already over like reads reading went"
    " gone got reached running ran spiking spiked peaked topped measured hitting shot has had came out sitting".split()
)
"""Words between the baby and a number that is the baby's temperature, where nothing is counted: "he's still 39"."""
_NOW: Final = frozenset({"now", "still"})
"""Of these the ones that need no baby where a clause begins with them."""
_AGED: Final = frozenset({"it", "and", "old", "that"})
"""Words that stand for a baby whose age is told just before: "5 weeks old and 38"."""
_OPEN: Final = frozenset(
    "and but with now this today tonight since on under again after or so then ish yesterday last all even when while"
    " what should i we do can is if which how why though again by from as because cos too he she her his".split()
)
"""Words behind a number that it does not count."""
_NO_PLURAL: Final = frozenset("is was its this has does as us yes gas his hers".split())
"""Words that end like what is counted."""
_SIZES: Final = frozenset("kg kgs cm lb lbs chart tall pounds".split())
"""Words soon behind a number that make it a height."""
_BEARING: Final = frozenset("had have having pregnant first birth born".split())
"""Words before "him at 40" that make it a mother's age."""
_REACH: Final = 6
"""Words before a number among which the baby is looked for."""
_LISTED: Final = 8
"""Numbers of a list that are looked at."""
_PAST: Final = frozenset({"ago", "later", "earlier", "before", "since", "apart", "running", "straight", "back"})
"""Words behind a unit of time by which the numbers before it need not share it."""
_ORDINALS: Final = frozenset({"th", "st", "nd", "rd"})


def temperature_at(tokens: Sequence[Token], at: int, after: int, value: float, unit: str) -> tuple[float, int] | None:
    """A body temperature, where a number without a unit of time is one.

    Args:
        tokens: of the utterance.
        at: the number's first token.
        after: the token behind it.
        value: the number.
        unit: the word behind it, empty at the end of a sentence.

    Returns:
        Degrees Celsius and the index after it; None where it is something else.
    """
    is_whole = value == int(value)
    if unit in OTHER_UNITS or _is_of_a_thing(words_before(tokens, at, 4), is_whole=is_whole):
        return None
    near = [token.word for token in (*tokens[max(0, at - 5) : after], *tokens_behind(tokens, after, 4))]
    if unit in _ORDINALS or (at and tokens[at - 1].word[0].isdecimal() and tokens[at - 1].end + 1 >= tokens[at].start):
        return None
    if is_whole and _is_of_the_weather(tokens, at, after):
        return None
    if value == 400 and _FEVERISH.isdisjoint(near):  # a dose, rather than 40.0
        return None
    opens = (at == 0 or tokens[at - 1].stop is not Stop.NONE) and not _is_of_a_list(tokens, at)
    opens = opens and not (tokens[at].word == "forty" and _counts(tokens, after))
    opens = opens or _is_told_of_baby(tokens, at, after)
    named = any(map(_is_temperature, near))
    tenths = _tenths(tokens, at, after) if is_whole and (named or opens) else 0
    celsius = _celsius(value + tenths / 10, tokens[at].word, unit, named=named, opens=opens)
    return None if celsius is None else (celsius, after + bool(tenths))


def glued_at(tokens: Sequence[Token], at: int) -> tuple[float, int] | None:
    """A temperature typed without a blank ("temp38.5"): degrees Celsius and the index after it."""
    found = _GLUED.fullmatch(tokens[at].word)
    if found is None:
        return None
    value, after = float(found[1]), at + 1
    behind = word_at(tokens, after)
    if behind.isdecimal() and len(behind) <= 2 and tokens[after].start == tokens[at].end + 1:
        value, after = float(f"{found[1]}.{behind}"), after + 1
    celsius = _celsius(value, found[1], "", named=True, opens=True)
    return None if celsius is None else (celsius, after)


def _tenths(tokens: Sequence[Token], at: int, after: int) -> int:
    """The five of "thirty eight five", as it is said; 0 where the second number has something of its own."""
    if tokens[after - 1].stop is not Stop.NONE or after >= len(tokens) or tokens[at].word[0].isdecimal():
        return 0
    value, end = number_at(tokens, after) or (0.0, after)
    is_open = end >= len(tokens) or tokens[end - 1].stop is not Stop.NONE or tokens[end].word in _OPEN
    return int(value) if value in range(1, 10) and end == after + 1 and is_open else 0


def _is_of_a_thing(before: Sequence[str], *, is_whole: bool) -> bool:
    """Whether the words before a number name a thing whose temperature or size it may be, and then neither the baby nor
    another word of fever: "the bath thermometer says 38"."""
    at = next((index for index in range(len(before) - 1, -1, -1) if before[index] in _OTHER_THINGS), None)
    if at is None or _are_people(before, at):
        return False
    between = before[at + 1 :]
    is_near = all(word in _TIES or word[0].isdecimal() for word in between)
    is_tied = is_whole or (is_near and bool(between or before[at] not in _TAKEN))
    return is_tied and _BABY.isdisjoint(between) and _FEVERISH.isdisjoint(between[1:])


def _are_people(before: Sequence[str], at: int) -> bool:
    """Whether a nursery is the people there, who tell of the baby: "nursery says 39.5"."""
    says = not _SAYING.isdisjoint(before[at + 1 : at + 2])
    return before[at] == "nursery" and says and _FEVERISH.isdisjoint(before[:at])


def _is_of_the_weather(tokens: Sequence[Token], at: int, after: int) -> bool:
    """Whether a whole number is told of the air: "38 degrees outside"; not of a baby's, or by a word of fever."""
    end = after
    while tokens[end - 1].stop is Stop.NONE and word_at(tokens, end) in _DEGREES:
        end += 1
    behind = [token.word for token in tokens_behind(tokens, end, 3)] if tokens[end - 1].stop is Stop.NONE else []
    pair = tuple(behind[1:3] if behind[:1] == ["in"] else behind[:2])
    outside = not _OUTSIDE.isdisjoint(behind[:1]) or pair in _OUTSIDE_PAIRS
    outside = outside or (word_at(tokens, end - 1) == "degree" and not _OF_A_DEGREE.isdisjoint(behind[:1]))
    near = (*words_before(tokens, at, 8), *behind)
    return outside and _FEVERISH.isdisjoint(near) and _BABY.isdisjoint((*words_before(tokens, at, 3), *behind))


def _is_told_of_baby(tokens: Sequence[Token], at: int, after: int) -> bool:
    """Whether a number is what the baby is: "he's 39 and grizzly", "6 weeks old and 38", "the room is 21 and she 39".

    Not where something is counted; "she's forty." alone is a grown-up's age.
    """
    before = words_before(tokens, at, _REACH)
    links = list(takewhile(_LINKS.__contains__, reversed(before)))
    first = at - len(links)
    begins = first == 0 or tokens[first - 1].stop is not Stop.NONE
    name = "" if begins else tokens[first - 1].word
    ends = after == len(tokens) or tokens[after - 1].stop is not Stop.NONE
    if (begins and _NOW.isdisjoint(links)) or _counts(tokens, after):
        return False
    if ends and (tokens[at].word == "forty" or (links == ["at"] and not _BEARING.isdisjoint(before))):
        return False
    is_aged = name in _AGED and not DAYS.keys().isdisjoint(words_before(tokens, first, _REACH))
    return begins or is_aged or (name in _BABY and (bool(links) or name not in _LINKED))


def _counts(tokens: Sequence[Token], after: int) -> bool:
    """Whether a number counts what stands behind it, or has a size there: "40 wipes", "102 and 15 kg"."""
    if after == len(tokens) or tokens[after - 1].stop is not Stop.NONE:
        return False
    word = tokens[after].word
    plural = word.endswith("s") and word not in _OPEN and word not in _NO_PLURAL and word not in _DEGREES
    if word[0].isdecimal():  # 38+4 weeks, rather than "39 4 hours ago"
        return word_at(tokens, after + 1) not in DAYS.keys() | SECONDS.keys()
    return plural or word == "more" or not _SIZES.isdisjoint(one.word for one in tokens_behind(tokens, after, 3))


def _is_of_a_list(tokens: Sequence[Token], at: int) -> bool:
    """Whether a number is one of three or more of a sentence, and then their unit: "38, 41, 36 minutes"."""
    begin, end = at, at + 1
    while begin > max(0, at - _LISTED) and tokens[begin - 1].stop is Stop.CLAUSE and tokens[begin - 1].word.isdecimal():
        begin -= 1
    while end < min(len(tokens), at + _LISTED) and tokens[end - 1].stop is Stop.CLAUSE and tokens[end].word.isdecimal():
        end += 1
    listed = end - begin > 2 and tokens[end - 1].stop is Stop.NONE
    return listed and word_at(tokens, end) in SECONDS and word_at(tokens, end + 1) not in _PAST


@lru_cache(maxsize=5000)
def _is_temperature(word: str) -> bool:
    if word in _TEMPERATURE:
        return True
    if len(word) < 4 or word in real_words():
        return False
    return any(OSA.distance(word, known) <= (1 if len(known) < 6 else 3) for known in _TEMPERATURE_GUESSED)


def _celsius(value: float, word: str, unit: str, *, named: bool, opens: bool) -> float | None:
    """A body temperature in degrees Celsius; None where the number is none.

    Args:
        value: the number.
        word: as typed, for digits that lost their point: 385, 1004, 308.
        unit: the word behind it.
        named: whether a word of temperature stands near.
        opens: whether it stands first in its clause.
    """
    exact = value != int(value)
    if 34 <= value < 43 and (named or (exact and value >= 35.0) or (opens and 38 <= value <= 41)):
        return value
    if 94 <= value <= 109 and (named or (exact and value >= 99) or (opens and 101 <= value <= 105)):
        return (value - 32) * 5 / 9
    if named and 340 <= value < 430 and len(word) == 3 and unit not in ("f", "fahrenheit"):
        return value / 10
    if named and 940 <= value <= 1090 and len(word) in (3, 4):
        return (value / 10 - 32) * 5 / 9
    if named and word in ("307", "308", "309"):
        return 38.0 + (value - 300) / 10
    return None
