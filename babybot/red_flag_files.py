"""`red_flags/*.yaml` -> red flags, rules, modifiers and the words of the phrase language.

Phrases are only collected here; the loader parses them once the groups of all files are known.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from babybot.document import Document
from babybot.measures import MEASURES
from babybot.model import Bound, Modifier, RedFlag, Rule, Urgency
from babybot.nodes import Fields, Text, top_fields
from babybot.references import Kind, Ledger
from babybot.slots import check_slots

__all__ = ["BOUNDED", "URGENCIES", "RedFlagFiles", "circular", "read_red_flags"]

BOUNDED: Final = tuple(dict.fromkeys((*MEASURES, "pause_s", "cry_s", "dry_s", "feed_gap_s", "fever_days")))
"""What a rule's `when` may bound: what `measures.py` reads, and what it is still to read (lint tells of those)."""

_GROUP: Final = re.compile(r"\{([^{}]*)\}")
_NONE: Final[frozenset[str]] = frozenset()

URGENCIES: Final = MappingProxyType({urgency.value: urgency for urgency in reversed(Urgency)})
"""The words for a grade, most urgent first."""

_TOP: Final = (
    "red_flags", "rules", "modifiers", "groups", "forms", "spellings", "fillers", "not", "no_fuzzy", "include",
)  # fmt: skip


@dataclass(slots=True)
class RedFlagFiles:
    """What all red-flag files hold together."""

    red_flags: list[RedFlag] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    modifiers: list[Modifier] = field(default_factory=list)
    groups: dict[str, tuple[str, ...]] = field(default_factory=dict)
    forms: dict[str, tuple[str, ...]] = field(default_factory=dict)
    spellings: dict[str, tuple[str, ...]] = field(default_factory=dict)
    fillers: list[str] = field(default_factory=list)
    masks: list[str] = field(default_factory=list)
    no_fuzzy: list[str] = field(default_factory=list)
    says_none: bool = False
    """Whether a file says `red_flags: []`."""
    includes_shipped: bool = False
    """Whether a file says `include: shipped`."""


def read_red_flags(document: Document, into: RedFlagFiles, ledger: Ledger) -> None:
    """Add what one file holds. What is wrong in it is added to its problems."""
    fields = top_fields(document, "a file of red flags", (), _TOP)
    if fields is None:
        return
    if fields.choice("include", {"shipped": True}):
        into.includes_shipped = True
    flags = [_red_flag(item, ledger) for item in fields.children("red_flags", "red flag")]
    into.says_none = into.says_none or (fields.is_empty_list("red_flags") and not flags)
    into.red_flags.extend(flag for flag in flags if flag is not None)
    rules = (_rule(item, ledger) for item in fields.children("rules", "rule"))
    into.rules.extend(rule for rule in rules if rule is not None)
    into.modifiers.extend(_modifier(item, ledger) for item in fields.children("modifiers", "modifier"))
    for key, kind, words in (
        ("groups", Kind.GROUP, into.groups),
        ("forms", Kind.FORMS, into.forms),
        ("spellings", Kind.SPELLINGS, into.spellings),
    ):
        words.update(_word_lists(fields, key, kind, ledger))
    into.masks.extend(_strings(_phrases(fields, "not", ledger)))
    into.fillers.extend(_strings(fields.lines("fillers", may_be_empty=True)))
    into.no_fuzzy.extend(_strings(fields.lines("no_fuzzy", may_be_empty=True)))


def _strings(texts: tuple[Text, ...]) -> tuple[str, ...]:
    return tuple(text.text for text in texts)


def _phrases(fields: Fields, key: str, ledger: Ledger) -> tuple[Text, ...]:
    phrases = fields.lines(key, may_be_empty=True)
    ledger.phrases.extend(phrases)
    return phrases


def _references(fields: Fields, key: str, kind: Kind, ledger: Ledger) -> tuple[str, ...]:
    names = fields.lines(key, may_be_empty=kind is Kind.SOURCE)
    ledger.use(kind, *names)
    return _strings(names)


def _word_lists(fields: Fields, key: str, kind: Kind, ledger: Ledger) -> dict[str, tuple[str, ...]]:
    """A mapping of name -> list of words."""
    below = fields.child(key)
    if below is None:
        return {}
    found = {}
    for name in below.names():
        ledger.give(kind, name)
        words = below.lines(name.text)
        found[name.text] = _strings(words)
        if kind is Kind.GROUP:
            ledger.phrases.extend(words)
    return found


def circular(groups: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """The groups that stand for themselves, directly or through others.

    >>> sorted(circular({"limb": ["leg", "{arm}"], "arm": ["hand", "{limb}"], "eye": ["eyes"]}))
    ['arm', 'limb']
    """
    reached = {name: frozenset(_GROUP.findall(" ".join(words))) for name, words in groups.items()}
    while True:
        wider = {name: names.union(*(reached.get(other, _NONE) for other in names)) for name, names in reached.items()}
        if wider == reached:
            break
        reached = wider
    return frozenset(name for name, names in reached.items() if name in names)


def _red_flag(fields: Fields, ledger: Ledger) -> RedFlag | None:
    fields.expect(
        ("id", "label", "urgency", "phrases"), ("phrases_at", "not", "about_carer", "advice", "sources", "near_misses")
    )
    name = fields.id()
    ledger.give(Kind.RED_FLAG, name)
    urgency = fields.choice("urgency", URGENCIES)
    phrases, by_urgency = (_phrases(fields, "phrases", ledger), _phrases_at(fields, ledger))
    masks, near_misses = _phrases(fields, "not", ledger), fields.lines("near_misses")
    label, advice = fields.text("label", one_line=True), fields.text("advice")
    check_slots(fields, "advice", advice)
    sources, about_carer = (_references(fields, "sources", Kind.SOURCE, ledger), fields.flag("about_carer"))
    if name is None or urgency is None:
        return None
    everything = (*phrases, *(phrase for group in by_urgency.values() for phrase in group), *masks)
    return RedFlag(
        id=name.text,
        label=label,
        urgency=urgency,
        phrases=_strings(phrases),
        phrases_at=tuple((grade, _strings(group)) for grade, group in by_urgency.items()),
        masks=_strings(masks),
        about_carer=about_carer,
        advice=advice,
        sources=sources,
        near_misses=_strings(near_misses),
        location=name.location,
        phrase_locations=tuple(phrase.location for phrase in everything),
        near_miss_locations=tuple(near_miss.location for near_miss in near_misses),
    )


def _phrases_at(fields: Fields, ledger: Ledger) -> dict[Urgency, tuple[Text, ...]]:
    below = fields.child("phrases_at")
    if below is None:
        return {}
    found = {}
    for key in below.names():
        grade = below.chosen(key, "phrases_at", URGENCIES)
        phrases = _phrases(below, key.text, ledger)
        if grade is not None:
            found[grade] = phrases
    return found


def _rule(fields: Fields, ledger: Ledger) -> Rule | None:
    fields.expect(("id", "when", "urgency"), ("red_flag", "sources"))
    name = fields.id()
    ledger.give(Kind.RULE, name)
    raised = fields.line("red_flag") if "red_flag" in fields else name
    if raised is not None:
        ledger.use(Kind.RED_FLAG, raised)
    urgency = fields.choice("urgency", URGENCIES)
    sources = _references(fields, "sources", Kind.SOURCE, ledger)
    when = fields.child("when")
    if when is None:
        return None
    when.expect((), (*BOUNDED, "red_flags", "phrases"))
    if not when.node.pairs:
        when.document.report_at(when.node, "empty-value", "'when' holds no condition, expected at least one")
    measures = {measure: _bound(when, measure) for measure in BOUNDED if measure in when}
    red_flags = _references(when, "red_flags", Kind.RED_FLAG, ledger)
    phrases = _phrases(when, "phrases", ledger)
    if name is None or urgency is None or raised is None:
        return None
    return Rule(
        id=name.text,
        red_flag=raised.text,
        urgency=urgency,
        measures=MappingProxyType(measures),
        red_flags=frozenset(red_flags),
        phrases=_strings(phrases),
        sources=sources,
        location=name.location,
    )


def _bound(when: Fields, measure: str) -> Bound:
    fields = when.child(measure)
    if fields is None:
        return Bound()
    fields.expect((), ("at_least", "under"))
    at_least, under = fields.number("at_least"), fields.number("under")
    if not fields.node.pairs:
        fields.document.report_at(fields.node, "empty-value", f"{measure!r} lacks 'at_least' or 'under'")
    elif at_least is not None and under is not None and at_least >= under:
        message = f"no number is at least {at_least:g} and under {under:g}"
        fields.document.report_at(fields.node, "empty-range", message)
    return Bound(at_least=at_least, under=under)


def _modifier(fields: Fields, ledger: Ledger) -> Modifier:
    fields.expect(("id", "phrases"), ("not",))
    name = fields.id()
    ledger.give(Kind.MODIFIER, name)
    return Modifier(
        id=name.text if name else "",
        phrases=_strings(_phrases(fields, "phrases", ledger)),
        masks=_strings(_phrases(fields, "not", ledger)),
        location=name.location if name else fields.location,
    )
