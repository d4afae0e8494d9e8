"""The knowledge as frozen data: entries, red flags, regions, messages.

No files are read here and nothing is matched; every object is valid once it is made. What the package does not export
is a NamedTuple: a frozen dataclass takes 0.6 ms longer at every start.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import total_ordering
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from babybot.errors import Location

__all__ = [
    "AgeAnswer",
    "Bound",
    "ChecklistItem",
    "Contact",
    "Entry",
    "Example",
    "KnowledgeBase",
    "Modifier",
    "RedFlag",
    "RedFlagWords",
    "Region",
    "Rule",
    "SmallTalk",
    "Source",
    "Urgency",
]

_NOWHERE: Final = Location("")
_EMPTY: Final[Mapping[str, Any]] = MappingProxyType({})


@total_ordering
class Urgency(Enum):
    """How soon somebody must act; ordered, `WATCH < DOCTOR < URGENT < EMERGENCY`."""

    WATCH = "watch"
    """A sign was named only to deny it: say when to come back."""
    DOCTOR = "doctor"
    """Book a visit, tell the doctor."""
    URGENT = "urgent"
    """To be seen today."""
    EMERGENCY = "emergency"
    """Call an ambulance now."""

    @property
    def rank(self) -> int:
        """0 for watch to 3 for emergency."""
        return _RANKS[self]

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Urgency):
            return NotImplemented
        return _RANKS[self] < _RANKS[other]

    def raised(self) -> Urgency:
        """The next higher urgency; an emergency stays one."""
        return _BY_RANK[min(self.rank + 1, 3)]


_BY_RANK = tuple(Urgency)
_RANKS: Mapping[Urgency, int] = MappingProxyType({urgency: rank for rank, urgency in enumerate(_BY_RANK)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A text that an answer or a red flag rests on."""

    key: str
    """The name it is cited by."""
    publisher: str
    title: str
    url: str | None = None
    year: int | None = None
    verified: str | None = None
    """What was checked of it, as the file says it; None where nothing is said."""
    note: str | None = None
    """A remark for editors."""
    location: Location = _NOWHERE


class AgeAnswer(NamedTuple):
    """An answer that replaces an entry's own from some age on."""

    from_months: float
    """Age in months, 0 or more, from which it holds (inclusive)."""
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One curated answer and the questions it answers."""

    id: str
    """Kebab-case, unique among entries."""
    topic: str
    """The topic of its file."""
    title: str
    """What it is called; the first question where the file gives none."""
    questions: tuple[str, ...]
    """How parents ask, best first; at least one. Further phrasings from `questions/` come last."""
    answer: str
    """Plain paragraphs and "- " lists."""
    reassures: bool = False
    """Never shown beside `urgent` or `emergency`; asks the checklist."""
    by_age: tuple[AgeAnswer, ...] = ()
    """Answers that replace `answer`, by rising `from_months`."""
    see_also: tuple[str, ...] = ()
    """Ids of entries to offer next."""
    sources: tuple[str, ...] = ()
    """Keys of sources."""
    reviewed: str | None = None
    """ISO date of a clinician's review, or None."""
    examples: tuple[str, ...] = ()
    """Utterances that must reach this entry; never used for matching."""
    location: Location = _NOWHERE
    question_locations: tuple[Location, ...] = ()
    """Where each question stands; empty when it was read from compiled data."""
    example_locations: tuple[Location, ...] = ()
    """Where each example stands; empty when it was read from compiled data."""

    def answer_at(self, months: float | None) -> str:
        """The answer for a baby of that age in months; the general one when the age is unknown."""
        chosen = self.answer
        if months is not None:
            for aged in self.by_age:
                if months >= aged.from_months:
                    chosen = aged.answer
        return chosen


@dataclass(frozen=True, slots=True, kw_only=True)
class RedFlag:
    """A sign of danger and the words that tell of it."""

    id: str
    """Kebab-case, unique among red flags."""
    label: str
    """What it is called when it is named to the parent; lower case, no full stop."""
    urgency: Urgency
    """The grade of its own phrases."""
    phrases: tuple[str, ...]
    """In the phrase language; a leading `?` marks a broad phrase, which the triage weights may overrule."""
    phrases_at: tuple[tuple[Urgency, tuple[str, ...]], ...] = ()
    """Phrases that carry another grade than the flag's own, by grade."""
    masks: tuple[str, ...] = ()
    """Innocent readings (`not` in the file): the words they cover cannot raise this flag."""
    about_carer: bool = False
    """Whether the sign is the carer's own (harm, not coping), so that "I" does not make it somebody else's."""
    advice: str = ""
    """What to do while help is sought."""
    sources: tuple[str, ...] = ()
    near_misses: tuple[str, ...] = ()
    """Utterances that must not raise this flag."""
    location: Location = _NOWHERE
    phrase_locations: tuple[Location, ...] = ()
    """Where each phrase stands: `phrases`, then `phrases_at` by its own order, then `masks`; may be empty."""
    near_miss_locations: tuple[Location, ...] = ()
    """Where each near miss stands; empty when it was read from compiled data."""


class Bound(NamedTuple):
    """A range of numbers: `at_least <= value < under`; None leaves a side open."""

    at_least: float | None = None
    under: float | None = None

    def holds(self, value: float) -> bool:
        """Whether `value` lies in the range."""
        return (self.at_least is None or value >= self.at_least) and (self.under is None or value < self.under)


class Rule(NamedTuple):
    """Numbers and signs that together raise a red flag or change its grade. All its conditions must hold."""

    id: str
    """Unique among rules."""
    red_flag: str
    """The red flag it raises; its own id where the file names none."""
    urgency: Urgency
    measures: Mapping[str, Bound] = _EMPTY
    """Range by measure: temperature_c, age_days, duration_s, count (see `measures.py`)."""
    red_flags: frozenset[str] = frozenset()
    """One of these must be present (or past); empty asks for none."""
    phrases: tuple[str, ...] = ()
    """One of these phrases must match; empty asks for none."""
    sources: tuple[str, ...] = ()
    location: Location = _NOWHERE


class Modifier(NamedTuple):
    """Words that raise the urgency of present red flags by one grade (now, worse, known conditions)."""

    id: str
    phrases: tuple[str, ...]
    masks: tuple[str, ...] = ()
    location: Location = _NOWHERE


class RedFlagWords(NamedTuple):
    """The words that the phrase language knows beyond plain English."""

    groups: Mapping[str, tuple[str, ...]] = _EMPTY
    """`{name}` in a phrase -> the words or phrases it stands for."""
    forms: Mapping[str, tuple[str, ...]] = _EMPTY
    """A word -> irregular or dialect forms that mean the same to triage."""
    spellings: Mapping[str, tuple[str, ...]] = _EMPTY
    """A word -> misspellings that no rule would find."""
    fillers: frozenset[str] = frozenset()
    """Words that may stand between the words of a phrase."""
    masks: tuple[str, ...] = ()
    """Innocent readings for every red flag."""
    no_fuzzy: frozenset[str] = frozenset()
    """Words that are never guessed from a misspelling."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Somebody to call."""

    kind: str
    """emergency, nurse, poison, crisis or parent_support."""
    name: str
    """Who answers."""
    number: str | None
    """As it is dialled; None where there is no single number."""
    checked: str | None = None
    """ISO date on which a person checked the number, or None."""


class Region(NamedTuple):
    """A country's contacts."""

    code: str
    """ISO country code, or EU, or default."""
    name: str
    contacts: tuple[Contact, ...]
    """By kind in file order; at least one of kind emergency."""
    note: str | None = None
    places: tuple[str, ...] = ()
    """Names of the country and its larger towns, lower case, by which a parent says where they are."""

    def contact(self, kind: str) -> Contact | None:
        """The first contact of that kind."""
        return next((contact for contact in self.contacts if contact.kind == kind), None)


class ChecklistItem(NamedTuple):
    """One warning sign that the bot asks about after a reassuring answer."""

    text: str
    """The sign as the parent reads it."""
    red_flag: str
    """The red flag that a yes to it raises."""
    words: tuple[str, ...] = ()
    """Words by which a parent may pick it."""


class SmallTalk(NamedTuple):
    """What is said back to words that are no question about a baby."""

    kind: str
    """thanks, goodbye and the like; unique."""
    phrases: tuple[str, ...]
    """How parents say it."""
    reply: str


class Example(NamedTuple):
    """One labelled message that trains and tests triage; not part of the knowledge that replies."""

    text: str
    flag: str | None
    """The red flag it must raise; None for a message that must raise none."""
    urgency: Urgency | None
    """The least urgency it must get; None for a message that must raise none."""
    kind: str
    """present, question, history and the like, or what a harmless message is about."""
    style: str | None
    author: str
    location: Location = _NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowledgeBase:
    """Everything babybot knows, checked."""

    entries: tuple[Entry, ...]
    """In file order; ids are unique."""
    topics: Mapping[str, str]
    """Topic -> its title, in file order."""
    red_flags: tuple[RedFlag, ...]
    rules: tuple[Rule, ...]
    modifiers: tuple[Modifier, ...]
    words: RedFlagWords
    regions: Mapping[str, Region]
    """By upper-case code; `default` is always there."""
    sources: Mapping[str, Source]
    synonyms: tuple[tuple[str, ...], ...]
    """Groups of words that mean the same to the retriever."""
    messages: Mapping[str, str]
    """Everything else the bot says, by key."""
    fingerprint: str
    """Hash of the source files, so that compiled data are used only while they match."""
    checklist: tuple[ChecklistItem, ...] = ()
    """The warning signs asked about, in the order they are numbered."""
    small_talk: tuple[SmallTalk, ...] = ()
    """In file order; kinds are unique."""

    def entry(self, entry_id: str) -> Entry | None:
        """The entry with that id."""
        return next((entry for entry in self.entries if entry.id == entry_id), None)
