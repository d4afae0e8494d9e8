"""The red-flag phrase language: a phrase is parsed once and found in utterances many times.

    gone floppy             these words in this order, in one sentence; fillers (his, really, going) may stand between
    eyes ... back           up to three other words may stand between as well
    head_first              strictly next to each other
    blue|grey lips          either word
    {limb} jerk             any word or phrase of a group
    =fit                    this spelling only: no other form, no misspelling
    convuls*                any word that begins so
    eye + roll              in any order, within seven words of one sentence; `~12` after it widens or narrows that
    newborn & jittery       anywhere in the message
    <duration 5 min>        a measure that was said (see `measures.py`): at least five minutes; `<age under 3 months>`
    ?phrase                 broad: counts only where the weights, with the other broad phrases near it, speak for a sign
    !phrase                 immune to the masks that hold for every red flag

Which phrases there are, and what they mean, is left to the knowledge.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from babybot.text import normalise

__all__ = [
    "All",
    "Alternatives",
    "Group",
    "Measured",
    "Near",
    "Node",
    "PhraseError",
    "Sequence",
    "Word",
    "parse",
]

DEFAULT_WINDOW: Final = 7
"""Content words that `+` spans. Source: the prototype's ablation (windows cut to 3 lose 1.2% recall)."""
DOTS_GAP: Final = 3
"""Content words that `...` may skip. Source: as above."""


class PhraseError(ValueError):
    """A phrase that cannot be read.

    Args:
        message: what was found and what was expected.
        offset: where, in characters from 0.
        hint: what to type instead.
    """

    def __init__(self, message: str, offset: int = 0, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Word:
    """One word: any form of it, or exactly as written, or as a beginning."""

    text: str
    exact: bool = False
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Any member of a named group."""

    name: str


@dataclass(frozen=True, slots=True)
class Measured:
    """A measure of a kind within bounds, in the measure's base unit; None leaves a side open."""

    kind: str
    at_least: float | None
    under: float | None


@dataclass(frozen=True, slots=True)
class Alternatives:
    """Any one of several."""

    options: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Sequence:
    """Items in order; `gaps[i]` content words may stand before item i+1; -1: nothing at all, not even a filler."""

    items: tuple[Node, ...]
    gaps: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Near:
    """Items in any order within `window` content words of one sentence."""

    items: tuple[Node, ...]
    window: int


@dataclass(frozen=True, slots=True)
class All:
    """Items anywhere in the message."""

    items: tuple[Node, ...]


Node = Word | Group | Measured | Alternatives | Sequence | Near | All


_UNITS: Final = {
    "duration": {"s": 1.0, "sec": 1.0, "second": 1.0, "seconds": 1.0, "min": 60.0, "minute": 60.0, "minutes": 60.0,
                 "h": 3600.0, "hour": 3600.0, "hours": 3600.0},
    "days": {"": 1.0, "days": 1.0},
    "age": {"day": 1.0, "days": 1.0, "week": 7.0, "weeks": 7.0, "month": 30.4, "months": 30.4, "year": 365.0,
            "years": 365.0},
    "temp": {"": 1.0, "c": 1.0},
    "count": {"": 1.0, "times": 1.0},
}  # fmt: skip
MEASURE_KINDS: Final = {
    "duration": "duration_s",
    "age": "age_days",
    "temp": "temperature_c",
    "count": "count",
    "days": "days",
}
"""What a phrase calls a measure -> its name in rules."""

MARKS: Final = "?!"
"""What may stand before a phrase: broad, and immune."""
_MEASURE: Final = re.compile(r"<\s*(\w+)(?:\s+(over|under|from))?\s*(?:(\d+(?:\.\d+)?)\s*(\w*))?\s*>")
_CHUNK: Final = re.compile(r"\S+")


def parse(phrase: str, groups: Collection[str] = ()) -> Node:
    """Read one phrase, its marks left out.

    Args:
        phrase: as the editor wrote it.
        groups: the names that `{...}` may use.

    Returns:
        What it looks for.

    Raises:
        PhraseError: on anything that is not of the language.

    >>> parse("?eyes + roll|rolled ~5").window
    5
    """
    text = phrase.lstrip(MARKS)
    offset = len(phrase) - len(text)
    if not text.strip():
        raise PhraseError("an empty phrase", offset, "write the words a parent would use")
    return _parse_all(text, offset, groups)


def _split(text: str, offset: int, separator: str) -> list[tuple[str, int]]:
    """Parts between separators that stand alone between blanks, each with its offset."""
    parts: list[tuple[str, int]] = []
    start = 0
    for match in re.finditer(rf"(?<!\S){re.escape(separator)}(?!\S)", text):
        parts.append((text[start : match.start()], offset + start))
        start = match.end()
    parts.append((text[start:], offset + start))
    if len(parts) > 1:
        for part, where in parts:
            if not part.strip():
                raise PhraseError(f"nothing beside {separator!r}", where, f"write words on both sides of {separator!r}")
    return parts


def _parse_all(text: str, offset: int, groups: Collection[str]) -> Node:
    nodes = tuple(_parse_near(part, where, groups) for part, where in _split(text, offset, "&"))
    return nodes[0] if len(nodes) == 1 else All(nodes)


def _parse_near(text: str, offset: int, groups: Collection[str]) -> Node:
    window = DEFAULT_WINDOW
    found = re.search(r"(?<!\S)~(\d+)\s*$", text)
    if found:
        window, text = int(found[1]), text[: found.start()]
    elif "~" in text:
        raise PhraseError("'~' without a number at the end", offset + text.index("~"), "write ~5 after the last word")
    parts = _split(text, offset, "+")
    if len(parts) == 1 and found:
        raise PhraseError("a window without '+'", offset, "write: eyes + roll ~5")
    nodes = tuple(_parse_sequence(part, where, groups) for part, where in parts)
    return nodes[0] if len(nodes) == 1 else Near(nodes, window)


def _parse_sequence(text: str, offset: int, groups: Collection[str]) -> Node:
    items: list[Node] = []
    gaps: list[int] = []
    gap = 0
    for chunk, where in _chunks(text, offset):
        if chunk in ("...", "\u2026"):
            if not items:
                raise PhraseError("'...' at the start", where, "write a word before it")
            gap = DOTS_GAP
            continue
        node = _parse_chunk(chunk, where, groups)
        parts = node if isinstance(node, Sequence) else Sequence((node,), ())
        if items:
            gaps.append(gap)
        items.extend(parts.items)
        gaps.extend(parts.gaps)
        gap = 0
    if not items:
        raise PhraseError("no word here", offset, "write the words a parent would use")
    if gap:
        raise PhraseError("'...' at the end", offset + len(text.rstrip()) - 1, "write a word after it")
    return items[0] if len(items) == 1 else Sequence(tuple(items), tuple(gaps))


def _chunks(text: str, offset: int) -> list[tuple[str, int]]:
    """Blank-separated chunks; a measure keeps its blanks."""
    masked = re.sub(r"<[^<>]*>|\{[^{}]*\}", lambda match: match[0].replace(" ", "\0"), text)
    return [(match[0].replace("\0", " "), offset + match.start()) for match in _CHUNK.finditer(masked)]


def _parse_chunk(chunk: str, where: int, groups: Collection[str]) -> Node:
    """`a|b`, `a_b`, `{group}`, `<measure>`, or words."""
    if "|" in _outside(chunk):
        options: list[Node] = []
        at = where
        for part in _cut(chunk, "|"):
            if not part:
                raise PhraseError("an empty alternative beside '|'", at, "write: blue|grey")
            options.append(_parse_adjacent(part, at, groups))
            at += len(part) + 1
        return Alternatives(tuple(options))
    return _parse_adjacent(chunk, where, groups)


def _parse_adjacent(chunk: str, where: int, groups: Collection[str]) -> Node:
    parts = _cut(chunk, "_")
    if len(parts) == 1:
        return _parse_atom(chunk, where, groups)
    if not all(parts):
        raise PhraseError("a missing word beside '_'", where, "write: head_first")
    nodes = []
    for part in parts:
        nodes.append(_parse_atom(part, where, groups))
        where += len(part) + 1
    return Sequence(tuple(nodes), (-1,) * (len(nodes) - 1))


def _outside(chunk: str) -> str:
    return re.sub(r"<[^<>]*>|\{[^{}]*\}", "", chunk)


def _cut(chunk: str, separator: str) -> list[str]:
    """Split at a separator, but not inside braces or angle brackets."""
    parts, depth, last = [], 0, 0
    for index, char in enumerate(chunk):
        depth += (char in "<{") - (char in ">}")
        if char == separator and depth == 0:
            parts.append(chunk[last:index])
            last = index + 1
    parts.append(chunk[last:])
    return parts


def _parse_atom(atom: str, where: int, groups: Collection[str]) -> Node:
    if atom.startswith("{"):
        name = atom[1:-1]
        if not atom.endswith("}") or not name:
            raise PhraseError("a group that is not closed", where, "write {name}")
        if name not in groups:
            raise PhraseError(f"unknown group {name!r}", where, _nearest(name, groups))
        return Group(name)
    if atom.startswith("<"):
        return _parse_measure(atom, where)
    exact, prefix = atom.startswith("="), atom.endswith("*")
    body = atom.strip("=*") if exact or prefix else atom
    words = normalise(body).split()
    if not words:
        raise PhraseError(f"{atom!r} holds no word", where, "write a word")
    if exact and prefix:
        raise PhraseError("a word cannot be both exact and a beginning", where, "drop the '=' or the '*'")
    if (exact or prefix) and len(words) != 1:
        raise PhraseError(f"{atom!r} is more than one word", where)
    if prefix and len(words[0]) < 3:
        raise PhraseError("a beginning of fewer than three letters", where, "write more of the word before '*'")
    nodes = tuple(Word(word, exact, prefix) for word in words)
    return nodes[0] if len(nodes) == 1 else Sequence(nodes, (0,) * (len(nodes) - 1))


def _parse_measure(atom: str, where: int) -> Node:
    match = _MEASURE.fullmatch(atom)
    kinds = ", ".join(_UNITS)
    if match is None or match[1] not in _UNITS:
        raise PhraseError(
            f"unknown measure {atom!r}", where, f"one of {kinds}, as in <duration 5 min> or <age under 3 months>"
        )
    kind, relation, number, unit = match[1], match[2], match[3], match[4] or ""
    if number is None:
        return Measured(MEASURE_KINDS[kind], None, None)
    if unit not in _UNITS[kind]:
        raise PhraseError(f"unknown unit {unit!r}", where, f"one of {', '.join(unit for unit in _UNITS[kind] if unit)}")
    value = float(number) * _UNITS[kind][unit]
    return (
        Measured(MEASURE_KINDS[kind], None, value)
        if relation == "under"
        else Measured(MEASURE_KINDS[kind], value, None)
    )


def _nearest(name: str, groups: Collection[str]) -> str | None:
    found = get_close_matches(name, list(groups), n=1)
    return f"did you mean {{{found[0]}}}?" if found else None
