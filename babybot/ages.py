"""The baby's age as an utterance tells it: whether it tells nothing else, and how many weeks early a baby was born."""

from __future__ import annotations

from typing import Final

from babybot.measures import read_measures
from babybot.text import Token, tokens

__all__ = ["DAYS_A_MONTH", "is_age_alone", "months", "weeks_early", "without_ages"]

DAYS_A_MONTH: Final = 30.4
_TERM_WEEKS: Final = 40
_EARLY: Final = frozenset({"early", "premature", "prem", "preterm"})
_BORN: Final = frozenset(
    {"born", "delivered", "arrived", "came", "gestation", "prem", "premature", "premmie", "preemie", "preterm"}
)
_TURNS_ON: Final = frozenset({"still", "from", "until", "till", "after", "by", "past", "over", "under"})
_WORDS: Final = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
}  # fmt: skip
_IDLE: Final = frozenset(
    "he she it they is was be will ll are am the a an my our baby babys son daughter lo boy girl she her his and so "
    "ok oh btw by way forgot forget to say said mention mentioned sorry also just only about around nearly almost "
    "now today tomorrow next this last on at in of old age aged turned turns turning week weeks month months monday "
    "tuesday wednesday thursday friday saturday sunday weekend already well actually exactly roughly approx "
    "approximately should have i told you meant that does matter if helps help little one wee bub still only though "
    "birthday corrected adjusted born early premature prem preemie gestation"
    " but would been days day year years yes ps no not oops typo".split()
)
"""Words that may stand around an age that is all an utterance tells."""
_OF_AN_AGE: Final = 200
"""Characters of the longest utterance that may tell an age and nothing else."""


def months(age_days: float | None, early: float | None = None) -> float | None:
    """An age in months, for a premature baby counted from the due date."""
    return None if age_days is None else max(0.0, age_days - 7 * (early or 0.0)) / DAYS_A_MONTH


def is_age_alone(utterance: str) -> bool:
    """Whether an utterance tells an age and nothing else.

    >>> is_age_alone("he is 8 months btw"), is_age_alone("8 months and still startles")
    (True, False)
    """
    if len(utterance) > _OF_AN_AGE:
        return False
    found = tokens(utterance)
    ages = [measure for measure in read_measures(found) if measure.kind == "age_days"]
    inside = {at for measure in ages for at in range(measure.start, measure.end)}
    return bool(ages) and all(
        at in inside or token.word in _IDLE or token.word.isdecimal() for at, token in enumerate(found)
    )


def without_ages(utterance: str) -> str:
    """An utterance without the ages it tells, but for those that a question turns on ("still at 8 months").

    >>> without_ages("my 10 week old twitches")
    'my  twitches'
    """
    found = tokens(utterance[:2000])
    for measure in reversed(read_measures(found)):
        if measure.kind == "age_days" and not (measure.start and found[measure.start - 1].word in _TURNS_ON):
            end = measure.end + (measure.end < len(found) and found[measure.end].word in ("old", "olds"))
            utterance = utterance[: found[measure.start].start] + utterance[found[end - 1].end :]
    return utterance


def weeks_early(utterance: str) -> float | None:
    """Weeks before the due date, by "born at 32 weeks", "a 32 weeker" or "8 weeks early"; None where it is not told.

    >>> weeks_early("she was born at 32 weeks"), weeks_early("came 8 weeks early"), weeks_early("8 weeks old")
    (8.0, 8.0, None)
    """
    found = tokens(utterance[:2000])
    for at, token in enumerate(found):
        number = int(token.word) if token.word.isdecimal() and len(token.word) < 3 else _WORDS.get(token.word)
        if number is not None:
            early = _early(number, at, found)
            if early is not None:
                return early
    return None


def _early(number: int, at: int, found: tuple[Token, ...]) -> float | None:
    following = [token.word for token in found[at + 1 : at + 3]]
    before = {token.word for token in found[max(0, at - 4) : at]}
    if following[:1] in (["weeks"], ["week"], ["wks"], ["wk"], ["w"]):
        if following[1:2] and following[1] in _EARLY and number < 18:
            return float(number)
        if 22 <= number < 37 and (before & _BORN or (following[1:2] and following[1] in _BORN)):
            return float(_TERM_WEEKS - number)
    if following[:1] == ["weeker"] and 22 <= number < 37:
        return float(_TERM_WEEKS - number)
    return None
