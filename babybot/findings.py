"""What triage finds: red flags with their status and grade, and what a conversation must remember of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

from babybot.context import Status
from babybot.measures import Measure
from babybot.model import RedFlag, Urgency

__all__ = ["NO_MEMORY", "UNLISTED", "WEIGHTS", "YOUNG_DAYS", "Assessment", "Finding", "Mention", "TriageMemory"]

YOUNG_DAYS: Final = 91.0
"""Under three months every present sign is raised one grade. Source: clinical brief 2.0."""
UNLISTED: Final = RedFlag(
    id="unlisted-sign", label="something that sounds like a warning sign", urgency=Urgency.URGENT, phrases=()
)
"""What the weights alone raise where it is not clear which red flag it is."""
WEIGHTS: Final = "weights"
"""The evidence of what the weights alone raise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One red flag that an utterance raised."""

    red_flag: RedFlag
    urgency: Urgency
    """After its status, the rules and the modifiers."""
    status: Status
    words: str | None = None
    """The words that raised it, as typed; None when they stood in an earlier turn or a rule of numbers raised it."""
    start: int | None = None
    """Where they begin in the utterance, in characters from 0."""
    end: int | None = None
    evidence: str = ""
    """The phrase, the rule's id, or `WEIGHTS`."""


class Mention(NamedTuple):
    """One place where a phrase matched, for `explain`: kept, or dropped and why."""

    red_flag: str
    phrase: str
    words: str
    outcome: str
    """A status, `masked`, or `contradicted` by the weights."""


class TriageMemory(NamedTuple):
    """What earlier turns of a conversation said that bears on triage."""

    age_days: float | None = None
    """The baby's age in days, the youngest told that was not put right."""
    temperature_c: float | None = None
    """The highest temperature said."""
    red_flags: tuple[str, ...] = ()
    """Ids of the red flags that were present or past in earlier turns."""
    signals: frozenset[str] = frozenset()
    """Ids of the rules whose phrases matched in earlier turns."""


NO_MEMORY: Final = TriageMemory()


class Assessment(NamedTuple):
    """What triage found in one utterance."""

    urgency: Urgency | None
    """The most urgent grade of the findings; None when there are none."""
    findings: tuple[Finding, ...]
    """Most urgent first, then in the order of the utterance; one a red flag."""
    memory: TriageMemory
    """To hand to the next turn's `assess`."""
    mentions: tuple[Mention, ...] = ()
    measures: tuple[Measure, ...] = ()
    raised_by: tuple[str, ...] = ()
    """What raised grades: ids of modifiers, `age`, `weights`, `two-urgent-flags`."""
    score: float | None = None
    """The weights' highest score over the utterance's windows; None without weights."""
