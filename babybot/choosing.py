"""Which entry is shown, or which are offered, for a ranking. Beside `urgent` and `emergency` no entry that reassures
is ever chosen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from babybot.escalation import CARER
from babybot.findings import WEIGHTS, Finding
from babybot.follow_up import Ranking
from babybot.model import Entry, Urgency
from babybot.retriever import Band, Match, Retriever

__all__ = ["Chosen", "agrees", "beside", "choose", "nearest"]

OFFERED: Final = 3
"""Entries offered at most."""
_LEAN_LOWER: Final = 0.8
"""Times the retriever's lower threshold that a follow-up's best entry needs where it is the last one or near to it."""
_BY_LABEL: Final = 0.5
"""Share of a red flag's own ranking in what is shown beside an escalation."""
_LABELLED: Final = 3
"""Entries of a red flag's own ranking that fit."""
_LAST: Final = 6.0
"""Points for the entry shown last, beside an escalation."""
_HELPS: Final = 4.0
"""Points for an entry on first aid, on whom to call, or on what these lead to, beside an escalation."""
_AID: Final = ("seizure-first-aid", "call-doctor")
_ABOUT_HELP: Final = frozenset({"warning", "doctor", "record", "pointers"})
"""Topics whose entries may stand beside `urgent` and `emergency`; tips for sleep would contradict them."""
_LEAST_BESIDE: Final = 1.25
"""Times the retriever's lower threshold that an entry needs to be shown beside an escalation."""


class Chosen(NamedTuple):
    """An entry to show, or entries to offer; neither for no match."""

    match: Match | None = None
    offers: tuple[Entry, ...] = ()


def nearest(matches: Iterable[Match]) -> tuple[Entry, ...]:
    """The entries of the best matches."""
    return tuple(match.entry for match in matches)[:OFFERED]


def choose(ranking: Ranking, retriever: Retriever) -> Chosen:
    """The best match where it is good enough to answer with, else the nearest where they are good enough to offer."""
    best = ranking.matches[0] if ranking.matches else None
    if best and best.entry.id in ranking.near and best.score >= _LEAN_LOWER * retriever.lower_threshold:
        return Chosen(match=best)
    band = retriever.band(ranking.matches)
    if band is Band.ANSWER:
        return Chosen(match=ranking.matches[0])
    return Chosen(offers=nearest(ranking.matches)) if band is Band.CLARIFY else Chosen()


def beside(ranking: Ranking, retriever: Retriever, findings: Sequence[Finding], last: Entry | None) -> Match | None:
    """An entry that fits beside `urgent` or `emergency`, if one matches well: the utterance's best, a red flag's own,
    or the last one."""
    scores = {match.entry.id: match.score for match in ranking.matches}
    best = {match.entry.id: match for match in ranking.matches}
    fitting = {match.entry.id for match in ranking.matches[:1]}
    for finding in _leading(findings):
        for match in retriever.rank(finding.red_flag.label, _LABELLED):
            scores[match.entry.id] = scores.get(match.entry.id, 0.0) + _BY_LABEL * match.score
            best.setdefault(match.entry.id, match)
            fitting.add(match.entry.id)
    if last is not None and last.id in scores and ranking.leans:
        scores[last.id] += _LAST
        fitting.add(last.id)
    for entry_id in _helping(best):
        scores[entry_id] += _HELPS
        fitting.add(entry_id)
    allowed = [entry_id for entry_id in fitting if agrees(best[entry_id].entry)]
    chosen = max(allowed, key=lambda entry_id: (scores[entry_id], entry_id), default=None)
    return best[chosen] if chosen and scores[chosen] >= retriever.lower_threshold * _LEAST_BESIDE else None


def agrees(entry: Entry) -> bool:
    """Whether an entry may stand beside `urgent` or `emergency`: about danger or help, and never reassuring."""
    return entry.topic in _ABOUT_HELP and not entry.reassures


def _leading(findings: Sequence[Finding]) -> list[Finding]:
    """The two most urgent findings about the baby, whose labels say what they are."""
    about_baby = [
        f for f in findings if f.urgency >= Urgency.DOCTOR and f.red_flag.id not in CARER and f.evidence != WEIGHTS
    ]
    return about_baby[:2]


def _helping(best: Mapping[str, Match]) -> set[str]:
    """Of some entries those on first aid and help, and those that these lead to."""
    aid = [best[entry_id].entry for entry_id in _AID if entry_id in best]
    return {entry_id for entry in aid for entry_id in (entry.id, *entry.see_also) if entry_id in best}
