"""A retriever's index as bytes that are the same on every platform, and back: plain data, read without running any."""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from babybot import arrays
from babybot.bands import Thresholds
from babybot.index import Index
from babybot.spelling import Synonyms

__all__ = ["Compiled", "dumps", "loads"]

_MAGIC: Final = b"babybot-retriever-7\n"
_ARRAYS: Final = ("keys", "starts", "spread", "entries", "codes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """What a retriever is made of besides its entries."""

    folded: tuple[tuple[str, ...], ...]
    """Each entry's questions, folded."""
    synonyms: Synonyms
    index: Index
    thresholds: Thresholds
    trained: bool
    off_topic: str = ""
    """The fingerprint of the off-topic examples that were learned."""


def dumps(made: Compiled) -> bytes:
    """The bytes of a retriever."""
    texts = "\n".join("\t".join(questions) for questions in made.folded).encode("utf-8", "surrogatepass")
    numbers = [getattr(made.index, name) for name in _ARRAYS]
    head = {
        "size": made.index.size,
        "scale": made.index.scale,
        "usual": made.index.usual,
        "trained": made.trained,
        "off_topic": made.off_topic,
        "thresholds": list(made.thresholds),
        "synonyms": made.synonyms.phrases,
        "texts": len(texts),
        "arrays": [[values.typecode, len(values)] for values in numbers],
    }
    encoded = json.dumps(head, sort_keys=True).encode()
    return b"".join((_MAGIC, struct.pack("<I", len(encoded)), encoded, texts, arrays.dumps(numbers)))


def loads(data: bytes, questions: Sequence[int]) -> Compiled:
    """What was dumped.

    Args:
        data: what `dumps` gave.
        questions: how many questions each entry has.

    Raises:
        ValueError: when the data are broken, of another version or of other questions.
    """
    try:
        return _read(data, questions)
    except (struct.error, LookupError, TypeError, AttributeError) as error:
        raise ValueError("the compiled index is broken") from error


def _read(data: bytes, questions: Sequence[int]) -> Compiled:
    if not data.startswith(_MAGIC):
        raise ValueError("this is no compiled index of this version")
    (length,) = struct.unpack_from("<I", data, len(_MAGIC))
    start = len(_MAGIC) + 4
    head: dict[str, Any] = json.loads(data[start : start + length])
    start += length
    lines = data[start : start + head["texts"]].decode("utf-8", "surrogatepass").split("\n")
    folded = tuple(tuple(line.split("\t")) for line in lines) if questions else ()
    if list(map(len, folded)) != list(questions):
        raise ValueError("the compiled index is of other questions")
    numbers = arrays.loads(data, start + head["texts"], head["arrays"])
    return Compiled(
        folded=folded,
        synonyms=Synonyms({phrase: tuple(groups) for phrase, groups in head["synonyms"].items()}),
        index=Index(
            size=head["size"],
            scale=head["scale"],
            usual=head["usual"],
            **dict(zip(_ARRAYS, numbers, strict=True)),
        ),
        thresholds=Thresholds(*head["thresholds"]),
        trained=head["trained"],
        off_topic=head["off_topic"],
    )
