"""Every rule has a good and a bad sample."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest

from babybot.errors import Location, Severity
from babybot.linter import RULES, lint
from babybot.model import AgeAnswer, Bound, Entry, KnowledgeBase, RedFlag, RedFlagWords, Rule, Urgency

ANSWER = "These are plain words for a parent. " * 10
GOOD_ENTRY = Entry(
    id="legs",
    topic="basics",
    title="Legs",
    questions=("why do legs twitch", "legs go"),
    answer=ANSWER,
    see_also=("arms",),
    sources=("seed", "aap"),
    examples=("his legs twitch",),
    location=Location("faq/a.yaml", 4, 9),
    question_locations=(Location("faq/a.yaml", 6, 9), Location("faq/a.yaml", 7, 9)),
    example_locations=(Location("faq/a.yaml", 12, 9),),
)
OTHER_ENTRY = Entry(
    id="arms",
    topic="basics",
    title="Arms",
    questions=("why do arms twitch",),
    answer=ANSWER,
    sources=("seed",),
    examples=("her arms twitch",),
    location=Location("faq/a.yaml", 20, 9),
)
GOOD_FLAG = RedFlag(
    id="blue",
    label="blue lips",
    urgency=Urgency.EMERGENCY,
    phrases=("blue lips", "grey lips"),
    phrases_at=((Urgency.URGENT, ("blue hands",)),),
    near_misses=("blue hat",),
    location=Location("red_flags.yaml", 2, 9),
    phrase_locations=(Location("red_flags.yaml", 5, 9), Location("red_flags.yaml", 6, 9)),
    near_miss_locations=(Location("red_flags.yaml", 9, 9),),
)
RULE = Rule(
    id="blue-young",
    red_flag="blue",
    urgency=Urgency.EMERGENCY,
    measures=MappingProxyType({"age_days": Bound(under=90)}),
    location=Location("red_flags.yaml", 30, 9),
)
GOOD = KnowledgeBase(
    entries=(GOOD_ENTRY, OTHER_ENTRY),
    topics=MappingProxyType({"basics": "Basics"}),
    red_flags=(GOOD_FLAG,),
    rules=(RULE,),
    modifiers=(),
    words=RedFlagWords(),
    regions=MappingProxyType({}),
    sources=MappingProxyType({}),
    synonyms=(("baby", "bub"), ("cot", "crib")),
    messages=MappingProxyType({}),
    fingerprint="",
)


def ranker(utterance: str) -> str | None:
    """A retriever of one word."""
    return "legs" if "legs" in utterance else "arms" if "arms" in utterance else None


def assessor(utterance: str) -> frozenset[str]:
    """A triage of two words."""
    return frozenset({"blue"}) if re.search("blue (lips|hands)", utterance) else frozenset()


def entry(**changes: Any) -> KnowledgeBase:
    """The good knowledge with its first entry changed."""
    return replace(GOOD, entries=(replace(GOOD_ENTRY, **changes), OTHER_ENTRY))


def flag(**changes: Any) -> KnowledgeBase:
    """The good knowledge with its red flag changed."""
    return replace(GOOD, red_flags=(replace(GOOD_FLAG, **changes),))


BAD = [
    ("shared-question", entry(questions=("why legs", "Why do ARMS twitch?")), "20:9", 1),
    ("wordless-question", entry(questions=("why legs", "???")), "7:9", 1),
    ("answer-length", entry(answer="Legs twitch."), "4:9", 1),
    ("answer-length", entry(answer=ANSWER * 4), "4:9", 1),
    ("answer-length", entry(by_age=(AgeAnswer(from_months=6, answer="No."),)), "4:9", 1),
    ("long-sentence", entry(answer="and so on " * 20 + "end."), "4:9", 1),
    ("phone-number", entry(answer=ANSWER + " Ring 0800 123 4567, or 111."), "4:9", 2),
    ("no-sources", entry(sources=()), "4:9", 1),
    ("no-examples", entry(examples=()), "4:9", 1),
    ("example-is-question", entry(examples=("Why do legs twitch?",)), "12:9", 1),
    ("see-also-itself", entry(see_also=("legs",)), "4:9", 1),
    ("repeated-reference", entry(see_also=("arms", "arms"), sources=("seed", "seed")), "4:9", 2),
    ("repeated-reference", flag(sources=("seed", "seed")), "2:9", 1),
    ("repeated-phrase", flag(phrases=("blue lips", "blue lips")), "6:9", 1),
    ("repeated-phrase", flag(phrases_at=((Urgency.DOCTOR, ("grey lips",)),)), "2:9", 1),
    ("no-near-misses", flag(near_misses=()), "2:9", 1),
    ("no-red-flags", replace(GOOD, red_flags=()), "1:1", 1),
    ("unread-measure", replace(GOOD, rules=(RULE._replace(measures={"pulse": Bound(at_least=1)}),)), "30:9", 1),
    ("word-in-two-groups", replace(GOOD, synonyms=(("baby", "bub"), ("child", "Baby"))), "1:1", 1),
    ("unreached-by-question", entry(questions=("why legs", "my arms go", "what")), "7:9", 2),
    ("unreached-by-example", entry(examples=("his arms twitch",)), "12:9", 1),
    ("near-miss-raises", flag(near_misses=("no blue lips",)), "9:9", 1),
]


def test_good_knowledge_has_no_problems() -> None:
    assert lint(GOOD, ranker=ranker, assessor=assessor) == ()


@pytest.mark.parametrize(("rule", "knowledge", "place", "count"), BAD, ids=[rule for rule, *_ in BAD])
def test_a_bad_sample(rule: str, knowledge: KnowledgeBase, place: str, count: int) -> None:
    found = [problem for problem in lint(knowledge, ranker=ranker, assessor=assessor) if problem.rule == rule]
    assert len(found) == count
    assert place in [f"{problem.location.line}:{problem.location.column}" for problem in found]


def test_every_rule_has_a_bad_sample_and_its_own_id() -> None:
    assert [rule.id for rule in RULES] == list(dict.fromkeys(rule for rule, *_ in BAD))


def test_a_rule_reads_as_the_style_asks() -> None:
    for rule in RULES:
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.id)
        assert rule.summary[0].islower()
        assert not rule.summary.endswith(".")
    for _, knowledge, *_ in BAD:
        for problem in lint(knowledge, ranker=ranker, assessor=assessor):
            assert not problem.message.endswith(".")
            assert not problem.message[0].isupper()


def test_what_makes_an_answer_unreachable_or_unsafe_is_an_error() -> None:
    errors = {rule.id for rule in RULES if rule.severity is Severity.ERROR}
    assert errors >= {"shared-question", "unreached-by-question", "unreached-by-example", "near-miss-raises"}


@pytest.mark.parametrize("number", [0, 49, 50, 150, 151])
def test_the_bounds_of_an_answer_are_inclusive(number: int) -> None:
    problems = lint(entry(answer="Word. " * number + "- "))
    assert [problem.rule for problem in problems] == ([] if 50 <= number <= 150 else ["answer-length"])


def test_without_callables_retrieval_and_triage_are_not_judged() -> None:
    knowledge = replace(entry(questions=("what",)), red_flags=flag(near_misses=("blue lips",)).red_flags)
    assert lint(knowledge) == ()


def test_each_utterance_is_asked_about_once() -> None:
    asked: list[str] = []

    def listening(answer: Callable[[str], str | None]) -> Callable[[str], str | None]:
        def ask(utterance: str) -> str | None:
            asked.append(utterance)
            return answer(utterance)

        return ask

    lint(GOOD, ranker=listening(ranker))
    assert sorted(asked) == sorted(
        [*GOOD_ENTRY.questions, *GOOD_ENTRY.examples, *OTHER_ENTRY.questions, *OTHER_ENTRY.examples]
    )


def test_problems_come_by_location() -> None:
    knowledge = replace(entry(sources=(), examples=()), red_flags=())
    problems = lint(knowledge)
    assert [problem.rule for problem in problems] == ["no-red-flags", "no-examples", "no-sources"]
    assert list(problems) == sorted(problems, key=lambda problem: problem.sort_key)
