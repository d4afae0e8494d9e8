"""What each red flag sounds like: named where it is clear, and only then."""

from __future__ import annotations

from array import array

import pytest

from babybot.labels import Labelled
from babybot.model import Urgency
from babybot.sign_models import NO_SIGNS, SignModels
from babybot.triage_features import numbered

train = pytest.importorskip("babybot.triage_training", exc_type=ImportError).train

FLAGS = ("blue", "limp", "fall")


def models(margin: float) -> SignModels:
    """Two words each flag knows: the first is its own, "grey" is shared by blue and limp."""
    words = sorted(("lips", "rag", "stairs", "grey"), key=numbered)
    weights = {"lips": (8, 0, 0), "rag": (0, 8, 0), "stairs": (0, 0, 8), "grey": (4, 3, 0)}
    return SignModels(
        flags=FLAGS,
        known=array("I", map(numbered, words)),
        numbers=array("b", [weight for word in words for weight in weights[word]]),
        biases=(0.0, 0.0, -0.5),
        unit=0.125,
        margin=margin,
    )


@pytest.mark.parametrize(("word", "flag"), [("lips", "blue"), ("rag", "limp"), ("stairs", "fall")])
def test_the_flag_that_is_clearly_ahead_is_named(word: str, flag: str) -> None:
    assert models(0.4).name(["the", word]) == flag


def test_what_is_not_clear_is_not_named() -> None:
    assert models(0.4).name(["grey"]) is None
    assert models(0.1).name(["grey"]) == "blue"
    assert models(0.4).name(["unknown"]) is None
    assert models(0.4).name([]) is None
    assert NO_SIGNS.name(["lips"]) is None


def test_the_highest_tells_how_much_it_sounds_like_any() -> None:
    found = models(0.4)
    grey, both = (found.places([numbered(word) for word in words]) for words in (["grey"], ["lips", "grey"]))
    assert found.highest(grey) == pytest.approx(0.5)
    assert found.highest(both) == pytest.approx(1.5 / 2**0.375)
    assert found.highest(frozenset()) == 0.0
    assert NO_SIGNS.highest(frozenset()) == 0.0


def test_negative_weights_are_added_like_any() -> None:
    words = sorted(("not", "lips"), key=numbered)
    weights = {"not": (-128, -1, 127), "lips": (127, 0, -128)}
    found = SignModels(
        flags=FLAGS,
        known=array("I", map(numbered, words)),
        numbers=array("b", [weight for word in words for weight in weights[word]]),
        biases=(0.0, 0.0, 0.0),
        unit=1.0,
        margin=0.0,
    )
    assert dict(found.scores(["not"])) == {"blue": -128, "limp": -1, "fall": 127}
    assert found.scores(["not", "lips"])["blue"] == pytest.approx(-1 / 2**0.375)


SAID = {"blue": "his lips went blue", "limp": "he hung like a rag doll", "fall": "she fell down the stairs"}


def _messages(authors: str) -> list[Labelled]:
    harmless = ("what is the time", "a nice new pram", "can we go out")
    return [
        Labelled(f"{text} {author} {number}", urgency, author, flag=flag)
        for author in authors
        for number in range(4)
        for flag, text, urgency in (
            *((flag, text, Urgency.URGENT) for flag, text in SAID.items()),
            *((None, text, None) for text in harmless),
        )
    ]


def test_models_are_learned_from_examples_by_several_authors() -> None:
    learned = train(_messages("abcd"), lambda text: [text.split()]).signs
    assert learned.flags == ("blue", "fall", "limp")
    assert [learned.name(text.split()) for text in SAID.values()] == list(SAID)
    assert max(learned.scores("what is the time".split()).values()) < 0
    again = train(_messages("abcd"), lambda text: [text.split()]).signs
    assert (again.numbers, again.biases, again.margin) == (learned.numbers, learned.biases, learned.margin)


def test_too_few_red_flags_teach_no_models() -> None:
    two = [message for message in _messages("abcd") if message.flag != "fall"]
    assert train(two, lambda text: [text.split()]).signs is NO_SIGNS
