"""What a YAML file holds: nodes that know where they stand, and the file they stand in.

Made by `syntax.py`, read through the getters of `nodes.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from babybot.errors import Location, Problem, Severity

__all__ = ["Broken", "Document", "Items", "Node", "Pairs", "Scalar"]


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text."""

    text: str
    line: int
    column: int
    style: str
    """Empty for a plain one, else its quote, `|` or `>`."""

    @property
    def is_null(self) -> bool:
        """Whether it is YAML's plain null or nothing at all."""
        return not self.style and self.text in _NULLS


_NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: tuple[Node, ...]
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Pairs:
    """A mapping, in file order; every key is a text and stands once."""

    pairs: tuple[tuple[Scalar, Node], ...]
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Broken:
    """Something that was reported already; whoever reads it goes on in silence."""

    line: int
    column: int


Node = Scalar | Items | Pairs | Broken


@dataclass(slots=True)
class Document:
    """One file: its lines, what it holds and the list its problems are added to."""

    path: str
    lines: list[str]
    problems: list[Problem]
    root: Node | None = field(default=None)
    """None when it could not be read as YAML, or is empty; the problem is reported then."""

    def context(self, line: int) -> str | None:
        """The text of a line, counted from 1."""
        return self.lines[line - 1] if 0 < line <= len(self.lines) else None

    def report(self, rule: str, message: str, line: int, column: int, hint: str | None = None) -> None:
        """Add a problem at a place of this file."""
        self.problems.append(
            Problem(
                location=Location(self.path, line, column),
                severity=Severity.ERROR,
                rule=rule,
                message=message,
                hint=hint,
                context=self.context(line),
            )
        )

    def report_at(self, node: Node, rule: str, message: str, hint: str | None = None) -> None:
        """Add a problem at a node."""
        self.report(rule, message, node.line, node.column, hint)
