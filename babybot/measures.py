"""Ages, durations, temperatures, counts and the like that an utterance states, in digits or in words.

Numbers are read with the words around them: "5 weeks old" is an age, "for 5 weeks" is not, "born at 38 weeks" is no
temperature. What a measure means for safety is left to the rules of the knowledge.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from babybot.text import Stop, Token

__all__ = ["MEASURES", "Measure", "read_measures"]

MEASURES: Final = ("temperature_c", "age_days", "duration_s", "days", "count", "breaths_per_minute", "fall_m")
"""Kinds of measure, each named with its unit; age in days from birth, durations of days apart from shorter ones."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One number that was said."""

    kind: str
    """One of `MEASURES`."""
    value: float
    """In the unit that its kind names."""
    start: int
    """Index of its first token."""
    end: int
    """Index after its last token."""


_ONES: Final = {
    "zero": 0, "oh": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17,
    "eighteen": 18, "nineteen": 19, "fourty": 40,
}  # fmt: skip
_TENS: Final = {"twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
"eighty": 80,
                "ninety": 90}  # fmt: skip
_VAGUE: Final = {
    "a": 1,
    "an": 1,
    "couple": 2,
    "few": 3,
    "several": 4,
    "some": 3,
    "half": 0.5,
    "dozen": 12,
    "dozens": 24,
}
_SECONDS: Final = {
    "second": 1, "seconds": 1, "sec": 1, "secs": 1, "s": 1, "minute": 60, "minutes": 60, "min": 60, "mins": 60,
    "minit": 60,
    "minits": 60, "mintues": 60, "minuets": 60, "secounds": 1, "secnds": 1, "hour": 3600, "hours": 3600,
    "hr": 3600, "hrs": 3600,
    "h": 3600,
}  # fmt: skip
_DAYS: Final = {
    "day": 1, "days": 1, "d": 1, "week": 7, "weeks": 7, "wk": 7, "wks": 7, "w": 7, "month": 30.4, "months": 30.4,
    "mo": 30.4,
    "mos": 30.4, "mth": 30.4, "mths": 30.4, "mnth": 30.4, "mnths": 30.4, "m": 30.4, "mon": 30.4, "year": 365,
    "years": 365,
    "yr": 365, "yrs": 365, "y": 365, "yo": 365, "weeker": 7, "monther": 30.4, "weekold": 7, "monthold": 30.4,
}  # fmt: skip
_AGE_AFTER: Final = frozenset({"old", "olds", "of", "now", "today", "tomorrow"})
_NOT_AGE_BEFORE: Final = frozenset(
    (
        "for in last past every next since another after within first over about_ago these those each per "
        "over of_last took takes lasted lasts lasting spent until till"
    ).split()
)
_NOT_AGE_AFTER: Final = frozenset(
    (
        "ago later early premature prem pregnant gestation before earlier late in running straight back apart "
        "since maternity leave into supply course antibiotics holiday"
    ).split()
)
_BORN: Final = frozenset(
    {"born", "delivered", "gestation", "pregnant", "arrived", "induced", "preterm", "weeker", "premature"}
)
_TEMPERATURE: Final = frozenset(
    (
        "temp temps temperature temperatures fever feverish febrile thermometer degrees degree celsius "
        "fahrenheit c f hot burning pyrexia tempreture tempature temprature reading reads armpit ear rectal "
        "forehead spiked calpol tylenol"
    ).split()
)
_NOT_TEMPERATURE: Final = frozenset(
    (
        "week weeks wk wks centile percentile cm kg ml mls oz lb lbs minutes mins min seconds secs hours hrs "
        "times percent bpm days months room bath bathwater water nursery bedroom oven milk bottle house "
        "heating outside weather car pounds euros dollars pm am size ounces grams gestation years"
    ).split()
)
_NEWBORN: Final = {"newborn": 14.0, "neonate": 14.0, "nb": 14.0}


def _value(tokens: Sequence[Token], at: int) -> tuple[float, int] | None:
    """A number at a token, in digits or words -> its value and the index after it."""
    word = tokens[at].word
    if word[0].isdigit():
        try:
            return float(word.replace(",", "")), at + 1
        except ValueError:
            return None
    following = [token.word for token in tokens[at + 1 : at + 3]]
    if word in ("a", "one") and following[:1] == ["hundred"]:
        return _decimals(tokens, 1.0, at + 1)
    if word == "one" and following[:1] in (["oh"], ["o"]) and following[1:2] and following[1] in _ONES:
        return _decimals(tokens, 100.0 + _ONES[following[1]], at + 3)
    if word in _TENS:
        total, after = float(_TENS[word]), at + 1
        if after < len(tokens) and 0 < _ONES.get(tokens[after].word, 0) < 10:
            total, after = total + _ONES[tokens[after].word], after + 1
        return _decimals(tokens, total, after)
    if word in _ONES and word != "oh":
        return _decimals(tokens, float(_ONES[word]), at + 1)
    return None


def _decimals(tokens: Sequence[Token], value: float, after: int) -> tuple[float, int]:
    """Add "point five", "and a half", "hundred and two" to a number in words."""
    words = [token.word for token in tokens[after : after + 4]]
    if words[:1] == ["hundred"]:
        tail = words[2] if words[1:2] == ["and"] and len(words) > 2 else words[1] if len(words) > 1 else ""
        skip = 2 if words[1:2] == ["and"] else 1
        if tail in _ONES:
            return _decimals(tokens, value * 100 + _ONES[tail], after + skip + 1)
        return value * 100, after + 1
    if words[:1] == ["point"] and len(words) > 1 and (words[1] in _ONES or words[1].isdigit()):
        digit = float(_ONES.get(words[1], 0) if words[1] in _ONES else words[1])
        return value + digit / 10, after + 2
    return value, after


def _quantity(tokens: Sequence[Token], at: int) -> tuple[float, int] | None:
    """A number, a vague number ("a couple of") or a half, at a token."""
    word = tokens[at].word
    words = [token.word for token in tokens[at : at + 4]]
    if word == "half" and len(words) > 1:
        return 0.5, at + (2 if words[1] in ("a", "an") else 1)
    if (
        word in ("a", "an")
        and len(words) > 1
        and words[1] in ("couple", "few", "half", "dozen", "quarter", "good", "solid", "full")
    ):
        if words[1] in ("good", "solid", "full"):
            inner = _quantity(tokens, at + 1) if words[1] != "good" else _quantity(tokens, at + 2)
            return inner if inner else (1.0, at + 2)
        value = 0.25 if words[1] == "quarter" else float(_VAGUE[words[1]])
        return value, at + (
            3 if words[2:3] == ["of"] or (words[1] in ("half", "quarter") and words[2:3] in (["a"], ["an"])) else 2
        )
    if word in ("couple", "few", "several", "dozen", "dozens"):
        return float(_VAGUE[word]), at + (2 if words[1:2] == ["of"] else 1)
    found = _value(tokens, at)
    if found is None:
        return (1.0, at + 1) if word in ("a", "an") else None
    value, after = found
    rest = [token.word for token in tokens[after : after + 3]]
    if rest == ["and", "a", "half"]:
        return value + 0.5, after + 3
    if rest[:1] in (["to"], ["or"]) and after + 1 < len(tokens):
        upper = _value(tokens, after + 1)
        if upper is not None and upper[0] > value:
            return upper
    return value, after


def _celsius(value: float, near: frozenset[str], at_word: str) -> float | None:
    """A body temperature in degrees Celsius from a number with its neighbours; None where it is none."""
    named = bool(near & _TEMPERATURE)
    decimal = value != int(value)
    if 34 <= value < 43 and (named or (decimal and value >= 37.0)):
        return value
    if 94 <= value <= 109 and (named or (decimal and value >= 99)):
        return (value - 32) * 5 / 9
    if named and 340 <= value < 430 and len(at_word) == 3:
        return value / 10
    if named and 940 <= value <= 1090:
        return (value / 10 - 32) * 5 / 9
    if named and at_word in ("308", "309", "307", "3805", "3808"):
        return 38.0 + (float(at_word[2:]) / 10 if len(at_word) == 3 else 0.5)
    return None


def _is_age(tokens: Sequence[Token], start: int, after: int, unit: str, days: float) -> bool:
    """Whether "N weeks" at `start` says how old the baby is."""
    before = [token.word for token in tokens[max(0, start - 3) : start] if token.stop is not Stop.SENTENCE]
    behind = [token.word for token in tokens[after : after + 2]]
    if behind and (tokens[after - 1].stop is not Stop.SENTENCE):
        if behind[0] in _AGE_AFTER and behind[0] not in ("of",):
            return True
        if behind[0] == "of" and behind[1:] == ["age"]:
            return True
        if behind[0] in _NOT_AGE_AFTER:
            return False
    if unit in ("weeker", "monther", "weekold", "monthold", "yo"):
        return not (unit == "weeker" and days > 150)
    if before and before[-1] in _NOT_AGE_BEFORE:
        return False
    if set(before) & _BORN or (behind and behind[0] in _BORN):
        return False
    if len(before) >= 2 and before[-1] in ("the", "a") and before[-2] in _NOT_AGE_BEFORE:
        return False
    return unit not in ("d", "y", "w", "day", "days", "year", "years", "yr", "yrs") or bool(
        before and before[-1] in ("is", "he", "she", "at", "nearly", "almost", "only", "just", "baby", "my",
        "aged", "turned", "now", "son",
                                  "daughter", "they", "lo", "im", "about", "around", "boy", "girl", "dd", "ds")
    )  # fmt: skip


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
        if measure is None:
            index += 1
        else:
            found.append(measure)
            index = max(measure.end, index + 1)
    return tuple(found)


def _measure_at(tokens: Sequence[Token], at: int) -> Measure | None:
    word = tokens[at].word
    if word in _NEWBORN:
        return Measure("age_days", _NEWBORN[word], at, at + 1)
    if word in ("days", "weeks", "hours", "day", "week") and tokens[at + 1 : at + 2] and tokens[at + 1].word == "old":
        return Measure(
            "age_days", {"days": 5.0, "day": 1.0, "weeks": 21.0, "week": 7.0, "hours": 0.5}[word], at, at + 2
        )
    if word == "fortnight" and at + 1 < len(tokens) and tokens[at + 1].word == "old":
        return Measure("age_days", 14.0, at, at + 2)
    quantity = _quantity(tokens, at)
    if quantity is None:
        return None
    value, after = quantity
    unit = tokens[after].word if after < len(tokens) and tokens[after - 1].stop is not Stop.SENTENCE else ""
    number = _value(tokens, at) is not None
    near = frozenset(token.word for token in tokens[max(0, at - 5) : after + 3])
    if unit in _DAYS and not (unit in ("d", "y", "w", "m") and not word[0].isdigit()):
        half = [token.word for token in tokens[after + 1 : after + 4]] == ["and", "a", "half"]
        days = (value + 0.5 * half) * _DAYS[unit]
        end = after + 1 + 3 * half
        if _is_age(tokens, at, end, unit, days):
            return Measure("age_days", days, at, end)
        return Measure("days", days, at, end) if unit in ("day", "days") else None
    if unit in _SECONDS and not (unit in ("s", "h") and not word[0].isdigit()):
        if after + 1 < len(tokens) and tokens[after + 1].word == "old":
            return Measure("age_days", value * _SECONDS[unit] / 86400, at, after + 2)
        return Measure("duration_s", value * _SECONDS[unit], at, after + 1)
    if not number:
        return None
    if unit in ("breaths", "breath"):
        return Measure("breaths_per_minute", value, at, after + 1)
    if unit in (
        "times",
        "time",
        "goes",
        "of",
        "jerks",
        "spasms",
        "nods",
        "fits",
        "seizures",
        "episodes",
        "jolts",
        "startles",
        "drops",
        "x",
    ):
        return Measure("count", value, at, after)
    if unit in ("metre", "metres", "meter", "meters", "feet", "foot", "ft"):
        return Measure("fall_m", value * (0.3048 if unit in ("feet", "foot", "ft") else 1), at, after + 1)
    if unit not in _NOT_TEMPERATURE and not near & {"percentile", "centile", "gestation", "weighed", "weighs"}:
        context = frozenset(token.word for token in tokens[max(0, at - 4) : at])
        celsius = None if context & _NOT_TEMPERATURE else _celsius(value, near, word.replace(",", ""))
        if celsius is not None:
            return Measure("temperature_c", celsius, at, after)
    return None
