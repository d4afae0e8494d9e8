"""One turn of a conversation as far as it is understood. What is said to it is left to the modules above."""

from __future__ import annotations

from typing import Final, NamedTuple

from babybot.answers import Answer
from babybot.context import TOLD
from babybot.findings import Finding
from babybot.follow_up import Ranking
from babybot.memory import State
from babybot.model import Urgency
from babybot.small_talk import Heard

__all__ = ["Turn"]

_WORRY: Final = "parent-instinct"
"""The red flag of a parent who feels that something is wrong."""


class Turn(NamedTuple):
    """One turn as far as it is understood."""

    utterance: str
    heard: Heard
    answer: Answer
    """To the checklist."""
    findings: tuple[Finding, ...]
    """Above `watch`, of this turn."""
    back: tuple[Finding, ...]
    """Standing findings that it takes back."""
    earlier: tuple[Finding, ...]
    """These as they stood before, most urgent first."""
    was: tuple[Finding, ...]
    """What stood before it."""
    state: State
    """What is known now."""
    ranking: Ranking

    @property
    def is_urgent(self) -> bool:
        """Whether no entry that reassures may be shown."""
        return self.state.is_alarmed or any(finding.urgency >= Urgency.URGENT for finding in self.findings)

    @property
    def is_news(self) -> bool:
        """Whether it tells of a sign that did not stand before, or a more urgent one; that a parent is frightened is
        none while as much stands."""
        known = {finding.red_flag.id: finding.urgency for finding in self.was}
        known[_WORRY] = max(known.values(), default=Urgency.WATCH)
        return any(f.status in TOLD and f.urgency > known.get(f.red_flag.id, Urgency.WATCH) for f in self.findings)
