"""All that `babybot lint` asks of a folder: the linter's rules, with its own retriever and triage to judge by.

The rules themselves are in `linter.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from babybot.bot import Bot
from babybot.errors import Location, Problem, Severity
from babybot.example_files import read_examples
from babybot.linter import lint
from babybot.loader import load
from babybot.model import Urgency
from babybot.source_files import read
from babybot.syntax import line_of

__all__ = ["check", "with_context"]


def check(folder: Path) -> tuple[Problem, ...]:
    """Judge the knowledge of a folder.

    Returns:
        Every problem by location, with its line where the file can be read.

    Raises:
        KnowledgeError: when the knowledge or its examples cannot be used at all, with every problem.
    """
    knowledge = load(folder, compiled=False)
    read_examples(folder)
    bot = Bot(knowledge=folder)
    judged = lint(knowledge, ranker=_ranker(bot), assessor=_assessor(bot), is_trained=bot.retriever.trained)
    problems = [*judged, *_untrained(bot, folder)]
    return tuple(sorted(with_context(problems), key=lambda problem: problem.sort_key))


def _ranker(bot: Bot) -> Callable[[str], str | None]:
    def ranked_first(utterance: str) -> str | None:
        return next((match.entry.id for match in bot.retriever.rank(utterance, 1)), None)

    return ranked_first


def _assessor(bot: Bot) -> Callable[[str], frozenset[str]]:
    def raised(utterance: str) -> frozenset[str]:
        findings = bot.triage.assess(utterance).findings
        return frozenset(finding.red_flag.id for finding in findings if finding.urgency > Urgency.WATCH)

    return raised


def _untrained(bot: Bot, folder: Path) -> list[Problem]:
    if bot.retriever.trained:
        return []
    message = "the retriever's index is untrained: compiled/ is missing or older than the sources"
    return [
        Problem(
            location=Location(str(folder)),
            severity=Severity.WARNING,
            rule="index-untrained",
            message=message,
            hint="run 'babybot build' on the folder",
        )
    ]


def with_context(problems: Iterable[Problem]) -> Iterator[Problem]:
    """The problems, those that lack their line with it where their file can be read."""
    read_files: dict[str, bytes | None] = {}
    for problem in problems:
        place = problem.location
        if problem.context is None and place.path:
            if place.path not in read_files:
                read_files[place.path] = read(Path(place.path), place.path, [])
            data = read_files[place.path]
            problem = problem if data is None else replace(problem, context=line_of(data, place.line))
        yield problem
