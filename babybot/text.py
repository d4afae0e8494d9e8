"""The only place where text is folded: case, accents, quotes, contractions, numbers apart from their units.

Questions, phrases and utterances all pass through `tokens`, so that what an editor writes and what a parent types meet
in one form. What words mean is left to the modules above.
"""

from __future__ import annotations

import re
import unicodedata
from enum import IntEnum
from typing import Final, NamedTuple

__all__ = ["Stop", "Token", "normalise", "stem", "tokens"]


class Stop(IntEnum):
    """What follows a token before the next one."""

    NONE = 0
    CLAUSE = 1
    """A comma, colon, semicolon, dash or bracket."""
    SENTENCE = 2
    """A full stop, question or exclamation mark, or a line break."""


class Token(NamedTuple):
    """One word or number of a text."""

    word: str
    """Folded: lower case, no accents, no apostrophe."""
    start: int
    """Where it begins in the text as typed, in characters from 0. A contraction's words share one span."""
    end: int
    """Where it ends, exclusive."""
    stop: Stop
    """The strongest break between it and the next token."""
    asked: bool = False
    """Whether that break holds a question mark."""


_WORD: Final = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_][^\W_]*(?:'[^\W\d_]+)*|\u00b0")
_SENTENCE: Final = re.compile(r"[.!?\n\r\u2026\u0964\u3002]")
_CLAUSE: Final = re.compile(r"[,;:()\[\]\u2013\u2014/]|\s-+\s|--")
_ELONGATED: Final = re.compile(r"([^\W\d_])\1{2,}")
_QUOTES: Final = str.maketrans(dict.fromkeys("\u2019\u2018\u02bc\u02b9\u2032\u201b\ua78c\uff07`\u00b4", "'"))

_WHOLE: Final = {
    "cannot": ("can", "not"), "cant": ("can", "not"), "wont": ("will", "not"), "shant": ("shall", "not"),
    "dont": ("do", "not"), "doesnt": ("does", "not"), "didnt": ("did", "not"), "isnt": ("is", "not"),
    "arent": ("are", "not"), "wasnt": ("was", "not"), "werent": ("were", "not"), "hasnt": ("has", "not"),
    "havent": ("have", "not"), "hadnt": ("had", "not"), "couldnt": ("could", "not"), "wouldnt": ("would", "not"),
    "shouldnt": ("should", "not"), "aint": ("is", "not"), "neednt": ("need", "not"), "mustnt": ("must", "not"),
    "hes": ("he",), "shes": ("she",), "thats": ("that",), "whats": ("what",), "theres": ("there",), "theyre": ("they",),
    "im": ("i",), "ive": ("i",), "youre": ("you",), "lets": ("let",), "its": ("it",),
}  # fmt: skip
"""Contractions typed without their apostrophe that are no other word, and those whose parts are not the plain ones."""

_DROPPED: Final = frozenset({"s", "d", "m", "re", "ve", "ll", "em", "all"})
"""What may follow an apostrophe and carries no meaning here: a possessive, or an auxiliary verb."""


def _folded(text: str) -> tuple[str, list[int] | None]:
    """The text in lower case without accents, and for each of its characters the index it came from (None: its own)."""
    if text.isascii():
        return text.lower().translate(_QUOTES), None
    out: list[str] = []
    origin: list[int] = []
    for index, char in enumerate(text.translate(_QUOTES)):
        if char.isascii():
            out.append(char.lower())
            origin.append(index)
            continue
        if char == "\u00b0":
            out.append(char)
            origin.append(index)
            continue
        for piece in unicodedata.normalize("NFKD", char).casefold():
            if not unicodedata.combining(piece) and unicodedata.category(piece) != "Cf":  # soft hyphens in pasted text
                out.append(piece)
                origin.append(index)
    return "".join(out), origin


def _split(word: str) -> tuple[str, ...]:
    """One typed word -> the words it stands for; "won't" gives will, not."""
    if word == "\u00b0":
        return ("degrees",)
    if "'" in word:
        joined = word.replace("'", "")
        if joined in _WHOLE:
            return _WHOLE[joined]
        head, _, tail = word.partition("'")
        if tail == "t" and head.endswith("n") and len(head) > 2:
            return (head[:-1], "not")
        if tail in _DROPPED:
            return (head,)
        return (joined,)
    return _WHOLE.get(word, (word,))


def tokens(text: str) -> tuple[Token, ...]:
    """Fold a text into tokens.

    Args:
        text: anything at all, lone surrogates and control characters included.

    Returns:
        The words and numbers in order. Elongated letters are cut to two, numbers stand apart from their units.

    >>> [token.word for token in tokens("She CAN'T breathe!! 38,5\u00b0C, 10mins")]
    ['she', 'can', 'not', 'breathe', '38.5', 'degrees', 'c', '10', 'mins']
    """
    folded, origin = _folded(text)
    found = list(_WORD.finditer(folded))
    result: list[Token] = []
    for index, match in enumerate(found):
        start, end = match.span()
        following = found[index + 1].start() if index + 1 < len(found) else len(folded)
        between = folded[end:following]
        stop, asked = Stop.NONE, False
        if between != " " and between:
            if _SENTENCE.search(between):
                stop, asked = Stop.SENTENCE, "?" in between
            elif _CLAUSE.search(between):
                stop = Stop.CLAUSE
        word = match.group()
        word = _number(word) if word[0].isdecimal() else _ELONGATED.sub(r"\1\1", word)
        if origin is not None:
            start, end = origin[start], origin[end - 1] + 1
        parts = _split(word)
        for part in parts[:-1]:
            result.append(Token(part, start, end, Stop.NONE))
        result.append(Token(parts[-1], start, end, stop, asked))
    return tuple(result)


def _number(text: str) -> str:
    """A typed number with a point for its decimals: "38,5" is 38.5, "1,000" is 1000."""
    head, separator, tail = text.partition(",")
    if separator and "," not in tail and "." not in tail:
        return head + tail if len(tail) == 3 else f"{head}.{tail}"
    return text.replace(",", "")


def normalise(text: str) -> str:
    """The folded words of a text with one blank between; doing it twice changes nothing.

    >>> normalise("Don\u2019t  WAKE him\u2026")
    'do not wake him'
    """
    return " ".join(token.word for token in tokens(text))


def stem(word: str) -> str:
    """A crushed form that several forms of a word share; for retrieval only, never for red flags."""
    for suffix, rest in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            return word[: len(word) - len(suffix)] + rest
    return word


_SUFFIXES: Final = (
    ("iness", "i"), ("ingly", ""), ("edly", ""), ("ness", ""), ("ies", "i"), ("ing", ""), ("ed", ""), ("es", ""),
    ("ly", ""), ("s", ""), ("y", "i"), ("e", ""),
)  # fmt: skip
"""Tried in order, first match wins."""
