"""Triage on the project's own unseen messages: 15% of each author's, chosen by a hash of the text, never trained on.

`blind` to `blind_5` and `blind_7` to `blind_12` are two authors each who saw nothing of the project, `blind_6` is one
more; what they missed has since been read, but for the half of author 447, `blind_11` and `blind_12`.
`plain` are two authors who put plain signs and plain innocent things in few words or in one ordinary sentence,
`contexts` is one who put them amid everyday things, `turns` one who wrote second and later turns of a chat, `stories`
two who wrote long innocent stories full of mishaps, `subjects` one who gave the very words of the signs to pets,
dolls, films and things.
The bounds are what was measured when a split was last extended, less a point: they guard against decay and promise
nothing.
Source: `babybot eval tests/data/*/*.jsonl`.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from bots import shipped

from babybot import Urgency

_DATA = Path(__file__).parent / "data"


def _read(name: str, split: str = "unseen") -> list[dict[str, str]]:
    return [json.loads(line) for line in (_DATA / split / name).read_text(encoding="utf-8").splitlines()]


def _urgency(text: str) -> Urgency | None:
    return shipped().triage.assess(text).urgency


_EVERY = {"unseen": 15, "plain": 4, "blind": 3, "stories": 2, **{f"blind_{number}": 4 for number in range(2, 12)}}
"""One message in so many of the larger splits but the newest, to keep the run short; `babybot eval` asks them all."""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("split", "recall", "alarms"),
    [
        ("unseen", 0.96, 0.05),
        ("blind", 0.99, 0.015),
        ("blind_2", 0.99, 0.025),
        ("blind_3", 0.985, 0.03),
        ("blind_4", 0.985, 0.02),
        ("blind_5", 0.985, 0.025),
        ("blind_6", 0.985, 0.025),
        ("blind_7", 0.985, 0.048),
        ("blind_8", 0.985, 0.04),
        ("blind_9", 0.985, 0.045),
        ("blind_10", 0.985, 0.035),
        ("blind_11", 0.985, 0.03),
        ("blind_12", 0.985, 0.03),
        ("plain", 0.985, 0.025),
        ("contexts", 0.97, 0.025),
        ("turns", 0.985, 0.03),
        ("stories", 0.98, 0.11),
        ("subjects", 0.97, 0.27),
    ],
)
def test_recall_and_false_alarms_on_messages_never_trained_on(split: str, recall: float, alarms: float) -> None:
    red, benign = (_read(name, split)[:: _EVERY.get(split, 1)] for name in ("redflags.jsonl", "benign.jsonl"))
    assert min(len(red), len(benign)) >= 60
    escalated = sum(_urgency(row["text"]) is not None for row in red)
    alarmed = sum((_urgency(row["text"]) or Urgency.WATCH) > Urgency.WATCH for row in benign)
    assert escalated / len(red) >= recall
    assert alarmed / len(benign) <= alarms


def test_no_unseen_message_stands_in_the_examples() -> None:
    root = Path(__file__).parent.parent / "knowledge" / "examples"
    lines = "\n".join(path.read_text(encoding="utf-8") for path in sorted(root.rglob("*.yaml")))
    known = {json.loads(text) for text in re.findall(r'^- \{text: ("(?:[^"\\]|\\.)*")', lines, re.MULTILINE)}
    assert len(known) > 100_000
    unseen = {row["text"] for name in ("redflags.jsonl", "benign.jsonl") for row in _read(name)}
    assert not {text for text in unseen & known if len(text) > 40}


@pytest.mark.slow
def test_a_sentence_added_to_an_unseen_message_never_lowers_it() -> None:
    triage = shipped().triage
    for row in _read("redflags.jsonl")[::80]:
        alone = triage.assess(row["text"]).urgency
        for added in ("No.", "What does a seizure look like?", "no fever", "My dog had a seizure."):
            for text in (f"{row['text']}\n{added}", f"{added}\n{row['text']}"):
                assert alone is None or (triage.assess(text).urgency or Urgency.WATCH) >= alone, text
