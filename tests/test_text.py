"""Folding: one form for what an editor writes and what a parent types."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from babybot.text import Stop, normalise, tokens


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("She CAN'T breathe", "she can not breathe"),
        ("cant wont dont", "can not will not do not"),
        ("he\u2019s my baby\u2019s", "he my baby"),
        ("38,5\u00b0C", "38.5 degrees c"),
        ("1,000 times", "1000 times"),
        ("10mins 5m 3wk", "10 mins 5 m 3 wk"),
        ("b4 bed", "b4 bed"),
        ("sooooo hot", "soo hot"),
        ("caf\u00e9 na\u00efve", "cafe naive"),
        ("\ud800 \x1b[31m red", "31 m red"),
        ("\u0645\u0631\u062d\u0628\u0627", "\u0645\u0631\u062d\u0628\u0627"),
        ("", ""),
    ],
)
def test_folding(typed: str, folded: str) -> None:
    assert normalise(typed) == folded


def test_spans_point_into_the_text_as_typed() -> None:
    text = "Hm \u2026 she won\u2019t \ufb01t"
    for token in tokens(text):
        assert 0 <= token.start < token.end <= len(text)
    will, no = tokens(text)[2:4]
    assert (will.word, no.word) == ("will", "not")
    assert text[will.start : will.end] == text[no.start : no.end] == "won\u2019t"
    assert text[tokens(text)[-1].start :] == "\ufb01t"


def test_stops_tell_clauses_from_sentences() -> None:
    found = {token.word: token.stop for token in tokens("blue, then pink. limp? stiff\nhot - cold")}
    assert found["blue"] is Stop.CLAUSE
    assert found["pink"] is Stop.SENTENCE
    assert found["stiff"] is Stop.SENTENCE
    assert found["hot"] is Stop.CLAUSE
    assert [token.asked for token in tokens("limp? blue.")] == [True, False]


@given(st.text())
@settings(deadline=None)
def test_folding_twice_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


@given(st.text())
@settings(deadline=None)
def test_any_text_has_tokens_in_order_within_it(text: str) -> None:
    found = tokens(text)
    assert all(0 <= token.start < token.end <= len(text) for token in found)
    assert [token.start for token in found] == sorted(token.start for token in found)


@pytest.mark.parametrize("typed", ["sei\u00adzure", "sei\u200bzure", "sei\u2060zure"])
def test_marks_that_nobody_sees_split_no_word(typed: str) -> None:
    assert [token.word for token in tokens(f"a {typed}")] == ["a", "seizure"]


@pytest.mark.parametrize("mark", "\u2032\u201b\u2019\uff07`")
def test_whatever_the_apostrophe_a_contraction_is_read(mark: str) -> None:
    assert [token.word for token in tokens(f"he won{mark}t wake")] == ["he", "will", "not", "wake"]
