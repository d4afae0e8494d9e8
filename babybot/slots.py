"""The slots of the texts that editors write, such as {emergency}: which text may hold which.

What fills them is `wording.py`.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Final

from babybot.likeness import did_you_mean
from babybot.nodes import Fields

__all__ = ["CONTACT_SLOTS", "check_slots"]

CONTACT_SLOTS: Final = ("emergency", "nurse", "poison", "crisis", "support")
"""Filled with a region's contacts, in every text."""
_FURTHER: Final = MappingProxyType(
    {
        **dict.fromkeys(
            (
                "escalation_watch", "escalation_unsure", "signs_told", "signs_past", "signs_asked", "signs_earlier",
                "standing_emergency", "standing_urgent", "standing_doctor", "standing_asked", "standing_urgent_carer",
                "standing_urgent_poison", "hold_ground", "hold_ground_doctor", "hold_ground_carer", "changed_advice",
            ),
            ("signs",),
        ),
        "correction": ("signs", "earlier"),
        "region_noted": ("region",),
        "region_unknown": ("region",),
        "age_noted": ("age",),
        "age_thanks": ("age",),
        "corrected_age": ("age", "corrected"),
        "age_days": ("number",),
        "age_weeks": ("number",),
        "age_months": ("number",),
        "about_again": ("title",),
        "about_last": ("title",),
        "sources_reviewed": ("date",),
    }
)  # fmt: skip
"""Message -> the slots it may hold besides."""
_SLOT: Final = re.compile(r"\{([^{}\n]*)(\}?)")


def check_slots(fields: Fields, key: str, text: str) -> None:
    """Report what nothing fills in a text."""
    node = fields.node_of(key)
    if node is None:
        return
    known = (*CONTACT_SLOTS, *_FURTHER.get(key, ()))
    for name, closed in _SLOT.findall(text):
        if name not in known or not closed:
            hint = did_you_mean(name.strip(), known) or f"known here are {', '.join(known)}, each in braces"
            fields.document.report_at(node, "unknown-slot", f"nothing fills '{{{name}{closed}'", hint)
