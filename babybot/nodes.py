"""Typed getters over YAML nodes: each gives what was asked for, or collects a `Problem` and goes on.

What the keys of each kind of file are is left to the modules that read them; reading YAML itself to `syntax.py`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeVar

from babybot.document import Broken, Document, Items, Node, Pairs, Scalar
from babybot.errors import Location, Problem, Severity
from babybot.likeness import did_you_mean, nearest

__all__ = ["Fields", "Text", "top_children", "top_fields", "top_pairs"]

T = TypeVar("T")

_ID: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_NUMBER: Final = re.compile(r"-?\d{1,12}(\.\d{1,12})?")


@dataclass(frozen=True, slots=True)
class Text:
    """A text and where it stands."""

    text: str
    location: Location
    context: str | None = None
    """The line it begins on."""
    margin: int | None = None
    """Columns from the location to the first character; None where the text is folded or escaped."""

    def problem(self, rule: str, message: str, hint: str | None = None, offset: int = 0) -> Problem:
        """An error at this text.

        Args:
            rule: the check's id.
            message: what was found.
            hint: what to type.
            offset: characters into the text; the text's own place where that is not known exactly.
        """
        shift = 0 if self.margin is None or not offset else self.margin + offset
        location = Location(self.location.path, self.location.line, self.location.column + shift)
        return Problem(
            location=location, severity=Severity.ERROR, rule=rule, message=message, hint=hint, context=self.context
        )


def _named(node: Node) -> str:
    """What a node is, for messages."""
    if isinstance(node, Items):
        return "a list"
    if isinstance(node, Pairs):
        return "a mapping"
    if isinstance(node, Scalar) and not node.is_null:
        shown = node.text.strip()
        return repr(shown if len(shown) <= 40 else shown[:39] + "\u2026")
    return "nothing"


def _text(document: Document, node: Node, what: str, *, one_line: bool = True) -> Text | None:
    """The text of a node without the blanks around it; None, reported, for anything else and for an empty one."""
    if isinstance(node, Broken):
        return None
    if not isinstance(node, Scalar):
        hint = "put quotes around text that holds ': ' or begins with '?' or '{'" if isinstance(node, Pairs) else None
        document.report_at(node, "wrong-type", f"{what} must be text, found {_named(node)}", hint)
        return None
    stripped = node.text.strip()
    if node.is_null or not stripped:
        document.report_at(node, "empty-value", f"{what} is empty, expected text")
        return None
    if one_line and "\n" in stripped:
        document.report_at(node, "line-break", f"{what} must be one line, found {stripped.count(chr(10)) + 1} lines")
        return None
    return _placed(document, node, stripped)


def _placed(document: Document, node: Scalar, stripped: str) -> Text:
    context = document.context(node.line)
    margin = len(node.style) + len(node.text) - len(node.text.lstrip())
    start = node.column - 1 + margin
    exact = context is not None and context[start : start + len(stripped)] == stripped
    return Text(stripped, Location(document.path, node.line, node.column), context, margin if exact else None)


def _texts(document: Document, node: Node, what: str, *, may_be_empty: bool) -> tuple[Text, ...]:
    """The texts of a list."""
    if isinstance(node, Broken):
        return ()
    if not isinstance(node, Items):
        hint = "write [] for none" if may_be_empty else "begin each item with '- '"
        document.report_at(node, "wrong-type", f"{what} must be a list of texts, found {_named(node)}", hint)
        return ()
    if not node.items and not may_be_empty:
        document.report_at(node, "empty-value", f"{what} is an empty list, expected at least one text")
    found = (_text(document, item, f"an item of {what}") for item in node.items)
    return tuple(text for text in found if text is not None)


def _fields(document: Document, node: Node, what: str) -> Fields | None:
    """The mapping of a node."""
    if isinstance(node, Pairs):
        return Fields(document, node, what)
    if not isinstance(node, Broken):
        document.report_at(node, "wrong-type", f"{what} must be a mapping, found {_named(node)}")
    return None


def _children(document: Document, node: Node, whole: str, what: str) -> tuple[Fields, ...]:
    """The mappings of a list."""
    if isinstance(node, Broken):
        return ()
    if not isinstance(node, Items):
        message = f"{whole} must be a list of mappings, found {_named(node)}"
        document.report_at(node, "wrong-type", message, "begin each one with '- '")
        return ()
    found = (_fields(document, item, what) for item in node.items)
    return tuple(fields for fields in found if fields is not None)


@dataclass(frozen=True, slots=True)
class Fields:
    """A mapping with its getters. A getter for a missing key gives its empty value in silence."""

    document: Document
    node: Pairs
    what: str
    """What it describes, for messages: "entry", "red flag"."""

    def expect(self, required: Collection[str], optional: Collection[str] = ()) -> Fields:
        """Report keys that are missing and keys that are not known; gives itself back.

        A missing key that an unknown one is nearly the name of is told once, as the hint.
        """
        known = tuple(dict.fromkeys((*required, *optional)))
        absent = [name for name in known if name not in self]
        for key, _ in self.node.pairs:
            if key.text not in known:
                near = nearest(key.text, absent)
                absent = [name for name in absent if name != near]
                hint = f"did you mean {near!r}?" if near else f"known keys are {', '.join(known)}"
                self.document.report_at(key, "unknown-key", f"{self.what} has no key {key.text!r}", hint)
        for name in absent:
            if name in required:
                self.document.report_at(self.node, "missing-key", f"{self.what} lacks the key {name!r}")
        return self

    @property
    def location(self) -> Location:
        """Where the mapping begins."""
        return Location(self.document.path, self.node.line, self.node.column)

    def __contains__(self, key: object) -> bool:
        return any(name.text == key for name, _ in self.node.pairs)

    def node_of(self, key: str) -> Node | None:
        """The node of a key, or None."""
        return next((value for name, value in self.node.pairs if name.text == key), None)

    def is_null(self, key: str) -> bool:
        """Whether the key is there and holds a plain null or nothing."""
        node = self.node_of(key)
        return isinstance(node, Scalar) and node.is_null

    def is_empty_list(self, key: str) -> bool:
        """Whether the key holds the explicit empty list."""
        node = self.node_of(key)
        return isinstance(node, Items) and not node.items

    def line(self, key: str, *, nullable: bool = False) -> Text | None:
        """A text of one line; with `nullable` a null is no problem."""
        node = self.node_of(key)
        if node is None or (nullable and self.is_null(key)):
            return None
        return _text(self.document, node, repr(key))

    def text(self, key: str, *, one_line: bool = False) -> str:
        """A text of any number of lines; empty when there is none."""
        node = self.node_of(key)
        found = None if node is None else _text(self.document, node, repr(key), one_line=one_line)
        return "" if found is None else found.text

    def text_or_lines(self, key: str) -> str:
        """A text, or a list of texts of which each is a line of it."""
        if isinstance(self.node_of(key), Items):
            return "\n".join(line.text for line in self.lines(key))
        return self.text(key)

    def id(self, key: str = "id") -> Text | None:
        """A kebab-case name."""
        found = self.line(key)
        if found is not None and not _ID.fullmatch(found.text):
            message = f"{found.text!r} is not kebab-case: lower-case letters, digits and single hyphens"
            hint = re.sub(r"[^a-z0-9]+", "-", found.text.lower()).strip("-")
            self.document.problems.append(found.problem("bad-id", message, f"write {hint!r}" if hint else None))
            return None
        return found

    def lines(self, key: str, *, may_be_empty: bool = False) -> tuple[Text, ...]:
        """A list of one-line texts; the explicit empty list is a problem unless it `may_be_empty`."""
        node = self.node_of(key)
        return () if node is None else _texts(self.document, node, repr(key), may_be_empty=may_be_empty)

    def flag(self, key: str) -> bool:
        """A plain `true` or `false`; false when it is missing."""
        node = self.node_of(key)
        if isinstance(node, Scalar) and not node.style and node.text in ("true", "false"):
            return node.text == "true"
        if node is not None and not isinstance(node, Broken):
            message = f"{key!r} must be true or false, found {_named(node)}"
            self.document.report_at(node, "wrong-type", message)
        return False

    def number(self, key: str) -> float | None:
        """A plain number such as 38 or 38.5."""
        node = self.node_of(key)
        if isinstance(node, Scalar) and not node.style and _NUMBER.fullmatch(node.text):
            return float(node.text)
        if node is not None and not isinstance(node, Broken):
            self.document.report_at(node, "wrong-type", f"{key!r} must be a number, found {_named(node)}")
        return None

    def date(self, key: str) -> str | None:
        """An ISO date, or None for null."""
        found = self.line(key, nullable=True)
        if found is None:
            return None
        try:
            if _DATE.fullmatch(found.text):
                return date.fromisoformat(found.text).isoformat()
        except ValueError:
            pass
        message = f"{key!r} must be a date or null, found {found.text!r}"
        self.document.problems.append(found.problem("bad-date", message, "write it as 2025-01-31"))
        return None

    def choice(self, key: str, choices: Mapping[str, T]) -> T | None:
        """One of the words of `choices` -> what it stands for."""
        found = self.line(key)
        return None if found is None else self.chosen(found, key, choices)

    def chosen(self, found: Text, what: str, choices: Mapping[str, T]) -> T | None:
        """As `choice`, for a text that was read already."""
        if found.text in choices:
            return choices[found.text]
        message = f"{what!r} must be one of {', '.join(choices)}, found {found.text!r}"
        hint = did_you_mean(found.text, choices)
        self.document.problems.append(found.problem("unknown-choice", message, hint))
        return None

    def child(self, key: str) -> Fields | None:
        """A mapping below a key."""
        node = self.node_of(key)
        return None if node is None else _fields(self.document, node, repr(key))

    def children(self, key: str, what: str, *, or_one: bool = False) -> tuple[Fields, ...]:
        """The mappings of a list; with `or_one` a single mapping stands for a list of one."""
        node = self.node_of(key)
        if or_one and isinstance(node, Pairs):
            return (Fields(self.document, node, what),)
        return () if node is None else _children(self.document, node, repr(key), what)

    def names(self) -> Iterator[Text]:
        """The keys with their places, in file order."""
        for key, _ in self.node.pairs:
            yield _placed(self.document, key, key.text)


def top_pairs(document: Document, what: str) -> Fields | None:
    """The mapping a file holds, with whatever keys; None, reported, when it holds something else."""
    return None if document.root is None else _fields(document, document.root, what)


def top_fields(document: Document, what: str, required: Collection[str], optional: Collection[str]) -> Fields | None:
    """The mapping a file holds, its keys checked."""
    fields = top_pairs(document, what)
    return None if fields is None else fields.expect(required, optional)


def top_children(document: Document, what: str) -> tuple[Fields, ...]:
    """The mappings of the list that a file holds."""
    return () if document.root is None else _children(document, document.root, "the file", what)
