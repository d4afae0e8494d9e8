"""Windows weighed: the weights' score and the broad phrases in it; sentences added elsewhere change nothing."""

from __future__ import annotations

import pytest

from babybot.evidence import Evidence, Hit
from babybot.weights import Window


def window(first: int, last: int, score: float) -> Window:
    return Window(first, last, score)


def hit(first: int, last: int | None = None, *, is_bare: bool = False, is_firm: bool = False) -> Hit:
    return Hit(first, first if last is None else last, beside=1 if is_bare else 9, is_firm=is_firm)


def test_a_phrase_adds_to_the_score_of_its_window() -> None:
    assert Evidence([window(0, 1, -1.0)], [hit(0)]).of(hit(0)) > -1.0


def test_a_bare_mention_adds_more() -> None:
    told = Evidence([window(0, 1, 0.0)], [hit(0)]).of(hit(0))
    bare = Evidence([window(0, 1, 0.0)], [hit(0, is_bare=True)]).of(hit(0, is_bare=True))
    assert told < bare


def test_more_phrases_add_nothing_more() -> None:
    one = Evidence([window(0, 1, 0.0)], [hit(0)]).of(hit(0))
    assert Evidence([window(0, 1, 0.0)], [hit(0), hit(0)]).of(hit(0)) == one


def test_a_window_without_the_phrase_says_nothing_about_it() -> None:
    windows = [window(0, 1, -4.0), window(1, 2, 5.0)]
    assert Evidence(windows, [hit(0)]).of(hit(0)) == Evidence(windows[:1], [hit(0)]).of(hit(0))


@pytest.mark.parametrize("added", [-9.0, 0.0, 9.0])
def test_an_added_sentence_never_lowers_the_evidence(added: float) -> None:
    alone = Evidence([window(0, 1, 1.0)], [hit(0)]).of(hit(0))
    more = Evidence([window(0, 1, 1.0), window(0, 2, added), window(1, 2, added)], [hit(0), hit(1)])
    assert more.of(hit(0)) >= alone


def test_a_phrase_that_no_window_holds_whole_is_weighed_by_the_highest_score() -> None:
    windows = [window(0, 1, -2.0), window(9, 10, 3.0)]
    assert Evidence(windows, [hit(0, 9)]).of(hit(0, 9)) > 3.0


def test_a_plain_phrase_that_is_nearly_the_whole_sentence_is_certain() -> None:
    windows = [window(0, 1, -20.0)]
    plain = hit(0, is_bare=True, is_firm=True)
    assert Evidence(windows, [plain]).of(plain) > 99
    longer = plain._replace(beside=2)
    assert -20 < Evidence(windows, [longer]).of(longer) < 0


def test_a_plain_phrase_adds_more_than_a_broad_one() -> None:
    windows = [window(0, 1, 0.0)]
    assert Evidence(windows, [hit(0, is_firm=True)]).of(hit(0, is_firm=True)) > Evidence(windows, [hit(0)]).of(hit(0))


def test_a_plain_phrase_that_nothing_innocent_can_mean_adds_most() -> None:
    windows, plain = [window(0, 1, 0.0)], hit(0, is_firm=True)
    immune = plain._replace(is_immune=True)
    assert Evidence(windows, [immune]).of(immune) > Evidence(windows, [plain]).of(plain)
