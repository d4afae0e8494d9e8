"""A knowledge folder -> `KnowledgeBase`, or `KnowledgeError` with every problem of every file.

Finds the shipped knowledge, and uses the compiled form only while it matches the source files byte for byte. Reading
these is left to `assembly.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from babybot import snapshot
from babybot.errors import KnowledgeError, Problem
from babybot.model import KnowledgeBase
from babybot.source_files import SourceFile, collect, digest

__all__ = ["COMPILED", "ENCODER", "INDEX", "PHRASES", "SMALL_TALK", "WEIGHTS", "fingerprint", "load", "shipped_folder"]

COMPILED: Final = "compiled/knowledge.json"
"""Where `babybot build` writes the knowledge inside its folder."""
INDEX: Final = "compiled/retriever.bin"
"""Where it writes the retriever's index."""
WEIGHTS: Final = "compiled/triage.bin"
"""Where it writes the triage weights."""
ENCODER: Final = "compiled/encoder.bin"
"""Where `encoder_training.py` writes the encoder that reads beside them."""
PHRASES: Final = "compiled/phrases.jsonl"
"""Where it writes the phrases of triage, parsed."""
SMALL_TALK: Final = "compiled/small_talk.jsonl"
"""Where it writes the phrases of small talk, parsed."""


def shipped_folder() -> Path:
    """The knowledge that comes with babybot: inside the package (a wheel), else beside it (a checkout)."""
    package = Path(__file__).resolve().parent
    inside = package / "knowledge"
    return inside if inside.is_dir() else package.parent / "knowledge"


def load(folder: str | Path | None = None, *, compiled: bool = True, shipped: Path | None = None) -> KnowledgeBase:
    """Read a knowledge folder.

    Args:
        folder: the folder; None for the shipped one.
        compiled: use the compiled form where it matches the source files; with False these are always read, so that
            everything keeps its place in them.
        shipped: the folder to fall back to, instead of the shipped one.

    Raises:
        KnowledgeError: with every problem found; nothing is half-loaded.
    """
    base_folder = shipped_folder() if shipped is None else shipped
    chosen = base_folder if folder is None else Path(folder)
    problems: list[Problem] = []
    files = collect(chosen, problems)
    stands_alone = _same(chosen, base_folder)
    hashed = _hashed(files, None if stands_alone else fingerprint(base_folder, shipped=base_folder))
    if compiled and not problems:
        found = snapshot.read(chosen / COMPILED, hashed)
        if found is not None:
            return found
    if not files and problems:
        raise KnowledgeError(problems)
    base = None if stands_alone else load(base_folder, compiled=compiled, shipped=base_folder)
    from babybot.assembly import assembled  # YAML and all that reads it: most of a start that finds the compiled form

    return replace(assembled(chosen, files, base, problems), fingerprint=hashed)


def fingerprint(folder: str | Path, *, shipped: Path | None = None) -> str:
    """Hash of a folder's source files, and of the shipped ones where it is another folder than theirs.

    Args:
        folder: the folder; what cannot be read counts as empty.
        shipped: the folder it falls back to, instead of the shipped one.
    """
    base_folder = shipped_folder() if shipped is None else shipped
    files = collect(Path(folder), [])
    return _hashed(files, None if _same(Path(folder), base_folder) else fingerprint(base_folder, shipped=base_folder))


def _hashed(files: Sequence[SourceFile], base: str | None) -> str:
    """Hash of some files and of those they fall back to; a copy of these has their own."""
    own = digest(files)
    return own if base is None or own == base else digest(files, base)


def _same(one: Path, other: Path) -> bool:
    try:
        return one.resolve() == other.resolve()
    except (OSError, RuntimeError, ValueError):
        return False
