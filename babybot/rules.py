"""What numbers and circumstances tell: the baby's age, the numeric rules, and the modifiers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Final

from babybot.context import TOLD, Status, status_of
from babybot.findings import Finding, TriageMemory
from babybot.grading import Case, Sighting
from babybot.matching import Reading, Span
from babybot.measures import Measure
from babybot.model import Modifier, RedFlag, Rule
from babybot.spotting import Spots
from babybot.subject import has_own_fever

__all__ = ["age_told", "apply_rules", "modifiers_told", "of_baby"]

_CORRECTS: Final = frozenset({"sorry", "meant", "mean", "actually", "typo", "wrong", "correction", "oops"})
"""Words by which a parent puts right what was said before."""
_MEANT: Final = frozenset({"meant", "mean"})
"""Words before an age that is the baby's, though the parent is the one who meant it."""


def of_baby(measures: Iterable[Measure], reading: Reading) -> tuple[Measure, ...]:
    """The measures that are told of this baby: no adult's temperature, none that is denied."""
    return tuple(
        measure
        for measure in measures
        if status_of(Span(measure.start, measure.end, (measure.start,)), reading.tokens, reading.sentence)
        not in (Status.OTHER, Status.DENIED)
        and not (measure.kind == "temperature_c" and has_own_fever(reading.tokens, measure.start))
    )


def age_told(reading: Reading, memory: TriageMemory) -> float | None:
    """The baby's age in days: the youngest that is said, or was said before and is not put right.

    An older age alone is no correction: it may be a brother's, and the younger baby is in the greater danger.
    """
    said = [measure for measure in reading.measures if measure.kind == "age_days"]
    correcting = {
        number for token, number in zip(reading.tokens, reading.sentence, strict=True) if token.word in _CORRECTS
    }
    babys = of_baby(said, reading)
    right = [
        measure
        for measure in said
        if reading.sentence[measure.start] in correcting
        and (measure in babys or (measure.start and reading.tokens[measure.start - 1].word in _MEANT))
    ]
    before = [memory.age_days] if memory.age_days is not None and not right else []
    return min((*(measure.value for measure in said), *before), default=None)


def modifiers_told(modifiers: Iterable[Modifier], spots: Spots) -> list[str]:
    """Ids of the modifiers that are told."""
    return [one.id for one in modifiers if any(spots.status(span) in TOLD for span in spots.of_modifier(one.id))]


def apply_rules(
    rules: Sequence[Rule], flags: Mapping[str, RedFlag], case: Case, spots: Spots, memory: TriageMemory
) -> frozenset[str]:
    """Raise what the numeric rules raise, each with the words it rests on.

    Returns:
        The ids of the rules whose phrases have matched so far.
    """
    phrases: dict[str, set[int]] = {}
    for rule in rules:
        for span in spots.of_rule(rule):
            if spots.status(span) in TOLD:
                phrases.setdefault(rule.id, set()).update(span.words)
    heard = memory.signals | phrases.keys()
    told = [(finding.red_flag.id, words) for finding, words in case.sightings if finding.status in TOLD]
    present = {flag for flag, _ in told} | set(memory.red_flags)
    if not case.sightings and not case.reading.measures and heard == memory.signals:
        return heard  # nothing new
    for rule in rules:
        flag = flags.get(rule.red_flag)
        if flag is not None and _holds(rule, case, present, heard, memory):
            rests = phrases.get(rule.id, set()).union(*(words for id_, words in told if id_ in rule.red_flags))
            rests.update(at for m in case.told if m.kind in rule.measures for at in range(m.start, m.end))
            finding = Finding(red_flag=flag, urgency=rule.urgency, status=Status.PRESENT, evidence=rule.id)
            case.sightings.append(Sighting(finding, tuple(sorted(rests))))
    return heard


def _holds(rule: Rule, case: Case, present: Set[str], heard: Set[str], memory: TriageMemory) -> bool:
    if rule.red_flags and not rule.red_flags & present:
        return False
    if rule.phrases and rule.id not in heard:
        return False
    for kind, bound in rule.measures.items():
        values = [measure.value for measure in case.told if measure.kind == kind]
        if kind == "age_days" and case.age is not None:
            values = [case.age, *(values if bound.under is None else ())]
        elif kind == "temperature_c" and memory.temperature_c is not None:
            values.append(memory.temperature_c)
        if not any(bound.holds(value) for value in values):
            return False
    return True
