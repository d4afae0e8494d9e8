"""The source article's own indicators (clinical brief, 2.6), each in several wordings."""

from __future__ import annotations

import pytest
from bots import shipped

from babybot import Urgency

E, U, D = Urgency.EMERGENCY, Urgency.URGENT, Urgency.DOCTOR

_INDICATORS: dict[str, tuple[Urgency, tuple[str, ...]]] = {
    "persistent rhythmic shaking": (
        U, ("persistent rhythmic shaking", "her leg shakes rhythmically for more than a few seconds",
                "he keeps shaking non-stop",
            "rhythmic shaking that goes on for 20 seconds"),
    ),
    "stiffness or rigidity": (U, ("stiffness", "his legs go rigid", "she goes stiff as a board when she shakes",
            "he is stiff")),
    "changes in breathing": (
        U, ("changes in breathing", "his breathing changes when he shakes", "she stops breathing for a bit",
                "trouble breathing"),
    ),
    "not breathing": (E, ("he is not breathing", "she has stopped breathing and gone blue", "cannot breathe")),
    "skin pale or blue": (E, ("skin turned pale", "blue lips", "he went blue", "her face is grey",
            "lips turning blue")),
    "excessive or persistent crying": (
        U, ("excessive crying", "she won't stop crying", "persistent crying and shaking", "inconsolable for hours"),
    ),
    "developmental delays with frequent shaking": (
        D, ("developmental delay and frequent shaking", "he shakes a lot and is not meeting milestones",
            "behind on her milestones and her legs shake"),
    ),
    "eye rolling": (E, ("eye rolling", "her eyes roll back", "eyes rolled up into his head",
            "only see the whites of his eyes")),
    "unusual eye movements": (U, ("unusual eye movements", "her eyes flicker oddly",
            "strange jerky eyes while shaking")),
    "drooling": (U, ("drooling and shaking", "he drools while his legs jerk", "frothing at the mouth")),
    "loss of consciousness": (E, ("loss of consciousness", "lost consciousness", "he passed out",
            "baby is unconscious", "won't wake up")),
    "fever in a young baby": (E, ("fever at 6 weeks old", "38.2 and he is 5 weeks old",
            "my newborn has a temperature of 100.6")),
    "fever with shaking": (U, ("fever and shaking", "shivering with a fever of 39",
            "hot and twitching with a temp of 38.9")),
    "discoloration": (E, ("discoloration of the lips", "her skin is discoloured, sort of purple", "turned grey")),
    "seizures": (E, ("he had a seizure", "she is having a fit", "convulsions", "I think it was a siezure")),
    "infantile spasms": (U, ("infantile spasms", "head drops in clusters after waking",
            "he folds in half over and over when he wakes")),
    "frequent or intense twitching": (D, ("frequent intense twitching", "twitching is getting worse",
            "she twitches more and more every night")),
}  # fmt: skip


@pytest.mark.parametrize(
    ("urgency", "utterance"),
    [(urgency, utterance) for urgency, wordings in _INDICATORS.values() for utterance in wordings],
)
def test_every_indicator_escalates_at_least_as_the_brief_says(urgency: Urgency, utterance: str) -> None:
    escalation = shipped().ask(utterance).escalation
    assert escalation is not None
    assert escalation.urgency >= urgency


@pytest.mark.parametrize(
    "utterance",
    [
        "my baby's legs shake in his sleep", "is it normal that her legs twitch when she sleeps",
                "what causes leg shaking in sleep",
        "does twitching in sleep hurt", "how do I swaddle her", "at what age does the startle reflex stop",
                "hello", "thanks",
        "what is active sleep", "best room temperature for a baby", "should I wake him when he twitches",
    ],
)  # fmt: skip
def test_ordinary_questions_raise_nothing(utterance: str) -> None:
    assert shipped().ask(utterance).escalation is None


@pytest.mark.parametrize(
    "utterance",
    [
        "he is having a fitt now", "she's fiting", "tuk a fti last night", "epilpesy", "she wotn wake up",
        "he canot breathe", "she doens't respond", "her eyes roled back", "wont fede and cant be wokn",
    ],
)  # fmt: skip
def test_an_indicator_escalates_however_misspelt(utterance: str) -> None:
    assert shipped().ask(utterance).escalation is not None
