"""`regions.yaml`, `sources.yaml`, `vocabulary.yaml` and `messages.yaml` -> contacts, sources, synonyms, messages."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from babybot.document import Document
from babybot.model import ChecklistItem, Contact, Region, SmallTalk, Source
from babybot.nodes import Fields, Text, top_fields, top_pairs
from babybot.references import Kind, Ledger
from babybot.slots import check_slots
from babybot.text import tokens

__all__ = [
    "CONTACT_KINDS",
    "MESSAGE_KEYS",
    "Messages",
    "read_messages",
    "read_regions",
    "read_sources",
    "read_vocabulary",
]

MESSAGE_KEYS: Final[tuple[str, ...]] = (
    "greeting",
    "escalation_emergency",
    "escalation_urgent",
    "escalation_doctor",
    "escalation_urgent_asked",
    "escalation_doctor_asked",
    "escalation_urgent_carer",
    "escalation_urgent_poison",
    "escalation_watch",
    "escalation_unsure",
    "signs_told",
    "signs_past",
    "signs_asked",
    "signs_earlier",
    "unlisted_sign",
    "poison_line",
    "crisis_line",
    "support_line",
    "no_poison",
    "no_crisis",
    "no_nurse",
    "standing_emergency",
    "standing_urgent",
    "standing_doctor",
    "standing_asked",
    "standing_urgent_carer",
    "standing_urgent_poison",
    "hold_ground",
    "hold_ground_doctor",
    "hold_ground_carer",
    "listen_carer",
    "region_noted",
    "region_unknown",
    "it_stopped",
    "it_stopped_other",
    "it_stopped_carer",
    "help_coming",
    "help_here",
    "what_to_do",
    "look_now",
    "until_help_comes",
    "changed_advice",
    "contacts",
    "correction",
    "earlier_emergency",
    "earlier_urgent",
    "earlier_doctor",
    "checklist_question",
    "checklist_label",
    "checklist_which",
    "checklist_no",
    "checklist_others",
    "checklist_unsure",
    "checklist_unsure_label",
    "see_also",
    "see_also_plain",
    "clarify",
    "clarify_plain",
    "no_match",
    "no_match_nearest",
    "no_match_nearest_plain",
    "topics_plain",
    "topics_of_plain",
    "no_match_again",
    "topics",
    "topics_of",
    "empty",
    "age_noted",
    "age_thanks",
    "corrected_age",
    "age_day",
    "age_days",
    "age_weeks",
    "age_months",
    "about_again",
    "about_last",
    "sources_of",
    "sources_none",
    "sources_reviewed",
    "sources_unreviewed",
    "no_last",
    "last_resort",
)
"""Messages that the bot cannot do without."""

CONTACT_KINDS: Final = MappingProxyType(
    {
        "emergency": "emergency services",
        "nurse": "nurse line",
        "poison": "poison line",
        "crisis": "crisis line",
        "parent_support": "parent support",
    }
)
"""Whom a region may name, in the order they are kept -> what they are called where the file gives no name."""

_CODE: Final = re.compile(r"[A-Z]{2}")
_YEAR: Final = re.compile(r"(19|20)\d\d")


@dataclass(slots=True)
class Messages:
    """What all message files hold together."""

    texts: dict[str, str] = field(default_factory=dict)
    keys: list[Text] = field(default_factory=list)
    """The keys of `texts` and where they stand."""
    checklist: list[ChecklistItem] | None = None
    """None where no file has one."""
    small_talk: list[SmallTalk] = field(default_factory=list)


def read_messages(document: Document, into: Messages, ledger: Ledger) -> None:
    """Add the messages of one file. What is wrong in it is added to its problems."""
    fields = top_pairs(document, "a file of messages")
    if fields is None:
        return
    for key in fields.names():
        if key.text == "checklist":
            into.checklist = [*(into.checklist or ()), *_checklist(fields, ledger)]
        elif key.text == "small_talk":
            into.small_talk.extend(_small_talk(fields, ledger))
        else:
            ledger.give(Kind.MESSAGE, key)
            into.keys.append(key)
            into.texts[key.text] = fields.text_or_lines(key.text)
            check_slots(fields, key.text, into.texts[key.text])


def _checklist(fields: Fields, ledger: Ledger) -> list[ChecklistItem]:
    items = []
    for item in fields.children("checklist", "checklist item"):
        item.expect(("text", "red_flag"), ("words",))
        red_flag = item.line("red_flag")
        words = tuple(word.text for word in item.lines("words", may_be_empty=True))
        text = item.text("text", one_line=True)
        if red_flag is not None:
            ledger.use(Kind.RED_FLAG, red_flag)
            items.append(ChecklistItem(text=text, red_flag=red_flag.text, words=words))
    return items


def _small_talk(fields: Fields, ledger: Ledger) -> list[SmallTalk]:
    below = fields.child("small_talk")
    if below is None:
        return []
    kinds = []
    for key in below.names():
        ledger.give(Kind.SMALL_TALK, key)
        item = below.child(key.text)
        if item is not None:
            item.expect(("phrases", "reply"))
            phrases = tuple(phrase.text for phrase in item.lines("phrases"))
            check_slots(item, "reply", item.text("reply"))
            kinds.append(SmallTalk(kind=key.text, phrases=phrases, reply=item.text("reply")))
    return kinds


def read_vocabulary(document: Document, ledger: Ledger) -> dict[str, tuple[str, ...]]:
    """Name -> words that mean the same, from one file."""
    fields = top_fields(document, "the vocabulary", ("groups",), ())
    groups = None if fields is None else fields.child("groups")
    if groups is None:
        return {}
    found = {}
    for name in groups.names():
        ledger.give(Kind.SYNONYMS, name)
        found[name.text] = tuple(word.text for word in groups.lines(name.text))
    return found


def read_sources(document: Document, ledger: Ledger) -> dict[str, Source]:
    """Key -> source, from one file."""
    fields = top_pairs(document, "a file of sources")
    found: dict[str, Source] = {}
    for key in fields.names() if fields else ():
        ledger.give(Kind.SOURCE, key)
        item = fields.child(key.text) if fields else None
        if item is not None:
            found[key.text] = _source(key, item)
    return found


def _source(key: Text, fields: Fields) -> Source:
    fields.expect(("publisher", "title"), ("url", "year", "verified", "note"))
    url, year = fields.line("url", nullable=True), fields.line("year", nullable=True)
    verified, note = (fields.line("verified", nullable=True), fields.line("note", nullable=True))
    if url is not None and not url.text.startswith(("https://", "http://")):
        message = f"'url' must begin with https:// or http://, found {url.text!r}"
        fields.document.problems.append(url.problem("bad-url", message))
    if year is not None and not _YEAR.fullmatch(year.text):
        message = f"'year' must be a year such as 2024 or null, found {year.text!r}"
        fields.document.problems.append(year.problem("bad-year", message))
        year = None
    return Source(
        key=key.text,
        publisher=fields.text("publisher", one_line=True),
        title=fields.text("title", one_line=True),
        url=url.text if url else None,
        year=int(year.text) if year else None,
        verified=verified.text if verified else None,
        note=note.text if note else None,
        location=key.location,
    )


def read_regions(document: Document, ledger: Ledger) -> dict[str, Region]:
    """Upper-case code, or `default` -> region, from one file."""
    fields = top_pairs(document, "a file of regions")
    found: dict[str, Region] = {}
    for key in fields.names() if fields else ():
        code = key.text if key.text == "default" else key.text.upper()
        ledger.give(Kind.REGION, Text(code, key.location, key.context))
        _check_code(code, key, document)
        item = fields.child(key.text) if fields else None
        if item is not None:
            found[code] = _region(code, key, item)
    return found


def _check_code(code: str, key: Text, document: Document) -> None:
    if code == "UK":
        document.problems.append(key.problem("bad-region", "the United Kingdom's code is GB, found 'UK'", "write 'GB'"))
    elif code != "default" and not _CODE.fullmatch(code):
        message = f"a region is two letters or 'default', found {key.text!r}"
        document.problems.append(key.problem("bad-region", message, "use the ISO 3166 country code"))


def _region(code: str, key: Text, fields: Fields) -> Region:
    fields.expect(("emergency",), ("name", "note", "places", *CONTACT_KINDS))
    contacts = [
        _contact(kind, item) for kind in CONTACT_KINDS for item in fields.children(kind, f"{kind} contact", or_one=True)
    ]
    if fields.is_empty_list("emergency"):
        fields.document.problems.append(key.problem("empty-value", f"region {key.text!r} has no emergency contact"))
    note = fields.line("note", nullable=True)
    return Region(
        code=code,
        name=fields.text("name", one_line=True) or code,
        contacts=tuple(contacts),
        note=note.text if note else None,
        places=tuple(
            " ".join(token.word for token in tokens(place.text)) for place in fields.lines("places", may_be_empty=True)
        ),
    )


def _contact(kind: str, fields: Fields) -> Contact:
    fields.expect(("number",), ("name", "checked"))
    name, number = (fields.text("name", one_line=True), fields.line("number", nullable=True))
    if number is None and not name and "number" in fields:
        fields.document.report_at(fields.node, "empty-value", "a contact needs a name or a number")
    return Contact(
        kind=kind,
        name=name or CONTACT_KINDS[kind],
        number=number.text if number else None,
        checked=fields.date("checked"),
    )
