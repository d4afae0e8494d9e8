"""The part of a reply that follows the escalation, and how the parts make one text. What it holds is decided in
`dialogue.py`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from babybot.model import Entry, KnowledgeBase, Source
from babybot.reply import Escalation, Kind, Reply
from babybot.retriever import Match
from babybot.wording import Wording

__all__ = ["Body", "checklist_lines", "composed", "offer_lines", "source_lines"]


class Body(NamedTuple):
    """What is said besides the escalation."""

    kind: Kind
    lines: tuple[str, ...] = ()
    """Paragraphs before the entry's answer."""
    entry: Entry | None = None
    answer: str | None = None
    score: float | None = None
    offers: tuple[Entry, ...] = ()
    """Entries to offer, most fitting first."""
    topics: tuple[str, ...] = ()
    """Topics to offer instead of entries."""
    offer_key: str = "see_also"
    """The message that leads to the offers."""
    found: bool = True
    """Whether it is an answer to what was said; three times not, and the parent gets a different kind of help."""
    ends_alarm: bool = False
    """Whether help has taken over, so that the escalation stands no more."""
    repeats: bool = False
    """Whether a standing advice to see a doctor is to be said again."""


def offer_lines(titles: Sequence[str], lead: str) -> str:
    """A numbered list."""
    return "\n".join([lead, *(f"{number}. {title}" for number, title in enumerate(titles, start=1))]) if titles else ""


def checklist_lines(knowledge: KnowledgeBase, wording: Wording) -> str:
    """The checklist's question with its signs, numbered."""
    return offer_lines([item.text for item in knowledge.checklist], wording.say("checklist_question"))


def source_lines(entry: Entry, sources: Iterable[Source], wording: Wording) -> str:
    """What an entry rests on and who has reviewed it."""
    named = [_named(source) for source in sources]
    reviewed = wording.say("sources_reviewed" if entry.reviewed else "sources_unreviewed", date=entry.reviewed or "")
    return "\n".join([wording.say("sources_of"), *named, reviewed]) if named else wording.say("sources_none")


def _named(source: Source) -> str:
    year = f" ({source.year})" if source.year else ""
    return f"- {source.publisher}: {source.title}{year}" + (f", {source.url}" if source.url else "")


def composed(
    utterance: str,
    body: Body,
    escalation: Escalation | None,
    matches: Sequence[Match],
    knowledge: KnowledgeBase,
    wording: Wording,
    *,
    asks: bool,
    picks: bool = True,
    watch: str = "",
) -> Reply:
    """One reply: escalation first, then the body, the answer, the offers or the checklist, and a `watch` line last.

    Args:
        utterance, body, escalation, matches: what it is made of.
        knowledge, wording: where texts come from.
        asks: whether the checklist is asked; it then takes the place of the offers.
        picks: whether a number can be typed in answer; what is offered is listed without numbers otherwise.
        watch: the quiet word about signs that were only denied, or perhaps mentioned.
    """
    lead = escalation.text if escalation is not None and not watch else ""
    sources = [knowledge.sources[key] for key in body.entry.sources if key in knowledge.sources] if body.entry else []
    answer = wording.fill(body.answer) if body.answer else ""
    further = checklist_lines(knowledge, wording) if asks else _offers(body, knowledge, wording, picks=picks)
    parts = [lead, *body.lines, answer, further, watch]
    return Reply(
        utterance=utterance,
        kind=body.kind,
        text="\n\n".join(part.strip() for part in parts if part.strip()),
        escalation=escalation,
        entry=body.entry,
        answer=answer or None,
        score=body.score,
        sources=tuple(sources),
        matches=tuple(matches)[:5],
        suggestions=() if asks else body.offers,
    )


def _offers(body: Body, knowledge: KnowledgeBase, wording: Wording, *, picks: bool) -> str:
    """The entries or topics offered, numbered where a number can pick one."""
    titles = [entry.title for entry in body.offers] or [knowledge.topics.get(topic, topic) for topic in body.topics]
    if not titles:
        return ""
    if picks:
        return offer_lines(titles, wording.say(body.offer_key))
    return "\n".join([wording.say(f"{body.offer_key}_plain"), *(f"- {title}" for title in titles)])
