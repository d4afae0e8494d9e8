"""Findings of triage -> what a parent is told first, and whom to contact. What is found is left to `triage.py`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from babybot.context import TOLD, Status
from babybot.findings import UNLISTED, Finding
from babybot.model import Contact, Urgency
from babybot.reply import Escalation
from babybot.wording import Wording

__all__ = ["CARER", "advice", "escalate", "merged", "repeat", "signs", "watch_line"]

CARER: Final = frozenset({"harm-thoughts-self-harm", "cannot-cope", "someone-else-harming", "baby-was-shaken-or-hurt"})
"""Red flags for which a parent is told of the crisis line. Source: clinical brief 2.4."""
_CARER_ALONE: Final = frozenset({"harm-thoughts-self-harm", "cannot-cope", "someone-else-harming"})
"""Those of them for which it is called first when they are urgent."""
_POISON: Final = frozenset({"swallowed-poison-or-overdose"})
_LIFE: Final = (
    "unresponsive-unconscious", "breathing-pause-or-difficulty", "choking-gagging", "event-in-water", "limp-floppy",
)  # fmt: skip
"""Red flags whose advice comes before all others', the first one first: what keeps a baby alive until help comes."""
_SHOWN: Final = 3
"""Labels named at most."""
_ADVISED: Final = 2
"""Red flags at most whose advice is shown."""


def merged(earlier: Iterable[Finding], later: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings of two turns, one a red flag: the more urgent, of two alike the later. Most urgent first."""
    kept: dict[str, Finding] = {}
    for finding in (*earlier, *later):
        before = kept.get(finding.red_flag.id)
        if before is None or (finding.urgency.rank, _weight(finding)) >= (before.urgency.rank, _weight(before)):
            kept[finding.red_flag.id] = finding
    return tuple(sorted(kept.values(), key=lambda finding: -finding.urgency.rank))


def _weight(finding: Finding) -> int:
    return int(finding.status in TOLD)


def _wordless(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings of earlier turns, whose words do not stand in the utterance of this one."""
    return tuple(replace(finding, words=None, start=None, end=None) for finding in findings)


def signs(findings: Iterable[Finding], wording: Wording) -> str:
    """The labels of at most three red flags, as a list in a sentence."""
    labels = dict.fromkeys(
        wording.say("unlisted_sign") or f.red_flag.label if f.red_flag.id == UNLISTED.id else f.red_flag.label
        for f in findings
    )
    return "; ".join(list(labels)[:_SHOWN])


def escalate(findings: Sequence[Finding], wording: Wording, known: Sequence[Finding] = ()) -> Escalation:
    """The full text: urgency and number first, then what was understood, then the advice.

    Args:
        findings: at least one above `watch`.
        wording: the messages for the region.
        known: what earlier turns told, where it counts for the urgency.
    """
    everything = merged(_wordless(known), findings)
    urgency = everything[0].urgency
    leading = [f for f in everything if f.urgency is urgency]
    asked = all(f.status is Status.ASKED for f in everything if f.urgency >= Urgency.DOCTOR)
    lines = [wording.say(_head(leading, urgency, asked)), *_heard(findings, known, wording)]
    new = {finding.red_flag.id for finding in findings}
    lines += advice(sorted(leading, key=lambda finding: finding.red_flag.id not in new), wording)
    lines += _lines_of_help(everything, _variant(leading, urgency), wording)
    return Escalation(
        urgency=urgency,
        red_flags=everything,
        text="\n".join(line for line in lines if line),
        contacts=_contacts(everything, urgency, wording),
    )


def repeat(known: Sequence[Finding], wording: Wording) -> Escalation:
    """The short form, for turns after the one in which it was said in full."""
    urgency = known[0].urgency
    leading = [f for f in known if f.urgency is urgency]
    asked = all(finding.status is Status.ASKED for finding in leading)
    key = "standing_asked" if asked else f"standing_{urgency.value}{_variant(leading, urgency)}"
    text = wording.say(key, signs=signs(leading, wording))
    return Escalation(
        urgency=urgency, red_flags=_wordless(known), text=text, contacts=_contacts(known, urgency, wording)
    )


def watch_line(findings: Sequence[Finding], wording: Wording) -> str:
    """The quiet word at the end about signs that were only denied, or perhaps mentioned."""
    perhaps = [finding for finding in findings if finding.status is Status.UNSURE]
    denied = [finding for finding in findings if finding.status is not Status.UNSURE]
    said = (("escalation_watch", denied), ("escalation_unsure", perhaps))
    return "\n".join(wording.say(key, signs=signs(group, wording)) for key, group in said if group)


def _variant(leading: Sequence[Finding], urgency: Urgency) -> str:
    """Whether an urgent advice is one for the carer or about poison instead of one to have the baby seen."""
    ids = {finding.red_flag.id for finding in leading}
    if urgency is not Urgency.URGENT:
        return ""
    if ids <= _POISON:
        return "_poison"
    return "_carer" if ids <= _CARER_ALONE else ""


def _head(leading: Sequence[Finding], urgency: Urgency, asked: bool) -> str:
    variant = _variant(leading, urgency)
    if asked and not variant and urgency in (Urgency.URGENT, Urgency.DOCTOR):
        variant = "_asked"
    return f"escalation_{urgency.value}{variant}"


def _heard(findings: Sequence[Finding], known: Sequence[Finding], wording: Wording) -> list[str]:
    """What was understood, by how it was told."""
    told = [f for f in findings if f.urgency > Urgency.WATCH]
    present = [f for f in told if f.status is Status.PRESENT]
    past = [f for f in told if f.status is Status.PAST]
    asked = [f for f in told if f.status is Status.ASKED]
    new = {f.red_flag.id for f in told}
    before = [f for f in known if f.red_flag.id not in new and f.urgency > Urgency.WATCH]
    lines = []
    for key, group in (
        ("signs_told", present),
        ("signs_past", past),
        ("signs_asked", asked),
        ("signs_earlier", before),
    ):
        if group and not (key == "signs_asked" and (present or past)):
            lines.append(wording.say(key, signs=signs(group, wording)))
    return lines


def advice(leading: Sequence[Finding], wording: Wording) -> list[str]:
    """The advice of red flags, that of the first two that have any, what keeps a baby alive before the rest."""
    rank = {flag: place for place, flag in enumerate(_LIFE)}
    ordered = sorted((f.red_flag for f in leading if f.red_flag.advice), key=lambda flag: rank.get(flag.id, len(rank)))
    texts = dict.fromkeys(_unwrapped(flag.advice) for flag in ordered)
    return [wording.fill(text) for text in list(texts)[:_ADVISED]]


def _unwrapped(advice: str) -> str:
    """An advice without the line breaks its editor set within paragraphs; list items keep theirs."""
    lines: list[str] = []
    for line in advice.strip().split("\n"):
        if lines and line.strip() and lines[-1] and not line.lstrip().startswith("- "):
            lines[-1] += " " + line.strip()
        else:
            lines.append(line.strip())
    return "\n".join(lines)


def _lines_of_help(findings: Sequence[Finding], variant: str, wording: Wording) -> list[str]:
    """Further lines: whom else to call, and how to find the emergency number where the region is unknown."""
    ids = {finding.red_flag.id for finding in findings if finding.urgency > Urgency.WATCH}
    lines = []
    if ids & _POISON and variant != "_poison":
        lines.append(wording.say("poison_line"))
    if ids & CARER:
        if variant != "_carer":
            lines.append(wording.say("crisis_line"))
        if wording.has("support"):
            lines.append(wording.say("support_line"))
    if findings[0].urgency >= Urgency.URGENT and wording.note():
        lines.append(wording.note())
    return lines


def _contacts(findings: Sequence[Finding], urgency: Urgency, wording: Wording) -> tuple[Contact, ...]:
    ids = {finding.red_flag.id for finding in findings if finding.urgency > Urgency.WATCH}
    kinds = {"emergency"}
    if urgency < Urgency.EMERGENCY:
        kinds.add("nurse")
    if ids & _POISON:
        kinds.add("poison")
    if ids & CARER:
        kinds |= {"crisis", "parent_support"}
    return wording.contacts(kinds)
