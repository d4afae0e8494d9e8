"""The triage weights: scored alike everywhere, and no sentence added lowers what the others say."""

from __future__ import annotations

from array import array

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from babybot.text import Stop, tokens
from babybot.triage_features import numbered
from babybot.weights import LENGTH, SCALE, Head, Weights


def _weights(**values: float) -> Weights:
    known = sorted(values, key=numbered)
    numbers = array("h", [round(values[feature] * SCALE) for feature in known])
    return Weights(
        alarm=Head(numbers, -1.0, 2.0),
        emergency=Head(numbers, -2.0, 0.0),
        denial=Head(numbers, -2.0, 0.0, -3.0),
        known=array("I", map(numbered, known)),
        worth=array("H", [SCALE] * len(known)),
        words=("twitch", "legs"),
        fingerprint="x",
    )


def _windows(weights: Weights, text: str) -> list[float]:
    found = tokens(text)
    sentence, number = [], 0
    for token in found:
        sentence.append(number)
        number += token.stop is Stop.SENTENCE
    return [window.score for window in weights.windows(found, sentence)]


def test_scores_add_up_over_known_features() -> None:
    weights = _weights(limp=3.0, cot=-1.0)
    assert _windows(weights, "limp") == pytest.approx([2.0])
    assert _windows(weights, "limp cot") == pytest.approx([-1 + 2 / 2 ** (LENGTH / 2)])
    assert _windows(weights, "unseen") == [-1.0]
    assert _windows(weights, "") == []


def test_dump_and_load_give_the_same_weights() -> None:
    weights = _weights(limp=3.0)
    again = Weights.load(weights.dump())
    assert (again.alarm, again.emergency, again.denial) == (weights.alarm, weights.emergency, weights.denial)
    assert (again.known, again.worth) == (weights.known, weights.worth)
    assert (again.words, again.fingerprint) == (("twitch", "legs"), "x")
    assert again.dump() == weights.dump()
    with pytest.raises(ValueError, match="not whole"):
        Weights.load(weights.dump()[:-1])


def test_weights_of_another_version_are_refused() -> None:
    data = _weights().dump().replace(b'"format": ', b'"format": 9', 1)
    for other in (data, b"", b"{}\nshort", b"[]\n"):
        with pytest.raises(ValueError, match="no triage weights, or of another version"):
            Weights.load(other)


def test_misspelt_words_weigh_as_the_usual_ones_and_real_words_stay() -> None:
    weights = _weights(twitch=3.0)
    assert _windows(weights, "twicth") == _windows(weights, "twitch") == [2.0]
    assert _windows(weights, "switch")[0] < 0


def test_the_weightiest_words_come_first() -> None:
    assert _weights(limp=3.0, cot=-1.0).weightiest(["cot", "limp", "a"])[:2] == (("limp", 3.0), ("cot", -1.0))


@given(
    st.lists(st.sampled_from(["he is limp", "in the cot", "so happy", "blue"]), min_size=1),
    st.sampled_from(["cot", "fine"]),
)
@settings(deadline=None)
def test_an_added_sentence_never_lowers_the_highest_score(sentences: list[str], added: str) -> None:
    weights = _weights(limp=3.0, cot=-1.0, blue=1.5)
    text = ". ".join(sentences)
    assert max(_windows(weights, f"{text}. {added}.")) >= max(_windows(weights, text))
    assert max(_windows(weights, f"{added}. {text}.")) >= max(_windows(weights, text))
