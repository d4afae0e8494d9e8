"""What a sign sounds like: named where it is clear, and only then."""

from __future__ import annotations

from array import array

import pytest

from babybot.labels import Labelled
from babybot.model import Urgency
from babybot.naming import NO_NAMES, SignNames
from babybot.triage_features import numbered

train_names = pytest.importorskip("babybot.naming_training", exc_type=ImportError).train_names

FLAGS = ("blue", "limp", "fall")


def names(margin: float) -> SignNames:
    """Two words each flag knows: the first is its own, "grey" is shared by blue and limp."""
    words = sorted(("lips", "rag", "stairs", "grey"), key=numbered)
    weights = {"lips": (8, 0, 0), "rag": (0, 8, 0), "stairs": (0, 0, 8), "grey": (4, 3, 0)}
    return SignNames(
        flags=FLAGS,
        known=array("I", map(numbered, words)),
        numbers=array("b", [weight for word in words for weight in weights[word]]),
        biases=(0.0, 0.0, -0.5),
        unit=0.125,
        margin=margin,
    )


@pytest.mark.parametrize(("word", "flag"), [("lips", "blue"), ("rag", "limp"), ("stairs", "fall")])
def test_the_flag_that_is_clearly_ahead_is_named(word: str, flag: str) -> None:
    assert names(0.4).name(["the", word]) == flag


def test_what_is_not_clear_is_not_named() -> None:
    assert names(0.4).name(["grey"]) is None
    assert names(0.1).name(["grey"]) == "blue"
    assert names(0.4).name(["unknown"]) is None
    assert names(0.4).name([]) is None
    assert NO_NAMES.name(["lips"]) is None


def test_names_are_learned_from_examples_by_several_authors() -> None:
    said = {"blue": "his lips went blue", "limp": "he hung like a rag doll", "fall": "she fell down the stairs"}
    messages = [
        Labelled(f"{text} {author}", Urgency.URGENT, author, flag=flag)
        for author in "abcd"
        for flag, text in said.items()
        for _ in range(4)
    ]
    words = [message.text.split() for message in messages]
    learned = train_names(messages, words)
    assert learned.flags == ("blue", "fall", "limp")
    assert [learned.name(text.split()) for text in said.values()] == list(said)
    assert learned.name("what is the time".split()) is None
    again = train_names(messages, words)
    assert (again.numbers, again.biases, again.margin) == (learned.numbers, learned.biases, learned.margin)


def test_too_few_flags_or_authors_teach_no_names() -> None:
    message = Labelled("blue", Urgency.URGENT, "a", flag="blue")
    assert train_names([message], [["blue"]]) is NO_NAMES
    one_author = [Labelled(flag, Urgency.URGENT, "a", flag=flag) for flag in FLAGS]
    assert train_names(one_author, [[message.text] for message in one_author]) is NO_NAMES
