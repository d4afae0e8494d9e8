"""How soon somebody must act: every place where a red flag was found, graded by itself, and what raises a grade.

What is found where is `triage.py`'s; the grades follow the contract's table.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Final, NamedTuple

from babybot.context import TOLD, Status
from babybot.findings import UNLISTED, WEIGHTS, YOUNG_DAYS, Finding, Mention
from babybot.matching import Reading
from babybot.measures import Measure
from babybot.model import Urgency
from babybot.weights import WINDOW, Window

__all__ = ["Case", "Sighting", "graded", "raise_grades"]

_WEIGHT: Final = {status: weight for weight, status in enumerate(Status)}


class Sighting(NamedTuple):
    """One place where a red flag was found, graded by itself, so that no other place can lower it."""

    finding: Finding
    words: tuple[int, ...] = ()
    """Indexes of the tokens it rests on; none where earlier turns told them."""


@dataclass(slots=True)
class Case:
    """The assessment of one utterance while it is made."""

    reading: Reading
    windows: Sequence[Window]
    sightings: list[Sighting] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    raised_by: list[str] = field(default_factory=list)
    grave: frozenset[tuple[int, int]] = frozenset()
    """First and last sentence, exclusive, of the windows that are sure to tell of an emergency."""
    denying: frozenset[int] = frozenset()
    """Sentences of which the weights can believe that they deny a sign."""
    masked: set[tuple[str, int]] = field(default_factory=set)
    """Red flags of which an innocent reading hides a phrase, each with the sentence."""
    told: tuple[Measure, ...] = ()
    """The measures that are told of this baby."""
    age: float | None = None
    """The baby's, in days."""

    def grave_at(self, first: int) -> list[tuple[int, int]]:
        """The grave windows that hold a sentence."""
        near = (
            (begin, end)
            for begin in range(first - WINDOW + 1, first + 1)
            for end in range(first + 1, begin + WINDOW + 1)
        )
        return [window for window in near if window in self.grave]

    def raise_at(self, at: int, urgency: Urgency, *reasons: str) -> None:
        finding, words = self.sightings[at]
        self.sightings[at] = Sighting(replace(finding, urgency=urgency), words)
        self.raised_by.extend(reasons)

    def findings(self) -> list[Finding]:
        """One a red flag, the most urgent; what the weights alone heard only where no phrase tells of as much."""
        best = _best(finding for finding, _ in self.sightings if finding.evidence != WEIGHTS)
        named = max((finding.urgency for finding in best.values() if finding.status in TOLD), default=Urgency.WATCH)
        for flag, heard in _best(finding for finding, _ in self.sightings if finding.evidence == WEIGHTS).items():
            if flag in best and best[flag].status in TOLD:
                best[flag] = replace(best[flag], urgency=max(best[flag].urgency, heard.urgency))
            elif flag not in best or _order(heard) < _order(best[flag]):
                if heard.urgency > named or not best:
                    best[flag] = heard
        return sorted(best.values(), key=lambda f: (-f.urgency.rank, f.start or 0, f.red_flag.id))


def graded(urgency: Urgency, status: Status) -> Urgency:
    """A flag's grade by how it is mentioned. Source: the contract's table; `unsure` is a quiet word beside silence."""
    if status in (Status.DENIED, Status.UNSURE):
        return Urgency.WATCH
    if status is Status.ASKED:
        return min(urgency, Urgency.URGENT)
    return urgency


def raise_grades(case: Case, modifiers: Sequence[str], before: set[str]) -> None:
    """Raise grades: by the weights, by age, by modifiers once, and to emergency for two urgent flags.

    Args:
        case: whose sightings are raised.
        modifiers: ids of the modifiers that are told.
        before: ids of the urgent red flags that earlier turns told.
    """
    is_young = case.age is not None and case.age < YOUNG_DAYS
    _hear_emergencies(case)
    for at, (finding, _) in enumerate(case.sightings):
        if finding.red_flag is UNLISTED:
            continue  # Source: the contract's table
        reasons = [*modifiers] * (finding.status is Status.PRESENT) + ["age"] * (is_young and finding.status in TOLD)
        if reasons:
            case.raise_at(at, finding.urgency.raised(), *reasons)
    if _adds_up(case, before):
        for at, (finding, _) in enumerate(case.sightings):
            if finding.urgency is Urgency.URGENT and finding.status in TOLD:
                case.raise_at(at, Urgency.EMERGENCY, "two-urgent-flags")


def _hear_emergencies(case: Case) -> None:
    """Raise what is told where the weights are sure of an emergency; rules raise as they say, temperatures by rules."""
    sentence = case.reading.sentence
    for at, (finding, words) in enumerate(case.sightings):
        if finding.words is not None and finding.status in TOLD and finding.urgency is Urgency.URGENT:
            first, last = sentence[words[0]], sentence[words[-1]]
            if any(begin <= first and last < end for begin, end in case.grave_at(first)):
                case.raise_at(at, Urgency.EMERGENCY, WEIGHTS)


def _best(findings: Iterable[Finding]) -> dict[str, Finding]:
    """Of each red flag the most urgent finding."""
    best: dict[str, Finding] = {}
    for finding in findings:
        before = best.get(finding.red_flag.id)
        if before is None or _order(finding) < _order(before):
            best[finding.red_flag.id] = finding
    return best


def _order(finding: Finding) -> tuple[int, int]:
    """The most urgent first, of equal ones the most present."""
    return -finding.urgency.rank, _WEIGHT[finding.status]


def _adds_up(case: Case, before: set[str]) -> bool:
    """Whether two red flags, urgent or more and told of this baby, rest on words of their own.

    One may have been told before. Beside another flag of the same message what the weights alone heard does not count.
    """
    urgent = {
        (finding.red_flag.id, finding.evidence == WEIGHTS, words)
        for finding, words in case.sightings
        if finding.urgency >= Urgency.URGENT and finding.status in TOLD
    }
    if any(before - {flag} for flag, _, _ in urgent):
        return True
    listed = [(flag, set(words)) for flag, is_heard, words in urgent if not is_heard]
    return any(one[0] != other[0] and not one[1] & other[1] for one, other in combinations(listed, 2))
