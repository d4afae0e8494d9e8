"""Ages, durations, temperatures, counts and the like that an utterance states, in digits or in words.

Numbers are read with the words around them: "5 weeks old" is an age, "for 5 weeks" is not, "born at 38 weeks" is no
temperature. What a measure means for safety is left to the rules of the knowledge.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from rapidfuzz.distance import OSA

from babybot.lexicon import real_words
from babybot.numbers import number_at, quantity_at
from babybot.text import Stop, Token

__all__ = ["MEASURES", "Measure", "read_measures"]

MEASURES: Final = ("temperature_c", "age_days", "duration_s", "days", "count", "breaths_per_minute", "fall_m")
"""Kinds of measure, each named with its unit; age in days from birth, durations of days apart from shorter ones."""


class Measure(NamedTuple):
    """One number that was said."""

    kind: str
    """One of `MEASURES`."""
    value: float
    """In the unit that its kind names."""
    start: int
    """Index of its first token."""
    end: int
    """Index after its last token."""


def _table(text: str) -> Mapping[str, float]:
    """`second 1: s sec secs` -> every word of the line with its value."""
    table: dict[str, float] = {}
    for line in text.strip().splitlines():
        head, _, aliases = line.partition(":")
        unit, value = head.split()
        table.update(dict.fromkeys([unit, unit + "s", *aliases.split()], float(value)))
    return table


_SECONDS: Final = _table(
    """
    second 1: s sec secs
    minute 60: min mins minit minits minuet minuets
    hour 3600: hr hrs h
    """
)
_DAYS: Final = _table(
    """
    day 1: d
    week 7: wk wks w weeker weekold
    month 30.4: mo mos mth mths mnth mnths mon m monther monthold
    year 365: yr yrs y yo
    """
)
_GUESSED: Final = ("second", "seconds", "minute", "minutes", "week", "weeks", "month", "months", "days")
"""Units that may be misspelt."""
_LETTERS: Final = frozenset({"s", "h", "d", "w", "m", "y"})
"""Units of one letter: only after digits."""

_OLD: Final = frozenset({"old", "olds", "now", "today", "tomorrow", "baby"})
_NOT_AGE_BEFORE: Final = frozenset(
    "for in last past every next since another after within first over these those each per took takes lasted lasts"
    " lasting spent until till".split()
)
_NOT_AGE_AFTER: Final = frozenset(
    "ago later early premature prem pregnant gestation before earlier late in running straight back apart since"
    " maternity leave into supply course antibiotics holiday".split()
)
_BORN: Final = frozenset("born delivered gestation pregnant arrived induced preterm weeker premature".split())
_SHORTEST_PREGNANCY: Final = 150
"""Days; beside a word of birth fewer are an age."""
_ARRIVED: Final = _BORN | {"came", "here"}
"""Words before "at 31 weeks" that make it the length of the pregnancy."""
_AGE_LEADS: Final = frozenset(
    "is he she at nearly almost only just baby my aged turned now son daughter they lo about around boy girl dd ds has"
    " have of old".split()
)
"""Words before "9 days" or "2 years" that make it an age; weeks and months are one unless something forbids it."""

_TEMPERATURE: Final = frozenset(
    "temp temps temperature temperatures fever feverish febrile thermometer degrees degree celsius fahrenheit c f hot"
    " burning pyrexia reading reads says said shows showed armpit ear rectal forehead spiked calpol tylenol cold"
    " cool low warm".split()
)
_TEMPERATURE_GUESSED: Final = ("temperature", "thermometer", "forehead", "temp")
_OTHER_UNITS: Final = frozenset(
    "week weeks wk wks centile percentile cm kg ml mls oz lb lbs minutes mins min seconds secs hours hrs times percent"
    " bpm days months pounds euros dollars pm am ounces grams years size miles iu mg mcg"
    " micrograms g gram litres calories quid euro dollar rupees people guests".split()
)
"""Words behind a number that is no temperature: its unit, or what it counts."""
_OTHER_THINGS: Final = frozenset(
    "room bath bathwater water nursery bedroom oven milk house heating outside weather car born gestation percentile"
    " centile weighed weighs induced delivered warmer shade gas recipe fridge freezer kettle".split()
)
"""Words shortly before a number whose temperature or size it may be."""
_DEGREES: Final = frozenset({"degree", "degrees", "c", "f", "celsius", "fahrenheit"})
_OUTSIDE: Final = frozenset({"outside", "outdoors"})
_OUTSIDE_PAIRS: Final = frozenset({("out", "here"), ("out", "there"), ("the", "shade"), ("the", "yard")})
"""Words behind degrees, an "in" left out, that make them the weather's."""
_FEVERISH: Final = frozenset({"temp", "temps", "temperature", "fever", "thermometer", "armpit", "ear", "forehead"})
_BABY: Final = frozenset("he she his him her baby babys newborn lo son daughter boy girl".split())
_LISTED: Final = 8
"""Numbers of a list that are looked at."""
_ORDINALS: Final = frozenset({"th", "st", "nd", "rd"})
_COUNTED: Final = frozenset(
    "times time goes of jerks spasms nods fits seizures episodes jolts startles drops x".split()
)
_NEWBORN: Final = {"newborn": 14.0, "neonate": 14.0, "nb": 14.0}
_UNNUMBERED: Final = {"hours": 0.5, "day": 1.0, "days": 5.0, "week": 7.0, "weeks": 21.0, "fortnight": 14.0}
"""Ages told without a number: "days old", "a fortnight old"."""


def read_measures(tokens: Sequence[Token]) -> tuple[Measure, ...]:
    """Every measure that an utterance states, in order.

    >>> from babybot.text import tokens
    >>> [(m.kind, round(m.value, 1)) for m in read_measures(tokens("5 weeks old, 38,6 degrees, shook for ten minutes"))]
    [('age_days', 35.0), ('temperature_c', 38.6), ('duration_s', 600.0)]
    """
    found: list[Measure] = []
    index = 0
    while index < len(tokens):
        measure = _measure_at(tokens, index)
        if measure is not None:
            found.append(measure)
        index = measure.end if measure is not None and measure.end > index else index + 1
    return tuple(found)


def _measure_at(tokens: Sequence[Token], at: int) -> Measure | None:
    word = tokens[at].word
    if word in _NEWBORN:
        return Measure("age_days", _NEWBORN[word], at, at + 1)
    if word in _UNNUMBERED and _word(tokens, at + 1) == "old":
        return Measure("age_days", _UNNUMBERED[word], at, at + 2)
    quantity = quantity_at(tokens, at)
    if quantity is None:
        return None
    value, after = quantity
    unit = _unit(_word(tokens, after)) if tokens[after - 1].stop is not Stop.SENTENCE else ""
    if unit in _LETTERS and not word[0].isdigit():
        unit = ""
    if unit in _DAYS:
        return _in_days(tokens, at, after, value * _DAYS[unit], unit)
    if unit in _SECONDS:
        if _word(tokens, after + 1) == "old":
            return Measure("age_days", value * _SECONDS[unit] / 86400, at, after + 2)
        return Measure("duration_s", value * _SECONDS[unit], at, after + 1)
    return _bare(tokens, at, after, value, unit) if number_at(tokens, at) is not None else None


def _word(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].word if 0 <= at < len(tokens) else ""


def _before(tokens: Sequence[Token], at: int, most: int) -> list[str]:
    """The few words before a place, in its sentence."""
    begin = at
    while begin > max(0, at - most) and tokens[begin - 1].stop is not Stop.SENTENCE:
        begin -= 1
    return [token.word for token in tokens[begin:at]]


def _behind(tokens: Sequence[Token], after: int, most: int) -> Sequence[Token]:
    """The few tokens from a place on that belong to the sentence before it."""
    end = after
    while end < min(len(tokens), after + most) and tokens[end - 1].stop is not Stop.SENTENCE:
        end += 1
    return tokens[after:end]


@lru_cache(maxsize=2000)
def _unit(word: str) -> str:
    """A unit as it is listed, misspelt or not; any other word as it is."""
    if word in _DAYS or word in _SECONDS or len(word) < 4 or word in real_words():
        return word
    most = 1 if len(word) < 6 else 2
    nearest = min(_GUESSED, key=lambda unit: (OSA.distance(word, unit), unit))
    return nearest if OSA.distance(word, nearest) <= most and nearest[0] == word[0] else word


def _in_days(tokens: Sequence[Token], at: int, after: int, days: float, unit: str) -> Measure | None:
    """An age, or a stretch of days; None for other weeks and months."""
    end = after + 1
    rest = [token.word for token in tokens[end : end + 3]]
    if rest[:2] == ["and", "half"] or rest == ["and", "a", "half"]:
        end += 2 if rest[1] == "half" else 3
        days += 0.5 * _DAYS[unit]
    if _is_age(tokens, at, end, unit, days):
        return Measure("age_days", days, at, end)
    return Measure("days", days, at, end) if unit in ("day", "days") else None


def _is_age(tokens: Sequence[Token], at: int, end: int, unit: str, days: float) -> bool:
    """Whether "N weeks" says how old the baby is."""
    before = _before(tokens, at, 3)
    behind = _word(tokens, end) if tokens[end - 1].stop is not Stop.SENTENCE else ""
    if before[-1:] == ["at"] and _ARRIVED.intersection(before):
        return False
    born = bool(_BORN.intersection(before)) or behind in _BORN or behind == "birth"
    carried = born and days > _SHORTEST_PREGNANCY
    if carried and tokens[end - 1].stop is Stop.CLAUSE:
        return False
    if behind in _OLD or (behind == "of" and _word(tokens, end + 1) == "age") or (behind == "ago" and born):
        return True
    if behind in _NOT_AGE_AFTER or carried:
        return False
    if unit in ("weeker", "monther", "weekold", "monthold", "yo"):
        return not (unit == "weeker" and days > _SHORTEST_PREGNANCY)
    last = before[-1] if before else ""
    if last in _NOT_AGE_BEFORE or (last in ("the", "a") and len(before) > 1 and before[-2] in _NOT_AGE_BEFORE):
        return False
    return (_DAYS[unit] in (7.0, 30.4) and unit != "w") or last in _AGE_LEADS


def _bare(tokens: Sequence[Token], at: int, after: int, value: float, unit: str) -> Measure | None:
    """A number without a unit of time."""
    if unit in ("breath", "breaths"):
        return Measure("breaths_per_minute", value, at, after + 1)
    if unit in _COUNTED:
        return Measure("count", value, at, after)
    if unit in ("metre", "metres", "meter", "meters"):
        return Measure("fall_m", value, at, after + 1)
    if unit in ("feet", "foot", "ft"):
        return Measure("fall_m", value * 0.3048, at, after + 1)
    if unit in _OTHER_UNITS or _is_of_a_thing(_before(tokens, at, 4)):
        return None
    near = [token.word for token in (*tokens[max(0, at - 5) : after], *_behind(tokens, after, 4))]
    if unit in _ORDINALS or (at and tokens[at - 1].word[0].isdigit() and tokens[at - 1].end + 1 >= tokens[at].start):
        return None
    if value == int(value) and _is_of_the_weather(tokens, at, after):
        return None
    opens = (at == 0 or tokens[at - 1].stop is not Stop.NONE) and not _is_of_a_list(tokens, at)
    if value == 400 and _FEVERISH.isdisjoint(near):  # a dose, rather than 40.0
        return None
    celsius = _celsius(value, tokens[at].word, unit, named=any(map(_is_temperature, near)), opens=opens)
    return None if celsius is None else Measure("temperature_c", celsius, at, after)


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
    while tokens[end - 1].stop is Stop.NONE and _word(tokens, end) in _DEGREES:
        end += 1
    behind = [token.word for token in _behind(tokens, end, 3)] if tokens[end - 1].stop is Stop.NONE else []
    pair = tuple(behind[1:3] if behind[:1] == ["in"] else behind[:2])
    outside = not _OUTSIDE.isdisjoint(behind[:1]) or pair in _OUTSIDE_PAIRS
    near = (*_before(tokens, at, 8), *behind)
    return outside and _FEVERISH.isdisjoint(near) and _BABY.isdisjoint(_before(tokens, at, 3))


def _is_of_a_list(tokens: Sequence[Token], at: int) -> bool:
    """Whether a number is one of three or more of a sentence, and then their unit: "38, 41, 36 minutes"."""
    begin, end = at, at + 1
    while begin > max(0, at - _LISTED) and tokens[begin - 1].stop is Stop.CLAUSE and tokens[begin - 1].word.isdigit():
        begin -= 1
    while end < min(len(tokens), at + _LISTED) and tokens[end - 1].stop is Stop.CLAUSE and tokens[end].word.isdigit():
        end += 1
    listed = end - begin > 2 and tokens[end - 1].stop is Stop.NONE
    return listed and _word(tokens, end) in _SECONDS and _word(tokens, end + 1) not in _NOT_AGE_AFTER


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
