"""What is said to one turn besides its escalation: the first of an ordered list of readings that fits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from babybot.ages import is_age_alone, months
from babybot.alarm import AlarmSpeaker
from babybot.answers import Says, read_answer
from babybot.body import Body
from babybot.choosing import choose, nearest
from babybot.context import TOLD
from babybot.escalation import signs
from babybot.follow_up import content_stems
from babybot.memory import Numbers
from babybot.model import Entry
from babybot.picking import asked_about
from babybot.reply import Kind
from babybot.retriever import Band
from babybot.speaking import SIGN_LISTS, WHOM
from babybot.text import stem, tokens
from babybot.turn import Turn

__all__ = ["Responder"]

_GIVE_UP: Final = 2
"""Misses in a row before this one after which topics and people are offered. Source: issue 5, item 4."""
_COMFORT: Final = "comfort"
"""The topic whose entries say what can be done about harmless movements."""
_COMFORTS: Final = "how-to-comfort"
_DOING: Final = frozenset({"do", "doing"})
_SEEING: Final = frozenset(map(stem, "see sees seen notice spot happen start sign list".split()))
"""Stems of the words in "and if they see one of those" that name nothing by themselves."""
_NEAR: Final = 0.5
"""Share of the retriever's lower threshold that an entry needs to be called near."""


class Responder(AlarmSpeaker):
    """Finds what to say to any turn. Immutable."""

    def body(self, turn: Turn) -> Body:
        """The first reading that fits; the last one always does."""
        first = self.first(turn)
        if first is not None or turn.state.is_alarmed:
            return first or self.alarmed(turn)
        readings: tuple[Callable[[Turn], Body | None], ...] = (
            self._empty, self._checklist, self._item, self._pick, self._call_for_me, self._news, self._where,
            self._small_talk, self._age, self._about_last, self._whom_calm, self._dare_calm, self._what_now_calm,
            self._if_seen, self._bereaved, self._out_of_scope, self._doubt_calm, self._bare, self._entry, self._aside,
        )  # fmt: skip
        return next((body for reading in readings if (body := reading(turn)) is not None), None) or self._no_match(turn)

    def _empty(self, turn: Turn) -> Body | None:
        if turn.ranking.alone or turn.findings:
            return None
        return Body(kind=Kind.NO_MATCH, lines=(self._say("empty"),), found=False)

    def _checklist(self, turn: Turn) -> Body | None:
        says, rest = turn.answer.says, turn.answer.rest
        if says is Says.NOTHING:
            return None
        key = {Says.NO: "checklist_no", Says.UNSURE: "checklist_unsure", Says.PART: "checklist_others"}.get(says)
        further = self._further(turn, rest)
        lines = (self._say(key),) if key else ()
        if further is not None:
            return further._replace(lines=(*lines, *further.lines))
        if says in (Says.NO, Says.PART):
            return Body(kind=Kind.SMALL_TALK, lines=lines)
        return (self._fitting(turn) if says is Says.PICKS else None) or Body(kind=Kind.TRIAGE, lines=lines)

    def _item(self, turn: Turn) -> Body | None:
        """The entry on an item of the checklist: "what does 4 mean?"."""
        items = self._knowledge.checklist
        place = asked_about(turn.utterance, len(items)) if turn.state.numbers is Numbers.CHECKLIST else None
        if place is None:
            return None
        match = self._retriever.rank(items[place].text, 1)[0]
        return self._matched(match, turn, self._say("about_last", title=items[place].text))._replace(offers=())

    def _further(self, turn: Turn, rest: str) -> Body | None:
        """An answer to what was said beside the answer to the checklist."""
        if is_age_alone(rest):
            return Body(kind=Kind.SMALL_TALK, lines=(self._age_thanks(turn),))
        if not content_stems(rest):
            return None
        match = choose(turn.ranking, self._retriever).match
        return None if match is None or (turn.is_urgent and match.entry.reassures) else self._matched(match, turn)

    def _age(self, turn: Turn) -> Body | None:
        """An age alone: the last answer again where it differs for that age, or one it leads to."""
        age, entry = turn.state.triage.age_days, self._last(turn)
        if age is None or not is_age_alone(turn.utterance):
            return None
        at = months(age, turn.state.weeks_early)
        candidates = [entry, *map(self._knowledge.entry, entry.see_also)] if entry else []
        for candidate in candidates:
            if (
                candidate
                and candidate.answer_at(at) != candidate.answer
                and not (turn.is_urgent and candidate.reassures)
            ):
                return self._show(candidate, turn, None, self._say("age_noted", age=self._age_words(age)))
        return Body(kind=Kind.SMALL_TALK, lines=(self._age_thanks(turn),))

    def _age_thanks(self, turn: Turn) -> str:
        age = turn.state.triage.age_days
        return "" if age is None else self._say("age_thanks", age=self._age_words(age))

    def _whom_calm(self, turn: Turn) -> Body | None:
        return None if self._is_exact(turn) else self._whom(turn)

    def _dare_calm(self, turn: Turn) -> Body | None:
        """ "Should I go then", where nothing but a doctor's word or a doctor's visit is talked about."""
        return self._dare_to_call(turn) if turn.state.standing or not content_stems(turn.heard.rest) else None

    def _what_now_calm(self, turn: Turn) -> Body | None:
        """ "So what do I do now" after a sign that was told or asked about, or "what should I do about it" after an
        entry on harmless movements, which asks how to comfort; else it is an ordinary question."""
        if turn.state.standing:
            return self._what_now(turn)
        last = self._last(turn)
        if last is None or not last.reassures or "what-now" not in turn.heard or content_stems(turn.heard.rest):
            return None
        if not _DOING & {token.word for token in tokens(turn.heard.rest)}:
            return None
        near = (last, *map(self._knowledge.entry, last.see_also), self._knowledge.entry(_COMFORTS))
        comfort = next((entry for entry in near if entry and entry.topic == _COMFORT), None)
        return self._show(comfort, turn, None, self._say("what_to_do")) if comfort else None

    def _if_seen(self, turn: Turn) -> Body | None:
        """ "And if they see one of those?" after an entry that lists the signs: whom to call."""
        words, entry = {token.word for token in tokens(turn.heard.rest)}, self._knowledge.entry(WHOM)
        if turn.state.last not in SIGN_LISTS or "if" not in words or entry is None:
            return None
        return None if set(content_stems(turn.heard.rest)) - _SEEING else self._show(entry, turn)

    def _bereaved(self, turn: Turn) -> Body | None:
        """A baby was lost before this one: sympathy first, then the nearest entries."""
        if "bereaved" not in turn.heard:
            return None
        offers = nearest(turn.ranking.matches)
        return Body(kind=Kind.SMALL_TALK, lines=(self._said_back("bereaved"),), offers=offers)

    def _doubt_calm(self, turn: Turn) -> Body | None:
        standing = [f for f in turn.state.standing if f.status in TOLD]
        if "doubt" not in turn.heard or not standing or self._retriever.band(turn.ranking.alone) is Band.ANSWER:
            return None
        return Body(
            kind=Kind.TRIAGE,
            lines=(self._say("hold_ground_doctor", signs=signs(standing, self._wording)),),
            repeats=True,
        )

    def _entry(self, turn: Turn) -> Body | None:
        """The best entry, or the nearest ones to choose from."""
        chosen = choose(turn.ranking, self._retriever)
        if chosen.match is not None:
            shown = self._matched(chosen.match, turn)
            entry = chosen.match.entry
            is_again = entry.id == turn.state.last and not entry.by_age and not self._is_exact(turn)
            return self._in_short(shown, entry) if is_again else shown
        if not chosen.offers or (
            set(turn.heard.kinds) & {"tired-parent", "abuse"} and len(content_stems(turn.heard.rest)) <= 2
        ):
            return None
        best = turn.ranking.matches[0]
        if best.entry.reassures and best.score >= self._retriever.threshold and not turn.state.checklist_asked:
            return self._matched(best, turn)  # only another entry is as near, and the warning-sign question follows
        return Body(
            kind=Kind.CLARIFICATION,
            offers=chosen.offers,
            offer_key="clarify",
            repeats=bool(turn.state.standing) and turn.ranking.leans,
        )

    def _in_short(self, shown: Body, entry: Entry) -> Body:
        """The first paragraph of an answer that stands above already."""
        first = (shown.answer or "").split("\n\n")[0]
        return shown._replace(answer=first, lines=(*shown.lines, self._say("about_again", title=entry.title)))

    def _bare(self, turn: Turn) -> Body | None:
        """A bare yes, no or "not sure" to no open question."""
        answer = read_answer(turn.utterance)
        said = "" if content_stems(answer.rest) else self._said_back(answer.says.value)
        return Body(kind=Kind.SMALL_TALK, lines=(said,), repeats=True) if said else None

    def _aside(self, turn: Turn) -> Body | None:
        """Small talk around what nothing else fits."""
        for kind in ("tired-parent", "afraid", "abuse"):
            if kind in turn.heard:
                return Body(kind=Kind.SMALL_TALK, lines=(self._said_back(kind),), repeats=True)
        return None

    def _no_match(self, turn: Turn) -> Body:
        """Says so, with the nearest entries; with the topics where none is near, or after several misses."""
        gives_up = turn.state.misses >= _GIVE_UP
        least = _NEAR * self._retriever.lower_threshold
        near = () if gives_up else nearest(match for match in turn.ranking.matches if match.score >= least)
        return Body(
            kind=Kind.NO_MATCH,
            lines=(self._say("no_match_again" if gives_up else "no_match"),),
            offers=near,
            topics=() if near else tuple(self._knowledge.topics),
            offer_key="no_match_nearest" if near else "topics",
            found=False,
            repeats=True,
        )
