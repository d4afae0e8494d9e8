"""The known name that a misspelt one most likely stands for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from rapidfuzz import fuzz, process

__all__ = ["did_you_mean", "nearest"]

_NEAR: Final = 65.0
"""Score from 0 to 100, higher is more alike, from which a name is offered instead of another (inclusive)."""


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like `name`, or None where none is near; equal likeness keeps the given order."""
    found = process.extractOne(name, list(known), scorer=fuzz.ratio, score_cutoff=_NEAR)
    return str(found[0]) if found else None


def did_you_mean(name: str, known: Iterable[str]) -> str | None:
    """A hint with the known name most like `name`, or None where none is near.

    >>> did_you_mean("see_allso", ("sources", "see_also"))
    "did you mean 'see_also'?"
    """
    near = nearest(name, known)
    return f"did you mean {near!r}?" if near else None
