"""What parents answer to a numbered list: a yes must never be lost, and an ordinary remark picks nothing."""

from __future__ import annotations

import pytest

from babybot import Bot
from babybot.answers import Says
from babybot.picking import item_by_item, left_out, picks

CHECKLIST = Bot().knowledge.checklist
EIGHT = len(CHECKLIST)


@pytest.mark.parametrize(
    ("utterance", "numbers"),
    [
        ("n n y n n n n n", [3]),
        ("no no yes no no no no no", [3]),
        ("n/n/y/n/n/n/n/n", [3]),
        ("nnynnnnn", [3]),
        ("1 no 2 no 3 yes 4 no", [3]),
        ("1n 2n 3y", [3]),
        ("1n2n3y", [3]),
        ("no to 1, yes to 3", [3]),
        ("not the first but the third", [3]),
        ("the third but not the first", [3]),
        ("3 yes, the rest no", [3]),
        ("it's not 3 it's 4", [4]),
        ("not 3, 4", [4]),
        ("1 through 6 no, 7 yes, 8 no", [7]),
        ("fever yes, rest no", [7]),
        ("stiff no, blue no, fever yes", [7]),
        ("no fever but 3", [3]),
        ("1 no 2 no 3 sort of", [3]),
        ("none but 3", [3]),
    ],
)
def test_a_yes_among_answers_to_each_item_is_picked(utterance: str, numbers: list[int]) -> None:
    answer = item_by_item(utterance, EIGHT, CHECKLIST)
    assert answer.says is Says.PICKS
    assert [place + 1 for place in answer.picked] == numbers


@pytest.mark.parametrize(
    ("utterance", "says"),
    [
        ("no no yes", Says.YES),
        ("1 2 and 3 no the rest yes", Says.PICKS),
        ("2 and 6 no, rest not sure", Says.UNSURE),
        ("1,2,3 no. 4? 5,6,7,8 no", Says.UNSURE),
        ("1x 2x 3x 4x 5x 6x 7x 8x", Says.NO),
        ("1 no others yes", Says.PICKS),
        ("yes no 3", Says.YES),
        ("1 no 2 no 3 not sure", Says.UNSURE),
        ("no to 1 2 and 3", Says.PART),
        ("not 1, 2 or 3", Says.PART),
        ("3 no", Says.PART),
        ("1-8 no", Says.NO),
        ("nnnnnnnn", Says.NO),
        ("no 1 no 2", Says.NOTHING),
        ("nope none of those", Says.NOTHING),
        ("yes but it is wind", Says.NOTHING),
    ],
)
def test_what_answers_to_each_item_say_together(utterance: str, says: Says) -> None:
    assert item_by_item(utterance, EIGHT, CHECKLIST).says is says


@pytest.mark.parametrize(
    ("utterance", "numbers"),
    [
        ("3 once", [3]),
        ("3 but only once", [3]),
        ("3 last night", [3]),
        ("6 this morning", [6]),
        ("3 and i'm scared", [3]),
        ("3 is that bad?", [3]),
        ("my baby does 4", [4]),
        ("omg 3", [3]),
        ("3rd and 5th", [3, 5]),
        ("1,2,3,4", [1, 2, 3, 4]),
        ("the first three", [1, 2, 3]),
        ("last 3", [6, 7, 8]),
        ("all but one", [1, 2, 3, 4, 5, 6, 7, 8]),
        ("the eyes one", [3]),
    ],
)
def test_a_pick_may_go_on(utterance: str, numbers: list[int]) -> None:
    assert [place + 1 for place in picks(utterance, EIGHT, CHECKLIST)] == numbers


@pytest.mark.parametrize(
    "utterance",
    [
        "2 months", "3 times last night", "about 2 minutes", "2 naps", "3 in the morning", "a second", "he's my first",
        "he feeds well", "nothing stiff", "what does 3 mean?", "3 kids at home", "2 weeks ago",
        "two and a half", "one leg", "i have seen 1 jerk only", "she is 4",
    ],
)  # fmt: skip
def test_an_ordinary_remark_picks_nothing(utterance: str) -> None:
    assert picks(utterance, EIGHT, CHECKLIST) == ()


@pytest.mark.parametrize(
    ("utterance", "numbers"),
    [
        ("none of the above but 4", [4]),
        ("no to most but 3", [3]),
        ("none just 7", [7]),
        ("don't think so but the eyes maybe", [3]),
        ("no but he feeds well", []),
        ("none apart from 3 weeks of colic", []),
    ],
)
def test_what_a_none_leaves_out(utterance: str, numbers: list[int]) -> None:
    assert [place + 1 for place in left_out(utterance, EIGHT, CHECKLIST)] == numbers
