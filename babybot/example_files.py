"""`examples/` -> labelled messages, for training, tests and lint; never read to reply."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from babybot.document import Document
from babybot.errors import KnowledgeError, Problem
from babybot.model import Example, Urgency
from babybot.nodes import Fields, top_children
from babybot.red_flag_files import URGENCIES
from babybot.source_files import read
from babybot.syntax import parse

__all__ = ["read_examples"]


def read_examples(folder: Path) -> tuple[Example, ...]:
    """All labelled messages of a knowledge folder, files by name; none where it has no `examples/`.

    Raises:
        KnowledgeError: with every problem found.
    """
    problems: list[Problem] = []
    examples: list[Example] = []
    for group in ("benign", "red_flags"):
        for path in sorted((folder / "examples" / group).glob("*.yaml")):
            data = read(path, str(path), problems)
            if data is not None:
                document = parse(data, str(path), problems)
                examples.extend(_examples(document, path.stem, is_benign=group == "benign"))
    if problems:
        raise KnowledgeError(problems)
    return tuple(examples)


def _examples(document: Document, stem: str, *, is_benign: bool) -> Iterator[Example]:
    for item in top_children(document, "example"):
        required = ("text", "author") if is_benign else ("text", "urgency", "kind", "author")
        item.expect(required, ("urgency", "kind", "style"))
        urgency = _urgency(item, is_benign=is_benign)
        text, author, style = (item.line("text"), item.text("author"), item.text("style", one_line=True))
        if text is not None:
            yield Example(
                text=text.text,
                flag=None if is_benign else stem,
                urgency=urgency,
                kind=item.text("kind", one_line=True) or stem,
                style=style or None,
                author=author,
                location=text.location,
            )


def _urgency(item: Fields, *, is_benign: bool) -> Urgency | None:
    if is_benign:
        return item.choice("urgency", {"none": None}) if not item.is_null("urgency") else None
    return item.choice("urgency", URGENCIES)
