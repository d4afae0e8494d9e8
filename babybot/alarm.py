"""What is said while something urgent stands: nothing here reassures, and everything keeps to the advice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from babybot.answers import Says
from babybot.body import Body
from babybot.choosing import agrees, choose
from babybot.context import TOLD
from babybot.escalation import CARER, signs
from babybot.follow_up import content_stems
from babybot.reply import Kind
from babybot.retriever import Band
from babybot.small_talk import is_of_another_day
from babybot.speaking import FIRST_AID, Speaker
from babybot.text import stem
from babybot.turn import Turn

__all__ = ["AlarmSpeaker"]

_WHILE_WAITING: Final = ("seizure-first-aid", "call-doctor", "keep-a-record")
"""Entries offered until help comes."""
_ABOUT_US: Final = "about"
"""The topic about the bot itself: it contradicts no alarm."""
_DISTRESS: Final = frozenset({"harm-thoughts-self-harm", "cannot-cope"})
"""Red flags of a carer's own mood."""
_HURT: Final = frozenset({"harm-thoughts-self-harm", "baby-was-shaken-or-hurt"})
"""Red flags after which a quiet baby is no good news."""
_NEVER_CLOSED: Final = frozenset(
    {
        "fever-under-3-months", "baby-was-shaken-or-hurt", "harm-thoughts-self-harm", "someone-else-harming",
        "swallowed-poison-or-overdose", "head-injury-or-fall",
    }
)  # fmt: skip
"""Red flags that stand whatever a parent says that a doctor said."""
_CALLING: Final = frozenset(
    map(stem, "call ring phone bother waste disturb trouble annoy time hospital doctor ambulance".split())
)
"""Stems of the words by which a parent asks whether to call."""
_DREADING: Final = frozenset(map(stem, "bother waste disturb annoy worth".split()))
_IDLE: Final = frozenset({"acknowledge", "greeting"})
"""Kinds of small talk that ask for nothing."""
_MOST_SAID: Final = 2
"""Words with a meaning of their own that may stand beside these: "it is 3am and I do not want to bother them"."""
_BY_FAR: Final = 0.15
"""Share of the threshold by which an entry that reassures must lead for the message to be a hope for reassurance."""


class AlarmSpeaker(Speaker):
    """Speaks while something urgent stands, and to what comes before all else: news of help, corrections, signs told
    now."""

    def first(self, turn: Turn) -> Body | None:
        """What comes before all else, whether something urgent stands or not."""
        return self._language(turn) or self._help_is_here(turn) or self._was_seen(turn) or self._correction(turn)

    def alarmed(self, turn: Turn) -> Body:
        """The first reading that fits while something urgent stands."""
        readings: tuple[Callable[[Turn], Body | None], ...] = (
            self._call_for_me, self._again, self._news, self._pick, self._news_of_help, self._where, self._dare_to_call,
            self._what_now, self._whom, self._small_talk, self._asked_plainly, self._doubt, self._about_last,
            self._fitting,
        )  # fmt: skip
        return next((body for reading in readings if (body := reading(turn)) is not None), None) or self._wait_with_me(
            turn
        )

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

    def _was_seen(self, turn: Turn) -> Body | None:
        """A doctor has seen the baby since the sign was told, or in the same breath, and said what it was."""
        if "was-seen" not in turn.heard or not turn.was or any(f.status in TOLD for f in turn.findings):
            return None
        if _NEVER_CLOSED & {finding.red_flag.id for finding in turn.was} or not self._has_been_there(turn):
            return None
        return Body(kind=Kind.SMALL_TALK, lines=(self._said_back("was-seen"),), ends_alarm=True)

    def _has_been_there(self, turn: Turn) -> bool:
        """Whether the parent tells of having been to a doctor, in this turn or since the first sign was told."""
        recent = turn.state.recent
        told = [
            at for at, said in enumerate(recent) for f in turn.was if f.status in TOLD and f.words and f.words in said
        ]
        since = recent[min(told) :] if told else ()
        return any(
            "was-there" in self._listener.hear(said) and not (at and is_of_another_day(said))
            for at, said in enumerate(since)
        )

    def _correction(self, turn: Turn) -> Body | None:
        if not turn.back or turn.is_news:
            return None
        advice = self._say(f"earlier_{turn.earlier[0].urgency.value}")
        text = self._say("correction", signs=signs(turn.back, self._wording), earlier=advice)
        return Body(kind=Kind.TRIAGE, lines=(text,), repeats=True)

    def _call_for_me(self, turn: Turn) -> Body | None:
        """Asks us to call: that we cannot must be said at once."""
        if "call-for-me" not in turn.heard:
            return None
        return Body(kind=Kind.TRIAGE, lines=(self._said_back("call-for-me"),))

    def _again(self, turn: Turn) -> Body | None:
        """What may be a fit starts again: the first aid, and nothing to read up on."""
        aid = self._knowledge.entry(FIRST_AID)
        if "it-again" not in turn.heard or not turn.was or aid is None or not self._may_be_a_fit(turn):
            return None
        return self._show(aid, turn, None, self._say("what_to_do"))

    def _dare_to_call(self, turn: Turn) -> Body | None:
        rest = set(content_stems(turn.utterance)) - _CALLING
        if "dare-to-call" not in turn.heard or len(rest) > _MOST_SAID * bool(
            _DREADING & set(content_stems(turn.utterance))
        ):
            return None
        return Body(kind=Kind.TRIAGE, lines=(self._said_back("dare-to-call"),))

    def _news(self, turn: Turn) -> Body | None:
        """A sign told in this turn: an entry that fits, else the escalation alone."""
        if not turn.findings or not (turn.is_news or not turn.state.is_alarmed):
            return None
        if not turn.is_urgent:
            chosen = choose(turn.ranking, self._retriever)
            return self._matched(chosen.match, turn) if chosen.match else self._fitting(turn) or Body(kind=Kind.TRIAGE)
        if turn.answer.says is Says.YES:
            return Body(kind=Kind.TRIAGE, lines=(self._say("checklist_which"),))
        return self._fitting(turn) or Body(kind=Kind.TRIAGE)

    def _news_of_help(self, turn: Turn) -> Body | None:
        if "help-is-coming" in turn.heard:
            return Body(kind=Kind.TRIAGE, lines=(self._say("help_coming"),))
        if "it-stopped" in turn.heard and ("afraid" in turn.heard or _HURT & _told(turn)):
            return Body(kind=Kind.TRIAGE, lines=(self._say("look_now"),))
        if "it-stopped" in turn.heard and "doubt" not in turn.heard:
            return Body(kind=Kind.TRIAGE, lines=(self._say(self._relief(turn)),))
        return None

    def _relief(self, turn: Turn) -> str:
        """What is said when it is over, by what it was: a carer's distress, something like a fit, or else."""
        told = _told(turn)
        if told and told <= CARER:
            return "it_stopped_carer"
        return "it_stopped" if self._may_be_a_fit(turn) else "it_stopped_other"

    def _small_talk(self, turn: Turn) -> Body | None:
        """What is said back; no "Good." while something urgent stands."""
        idle = turn.state.is_alarmed and turn.heard.alone in _IDLE
        return self._wait_with_me(turn) if idle else super()._small_talk(turn)

    def _asked_plainly(self, turn: Turn) -> Body | None:
        """A question with an entry of its own that agrees with the advice."""
        matches = turn.ranking.matches
        if "doubt" in turn.heard or self._retriever.band(matches) is not Band.ANSWER:
            return None
        if not agrees(matches[0].entry) and matches[0].entry.topic != _ABOUT_US:
            return None
        return self._matched(matches[0], turn)

    def _doubt(self, turn: Turn) -> Body | None:
        """Hopes and second thoughts: holds the ground, and says why."""
        if "doubt" not in turn.heard and not self._would_reassure(turn):
            return None
        told = signs([f for f in turn.state.standing if f.status in TOLD], self._wording)
        key = "changed_advice" if turn.state.last else "hold_ground"
        key = key if {"explain", "doubt"} <= turn.heard.kinds else "hold_ground"
        key = "hold_ground_carer" if _is_distress(turn) else key
        return Body(kind=Kind.TRIAGE, lines=(self._say(key, signs=told),))

    def _would_reassure(self, turn: Turn) -> bool:
        """Whether the best match by far is an entry that reassures."""
        matches = turn.ranking.alone
        if not matches or matches[0].score < self._retriever.lower_threshold or not matches[0].entry.reassures:
            return False
        others = [match.score for match in matches if not match.entry.reassures]
        return matches[0].score - max(others, default=0.0) > _BY_FAR * self._retriever.threshold

    def _wait_with_me(self, turn: Turn) -> Body:
        if _is_distress(turn):
            return Body(kind=Kind.TRIAGE, lines=(self._say("listen_carer"),))
        entries = (self._knowledge.entry(entry_id) for entry_id in _WHILE_WAITING)
        is_fit = self._may_be_a_fit(turn)
        offers = tuple(entry for entry in entries if entry and (is_fit or entry.id != FIRST_AID))
        return Body(kind=Kind.TRIAGE, lines=(self._say("until_help_comes"),), offers=offers)


def _told(turn: Turn) -> set[str]:
    """Ids of the red flags that stand and were told."""
    return {finding.red_flag.id for finding in turn.state.standing if finding.status in TOLD}


def _is_distress(turn: Turn) -> bool:
    """Whether all that was told is a carer's own mood."""
    told = _told(turn)
    return bool(told) and told <= _DISTRESS
