"""What scores allow, and where the limits come from."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from babybot.bands import Band, HeldOut, Thresholds


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ((), Band.NONE),
        ((50.0, 40.0), Band.ANSWER),
        ((50.0, 45.0), Band.ANSWER),
        ((50.0, 45.1), Band.CLARIFY),
        ((50.0,), Band.ANSWER),
        ((49.9, 10.0), Band.CLARIFY),
        ((20.0, 0.0), Band.CLARIFY),
        ((19.9, 0.0), Band.NONE),
    ],
)
def test_bands(scores: tuple[float, ...], expected: Band) -> None:
    assert Thresholds(50.0, 20.0, 5.0).band(scores) is expected


def test_thresholds_are_learned_from_what_was_held_out() -> None:
    learned = Thresholds.learned([HeldOut(float(n), n / 10, right=n % 2 == 0) for n in range(100)])
    assert learned == (20.0, 9.0, 9.1001), "four of a hundred lead by more and are wrong"
    apart = Thresholds.learned([HeldOut(float(n), n / 10, right=True) for n in range(100)], knows_off_topic=True)
    assert apart == (13.0, 6.0, 0.0)
    assert Thresholds.learned([HeldOut(9.0, 0.0, right=True)]) == (9.0, 9.0, 0.0)
    assert Thresholds.learned([]) == (0.0, 0.0, 0.0)


@given(st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99), st.booleans()), min_size=1))
def test_few_of_the_held_out_questions_are_answered_wrongly(found: list[tuple[int, int, bool]]) -> None:
    held_out = [HeldOut(float(score), float(min(lead, score)), right) for score, lead, right in found]
    learned = Thresholds.learned(held_out)
    wrong = [
        one for one in held_out if not one.right and learned.band((one.score, one.score - one.lead)) is Band.ANSWER
    ]
    assert len(wrong) <= 0.035 * len(held_out) + 1
    assert learned.offer <= learned.answer
