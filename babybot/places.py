"""The country where a parent says they are: "we live in Spain". What is named for it is decided above."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from babybot.model import Region
from babybot.text import tokens

__all__ = ["region_told"]

_MOST_CHARS: Final = 2000
_TOWARDS: Final = frozenset({"in", "to", "from", "at", "near", "outside"})
_SELF: Final = frozenset(
    "i im we were our us here live living moved staying based visiting holiday home call number numbers".split()
)
"""Words before a place by which it is the parent's own."""
_OTHERS: Final = frozenset(
    "he she they his her mum mom mother dad father sister brother friend husband wife partner gran granny grandma nan"
    " mil cousin aunt auntie uncle family parents ambulance born was used".split()
)
"""Words by which it is somebody else's, or where something was."""
_MEANT: Final = frozenset({"meant", "mean"})
"""Words straight before a place by which it is put right: "sorry, I meant Australia"."""
_REACH: Final = 6
"""Words before a place among which these are looked for."""


def region_told(utterance: str, regions: Iterable[Region]) -> Region | None:
    """The region of the place where a parent says they are; None where nothing says so. The last one told counts.

    Args:
        utterance: as typed.
        regions: with the names of their places, folded as triage reads words.
    """
    words = [token.word for token in tokens(utterance[:_MOST_CHARS])]
    by_first: dict[str, list[tuple[list[str], Region]]] = {}
    for region in regions:
        for place in region.places:
            name = place.split()
            by_first.setdefault(name[0], []).append((name, region))
    told = None
    for at, word in enumerate(words):
        for name, region in by_first.get(word, ()):
            if words[at : at + len(name)] == name and _is_own(words[max(0, at - _REACH) : at], words[at + len(name) :]):
                told = told if told and words[at - 1] == "from" else region  # "I live in Leeds and come from Kenya"
    return told


def _is_own(before: list[str], after: list[str]) -> bool:
    """Whether the words around a place say that the parent is there."""
    if not before or not _OTHERS.isdisjoint(before):
        return False
    if before[-1] in _TOWARDS:
        return not _SELF.isdisjoint(before) or not (before[:-1] or after)
    return before[-1] in _MEANT and not _SELF.isdisjoint(before) and not after
