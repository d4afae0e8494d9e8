"""Where a parent says they are decides whom the bot names; where somebody else is does not."""

from __future__ import annotations

import pytest
from bots import shipped

from babybot.places import region_told

REGIONS = tuple(shipped().knowledge.regions.values())


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("im in spain", "EU"), ("we live in New York", "US"), ("I'm in Dublin, what number do I call", "IE"),
        ("actually we moved to boston", "US"), ("im in the usa", "US"), ("we are here in the US", "US"),
        ("living in Toronto at the moment", "CA"), ("in ireland", "IE"),
        ("no sorry i meant australia", "AU"), ("what's the emergency number in germany", "EU"),
        ("im in turkey", "default"), ("I'm in Leeds and from Kenya", "GB"),
        ("we were in london, now we live in sydney", "AU"),
    ],
)  # fmt: skip
def test_the_country_a_parent_is_in(said: str, code: str) -> None:
    region = region_told(said, REGIONS)
    assert region is not None
    assert region.code == code


@pytest.mark.parametrize(
    "said",
    ["my mum lives in india", "he was born in france", "a french bulldog", "london", "she twitches in the cot",
     "tell us what to do", "my sister moved to Canada", "the flight from Paris was long", ""],
)  # fmt: skip
def test_where_others_are_or_something_was_tells_nothing(said: str) -> None:
    assert region_told(said, REGIONS) is None


def test_the_numbers_are_those_of_the_country_told() -> None:
    assert "Call 911 now" in shipped().ask("we live in Chicago and her lips went blue", region="GB").text
    conversation = shipped().conversation(region="GB")
    assert "911" in conversation.ask("we live in Chicago").text
    assert conversation.region == "US"
    assert "Call 911 now" in conversation.ask("her lips went blue").text
    assert "999" not in conversation.ask("and now").text


def test_a_place_takes_no_escalation_away() -> None:
    reply = shipped().ask("we live in Spain and he is limp and blue")
    assert reply.escalation is not None
    assert "Call 112 now" in reply.text
