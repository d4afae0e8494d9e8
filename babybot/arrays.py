"""Arrays of whole numbers as bytes that are the same on every platform, low byte first, and back."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Sequence

__all__ = ["dumps", "loads"]


def dumps(arrays: Sequence[array[int]]) -> bytes:
    """The arrays one after the other, without their types and lengths."""
    return b"".join(_low_first(values).tobytes() for values in arrays)


def loads(data: bytes, start: int, kinds: Sequence[tuple[str, int]]) -> list[array[int]]:
    """The arrays of some (type code, length) that stand in data from a byte on, up to its end.

    Raises:
        ValueError: when the data end sooner or later than the arrays.
    """
    found, view = [], memoryview(data)
    for typecode, length in kinds:
        values: array[int] = array(typecode)
        end = start + length * values.itemsize
        if end > len(data):
            raise ValueError("the data are not whole")
        values.frombytes(view[start:end])
        found.append(_low_first(values))
        start = end
    if start != len(data):
        raise ValueError("the data are longer than their arrays")
    return found


def _low_first(values: array[int]) -> array[int]:
    if sys.byteorder == "little":
        return values
    swapped = values[:]
    swapped.byteswap()
    return swapped
