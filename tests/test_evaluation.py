"""Measuring: what counts as escalated, calm, found, held; every miss told; minima that fail a run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from bots import shipped

from babybot.cli import main
from babybot.evaluation import EvaluationError, Outcome, Verdict, measure
from babybot.evaluation_report import Minima, report_lines, share

QUESTION = "Why does my baby twitch when asleep?"
DANGER = "his lips went blue and he is not breathing"


def rows(tmp_path: Path, *labelled: dict[str, object]) -> Path:
    """A file of JSON lines."""
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in labelled), encoding="utf-8")
    return path


def judged(tmp_path: Path, row: dict[str, object]) -> dict[Verdict, bool]:
    """The verdicts on one row."""
    (outcome,) = measure(shipped(), [rows(tmp_path, row)])
    return dict(outcome.verdicts)


def right_entry() -> str:
    return shipped().ask(QUESTION).matches[0].entry.id


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (
            {"text": DANGER, "flag": "x", "level": "emergency", "kind": "present"},
            {Verdict.RECALL: True, Verdict.URGENCY: True},
        ),
        (
            {"text": QUESTION, "flag": "x", "level": "doctor", "kind": "history"},
            {Verdict.RECALL: False, Verdict.URGENCY: False},
        ),
        ({"text": QUESTION, "flag": "x", "level": "doctor", "kind": "question"}, {Verdict.RECALL: False}),
        ({"text": QUESTION, "kind": "topic"}, {Verdict.CALM: True, Verdict.SILENT: True}),
        ({"text": DANGER, "kind": "topic"}, {Verdict.CALM: False, Verdict.SILENT: False}),
    ],
)
def test_messages(tmp_path: Path, row: dict[str, object], expected: dict[Verdict, bool]) -> None:
    assert judged(tmp_path, row) == expected


def test_a_question_is_found_by_its_entry_or_by_another_right_one(tmp_path: Path) -> None:
    right = right_entry()
    for labels in ({"id": right, "also": []}, {"id": "no-such-entry", "also": [right]}):
        assert all(judged(tmp_path, {"text": QUESTION, **labels}).values())
    wrong = judged(tmp_path, {"text": QUESTION, "id": "no-such-entry", "also": []})
    assert not any(wrong.values())


DIALOGUE = """
- name: calm
  turns:
    - user: "{question}"
      expect: {{escalate: false, entry: {entry}, note: "plain"}}
    - user: "{danger}"
      expect: {{escalate: true, level: emergency, entry: null}}
    - user: "ok"
      expect: {{escalate: false, entry: null, note: "repeating the advice is allowed"}}
"""


def test_dialogues_are_judged_turn_by_turn(tmp_path: Path) -> None:
    path = tmp_path / "dialogues.yaml"
    path.write_text(DIALOGUE.format(question=QUESTION, danger=DANGER, entry=right_entry()), encoding="utf-8")
    outcomes = measure(shipped(), [path])
    assert share(outcomes, Verdict.TURN) == (3, 3)
    assert share(outcomes, Verdict.TURN_ESCALATES) == (1, 1)


def test_an_entry_named_in_the_note_is_as_good(tmp_path: Path) -> None:
    path = tmp_path / "dialogues.yaml"
    note = DIALOGUE.replace("plain", f"{right_entry()} is as good")
    path.write_text(note.format(question=QUESTION, danger=DANGER, entry="what-is-this"), encoding="utf-8")
    assert share(measure(shipped(), [path]), Verdict.TURN) == (3, 3)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.jsonl", "{"),
        ("a.jsonl", "[1]"),
        ("a.jsonl", '{"text": 1}'),
        ("a.jsonl", '{"text": "x", "flag": "y", "level": "soon"}'),
        ("a.yaml", "turns: ["),
        ("a.yaml", "turns: {}"),
        ("a.yaml", "- turns: [{user: x}]"),
        ("a.yaml", "- nothing"),
    ],
)
def test_data_that_cannot_be_used_are_told_by_file(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(EvaluationError, match=r"a\.(jsonl|yaml)"):
        measure(shipped(), [tmp_path / name])


def test_bytes_that_are_no_text_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b"\xff")
    with pytest.raises(EvaluationError, match="not UTF-8"):
        measure(shipped(), [tmp_path / "a.jsonl"])


def outcome(held: bool, verdict: Verdict = Verdict.RECALL, **groups: str) -> Outcome:
    verdicts = {verdict: held}
    return Outcome(place="a.jsonl:1", text="said", expected="urgent", found="", verdicts=verdicts, groups=groups)


def test_the_report_tells_shares_groups_and_every_miss() -> None:
    lines = [line for _, line in report_lines([outcome(True, kind="present"), outcome(False, kind="present")])]
    text = "\n".join(lines)
    assert "50.0%  1/2" in text
    assert "present 1/2" in text
    assert "a.jsonl:1: missed recall [present]" in text
    assert "said" in text


@pytest.mark.parametrize(
    ("minima", "missed"),
    [
        (Minima(), 0),
        (Minima(min_recall=0.5), 0),
        (Minima(min_recall=0.51), 1),
        (Minima(min_hit1=0.1), 1),
    ],
)
def test_minima(minima: Minima, missed: int) -> None:
    assert len(minima.missed_by([outcome(True), outcome(False)])) == missed


def test_false_alarms_have_a_maximum() -> None:
    outcomes = [outcome(True, Verdict.CALM), outcome(False, Verdict.CALM)]
    assert not Minima(max_false_alarms=0.5).missed_by(outcomes)
    assert Minima(max_false_alarms=0.4).missed_by(outcomes)


@pytest.mark.parametrize(("least", "status"), [("100%", 0), ("1", 0)])
def test_the_command_succeeds_when_nothing_is_below(tmp_path: Path, least: str, status: int) -> None:
    path = rows(tmp_path, {"text": DANGER, "flag": "x", "level": "urgent", "kind": "present"})
    assert main(["eval", str(path), "--min-recall", least]) == status


def test_the_command_fails_below_what_is_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = rows(tmp_path, {"text": QUESTION, "flag": "x", "level": "urgent", "kind": "present"})
    assert main(["eval", str(path), "--min-recall", "0.9"]) == 1
    captured = capsys.readouterr()
    assert QUESTION in captured.out
    assert "recall: 0.0% is below 90.0%" in captured.err
