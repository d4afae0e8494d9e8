"""How a sign is mentioned, judged on its own sentence."""

from __future__ import annotations

import pytest

from babybot.context import Status, status_of
from babybot.matching import Reading
from babybot.phrase_book import PhraseBook
from babybot.subject import has_own_fever
from babybot.text import tokens

_PHRASES = (
    "stiff",
    "fever",
    "seizure",
    "blue",
    "limp",
    "won't wake",
    "not breathing",
    "rash",
    "shaking",
    "no response",
)
_FILLERS = ("a an the is was are has had his her he she it they really very so going goes went gone got any").split()
_BOOK = PhraseBook.compile(_PHRASES, {}, {}, {}, (), _FILLERS)


def _status(utterance: str, phrase: str, *, about_carer: bool = False) -> Status:
    reading = Reading(utterance, _BOOK)
    span = next(span for number, span in reading.phrases() if number == _PHRASES.index(phrase))
    return status_of(span, reading.tokens, reading.sentence, about_carer=about_carer)


@pytest.mark.parametrize(
    ("utterance", "phrase", "expected"),
    [
        ("he is stiff", "stiff", Status.PRESENT),
        ("not stiff", "stiff", Status.DENIED),
        ("she does not go stiff", "stiff", Status.DENIED),
        ("no fever, cough or rash", "rash", Status.DENIED),
        ("never had a fever", "fever", Status.DENIED),
        ("fever? no.", "fever", Status.DENIED),
        ("he was not well and now he is stiff", "stiff", Status.PRESENT),
        ("not sure but he looks blue", "blue", Status.PRESENT),
        ("I have no idea why he is stiff", "stiff", Status.PRESENT),
        ("no fever but he is limp", "limp", Status.PRESENT),
        ("not feeding, he is limp", "limp", Status.PRESENT),
        ("she won't wake", "won't wake", Status.PRESENT),
        ("he is not breathing", "not breathing", Status.PRESENT),
        ("there was no response at all", "no response", Status.PRESENT),
        ("never seen anything like it, she was stiff", "stiff", Status.PRESENT),
        ("what does a seizure look like", "seizure", Status.ASKED),
        ("what should I do if he has a seizure?", "seizure", Status.ASKED),
        ("how do I know if it is a seizure", "seizure", Status.ASKED),
        ("how do I know it is not a seizure", "seizure", Status.ASKED),
        ("how can you tell it isn't a seizure", "seizure", Status.ASKED),
        ("how do I know she is not having a seizure", "seizure", Status.PRESENT),
        ("how nice to know she has no seizure", "seizure", Status.DENIED),
        ("she has had no seizure, how do I tell my mum", "seizure", Status.DENIED),
        ("can babies have a seizure in their sleep?", "seizure", Status.ASKED),
        ("can reflux look like a seizure", "seizure", Status.ASKED),
        ("is sleep twitching a sign of a seizure disorder", "seizure", Status.ASKED),
        ("does that jerking mean he is having a seizure", "seizure", Status.PRESENT),
        ("is his jerking a sign of a seizure", "seizure", Status.PRESENT),
        ("will he have a seizure", "seizure", Status.ASKED),
        ("will he have another seizure", "seizure", Status.PRESENT),
        ("is he having a seizure?", "seizure", Status.PRESENT),
        ("why does he go blue?", "blue", Status.PRESENT),
        ("he has gone blue, what do I do?", "blue", Status.PRESENT),
        ("last week he went stiff", "stiff", Status.PAST),
        ("he was limp two days ago", "limp", Status.PAST),
        ("my dog had a seizure", "seizure", Status.OTHER),
        ("my husband went stiff with fright", "stiff", Status.OTHER),
        ("I am so stiff after that chair", "stiff", Status.OTHER),
        ("my husband says he went stiff", "stiff", Status.PRESENT),
        ("I can see he is stiff", "stiff", Status.PRESENT),
        ("my mum thinks it was a seizure", "seizure", Status.PRESENT),
        ("the dog barked and the baby went limp", "limp", Status.PRESENT),
    ],
)
def test_status_of_a_mention(utterance: str, phrase: str, expected: Status) -> None:
    assert _status(utterance, phrase) is expected


def test_a_carer_s_own_sign_is_not_somebody_else_s() -> None:
    assert _status("I am shaking", "shaking", about_carer=True) is Status.PRESENT


@pytest.mark.parametrize("added", ["He is fine now.", "No fever.", "It was nothing!", "Not sure why."])
def test_another_sentence_changes_nothing(added: str) -> None:
    assert _status(f"he went stiff. {added}", "stiff") is Status.PRESENT
    assert _status(f"{added} he went stiff", "stiff") is Status.PRESENT


@pytest.mark.parametrize(
    ("utterance", "expected"),
    [
        ("my own temperature was 38", True),
        ("my temp went up to 39", True),
        ("mum has a fever of 38", True),
        ("i have a temperature here of 39", False),
        ("my temperature gun says 39", False),
        ("my baby temperature is 39", False),
        ("my mum took his temperature, 39", False),
        ("he is hot. my temp was 39", True),
        ("my temp is 39.2 and so is his", False),
        ("checked it against my temp: 39.4", False),
        ("compared to my temp 39.4 is a lot", False),
        ("he has my temp is 39", False),
        ("cant find my temp. about 39", False),
        ("mum has a fever. 39", False),
    ],
)
def test_whose_temperature_it_is(utterance: str, expected: bool) -> None:
    words = tokens(utterance)
    at = next(index for index, token in enumerate(words) if token.word[0].isdigit())
    assert has_own_fever(words, at) is expected
