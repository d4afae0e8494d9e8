"""What is said in an alarm as well as in calm: showing an entry, whom to call, what the last answer rests on, small
talk.

Texts come from the messages, answers from the entries.
"""

from __future__ import annotations

from typing import Final

from babybot.ages import DAYS_A_MONTH, months
from babybot.answers import Says
from babybot.body import Body, source_lines
from babybot.choosing import agrees, beside, nearest
from babybot.context import TOLD
from babybot.escalation import advice
from babybot.follow_up import content_stems
from babybot.memory import Numbers
from babybot.model import Entry, KnowledgeBase
from babybot.picking import picks
from babybot.places import region_told
from babybot.reply import Kind
from babybot.retriever import Band, Match, Retriever
from babybot.small_talk import Listener
from babybot.text import stem
from babybot.turn import Turn
from babybot.wording import Wording

__all__ = ["FIRST_AID", "SIGN_LISTS", "WHOM", "Speaker"]

FIRST_AID: Final = "seizure-first-aid"
WHOM: Final = "call-doctor"
SIGN_LISTS: Final = frozenset({"when-to-worry", "normal-vs-concerning"})
"""Entries that name the warning signs."""
_LIMITS: Final = "is-this-medical-advice"
_WAITING: Final = frozenset(map(stem, "wait waiting way coming come arrive ambulance while mean meantime help".split()))
"""Stems of the words by which a parent asks what to do until help comes."""
_IN_WEEKS: Final = 14
"""Days from which an age is told in weeks."""
_IN_MONTHS: Final = 56
"""Days from which it is told in months, but for whole weeks."""
_MAY_BE_WEEKS: Final = 120
"""Days up to which whole weeks stay weeks."""
_OF_A_PLACE: Final = 4
"""Words with a meaning of their own up to which a message that names a place says no more than that."""
_FITS: Final = frozenset(
    {FIRST_AID, "what-seizure-looks-like", "twitch-vs-seizure", "infantile-spasms", "persistent-shaking", "stiffness"}
)
"""Entries on what may be a fit; a red flag near to them calls for its first aid."""


class Speaker:
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

    def _last(self, turn: Turn) -> Entry | None:
        """The entry last shown."""
        return self._knowledge.entry(turn.state.last) if turn.state.last else None

    def _show(self, entry: Entry, turn: Turn, score: float | None = None, *lines: str, repeats: bool = False) -> Body:
        """An entry's answer for the baby's age, with what it leads to."""
        age, early = turn.state.triage.age_days, turn.state.weeks_early
        answer = entry.answer_at(months(age, early))
        if early and age is not None and (entry.by_age or entry.id == "premature-baby"):
            lines = (
                *lines,
                self._say(
                    "corrected_age", age=self._age_words(age), corrected=self._age_words(max(0.0, age - 7 * early))
                ),
            )
        further = [self._knowledge.entry(entry_id) for entry_id in entry.see_also]
        offers = tuple(
            e for e in further if e is not None and not (turn.is_urgent and not agrees(e)) and e.id != turn.state.last
        )
        return Body(
            kind=Kind.ANSWER, lines=lines, entry=entry, answer=answer, score=score, offers=offers[:3], repeats=repeats
        )

    def _matched(self, match: Match, turn: Turn, *lines: str) -> Body:
        return self._show(match.entry, turn, match.score, *lines)

    def _say(self, key: str, **slots: str) -> str:
        return self._wording.say(key, **slots)

    def _age_words(self, days: float) -> str:
        """An age in the unit that a parent would use: "9 days", "10 weeks", "2 months"."""
        if days < _IN_WEEKS:
            return self._say("age_day") if days < 1.5 else self._say("age_days", number=str(round(days)))
        if days < _IN_MONTHS or (days < _MAY_BE_WEEKS and round(days) % 7 == 0):
            return self._say("age_weeks", number=str(round(days / 7)))
        return self._say("age_months", number=str(round(days / DAYS_A_MONTH)))

    def _said_back(self, kind: str) -> str:
        return self._wording.fill(self._listener.reply(kind))

    def _fitting(self, turn: Turn) -> Body | None:
        """An entry that fits beside what was told now; the last one counts, but for picks from the checklist."""
        last = None if turn.answer.says is Says.PICKS else self._last(turn)
        match = beside(turn.ranking, self._retriever, turn.findings, last)
        return self._matched(match, turn) if match else None

    def _whom(self, turn: Turn) -> Body | None:
        entry = self._knowledge.entry(WHOM)
        if "whom-to-call" not in turn.heard or entry is None or len(content_stems(turn.utterance)) > 3:
            return None
        return self._show(entry, turn, None, self._say("contacts"), repeats=True)

    def _what_now(self, turn: Turn) -> Body | None:
        """What to do: the first aid for what may be a fit, else what the signs told call for, else whom to call."""
        if "what-now" not in turn.heard or len(set(content_stems(turn.utterance)) - _WAITING) > 1:
            return None
        lead, standing = self._say("what_to_do"), turn.state.standing
        aid = turn.state.last == FIRST_AID or self._may_be_a_fit(turn)
        steps = [] if aid else advice([f for f in standing if f.urgency is standing[0].urgency], self._wording)
        if turn.state.is_alarmed and steps:
            return Body(kind=Kind.TRIAGE, lines=("\n".join([lead, *steps]),), repeats=True)
        entry = self._knowledge.entry(FIRST_AID if aid else WHOM)
        return self._show(entry, turn, None, lead, repeats=True) if entry else None

    def _may_be_a_fit(self, turn: Turn) -> bool:
        """Whether one of the two most urgent signs told is near to the entries on fits."""
        told = [finding for finding in turn.state.standing if finding.status in TOLD]
        return any(match.entry.id in _FITS for f in told[:2] for match in self._retriever.rank(f.red_flag.label, 3))

    def _is_exact(self, turn: Turn) -> bool:
        return bool(turn.ranking.alone) and turn.ranking.alone[0].score >= 100.0

    def _about_last(self, turn: Turn) -> Body | None:
        """Asks for the sources of the last answer, for it again, or for more of it."""
        heard, said = turn.heard, turn.utterance
        last = self._last(turn)
        if self._is_exact(turn) or len(content_stems(said)) > 2:
            return None
        if last is not None and turn.is_urgent and not agrees(last):
            return None
        if "sources" in heard:
            return self._sources(last, turn)
        if last is None:
            return None
        if "explain" in heard and self._stays(turn, last):
            return self._show(last, turn, None, self._say("about_last", title=last.title))
        if "more" in heard and self._retriever.band(turn.ranking.alone) is not Band.ANSWER:
            further = next((e for entry_id in turn.state.offered if (e := self._knowledge.entry(entry_id))), None)
            return self._show(further, turn) if further and not (turn.is_urgent and not agrees(further)) else None
        return None

    def _stays(self, turn: Turn, last: Entry) -> bool:
        """Whether what is to be explained is the last answer and nothing else."""
        return not content_stems(turn.utterance) or (
            bool(turn.ranking.matches) and turn.ranking.matches[0].entry.id == last.id
        )

    def _sources(self, last: Entry | None, turn: Turn) -> Body:
        if last is None:
            limits = self._knowledge.entry(_LIMITS)
            if limits is None:
                return Body(kind=Kind.SMALL_TALK, lines=(self._say("no_last"),))
            return Body(kind=Kind.ANSWER, entry=limits, answer=limits.answer)
        sources = [self._knowledge.sources[key] for key in last.sources if key in self._knowledge.sources]
        shown = self._show(
            last, turn, None, source_lines(last, sources, self._wording), self._say("about_last", title=last.title)
        )
        limits = self._knowledge.entry(_LIMITS)
        return shown._replace(offers=(limits,) if limits else ())

    def _out_of_scope(self, turn: Turn) -> Body | None:
        """Wishes for a promise, and for what is none of its business."""
        answers = self._retriever.band(turn.ranking.matches) is Band.ANSWER
        limits = self._knowledge.entry(_LIMITS)
        asks_more = len(content_stems(turn.heard.rest)) > 1 and self._retriever.band(turn.ranking.alone) is Band.ANSWER
        if "promise" in turn.heard and limits is not None and not asks_more:
            return self._show(limits, turn, None, self._said_back("promise"))
        if "off-topic" in turn.heard and not answers:
            return Body(
                kind=Kind.NO_MATCH,
                lines=(self._said_back("off-topic"),),
                offers=nearest(turn.ranking.matches),
                offer_key="no_match_nearest",
            )
        return None

    def _where(self, turn: Turn) -> Body | None:
        """Where the parent is, and nothing else: the numbers there."""
        region = region_told(turn.utterance, self._knowledge.regions.values())
        if region is None or len(content_stems(turn.utterance)) > _OF_A_PLACE:
            return None
        key = "region_unknown" if self._wording.note() else "region_noted"
        lines = (self._say(key, region=region.name), self._wording.note())
        return Body(kind=Kind.SMALL_TALK, lines=lines, repeats=True)

    def _small_talk(self, turn: Turn) -> Body | None:
        kind = "cpr" if "cpr" in turn.heard else turn.heard.alone
        if kind is None:
            return None
        if kind == "promise":
            return self._out_of_scope(turn)
        return Body(kind=Kind.SMALL_TALK, lines=(self._said_back(kind),))

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
        return self._show(entry, turn) if entry and not (turn.is_urgent and entry.reassures) else None

    def _topic(self, topic: str) -> Body:
        entries = tuple(entry for entry in self._knowledge.entries if entry.topic == topic)
        return Body(kind=Kind.CLARIFICATION, offers=entries, offer_key="topics_of")
