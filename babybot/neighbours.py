"""The words around a place in a text, as far as its sentence goes."""

from __future__ import annotations

from collections.abc import Sequence

from babybot.text import Stop, Token

__all__ = ["tokens_behind", "word_at", "words_before"]


def word_at(tokens: Sequence[Token], at: int) -> str:
    """The word at a place; empty where there is none."""
    return tokens[at].word if 0 <= at < len(tokens) else ""


def words_before(tokens: Sequence[Token], at: int, most: int) -> list[str]:
    """The few words before a place, in its sentence."""
    begin = at
    while begin > max(0, at - most) and tokens[begin - 1].stop is not Stop.SENTENCE:
        begin -= 1
    return [token.word for token in tokens[begin:at]]


def tokens_behind(tokens: Sequence[Token], after: int, most: int) -> Sequence[Token]:
    """The few tokens from a place on that belong to the sentence before it."""
    end = after
    while end < min(len(tokens), after + most) and tokens[end - 1].stop is not Stop.SENTENCE:
        end += 1
    return tokens[after:end]
