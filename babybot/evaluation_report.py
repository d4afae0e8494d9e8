"""Outcomes of an evaluation -> shares, lines that show them with every miss, and what is below the least asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from babybot.evaluation import Outcome, Verdict

__all__ = ["Minima", "report_lines", "share"]

Line = tuple[str, str]

_SECTIONS: Final = (
    ("messages with a red flag", (Verdict.RECALL, Verdict.URGENCY), ("kind", "style", "flag")),
    ("benign messages", (Verdict.CALM, Verdict.SILENT), ("kind", "style")),
    ("questions", (Verdict.HIT1, Verdict.HIT3, Verdict.SERVED, Verdict.NOT_WRONG), ("style",)),
    ("turns of dialogues", (Verdict.TURN, Verdict.TURN_ESCALATES), ()),
)
_SAYS: Final = {
    Verdict.RECALL: "escalate (recall)",
    Verdict.URGENCY: "urgent enough (present and past signs)",
    Verdict.CALM: "raise no alarm",
    Verdict.SILENT: "bring no quiet word either",
    Verdict.HIT1: "have a right entry first (hit@1)",
    Verdict.HIT3: "have one among the first three (hit@3)",
    Verdict.SERVED: "are served a right answer",
    Verdict.NOT_WRONG: "are served no wrong answer",
    Verdict.TURN: "hold",
    Verdict.TURN_ESCALATES: "escalate as they must",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Minima:
    """What a run must reach, as shares from 0 to 1; None asks for nothing."""

    min_recall: float | None = None
    max_false_alarms: float | None = None
    """Share of benign messages that may raise an alarm, inclusive."""
    min_urgency: float | None = None
    min_hit1: float | None = None
    min_hit3: float | None = None
    min_turns: float | None = None

    def missed_by(self, outcomes: Sequence[Outcome]) -> list[str]:
        """A line for each share that is below what is asked for, or that nothing was measured for."""
        asked = (
            (Verdict.RECALL, self.min_recall),
            (Verdict.CALM, None if self.max_false_alarms is None else 1 - self.max_false_alarms),
            (Verdict.URGENCY, self.min_urgency),
            (Verdict.HIT1, self.min_hit1),
            (Verdict.HIT3, self.min_hit3),
            (Verdict.TURN, self.min_turns),
        )
        return [line for verdict, least in asked if least is not None for line in _below(outcomes, verdict, least)]


def _below(outcomes: Sequence[Outcome], verdict: Verdict, least: float) -> Iterator[str]:
    held, judged = share(outcomes, verdict)
    if not judged:
        yield f"{verdict.value}: no message was judged for it"
    elif held / judged < least - 1e-9:
        yield f"{verdict.value}: {held / judged:.1%} is below {least:.1%}"


def share(outcomes: Sequence[Outcome], verdict: Verdict) -> tuple[int, int]:
    """How many held of how many that were judged for a verdict."""
    judged = [outcome.verdicts[verdict] for outcome in outcomes if verdict in outcome.verdicts]
    return sum(judged), len(judged)


def report_lines(outcomes: Sequence[Outcome]) -> list[Line]:
    """Shares with their groups, then every miss; styles are `heading`, `dim`, `error` and none."""
    return [line for title, verdicts, groups in _SECTIONS for line in _section(outcomes, title, verdicts, groups)]


def _section(
    outcomes: Sequence[Outcome], title: str, verdicts: tuple[Verdict, ...], groups: tuple[str, ...]
) -> Iterator[Line]:
    judged = [outcome for outcome in outcomes if verdicts[0] in outcome.verdicts]
    if not judged:
        return
    yield "heading", f"{len(judged)} {title}"
    for verdict in verdicts:
        held, count = share(judged, verdict)
        if count:
            yield "", f"  {held / count:6.1%}  {held}/{count} {_SAYS[verdict]}"
    for group in groups:
        yield "dim", f"  {_SAYS[verdicts[0]]}, by {group}: {_by_group(judged, group, verdicts[0])}"
    for outcome in judged:
        missed = [verdict.value for verdict, held in outcome.verdicts.items() if not held]
        if missed:
            yield from _miss(outcome, missed)


def _by_group(outcomes: Sequence[Outcome], group: str, verdict: Verdict) -> str:
    names = sorted({outcome.groups[group] for outcome in outcomes if group in outcome.groups})
    shares = ((name, share([o for o in outcomes if o.groups.get(group) == name], verdict)) for name in names)
    return ", ".join(f"{name} {held}/{count}" for name, (held, count) in shares)


def _miss(outcome: Outcome, missed: list[str]) -> Iterator[Line]:
    labels = " ".join(outcome.groups.values())
    yield "error", f"  {outcome.place}: missed {', '.join(missed)}{f' [{labels}]' if labels else ''}"
    yield "", f"      {outcome.text}"
    yield "", f"      expected {outcome.expected}; found {outcome.found}"
