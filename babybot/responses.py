"""What is said to one turn besides its escalation: the first of an ordered list of readings that fits.

While something urgent stands, nothing here reassures. Texts come from the messages, answers from the entries.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from babybot.ages import is_age_alone, months
from babybot.answers import Answer, Says, picks, read_answer
from babybot.body import Body, source_lines
from babybot.choosing import beside, choose, nearest
from babybot.context import Status
from babybot.escalation import repeat, signs
from babybot.follow_up import Ranking, content_stems
from babybot.memory import Numbers, State
from babybot.model import Entry, KnowledgeBase, Urgency
from babybot.reply import Kind
from babybot.retriever import Band, Match, Retriever
from babybot.small_talk import Heard, Listener
from babybot.triage import Finding
from babybot.wording import Wording

__all__ = ["Responder", "Turn"]

_FIRST_AID: Final = "seizure-first-aid"
_WHOM: Final = "call-doctor"
_LIMITS: Final = "is-this-medical-advice"
_WHILE_WAITING: Final = ("seizure-first-aid", "call-doctor", "keep-a-record")
"""Entries offered until help comes."""
_GIVE_UP: Final = 2
"""Misses in a row before this one after which topics and people are offered. Source: issue 5, item 4."""
_LONGEST_REST: Final = 1
_TOLD: Final = (Status.PRESENT, Status.PAST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One turn as far as it is understood."""

    utterance: str
    heard: Heard
    answer: Answer
    """To the checklist."""
    findings: tuple[Finding, ...]
    """Above `watch`, of this turn."""
    back: tuple[Finding, ...]
    """Standing findings that it takes back."""
    was: tuple[Finding, ...]
    """What stood before it."""
    state: State
    """What is known now."""
    age_is_new: bool
    ranking: Ranking

    @property
    def is_urgent(self) -> bool:
        """Whether no entry that reassures may be shown."""
        return self.state.is_alarmed or any(finding.urgency >= Urgency.URGENT for finding in self.findings)

    @property
    def is_news(self) -> bool:
        """Whether it tells of a sign that did not stand before, or a more urgent one."""
        known = {finding.red_flag.id: finding.urgency for finding in self.was}
        return any(f.status in _TOLD and f.urgency > known.get(f.red_flag.id, Urgency.WATCH) for f in self.findings)


_Reading = Callable[[Turn], Body | None]


class Responder:
    """Finds what to say. Immutable.

    Args:
        knowledge, retriever, listener: of the bot.
        wording: the messages for the region.
    """

    def __init__(self, knowledge: KnowledgeBase, retriever: Retriever, listener: Listener, wording: Wording) -> None:
        self._knowledge = knowledge
        self._retriever = retriever
        self._listener = listener
        self._wording = wording

    def body(self, turn: Turn) -> Body:
        """The first reading that fits; the last one always does."""
        first: tuple[_Reading, ...] = (self._language, self._help_is_here, self._correction)
        alarmed: tuple[_Reading, ...] = (
            self._news, self._news_of_help, self._asked_plainly, self._whom, self._what_now, self._doubt, self._about_last,
            self._small_talk, self._helpful, self._wait_with_me,
        )  # fmt: skip
        calm: tuple[_Reading, ...] = (
            self._empty, self._checklist, self._pick, self._news, self._small_talk, self._age, self._about_last, self._whom_calm,
            self._what_now_calm, self._out_of_scope, self._doubt_calm, self._entry, self._aside,
        )  # fmt: skip
        for reading in (*first, *(alarmed if turn.state.is_alarmed else calm)):
            body = reading(turn)
            if body is not None:
                return body
        return self._no_match(turn)

    def _show(self, entry: Entry, turn: Turn, score: float | None = None, *lines: str, repeats: bool = False) -> Body:
        """An entry's answer for the baby's age, with what it leads to."""
        age, early = turn.state.triage.age_days, turn.state.weeks_early
        answer = entry.answer_at(months(age, early))
        if early and age is not None and (entry.by_age or entry.id == "premature-baby"):
            lines = (*lines, self._say("corrected_age", age=self._age_words(age), corrected=self._age_words(max(0.0, age - 7 * early))))
        further = [self._knowledge.entry(entry_id) for entry_id in entry.see_also]
        offers = tuple(e for e in further if e is not None and not (turn.is_urgent and e.reassures) and e.id != turn.state.last)
        return Body(kind=Kind.ANSWER, lines=lines, entry=entry, answer=answer, score=score, offers=offers[:3], repeats=repeats)

    def _matched(self, match: Match, turn: Turn, *lines: str) -> Body:
        return self._show(match.entry, turn, match.score, *lines)

    def _say(self, key: str, **slots: str) -> str:
        return self._wording.say(key, **slots)

    def _age_words(self, days: float) -> str:
        if days < 90:
            return self._say("age_weeks", number=str(round(days / 7)))
        return self._say("age_months", number=str(round(days / 30.4)))

    def _said_back(self, kind: str) -> str:
        return self._wording.fill(self._listener.reply(kind))

    # Readings that come before all others

    def _language(self, turn: Turn) -> Body | None:
        kind = turn.heard.alone
        if kind == "other-language-danger":
            return Body(kind=Kind.TRIAGE, lines=(self._said_back(kind),))
        if kind == "other-language" and not turn.findings:
            return Body(kind=Kind.SMALL_TALK, lines=(self._said_back(kind),))
        return None

    def _help_is_here(self, turn: Turn) -> Body | None:
        if "help-is-here" not in turn.heard or not turn.was or turn.is_news:
            return None
        return Body(kind=Kind.SMALL_TALK, lines=(self._say("help_here"),), ends_alarm=True)

    def _correction(self, turn: Turn) -> Body | None:
        if not turn.back or turn.is_news:
            return None
        earlier = [replace(f, urgency=f.red_flag.urgency, status=Status.PRESENT) for f in turn.back]
        earlier.sort(key=lambda finding: -finding.urgency.rank)
        advice = repeat(earlier, self._wording).text
        text = self._say("correction", signs=signs(turn.back, self._wording), earlier=advice)
        return Body(kind=Kind.TRIAGE, lines=(text,), repeats=True)

    # While something urgent stands

    def _news(self, turn: Turn) -> Body | None:
        """A sign told in this turn: an entry that fits, else the escalation alone."""
        if not turn.findings or not (turn.is_news or not turn.state.is_alarmed):
            return None
        if not turn.is_urgent:
            chosen = choose(turn.ranking, self._retriever)
            return self._matched(chosen.match, turn) if chosen.match else self._fitting(turn) or Body(kind=Kind.TRIAGE)
        return self._fitting(turn) or Body(kind=Kind.TRIAGE)

    def _fitting(self, turn: Turn) -> Body | None:
        last = self._knowledge.entry(turn.state.last) if turn.state.last else None
        match = beside(turn.ranking, self._retriever, turn.findings, last)
        return self._matched(match, turn) if match else None

    def _news_of_help(self, turn: Turn) -> Body | None:
        if "help-is-coming" in turn.heard:
            return Body(kind=Kind.TRIAGE, lines=(self._say("help_coming"),))
        if "it-stopped" in turn.heard and "doubt" not in turn.heard:
            return Body(kind=Kind.TRIAGE, lines=(self._say("it_stopped"),))
        return None

    def _asked_plainly(self, turn: Turn) -> Body | None:
        """A question with an entry of its own that does not reassure."""
        matches = turn.ranking.matches
        if "doubt" in turn.heard or self._retriever.band(matches) is not Band.ANSWER or matches[0].entry.reassures:
            return None
        return self._matched(matches[0], turn)

    def _whom(self, turn: Turn) -> Body | None:
        entry = self._knowledge.entry(_WHOM)
        if "whom-to-call" not in turn.heard or entry is None:
            return None
        return self._show(entry, turn, None, self._say("contacts"), repeats=True)

    def _what_now(self, turn: Turn) -> Body | None:
        """What to do: the first aid while an emergency may go on, else whom to call."""
        if "what-now" not in turn.heard:
            return None
        aid = turn.state.last == _FIRST_AID or any("seizure" in f.red_flag.id for f in turn.state.standing)
        entry = self._knowledge.entry(_FIRST_AID if aid else _WHOM)
        return self._show(entry, turn, None, self._say("what_to_do"), repeats=True) if entry else None

    def _doubt(self, turn: Turn) -> Body | None:
        """Hopes and second thoughts: holds the ground, and says why."""
        if "doubt" not in turn.heard and not self._would_reassure(turn):
            return None
        told = signs([f for f in turn.state.standing if f.status in _TOLD], self._wording)
        key = "changed_advice" if turn.state.last else "hold_ground"
        key = key if {"explain", "doubt"} <= turn.heard.kinds else "hold_ground"
        return Body(kind=Kind.TRIAGE, lines=(self._say(key, signs=told),))

    def _would_reassure(self, turn: Turn) -> bool:
        """Whether the best match by far is an entry that reassures."""
        matches = turn.ranking.matches
        if not matches or matches[0].score < self._retriever.lower_threshold or not matches[0].entry.reassures:
            return False
        others = [match.score for match in matches if not match.entry.reassures]
        return matches[0].score - max(others, default=0.0) > 2 * self._retriever.margin

    def _helpful(self, turn: Turn) -> Body | None:
        return self._fitting(turn)

    def _wait_with_me(self, turn: Turn) -> Body | None:
        offers = tuple(entry for entry_id in _WHILE_WAITING if (entry := self._knowledge.entry(entry_id)))
        return Body(kind=Kind.TRIAGE, lines=(self._say("until_help_comes"),), offers=offers)

    # Otherwise

    def _empty(self, turn: Turn) -> Body | None:
        if turn.ranking.alone or turn.findings:
            return None
        return Body(kind=Kind.NO_MATCH, lines=(self._say("empty"),), found=False)

    def _checklist(self, turn: Turn) -> Body | None:
        says, rest = turn.answer.says, turn.answer.rest
        if says is Says.NOTHING:
            return None
        key = {Says.NO: "checklist_no", Says.UNSURE: "checklist_unsure"}.get(says)
        further = self._further(turn, rest)
        lines = (self._say(key),) if key else ()
        if further is not None:
            return replace(further, lines=(*lines, *further.lines))
        if says is Says.NO:
            return Body(kind=Kind.SMALL_TALK, lines=lines)
        return (self._fitting(turn) if says is Says.PICKS else None) or Body(kind=Kind.TRIAGE, lines=lines)

    def _further(self, turn: Turn, rest: str) -> Body | None:
        """An answer to what was said beside the answer to the checklist."""
        if len(content_stems(rest)) < _LONGEST_REST:
            return None
        match = choose(turn.ranking, self._retriever).match
        return None if match is None or (turn.is_urgent and match.entry.reassures) else self._matched(match, turn)

    def _pick(self, turn: Turn) -> Body | None:
        """A number that picks from what was offered."""
        offered = turn.state.offered
        chosen = picks(turn.utterance, len(offered)) if offered and turn.state.numbers is Numbers.OFFERS else ()
        if not chosen:
            return None
        picked = offered[chosen[0]]
        if picked.startswith("topic:"):
            return self._topic(picked.removeprefix("topic:"))
        entry = self._knowledge.entry(picked)
        return self._show(entry, turn) if entry else None

    def _topic(self, topic: str) -> Body:
        entries = tuple(entry for entry in self._knowledge.entries if entry.topic == topic)
        return Body(kind=Kind.CLARIFICATION, offers=entries, offer_key="topics_of")

    def _small_talk(self, turn: Turn) -> Body | None:
        kind = turn.heard.alone
        if kind is None or (kind not in ("abuse", "tired-parent") and self._is_exact(turn)):
            return None
        if kind == "promise":
            return self._out_of_scope(turn)
        return Body(kind=Kind.SMALL_TALK, lines=(self._said_back(kind),))

    def _is_exact(self, turn: Turn) -> bool:
        return bool(turn.ranking.alone) and turn.ranking.alone[0].score >= 100.0

    def _age(self, turn: Turn) -> Body | None:
        """An age alone: the last answer again where it differs for that age, or one it leads to."""
        age, last = turn.state.triage.age_days, turn.state.last
        if age is None or not is_age_alone(turn.utterance):
            return None
        entry = self._knowledge.entry(last) if last else None
        at, words = months(age, turn.state.weeks_early), self._age_words(age)
        candidates = [entry, *map(self._knowledge.entry, entry.see_also)] if entry else []
        for candidate in candidates:
            if candidate and candidate.answer_at(at) != candidate.answer and not (turn.is_urgent and candidate.reassures):
                return self._show(candidate, turn, None, self._say("age_noted", age=words))
        return Body(kind=Kind.SMALL_TALK, lines=(self._say("age_thanks", age=words),))

    def _about_last(self, turn: Turn) -> Body | None:
        """Asks for the sources of the last answer, for it again, or for more of it."""
        heard, said = turn.heard, turn.utterance
        last = self._knowledge.entry(turn.state.last) if turn.state.last else None
        if self._is_exact(turn) or len(content_stems(said)) > 2:
            return None
        if last is not None and turn.is_urgent and last.reassures:
            return None
        if "sources" in heard:
            return self._sources(last, turn)
        if last is None:
            return None
        if "explain" in heard and self._stays(turn, last):
            return self._show(last, turn, None, self._say("about_last", title=last.title))
        if "more" in heard:
            further = next((e for entry_id in turn.state.offered if (e := self._knowledge.entry(entry_id))), None)
            return self._show(further, turn) if further and not (turn.is_urgent and further.reassures) else None
        return None

    def _stays(self, turn: Turn, last: Entry) -> bool:
        """Whether what is to be explained is the last answer and nothing else."""
        return not content_stems(turn.utterance) or (bool(turn.ranking.matches) and turn.ranking.matches[0].entry.id == last.id)

    def _sources(self, last: Entry | None, turn: Turn) -> Body:
        if last is None:
            limits = self._knowledge.entry(_LIMITS)
            if limits is None:
                return Body(kind=Kind.SMALL_TALK, lines=(self._say("no_last"),))
            return Body(kind=Kind.ANSWER, entry=limits, answer=limits.answer)
        sources = [self._knowledge.sources[key] for key in last.sources if key in self._knowledge.sources]
        shown = self._show(last, turn, None, source_lines(last, sources, self._wording), self._say("about_last", title=last.title))
        limits = self._knowledge.entry(_LIMITS)
        return replace(shown, offers=(limits,) if limits else ())

    def _whom_calm(self, turn: Turn) -> Body | None:
        return self._whom(turn) if len(content_stems(turn.utterance)) <= 3 and not self._is_exact(turn) else None

    def _what_now_calm(self, turn: Turn) -> Body | None:
        """ "So what do I do now" after a sign that was told or asked about; without one it is an ordinary question."""
        if not turn.state.standing or len(content_stems(turn.utterance)) > 1:
            return None
        return self._what_now(turn)

    def _out_of_scope(self, turn: Turn) -> Body | None:
        """Wishes for a promise, and for what is none of its business."""
        answers = self._retriever.band(turn.ranking.matches) is Band.ANSWER
        limits = self._knowledge.entry(_LIMITS)
        if "promise" in turn.heard and limits is not None:
            return self._show(limits, turn, None, self._said_back("promise"))
        if "off-topic" in turn.heard and not answers:
            return Body(kind=Kind.NO_MATCH, lines=(self._said_back("off-topic"),), offers=nearest(turn.ranking.matches), offer_key="no_match_nearest")
        return None

    def _doubt_calm(self, turn: Turn) -> Body | None:
        standing = [f for f in turn.state.standing if f.status in _TOLD]
        if "doubt" not in turn.heard or not standing or self._retriever.band(turn.ranking.alone) is Band.ANSWER:
            return None
        return Body(kind=Kind.TRIAGE, lines=(self._say("hold_ground_doctor", signs=signs(standing, self._wording)),), repeats=True)

    def _entry(self, turn: Turn) -> Body | None:
        """The best entry, or the nearest ones to choose from."""
        chosen = choose(turn.ranking, self._retriever)
        if chosen.match is not None:
            return self._matched(chosen.match, turn)
        if not chosen.offers or (set(turn.heard.kinds) & {"tired-parent", "abuse"} and len(content_stems(turn.heard.rest)) <= 2):
            return None
        if chosen.offers[0].reassures and not turn.state.checklist_asked:
            return self._matched(turn.ranking.matches[0], turn)
        return Body(kind=Kind.CLARIFICATION, offers=chosen.offers, offer_key="clarify", repeats=bool(turn.state.standing) and turn.ranking.leans)

    def _aside(self, turn: Turn) -> Body | None:
        """Small talk around words that nothing else fits; a bare yes, no or "not sure" that no question was open for."""
        from_answer = {Says.YES: "yes", Says.NO: "no", Says.UNSURE: "unsure"}
        answer = read_answer(turn.utterance)
        if answer.says in from_answer and not content_stems(answer.rest):
            return Body(kind=Kind.SMALL_TALK, lines=(self._said_back(from_answer[answer.says]),), repeats=True)
        for kind in ("tired-parent", "abuse"):
            if kind in turn.heard:
                return Body(kind=Kind.SMALL_TALK, lines=(self._said_back(kind),), repeats=True)
        return None

    def _no_match(self, turn: Turn) -> Body:
        if turn.state.misses >= _GIVE_UP:
            topics: Sequence[str] = tuple(self._knowledge.topics)
            return Body(kind=Kind.NO_MATCH, lines=(self._say("no_match_again"),), topics=tuple(topics), offer_key="topics", found=False, repeats=True)
        return Body(
            kind=Kind.NO_MATCH, lines=(self._say("no_match"),), offers=nearest(turn.ranking.matches), offer_key="no_match_nearest",
            found=False, repeats=True,
        )  # fmt: skip
