"""Slips are read as the knowledge's own words, phrases as ideas, and both as features."""

from __future__ import annotations

import pytest

from babybot.spelling import Speller, Synonyms, features, questions_by_word
from babybot.text import stem


class TestSpelling:
    @pytest.mark.parametrize(
        ("typed", "repaired"),
        [
            ("twicth", "twitch"),
            ("wtitch", "twitch"),
            ("twitcj", "twitch"),
            ("twitching", "twitching"),
            ("stratle", "startle"),
            ("egs", "egs"),
            ("myoclonnus", "myoclonus"),
            ("mioclonnus", "myoclonus"),
            ("radiator", "radiator"),
            ("switch", "switch"),
        ],
    )
    def test_repair(self, typed: str, repaired: str) -> None:
        words = ("twitch", "startle", "legs", "myoclonus")
        assert (
            Speller(
                lambda: questions_by_word(["twitch startle legs", "twitch myoclonus"]),
                {*words, "twitching"}.__contains__,
            ).repair(typed)
            == repaired
        )

    def test_a_real_word_is_no_slip_of_a_known_one(self) -> None:
        speller = Speller(lambda: {"feed": 1, "her": 1}, lambda word: word in ("feed", "her"))
        assert (speller.repair("seed"), speller.repair("feeed")) == ("seed", "feed")

    def test_ties_go_to_the_word_in_more_questions(self) -> None:
        assert (
            Speller(lambda: questions_by_word(["nap map", "nape", "maps naps", "naps"]), lambda word: False).repair(
                "xaps"
            )
            == "naps"
        )


def test_the_longest_phrase_is_one_idea() -> None:
    groups, ideas = Synonyms.of((("baby", "little one"), ("one",))).found(["my", *map(stem, ("little", "one", "kick"))])
    assert groups == ["#0", "#1"]
    assert ideas == ["my", "#0", "kick"]


def test_a_synonym_shares_a_feature() -> None:
    synonyms = Synonyms.of((("nappy", "diaper"), ("baby", "little one", "bub")))
    assert features(["bub"], synonyms)["word"] == ["bub", "#1"]
    assert features(["little", "one"], synonyms)["word"] == [stem("little"), stem("one"), "#1"]
    assert features(["bub"], synonyms)["skip"] == features(["little", "one"], synonyms)["skip"]


def test_the_edges_of_a_text_are_features() -> None:
    nothing = Synonyms({})
    assert "^ why" in features(["why", "twitch"], nothing)["skip"]
    assert "twitch $" in features(["why", "twitch"], nothing)["skip"]
    assert features([], nothing)["word"] == []
