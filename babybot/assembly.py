"""The source files of a folder -> checked `KnowledgeBase`, or `KnowledgeError` with every problem of every file.

Falls back to the shipped knowledge for what a folder leaves out, and checks names across files. What each kind of file
holds is read elsewhere.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeVar

from babybot.entry_files import Topic, read_questions, read_topic, with_questions
from babybot.errors import KnowledgeError, Location, Problem, Severity
from babybot.likeness import did_you_mean
from babybot.model import ChecklistItem, KnowledgeBase, RedFlagWords, Region, Source
from babybot.nodes import Text
from babybot.patterns import PhraseError
from babybot.patterns import parse as parse_phrase
from babybot.red_flag_files import RedFlagFiles, circular, read_red_flags
from babybot.references import Kind, Ledger
from babybot.source_files import SourceFile
from babybot.syntax import parse
from babybot.word_files import MESSAGE_KEYS, Messages, read_messages, read_regions, read_sources, read_vocabulary

__all__ = ["assembled"]

V = TypeVar("V")


def assembled(
    folder: Path, files: tuple[SourceFile, ...], base: KnowledgeBase | None, problems: list[Problem]
) -> KnowledgeBase:
    """Read and check the files of a folder.

    Args:
        folder: the folder, as problems call it.
        files: all its source files.
        base: the shipped knowledge, for what the folder leaves out; None for the shipped folder itself.
        problems: what was found wrong so far; more is added.

    Returns:
        The knowledge, but for its fingerprint.

    Raises:
        KnowledgeError: with every problem found.
    """
    parts = _parts(files, problems)
    problems.extend(_missing(folder, files, parts, base))
    problems.extend(_across_files(parts, base))
    entries = [entry for topic in parts.topics for entry in topic.entries]
    merged = tuple(with_questions(entries, parts.questions, problems))
    if problems:
        raise KnowledgeError(problems)
    return replace(_knowledge(parts, base), entries=merged)


@dataclass(slots=True)
class _Parts:
    """What all files of a folder hold, not yet checked against one another."""

    topics: list[Topic] = field(default_factory=list)
    questions: dict[str, list[Text]] = field(default_factory=dict)
    flags: RedFlagFiles = field(default_factory=RedFlagFiles)
    messages: Messages = field(default_factory=Messages)
    regions: dict[str, Region] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    synonyms: dict[str, tuple[str, ...]] = field(default_factory=dict)
    ledger: Ledger = field(default_factory=Ledger)
    unread: set[str] = field(default_factory=set)
    """Kinds of which a file could not be read as YAML: nothing can be said about what they lack."""


def _parts(files: tuple[SourceFile, ...], problems: list[Problem]) -> _Parts:
    parts = _Parts()
    for file in files:
        if file.data is None:
            parts.unread.add(file.kind)
        else:
            _take(file.kind, file.name, file.data, parts, problems)
    return parts


def _take(kind: str, name: str, data: bytes, parts: _Parts, problems: list[Problem]) -> None:
    """Read one file into the parts."""
    document = parse(data, name, problems)
    if document.root is None:
        parts.unread.add(kind)
    elif kind == "faq":
        topic = read_topic(document, parts.ledger)
        parts.topics.extend([topic] if topic else [])
    elif kind == "questions":
        for entry_id, questions in read_questions(document, parts.ledger).items():
            parts.questions.setdefault(entry_id, []).extend(questions)
    elif kind == "red_flags":
        read_red_flags(document, parts.flags, parts.ledger)
    elif kind == "messages":
        read_messages(document, parts.messages, parts.ledger)
    elif kind == "regions":
        parts.regions.update(read_regions(document, parts.ledger))
    elif kind == "sources":
        parts.sources.update(read_sources(document, parts.ledger))
    elif kind == "vocabulary":
        parts.synonyms.update(read_vocabulary(document, parts.ledger))


def _missing(
    folder: Path, files: tuple[SourceFile, ...], parts: _Parts, base: KnowledgeBase | None
) -> Iterator[Problem]:
    """What the folder leaves out though nothing can stand in for it."""
    if not any(file.kind == "faq" for file in files):
        yield _lack(folder, "no-entries", "the folder holds no entries", "write them into faq/<topic>.yaml")
    flags = parts.flags
    if not (flags.red_flags or flags.says_none or flags.includes_shipped or "red_flags" in parts.unread):
        hint = "write 'include: shipped' into red_flags.yaml, or 'red_flags: []' for none"
        yield _lack(folder, "no-red-flags", "the folder defines no red flags, so nothing would escalate", hint)
    if base is None and "regions" not in parts.unread and "default" not in parts.regions:
        yield _lack(folder, "missing-region", "there is no region 'default'", "add it to regions.yaml")
    if base is None and "messages" not in parts.unread:
        for key in MESSAGE_KEYS:
            if key not in parts.messages.texts:
                yield _lack(folder, "missing-message", f"there is no message {key!r}", "add it to messages.yaml")


def _lack(folder: Path, rule: str, message: str, hint: str) -> Problem:
    return Problem(location=Location(str(folder)), severity=Severity.ERROR, rule=rule, message=message, hint=hint)


_HOME: Final = MappingProxyType({Kind.ENTRY: "faq", Kind.RED_FLAG: "red_flags", Kind.SOURCE: "sources"})
"""The kind of file that gives the names of a kind."""


def _across_files(parts: _Parts, base: KnowledgeBase | None) -> Iterator[Problem]:
    """Names given twice, names of nothing, phrases that cannot be read, messages that nothing says."""
    included = _included_names(parts, base)
    yield from parts.ledger.duplicates(included)
    known = {**included, Kind.SOURCE: base.sources if base else ()}
    ledger = parts.ledger
    used = [(kind, name) for kind, name in ledger.used if _HOME[kind] not in parts.unread]
    yield from Ledger(given=ledger.given, used=used).unknown(known)
    if "red_flags" not in parts.unread:
        yield from _phrase_problems(ledger.phrases, {*parts.flags.groups, *included.get(Kind.GROUP, ())})
        rounds = circular(parts.flags.groups)
        for kind, name in ledger.given:
            if kind is Kind.GROUP and name.text in rounds:
                yield name.problem(
                    "circular-group", f"group {name.text!r} stands for itself", "take it out of its members"
                )
    if base is not None and not all(key in parts.messages.texts for key in MESSAGE_KEYS):
        for key in parts.messages.keys:
            if key.text not in base.messages:
                hint = did_you_mean(key.text, base.messages.keys())
                yield key.problem("unknown-key", f"nothing says the message {key.text!r}", hint)


def _included_names(parts: _Parts, base: KnowledgeBase | None) -> Mapping[Kind, Collection[str]]:
    """The names that `include: shipped` brings in."""
    if base is None or not parts.flags.includes_shipped:
        return {}
    return {
        Kind.RED_FLAG: {flag.id: None for flag in base.red_flags},
        Kind.RULE: {rule.id for rule in base.rules},
        Kind.MODIFIER: {modifier.id for modifier in base.modifiers},
        Kind.GROUP: base.words.groups,
    }


def _phrase_problems(phrases: list[Text], groups: Collection[str]) -> Iterator[Problem]:
    for phrase in phrases:
        try:
            parse_phrase(phrase.text, groups)
        except PhraseError as error:
            yield phrase.problem("phrase-syntax", error.message, error.hint, error.offset)


def _knowledge(parts: _Parts, base: KnowledgeBase | None) -> KnowledgeBase:
    """The parts, with the shipped ones for what they leave out; entries and fingerprint are still to come."""
    flags, included = parts.flags, base if parts.flags.includes_shipped else None
    red_flags = (*(included.red_flags if included else ()), *flags.red_flags)
    synonyms = parts.synonyms.values() if parts.synonyms or base is None else base.synonyms
    small_talk = parts.messages.small_talk or (base.small_talk if base else ())
    return KnowledgeBase(
        entries=(),
        topics=MappingProxyType({topic.name: topic.title for topic in parts.topics}),
        red_flags=red_flags,
        rules=(*(included.rules if included else ()), *flags.rules),
        modifiers=(*(included.modifiers if included else ()), *flags.modifiers),
        words=_words(flags, included.words if included else RedFlagWords()),
        regions=_over(base.regions if base else {}, parts.regions),
        sources=_over(base.sources if base else {}, parts.sources),
        synonyms=tuple(synonyms),
        messages=_over(base.messages if base else {}, parts.messages.texts),
        fingerprint="",
        checklist=_checklist(parts, base, {flag.id for flag in red_flags}),
        small_talk=tuple(small_talk),
    )


def _over(shipped: Mapping[str, V], own: Mapping[str, V]) -> Mapping[str, V]:
    """A folder's own values over the shipped ones, key by key."""
    return MappingProxyType({**shipped, **own})


def _joined(one: Mapping[str, tuple[str, ...]], other: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
    """Both mappings; a key's words of both."""
    return MappingProxyType({key: (*one.get(key, ()), *other.get(key, ())) for key in {**one, **other}})


def _words(flags: RedFlagFiles, included: RedFlagWords) -> RedFlagWords:
    return RedFlagWords(
        groups=_joined(included.groups, flags.groups),
        forms=_joined(included.forms, flags.forms),
        spellings=_joined(included.spellings, flags.spellings),
        fillers=included.fillers | frozenset(flags.fillers),
        masks=(*included.masks, *flags.masks),
        no_fuzzy=included.no_fuzzy | frozenset(flags.no_fuzzy),
    )


def _checklist(parts: _Parts, base: KnowledgeBase | None, flag_ids: Collection[str]) -> tuple[ChecklistItem, ...]:
    """The folder's own checklist, else what of the shipped one it has red flags for."""
    if parts.messages.checklist is not None or base is None:
        return tuple(parts.messages.checklist or ())
    return tuple(item for item in base.checklist if item.red_flag in flag_ids)
