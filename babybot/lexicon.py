"""What a typed word may stand for: its lemma, its irregular forms, the word it is a misspelling of.

A lemma is only ever another real word, so that `fitting` clothes and a `fit` stay apart from words that merely look
alike; a real word is never taken for a misspelling of another. Which words count is left to `patterns.py`.

The list of real words is `words.txt`: SCOWL sizes 10 to 60, English, American and British (public word lists by Kevin
Atkinson and others; licence in LICENSE).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from babybot.text import normalise

__all__ = ["Lexicon", "lemma", "real_words"]

_VOWELS: Final = frozenset("aeiou")
_SHORTEST_LEMMA: Final = 3
_SHORT_BASES: Final = frozenset({"us", "ey", "di", "ow", "go", "do"})
"""Beginnings of two letters that are verbs with -ed or -ing: use, eye, die, owe, go, do."""
_NO_VERB_FORMS: Final = frozenset(
    (
        "evening morning being thing nothing something anything everything during wedding building ceiling meaning"
    ).split()
)
"""Words that only look like a form of a verb."""


class _WordList:
    """The words of a sorted file, looked up by halving in its bytes, so that starting builds no table of them.

    A look-up takes about ten steps of a microsecond; reading them all into a set would take 16 ms at every start.
    """

    def __init__(self, path: Path) -> None:
        self._data = b"\n" + path.read_bytes()
        self._all: frozenset[str] | None = None

    def __contains__(self, word: object) -> bool:
        if self._all is not None:
            return word in self._all
        return isinstance(word, str) and _is_listed(self, word)

    def keep_all(self) -> None:
        """Make the table after all, where thousands of words will be looked up."""
        self._all = frozenset(self._data.decode("ascii").split())

    def find(self, word: str) -> bool:
        """Whether the file has a line with this word."""
        wanted = word.encode("utf-8", "surrogatepass")
        data, low, high = self._data, 0, len(self._data) - 1
        while low < high:
            start = data.rfind(b"\n", low, (low + high) // 2 + 1)
            if start < 0:
                start = low
            end = data.index(b"\n", start + 1)
            line = data[start + 1 : end]
            if line == wanted:
                return True
            if line < wanted:
                low = end
            else:
                high = start
        return False


@lru_cache(maxsize=50_000)
def _is_listed(words: _WordList, word: str) -> bool:
    return words.find(word)


@lru_cache(maxsize=1)
def real_words() -> _WordList:
    """Every word of the word list, lower case; asked with `in`."""
    return _WordList(Path(__file__).with_name("words.txt"))


def _doubles(word: str) -> bool:
    """Whether a final consonant is doubled before -ed and -ing: one vowel, then one consonant (`stop`, not `jerk`)."""
    return (
        len(word) >= 3
        and word[-1] not in _VOWELS
        and word[-1] not in "wxy"
        and word[-2] in _VOWELS
        and word[-3] not in _VOWELS
    )


def _verb_base(base: str, known: _WordList) -> str | None:
    """The verb that `base` + ed or ing is a form of: star -> stare, stopp -> stop, jerk -> jerk."""
    if len(base) < 3 and base not in _SHORT_BASES:
        return None
    if len(base) >= 4 and base[-1] == base[-2] and base[-1] not in "ls" and base[:-1] in known:
        return base[:-1]
    with_e = base + "e" if base + "e" in known else None
    if _doubles(base) and with_e:
        return with_e
    if len(base) >= _SHORTEST_LEMMA and base in known:
        return base
    if len(base) >= 4 and base[-1] == base[-2] and base[:-1] in known:
        return base[:-1]
    return with_e


@lru_cache(maxsize=50_000)
def lemma(word: str) -> str:
    """The plain form of an inflected word, when that is a real word; else the word itself.

    >>> [lemma(word) for word in ("staring", "starring", "twitches", "bodies", "fitness", "rolled", "bed")]
    ['stare', 'star', 'twitch', 'body', 'fitness', 'roll', 'bed']
    """
    known = real_words()
    if len(word) <= 3 or word in _NO_VERB_FORMS:
        return word
    if word.endswith("ies") and word[:-3] + "y" in known:
        return word[:-3] + "y"
    if word.endswith("ied") and word[:-3] + "y" in known:
        return word[:-3] + "y"
    if word.endswith("es") and word[:-2] in known and word[-3] in "shxz":
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and word[:-1] in known:
        return word[:-1]
    for suffix in ("ing", "ed", "in"):
        if word.endswith(suffix) and (suffix != "in" or word not in known):
            base = _verb_base(word[: -len(suffix)], known)
            if base is not None:
                return base
    return word


def _inflected(word: str) -> Iterable[str]:
    """Forms of a word that a parent may misspell, whether or not they exist."""
    yield word
    if len(word) < 3:
        return
    base = word[:-1] if word.endswith("e") else word
    if word.endswith("y") and word[-2] not in _VOWELS:
        yield word[:-1] + "ies"
        yield word[:-1] + "ied"
    if _doubles(word):
        base = word + word[-1]
    for suffix in ("ing", "ed", "s", "es"):
        yield (word if suffix in ("s", "es") else base) + suffix


def _sound(word: str) -> str:
    """A rough spelling of how a word sounds: vowels alike, doubled letters once, ph as f, c and ck as k or s."""
    for written, heard in _SOUNDS:
        word = word.replace(written, heard)
    out: list[str] = []
    for char in word:
        heard = "a" if char in "aeiouy" else char
        if not out or out[-1] != heard:
            out.append(heard)
    return "".join(out)


_SOUNDS: Final = (
    ("ph", "f"), ("ght", "t"), ("kn", "n"), ("wr", "r"), ("ce", "se"), ("ci", "si"), ("cy", "sy"), ("tio", "sho"),
    ("ck", "k"), ("x", "ks"), ("qu", "kw"), ("z", "s"), ("c", "k"), ("wh", "w"), ("dge", "j"), ("h", ""),
)  # fmt: skip


_CONTRACTIONS: Final = ("wont", "cant", "cannot", "doesnt", "didnt", "couldnt", "wouldnt")


@lru_cache(maxsize=20_000)
def _contraction(word: str) -> str:
    """The one contraction of "not", folded, that an unknown word of its letters is a slip away from, else the word.

    Phrases must have such words exactly, so no guess of theirs finds them: "he wotn wake up". Four letters may only
    change places, as short names look alike.

    >>> [_contraction(word) for word in ("wotn", "canot", "woudlnt", "want", "cann", "hasnat")]
    ['will not', 'can not', 'would not', 'want', 'cann', 'hasnat']
    """
    if len(word) < 4 or word in real_words():
        return word
    near = {
        normalise(form)
        for form in _CONTRACTIONS
        if form[0] == word[0] and set(word) <= set(form) and OSA.distance(word, form, score_cutoff=1) <= 1
    }
    return near.pop() if len(near) == 1 and (len(word) > 4 or sorted(word) in _SHORT) else word


_SHORT: Final = [sorted(form) for form in _CONTRACTIONS if len(form) == 4]


class Lexicon:
    """The words that phrases use, and what a typed word means among them.

    Args:
        words: every word of every phrase, folded.
        forms: a word -> irregular forms that mean the same.
        spellings: a word -> misspellings that no rule would find.
        no_fuzzy: words that are never guessed from a misspelling.
    """

    def __init__(
        self,
        words: Iterable[str],
        forms: Mapping[str, Iterable[str]],
        spellings: Mapping[str, Iterable[str]],
        no_fuzzy: Iterable[str] = (),
    ) -> None:
        self._base = {normalise(form): normalise(word) for word, all_forms in forms.items() for form in all_forms}
        self._spelt: dict[str, str] = {}
        for word, wrong in spellings.items():
            for spelling in wrong:
                self._spelt[normalise(spelling)] = normalise(word)
        self._keys = frozenset(self.key(word) for word in words)
        self._no_fuzzy = frozenset(no_fuzzy)
        self._compiled_forms: str | None = None
        self._guesses: _Guesses | None = None

    def to_data(self) -> Mapping[str, Any]:
        """Plain data for `from_data`."""
        return {
            "base": self._base,
            "spelt": self._spelt,
            "keys": sorted(self._keys),
            "no_fuzzy": sorted(self._no_fuzzy),
            "forms": " ".join(self._forms()),
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Lexicon:
        """The same lexicon again, without looking up a single lemma."""
        lexicon = cls((), {}, {}, data["no_fuzzy"])
        lexicon._base = dict(data["base"])
        lexicon._spelt = dict(data["spelt"])
        lexicon._keys = frozenset(data["keys"])
        lexicon._compiled_forms = data["forms"]
        return lexicon

    def respelt(self, word: str) -> tuple[str, ...]:
        """The words that a listed misspelling, or one of a contraction, stands for; the word itself when it is none."""
        return tuple((self._spelt.get(word) or _contraction(word)).split())

    def key(self, word: str) -> str:
        """What all forms of a word share: its listed base, else its lemma's."""
        if word in self._base:
            return self._base[word]
        plain = lemma(word)
        return self._base.get(plain, plain)

    def knows(self, word: str) -> bool:
        """Whether a phrase uses this word or a form of it."""
        return self.key(word) in self._keys

    def readings(self, word: str, *, guess: bool = True) -> tuple[str, ...]:
        """The keys that a typed word may stand for, the likeliest first; at least one.

        Args:
            word: folded, as `text.tokens` gives it.
            guess: whether it may be a misspelling; False for what looks like a name.
        """
        key = self.key(word)
        if word in real_words() or word in self._base or not guess or len(word) < 3 or not word.isalpha():
            return (key,)
        return tuple(dict.fromkeys((key, *self._guessed(word))))

    def _guessed(self, word: str) -> tuple[str, ...]:
        """Keys of the nearest lexicon words to an unknown word, at most four; ties all count."""
        if self._guesses is None:
            self._guesses = _Guesses(self._forms())
        single = "".join(char for index, char in enumerate(word) if index == 0 or char != word[index - 1])
        most = 0 if len(word) < 4 else 1 if len(word) <= 6 else 2
        found: dict[str, float] = {}
        for form, distance in self._guesses.spelt_like(word, most) if most else ():
            key = self.key(form)
            found[key] = min(found.get(key, 9.0), distance)
        for form in self._guesses.sounding_like(word):
            if form != word and OSA.distance(word, form) <= (3 if most else 1):
                found.setdefault(self.key(form), 2.0)
        if single != word and self.key(single) in self._keys:
            found[self.key(single)] = 0.0
        if not found:
            return ()
        best = min(found.values())
        return tuple(sorted(key for key, distance in found.items() if distance <= best))[:4]

    def _forms(self) -> list[str]:
        """Every form to guess from: of the words of phrases, real ones only, sorted."""
        if self._compiled_forms is not None:
            return self._compiled_forms.split()
        known = real_words()
        forms: set[str] = set()
        for source in [*self._keys, *(form for form, base in self._base.items() if base in self._keys)]:
            if source not in self._no_fuzzy and len(source) >= 3 and source.isalpha():
                forms.update(
                    form
                    for form in _inflected(source)
                    if len(form) >= 4 and (form == source or form in known) and form not in self._no_fuzzy
                )
        return sorted(forms)


class _Guesses:
    """Forms to guess from, by first letter and length, and by their sound."""

    def __init__(self, forms: Iterable[str]) -> None:
        self._buckets: dict[tuple[str, int], list[str]] = {}
        for form in forms:
            self._buckets.setdefault((form[0], len(form)), []).append(form)
        self._sounds: dict[str, dict[str, list[str]]] = {}

    def spelt_like(self, word: str, most: int) -> Iterable[tuple[str, float]]:
        """Forms within `most` edits that begin alike, with their distances; at most eight a length."""
        sound = _sound(word)[:1]
        for first in sorted({word[0], word[1], sound}):
            for length in range(len(word) - most, len(word) + most + 1):
                choices = self._buckets.get((first, length), ())
                for form, distance, _ in process.extract(
                    word, choices, scorer=OSA.distance, score_cutoff=most, limit=8
                ):
                    alike = form[0] == word[0] or form[1:2] == word[0] or _sound(form)[:1] == sound
                    if alike and form != word:
                        yield form, float(distance)

    def sounding_like(self, word: str) -> Sequence[str]:
        """Forms that sound the same and begin with a letter of the same sound."""
        sound = _sound(word)
        first = sound[:1]
        table = self._sounds.get(first)
        if table is None:
            table = {}
            for (letter, _), forms in self._buckets.items():
                if letter in _WRITTEN.get(first, first):
                    for form in forms:
                        table.setdefault(_sound(form), []).append(form)
            self._sounds[first] = table
        return table.get(sound, ())


_WRITTEN: Final = {"s": "sczp", "k": "ckq", "f": "fp", "n": "nk", "r": "rw", "a": "aeiouyh", "w": "w", "j": "jg"}
"""A sound -> the letters it is written with at the beginning."""
