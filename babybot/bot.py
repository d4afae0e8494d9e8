"""The bot: knowledge loaded once, replies to single messages, conversations; and the boundary at which every fault
ends in an escalation.

Triage runs first on every utterance, inside the boundary; what is said besides is left to `dialogue.py`.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Lock
from typing import Any, Final, TypeVar

from babybot import snapshot
from babybot.context import Status
from babybot.dialogue import Dialogue
from babybot.encoder import Encoder
from babybot.escalation import escalate, merged, repeat
from babybot.findings import UNLISTED, Finding
from babybot.loader import COMPILED, ENCODER, INDEX, PHRASES, SMALL_TALK, WEIGHTS, load, shipped_folder
from babybot.memory import FORMAT, START, State, from_data, strong, to_data
from babybot.model import KnowledgeBase, Region, Urgency
from babybot.places import region_told
from babybot.reply import LAST_RESORT, Escalation, Kind, Reply
from babybot.retriever import Retriever
from babybot.small_talk import Listener
from babybot.telling import MOST_CHARS, REMEMBERED, Told, assessed
from babybot.triage import Triage
from babybot.weights import Weights
from babybot.wording import Wording, region_of

__all__ = ["Bot", "Conversation"]

_BROKEN: Final = (
    OSError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    struct.error,
    zlib.error,
    EOFError,
    RecursionError,
)
"""What reading a missing or broken compiled file may raise; it is then done without."""
_KEPT_TURNS: Final = 1000
"""Turns of a conversation that are kept, the latest."""

_FAULT: Final = Finding(red_flag=UNLISTED, urgency=Urgency.URGENT, status=Status.PRESENT, evidence="fault")
"""What stands where triage could not say what was told."""

T = TypeVar("T")


class Bot:
    """Answers parents from one knowledge. Immutable and safe to share between threads.

    Args:
        knowledge: a folder, knowledge that is loaded already, or None for the shipped folder.
        region: ISO code of the country whose numbers are named where a call says none; None for the default region.

    Raises:
        KnowledgeError: with every problem of a folder that cannot be used.
        TypeError: when the region is no text.
        ValueError: for knowledge made in code without the region `default`.
    """

    def __init__(self, knowledge: str | Path | KnowledgeBase | None = None, *, region: str | None = None) -> None:
        if not isinstance(region, str | None):
            raise TypeError(f"a region must be str or None, found {type(region).__name__}")
        if isinstance(knowledge, KnowledgeBase):
            self.folder: Path | None = None
            self.knowledge = knowledge
        else:
            self.folder = shipped_folder() if knowledge is None else Path(knowledge)
            self.knowledge = load(self.folder)
        if "default" not in self.knowledge.regions:
            raise ValueError("the knowledge has no region 'default'")
        self.default_region = region
        self.weights, encoder = self._trained()
        is_current = self.folder is not None and snapshot.is_current(self.folder / COMPILED, self.knowledge.fingerprint)
        self.retriever = self._retriever(is_current=is_current)
        self.triage = Triage(self.knowledge, self.weights, self._phrases(PHRASES, is_current=is_current), encoder)
        self._listener = Listener(self.knowledge, self._phrases(SMALL_TALK, is_current=is_current))
        self._dialogue = Dialogue(self.knowledge, self.retriever, self._listener)

    def _trained(self) -> tuple[Weights | None, Encoder | None]:
        """The folder's triage weights, else the shipped ones for knowledge that includes the red flags they know, with
        the encoder beside them; none without any: broad phrases then escalate on their own."""
        own = None if self.folder is None else _loaded(self.folder)
        if own:
            return own, _encoder(self.folder)
        shipped = _loaded(shipped_folder())
        if shipped and {flag.id for flag in self.knowledge.red_flags}.issuperset(shipped.signs.flags):
            return shipped, _encoder(shipped_folder())
        return None, None

    def _retriever(self, *, is_current: bool) -> Retriever:
        found = None
        if self.folder is not None and is_current:
            path = self.folder / INDEX
            found = _without_faults(lambda: Retriever.load(path.read_bytes(), self.knowledge.entries))
        return found or Retriever.build(self.knowledge.entries, self.knowledge.synonyms)

    def _phrases(self, name: str, *, is_current: bool) -> bytes | None:
        if self.folder is None or not is_current:
            return None
        path = self.folder / name
        return _without_faults(path.read_bytes)

    def region(self, code: str | None = None) -> Region:
        """The region with a code, else the bot's own; `UK` is `GB`, an unknown one the default."""
        return region_of(self.knowledge, code or self.default_region)

    def ask(self, utterance: str, *, region: str | None = None) -> Reply:
        """Reply to one message that stands by itself.

        Args:
            utterance: anything a parent may type, of any length.
            region: code of the country whose numbers are named, unless the utterance says another; None for the
                bot's own.

        Raises:
            TypeError: when the utterance or the region is no text.
        """
        return self._respond(utterance, START, self._told(utterance) or region, chatting=False)[0]

    def conversation(self, region: str | None = None) -> Conversation:
        """Begin a conversation."""
        return Conversation(self, region=region)

    def resume(self, data: Mapping[str, Any]) -> Conversation:
        """Take up a conversation that was saved with `to_dict`.

        Raises:
            ValueError: when the data are no saved conversation, or of another version.
        """
        if not isinstance(data, Mapping) or data.get("format") != FORMAT:
            raise ValueError(f"expected a conversation saved in format {FORMAT}")
        region, turns = data.get("region"), data.get("turns")
        if (
            not (region is None or isinstance(region, str))
            or not isinstance(turns, list)
            or not isinstance(data.get("state"), Mapping)
        ):
            raise ValueError("this is no saved conversation")
        if not all(
            isinstance(turn, list | tuple) and len(turn) == 2 and all(isinstance(part, str) for part in turn)
            for turn in turns
        ):
            raise ValueError("the turns of this conversation are no pairs of texts")
        state = from_data(data["state"], self.knowledge)
        return Conversation(self, region=region, state=state, turns=tuple((said, replied) for said, replied in turns))

    def complete(self, typed: str, limit: int = 8) -> tuple[str, ...]:
        """Questions that the text typed so far may become, at most `limit`; none where they cannot be found."""
        try:
            return self.retriever.complete(typed, limit)
        except Exception:
            return ()

    def _told(self, utterance: str) -> str | None:
        """The code of the country where an utterance says that the parent is; None where it says nothing."""
        try:
            region = region_told(utterance, self.knowledge.regions.values())
        except Exception:
            return None
        return region.code if region else None

    def _respond(self, utterance: str, state: State, region: str | None, *, chatting: bool) -> tuple[Reply, State]:
        """One turn, behind the boundary: whatever fails inside, the parent is told what to do."""
        if not isinstance(utterance, str):
            raise TypeError(f"an utterance must be str, found {type(utterance).__name__}")
        if not isinstance(region, str | None):
            raise TypeError(f"a region must be str or None, found {type(region).__name__}")
        wording = Wording(self.knowledge, region or self.default_region)
        try:
            told = assessed(utterance, state, self.triage, self._listener)
        except Exception:
            return _last_resort(utterance, wording, state)
        try:
            return self._dialogue.respond(utterance, told, state, wording, chatting=chatting)
        except Exception:
            return _escalation_alone(utterance, told, state, wording)


class Conversation:
    """One chat: what was said and what is remembered; make it with `Bot.conversation`. Turns of several threads are
    taken one after the other.

    Args:
        bot: whose knowledge it uses.
        region: code of the country whose numbers are named; may be changed at any time, also by the parent's own words.
        state: what earlier turns left.
        turns: the utterances so far with the texts of their replies.
    """

    def __init__(
        self, bot: Bot, *, region: str | None = None, state: State = START, turns: tuple[tuple[str, str], ...] = ()
    ) -> None:
        self.bot = bot
        self.region = region if region is not None else bot.default_region
        self._state = state
        self._turns = turns
        self._lock = Lock()

    def ask(self, utterance: str) -> Reply:
        """Take a turn.

        Raises:
            TypeError: when the utterance or the region is no text.
        """
        with self._lock:
            self.region = self.bot._told(utterance) or self.region
            reply, self._state = self.bot._respond(utterance, self._state, self.region, chatting=True)
            self._turns = (*self._turns, (utterance, reply.text))[-_KEPT_TURNS:]
        return reply

    def hears_danger(self, utterance: str) -> bool:
        """Whether anything in an utterance would escalate if it were asked now, a quiet word included; it is not taken
        as a turn. True where triage fails."""
        try:
            return bool(assessed(utterance, self._state, self.bot.triage, self.bot._listener).findings)
        except Exception:
            return True

    @property
    def turns(self) -> tuple[tuple[str, str], ...]:
        """The utterances so far, each with the text of its reply."""
        return self._turns

    @property
    def age_days(self) -> float | None:
        """The baby's age in days, as last told; None as long as it was not."""
        return self._state.triage.age_days

    @property
    def urgency(self) -> Urgency | None:
        """The most urgent grade of what stands; None when nothing does."""
        return self._state.standing[0].urgency if self._state.standing else None

    @property
    def is_emergency(self) -> bool:
        """Whether an emergency stands that nobody has taken over yet."""
        return self._state.is_alarmed and self.urgency is Urgency.EMERGENCY

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready, for `Bot.resume`."""
        with self._lock:
            return {
                "format": FORMAT,
                "region": self.region,
                "turns": [list(turn) for turn in self._turns],
                "state": to_data(self._state),
            }


def _loaded(folder: Path) -> Weights | None:
    """The triage weights of a folder; None where there are none."""
    return _without_faults(lambda: Weights.load((folder / WEIGHTS).read_bytes()))


def _encoder(folder: Path | None) -> Encoder | None:
    """The encoder that was tuned beside the triage weights of a folder; None where there is none."""
    return None if folder is None else _without_faults(lambda: Encoder.load((folder / ENCODER).read_bytes()))


def _without_faults(read: Callable[[], T]) -> T | None:
    """What a compiled file holds; None where it is missing or broken."""
    try:
        return read()
    except _BROKEN:
        return None


def _last_resort(utterance: str, wording: Wording, state: State) -> tuple[Reply, State]:
    """The reply when triage itself failed: urgent, whatever was said, or more where more stands. It stands from then
    on, as any sign."""
    standing = merged((_FAULT,), state.standing)
    text = wording.say("last_resort") or LAST_RESORT
    escalation = Escalation(
        urgency=max(finding.urgency for finding in strong(standing)),
        red_flags=standing,
        text=text,
        contacts=wording.contacts({"emergency", "nurse"}),
    )
    kept = state._replace(standing=standing, recent=(*state.recent, utterance[:MOST_CHARS])[-REMEMBERED:])
    return Reply(utterance=utterance, kind=Kind.TRIAGE, text=text, escalation=escalation), kept


def _escalation_alone(utterance: str, told: Told, state: State, wording: Wording) -> tuple[Reply, State]:
    """The reply when something failed after triage: the escalation, an open question taken for a yes, or a plain no
    match."""
    findings = tuple(finding for finding in told.findings if finding.urgency > Urgency.WATCH)
    kept = state._replace(triage=told.memory, recent=told.recent)
    try:
        if findings:
            escalation = escalate(findings, wording, state.standing)
        elif state.is_alarmed:
            escalation = repeat(state.standing, wording)
        elif state.checklist_open:
            return _last_resort(utterance, wording, state._replace(triage=told.memory))
        else:
            return Reply(utterance=utterance, kind=Kind.NO_MATCH, text=wording.say("no_match")), kept
    except Exception:
        return _last_resort(utterance, wording, state._replace(triage=told.memory))
    kept = kept._replace(standing=escalation.red_flags)
    return Reply(utterance=utterance, kind=Kind.TRIAGE, text=escalation.text, escalation=escalation), kept
