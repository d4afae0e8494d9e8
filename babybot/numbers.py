"""Numbers in digits or in words: "38.5", "thirty eight point five", "a couple of", "two or three".

What a number measures is left to `measures.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import Final

from babybot.text import Token

__all__ = ["number_at", "quantity_at"]

_ONES: Final = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen".split()
    )
}
_TENS: Final = {
    "twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
    "ninety": 90,
}  # fmt: skip
_VAGUE: Final = {"couple": 2.0, "few": 3.0, "several": 4.0, "half": 0.5, "quarter": 0.25, "dozen": 12.0, "dozens": 24.0}
_SOME: Final = frozenset({"something", "summat", "somethin", "smth", "sth", "odd"})
_MOST_DECIMALS: Final = 2
_EMPHASIS: Final = frozenset({"good", "solid", "full", "whole"})


def _words(tokens: Sequence[Token], at: int, count: int) -> list[str]:
    return [token.word for token in tokens[at : at + count]]


def number_at(tokens: Sequence[Token], at: int) -> tuple[float, int] | None:
    """The number that begins at a token, with the index after it; None when none does."""
    word, following = tokens[at].word, _words(tokens, at + 1, 2)
    if word[0].isdecimal():
        try:
            value = float(word)
        except ValueError:
            return None
        return _with_decimals(tokens, value, at + 1) if isfinite(value) else None
    if word == "one" and following[:1] in (["oh"], ["o"]) and len(following) > 1 and following[1] in _ONES:
        return _with_decimals(tokens, 100.0 + _ONES[following[1]], at + 3)
    if word in ("a", "one") and following[:1] == ["hundred"]:
        return _hundreds(tokens, 100.0, at + 2)
    if word == "hundred" and following[:1] and (following[0] in ("and", "point") or following[0] in _ONES):
        is_more = at > 0 and (tokens[at - 1].word in _ONES or tokens[at - 1].word[0].isdecimal())
        return None if is_more else _hundreds(tokens, 100.0, at + 1)
    if word in _TENS:
        ones = _ONES.get(following[0], 0) if following else 0
        if 0 < ones < 10:
            return _with_decimals(tokens, float(_TENS[word] + ones), at + 2)
        return _with_decimals(tokens, float(_TENS[word]), at + 1)
    if word in _ONES:
        return _with_decimals(tokens, float(_ONES[word]), at + 1)
    return None


def _hundreds(tokens: Sequence[Token], value: float, at: int) -> tuple[float, int]:
    """What follows "a hundred": "and two", "two", "point four"."""
    skip = _words(tokens, at, 1) == ["and"]
    tail = _words(tokens, at + skip, 1)
    if tail and tail[0] in _ONES:
        return _with_decimals(tokens, value + _ONES[tail[0]], at + skip + 1)
    return _with_decimals(tokens, value, at)


def _with_decimals(tokens: Sequence[Token], value: float, at: int) -> tuple[float, int]:
    """A number with what follows it: "point five", "comma 5", "point something", which is a tenth at least."""
    words = _words(tokens, at, 2)
    if len(words) > 1 and words[0] in ("point", "comma", "dot") and value == int(value):
        if words[1] in _ONES:
            return value + _ONES[words[1]] / 10, at + 2
        if words[1].isdecimal() and len(words[1]) <= _MOST_DECIMALS:
            return float(f"{value:.0f}.{words[1]}"), at + 2
        if words[1] in _SOME:
            return value + 0.1, at + 2
    return value, at


def quantity_at(tokens: Sequence[Token], at: int) -> tuple[float, int] | None:
    """As `number_at`, and vague numbers: "half a", "a couple of", "five and a half", the higher of "two or three"."""
    word, following = tokens[at].word, _words(tokens, at + 1, 2)
    if word in ("a", "an") and following and following[0] in _EMPHASIS:
        return quantity_at(tokens, at + 2) or (1.0, at + 2) if at + 2 < len(tokens) else None
    start = at + 1 if word in ("a", "an") and following and following[0] in _VAGUE else at
    vague = _VAGUE.get(tokens[start].word)
    if vague is not None:
        linked = _words(tokens, start + 1, 1)
        return vague, start + 1 + (linked in (["of"], ["a"], ["an"]))
    found = number_at(tokens, at)
    if found is None:
        return (1.0, at + 1) if word in ("a", "an") else None
    value, after = found
    if _words(tokens, after, 3) == ["and", "a", "half"]:
        return value + 0.5, after + 3
    if _words(tokens, after, 1) in (["to"], ["or"]) and after + 1 < len(tokens):
        upper = number_at(tokens, after + 1)
        if upper is not None and upper[0] > value:
            return upper
    return value, after
