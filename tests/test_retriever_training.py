"""Training makes the retriever better at questions it has not seen, and the same every time."""

from __future__ import annotations

import pytest

pytest.importorskip("numpy")

from babybot.model import Entry
from babybot.retriever import Band, Retriever
from babybot.retriever_training import train

SUBJECTS = {
    "kick": ("kicks", "kicking", "kick out", "his kicks"),
    "dream": ("dreams", "dreaming", "a dream", "nightmares"),
    "feed": ("feeds", "hungry", "a feed", "milk"),
    "nappy": ("nappy", "diaper", "wet nappy", "a change"),
}
FRAMES = ("why does my baby get {} at night", "is {} ok for a newborn", "tell me about {}", "{} again, what now")


def entries() -> tuple[Entry, ...]:
    """Sixteen questions an entry, every subject in every frame."""
    return tuple(
        Entry(id=name, topic="t", title=name, questions=tuple(f.format(w) for f in FRAMES for w in words), answer="a")
        for name, words in SUBJECTS.items()
    )


@pytest.fixture(scope="module")
def trained() -> Retriever:
    return train(entries(), [("nappy", "diaper")])


def test_it_is_trained_and_says_so(trained: Retriever) -> None:
    assert trained.trained
    assert Retriever.load(trained.dump(), entries()).trained


def test_the_same_knowledge_gives_the_same_bytes(trained: Retriever) -> None:
    assert train(entries(), [("nappy", "diaper")]).dump() == trained.dump()


def test_every_question_still_reaches_its_entry(trained: Retriever) -> None:
    for entry in entries():
        assert all(trained.rank(question)[0].entry.id == entry.id for question in entry.questions)


@pytest.mark.parametrize(
    ("utterance", "expected"),
    [("she kicked me", "kick"), ("bad nightmare", "dream"), ("needs feeding", "feed"), ("diapre full", "nappy")],
)
def test_unseen_utterances_are_answered(trained: Retriever, utterance: str, expected: str) -> None:
    assert trained.rank(utterance)[0].entry.id == expected


def test_thresholds_are_ordered_and_off_topic_is_not_answered(trained: Retriever) -> None:
    assert 0 < trained.lower_threshold <= trained.threshold < 100
    assert trained.margin >= 0
    assert trained.band(trained.rank("parliament voted for tariffs")) is Band.NONE


def test_training_helps_an_entry_that_shares_its_words() -> None:
    """The small entry's one telling word outweighs the many words it shares with a large one."""
    large = tuple(f"when does the startle reflex go away at {n} weeks" for n in range(12))
    small = ("when does the tonic reflex go away", "does the tonic one go", "tonic reflex weeks")
    known = tuple(
        Entry(id=name, topic="t", title=name, questions=questions, answer="a")
        for name, questions in (("startle", large), ("tonic", small))
    )
    for utterance in ("when does the tonic go away at 5 weeks", "the reflex at 6 weeks, tonic"):
        assert train(known, ()).rank(utterance)[0].entry.id == "tonic"


@pytest.mark.parametrize(
    "questions",
    [(("one",), ("two",)), (("one two", "two"),), (("???", "!!"), ("why", "why not"))],
    ids=["one question each", "one entry", "no words"],
)
def test_small_knowledge_trains(questions: tuple[tuple[str, ...], ...]) -> None:
    known = tuple(Entry(id=f"e{n}", topic="t", title="t", questions=q, answer="a") for n, q in enumerate(questions))
    retriever = train(known, ())
    for entry in known:
        assert retriever.rank(entry.questions[0])[:1] == () or retriever.rank(entry.questions[0])[0].entry == entry


def test_knowledge_beyond_the_limit_keeps_untrained_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("babybot.retriever_training._MOST_WEIGHTS", 0)
    plain, large = Retriever.build(entries(), ()), train(entries(), ())
    assert large.trained
    for question in ("she kicked me", "needs feeding"):
        assert large.rank(question) == plain.rank(question)
    assert large.threshold == plain.threshold > 0


OFF_TOPIC = (
    "why does my car cut out at night", "is wine ok for a stew", "tell me about tariffs", "the boiler again, what now",
    "why does my phone get hot at night", "is a kettle ok for a tent", "tell me about Rome", "rain again, what now",
)  # fmt: skip


def test_what_is_like_off_topic_examples_scores_lower(trained: Retriever) -> None:
    known = entries()
    taught = train(known, [("nappy", "diaper")], OFF_TOPIC)
    assert taught.off_topic
    assert not trained.off_topic
    for utterance in ("why does my bread get cold at night", "tell me about bread, what now"):
        (before, *_), (after, *_) = (one.rank(utterance) for one in (trained, taught))
        assert after.score < before.score / 2
    for entry in known:
        assert all(taught.rank(question)[0].entry == entry for question in entry.questions)
    for utterance, expected in (("she kicked me", "kick"), ("needs feeding", "feed")):
        match, *_ = taught.rank(utterance)
        assert match.entry.id == expected
        assert match.score > 0
    assert Retriever.load(taught.dump(), known).rank("is it ok at night") == taught.rank("is it ok at night")


def test_an_explanation_tells_what_off_topic_examples_take() -> None:
    taught = train(entries(), (), OFF_TOPIC)
    for utterance in ("why does my bread get cold at night", "she kicked me"):
        for match, parts in taught.rank_explained(utterance):
            total = sum(share for name, share in parts.items() if name not in ("coverage", "exact"))
            assert match.score == pytest.approx(max(0.0, 100 * parts["coverage"] * total / 1.1), abs=0.01)
