"""What training learns from: examples and near misses, with what each of them teaches. Needs no numpy."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Final, NamedTuple

from babybot.model import Example, RedFlag, Urgency

__all__ = ["Labelled", "digest", "fingerprint", "labelled", "off_topic"]

_HOLDS_THE_SIGN: Final = frozenset({"10", "11", "12"})
"""Authors whose `negated` examples hold a negation and the sign all the same. Source: the corpus's README."""

_OFF_TOPIC: Final = "off-topic"
_EDITOR: Final = "near misses"
"""Who wrote the near misses, for leaving authors out."""


class Labelled(NamedTuple):
    """A message to learn from."""

    text: str
    urgency: Urgency | None
    """The least urgency it must get; None for a harmless one."""
    author: str
    denies: bool = False
    """Whether it names a sign only to deny it."""
    flag: str | None = None
    """The id of its red flag; None for a harmless one."""


def labelled(examples: Iterable[Example], red_flags: Iterable[RedFlag]) -> tuple[Labelled, ...]:
    """The examples, and the near misses of the red flags, as messages to learn from, in a fixed order."""
    ordered = sorted(examples, key=lambda example: (example.flag is None, example.author, example.text))
    return (
        *(Labelled(one.text, one.urgency, one.author, _only_denies(one), one.flag) for one in ordered),
        *(Labelled(text, None, _EDITOR) for flag in red_flags for text in flag.near_misses),
    )


def _only_denies(example: Example) -> bool:
    return example.flag is not None and example.kind == "negated" and example.author not in _HOLDS_THE_SIGN


def off_topic(examples: Iterable[Example]) -> tuple[str, ...]:
    """The examples that no entry answers, in a fixed order: the harmless ones of the kind `off-topic`."""
    return tuple(sorted({one.text for one in examples if one.flag is None and one.kind == _OFF_TOPIC}))


def fingerprint(messages: Iterable[Labelled]) -> str:
    """A hash of the messages, in their order."""
    return digest(
        part
        for text, urgency, _, denies, flag in messages
        for part in (f"{urgency.value if urgency else ''} {denies} {flag}", text)
    )


def digest(texts: Iterable[str]) -> str:
    """A hash of some texts, in their order; empty for none."""
    joined = b"".join(text.encode("utf-8", "surrogatepass") + b"\0" for text in texts)
    return hashlib.blake2b(joined, digest_size=16).hexdigest() if joined else ""
