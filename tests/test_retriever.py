"""Ranking, bands, completion and the bytes of the retriever; its figures stand in tests/benchmarks."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from babybot.bands import Band
from babybot.model import Entry
from babybot.retriever import Match, Retriever, names
from babybot.spelling import read

QUESTIONS = {
    "why-twitch": (
        "Why do her legs twitch in her sleep?",
        "what makes a sleeping baby jerk",
        "is twitching at night ok",
    ),
    "startle": ("What is the startle reflex?", "why does she fling her arms out", "he jumps as if he was falling"),
    "hunger": ("Could he be hungry when he kicks?", "kicks his legs before a feed", "does a hungry baby kick"),
    "wet-nappy": ("Can a wet nappy make her restless?", "she wriggles when her diaper is dirty"),
    "dreams": ("Is my baby dreaming?", "do babies have nightmares", "eyes moving under the lids", "dream sleep"),
    "film": ("How do I film an episode?", "should I take a video for the doctor"),
}
SYNONYMS = (("nappy", "diaper"), ("baby", "little one", "bub"), ("fling", "throws out"))


def entries(questions: dict[str, tuple[str, ...]] = QUESTIONS) -> tuple[Entry, ...]:
    return tuple(
        Entry(id=name, topic="t", title=name, questions=asked, answer="a") for name, asked in questions.items()
    )


@pytest.fixture(scope="module")
def retriever() -> Retriever:
    return Retriever.build(entries(), SYNONYMS)


def best(retriever: Retriever, utterance: str) -> Match:
    return retriever.rank(utterance)[0]


def test_an_entry_is_found_by_its_title_or_else_by_its_id() -> None:
    asked = replace(entries()[0], title=QUESTIONS["why-twitch"][0])
    titled = replace(entries()[1], title="The Moro reflex")
    assert names(asked, ["why do her legs twitch in her sleep"]) == ("why twitch",)
    assert names(titled, []) == ("the moro reflex",)
    found = best(Retriever.build((asked, titled, *entries()[2:]), SYNONYMS), "moro")
    assert found.entry is titled
    assert found.question in titled.questions


@pytest.mark.parametrize(
    ("utterance", "expected"),
    [
        ("why do my babys legs twitch", "why-twitch"),
        ("legs twicthing all nihgt", "why-twitch"),
        ("arms fling out", "startle"),
        ("throws out his arms", "startle"),
        ("dirty nappies", "wet-nappy"),
        ("HUNGRY???", "hunger"),
        ("does my bub have a nightmare", "dreams"),
        ("how to make a vidoe", "film"),
        ("a very long story about nothing at all and then eyes moving under the lids", "dreams"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_an_utterance_reaches_its_entry(retriever: Retriever, utterance: str, expected: str) -> None:
    assert best(retriever, utterance).entry.id == expected


def test_every_question_reaches_its_own_entry_with_100(retriever: Retriever) -> None:
    for entry in entries():
        for question in entry.questions:
            match = best(retriever, question.upper())
            assert (match.entry.id, match.question, match.score) == (entry.id, question, 100.0)


def test_a_question_in_two_entries_belongs_to_the_first() -> None:
    twice = Retriever.build(entries({"one": ("same words",), "two": ("Same words!", "others")}), ())
    assert [match.entry.id for match in twice.rank("same words")] == ["one", "two"]


def test_only_a_question_word_for_word_scores_100(retriever: Retriever) -> None:
    assert best(retriever, "Why do her legs twitch in her sleep now?").score < 100


def test_matches_are_distinct_entries_best_first(retriever: Retriever) -> None:
    matches = retriever.rank("does a hungry baby dream", 6)
    assert len({match.entry.id for match in matches}) == len(matches) == 6
    assert [match.score for match in matches] == sorted((match.score for match in matches), reverse=True)


def test_equal_scores_keep_file_order(retriever: Retriever) -> None:
    assert [match.entry.id for match in retriever.rank("zzqx")] == list(QUESTIONS)[:5]
    assert {match.score for match in retriever.rank("zzqx")} == {0.0}


@pytest.mark.parametrize("utterance", ["", " \n", "?!...", "\U0001f600"])
def test_no_word_no_match(retriever: Retriever, utterance: str) -> None:
    assert retriever.rank(utterance) == ()
    assert retriever.band(()) is Band.NONE


def test_a_limit_of_none_gives_none(retriever: Retriever) -> None:
    assert retriever.rank("dream", 0) == ()


@settings(deadline=None)
@given(st.text(max_size=80))
def test_any_text_ranks_within_0_and_100(retriever: Retriever, text: str) -> None:
    matches = retriever.rank(text)
    assert bool(matches) == bool(read(text))
    assert all(0 <= match.score <= 100 for match in matches)
    assert retriever.rank(text) == matches
    retriever.complete(text)


def test_explained_matches_are_the_same_and_their_parts_add_up(retriever: Retriever) -> None:
    utterance = "why does the baby twitch at night"
    explained = retriever.rank_explained(utterance)
    assert tuple(one.match for one in explained) == retriever.rank(utterance)
    for one in explained:
        parts = dict(one.parts)
        coverage, exact = parts.pop("coverage"), parts.pop("exact")
        assert exact == 0.0
        assert one.match.score == pytest.approx(100 * coverage * sum(parts.values()) / 1.1, abs=0.01)


def test_unknown_words_lower_the_score(retriever: Retriever) -> None:
    assert best(retriever, "twitch in parliament").score < best(retriever, "twitch in sleep").score


def test_the_words_as_they_are_read_are_told(retriever: Retriever) -> None:
    assert retriever.read("Nihgt, naps") == (("nihgt", "night"), ("naps", "naps"))


def test_a_question_word_for_word_is_answered_whatever_follows(retriever: Retriever) -> None:
    first, second = (Match(entry=entry, question="q", score=100.0) for entry in entries()[:2])
    assert retriever.band((first, replace(second, score=99.9))) is Band.ANSWER


def test_unheard_of_subjects_are_not_answered(retriever: Retriever) -> None:
    for utterance in ("parliament voted on tariffs", "cheap flights to oslo", "quarterly tax return"):
        assert retriever.band(retriever.rank(utterance)) is not Band.ANSWER


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("why do", "Why do her legs twitch in her sleep?"),
        ("WHAT IS", "What is the startle reflex?"),
        ("nightmares", "do babies have nightmares"),
        ("startel reflex", "What is the startle reflex?"),
    ],
)
def test_completion(retriever: Retriever, typed: str, first: str) -> None:
    found = retriever.complete(typed, 3)
    assert found[0] == first
    assert len(found) == len(set(found)) <= 3


def test_nothing_typed_completes_to_nothing(retriever: Retriever) -> None:
    assert retriever.complete("  ") == ()


def test_what_was_dumped_is_loaded(retriever: Retriever) -> None:
    data = retriever.dump()
    loaded = Retriever.load(data, entries())
    assert loaded.dump() == data
    assert loaded.rank("bub dreams of nappies") == retriever.rank("bub dreams of nappies")
    assert (loaded.threshold, loaded.lower_threshold, loaded.margin, loaded.trained) == (
        retriever.threshold,
        retriever.lower_threshold,
        retriever.margin,
        False,
    )


@pytest.mark.parametrize("cut", [0, 5, 30, 500, -1])
def test_broken_bytes_are_a_value_error(retriever: Retriever, cut: int) -> None:
    with pytest.raises(ValueError, match=r"index|not whole|JSON|Expecting|Unterminated|codec|buffer|delimiter"):
        Retriever.load(retriever.dump()[:cut], entries())


def test_an_index_of_other_questions_is_a_value_error(retriever: Retriever) -> None:
    with pytest.raises(ValueError, match="other questions"):
        Retriever.load(retriever.dump(), entries()[:-1])


def test_without_entries_nothing_is_found() -> None:
    empty = Retriever.build((), ())
    assert empty.rank("anything") == ()
    assert Retriever.load(empty.dump(), ()).complete("any") == ()


def test_questions_without_a_word_do_no_harm() -> None:
    odd = Retriever.build(entries({"odd": ("???", "!"), "dreams": ("do babies dream", "is it a dream")}), ())
    assert best(odd, "dream").entry.id == "dreams"
    assert Retriever.load(odd.dump(), entries({"odd": ("???", "!"), "dreams": ("x", "y")})).rank("dream")


def test_bytes_do_not_depend_on_the_seed_of_hashes() -> None:
    code = (
        "import zlib; from tests.test_retriever import *;print(zlib.crc32(Retriever.build(entries(), SYNONYMS).dump()))"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": "."},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1


def test_threads_see_the_same(retriever: Retriever) -> None:
    utterances = [f"legs twich {word}" for word in ("nihgt", "slep", "feeed", "dremas", "hungery")] * 20
    expected = [retriever.rank(utterance) for utterance in utterances]
    fresh = Retriever.build(entries(), SYNONYMS)
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(fresh.rank, utterances)) == expected


@pytest.mark.parametrize(
    "text", ["x" * 1_000_000, "why twitch " * 100_000, "? " * 500_000, "\u00e9\U0001f600 " * 300_000]
)
def test_a_megabyte_is_read_in_no_time(retriever: Retriever, text: str) -> None:
    start = time.process_time()
    retriever.rank(text)
    retriever.complete(text)
    assert time.process_time() - start < 1.0


def test_common_features_count_for_the_best_candidates_only_and_change_nothing() -> None:
    """300 entries exceed the budget of postings; each question still finds its own entry."""
    many = entries({f"e{n}": (f"why does baby {n} twitch at night in sleep", f"number {n} again") for n in range(300)})
    large = Retriever.build(many, ())
    for n in range(0, 300, 17):
        assert best(large, f"baby {n} twitches at night why").entry.id == f"e{n}"


def test_dump_is_readable_data(retriever: Retriever) -> None:
    data = retriever.dump()
    start = data.index(b"{")
    head, _ = json.JSONDecoder().raw_decode(data[start : start + 4000].decode("latin-1"))
    assert head["trained"] is False
