"""A conversation remembers, asks the checklist once, loses no "yes", and keeps an alarm until help has taken over."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from bots import shipped
from hypothesis import given, settings
from hypothesis import strategies as st

from babybot import Conversation, Kind, Reply, Urgency
from babybot.evaluation import Verdict, measure

HERE = Path(__file__).parent
OWN = sorted((HERE / "data" / "dialogues").glob("*.yaml"))
DEVELOPMENT = HERE.parent.parent / "shared" / "eval" / "dialogues_dev.yaml"
NORMAL = "Is it normal for a baby's legs to shake during sleep?"
DANGER = "his lips went blue and he is not breathing"
CHECKLIST = shipped().knowledge.messages["checklist_question"]


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
    """How many turns a file of dialogues has, those that do not hold, and those that miss an escalation.

    `known_miss` in what a turn expects says why it may miss one for now.
    """
    dialogues = yaml.safe_load(path.read_text(encoding="utf-8"))
    known = {turn["user"] for dialogue in dialogues for turn in dialogue["turns"] if "known_miss" in turn["expect"]}
    outcomes = measure(shipped(), [path])
    wrong = [outcome for outcome in outcomes if not all(outcome.verdicts.values())]
    missed = [o for o in wrong if not o.verdicts.get(Verdict.TURN_ESCALATES, True) and o.text not in known]
    return len(outcomes), list(map(str, wrong)), list(map(str, missed))


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
     ("hang on, the stiff one. he does that", [1]), ("6 maybe", [6]), ("2?", [2]), ("his eyes, yes", [3]),
     ("none except number 3", [3]), ("no, apart from the last one", [8]), ("nothing but the breathing", [2])],
)  # fmt: skip
def test_a_pick_raises_the_red_flag_of_its_item(answer: str, places: list[int]) -> None:
    checklist = shipped().knowledge.checklist
    _, reply = chat(NORMAL, answer)
    assert reply.escalation is not None
    found = {finding.red_flag.id for finding in reply.escalation.red_flags}
    assert {checklist[place - 1].red_flag for place in places} <= found


def test_a_pick_that_names_the_question_picks_from_it_after_other_offers() -> None:
    conversation, reply = chat(NORMAL, "should I wake her?")
    assert reply.suggestions
    late = conversation.ask("oh sorry, I missed your question, the third one")
    assert (urgency(late) or Urgency.WATCH) >= Urgency.DOCTOR


def test_the_checklist_is_asked_after_a_cause_that_does_not_reassure() -> None:
    _, reply = chat("can coffee make my breastfed baby jumpy?")
    assert reply.entry is not None
    assert not reply.entry.reassures
    assert CHECKLIST in reply.text


def test_all_but_one_picks_the_others() -> None:
    _, reply = chat(NORMAL, "all of them but the first")
    assert reply.escalation is not None
    found = {finding.red_flag.id for finding in reply.escalation.red_flags}
    assert found == {item.red_flag for item in shipped().knowledge.checklist[1:]}


def test_an_item_that_is_asked_about_is_explained_and_not_picked() -> None:
    conversation, reply = chat(NORMAL, "what does number 5 mean?")
    assert reply.escalation is None
    assert reply.entry is not None
    assert reply.entry.id == "infantile-spasms"
    assert urgency(conversation.ask("5")) is Urgency.URGENT


@pytest.mark.parametrize("said", ["number 3 maybe?", "possibly the third?", "3 i think?", "the third one i think?"])
def test_an_item_that_is_picked_with_doubt_is_picked(said: str) -> None:
    assert urgency(chat(NORMAL, said)[1]) is urgency(chat(NORMAL, "3")[1])


@pytest.mark.parametrize(
    "said", ["i think thats all?", "just a second i think?", "probably the last of it?", "was it the first i think?"]
)
def test_a_question_that_only_holds_a_number_is_no_pick(said: str) -> None:
    assert chat(NORMAL, said)[1].escalation is None


def test_an_item_that_is_asked_about_with_doubt_is_explained() -> None:
    assert chat(NORMAL, "can you maybe explain 5?")[1].escalation is None


def test_after_a_no_numbers_still_pick_from_the_checklist() -> None:
    assert urgency(chat(NORMAL, "no", "wait, number 3")[1]) is Urgency.EMERGENCY


def test_a_wish_for_yes_or_no_is_no_yes() -> None:
    assert chat(NORMAL, "just tell me, yes or no")[1].escalation is None


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
    "answer",
    ["no", "nope", "none of them", "nah none", "not that I've seen", "no, nothing like that", "no thank god",
     "my baby doesn't do any of those", "I said no already"],
)  # fmt: skip
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
     "are you sure? do I really have to"],
)  # fmt: skip
def test_hopes_meet_a_held_ground_that_says_why(utterance: str) -> None:
    _, reply = chat(DANGER, utterance)
    assert reply.kind is Kind.TRIAGE
    assert "I would not wait" in reply.text


@pytest.mark.parametrize("utterance", ["I don't want to waste their time", "do i still need to call"])
def test_who_dreads_to_call_is_told_to(utterance: str) -> None:
    _, reply = chat(DANGER, utterance)
    assert urgency(reply) is Urgency.EMERGENCY
    assert "nobody minds" in reply.text


def test_tips_for_sleep_do_not_stand_beside_an_alarm() -> None:
    _, reply = chat(DANGER, "how do I put him back to sleep in his cot")
    assert reply.entry is None or reply.entry.topic in ("warning", "doctor", "record", "pointers")


def test_thanks_in_an_alarm_get_no_answer_again() -> None:
    assert chat("her eyes rolled back and she went stiff", "thanks")[1].entry is None


def test_what_to_do_in_what_may_be_a_fit_is_its_first_aid() -> None:
    _, reply = chat("her eyes rolled back and she went stiff", "what do I do now")
    assert reply.entry is not None
    assert reply.entry.id == "seizure-first-aid"


def test_what_to_do_otherwise_is_what_the_sign_calls_for() -> None:
    _, reply = chat(NORMAL, "the breathing one", "what do I do")
    flag = next(flag for flag in shipped().knowledge.red_flags if flag.id == "breathing-pause-or-difficulty")
    assert flag.advice
    assert flag.advice.split()[:5] == reply.text.partition("What to do now:")[2].split()[:5]


@pytest.mark.parametrize(
    ("first", "then", "entry"),
    [
        ("What is the startle reflex?", "and what can we do about it", "put-down-gently"),
        (NORMAL, "so what should I do about it", "how-to-comfort"),
        ("When should I worry?", "and if we notice one of them?", "call-doctor"),
    ],
)
def test_what_to_do_in_calm_is_comfort_and_after_the_signs_whom_to_call(first: str, then: str, entry: str) -> None:
    _, reply = chat(first, then)
    assert reply.entry is not None
    assert reply.entry.id == entry
    assert reply.escalation is None


def test_an_age_beside_a_no_is_only_noted() -> None:
    _, reply = chat(NORMAL, "none, but hes 5 weeks")
    assert reply.entry is None
    assert "about 5 weeks" in reply.text
    assert "Come back" in reply.text


def test_what_was_only_asked_about_is_repeated_as_a_condition() -> None:
    _, reply = chat("what are infantile spasms", "my baby doesn't do that")
    assert reply.text.startswith("If you ever see this in your baby")
    assert reply.entry is None


def test_the_end_of_an_episode_ends_the_first_aid_and_not_the_advice() -> None:
    _, reply = chat("my baby is having a seizure", "it stopped, she's asleep")
    assert urgency(reply) is Urgency.EMERGENCY
    assert "glad it has stopped" in reply.text


def test_a_correction_is_acknowledged_and_the_earlier_advice_stays_in_sight() -> None:
    _, reply = chat("his lips went blue", "sorry, typo, I meant they did NOT go blue")
    assert urgency(reply) is Urgency.DOCTOR
    assert "Thank you for putting that right" in reply.text
    assert "999" in reply.text


@pytest.mark.parametrize(
    ("utterance", "is_taken_back"),
    [
        ("forget what I wrote, that was about a film", True),
        ("scratch that, wrong chat", True),
        ("should I just forget I said that?", False),
        ("do not forget what I said", False),
        ("ok", False),
    ],
)
def test_a_message_retracted_as_a_whole_is_left_for_the_doctor(utterance: str, is_taken_back: bool) -> None:
    _, reply = chat("his lips went blue", utterance)
    assert urgency(reply) is (Urgency.DOCTOR if is_taken_back else Urgency.EMERGENCY)
    assert "999" in reply.text


def test_a_retraction_takes_back_the_last_message_only() -> None:
    assert urgency(chat("his lips went blue", "he has a fever of 39", "scratch that")[1]) is Urgency.EMERGENCY


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


@pytest.mark.parametrize(
    ("told", "put_right", "days"),
    [
        ("my son is 6 months and his legs jerk when he falls asleep", "sorry I meant 6 weeks", 42),
        ("7 months old and her legs jerk in her sleep", "sorry 7 weeks not months", 49),
    ],
)
def test_what_only_a_wrong_age_raised_goes_with_it(told: str, put_right: str, days: int) -> None:
    assert urgency(chat(told)[1]) is Urgency.URGENT
    after, reply = chat(told, put_right)
    assert (urgency(reply), after.age_days) == (Urgency.DOCTOR, days)
    assert not after.is_emergency


def test_another_child_s_age_takes_nothing_back() -> None:
    told = "he is 8 months and his legs jerk when he falls asleep"
    assert urgency(chat(told, "my cousin has a 3 week old baby")[1]) is Urgency.URGENT


def test_a_sign_that_an_age_did_not_raise_stays_when_the_age_is_put_right() -> None:
    assert urgency(chat("he is 6 months and goes stiff", "sorry i meant 6 weeks")[1]) is Urgency.EMERGENCY


def test_an_older_age_that_the_parent_meant_is_the_baby_s() -> None:
    assert chat("my baby is 6 weeks and startles in sleep", "oops i meant 16 weeks")[0].age_days == 112


def test_help_on_its_way_is_not_there_yet() -> None:
    assert urgency(chat(DANGER, "ambulance is coming")[1]) is Urgency.EMERGENCY
    assert urgency(chat(DANGER, "ambulance is here")[1]) is None


def test_the_answer_is_the_one_for_the_age() -> None:
    general = chat("What is the startle reflex?")[1].answer
    _, aged = chat("he is 8 months old", "What is the startle reflex?")
    assert aged.answer != general


def test_both_ages_of_a_premature_baby_are_said() -> None:
    _, reply = chat("she was born at 30 weeks and is 5 months old now", "What is the startle reflex?")
    assert "counted from the due date" in reply.text


def test_the_length_of_the_pregnancy_is_no_age() -> None:
    conversation, _ = chat("he came at 31 weeks")
    assert conversation.age_days is None
    conversation.ask("she was born at 38 weeks, now 5 weeks old")
    assert conversation.age_days == 35


def test_an_age_put_right_is_acknowledged() -> None:
    conversation, reply = chat("he is 4 months", "no sorry, 4 weeks")
    assert conversation.age_days == 28
    assert reply.kind is Kind.SMALL_TALK


def test_a_choice_is_offered_without_the_checklist() -> None:
    reply = next(r for said in ("clothes and nappies", "sleep", "legs", "noise") if (r := chat(said)[1]).suggestions)
    assert CHECKLIST not in reply.text


def test_numbers_pick_from_what_was_offered() -> None:
    conversation, first = chat("What is an EEG?")
    assert conversation.ask("2").entry == first.suggestions[1]


def test_where_nothing_is_near_the_topics_are_offered() -> None:
    _, reply = chat("\U0001f600 zxqv")
    assert reply.kind is Kind.NO_MATCH
    assert not reply.suggestions
    assert next(iter(shipped().knowledge.topics.values())) in reply.text


def test_more_in_a_question_asks_that_question() -> None:
    _, reply = chat("What is an EEG?", "do premature babies twitch more?")
    assert reply.entry is not None
    assert reply.entry.id == "premature-baby"


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
    assert chat("What is an EEG?", "yes")[1].kind is Kind.SMALL_TALK


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


def test_what_keeps_a_baby_alive_is_said_before_the_steps_for_earlier_signs() -> None:
    for said in ("she isnt breathing", "she wont wake up at all"):
        _, reply = chat("she went stiff and her eyes rolled back", said)
        first_aid = reply.text.split("what you told me before")[1]
        assert any(word in first_aid[:500] for word in ("breath", "CPR", "respond"))
        assert "soft" not in first_aid.split("\n")[1]


@pytest.mark.parametrize("said", ["how do i do cpr", "how many compressions", "ok but how do you do cpr on a baby"])
def test_cpr_is_the_call_takers_to_tell(said: str) -> None:
    assert "speaker" in chat(DANGER, said)[1].text
    assert "speaker" in chat(said)[1].text


def test_fear_repeats_no_first_aid_and_promises_nothing() -> None:
    for said in ("im so scared", "is he going to die"):
        _, reply = chat(DANGER, said)
        assert "call 999 now" in reply.text
        assert "cannot say how it will go" in reply.text
        assert "You mentioned" not in reply.text


def test_a_reading_put_right_takes_the_fever_back_and_nothing_else() -> None:
    conversation, reply = chat("temp 38.2 and shes 7 weeks", "sorry i read it wrong it was 36.8")
    assert urgency(reply) is Urgency.DOCTOR
    assert urgency(conversation.ask("ok")) is not Urgency.EMERGENCY
    assert urgency(chat("temp 38.2 and shes 7 weeks", "it was 36.8 an hour ago")[1]) is Urgency.EMERGENCY
    for said in ("oh its 36.8 now", "sorry its 36.8 now after calpol"):
        assert urgency(chat("temp 38.2 and shes 7 weeks", said)[1]) is Urgency.EMERGENCY
    assert urgency(chat("temp 38.2 and shes limp", "sorry it was 36.8")[1]) is Urgency.EMERGENCY
    assert urgency(chat("temp 38.2 and shes 7 weeks", "sorry i meant 38.9")[1]) is Urgency.EMERGENCY


def test_a_warm_baby_under_three_months_is_seen_whenever_the_age_is_told() -> None:
    for said in (["she is 7 weeks and feels warm"], ["she feels warm", "she is 6 weeks"]):
        assert urgency(chat(*said)[1]) is Urgency.URGENT
    assert urgency(chat("she feels warm", "she is 8 months")[1]) is None


def test_a_carers_second_thoughts_are_answered_as_a_carers() -> None:
    _, reply = chat("sometimes i think she would be better off without me", "no im fine just tired")
    assert "Such thoughts can come back" in reply.text
    assert "harmless" not in reply.text


def test_an_age_is_said_back_in_the_unit_a_parent_would_use() -> None:
    for said, back in (
        ("he is 1 day old", "1 day old"),
        ("he is 5 days old", "5 days old"),
        ("she is 2 weeks old", "2 weeks old"),
        ("shes 2 months", "2 months old"),
        ("10 weeks", "10 weeks old"),
        ("18 months", "18 months old"),
    ):
        _, reply = chat("hi", said)
        assert f"about {back}." in reply.text
        assert reply.escalation is None


def test_an_answer_that_stands_above_is_given_in_short() -> None:
    _, first = chat("my baby twitches in his sleep", "does it hurt him?")
    _, again = chat("my baby twitches in his sleep", "does it hurt him?", "is he in pain")
    assert first.entry is not None
    assert again.entry == first.entry
    paragraphs = first.entry.answer.split("\n\n")
    assert paragraphs[0].strip() in again.text
    assert paragraphs[1].strip() not in again.text


def test_how_long_it_went_on_is_read_with_what_was_told_before() -> None:
    assert urgency(chat("legs twitch when asleep", "lasted ten mins")[1]) is Urgency.EMERGENCY
