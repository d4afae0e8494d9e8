"""The part of an utterance that it asks about: without signs that it only denies, and without what it says is well."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from babybot.context import Status
from babybot.findings import Finding
from babybot.follow_up import content_stems
from babybot.text import Stop, Token, tokens

__all__ = ["asked_part"]

_LEAST_LEFT: Final = 2
"""Words with a meaning of their own beside what is left out, from which on they are what is asked about."""
_DENIALS: Final = frozenset({"no", "not", "without", "none", "never"})
"""Words with which a clause begins that only denies."""
_WELL: Final = frozenset("fine ok okay normal pink good well happy grand".split())
"""Words with which a clause ends that only says that something is well."""
_ASKS: Final = frozenset("is are was does do can could should would will what how why when which if whether".split())
_SHORT: Final = 6
"""Words of such a clause at most."""
_MOST_CHARS: Final = 4000
"""Of an utterance looked at for them."""
_JOINS: Final = frozenset({"and", "but"})


def asked_part(text: str, findings: Iterable[Finding]) -> str:
    """A text without the signs that it denies or says are well; the whole where little else is said.

    >>> asked_part("her lips are pink and shes breathing fine but her legs twitch in sleep", ())
    'but her legs twitch in sleep'
    >>> asked_part("is her breathing normal", ())
    'is her breathing normal'

    Args:
        text: of one utterance.
        findings: whose words are left out where they were denied.
    """
    rest = text
    for finding in findings:
        if finding.status is Status.DENIED and finding.words:
            rest = rest.replace(finding.words, " ", 1)
    for shorter in (_asking_clauses(rest), rest):
        if len(content_stems(shorter)) >= _LEAST_LEFT:
            return shorter
    return text


def _asking_clauses(text: str) -> str:
    """A text without its short clauses that only deny ("legs twitch, no blue, not stiff") or say that all is well."""
    return "".join(text[begin:end] for clause, begin, end in _clauses(text) if not _asks_nothing(clause))


def _clauses(text: str) -> Iterator[tuple[Sequence[Token], int, int]]:
    """The clauses of a text without the words that join them, each with where it begins and ends."""
    found = tokens(text[:_MOST_CHARS])
    begin = 0
    for at, token in enumerate(found):
        is_last = at + 1 == len(found)
        if token.word in _JOINS and at > begin:
            yield found[begin:at], found[begin].start, token.start
            begin = at
        if token.stop is not Stop.NONE or is_last:
            yield found[begin : at + 1], found[begin].start, len(text) if is_last else found[at + 1].start
            begin = at + 1


def _asks_nothing(clause: Sequence[Token]) -> bool:
    words = [token.word for token in clause if token.word not in _JOINS]
    if not words or len(words) > _SHORT or clause[-1].asked:
        return False
    return words[0] in _DENIALS or (words[-1] in _WELL and len(words) > 1 and words[0] not in _ASKS)
