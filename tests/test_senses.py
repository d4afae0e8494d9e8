"""Words of like meaning share a group, in any knowledge."""

from __future__ import annotations

from pathlib import Path

import pytest

import babybot
from babybot.senses import Senses, dumps, loads, senses
from babybot.spelling import Synonyms, features

FILE = Path(babybot.__file__).with_name("senses.bin")


@pytest.mark.parametrize(
    ("one", "like", "unlike"),
    [("mattress", "bed", "lorry"), ("doctor", "nurse", "puddle"), ("kick", "kicking", "invoice")],
)
def test_words_of_like_meaning_share_more_groups(one: str, like: str, unlike: str) -> None:
    assert len({*senses(one)} & {*senses(like)}) > len({*senses(one)} & {*senses(unlike)})


def test_an_unknown_word_has_none() -> None:
    assert senses("twicth") == ()


def test_every_word_of_the_word_list_stands_in_as_many_groups() -> None:
    words = FILE.with_name("words.txt").read_text(encoding="ascii").split()
    shipped = loads(FILE.read_bytes())
    assert {len(shipped.of(word)) for word in words} == {shipped.width}


def test_what_is_dumped_is_loaded() -> None:
    made = loads(dumps({"bed": (1, 302), "cot": (1, 400)}))
    assert [made.of(word) for word in ("bed", "cot", "pram")] == [(1, 302), (1, 400), ()]
    assert isinstance(made, Senses)


@pytest.mark.parametrize("data", [b"", b"babybot-senses-1\n", FILE.read_bytes()[:-1], b"x" + FILE.read_bytes()])
def test_broken_data_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"senses|not whole"):
        loads(data)


def test_a_question_has_the_groups_of_its_words() -> None:
    found = features(["cot", "cot", "zzz"], Synonyms({}))["sense"]
    assert found == [*senses("cot"), *senses("cot")]
