"""What a good editor would not leave in the knowledge: rules over a `KnowledgeBase` that yield `Problem`s.

Knowledge that loads is usable; here it is judged. What a question retrieves and what an utterance raises is asked of
the callables that are passed in, so that nothing is matched here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from babybot.errors import Location, Problem, Severity
from babybot.measures import MEASURES
from babybot.model import Entry, KnowledgeBase, RedFlag
from babybot.text import normalise

__all__ = ["RULES", "Finding", "LintRule", "Subject", "lint"]

SHORTEST_ANSWER: Final = 50
LONGEST_ANSWER: Final = 150
"""Words of an answer, both inclusive. Source: issue 2, "an answer of 50-150 plain words"."""
LONGEST_SENTENCE: Final = 30
"""Words of a sentence, inclusive, that a 9 to 11-year-old can still follow. Source: issue 2, reading level."""

_PHONE: Final = re.compile(r"(?<![\d.])\+?\(?\d(?:[ ()-]{0,2}\d){6,}(?!\d)|\b(?:999|911|112|111|000)\b")
_SENTENCE_END: Final = re.compile(r"(?<=[.!?:])\s+|\n+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is judged, and whom to ask about it."""

    knowledge: KnowledgeBase
    ranker: Callable[[str], str | None] | None
    """Utterance -> id of the entry ranked first, or None; None where retrieval is not to be judged."""
    assessor: Callable[[str], frozenset[str]] | None
    """Utterance -> ids of the red flags it raises; None where triage is not to be judged."""
    is_trained: bool = True
    """Whether the ranker has been trained from this knowledge."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found; the rule itself gives the id and the severity."""

    location: Location
    message: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class LintRule:
    """One check."""

    id: str
    """Stable, kebab-case."""
    severity: Severity
    check: Callable[[Subject], Iterator[Finding]]
    summary: str
    """What it asks for, for lists of rules; lower case, no full stop."""


def lint(
    knowledge: KnowledgeBase,
    *,
    ranker: Callable[[str], str | None] | None = None,
    assessor: Callable[[str], frozenset[str]] | None = None,
    is_trained: bool = True,
) -> tuple[Problem, ...]:
    """Judge knowledge by every rule.

    Args:
        knowledge: read from its source files (`load(..., compiled=False)`), so that problems have places.
        ranker: utterance -> id of the entry ranked first, or None; without it no rule about retrieval is run.
        assessor: utterance -> ids of the red flags it raises, denied ones left out; without it no rule about triage
            is run.
        is_trained: whether the ranker has been trained from this knowledge.

    Returns:
        The problems by location.
    """
    subject = Subject(knowledge=knowledge, ranker=ranker, assessor=assessor, is_trained=is_trained)
    problems = [
        Problem(
            location=finding.location,
            severity=rule.severity,
            rule=rule.id,
            message=finding.message,
            hint=finding.hint,
        )
        for rule in RULES
        for finding in rule.check(subject)
    ]
    return tuple(sorted(problems, key=lambda problem: problem.sort_key))


def _placed(texts: Iterable[str], places: Sequence[Location], otherwise: Location) -> Iterator[tuple[str, Location]]:
    """Texts with their places; `otherwise` where the places were not kept."""
    for index, text in enumerate(texts):
        yield text, places[index] if index < len(places) else otherwise


def _questions(entry: Entry) -> Iterator[tuple[str, Location]]:
    return _placed(entry.questions, entry.question_locations, entry.location)


def _examples(entry: Entry) -> Iterator[tuple[str, Location]]:
    return _placed(entry.examples, entry.example_locations, entry.location)


def _near_misses(flag: RedFlag) -> Iterator[tuple[str, Location]]:
    return _placed(flag.near_misses, flag.near_miss_locations, flag.location)


def _shared_questions(subject: Subject) -> Iterator[Finding]:
    first: dict[str, tuple[Entry, Location]] = {}
    for entry in subject.knowledge.entries:
        for question, place in _questions(entry):
            other, earlier = first.setdefault(normalise(question), (entry, place))
            if other is not entry:
                message = f"entry {other.id!r} has the question {question!r} too, at {earlier}"
                yield Finding(place, message, "leave it to the entry that answers it best")


def _wordless_questions(subject: Subject) -> Iterator[Finding]:
    for entry in subject.knowledge.entries:
        for question, place in _questions(entry):
            if not normalise(question):
                yield Finding(place, f"question {question!r} has no word that could match", "write how a parent asks")


def _answers(entry: Entry) -> Iterator[tuple[str, str]]:
    """Each answer of an entry and how to call it."""
    yield "the answer", entry.answer
    for aged in entry.by_age:
        yield f"the answer from {aged.from_months:g} months", aged.answer


def _answer_lengths(subject: Subject) -> Iterator[Finding]:
    for entry in subject.knowledge.entries:
        for called, answer in _answers(entry):
            words = sum(any(char.isalnum() for char in word) for word in answer.split())
            if not SHORTEST_ANSWER <= words <= LONGEST_ANSWER:
                message = f"{called} of {entry.id!r} has {words} words, expected {SHORTEST_ANSWER} to {LONGEST_ANSWER}"
                yield Finding(entry.location, message)


def _long_sentences(subject: Subject) -> Iterator[Finding]:
    for entry in subject.knowledge.entries:
        for called, answer in _answers(entry):
            for sentence in _SENTENCE_END.split(answer):
                words = sentence.split()
                if len(words) > LONGEST_SENTENCE:
                    begin = " ".join(words[:5])
                    message = f"a sentence of {len(words)} words in {called} of {entry.id!r}: {begin!r}\u2026"
                    yield Finding(entry.location, message, f"split it: {LONGEST_SENTENCE} words at most")


def _phone_numbers(subject: Subject) -> Iterator[Finding]:
    knowledge = subject.knowledge
    told = [(entry.location, called, answer) for entry in knowledge.entries for called, answer in _answers(entry)]
    told += [(flag.location, f"the advice of {flag.id!r}", flag.advice or "") for flag in knowledge.red_flags]
    for place, called, text in told:
        for number in _PHONE.findall(text):
            message = f"{called} holds the phone number {number.strip()!r}"
            yield Finding(
                place, message, "write {emergency} or {nurse}: the program names those of the parent's country"
            )


def _entries_without_sources(subject: Subject) -> Iterator[Finding]:
    for entry in subject.knowledge.entries:
        if not entry.sources:
            yield Finding(entry.location, f"entry {entry.id!r} names no source", "add: sources: [key of sources.yaml]")


def _entries_without_examples(subject: Subject) -> Iterator[Finding]:
    for entry in subject.knowledge.entries:
        if not entry.examples:
            message = f"entry {entry.id!r} has no examples, so nothing tests that parents reach it"
            yield Finding(entry.location, message, "add: examples: with sentences that are no questions of it")


def _examples_that_are_questions(subject: Subject) -> Iterator[Finding]:
    for entry in subject.knowledge.entries:
        questions = {normalise(question) for question in entry.questions}
        for example, place in _examples(entry):
            if normalise(example) in questions:
                message = f"example {example!r} is a question of the entry too, so it tests nothing"
                yield Finding(place, message, "word it otherwise")


def _see_also_itself(subject: Subject) -> Iterator[Finding]:
    for entry in subject.knowledge.entries:
        if entry.id in entry.see_also:
            yield Finding(entry.location, f"entry {entry.id!r} says to see itself", "take it out of 'see_also'")


def _repeated(texts: Iterable[str]) -> Iterator[str]:
    return (text for text, count in Counter(texts).items() if count > 1)


def _repeated_references(subject: Subject) -> Iterator[Finding]:
    for entry in subject.knowledge.entries:
        for key, names in (("see_also", entry.see_also), ("sources", entry.sources)):
            for name in _repeated(names):
                yield Finding(entry.location, f"{key!r} of {entry.id!r} names {name!r} twice", "delete one of them")
    for flag in subject.knowledge.red_flags:
        for name in _repeated(flag.sources):
            yield Finding(flag.location, f"'sources' of {flag.id!r} names {name!r} twice", "delete one of them")


def _repeated_phrases(subject: Subject) -> Iterator[Finding]:
    for flag in subject.knowledge.red_flags:
        phrases = [*flag.phrases, *(phrase for _, group in flag.phrases_at for phrase in group)]
        seen: set[str] = set()
        for phrase, place in _placed(phrases, flag.phrase_locations, flag.location):
            if phrase in seen:
                yield Finding(place, f"red flag {flag.id!r} has the phrase {phrase!r} twice", "delete one of them")
            seen.add(phrase)


def _flags_without_near_misses(subject: Subject) -> Iterator[Finding]:
    for flag in subject.knowledge.red_flags:
        if flag.phrases and not flag.near_misses:
            message = f"red flag {flag.id!r} has no near misses, so nothing tests that it keeps still"
            yield Finding(flag.location, message, "add: near_misses: with sentences that must not raise it")


def _no_red_flags(subject: Subject) -> Iterator[Finding]:
    if not subject.knowledge.red_flags:
        message = "the knowledge has no red flags: nothing a parent says will escalate"
        yield Finding(Location(""), message, "write 'include: shipped' into red_flags.yaml")


def _unread_measures(subject: Subject) -> Iterator[Finding]:
    for rule in subject.knowledge.rules:
        for measure in rule.measures:
            if measure not in MEASURES:
                message = f"rule {rule.id!r} never holds: nothing reads the measure {measure!r}"
                yield Finding(rule.location, message, f"measures are {', '.join(MEASURES)}")


def _words_of_two_groups(subject: Subject) -> Iterator[Finding]:
    first: dict[str, tuple[str, ...]] = {}
    for group in subject.knowledge.synonyms:
        for word in dict.fromkeys(normalise(word) for word in group):
            other = first.setdefault(word, group)
            if other is not group:
                message = f"{word!r} stands in two groups of the vocabulary: with {other[0]!r} and with {group[0]!r}"
                yield Finding(Location(""), message, "keep it in one of them")


def _unreached_questions(subject: Subject) -> Iterator[Finding]:
    for entry in subject.knowledge.entries:
        yield from _unreached(subject, entry, "question", _questions(entry))


def _unreached_examples(subject: Subject) -> Iterator[Finding]:
    for entry in subject.knowledge.entries:
        yield from _unreached(subject, entry, "example", _examples(entry))


def _unreached(subject: Subject, entry: Entry, called: str, texts: Iterator[tuple[str, Location]]) -> Iterator[Finding]:
    if subject.ranker is None:
        return
    for text, place in texts:
        found = subject.ranker(text)
        if found != entry.id:
            instead = f"entry {found!r}" if found else "no entry"
            hint = (
                "reword it, or move it there"
                if subject.is_trained
                else "run 'babybot build' first; if it stays, reword it"
            )
            yield Finding(place, f"{called} {text!r} of {entry.id!r} reaches {instead}", hint)


def _near_misses_that_raise(subject: Subject) -> Iterator[Finding]:
    if subject.assessor is None:
        return
    for flag in subject.knowledge.red_flags:
        for near_miss, place in _near_misses(flag):
            if flag.id in subject.assessor(near_miss):
                message = f"near miss {near_miss!r} raises {flag.id!r}"
                yield Finding(place, message, "add its innocent words to 'not', or narrow the phrase that matches")


_ERROR: Final = Severity.ERROR
_WARNING: Final = Severity.WARNING

RULES: Final = (
    LintRule("shared-question", _ERROR, _shared_questions, "a question belongs to one entry"),
    LintRule("wordless-question", _ERROR, _wordless_questions, "a question has a word"),
    LintRule("answer-length", _WARNING, _answer_lengths, "an answer has 50 to 150 words"),
    LintRule("long-sentence", _WARNING, _long_sentences, "a sentence has at most 30 words"),
    LintRule("phone-number", _WARNING, _phone_numbers, "an answer holds no phone number"),
    LintRule("no-sources", _WARNING, _entries_without_sources, "an entry names its sources"),
    LintRule("no-examples", _WARNING, _entries_without_examples, "an entry has examples"),
    LintRule(
        "example-is-question", _WARNING, _examples_that_are_questions, "an example is none of its entry's questions"
    ),
    LintRule("see-also-itself", _ERROR, _see_also_itself, "an entry does not refer to itself"),
    LintRule("repeated-reference", _WARNING, _repeated_references, "a list of references names each once"),
    LintRule("repeated-phrase", _WARNING, _repeated_phrases, "a red flag has each phrase once"),
    LintRule("no-near-misses", _WARNING, _flags_without_near_misses, "a red flag has near misses"),
    LintRule("no-red-flags", _WARNING, _no_red_flags, "the knowledge has red flags"),
    LintRule("unread-measure", _ERROR, _unread_measures, "a rule asks for measures that are read"),
    LintRule("word-in-two-groups", _WARNING, _words_of_two_groups, "a word stands in one group of the vocabulary"),
    LintRule("unreached-by-question", _ERROR, _unreached_questions, "every question retrieves its own entry"),
    LintRule("unreached-by-example", _ERROR, _unreached_examples, "every example retrieves its own entry"),
    LintRule("near-miss-raises", _ERROR, _near_misses_that_raise, "no near miss raises its red flag"),
)
"""Every rule, in the order they are run."""
