"""The phrase language: what parses, what each construct finds, and what is said of mistakes."""

from __future__ import annotations

import pytest

from babybot.matching import Reading
from babybot.patterns import PhraseError, parse
from babybot.phrase_book import PhraseBook

_GROUPS = {"eyes": ("eye", "eyelid", "her peepers"), "limb": ("leg", "arm"), "parts": ("{eyes}", "{limb}", "=toe")}
_FILLERS = ["the", "a", "his", "her", "has", "was", "is", "really", "for", "in", "he", "she", "it"]


def _finds(phrase: str, utterance: str) -> bool:
    book = PhraseBook.compile([phrase], _GROUPS, {"shake": ("shook",)}, {}, (), _FILLERS)
    reading = Reading(utterance, book)
    return any(reading.phrases())


@pytest.mark.parametrize(
    ("phrase", "found", "missed"),
    [
        ("gone floppy", "he has gone really floppy", "floppy and then gone"),
        ("gone floppy", "gone flopy", "gone. Floppy now"),
        ("eyes ... back", "eyes rolled right up back", "eyes one two three four back"),
        ("head_first", "head first", "head was first"),
        ("blue|grey lips", "grey lips", "blue. lips"),
        ("{eyes} + roll", "rolled back her peepers", "rolled over"),
        ("{parts} red", "toe red", "toes red"),
        ("=fit", "a fit", "fits"),
        ("convuls*", "convulsing", "convey"),
        ("eye + roll ~2", "eye just did roll", "eye one two three roll"),
        ("eye & roll", "his eye. Then a roll", "his eye"),
        ("won't wake", "she wont wake", "she will wake"),
        ("shake for <duration 5 s>", "shook for 10 seconds", "shook for 2 seconds"),
        ("<age under 3 months> & hot", "hot, 5 weeks old", "hot, 5 months old"),
        ("<temp 38> + hot", "hot, temp 38.4", "hot, temp 37"),
        ("eyes rolled", "eyesrolled", "eyes"),
        ("unresponsive", "un responsive", "responsive"),
    ],
)
def test_each_construct_finds_and_misses(phrase: str, found: str, missed: str) -> None:
    assert _finds(phrase, found)
    assert not _finds(phrase, missed)


@pytest.mark.parametrize(
    ("phrase", "offset", "says"),
    [
        ("", 0, "empty"), ("?", 1, "empty"), ("... x", 0, "start"), ("x ...", 4, "end"), ("a +", 3, "beside"),
        ("red {lim}", 4, "unknown group"), ("<tim 3>", 0, "unknown measure"), ("<age 3 minutes>", 0, "unknown unit"),
        ("red a| b", 6, "alternative"), ("eyes ~", 5, "number"), ("eyes ~3", 0, "without '+'"), ("=a*", 0, "both"),
        ("co*", 0, "three letters"), ("head_", 0, "missing word"), ("hot !!!", 4, "no word"),
    ],
)  # fmt: skip
def test_mistakes_are_named_with_their_place(phrase: str, offset: int, says: str) -> None:
    with pytest.raises(PhraseError) as caught:
        parse(phrase, _GROUPS)
    assert says in caught.value.message
    assert caught.value.offset == offset


def test_marks_at_the_start() -> None:
    phrases = ["?!x", "x", "!x", "a? b"]
    book = PhraseBook.compile(phrases, {}, {}, {}, (), ())
    assert [book.is_broad(number) for number in range(4)] == [True, False, False, False]
    assert [book.is_immune(number) for number in range(4)] == [True, False, True, False]
    assert parse("?!{eyes} x", _GROUPS) == parse("{eyes}  x", _GROUPS)


def test_an_unknown_group_is_hinted() -> None:
    with pytest.raises(PhraseError) as caught:
        parse("{limbs} x", _GROUPS)
    assert caught.value.hint == "did you mean {limb}?"


def test_a_dumped_book_finds_the_same() -> None:
    phrases = ["{parts} red", "eyes ... back", "gone floppy"]
    book = PhraseBook.compile(phrases, _GROUPS, {}, {}, (), _FILLERS)
    again = PhraseBook.load(book.dump(), phrases)
    assert again is not None
    assert again.dump() == book.dump()
    for utterance in ("toe red", "eyes rolled right up back", "gone flopy", "fine"):
        one, other = Reading(utterance, book), Reading(utterance, again)
        assert list(one.phrases()) == list(other.phrases())


def test_a_broken_or_another_dumped_book_is_not_used() -> None:
    book = PhraseBook.compile(["gone floppy"], _GROUPS, {}, {}, (), _FILLERS)
    assert PhraseBook.load(book.dump(), ["gone blue"]) is None
    for broken in (b"", b"{}", b"\xff", b"[]\n", book.dump()[:-1].rpartition(b"\n")[0]):
        assert PhraseBook.load(broken, ["gone floppy"]) is None
