"""Units of time and of other things that numbers are told with, misspelt or not."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from rapidfuzz.distance import OSA

from babybot.lexicon import real_words

__all__ = ["COUNTED", "DAYS", "LETTERS", "OTHER_UNITS", "SECONDS", "unit_of"]


def _table(text: str) -> Mapping[str, float]:
    """`second 1: s sec secs` -> every word of the line with its value."""
    table: dict[str, float] = {}
    for line in text.strip().splitlines():
        head, _, aliases = line.partition(":")
        unit, value = head.split()
        table.update(dict.fromkeys([unit, unit + "s", *aliases.split()], float(value)))
    return table


SECONDS: Final = _table(
    """
    second 1: s sec secs
    minute 60: min mins minit minits minuet minuets
    hour 3600: hr hrs h
    """
)
DAYS: Final = _table(
    """
    day 1: d
    week 7: wk wks w weeker weekold
    month 30.4: mo mos mth mths mnth mnths mon m monther monthold
    year 365: yr yrs y yo
    """
)
_GUESSED: Final = ("second", "seconds", "minute", "minutes", "week", "weeks", "month", "months", "days")
"""Units that may be misspelt."""
LETTERS: Final = frozenset({"s", "h", "d", "w", "m", "y"})
"""Units of one letter: only after digits."""
OTHER_UNITS: Final = frozenset(
    "week weeks wk wks centile percentile cm kg ml mls oz lb lbs minutes mins min seconds secs hours hrs times percent"
    " bpm days months pounds euros dollars pm am ounces grams years size miles iu mg mcg"
    " micrograms g gram litres calories quid euro dollar rupees people guests".split()
)
"""Words behind a number that is no temperature: its unit, or what it counts."""
COUNTED: Final = frozenset("times time goes of jerks spasms nods fits seizures episodes jolts startles drops x".split())


@lru_cache(maxsize=2000)
def unit_of(word: str) -> str:
    """A unit as it is listed, misspelt or not; any other word as it is."""
    if word in DAYS or word in SECONDS or len(word) < 4 or word in real_words():
        return word
    most = 1 if len(word) < 6 else 2
    nearest = min(_GUESSED, key=lambda unit: (OSA.distance(word, unit), unit))
    return nearest if OSA.distance(word, nearest) <= most and nearest[0] == word[0] else word
