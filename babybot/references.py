"""Names that one part of the knowledge gives and another part uses: ids twice, ids that nothing has.

The modules that read each kind of file note every name here; the loader asks for the problems once all are read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

from babybot.errors import Problem
from babybot.likeness import did_you_mean
from babybot.nodes import Text

__all__ = ["Kind", "Ledger"]


class Kind(Enum):
    """What a name is the name of; the value is how messages call it."""

    TOPIC = "topic"
    ENTRY = "entry"
    RED_FLAG = "red flag"
    RULE = "rule"
    MODIFIER = "modifier"
    GROUP = "group"
    FORMS = "word in forms"
    SPELLINGS = "word in spellings"
    SOURCE = "source"
    REGION = "region"
    SYNONYMS = "vocabulary group"
    MESSAGE = "message"
    SMALL_TALK = "small talk"


@dataclass(slots=True)
class Ledger:
    """The names that were given and used, and the phrases to be parsed, in the order they were read."""

    given: list[tuple[Kind, Text]] = field(default_factory=list)
    used: list[tuple[Kind, Text]] = field(default_factory=list)
    phrases: list[Text] = field(default_factory=list)

    def give(self, kind: Kind, name: Text | None) -> None:
        """Note that something has this name; None was reported already."""
        if name is not None:
            self.given.append((kind, name))

    def use(self, kind: Kind, *names: Text) -> None:
        """Note that something is meant by this name."""
        self.used.extend((kind, name) for name in names)

    def duplicates(self, known: Mapping[Kind, Collection[str]]) -> Iterator[Problem]:
        """Names given twice, or given though the shipped knowledge that is included has them (`known`)."""
        first: dict[tuple[Kind, str], Text] = {}
        for kind, name in self.given:
            earlier = first.setdefault((kind, name.text), name)
            if earlier is not name:
                message = f"{kind.value} {name.text!r} appears twice, first at {earlier.location}"
                yield name.problem("duplicate-id", message, "give each its own name, or delete one")
            elif name.text in known.get(kind, ()):
                message = f"{kind.value} {name.text!r} is in the included shipped knowledge too"
                yield name.problem("duplicate-id", message, "give it another name")

    def unknown(self, known: Mapping[Kind, Collection[str]]) -> Iterator[Problem]:
        """Names used that neither these files nor the shipped knowledge (`known`) give."""
        names = {kind: dict.fromkeys(known.get(kind, ())) for kind in Kind}
        for kind, name in self.given:
            names[kind][name.text] = None
        for kind, name in self.used:
            if name.text not in names[kind]:
                hint = did_you_mean(name.text, list(names[kind]))
                yield name.problem("unknown-reference", f"there is no {kind.value} {name.text!r}", hint)
