"""The JSON form of a reply is the contract's, whatever the kind of reply."""

from __future__ import annotations

import copy
import json
import pickle

import pytest
from bots import shipped

from babybot import Escalation, Finding, Kind, Match, RedFlag, Reply, Status, Urgency
from babybot.model import Contact

KEYS = ["utterance", "kind", "text", "entry", "matches", "escalation", "suggestions"]
FLAG = RedFlag(id="blue-lips", label="lips went blue", urgency=Urgency.EMERGENCY, phrases=())
ENTRY = shipped().knowledge.entries[0]


def test_a_reply_without_anything_has_nulls_and_empty_lists() -> None:
    data = Reply(utterance="x", kind=Kind.NO_MATCH, text="t").to_dict()
    assert list(data) == KEYS
    assert (data["kind"], data["entry"], data["escalation"]) == ("no-match", None, None)
    assert (data["matches"], data["suggestions"]) == ([], [])


def test_an_entry_is_shown_with_the_answer_for_the_age_and_its_sources() -> None:
    source = next(iter(shipped().knowledge.sources.values()))
    reply = Reply(
        utterance="x", kind=Kind.ANSWER, text="t", entry=ENTRY, answer="for 6 months", score=42.5, sources=(source,)
    )
    assert reply.to_dict()["entry"] == {
        "id": ENTRY.id,
        "title": ENTRY.title,
        "answer": "for 6 months",
        "score": 42.5,
        "sources": [{"title": source.title, "publisher": source.publisher, "url": source.url}],
        "reviewed": ENTRY.reviewed,
    }


def test_an_escalation_names_status_words_and_place_and_contacts_say_when_they_were_checked() -> None:
    finding = Finding(red_flag=FLAG, urgency=Urgency.WATCH, status=Status.DENIED, words="not blue", start=3, end=11)
    contact = Contact(kind="emergency", name="emergency services", number="999", checked="2024-05-01")
    data = Escalation(urgency=Urgency.WATCH, red_flags=(finding,), text="t", contacts=(contact,)).to_dict()
    assert data["red_flags"] == [
        {
            "id": "blue-lips",
            "label": "lips went blue",
            "urgency": "watch",
            "status": "denied",
            "words": "not blue",
            "start": 3,
            "end": 11,
        }
    ]
    assert data["contacts"] == [{"name": "emergency services", "number": "999", "checked": "2024-05-01"}]


def test_what_was_perhaps_mentioned_is_asked_about_in_json() -> None:
    finding = Finding(red_flag=FLAG, urgency=Urgency.WATCH, status=Status.UNSURE, words="bluish", start=3, end=9)
    data = Escalation(urgency=Urgency.WATCH, red_flags=(finding,), text="t").to_dict()
    assert [flag["status"] for flag in data["red_flags"]] == ["asked"]


def test_a_reply_can_be_hashed_copied_and_sent_to_another_process() -> None:
    for utterance in ("his lips went blue", "why do her legs twitch", "hello"):
        reply = shipped().ask(utterance)
        assert pickle.loads(pickle.dumps(reply)) == copy.deepcopy(reply) == reply
        assert hash(reply) == hash(copy.copy(reply))


def test_matches_and_suggestions_are_lists_of_ids() -> None:
    match = Match(entry=ENTRY, question=ENTRY.questions[0], score=12.0)
    data = Reply(utterance="x", kind=Kind.CLARIFICATION, text="t", matches=(match,), suggestions=(ENTRY,)).to_dict()
    assert data["matches"] == [{"id": ENTRY.id, "question": ENTRY.questions[0], "score": 12.0}]
    assert data["suggestions"] == [{"id": ENTRY.id, "question": ENTRY.questions[0]}]


@pytest.mark.parametrize(
    "utterance", ["hello", "is it normal?", "his lips went blue", "she is not stiff", "poem", "\ud800"]
)
def test_every_reply_is_ready_for_json(utterance: str) -> None:
    data = shipped().ask(utterance).to_dict()
    assert json.loads(json.dumps(data)) == data
    assert list(data) == KEYS


def test_the_words_of_a_red_flag_are_the_utterance_as_typed() -> None:
    utterance = "Her  LIPS went\tblue last night"
    for flag in shipped().ask(utterance).to_dict()["escalation"]["red_flags"]:
        if flag["words"] is not None:
            assert utterance[flag["start"] : flag["end"]] == flag["words"]


def test_five_distinct_matches_for_every_utterance_with_a_word_in_it() -> None:
    for utterance in ("zxqv", "his lips went blue", "hello", "yes"):
        ids = [match["id"] for match in shipped().ask(utterance).to_dict()["matches"]]
        assert len(ids) == len(set(ids)) == 5
    assert shipped().ask("...").to_dict()["matches"] == []
