"""What a typed word may stand for."""

from __future__ import annotations

import pytest

from babybot.lexicon import Lexicon, lemma, real_words


@pytest.mark.parametrize(
    ("word", "plain"),
    [
        ("staring", "stare"), ("starring", "star"), ("twitches", "twitch"), ("bodies", "body"), ("rolled", "roll"),
        ("stopped", "stop"), ("shaking", "shake"), ("fits", "fit"), ("fitness", "fitness"), ("bed", "bed"),
        ("this", "this"),
        ("breathless", "breathless"), ("needed", "need"), ("swelling", "swell"),
    ],
)  # fmt: skip
def test_a_lemma_is_the_plain_form_of_a_real_word(word: str, plain: str) -> None:
    assert lemma(word) == plain
    assert lemma(plain) == plain or plain not in real_words()


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    words = (
        "seizure shake stiff breath fit convulsion roll unresponsive blue floppy temperature rhythm jerk limp stare"
    ).split()
    return Lexicon(words, {"shake": ["shook"], "breath": ["breathe"]}, {}, ["stare"])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("siezure", "seizure"), ("seezure", "seizure"), ("jerkign", "jerk"),
        ("shakign", "shake"),
        ("stiif", "stiff"), ("floopy", "floppy"), ("unresposive", "unresponsive"), ("tempreture", "temperature"),
        ("brething", "breath"), ("rythm", "rhythm"), ("convulshun", "convulsion"), ("shook", "shake"),
        ("rolld", "roll"),
    ],
)  # fmt: skip
def test_misspellings_and_forms_are_understood(lexicon: Lexicon, typed: str, meant: str) -> None:
    assert meant in lexicon.readings(typed)


@pytest.mark.parametrize(
    "word", ["sniff", "fat", "clue", "start", "limb", "shale", "state", "blur", "rolls-royce", "share"]
)
def test_a_real_word_is_never_taken_for_another(lexicon: Lexicon, word: str) -> None:
    assert not {"stiff", "fit", "blue", "stare", "limp", "shake"} & set(lexicon.readings(word))


def test_what_looks_like_a_name_is_not_guessed(lexicon: Lexicon) -> None:
    assert lexicon.readings("stif", guess=False) == ("stif",)


def test_words_that_must_not_be_guessed_are_not(lexicon: Lexicon) -> None:
    assert "stare" not in lexicon.readings("starr")
