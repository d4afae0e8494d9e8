"""What is wrong with a piece of knowledge, and where.

A finding is a value (`Problem`); `KnowledgeError` carries all of them at once. Reading files and showing
findings is left to other modules.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

__all__ = ["KnowledgeError", "Location", "Problem", "Severity"]


class Severity(Enum):
    """How much a problem matters: an error makes the knowledge unusable, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in a file."""

    path: str
    """The file, as it was named when it was opened; empty for a problem that belongs to no file."""
    line: int = 1
    """Line, counted from 1."""
    column: int = 1
    """Column in characters, counted from 1."""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One finding about the knowledge."""

    location: Location
    """Where it was found."""
    severity: Severity
    """Whether the knowledge can be used in spite of it."""
    rule: str
    """The stable id of the check that found it, kebab-case."""
    message: str
    """What was found and what was expected; lower case, no full stop."""
    hint: str | None = None
    """What to type instead, when that is known."""
    context: str | None = None
    """The text of the line, for showing a caret below it; None when there is none to show."""

    @property
    def sort_key(self) -> tuple[Location, str, str]:
        """Problems are shown by location, then rule, then message."""
        return (self.location, self.rule, self.message)

    def __str__(self) -> str:
        return f"{self.location}: {self.severity.value}: {self.message} [{self.rule}]"


class KnowledgeError(Exception):
    """Knowledge that cannot be used.

    Args:
        problems: every problem found, at least one; kept in order of location.
    """

    def __init__(self, problems: tuple[Problem, ...] | list[Problem]) -> None:
        if not problems:
            raise ValueError("a KnowledgeError needs at least one problem")
        self.problems: tuple[Problem, ...] = tuple(sorted(problems, key=lambda problem: problem.sort_key))
        super().__init__("\n".join(str(problem) for problem in self.problems))

    @property
    def location(self) -> Location:
        """Where the first problem is."""
        return self.problems[0].location

    @property
    def hint(self) -> str | None:
        """The first problem's hint."""
        return self.problems[0].hint
