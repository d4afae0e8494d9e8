"""Triage: what escalates, how far, and what never lowers it."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from babybot.context import Status
from babybot.courtesies import without_courtesies
from babybot.findings import UNLISTED, TriageMemory
from babybot.model import Bound, KnowledgeBase, Modifier, RedFlag, RedFlagWords, Rule, Urgency
from babybot.triage import Triage
from babybot.triage_features import numbered
from babybot.weights import SCALE, Head, Weights

E, U, D, W = Urgency.EMERGENCY, Urgency.URGENT, Urgency.DOCTOR, Urgency.WATCH


def _knowledge() -> KnowledgeBase:
    flags = (
        RedFlag(id="seizure", label="a seizure", urgency=E, phrases=("seizure",)),
        RedFlag(
            id="stiff", label="stiff", urgency=U, phrases=("go|gone|went stiff", "?stiff"),
            phrases_at=((E, ("stiff ... blue",)),), masks=("stiff collar",),
        ),
        RedFlag(id="feeding", label="not feeding", urgency=U, phrases=("not feeding",)),
        RedFlag(id="fever", label="a fever", urgency=U, phrases=("!burning up",)),
        RedFlag(id="late", label="behind", urgency=D, phrases=("not sitting",)),
        RedFlag(id="cope", label="not coping", urgency=U, phrases=("can't cope",), about_carer=True),
        RedFlag(id="chills", label="fever with shaking", urgency=E, phrases=()),
    )  # fmt: skip
    rules = (
        Rule(
            id="young-fever", red_flag="fever", urgency=E,
            measures=MappingProxyType({"temperature_c": Bound(at_least=38), "age_days": Bound(under=90)}),
        ),
        Rule(id="chills", red_flag="chills", urgency=E, red_flags=frozenset({"fever"}), phrases=("shivering",)),
    )  # fmt: skip
    words = RedFlagWords(
        fillers=frozenset(("he she is was has all a the it really").split()),
        masks=("burning up the road", "stiff drink"),
    )
    return KnowledgeBase(
        entries=(), topics={}, red_flags=flags, rules=rules, words=words,
        modifiers=(Modifier(id="now", phrases=("right now",)),),
        regions={}, sources={}, synonyms=(), messages={}, fingerprint="",
    )  # fmt: skip


def _weights(
    *, emergency: Mapping[str, float] = MappingProxyType({}), denial: Mapping[str, float] = MappingProxyType({}),
    **alarm: float,
) -> Weights:  # fmt: skip
    known = sorted({*alarm, *emergency, *denial}, key=numbered)

    def numbers(values: Mapping[str, float]) -> array[int]:
        return array("h", [round(values.get(feature, 0.0) * SCALE) for feature in known])

    return Weights(
        alarm=Head(numbers(alarm), 0.0, 2.0, 1.0),
        emergency=Head(numbers(emergency), -1.0, 0.0),
        denial=Head(numbers(denial), -1.0, 0.0, -2.0),
        known=array("I", map(numbered, known)),
        worth=array("H", [SCALE] * len(known)),
    )


TRIAGE = Triage(_knowledge())


@pytest.mark.parametrize(
    ("utterance", "urgency", "status"),
    [
        ("he had a seizure", E, Status.PRESENT),
        ("he had a siezure last week", E, Status.PAST),
        ("what does a seizure look like?", U, Status.ASKED),
        ("no seizure", W, Status.DENIED),
        ("went really stiff", U, Status.PRESENT),
        ("she went stiff and blue", E, Status.PRESENT),
        ("he is 5 weeks old and went stiff", E, Status.PRESENT),
        ("went stiff right now", E, Status.PRESENT),
        ("is not sitting", D, Status.PRESENT),
        ("not sitting at 10 weeks old", U, Status.PRESENT),
        ("I can't cope", U, Status.PRESENT),
        ("he went stiff. He is not feeding", E, Status.PRESENT),
        ("38.4 temp, 7 weeks old", E, Status.PRESENT),
        ("burning up and shivering", E, Status.PRESENT),
    ],
)
def test_grades_follow_the_table(utterance: str, urgency: Urgency, status: Status) -> None:
    assessment = TRIAGE.assess(utterance)
    assert assessment.urgency is urgency
    assert assessment.findings[0].status is status


@pytest.mark.parametrize(
    "utterance",
    ["", "hello", "my dog had a seizure", "he has a stiff collar", "I need a stiff drink", "38.4 temp", "5 weeks old"],
)
def test_nothing_is_raised_without_a_sign(utterance: str) -> None:
    assert TRIAGE.assess(utterance).urgency is None


def test_an_immune_phrase_is_not_masked() -> None:
    assert TRIAGE.assess("burning up the road").urgency is U


def test_words_point_into_the_utterance() -> None:
    utterance = "Well\u2026 he WENT  stiff, so"
    finding = TRIAGE.assess(utterance).findings[0]
    assert finding.words == "WENT  stiff"
    assert utterance[finding.start : finding.end] == finding.words


def test_two_urgent_flags_need_words_of_their_own() -> None:
    assert TRIAGE.assess("went stiff").urgency is U
    both = TRIAGE.assess("went stiff, not feeding")
    assert both.urgency is E
    assert "two-urgent-flags" in both.raised_by


def test_a_conversation_adds_up() -> None:
    first = TRIAGE.assess("she has a temp of 38.6")
    assert first.urgency is None
    assert TRIAGE.assess("she is 7 weeks", first.memory).urgency is E
    fever = TRIAGE.assess("burning up")
    assert TRIAGE.assess("now shivering", fever.memory).urgency is E
    assert TRIAGE.assess("went stiff", TriageMemory(age_days=20.0)).urgency is E


def test_another_child_s_age_does_not_make_the_baby_older() -> None:
    baby = TRIAGE.assess("he is 5 weeks old").memory
    brother = TRIAGE.assess("his brother is 3 years old and twitched too", baby).memory
    assert brother.age_days == 35
    assert TRIAGE.assess("he has a temp of 38.4", brother).urgency is E
    assert TRIAGE.assess("sorry, I meant he is 5 months old", baby).memory.age_days == pytest.approx(152)
    assert TRIAGE.assess("he is 3 weeks old", baby).memory.age_days == 21


def test_the_weights_overrule_broad_phrases_only() -> None:
    triage = Triage(_knowledge(), _weights(seizure=-3.0, stiff=-3.0, floor=4.0))
    told = triage.assess("the talk about taxes seemed rather stiff to everybody")
    assert (told.urgency, told.mentions[0].outcome) == (None, "contradicted")
    assert Triage(_knowledge(), _weights(stiff=0.2, floor=4.0)).assess("legs stiff").urgency is U, (
        "a bare mention leaves too little to judge by"
    )
    assert triage.assess("a seizure").urgency is E
    assert triage.assess("went stiff").urgency is U


def test_the_weights_alone_raise_an_unlisted_sign() -> None:
    triage = Triage(_knowledge(), _weights(floor=4.0))
    finding = triage.assess("floor floor floor").findings[0]
    assert (finding.red_flag, finding.urgency, finding.evidence) == (UNLISTED, U, "weights")
    assert triage.assess("on the floor").urgency is U
    assert triage.assess("nothing here").urgency is None


def test_what_the_weights_are_unsure_of_is_a_quiet_word() -> None:
    triage = Triage(_knowledge(), _weights(floor=1.5, wall=-3.0))
    finding = triage.assess("floor floor floor").findings[0]
    assert (finding.red_flag, finding.urgency, finding.status) == (UNLISTED, W, Status.UNSURE)
    assert triage.assess("floor floor floor").memory.red_flags == ()
    assert triage.assess("wall wall wall").urgency is None


def test_the_weights_raise_what_sounds_like_an_emergency() -> None:
    triage = Triage(_knowledge(), _weights(emergency={"everywhere": 4.0}))
    assert triage.assess("went stiff").urgency is U
    assert triage.assess("went stiff everywhere").urgency is E
    assert triage.assess("went stiff. crumbs everywhere").urgency is E, "the window holds both sentences"
    assert triage.assess("he is not stiff everywhere").urgency is W


def test_a_denial_must_be_believed() -> None:
    assert Triage(_knowledge(), _weights()).assess("it is not a seizure").urgency is W
    doubts = Triage(_knowledge(), _weights(denial={"wake": -4.0}, wake=4.0))
    assert doubts.assess("not a seizure, wake, wake").urgency is E
    assert doubts.assess("not a seizure").urgency is W


def test_a_question_beside_it_takes_no_emergency_away() -> None:
    triage = Triage(_knowledge(), _weights(floor=4.0, emergency={"floor": 4.0}))
    assert triage.assess("floor floor floor").urgency is E
    assert triage.assess("floor floor floor. What is a seizure?").urgency is E


def test_an_emergency_is_heard_at_every_place_of_a_sign() -> None:
    triage = Triage(_knowledge(), _weights(emergency={"everywhere": 4.0}))
    assert triage.assess("gone stiff. a b. a b. a b. went stiff everywhere").urgency is E


def test_a_doubted_denial_is_still_a_mention() -> None:
    triage = Triage(_knowledge(), _weights(denial={"wake": -4.0}, wake=-4.0))
    assert triage.assess("not a seizure, wake, wake, wake, wake").urgency is W


def test_a_denied_sign_is_heard_where_no_phrase_names_it() -> None:
    triage = Triage(_knowledge(), _weights(denial={"twitchless": 4.0}))
    finding = triage.assess("he is quite twitchless today").findings[0]
    assert (finding.red_flag, finding.urgency, finding.status) == (UNLISTED, W, Status.DENIED)
    assert triage.assess("he is quite well today").urgency is None


def test_compiled_phrases_give_the_same_triage() -> None:
    again = Triage(_knowledge(), None, TRIAGE.compiled_phrases())
    for utterance in ("he had a siezure", "went stif and blue", "stiff collar"):
        assert again.assess(utterance) == TRIAGE.assess(utterance)


_SIGNS = ("he had a seizure", "she went stiff", "not feeding", "burning up and shivering", "38.9 fever at 5 weeks old")
_HARMLESS = (
    "He is fine now.",
    "No fever.",
    "The dog is asleep!",
    "Is that normal?",
    "My mum says it is nothing.",
    "Thanks so much.",
)


@given(
    st.sampled_from(_SIGNS),
    st.lists(st.sampled_from(_HARMLESS), max_size=4),
    st.lists(st.sampled_from(_HARMLESS), max_size=4),
)
@settings(deadline=None)
def test_sentences_around_a_sign_never_lower_it(sign: str, before: list[str], after: list[str]) -> None:
    told = TRIAGE.assess(sign).urgency
    around = TRIAGE.assess(" ".join([*before, sign + ".", *after])).urgency
    assert told is not None
    assert around is not None
    assert around >= told


@given(st.text(max_size=400))
@settings(deadline=None)
def test_any_text_is_assessed(text: str) -> None:
    assessment = TRIAGE.assess(text)
    assert (assessment.urgency is None) == (not assessment.findings)


@pytest.mark.parametrize(("pram", "urgency"), [(-0.4, E), (-1.8, W), (-6.0, None)])
def test_the_weights_overrule_a_plain_phrase_only_clearly(pram: float, urgency: Urgency | None) -> None:
    said = "the pram nobody pushes today has a seizure"
    assert Triage(_knowledge(), _weights(pram=pram)).assess(said).urgency is urgency


def test_a_plain_phrase_with_little_beside_it_escalates_whatever_the_weights_say() -> None:
    assert Triage(_knowledge(), _weights(pram=-20.0)).assess("the pram has a seizure").urgency is E


def test_an_immune_phrase_is_never_silent() -> None:
    said = "the pram nobody pushes today is burning up and the moon shines on"
    assert Triage(_knowledge(), _weights(pram=-20.0)).assess(said).urgency is W


def test_a_plain_phrase_makes_no_other_surer() -> None:
    triage = Triage(_knowledge(), _weights(pram=-2.0))
    assert [finding.red_flag.id for finding in triage.assess("the pram, stiff, seizure").findings] == ["seizure"]


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("hello he fell what should i do", "he fell"), ("hi he fell any advice please", "he fell"),
        ("hi temp 39", "hi temp 39"), ("please call an ambulance", "please call an ambulance"),
        ("this morning all he did was stare", "this morning all he did was stare"),
        ("hello", "hello"), ("is this normal", "is this normal"), ("thanks for nothing", "thanks for nothing"),
    ],
)  # fmt: skip
def test_courtesies_are_left_out_at_both_ends_only(words: str, left: str) -> None:
    assert without_courtesies(words.split()) == left.split()
