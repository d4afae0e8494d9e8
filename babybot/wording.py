"""The messages of the knowledge with a region's contacts filled in.

Nothing is worded here: a text is taken from `messages.yaml` and its slots are replaced. Which message is said, and when
is left to the modules above.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from babybot.model import Contact, KnowledgeBase, Region

__all__ = ["CARRIED", "Wording", "region_of"]

_SLOT: Final = re.compile(r"\{(\w+)\}")
CARRIED: Final = ("emergency", "nurse", "poison", "crisis", "parent_support")
"""Kinds of contact, in the order in which they are shown."""
_SLOTS: Final = {"support": "parent_support"}
"""Slots whose name is not that of the contact's kind."""


def region_of(knowledge: KnowledgeBase, code: str | None) -> Region:
    """The region with a code, whatever its case; `UK` is `GB`; anything unknown is the region `default`."""
    wanted = (code or "").strip().upper()
    return knowledge.regions.get("GB" if wanted == "UK" else wanted, knowledge.regions["default"])


def spoken(contact: Contact) -> str:
    """A contact as it is named in a sentence: the bare number for the emergency services, else name and number."""
    if contact.number is None or contact.number in contact.name:
        return contact.name
    return contact.number if contact.kind == "emergency" else f"{contact.name} ({contact.number})"


class Wording:
    """The messages for one region. Immutable.

    Args:
        knowledge: whose messages and regions are used.
        region: code of the region; None or unknown for the default one.
    """

    def __init__(self, knowledge: KnowledgeBase, region: str | None = None) -> None:
        self._messages = knowledge.messages
        self.region = region_of(knowledge, region)
        self._slots = {slot: self._slot(slot) for slot in ("emergency", "nurse", "poison", "crisis", "support")}

    def _slot(self, slot: str) -> str:
        contact = self.region.contact(_SLOTS.get(slot, slot))
        return spoken(contact) if contact else self._messages.get(f"no_{slot}", "")

    def say(self, key: str, **slots: str) -> str:
        """A message, filled; empty when the knowledge has none by that key."""
        return self.fill(self._messages.get(key, ""), slots)

    def fill(self, text: str, slots: Mapping[str, str] | None = None) -> str:
        """A text with its slots filled; a slot that nothing fills is left out."""
        values = {**self._slots, **(slots or {})}
        return _SLOT.sub(lambda match: values.get(match.group(1), ""), text).strip()

    def has(self, slot: str) -> bool:
        """Whether the region names a contact of that slot."""
        return self.region.contact(_SLOTS.get(slot, slot)) is not None

    def note(self) -> str:
        """What the region says when it has no emergency number of its own; else empty."""
        emergency = self.region.contact("emergency")
        return (self.region.note or "") if emergency is None or emergency.number is None else ""

    def contacts(self, kinds: Iterable[str]) -> tuple[Contact, ...]:
        """All contacts of some kinds, in the order of `CARRIED`, then of the file."""
        wanted = set(kinds)
        return tuple(c for kind in CARRIED if kind in wanted for c in self.region.contacts if c.kind == kind)
