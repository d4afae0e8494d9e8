"""What a conversation remembers between turns, and its JSON form. What a turn makes of it is left to the modules
above."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any, Final, NamedTuple

from babybot.context import TOLD, Status
from babybot.findings import NO_MEMORY, Finding, TriageMemory
from babybot.measures import MOST_DAYS
from babybot.model import KnowledgeBase, RedFlag, Urgency

__all__ = ["FORMAT", "START", "Numbers", "State", "from_data", "strong", "to_data"]

FORMAT: Final = 1
"""Raised whenever the form changes; other forms are refused."""


class Numbers(Enum):
    """What a number typed now picks from."""

    NOTHING = "nothing"
    OFFERS = "offers"
    CHECKLIST = "checklist"


class State(NamedTuple):
    """Everything that earlier turns leave for the next."""

    triage: TriageMemory = NO_MEMORY
    standing: tuple[Finding, ...] = ()
    """Red flags told or asked about that no clinician has seen yet, most urgent first."""
    last: str | None = None
    """Id of the entry last shown."""
    topic: str | None = None
    """Id of the entry last shown, or offered first, which a short follow-up is about."""
    before: str | None = None
    """Id of the entry that was the topic before that, another one."""
    offered: tuple[str, ...] = ()
    """Ids of the entries last offered, in the order of their numbers; `topic:` begins a topic's name."""
    numbers: Numbers = Numbers.NOTHING
    checklist_asked: bool = False
    checklist_open: bool = False
    """Whether the checklist was asked and not answered yet."""
    denied: tuple[str, ...] = ()
    """Ids of the red flags denied in the turn before."""
    unsure: tuple[str, ...] = ()
    """Ids of the red flags perhaps mentioned in the turn before."""
    seen: tuple[str, ...] = ()
    """Ids of the red flags told before help came, or a doctor saw the baby."""
    misses: int = 0
    """Replies in a row that found nothing."""
    recent: tuple[str, ...] = ()
    """The last few utterances, oldest first, to be assessed again when the age is told."""
    weeks_early: float | None = None
    """Weeks before the due date at birth, for a premature baby."""

    @property
    def is_alarmed(self) -> bool:
        """Whether something urgent was told of this baby or carer."""
        return bool(strong(self.standing))


START: Final = State()


def strong(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those that tell of something urgent."""
    return tuple(f for f in findings if f.urgency >= Urgency.URGENT and f.status in TOLD)


def to_data(state: State) -> dict[str, Any]:
    """State -> JSON-ready data."""
    memory = state.triage
    return {
        "age_days": memory.age_days,
        "temperature_c": memory.temperature_c,
        "red_flags": list(memory.red_flags),
        "signals": sorted(memory.signals),
        "standing": [
            {
                "id": f.red_flag.id,
                "label": f.red_flag.label,
                "urgency": f.urgency.value,
                "status": f.status.value,
                "words": f.words,
                "evidence": f.evidence,
            }
            for f in state.standing
        ],
        "last": state.last,
        "topic": state.topic,
        "before": state.before,
        "offered": list(state.offered),
        "numbers": state.numbers.value,
        "checklist_asked": state.checklist_asked,
        "checklist_open": state.checklist_open,
        "denied": list(state.denied),
        "unsure": list(state.unsure),
        "seen": list(state.seen),
        "misses": state.misses,
        "recent": list(state.recent),
        "weeks_early": state.weeks_early,
    }


def from_data(data: Mapping[str, Any], knowledge: KnowledgeBase) -> State:
    """What `to_data` wrote -> state. Red flags that the knowledge has no more keep their label and urgency.

    Raises:
        ValueError: for anything else.
    """
    try:
        return State(
            triage=TriageMemory(
                age_days=_number(data["age_days"], 0.0, MOST_DAYS),
                temperature_c=_number(data["temperature_c"], 0.0, 100.0),
                red_flags=_texts(data["red_flags"]),
                signals=frozenset(_texts(data["signals"])),
            ),
            standing=_findings(data["standing"], knowledge),
            last=_entry(data["last"], knowledge),
            topic=_entry(data["topic"], knowledge),
            before=_entry(data["before"], knowledge),
            offered=tuple(name for name in _texts(data["offered"]) if _is_offered(name, knowledge)),
            numbers=Numbers(data["numbers"]),
            checklist_asked=_flag(data["checklist_asked"]),
            checklist_open=_flag(data["checklist_open"]),
            denied=_texts(data["denied"]),
            unsure=_texts(data.get("unsure", ())),
            seen=_texts(data.get("seen", ())),
            misses=int(_number(data["misses"], 0.0, 1e6) or 0),
            recent=_texts(data["recent"]),
            weeks_early=_number(data["weeks_early"], 0.0, 20.0),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"this is no saved conversation: {error}") from None


def _findings(data: Iterable[Mapping[str, Any]], knowledge: KnowledgeBase) -> tuple[Finding, ...]:
    flags = {flag.id: flag for flag in knowledge.red_flags}
    found = []
    for item in data:
        urgency, label = Urgency(item["urgency"]), _text(item["label"])
        flag = flags.get(item["id"]) or RedFlag(id=_text(item["id"]), label=label, urgency=urgency, phrases=())
        words = None if item["words"] is None else _text(item["words"])
        evidence = _text(item.get("evidence", ""))
        found.append(
            Finding(red_flag=flag, urgency=urgency, status=Status(item["status"]), words=words, evidence=evidence)
        )
    return tuple(sorted(found, key=lambda finding: -finding.urgency.rank))


def _is_offered(name: str, knowledge: KnowledgeBase) -> bool:
    topic = name.removeprefix("topic:")
    return topic in knowledge.topics if topic != name else knowledge.entry(name) is not None


def _entry(value: object, knowledge: KnowledgeBase) -> str | None:
    """An entry's id; None where the knowledge has it no more."""
    return None if value is None or knowledge.entry(_text(value)) is None else _text(value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"expected text, found {type(value).__name__}")
    return value


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        raise ValueError(f"expected a list, found {type(value).__name__}")
    return tuple(_text(item) for item in value)


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"expected true or false, found {value!r}")
    return value


def _number(value: object, least: float, most: float) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise ValueError(f"expected a number from {least:g} to {most:g}, found {value!r}")
    return float(value)
