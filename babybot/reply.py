"""What the bot says back, as frozen data, and its JSON form. How it comes about is left to the modules above."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from babybot.context import Status
from babybot.findings import Finding
from babybot.model import Contact, Entry, Source, Urgency
from babybot.retriever import Match

__all__ = ["LAST_RESORT", "Escalation", "Kind", "Reply"]

LAST_RESORT: Final = "Something went wrong. If your baby may be in danger, call your local emergency number now."
"""The one sentence that stands in the code, for when no knowledge can be read at all (promise 4 of the contract)."""

_JSON_STATUS: Final = {Status.UNSURE: Status.ASKED}
"""The contract's JSON knows no `unsure`; of its four, what was neither told nor denied is nearest to asked. Its urgency
is `watch`, which a sign that the parent asked about never has."""


class Kind(Enum):
    """What sort of reply it is."""

    ANSWER = "answer"
    """An entry's answer is shown, beside an escalation too."""
    CLARIFICATION = "clarification"
    """Entries are offered to choose from."""
    NO_MATCH = "no-match"
    SMALL_TALK = "small-talk"
    TRIAGE = "triage"
    """Only the escalation and what to do are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """How soon somebody must act, why, and whom to contact."""

    urgency: Urgency
    red_flags: tuple[Finding, ...]
    """Most urgent first; those of earlier turns carry no words."""
    text: str
    """The lines of the reply that say so."""
    contacts: tuple[Contact, ...] = ()
    """Whom the text sends to, the first to be called first."""

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready, as the contract has it."""
        return {
            "urgency": self.urgency.value,
            "text": self.text,
            "red_flags": [
                {
                    "id": finding.red_flag.id,
                    "label": finding.red_flag.label,
                    "urgency": finding.urgency.value,
                    "status": _JSON_STATUS.get(finding.status, finding.status).value,
                    "words": finding.words,
                    "start": finding.start,
                    "end": finding.end,
                }
                for finding in self.red_flags
            ],
            "contacts": [{"name": c.name, "number": c.number, "checked": c.checked} for c in self.contacts],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One reply."""

    utterance: str
    """What the parent typed, untouched."""
    kind: Kind
    text: str
    """All that is to be shown, escalation first, numbered suggestions last; only line breaks as control characters."""
    escalation: Escalation | None = None
    entry: Entry | None = None
    """The entry whose answer is shown."""
    answer: str | None = None
    """The answer shown, that for the baby's age where there is one; None without an entry."""
    score: float | None = None
    """The entry's score, 0-100; None without an entry and where it was chosen without a match."""
    sources: tuple[Source, ...] = ()
    """What the entry rests on."""
    matches: tuple[Match, ...] = ()
    """The five best distinct entries, best first."""
    suggestions: tuple[Entry, ...] = ()
    """Entries to offer next, in the order they are numbered in the text."""

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready, as the contract has it."""
        return {
            "utterance": self.utterance,
            "kind": self.kind.value,
            "text": self.text,
            "entry": self._entry_data(),
            "matches": [{"id": m.entry.id, "question": m.question, "score": m.score} for m in self.matches],
            "escalation": None if self.escalation is None else self.escalation.to_dict(),
            "suggestions": [{"id": entry.id, "question": entry.questions[0]} for entry in self.suggestions],
        }

    def _entry_data(self) -> dict[str, Any] | None:
        if self.entry is None:
            return None
        return {
            "id": self.entry.id,
            "title": self.entry.title,
            "answer": self.answer,
            "score": self.score,
            "sources": [{"title": s.title, "publisher": s.publisher, "url": s.url} for s in self.sources],
            "reviewed": self.entry.reviewed,
        }
