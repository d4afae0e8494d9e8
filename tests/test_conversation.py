"""A conversation remembers, asks the checklist once, loses no "yes", and keeps an alarm until help has taken over."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from bots import shipped
from hypothesis import given, settings
from hypothesis import strategies as st

from babybot import Conversation, Kind, Reply, Urgency

HERE = Path(__file__).parent
OWN = sorted((HERE / "data" / "dialogues").glob("*.yaml"))
DEVELOPMENT = HERE.parent.parent / "shared" / "eval" / "dialogues_dev.yaml"
NORMAL = "Is it normal for a baby's legs to shake during sleep?"
DANGER = "his lips went blue and he is not breathing"
CHECKLIST = shipped().knowledge.messages["checklist_question"]
_ID = re.compile(r"[a-z]+(?:-[a-z]+)+")


def chat(*utterances: str, region: str = "GB") -> tuple[Conversation, Reply]:
    """A conversation and its last reply."""
    conversation = shipped().conversation(region=region)
    reply = None
    for utterance in utterances:
        reply = conversation.ask(utterance)
    assert reply is not None
    return conversation, reply


def urgency(reply: Reply) -> Urgency | None:
    return reply.escalation.urgency if reply.escalation else None


def faults(path: Path) -> tuple[int, list[str], list[str]]:
    """How many turns a file of dialogues has, those that do not hold, and those that miss an escalation."""
    turns, wrong, missed = 0, [], []
    known = {entry.id for entry in shipped().knowledge.entries}
    for dialogue in yaml.safe_load(path.read_text(encoding="utf-8")):
        conversation, highest = shipped().conversation(region="GB"), None
        for turn in dialogue["turns"]:
            expect, reply = turn["expect"], conversation.ask(turn["user"])
            found, place = urgency(reply), f"{path.name}: {dialogue['name']}: {turn['user']}"
            turns += 1
            if expect["escalate"]:
                holds = found is not None and found >= Urgency(expect["level"])
                missed += [] if holds else [place]
            else:
                holds = found is None or found is Urgency.WATCH or (highest is not None and found <= highest)
                holds = holds and shows(reply, expect, known)
            wrong += [] if holds else [f"{place} -> {found}, {reply.entry and reply.entry.id}"]
            highest = max(filter(None, (highest, found)), default=None)
    return turns, wrong, missed


def shows(reply: Reply, expect: dict[str, Any], known: set[str]) -> bool:
    """Whether the entry that is shown, or offered first, is the one expected or one its note calls as good."""
    right = {expect["entry"], *(set(_ID.findall(expect.get("note") or "")) & known)} if expect["entry"] else set()
    offered = reply.suggestions[0].id if reply.kind is Kind.CLARIFICATION and reply.suggestions else None
    return not right or (reply.entry.id if reply.entry else offered) in right


def test_there_are_dialogues_of_our_own() -> None:
    assert sum(len(yaml.safe_load(path.read_text(encoding="utf-8"))) for path in OWN) >= 25


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.stem)
def test_nine_in_ten_turns_of_our_own_dialogues_hold_and_no_escalation_is_missed(path: Path) -> None:
    turns, wrong, missed = faults(path)
    assert not missed
    assert len(wrong) <= turns * 0.1 + 1, "\n".join(wrong)


@pytest.mark.skipif(not DEVELOPMENT.exists(), reason="the development dialogues are not beside this project")
def test_the_development_dialogues_hold() -> None:
    turns, wrong, missed = faults(DEVELOPMENT)
    assert not missed
    assert len(wrong) <= turns * 0.1, "\n".join(wrong)


def test_the_checklist_is_asked_once_with_numbered_signs() -> None:
    conversation, reply = chat(NORMAL)
    assert CHECKLIST in reply.text
    assert "\n1. " in reply.text.partition(CHECKLIST)[2]
    assert CHECKLIST not in conversation.ask("What is the startle reflex?").text


@pytest.mark.parametrize(
    "answer",
    ["yes", "yeah", "yep", "aye", "a bit", "sometimes", "maybe one of them", "she does", "yes!!", "uh huh",
     "one of them, yeah",
     "em, I think so", "well, now and then", "yes but only in her sleep", "no, well, sometimes", "ya", "Y",
      "once or twice"],
)  # fmt: skip
def test_a_yes_is_never_lost(answer: str) -> None:
    _, reply = chat(NORMAL, answer)
    assert urgency(reply) is Urgency.EMERGENCY
    assert [finding.red_flag.id for finding in reply.escalation.red_flags] == ["checklist"]  # type: ignore[union-attr]
    assert chat(NORMAL, "can I use white noise?", answer)[1].escalation


@pytest.mark.parametrize(
    ("answer", "places"),
    [("1", [1]), ("the second one", [2]), ("2 and 4", [2, 4]), ("2,4", [2, 4]), ("number 3", [3]),
     ("yes the first", [1]), ("first and last", [1, 8]),
     ("the last two", [7, 8]), ("the breathing one", [2]), ("I think the eyes", [3]),
     ("hang on, the stiff one. he does that", [1]), ("6 maybe", [6])],
)  # fmt: skip
def test_a_pick_raises_the_red_flag_of_its_item(answer: str, places: list[int]) -> None:
    checklist = shipped().knowledge.checklist
    _, reply = chat(NORMAL, answer)
    assert reply.escalation is not None
    found = {finding.red_flag.id for finding in reply.escalation.red_flags}
    assert {checklist[place - 1].red_flag for place in places} <= found


def test_all_of_them_is_the_most_urgent() -> None:
    assert urgency(chat(NORMAL, "all of them")[1]) is Urgency.EMERGENCY


@pytest.mark.parametrize(
    "answer", ["not sure", "dunno", "it was dark", "hard to say, I was half asleep", "I couldn't tell", "idk"]
)
def test_not_sure_is_for_the_doctor_with_a_film(answer: str) -> None:
    _, reply = chat(NORMAL, answer)
    assert urgency(reply) is Urgency.DOCTOR
    assert "Film the next one" in reply.text


@pytest.mark.parametrize(
    "answer", ["no", "nope", "none of them", "nah none", "not that I've seen", "no, nothing like that", "no thank god"]
)
def test_a_no_is_acknowledged_with_when_to_come_back(answer: str) -> None:
    _, reply = chat(NORMAL, answer)
    assert reply.escalation is None
    assert "Come back" in reply.text


@pytest.mark.parametrize(
    "question",
    [
        "he is 8 months btw",
        "she does not settle, should I rock her?",
        "maybe it's wind",
        "no idea why he kicks",
        "what about naps?",
        "the room is hot",
    ],
)
def test_a_question_or_a_detail_is_no_yes(question: str) -> None:
    _, reply = chat(NORMAL, question)
    assert "checklist" not in [f.red_flag.id for f in (reply.escalation.red_flags if reply.escalation else ())]


def test_a_no_can_be_changed_to_a_yes_later() -> None:
    conversation, _ = chat(NORMAL, "no", "can I use white noise?")
    assert urgency(conversation.ask("actually the breathing one, she does that")) is Urgency.EMERGENCY
    assert urgency(chat(NORMAL, "no", "hang on, actually yes")[1]) is Urgency.EMERGENCY


def test_a_real_question_beside_a_no_is_answered() -> None:
    _, reply = chat(NORMAL, "no, none of them. What is an EEG?")
    assert reply.entry is not None
    assert reply.entry.id == "eeg-test"
    assert "Come back" in reply.text


def test_words_of_danger_in_an_answer_are_heard_by_triage() -> None:
    _, reply = chat(NORMAL, "no, but his lips went blue")
    assert urgency(reply) is Urgency.EMERGENCY


def test_an_alarm_stands_until_help_has_taken_over() -> None:
    conversation, _ = chat(DANGER)
    for utterance in (
        "ok",
        "thanks",
        "is white noise safe?",
        "he seems fine now",
        "what is a poem",
        "zxqv",
        "1",
        "bye",
    ):
        reply = conversation.ask(utterance)
        assert urgency(reply) is Urgency.EMERGENCY, utterance
        assert reply.text.startswith("The advice still stands: call 999 now."), utterance
        assert reply.entry is None or not reply.entry.reassures
    assert conversation.is_emergency
    assert conversation.ask("the ambulance is here").escalation is None
    assert not conversation.is_emergency


@pytest.mark.parametrize(
    "utterance",
    [
        "the ambulance isn't here yet",
        "is the ambulance here?",
        "when the doctor has seen him",
        "should I go to hospital",
        "he has not been seen",
    ],
)
def test_help_that_has_not_come_ends_nothing(utterance: str) -> None:
    assert urgency(chat(DANGER, utterance)[1]) is Urgency.EMERGENCY


@pytest.mark.parametrize(
    "utterance",
    ["but she's fine now, so it's just the startle?", "can it wait till Monday?", "my husband says leave it",
     "my sister's baby does that and he's fine",
     "are you sure? do I really have to", "I don't want to waste their time"],
)  # fmt: skip
def test_hopes_meet_a_held_ground_that_says_why(utterance: str) -> None:
    _, reply = chat(DANGER, utterance)
    assert reply.kind is Kind.TRIAGE
    assert "I would not wait" in reply.text


def test_the_end_of_an_episode_ends_the_first_aid_and_not_the_advice() -> None:
    _, reply = chat("my baby is having a seizure", "it stopped, she's asleep")
    assert urgency(reply) is Urgency.EMERGENCY
    assert "glad it has stopped" in reply.text


def test_a_correction_is_acknowledged_and_the_earlier_advice_stays_in_sight() -> None:
    _, reply = chat("his lips went blue", "sorry, typo, I meant they did NOT go blue")
    assert urgency(reply) is Urgency.DOCTOR
    assert "Thank you for putting that right" in reply.text
    assert "999" in reply.text


def test_a_denial_alone_takes_nothing_back() -> None:
    assert urgency(chat("his lips went blue", "he is not blue, is it the light?")[1]) is Urgency.EMERGENCY


def test_the_age_told_later_raises_what_was_told_before() -> None:
    conversation, first = chat("she has a temperature of 38.4")
    later = conversation.ask("forgot to say she is 7 weeks old")
    assert urgency(later) is Urgency.EMERGENCY
    assert urgency(first) != Urgency.EMERGENCY
    assert conversation.age_days == 49


def test_two_urgent_signs_in_two_turns_are_an_emergency() -> None:
    conversation, first = chat("he is 9 months old and hardly drinks any milk, half of his usual feeds")
    assert urgency(first) is Urgency.URGENT
    assert urgency(conversation.ask("and she has had no wet nappy for 13 hours")) is Urgency.EMERGENCY


def test_the_answer_is_the_one_for_the_age() -> None:
    general = chat("What is the startle reflex?")[1].answer
    _, aged = chat("he is 8 months old", "What is the startle reflex?")
    assert aged.answer != general


def test_both_ages_of_a_premature_baby_are_said() -> None:
    _, reply = chat("she was born at 30 weeks and is 5 months old now", "What is the startle reflex?")
    assert "counted from the due date" in reply.text


def test_numbers_pick_from_what_was_offered() -> None:
    conversation, first = chat("What is an EEG?")
    assert conversation.ask("2").entry == first.suggestions[1]


def test_three_misses_in_a_row_bring_another_kind_of_help() -> None:
    conversation, _ = chat("zxqv wvut", "qqqq zzzz")
    reply = conversation.ask("vvvv wwww")
    assert "NHS 111" in reply.text
    title = next(iter(shipped().knowledge.topics.values()))
    assert f"1. {title}" in reply.text
    picked = conversation.ask("1")
    assert picked.suggestions


def test_says_who_names_the_sources_of_the_last_answer() -> None:
    _, reply = chat("What is an EEG?", "says who?")
    assert reply.entry is not None
    assert reply.entry.id == "eeg-test"
    assert reply.sources[0].title in reply.text


def test_yes_to_no_question_is_asked_back() -> None:
    assert chat("yes")[1].kind is Kind.SMALL_TALK


def test_thanks_do_not_swallow_a_message() -> None:
    assert urgency(chat(NORMAL, "thanks so much! oh and his lips go blue when he does it x")[1]) is Urgency.EMERGENCY


@given(
    st.lists(
        st.sampled_from(
            [
                "yes",
                "no",
                NORMAL,
                DANGER,
                "the second one",
                "2",
                "thanks",
                "he is 5 weeks",
                "typo, not blue",
                "zzz",
                "ok",
                "not sure",
            ]
        ),
        max_size=6,
    )
)
@settings(deadline=None, max_examples=40)
def test_a_saved_conversation_goes_on_as_if_it_had_not_been_saved(utterances: list[str]) -> None:
    conversation = shipped().conversation(region="US")
    for utterance in utterances:
        conversation.ask(utterance)
    resumed = shipped().resume(json.loads(json.dumps(conversation.to_dict())))
    assert resumed.turns == conversation.turns
    for utterance in ("yes", "1", "what now", "does it hurt?"):
        assert resumed.ask(utterance).to_dict() == conversation.ask(utterance).to_dict()


@given(
    st.lists(
        st.sampled_from(
            [
                "ok",
                "thanks",
                NORMAL,
                "does it hurt?",
                "he's fine",
                "1",
                "no",
                "yes",
                "What is the startle reflex?",
                "typo",
                "bye",
            ]
        ),
        max_size=5,
    )
)
@settings(deadline=None, max_examples=40)
def test_nothing_reassures_while_an_alarm_stands(utterances: list[str]) -> None:
    conversation, _ = chat(DANGER)
    for utterance in utterances:
        reply = conversation.ask(utterance)
        assert reply.escalation is not None
        assert reply.escalation.urgency is Urgency.EMERGENCY
        assert reply.text.startswith(reply.escalation.text)
        assert reply.entry is None or not reply.entry.reassures
        assert not any(entry.reassures for entry in reply.suggestions)


GOOD = chat(DANGER, "yes")[0].to_dict()


@pytest.mark.parametrize(
    "data",
    [None, [], "x", {}, {"format": 0}, {**GOOD, "format": 99}, {**GOOD, "state": None}, {**GOOD, "state": {}},
     {**GOOD, "turns": [1]}, {**GOOD, "turns": "x"},
     {**GOOD, "region": 5}, {**GOOD, "state": {**GOOD["state"], "age_days": "old"}}, {**GOOD,
      "state": {**GOOD["state"], "age_days": True}},
     {**GOOD, "state": {**GOOD["state"], "age_days": -1}}, {**GOOD, "state": {**GOOD["state"], "numbers": "some"}},
     {**GOOD, "state": {**GOOD["state"], "standing": [{"id": "x"}]}}, {**GOOD, "state": {**GOOD["state"],
      "standing": 5}},
     {**GOOD, "state": {**GOOD["state"], "recent": [5]}}, {**GOOD, "state": {**GOOD["state"],
      "checklist_open": "yes"}}],
)  # fmt: skip
def test_what_is_no_saved_conversation_is_refused(data: Any) -> None:
    with pytest.raises(ValueError, match=r"."):
        shipped().resume(data)


def test_the_region_may_change_in_mid_conversation() -> None:
    conversation, _ = chat(DANGER)
    conversation.region = "US"
    assert "call 911 now" in conversation.ask("ok").text
