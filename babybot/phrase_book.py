"""All phrases of the knowledge, indexed by a word each of them needs, so that an utterance is tried against few."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from zlib import crc32

from babybot.lexicon import Lexicon, real_words
from babybot.text import Stop, Token, normalise

__all__ = ["PhraseBook", "fold_fillers"]

_FORMAT: Final = 1
"""Raised whenever the form of a dumped book changes, so that those of another version are never used."""
_SHORT: Final = frozenset({"not", "leg", "arm", "eye", "lip", "fit", "hot", "no", "cot", "bed", "son", "mum", "dad"})
"""Short words that may be part of two words run together."""
_LONGEST: Final = 40
"""Letters from which on nobody looks for two words in one: it would take quadratic time and the word list's memory."""


class PhraseBook:
    """All phrases of the knowledge with the words and groups they use, ready to be matched.

    Make one with `compile` or `load`.
    """

    def __init__(self, texts: Sequence[str], data: Mapping[str, Any]) -> None:
        """Args: texts: of the phrases; data: what `compile_phrases` made of them."""
        self.fillers: frozenset[str] = frozenset(data["fillers"])
        self.texts = texts
        self._nodes: Sequence[str] = data["nodes"]
        self._read: dict[int, Sequence[Any]] = {}
        self.roots: Sequence[int] = data["roots"]
        """The node of each phrase."""
        self._groups: Mapping[str, int] = data["groups"]
        self.lexicon = Lexicon.from_data(data["lexicon"])
        self._anchored: Mapping[str, str] = data["anchored"]
        self._unanchored: Sequence[int] = data["unanchored"]
        self._data = data

    @classmethod
    def compile(
        cls,
        phrases: Iterable[str],
        groups: Mapping[str, Sequence[str]],
        forms: Mapping[str, Sequence[str]],
        spellings: Mapping[str, Sequence[str]],
        no_fuzzy: Iterable[str],
        fillers: Iterable[str],
    ) -> PhraseBook:
        """Parse and index phrases.

        Args:
            phrases: their texts.
            groups: group name -> its members (words or phrases of the language; `{other}` groups may be members).
            forms, spellings, no_fuzzy: see `Lexicon`.
            fillers: words free to stand between the words of a phrase, folded.

        Raises:
            PhraseError: when a phrase cannot be read.
        """
        from babybot.compiling import compile_phrases  # the parser of the language, of no use to compiled phrases

        texts = tuple(phrases)
        return cls(texts, compile_phrases(texts, groups, forms, spellings, no_fuzzy, fillers))

    @classmethod
    def load(cls, dumped: bytes, texts: Sequence[str]) -> PhraseBook | None:
        """The book that was dumped; None when the bytes are broken, of another version or of other phrases."""
        try:
            head, *nodes = dumped.decode().split("\n")
            data = json.loads(head)
            if data["format"] == _FORMAT and data["texts"] == _checksum(texts) and data["size"] == len(nodes):
                return cls(texts, {**data, "nodes": nodes})
        except (ValueError, LookupError, TypeError, AttributeError):
            pass
        return None

    def dump(self) -> bytes:
        """Lines of JSON, the same for the same phrases: an index of the nodes, then a node each."""
        index = {name: value for name, value in self._data.items() if name != "nodes"}
        head = {"format": _FORMAT, "texts": _checksum(self.texts), "size": len(self._nodes), **index}
        return "\n".join([json.dumps(head, separators=(",", ":")), *self._nodes]).encode()

    def node(self, number: int) -> Sequence[Any]:
        """A compiled part of phrases: an operator with its arguments; parts refer to others by number."""
        node = self._read.get(number)
        if node is None:
            node = self._read[number] = json.loads(self._nodes[number])
        return node

    def group(self, name: str) -> Sequence[Any]:
        """A group's single words as keys; its other members, each with the key it begins with (None: try always)."""
        return self.node(self._groups[name])

    def is_broad(self, number: int) -> bool:
        """Whether a phrase counts only where the weights, with the other broad phrases near it, speak for a sign."""
        return "?" in _marks(self.texts[number])

    def is_immune(self, number: int) -> bool:
        """Whether the masks for every red flag leave a phrase alone."""
        return "!" in _marks(self.texts[number])

    def candidates(self, keys: Iterable[str]) -> list[int]:
        """Numbers of the phrases that could be found in an utterance with some keys, in order."""
        numbers = set(self._unanchored)
        for key in keys:
            numbers.update(map(int, self._anchored.get(key, "").split()))
        return sorted(numbers)

    def keys_of(self, found: Sequence[Token], utterance: str) -> tuple[tuple[str, ...], ...]:
        """The keys each token may stand for: its readings, and the word it makes with the next (un responsive)."""
        keys: list[tuple[str, ...]] = []
        for index, token in enumerate(found):
            typed = utterance[token.start : token.end]
            named = (
                typed[:1].isupper()
                and not (len(typed) > 1 and typed.isupper())
                and index > 0
                and found[index - 1].stop is not Stop.SENTENCE
            )
            readings = self.lexicon.readings(token.word, guess=not named)
            if index + 1 < len(found) and token.word not in self.fillers:
                joined = token.word + found[index + 1].word
                if 6 <= len(joined) <= 16 and self.lexicon.knows(joined) and joined.isalpha():
                    readings += (self.lexicon.key(joined),)
            keys.append(readings)
        return tuple(keys)

    def unglued(self, found: Sequence[Token]) -> tuple[Token, ...]:
        """Listed misspellings put right, and words run together taken apart: `isblue`, `eyesrolled`.

        Words are taken apart only where both parts are real words and one is in a phrase; they share one span.
        """
        result: list[Token] = []
        for token in found:
            parts = self.lexicon.respelt(token.word)
            if len(token.word) >= 5 and token.word.isalpha() and len(parts) == 1:
                parts = self._parts(parts[0]) or parts
            result.extend(Token(part, token.start, token.end, Stop.NONE) for part in parts[:-1])
            result.append(token if parts[-1] == token.word else token._replace(word=parts[-1]))
        return tuple(result)

    def _parts(self, word: str) -> tuple[str, ...]:
        known = real_words()
        if len(word) > _LONGEST or word in known or self.lexicon.knows(word):
            return ()
        for cut in range(2, len(word) - 1):
            left, right = word[:cut], word[cut:]
            if left in known and right in known and (self._telling(left) or self._telling(right)):
                if all(len(part) >= 4 or part in self.fillers or part in _SHORT for part in (left, right)):
                    return (left, right)
        return ()

    def _telling(self, word: str) -> bool:
        return len(word) >= 3 and word not in self.fillers and self.lexicon.knows(word)


def _checksum(texts: Sequence[str]) -> int:
    return crc32("\n".join(texts).encode("utf-8", "surrogatepass"))


def fold_fillers(words: Iterable[str]) -> frozenset[str]:
    """Filler words as tokens are folded."""
    return frozenset(part for word in words for part in normalise(word).split())


def _marks(phrase: str) -> str:
    """What stands before a phrase: "?", "!", both or nothing."""
    return phrase[: len(phrase) - len(phrase.lstrip("?!"))]
