"""Questions by two authors who saw the content map and nothing else, and off-topic messages by the same.

The bounds are what issue 4 asks of a held-out set. Measured 2026-11-27: 97.9, 99.4, 96.9, 0.6 and 0.3%.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from bots import shipped

from babybot import Reply, Urgency

_DATA = Path(__file__).parent / "data" / "questions"


def _read(name: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in (_DATA / name).read_text(encoding="utf-8").splitlines()]


def _escalates(reply: Reply) -> bool:
    return reply.escalation is not None and reply.escalation.urgency > Urgency.WATCH


@pytest.mark.slow
def test_a_question_of_an_unknown_author_finds_its_entry() -> None:
    rows = _read("faq.jsonl")
    first = third = wrong = served = 0
    for row in rows:
        right, reply = {row["id"], *row["also"]}, shipped().ask(row["text"])
        ranked = [match.entry.id for match in reply.matches[:3]]
        shown = reply.entry.id if reply.entry else None
        first += ranked[:1] != [] and ranked[0] in right
        third += not right.isdisjoint(ranked)
        served += shown in right or _escalates(reply)
        wrong += shown is not None and shown not in right and not _escalates(reply)
    assert len(rows) > 600
    assert first / len(rows) >= 0.92
    assert third / len(rows) >= 0.98
    assert served / len(rows) >= 0.85
    assert wrong / len(rows) <= 0.05


@pytest.mark.slow
def test_what_is_off_topic_is_declined_without_an_alarm() -> None:
    replies = [shipped().ask(row["text"]) for row in _read("off_topic.jsonl")]
    assert sum(reply.entry is not None for reply in replies) / len(replies) <= 0.04
    assert sum(map(_escalates, replies)) / len(replies) <= 0.02
