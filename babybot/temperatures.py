"""Body temperatures that an utterance states: which numbers are one, and whose.

Every number that may be the baby's is; only what is clearly a room's, the weather's or a price is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import takewhile
from typing import Final

from rapidfuzz.distance import OSA

from babybot.lexicon import real_words
from babybot.neighbours import tokens_behind, word_at, words_before
from babybot.numbers import number_at
from babybot.text import Stop, Token
from babybot.units import COUNTED, DAYS, OTHER_UNITS, SECONDS, unit_of

__all__ = ["temperature_at"]

_TEMPERATURE: Final = frozenset(
    "temp temps temperature temperatures fever feverish febrile thermometer degrees degree celsius fahrenheit c f hot"
    " burning pyrexia reading reads says said shows showed armpit ear rectal forehead spiked calpol tylenol cold"
    " cool low warm".split()
)
_TEMPERATURE_GUESSED: Final = ("temperature", "thermometer", "forehead", "temp")
_OTHER_THINGS: Final = frozenset(
    "room bath bathwater water nursery bedroom oven milk house heating outside weather car born gestation percentile"
    " centile weighed weighs induced delivered warmer shade gas recipe fridge freezer kettle"
    " heatwave forecast humidex".split()
)
"""Words shortly before a number whose temperature or size it may be."""
_DEGREES: Final = frozenset({"degree", "degrees", "c", "f", "celsius", "fahrenheit"})
_OUTSIDE: Final = frozenset({"outside", "outdoors"})
_OUTSIDE_PAIRS: Final = frozenset({("out", "here"), ("out", "there"), ("the", "shade"), ("the", "yard")})
"""Words behind degrees, an "in" left out, that make them the weather's."""
_OF_DEGREES: Final = frozenset(
    "days heat heatwave weather summer sun shade humidity kitchen room house flat nursery bathroom bath water car"
    " tent".split()
)
"""Words right behind degrees whose temperature they are: "38 degree days"."""
_FEVERISH: Final = frozenset({"temp", "temps", "temperature", "fever", "thermometer", "armpit", "ear", "forehead"})
_BABY: Final = frozenset(
    "he she his him her baby babys newborn lo bub bubs bubba bairn wean bambino son daughter boy girl".split()
)
_OBJECTS: Final = frozenset({"his", "him", "her"})
_LINKS: Final = frozenset(
    "is was been being at hit now still just about around roughly nearly up to already over like reads reading".split()
)
"""Words between the baby and a number that is the baby's temperature, where nothing is counted: "he's still 39"."""
_OPEN: Final = frozenset(
    "and but with now this today tonight since on under again after or so then ish yesterday last all even when while"
    " what should i we do can is if which how why though again point by from as because cos too".split()
)
"""Words behind such a number that it does not count."""
_GROWN: Final = frozenset("turned turns turning birthday size shoe".split())
"""Words before a number that make it an age or a size."""
_REACH: Final = 6
"""Words before a number among which the baby is looked for."""
_LISTED: Final = 8
"""Numbers of a list that are looked at."""
_PAST: Final = frozenset({"ago", "later", "earlier", "before", "since"})
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
    if unit in OTHER_UNITS or _is_of_a_thing(words_before(tokens, at, 4)):
        return None
    near = [token.word for token in (*tokens[max(0, at - 5) : after], *tokens_behind(tokens, after, 4))]
    if unit in _ORDINALS or (at and tokens[at - 1].word[0].isdigit() and tokens[at - 1].end + 1 >= tokens[at].start):
        return None
    if value == int(value) and _is_of_the_weather(tokens, at, after):
        return None
    if value == 400 and _FEVERISH.isdisjoint(near):  # a dose, rather than 40.0
        return None
    opens = (at == 0 or tokens[at - 1].stop is not Stop.NONE) and not _is_of_a_list(tokens, at)
    opens = opens or _is_told_of_baby(tokens, at, after)
    named = any(map(_is_temperature, near))
    tenths = _tenths(tokens, at, after) if named or opens else 0
    celsius = _celsius(value + tenths / 10, tokens[at].word, unit, named=named, opens=opens)
    return None if celsius is None else (celsius, after + bool(tenths))


def _tenths(tokens: Sequence[Token], at: int, after: int) -> int:
    """The five of "thirty eight five", as it is said; 0 where the second number has a unit of its own."""
    if tokens[after - 1].stop is not Stop.NONE or after >= len(tokens) or tokens[at].word[0].isdigit():
        return 0
    value, end = number_at(tokens, after) or (0.0, after)
    unit = unit_of(word_at(tokens, end)) if tokens[end - 1].stop is Stop.NONE else ""
    is_digit = value in range(1, 10) and unit not in OTHER_UNITS | COUNTED | DAYS.keys() | SECONDS.keys()
    return int(value) if is_digit and end == after + 1 else 0


def _is_of_a_thing(before: Sequence[str]) -> bool:
    """Whether the words before a number name a thing whose temperature or size it may be, and then neither the baby nor
    another word of fever: "the bath thermometer says 38"."""
    things = [index for index, word in enumerate(before) if word in _OTHER_THINGS]
    return (
        bool(things) and _BABY.isdisjoint(before[things[-1] + 1 :]) and _FEVERISH.isdisjoint(before[things[-1] + 2 :])
    )


def _is_of_the_weather(tokens: Sequence[Token], at: int, after: int) -> bool:
    """Whether a whole number is told of the air: "38 degrees outside"; not of a baby's, or by a word of fever."""
    end = after
    while tokens[end - 1].stop is Stop.NONE and word_at(tokens, end) in _DEGREES:
        end += 1
    behind = [token.word for token in tokens_behind(tokens, end, 3)] if tokens[end - 1].stop is Stop.NONE else []
    pair = tuple(behind[1:3] if behind[:1] == ["in"] else behind[:2])
    outside = not _OUTSIDE.isdisjoint(behind[:1]) or pair in _OUTSIDE_PAIRS
    outside = outside or (end > after and not _OF_DEGREES.isdisjoint(behind[:1]))
    near = (*words_before(tokens, at, 8), *behind)
    return outside and _FEVERISH.isdisjoint(near) and _BABY.isdisjoint(words_before(tokens, at, 3))


def _is_told_of_baby(tokens: Sequence[Token], at: int, after: int) -> bool:
    """Whether a number is what the baby is: "he's 39 and grizzly", "the room is 21 and she is at 39".

    "Forty" in letters is a grown-up's age.
    """
    before = words_before(tokens, at, _REACH)
    linked = list(takewhile(_LINKS.__contains__, reversed(before)))
    named = before[: len(before) - len(linked)][-1:]
    is_baby = not _BABY.isdisjoint(named) and (bool(linked) or _OBJECTS.isdisjoint(named))
    ends = tokens[after - 1].stop is not Stop.NONE or after == len(tokens) or tokens[after].word in _OPEN
    return is_baby and ends and tokens[at].word != "forty" and _GROWN.isdisjoint(before)


def _is_of_a_list(tokens: Sequence[Token], at: int) -> bool:
    """Whether a number is one of three or more of a sentence, and then their unit: "38, 41, 36 minutes"."""
    begin, end = at, at + 1
    while begin > max(0, at - _LISTED) and tokens[begin - 1].stop is Stop.CLAUSE and tokens[begin - 1].word.isdigit():
        begin -= 1
    while end < min(len(tokens), at + _LISTED) and tokens[end - 1].stop is Stop.CLAUSE and tokens[end].word.isdigit():
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
