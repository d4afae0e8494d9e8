"""Numbers said in digits or words, with what they measure."""

from __future__ import annotations

import pytest

from babybot.measures import MEASURES, read_measures
from babybot.text import tokens


@pytest.mark.parametrize(
    ("utterance", "expected"),
    [
        ("5 weeks old", [("age_days", 35)]), ("she's 7 weeks on friday", [("age_days", 49)]),
        ("5m and a half", [("age_days", 167.2)]),
        ("newborn", [("age_days", 14)]), ("4 day old", [("age_days", 4)]),
        ("my 10 week old's legs", [("age_days", 70)]),
        ("Four months and a half", [("age_days", 136.8)]), ("seven weeks", [("age_days", 49)]),
        ("for 5 weeks", []), ("born at 38 weeks", []), ("8 weeks premature", []), ("3 weeks ago", []),
        ("shook for ten minutes", [("duration_s", 600)]), ("half a minute", [("duration_s", 30)]),
        ("a couple of minutes", [("duration_s", 120)]),
        ("two or three minutes", [("duration_s", 180)]), ("20secs", [("duration_s", 20)]),
        ("38,6 degrees", [("temperature_c", 38.6)]), ("temp of 1004", [("temperature_c", 38)]),
        ("101.2 fever", [("temperature_c", 38.444)]),
        ("thirty eight point five temp", [("temperature_c", 38.5)]),
        ("a hundred and two fever", [("temperature_c", 38.889)]),
        ("one oh two fever", [("temperature_c", 38.889)]), ("temp 385", [("temperature_c", 38.5)]),
        ("room is 21 degrees", []), ("bath at 37.5", []), ("it is 38 degrees outside", []), ("104 outside now", []),
        ("temp 38 outside the ear", [("temperature_c", 38)]),
        ("she is 39 degrees outside the cot", [("temperature_c", 39)]), ("vitamin D 400 iu it says", []),
        ("39 quid for a sleeping bag", []), ("Forty guests, and she slept", []), ("forty-one in the yard", []),
        ("the bath thermometer says 38", []), ("drop equals 400, it says", []),
        ("his temp is 400", [("temperature_c", 40)]), ("after the bath he reads 38.9", [("temperature_c", 38.9)]),
        ("40 degrees out here today", []), ("she reads 40 degrees out of nowhere", [("temperature_c", 40)]),
        ("forty babies and a nervous usher", []),
        ("forty. 6 weeks", [("temperature_c", 40), ("age_days", 42)]),
        ("thirty nine shakes", [("temperature_c", 39)]), ("38 to 9 all night", [("temperature_c", 38)]),
        ("39 hates being touched", [("temperature_c", 39)]), ("39 this morning", [("temperature_c", 39)]),
        ("39 degrees and shivers", [("temperature_c", 39)]), ("ear gauge reads 39.6", [("temperature_c", 39.6)]),
        ("born 33 weeks, now 6 weeks old", [("age_days", 42)]), ("36 weeks birth, twitchy", []),
        ("6 weeks from birth", [("age_days", 42)]), ("born 3 weeks ago", [("age_days", 21)]),
        ("just born 3 weeks, temp 38.2", [("age_days", 21), ("temperature_c", 38.2)]), ("born 6 weeks early", []),
        ("2 weeks, born early", [("age_days", 14)]), ("4 weeks birth weight 3kg", [("age_days", 28)]),
        ("38 point 4", [("temperature_c", 38.4)]), ("now 38 comma 4 twice", [("temperature_c", 38.4)]),
        ("she was 40 point 1", [("temperature_c", 40.1)]), ("39 point something", [("temperature_c", 39.1)]),
        ("temp thirty eight nine and twitchy", [("temperature_c", 38.9)]),
        ("temperature thirty eight, two kids", [("temperature_c", 38)]),
        ("temp thirty eight two minutes ago", [("temperature_c", 38), ("duration_s", 120)]),
        ("really hot, hundred and three", [("temperature_c", 39.444)]), ("two hundred and three steps", []),
        ("home, and he was 39 and grizzly", [("temperature_c", 39)]),
        ("the room is 21 and she's 39", [("temperature_c", 39)]),
        ("a baby at 39", [("temperature_c", 39)]), ("she's still 104", [("temperature_c", 40)]),
        ("I thought he'd turned 40", []), ("our Kev moans, he's forty", []),
        ("I gave her 40 more", []), ("so he was 40 minutes late", [("duration_s", 2400)]),
        ("we get 38 degree days", []), ("she has 38 degrees and the days drag", [("temperature_c", 38)]),
        ("6 weeks old and 38", [("age_days", 42), ("temperature_c", 38)]),
        ("temp38.5 today", [("temperature_c", 38.5)]), ("five hundred and three", []),
        ("she's been running 103", [("temperature_c", 39.444)]), ("hes 39 floppy", [("temperature_c", 39)]),
        ("now 39, was 38 earlier", [("temperature_c", 39)]),
        ("he turned red and he's 40", [("temperature_c", 40)]), ("I had him at 40", []), ("he is 39 wipes short", []),
        ("had him at 39 all night", [("temperature_c", 39)]), ("she's 102 and 15 kg", []),
        ("39 degrees bath now?", [("temperature_c", 39)]), ("refusing water 39.4", [("temperature_c", 39.4)]),
        ("the room's at 38.2", []), ("nursery says 39.5", [("temperature_c", 39.5)]),
        ("temp thirty seven nine wet nappies", [("temperature_c", 37)]),
        ("he was 38+4 when born", []), ("he was 39 4 hours ago", [("temperature_c", 39), ("duration_s", 4 * 3600)]),
        ("temp thirty five point nine eight", [("temperature_c", 35.9)]),
        ("temp 39 2 days", [("temperature_c", 39), ("days", 2)]),
        ("she weighed 38.5", []), ("moved 40 times", [("count", 40)]),
        ("70 breaths a minute", [("breaths_per_minute", 70), ("duration_s", 60)]), ("fell 2 metres", [("fall_m", 2)]),
        ("fever for 6 days", [("days", 6)]),
    ],
)  # fmt: skip
def test_measures_are_read_with_their_kind(utterance: str, expected: list[tuple[str, float]]) -> None:
    found = read_measures(tokens(utterance))
    assert [(measure.kind, pytest.approx(measure.value, rel=1e-3)) for measure in found] == expected
    assert all(measure.kind in MEASURES for measure in found)


@pytest.mark.parametrize("front", ["Nice warm room", "We ate in the car", "It was the last", "I feed her first"])
@pytest.mark.parametrize("told", ["37.8. 5 weeks old.", "40.2.", "5 weeks. Temp 37.7.", "5 weeks. She is jittery."])
def test_a_sentence_in_front_hides_no_measure(front: str, told: str) -> None:
    alone = [(one.kind, one.value) for one in read_measures(tokens(told))]
    behind = [(one.kind, one.value) for one in read_measures(tokens(f"{front}. {told}"))]
    assert alone
    assert set(alone) <= set(behind)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("Nap lengths: 38, 41, 36 minutes.", [("duration_s", 36 * 60)]),
        ("hot, 38, 3 months", [("temperature_c", 38), ("age_days", pytest.approx(91.2))]),
        ("38. 39. 40 this morning", [("temperature_c", 38), ("temperature_c", 39), ("temperature_c", 40)]),
        ("38. 45. 40 minutes", [("temperature_c", 38), ("duration_s", 40 * 60)]),
        ("38, 39, 40 minutes ago", [("temperature_c", 38), ("temperature_c", 39), ("duration_s", 40 * 60)]),
        ("38, 40 minutes of screaming", [("temperature_c", 38), ("duration_s", 40 * 60)]),
        ("bake it at 350 F", []),
        ("his temp is 385", [("temperature_c", 38.5)]),
    ],
)
def test_numbers_of_a_list_share_their_unit(said: str, found: list[tuple[str, float]]) -> None:
    assert [(measure.kind, measure.value) for measure in read_measures(tokens(said))] == found


@pytest.mark.parametrize(
    "behind", ["My mum says it stops.", "It is warm outside.", "45 minutes of crying.", "30 oz a day."]
)
@pytest.mark.parametrize("told", ["6 weeks old. 38.", "feaver of 101.", "40.2."])
def test_a_sentence_behind_hides_no_measure_and_makes_none(told: str, behind: str) -> None:
    alone = [(measure.kind, measure.value) for measure in read_measures(tokens(told))]
    joined = [(measure.kind, measure.value) for measure in read_measures(tokens(f"{told} {behind}"))]
    assert joined[: len(alone)] == alone
    assert all(kind != "temperature_c" for kind, _ in joined[len(alone) :])


def test_an_endless_number_is_none() -> None:
    assert read_measures(tokens("1" * 400)) == ()
