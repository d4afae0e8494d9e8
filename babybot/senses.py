"""What a word is about, in any knowledge: the groups of words of like meaning that it stands in, coarse to fine.

The groups are `senses.bin`, which `sense_training.py` made once, with a language model, for the words of `words.txt`.
"""

from __future__ import annotations

import struct
from array import array
from bisect import bisect_left
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple
from zlib import crc32

from babybot import arrays

__all__ = ["Senses", "dumps", "loads", "senses"]

_MAGIC: Final = b"babybot-senses-1\n"
_HEAD: Final = struct.Struct("<IB")


class Senses(NamedTuple):
    """The groups of the words of a list."""

    keys: array[int]
    """The checksums of the words, 32 bits each, rising."""
    groups: array[int]
    """The numbers of each word's groups, 0 to 65,535, a row a word."""
    width: int
    """Groups a word stands in."""

    def of(self, word: str) -> tuple[int, ...]:
        """The numbers of a word's groups; none for a word that is not listed."""
        key = crc32(word.encode("utf-8", "surrogatepass"))
        at = bisect_left(self.keys, key)
        if at == len(self.keys) or self.keys[at] != key:
            return ()
        return tuple(self.groups[at * self.width : (at + 1) * self.width])


def dumps(groups: Mapping[str, tuple[int, ...]]) -> bytes:
    """Words with their groups, the same number for each, as bytes that are the same on every platform."""
    rows = sorted({crc32(word.encode()): found for word, found in groups.items()}.items())
    width = len(rows[0][1]) if rows else 0
    keys, numbers = array("I", [key for key, _ in rows]), array("H", [n for _, found in rows for n in found])
    return _MAGIC + _HEAD.pack(len(rows), width) + arrays.dumps((keys, numbers))


def loads(data: bytes) -> Senses:
    """What was dumped.

    Raises:
        ValueError: when the data are broken or of another version.
    """
    start = len(_MAGIC) + _HEAD.size
    count, width = _HEAD.unpack_from(data, len(_MAGIC)) if data.startswith(_MAGIC) and len(data) >= start else (0, 0)
    if not count:
        raise ValueError("this is no file of senses of this version")
    keys, groups = arrays.loads(data, start, [("I", count), ("H", count * width)])
    return Senses(keys, groups, width)


@lru_cache(maxsize=1)
def _listed() -> Senses:
    return loads(Path(__file__).with_name("senses.bin").read_bytes())


@lru_cache(maxsize=20_000)
def senses(word: str) -> tuple[str, ...]:
    """The names of the groups that a folded word stands in, as features; none for a word that no list has.

    >>> set(senses("mattress")) & set(senses("bed")) != set()
    True
    """
    return tuple(map(str, _listed().of(word)))
