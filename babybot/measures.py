"""Ages, durations, temperatures, counts and the like that an utterance states, in digits or in words.

Numbers are read with the words around them: "5 weeks old" is an age, "for 5 weeks" is not, "born at 38 weeks" is no
temperature. What a measure means for safety is left to the rules of the knowledge.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from babybot.neighbours import word_at, words_before
from babybot.numbers import number_at, quantity_at
from babybot.temperatures import glued_at, temperature_at
from babybot.text import Stop, Token
from babybot.units import COUNTED, DAYS, LETTERS, SECONDS, unit_of

__all__ = ["MEASURES", "MOST_DAYS", "Measure", "read_measures"]

MOST_DAYS: Final = 365.0 * 130
"""The oldest age that is read."""
_MOST: Final = 1e12
"""The greatest value of any other measure."""
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
        if measure is not None and measure.value <= (MOST_DAYS if measure.kind == "age_days" else _MOST):
            found.append(measure)
        index = measure.end if measure is not None and measure.end > index else index + 1
    return tuple(found)


def _measure_at(tokens: Sequence[Token], at: int) -> Measure | None:
    word = tokens[at].word
    if word in _NEWBORN:
        return Measure("age_days", _NEWBORN[word], at, at + 1)
    if word in _UNNUMBERED and word_at(tokens, at + 1) == "old":
        return Measure("age_days", _UNNUMBERED[word], at, at + 2)
    quantity = quantity_at(tokens, at)
    if quantity is None:
        glued = glued_at(tokens, at)
        return Measure("temperature_c", glued[0], at, glued[1]) if glued else None
    value, after = quantity
    unit = unit_of(word_at(tokens, after)) if tokens[after - 1].stop is not Stop.SENTENCE else ""
    if unit in LETTERS and not word[0].isdecimal():
        unit = ""
    if unit in DAYS:
        return _in_days(tokens, at, after, value * DAYS[unit], unit)
    if unit in SECONDS:
        if word_at(tokens, after + 1) == "old":
            return Measure("age_days", value * SECONDS[unit] / 86400, at, after + 2)
        return Measure("duration_s", value * SECONDS[unit], at, after + 1)
    return _bare(tokens, at, after, value, unit) if number_at(tokens, at) is not None else None


def _in_days(tokens: Sequence[Token], at: int, after: int, days: float, unit: str) -> Measure | None:
    """An age, or a stretch of days; None for other weeks and months."""
    end = after + 1
    rest = [token.word for token in tokens[end : end + 3]]
    if rest[:2] == ["and", "half"] or rest == ["and", "a", "half"]:
        end += 2 if rest[1] == "half" else 3
        days += 0.5 * DAYS[unit]
    if _is_age(tokens, at, end, unit, days):
        return Measure("age_days", days, at, end)
    return Measure("days", days, at, end) if unit in ("day", "days") else None


def _is_age(tokens: Sequence[Token], at: int, end: int, unit: str, days: float) -> bool:
    """Whether "N weeks" says how old the baby is."""
    before = words_before(tokens, at, 3)
    behind = word_at(tokens, end) if tokens[end - 1].stop is not Stop.SENTENCE else ""
    if before[-1:] == ["at"] and _ARRIVED.intersection(before):
        return False
    born = bool(_BORN.intersection(before)) or behind in _BORN or behind == "birth"
    carried = born and days > _SHORTEST_PREGNANCY
    if carried and tokens[end - 1].stop is Stop.CLAUSE:
        return False
    if behind in _OLD or (behind == "of" and word_at(tokens, end + 1) == "age") or (behind == "ago" and born):
        return True
    if behind in _NOT_AGE_AFTER or carried:
        return False
    if unit in ("weeker", "monther", "weekold", "monthold", "yo"):
        return not (unit == "weeker" and days > _SHORTEST_PREGNANCY)
    last = before[-1] if before else ""
    if last in _NOT_AGE_BEFORE or (last in ("the", "a") and len(before) > 1 and before[-2] in _NOT_AGE_BEFORE):
        return False
    return (DAYS[unit] in (7.0, 30.4) and unit != "w") or last in _AGE_LEADS


def _bare(tokens: Sequence[Token], at: int, after: int, value: float, unit: str) -> Measure | None:
    """A number without a unit of time."""
    if unit in ("breath", "breaths"):
        return Measure("breaths_per_minute", value, at, after + 1)
    if unit in COUNTED:
        return Measure("count", value, at, after)
    if unit in ("metre", "metres", "meter", "meters"):
        return Measure("fall_m", value, at, after + 1)
    if unit in ("feet", "foot", "ft"):
        return Measure("fall_m", value * 0.3048, at, after + 1)
    temperature = temperature_at(tokens, at, after, value, unit)
    return None if temperature is None else Measure("temperature_c", temperature[0], at, temperature[1])
