"""`faq/*.yaml` -> entries, `questions/*.yaml` -> further questions for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from babybot.document import Document
from babybot.errors import Problem
from babybot.model import AgeAnswer, Entry
from babybot.nodes import Fields, Text, top_fields, top_pairs
from babybot.references import Kind, Ledger
from babybot.slots import check_slots
from babybot.text import normalise

__all__ = ["Topic", "read_questions", "read_topic", "with_questions"]

_REQUIRED: Final = ("id", "questions", "answer")
_OPTIONAL: Final = ("title", "reassures", "by_age", "see_also", "sources", "reviewed", "examples")


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One file of entries."""

    name: str
    title: str
    entries: tuple[tuple[Entry, tuple[Text, ...]], ...]
    """Each entry with its questions as they stand in the file."""


def read_topic(document: Document, ledger: Ledger) -> Topic | None:
    """The entries of one `faq` file; None when it is no mapping. What is wrong in it is added to its problems."""
    fields = top_fields(document, "a topic", ("topic", "entries"), ("title",))
    if fields is None:
        return None
    name = fields.id("topic")
    ledger.give(Kind.TOPIC, name)
    topic = name.text if name else ""
    title = fields.text("title", one_line=True) or topic.replace("-", " ").capitalize()
    items = fields.children("entries", "entry")
    if fields.is_empty_list("entries"):
        fields.document.report_at(fields.node, "empty-value", "'entries' holds no entry")
    entries = tuple(_entry(item.expect(_REQUIRED, _OPTIONAL), topic, ledger) for item in items)
    return Topic(name=topic, title=title, entries=entries)


def _entry(fields: Fields, topic: str, ledger: Ledger) -> tuple[Entry, tuple[Text, ...]]:
    name = fields.id()
    ledger.give(Kind.ENTRY, name)
    questions = fields.lines("questions")
    see_also, sources, examples = (
        fields.lines("see_also", may_be_empty=True),
        _sources(fields, ledger),
        fields.lines("examples"),
    )
    ledger.use(Kind.ENTRY, *see_also)
    answer = fields.text("answer")
    check_slots(fields, "answer", answer)
    entry = Entry(
        id=name.text if name else "",
        topic=topic,
        title=fields.text("title", one_line=True) or (questions[0].text if questions else ""),
        questions=tuple(question.text for question in questions),
        answer=answer,
        reassures=fields.flag("reassures"),
        by_age=_by_age(fields),
        see_also=tuple(other.text for other in see_also),
        sources=sources,
        reviewed=fields.date("reviewed"),
        examples=tuple(example.text for example in examples),
        location=name.location if name else fields.location,
        question_locations=tuple(question.location for question in questions),
        example_locations=tuple(example.location for example in examples),
    )
    return entry, questions


def _sources(fields: Fields, ledger: Ledger) -> tuple[str, ...]:
    sources = fields.lines("sources", may_be_empty=True)
    ledger.use(Kind.SOURCE, *sources)
    return tuple(source.text for source in sources)


def _by_age(fields: Fields) -> tuple[AgeAnswer, ...]:
    answers: list[AgeAnswer] = []
    for item in fields.children("by_age", "answer by age"):
        item.expect(("from_months", "answer"))
        months, answer = item.number("from_months"), item.text("answer")
        check_slots(item, "answer", answer)
        if months is None or not answer:
            continue
        if months < 0 or (answers and months <= answers[-1].from_months):
            message = f"'from_months' must rise from item to item and not be negative, found {months:g}"
            item.document.report_at(item.node, "bad-order", message)
        answers.append(AgeAnswer(from_months=months, answer=answer))
    return tuple(answers)


def read_questions(document: Document, ledger: Ledger) -> dict[str, tuple[Text, ...]]:
    """Entry id -> its further questions, from one `questions` file."""
    fields = top_pairs(document, "a file of questions")
    if fields is None:
        return {}
    found: dict[str, tuple[Text, ...]] = {}
    for key in fields.names():
        ledger.use(Kind.ENTRY, key)
        found[key.text] = fields.lines(key.text)
    return found


def with_questions(
    entries: Iterable[tuple[Entry, tuple[Text, ...]]], further: Mapping[str, Iterable[Text]], problems: list[Problem]
) -> Iterator[Entry]:
    """The entries with their further questions behind their own; a question an entry has twice is a problem."""
    for entry, own in entries:
        questions = (*own, *further.get(entry.id, ()))
        problems.extend(_repeated(questions))
        yield replace(
            entry,
            questions=tuple(question.text for question in questions),
            question_locations=tuple(question.location for question in questions),
        )


def _repeated(questions: Iterable[Text]) -> Iterator[Problem]:
    first: dict[str, Text] = {}
    for question in questions:
        earlier = first.setdefault(normalise(question.text), question)
        if earlier is not question:
            message = f"the entry has this question twice, first at {earlier.location}"
            yield question.problem("duplicate-question", message, "delete one of them")
