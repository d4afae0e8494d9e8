"""One turn: what an utterance tells and the state before it -> the reply and the state after it.

Pure: the same knowledge, utterance and state give the same reply. Triage has run before; whatever is chosen here stands
below its escalation.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType
from typing import Final, NamedTuple

from babybot.ages import weeks_early
from babybot.answers import Answer, Says
from babybot.asking import asked_part
from babybot.body import Body, composed
from babybot.context import TOLD, Status
from babybot.escalation import escalate, merged, repeat, watch_line
from babybot.findings import UNLISTED, Finding, TriageMemory
from babybot.follow_up import Ranker, Ranking
from babybot.memory import Numbers, State, strong
from babybot.model import KnowledgeBase, Urgency
from babybot.reply import Escalation, Kind, Reply
from babybot.responses import Responder
from babybot.retriever import Retriever
from babybot.small_talk import Heard, Listener
from babybot.speaking import SIGN_LISTS
from babybot.telling import Told, across_turns, answered, confirmed, half_heard, reversed_denials, taken_back, unpicks
from babybot.turn import Turn
from babybot.wording import Wording

__all__ = ["Dialogue"]

_MOVEMENTS: Final = frozenset({"basics", "causes"})
"""Topics about the movements: a parent who asks about one of their causes has seen some."""


class _Facts(NamedTuple):
    """What a turn tells, all sources together."""

    answer: Answer
    findings: tuple[Finding, ...]
    """Above `watch`, most urgent first."""
    quiet: tuple[Finding, ...]
    """Denied, or perhaps mentioned."""
    back: tuple[Finding, ...]
    """Standing findings taken back."""
    before: tuple[Finding, ...]
    """What stood before, those taken back at `doctor`."""
    standing: tuple[Finding, ...]
    """What stands after this turn."""


class Dialogue:
    """Knows how to take a turn. Immutable; safe to share between threads."""

    def __init__(self, knowledge: KnowledgeBase, retriever: Retriever, listener: Listener) -> None:
        self._knowledge = knowledge
        self._retriever = retriever
        self._listener = listener
        self._ranker = Ranker(knowledge, retriever)
        self._measured = frozenset(rule.red_flag for rule in knowledge.rules if "temperature_c" in rule.measures)
        self._flags = MappingProxyType({UNLISTED.id: UNLISTED, **{flag.id: flag for flag in knowledge.red_flags}})

    def respond(
        self, utterance: str, told: Told, state: State, wording: Wording, *, chatting: bool
    ) -> tuple[Reply, State]:
        """Take a turn.

        Args:
            utterance: as typed.
            told: what triage found in it.
            state: what earlier turns left.
            wording: the messages for the region.
            chatting: whether the parent can answer, so that the checklist may be asked.
        """
        heard = self._listener.hear(utterance)
        facts = self._facts(utterance, told, state, heard, wording)
        early = weeks_early(utterance) or state.weeks_early
        now = state._replace(triage=told.memory, standing=facts.standing, recent=told.recent, weeks_early=early)
        ranking = self._ranking(heard, facts, now)
        turn = Turn(
            utterance=utterance,
            heard=heard,
            answer=facts.answer,
            findings=facts.findings,
            back=facts.back,
            earlier=tuple(f for f in state.standing if f.red_flag.id in {back.red_flag.id for back in facts.back}),
            was=facts.before,
            state=now,
            ranking=ranking,
        )
        body = Responder(self._knowledge, self._retriever, self._listener, wording).body(turn)
        escalation, watch = self._escalation(facts, turn, body, wording)
        asks = chatting and self._asks(body, now, escalation)
        matches = ranking.matches
        reply = composed(
            utterance, body, escalation, matches, self._knowledge, wording, asks=asks, picks=chatting, watch=watch
        )
        return reply, self._after(now, body, facts, asks=asks, leans=ranking.leans)

    def _facts(self, utterance: str, told: Told, state: State, heard: Heard, wording: Wording) -> _Facts:
        label = {Says.YES: wording.say("checklist_label"), Says.UNSURE: wording.say("checklist_unsure_label")}
        known = state._replace(triage=told.memory)
        answer, more = answered(utterance, known, self._knowledge.checklist, self._flags, label)
        more = (*more, *confirmed(utterance, known, self._flags))
        corrects, retracts = "correction" in heard, "retraction" in heard
        if corrects or retracts or not heard.kinds:
            more = (*more, *reversed_denials(utterance, known, self._flags))
        retracted = state.recent[-1] if retracts and state.recent else ""
        back: tuple[Finding, ...] = ()
        unpicked = unpicks(utterance, state)
        if corrects or retracts or told.outdated or unpicked:
            back = taken_back(utterance, told.findings, state.standing, retracted, told.outdated, unpicked=unpicked)
        kept = {finding.red_flag.id for finding in back}
        before = merged((f for f in state.standing if f.red_flag.id not in kept), back)
        found = merged(half_heard(utterance, told.findings, state, self._knowledge.checklist), more)
        findings = across_turns([f for f in found if f.urgency > Urgency.WATCH], before)
        return _Facts(
            answer=answer,
            findings=findings,
            quiet=tuple(f for f in found if f.urgency is Urgency.WATCH),
            back=back,
            before=before,
            standing=merged(before, findings),
        )

    def _ranking(self, heard: Heard, facts: _Facts, state: State) -> Ranking:
        knowledge = self._knowledge
        last = knowledge.entry(state.topic) if state.topic else None
        before = knowledge.entry(state.before) if state.before else None
        rest = facts.answer.rest if facts.answer.says is not Says.NOTHING else heard.rest
        return self._ranker.ranked(asked_part(rest or heard.rest, facts.quiet), last, before)

    def _escalation(self, facts: _Facts, turn: Turn, body: Body, wording: Wording) -> tuple[Escalation | None, str]:
        """The escalation, and the quiet word about signs that were only denied, or perhaps mentioned."""
        if body.ends_alarm:
            return None, ""
        if facts.findings and (turn.is_news or not turn.state.is_alarmed):
            known = facts.before if strong(facts.before) else ()
            return escalate((*facts.findings, *facts.quiet), wording, known), ""
        if turn.state.is_alarmed or facts.back or (facts.standing and body.repeats):
            return repeat(facts.standing, wording), ""
        if facts.quiet:
            line = watch_line(facts.quiet, wording)
            return Escalation(urgency=Urgency.WATCH, red_flags=facts.quiet, text=line), line
        return None, ""

    def _asks(self, body: Body, state: State, escalation: Escalation | None) -> bool:
        """Whether the checklist is asked now: once, in calm, after an answer that reassures, is about the movements or
        names the signs."""
        calm = escalation is None or escalation.urgency is Urgency.WATCH
        entry = body.entry
        invites = entry is not None and (entry.reassures or entry.topic in _MOVEMENTS or entry.id in SIGN_LISTS)
        return calm and invites and bool(self._knowledge.checklist) and not state.checklist_asked

    def _after(self, state: State, body: Body, facts: _Facts, *, asks: bool, leans: bool) -> State:
        """The state that a turn leaves."""
        offers = bool(body.offers or body.topics) and not asks
        answers = facts.answer.says is not Says.NOTHING
        settled = (answers and facts.answer.says is not Says.PART) or bool(strong(facts.findings))
        is_new = body.kind is Kind.CLARIFICATION and body.offers and not (leans and state.topic)
        offered = body.offers[0].id if is_new else state.topic
        topic = body.entry.id if body.entry else offered
        memory = state.triage
        if body.ends_alarm:
            memory = TriageMemory(age_days=memory.age_days)
        elif facts.back:
            gone = {finding.red_flag.id for finding in facts.back}
            kept = tuple(flag for flag in memory.red_flags if flag not in gone)
            celsius = None if gone & self._measured else memory.temperature_c
            memory = memory._replace(red_flags=kept, temperature_c=celsius)
        return state._replace(
            triage=memory,
            standing=() if body.ends_alarm else facts.standing,
            recent=() if body.ends_alarm else state.recent,
            last=body.entry.id if body.entry else state.last,
            topic=topic,
            before=state.topic if topic != state.topic else state.before,
            offered=tuple(entry.id for entry in body.offers)
            or tuple(f"topic:{topic}" for topic in body.topics)
            or state.offered,
            numbers=_numbers(state, offers=offers, checklist=asks or (answers and not offers)),
            checklist_asked=state.checklist_asked or asks,
            checklist_open=asks or (state.checklist_open and not settled),
            denied=_ids(Status.DENIED, (*facts.quiet, *facts.back)),
            unsure=_ids(Status.UNSURE, facts.quiet),
            seen=tuple(f.red_flag.id for f in facts.standing if f.status in TOLD) if body.ends_alarm else state.seen,
            misses=0 if body.found else state.misses + 1,
        )


def _ids(status: Status, findings: Iterable[Finding]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(finding.red_flag.id for finding in findings if finding.status is status))


def _numbers(state: State, *, offers: bool, checklist: bool) -> Numbers:
    """What numbers pick from after a turn: what it offered, or the checklist that it asked or answered."""
    if checklist:
        return Numbers.CHECKLIST
    return Numbers.OFFERS if offers else state.numbers
