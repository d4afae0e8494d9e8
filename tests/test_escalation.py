"""The escalation's text: the number first, then what was understood and what to do; worded by status and region."""

from __future__ import annotations

import pytest
from bots import shipped

from babybot import Finding, RedFlag, Status, Urgency
from babybot.escalation import escalate, merged, repeat, watch_line
from babybot.wording import Wording

KNOWLEDGE = shipped().knowledge
BRITISH = Wording(KNOWLEDGE, "GB")


def finding(flag: str, urgency: Urgency, status: Status = Status.PRESENT, **more: str) -> Finding:
    red_flag = RedFlag(
        id=flag, label=more.pop("label", flag), urgency=urgency, phrases=(), advice=more.pop("advice", "")
    )
    return Finding(red_flag=red_flag, urgency=urgency, status=status, words="words", start=0, end=5)


@pytest.mark.parametrize(
    ("region", "number"),
    [
        ("GB", "999"),
        ("UK", "999"),
        ("gb", "999"),
        ("US", "911"),
        ("AU", "000"),
        ("NZ", "111"),
        ("ZA", "10177"),
        ("EU", "112"),
    ],
)
def test_an_emergency_begins_with_the_regions_number(region: str, number: str) -> None:
    text = escalate([finding("limp-floppy", Urgency.EMERGENCY)], Wording(KNOWLEDGE, region)).text
    assert text.split("\n")[0] == f"Call {number} now."


@pytest.mark.parametrize("region", [None, "", "XX", "default", "\x00"])
def test_an_unknown_region_gets_the_generic_line_and_how_to_find_the_number(region: str | None) -> None:
    text = escalate([finding("limp-floppy", Urgency.EMERGENCY)], Wording(KNOWLEDGE, region)).text
    assert text.split("\n")[0] == "Call your local emergency number now."
    assert "112 works from mobiles" in text


def test_urgent_says_whom_to_call_and_what_to_do_when_nobody_answers() -> None:
    text = escalate([finding("poor-feeding", Urgency.URGENT)], BRITISH).text
    assert "today" in text.split("\n")[0]
    assert "NHS 111" in text
    assert "999" in text


def test_doctor_says_to_book_and_to_film() -> None:
    text = escalate([finding("parent-instinct", Urgency.DOCTOR)], BRITISH).text
    assert "tell your doctor" in text
    assert "film" in text


def test_at_most_three_signs_are_named_most_urgent_first() -> None:
    signs = [finding(name, Urgency.EMERGENCY) for name in ("one", "two", "three", "four")]
    text = escalate(signs, BRITISH).text
    assert "You mentioned: one; two; three." in text
    assert "four" not in text


def test_the_advice_of_the_most_urgent_red_flag_follows_and_not_that_of_a_lesser_one() -> None:
    worst = finding("limp-floppy", Urgency.EMERGENCY, advice="Lay your baby\non the side.")
    lesser = finding("poor-feeding", Urgency.URGENT, advice="Offer small feeds.")
    text = escalate([lesser, worst], BRITISH).text
    assert "Lay your baby on the side." in text
    assert "small feeds" not in text


def test_what_was_only_asked_about_is_worded_as_a_condition() -> None:
    text = escalate([finding("seizure-words", Urgency.URGENT, Status.ASKED)], BRITISH).text
    assert text.startswith("If you see this in your baby")
    assert "You asked about: seizure-words." in text


def test_one_sign_that_is_told_takes_the_condition_away() -> None:
    asked = finding("seizure-words", Urgency.URGENT, Status.ASKED)
    text = escalate([asked, finding("colour-change", Urgency.URGENT)], BRITISH).text
    assert not text.startswith("If you see")


def test_what_is_over_still_counts() -> None:
    text = escalate([finding("seizure-words", Urgency.EMERGENCY, Status.PAST)], BRITISH).text
    assert text.startswith("Call 999 now.")
    assert "even though it is over" in text


def test_a_carer_who_cannot_cope_is_sent_to_people_who_listen() -> None:
    escalation = escalate([finding("cannot-cope", Urgency.URGENT)], BRITISH)
    assert "for you and your baby" in escalation.text.split("\n")[0]
    assert {"crisis", "parent_support", "emergency"} <= {contact.kind for contact in escalation.contacts}


def test_harm_thoughts_name_the_emergency_number_first_and_the_crisis_line_too() -> None:
    text = escalate([finding("harm-thoughts-self-harm", Urgency.EMERGENCY)], Wording(KNOWLEDGE, "NZ")).text
    assert text.startswith("Call 111 now.")
    assert "1737" in text


def test_something_swallowed_names_the_poison_line() -> None:
    escalation = escalate([finding("swallowed-poison-or-overdose", Urgency.URGENT)], Wording(KNOWLEDGE, "US"))
    assert "1-800-222-1222" in escalation.text.split("\n")[0]
    assert "poison" in {contact.kind for contact in escalation.contacts}


def test_contacts_carry_when_they_were_checked_and_the_text_never_does() -> None:
    escalation = escalate([finding("limp-floppy", Urgency.EMERGENCY)], BRITISH)
    assert escalation.to_dict()["contacts"][0] == {"name": "emergency services", "number": "999", "checked": None}
    assert "checked" not in escalation.text


def test_what_earlier_turns_told_is_named_and_its_words_are_not_of_this_utterance() -> None:
    known = [finding("fever-with-shaking", Urgency.URGENT, label="fever")]
    escalation = escalate([finding("stiff-or-rigid", Urgency.EMERGENCY, label="stiff")], BRITISH, known)
    assert "You mentioned: stiff." in escalation.text
    assert "told me before: fever." in escalation.text
    assert {f.red_flag.id: f.words for f in escalation.red_flags} == {
        "stiff-or-rigid": "words",
        "fever-with-shaking": None,
    }


def test_the_short_form_keeps_the_number_in_sight() -> None:
    assert repeat([finding("limp-floppy", Urgency.EMERGENCY)], BRITISH).text == "The advice still stands: call 999 now."
    assert "999" in repeat([finding("poor-feeding", Urgency.URGENT)], BRITISH).text


def test_a_denied_sign_is_one_quiet_line() -> None:
    line = watch_line([finding("stiff-or-rigid", Urgency.WATCH, Status.DENIED, label="goes stiff")], BRITISH)
    assert "goes stiff" in line
    assert "\n" not in line


def test_of_two_findings_of_one_red_flag_the_more_urgent_is_kept() -> None:
    worse, better = finding("x", Urgency.EMERGENCY), finding("x", Urgency.DOCTOR)
    assert merged([worse], [better]) == merged([better], [worse]) == (worse,)
