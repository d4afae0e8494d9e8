"""`KnowledgeBase` <-> plain JSON-ready data, so that unchanged knowledge is read in milliseconds.

Places in files are left out; whoever needs them reads the source files. When it is used is decided by the loader.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from babybot.model import (
    AgeAnswer,
    Bound,
    ChecklistItem,
    Contact,
    Entry,
    KnowledgeBase,
    Modifier,
    RedFlag,
    RedFlagWords,
    Region,
    Rule,
    SmallTalk,
    Source,
    Urgency,
)

__all__ = ["FORMAT", "dumps", "from_data", "is_current", "read", "to_data"]

FORMAT: Final = 2
"""Raised whenever the form changes, so that data of another version are never used."""


def read(path: Path, fingerprint: str) -> KnowledgeBase | None:
    """The knowledge of a compiled file; None when it is missing, broken, of another form or of other sources.

    Args:
        path: the compiled file.
        fingerprint: hash of the source files as they are now.
    """
    try:
        data = json.loads(path.read_bytes())
        if data["format"] != FORMAT or data["fingerprint"] != fingerprint:
            return None
        return from_data(data)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None


def is_current(path: Path, fingerprint: str) -> bool:
    """Whether a compiled file is there and of these sources, as `dumps` wrote it; looks at its first bytes only."""
    head = f'{{"format":{FORMAT},\n"fingerprint":"{fingerprint}"'.encode()
    try:
        with path.open("rb") as file:
            return file.read(len(head)) == head
    except OSError:
        return False


def dumps(knowledge: KnowledgeBase) -> str:
    """The compiled file's text: the same for the same knowledge, one part a line."""
    lines = (f"{json.dumps(key)}:{_packed(value)}" for key, value in to_data(knowledge).items())
    return "{" + ",\n".join(lines) + "}\n"


def _packed(value: object) -> str:
    if isinstance(value, list):
        return "[\n" + ",\n".join(_packed_item(item) for item in value) + "]"
    return _packed_item(value)


def _packed_item(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def to_data(knowledge: KnowledgeBase) -> dict[str, Any]:
    """Knowledge -> dicts, lists, texts and numbers."""
    words = knowledge.words
    return {
        "format": FORMAT,
        "fingerprint": knowledge.fingerprint,
        "topics": dict(knowledge.topics),
        "entries": [_entry_data(entry) for entry in knowledge.entries],
        "red_flags": [_red_flag_data(flag) for flag in knowledge.red_flags],
        "rules": [_rule_data(rule) for rule in knowledge.rules],
        "modifiers": [[item.id, list(item.phrases), list(item.masks)] for item in knowledge.modifiers],
        "words": {
            "groups": _lists(words.groups),
            "forms": _lists(words.forms),
            "spellings": _lists(words.spellings),
            "fillers": sorted(words.fillers),
            "masks": list(words.masks),
            "no_fuzzy": sorted(words.no_fuzzy),
        },
        "regions": [_region_data(region) for region in knowledge.regions.values()],
        "sources": [
            [source.key, source.publisher, source.title, source.url, source.year, source.verified, source.note]
            for source in knowledge.sources.values()
        ],
        "synonyms": [list(group) for group in knowledge.synonyms],
        "messages": dict(knowledge.messages),
        "checklist": [[item.text, item.red_flag, list(item.words)] for item in knowledge.checklist],
        "small_talk": [[item.kind, list(item.phrases), item.reply] for item in knowledge.small_talk],
    }


def from_data(data: Mapping[str, Any]) -> KnowledgeBase:
    """What `to_data` gave -> the same knowledge, without its places in files."""
    words = data["words"]
    regions = [_region(item) for item in data["regions"]]
    return KnowledgeBase(
        entries=tuple(_entry(item) for item in data["entries"]),
        topics=MappingProxyType(data["topics"]),
        red_flags=tuple(_red_flag(item) for item in data["red_flags"]),
        rules=tuple(_rule(item) for item in data["rules"]),
        modifiers=tuple(
            Modifier(id=name, phrases=tuple(phrases), masks=tuple(masks)) for name, phrases, masks in data["modifiers"]
        ),
        words=RedFlagWords(
            groups=_tuples(words["groups"]),
            forms=_tuples(words["forms"]),
            spellings=_tuples(words["spellings"]),
            fillers=frozenset(words["fillers"]),
            masks=tuple(words["masks"]),
            no_fuzzy=frozenset(words["no_fuzzy"]),
        ),
        regions=MappingProxyType({region.code: region for region in regions}),
        sources=MappingProxyType({item[0]: _source(item) for item in data["sources"]}),
        synonyms=tuple(tuple(group) for group in data["synonyms"]),
        messages=MappingProxyType(data["messages"]),
        fingerprint=data["fingerprint"],
        checklist=tuple(
            ChecklistItem(text=text, red_flag=flag, words=tuple(chosen)) for text, flag, chosen in data["checklist"]
        ),
        small_talk=tuple(
            SmallTalk(kind=kind, phrases=tuple(phrases), reply=reply) for kind, phrases, reply in data["small_talk"]
        ),
    )


def _lists(words: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    return {name: list(group) for name, group in words.items()}


def _tuples(words: Mapping[str, list[str]]) -> Mapping[str, tuple[str, ...]]:
    return MappingProxyType({name: tuple(group) for name, group in words.items()})


def _entry_data(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "topic": entry.topic,
        "title": entry.title,
        "questions": list(entry.questions),
        "answer": entry.answer,
        "reassures": entry.reassures,
        "by_age": [[aged.from_months, aged.answer] for aged in entry.by_age],
        "see_also": list(entry.see_also),
        "sources": list(entry.sources),
        "reviewed": entry.reviewed,
        "examples": list(entry.examples),
    }


def _entry(data: Mapping[str, Any]) -> Entry:
    return Entry(
        id=data["id"],
        topic=data["topic"],
        title=data["title"],
        questions=tuple(data["questions"]),
        answer=data["answer"],
        reassures=data["reassures"],
        by_age=tuple(AgeAnswer(from_months=months, answer=answer) for months, answer in data["by_age"]),
        see_also=tuple(data["see_also"]),
        sources=tuple(data["sources"]),
        reviewed=data["reviewed"],
        examples=tuple(data["examples"]),
    )


def _red_flag_data(flag: RedFlag) -> dict[str, Any]:
    return {
        "id": flag.id,
        "label": flag.label,
        "urgency": flag.urgency.value,
        "phrases": list(flag.phrases),
        "phrases_at": {urgency.value: list(phrases) for urgency, phrases in flag.phrases_at},
        "masks": list(flag.masks),
        "about_carer": flag.about_carer,
        "advice": flag.advice,
        "sources": list(flag.sources),
        "near_misses": list(flag.near_misses),
    }


def _red_flag(data: Mapping[str, Any]) -> RedFlag:
    at = tuple((Urgency(urgency), tuple(phrases)) for urgency, phrases in data["phrases_at"].items())
    return RedFlag(
        id=data["id"],
        label=data["label"],
        urgency=Urgency(data["urgency"]),
        phrases=tuple(data["phrases"]),
        phrases_at=at,
        masks=tuple(data["masks"]),
        about_carer=data["about_carer"],
        advice=data["advice"],
        sources=tuple(data["sources"]),
        near_misses=tuple(data["near_misses"]),
    )


def _rule_data(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "red_flag": rule.red_flag,
        "urgency": rule.urgency.value,
        "measures": {measure: [bound.at_least, bound.under] for measure, bound in rule.measures.items()},
        "red_flags": sorted(rule.red_flags),
        "phrases": list(rule.phrases),
        "sources": list(rule.sources),
    }


def _rule(data: Mapping[str, Any]) -> Rule:
    bounds = {measure: Bound(at_least=least, under=under) for measure, (least, under) in data["measures"].items()}
    return Rule(
        id=data["id"],
        red_flag=data["red_flag"],
        urgency=Urgency(data["urgency"]),
        measures=MappingProxyType(bounds),
        red_flags=frozenset(data["red_flags"]),
        phrases=tuple(data["phrases"]),
        sources=tuple(data["sources"]),
    )


def _region_data(region: Region) -> list[Any]:
    contacts = [[contact.kind, contact.name, contact.number, contact.checked] for contact in region.contacts]
    return [region.code, region.name, region.note, contacts, list(region.places)]


def _region(data: list[Any]) -> Region:
    code, name, note, contacts, places = data
    return Region(
        code=code,
        name=name,
        note=note,
        contacts=tuple(
            Contact(kind=kind, name=called, number=number, checked=checked)
            for kind, called, number, checked in contacts
        ),
        places=tuple(places),
    )


def _source(data: list[Any]) -> Source:
    key, publisher, title, url, year, verified, note = data
    return Source(key=key, publisher=publisher, title=title, url=url, year=year, verified=verified, note=note)
