"""Laws of triage on the shipped knowledge: no sentence that is added takes an alarm away."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from babybot import Bot
from babybot.context import Status
from babybot.findings import TriageMemory
from babybot.model import Urgency
from babybot.triage import Triage

E, U, D, W = Urgency.EMERGENCY, Urgency.URGENT, Urgency.DOCTOR, Urgency.WATCH
DATA = Path(__file__).parent / "data"
BOT = Bot()
T = BOT.triage
P = Triage(BOT.knowledge, None, T.compiled_phrases())


@pytest.mark.parametrize("triage", [T, P], ids=["weights", "phrases"])
@pytest.mark.parametrize(
    ("told", "added"),
    [
        ("he had a seizure.", "No."),
        ("she is unresponsive.", "Never."),
        ("BABY IS UNRESPONSIV.", "What do i do?"),
        ("his leg spasms at night. He then had a convulsion.", "It scares me."),
        ("his neck spasms. He had a seizure.", "My mum is worried."),
        ("She is 9 days old. Her hands are like an old man's.", "No fever."),
    ],
)
def test_an_added_sentence_never_lowers(triage: Triage, told: str, added: str) -> None:
    alone = triage.assess(told).urgency
    assert alone is E
    assert triage.assess(f"{told} {added}").urgency is E
    assert triage.assess(f"{added} {told}").urgency is E


@pytest.mark.parametrize(
    "sign",
    [
        "limp", "gasping", "drowsy", "floppy", "out of it", "pale and quiet",
        "grey round the lips", "mottled", "barely moving", "staring", "not waking for feeds",
    ],
)  # fmt: skip
@pytest.mark.parametrize("told", ["he is 39 and {}", "his temp is 38.5 and {}"])
def test_a_temperature_told_beside_a_sign_never_lowers_it(sign: str, told: str) -> None:
    alone = T.assess(f"he is {sign}").urgency
    assert alone is not None
    assert (T.assess(told.format(sign)).urgency or W) >= alone


SHORT = (
    "my baby is dead", "i think hes dying", "no pulse", "cant find a heartbeat", "his heart has stopped", "doing cpr",
    "unable to wake baby", "she keeps fainting", "hes not with it", "lost all his colour", "hes deathly pale",
    "he inhaled a peanut", "fell in the bath", "my baby fell", "i dropped the baby", "fell down the stairs",
    "rolled downstairs", "fell out of the window", "he was run over", "he's concussed", "i hurt him",
    "i threw the baby", "i hate my baby", "having a breakdown", "i am overwhelmed", "hearing voices",
    "i'm going to jump",
    "drank lamp oil", "carbon monoxide alarm", "gas leak", "he's suffocating", "i rolled on him", "drowning",
    "she is scalded", "snake bite", "need an ambulance", "wont stop bleeding", "blood in his poo", "not peeing",
    "baby shaking uncontrollably", "he is spasming", "paralysed", "she's going to kill us", "he is going downhill",
)  # fmt: skip
"""Of 1,400 short statements that two testers wrote."""
UNMASKED = (
    "my son is bleeding badly", "he burnt his hand", "he fitted in the bath", "he wont move in his cot",
    "she fell into the coffee table", "reaching for his toy he fell off the sofa", "dropped her off the bed",
    "dropped the baby in the bath", "I turned round and he fell in the pool", "he drowned in the pool",
    "I'm going to jump in front of a train", "I'll jump off the bridge", "I hear voices in my head",
    "I don't feel safe with my partner", "he stopped feeding because he is too weak", "I hit him with a belt",
    "she turned grey in the pram", "he no eat good today", "not feeding well since morning", "i just want to dye",
    "went white as a sheet", "she had a fit in her moses basket", "the baby got fits at night",
)  # fmt: skip
"""Signs beside words that make others innocent ("dropped her off at nursery", "drowning in laundry")."""
PLAIN = (
    "i dropped the baby", "he fell out of the pram", "she went limp", "he is not feeding", "she fainted",
    "he turned blue", "i want to hurt him", "he had a fit", "she collapsed", "no wet nappy since last night",
    "he swallowed a battery", "she cant breathe", "his eyes rolled back", "he wont wake up", "he hit his head",
    "he went stiff and shook", "she is burning up", "her brother shook her", "he choked on a grape",
)  # fmt: skip
"""Said so, the words around them weigh for nothing: of fresh authors' plain sentences one in thirty was silent."""


@pytest.mark.parametrize("said", [*SHORT, *UNMASKED])
def test_a_short_plain_statement_escalates(said: str) -> None:
    assert (T.assess(said).urgency or W) > W


@pytest.mark.parametrize("told", PLAIN)
@pytest.mark.parametrize(
    "circumstances",
    ["hello, {} what should i do", "{} after his bath last night", "my husband says {}", "{} and i just got home",
     "sorry to bother you but {} in the buggy on the way home from the shops"],
)  # fmt: skip
def test_a_plain_sign_amid_ordinary_circumstances_escalates(told: str, circumstances: str) -> None:
    assert (T.assess(circumstances.format(told)).urgency or W) > W


@pytest.mark.parametrize("who", ["he is", "shes", "my baby is", "my son is", "my daughter is", "little one is"])
@pytest.mark.parametrize(
    "sign",
    ["limp", "blue", "turning blue", "grey", "gasping", "choking", "stiff", "not moving", "motionless", "unresponsive",
     "having a fit", "fitting", "suffocating", "ice cold", "unconscious", "very ill", "dying"],
)  # fmt: skip
def test_whoever_the_baby_is_called_a_short_plain_statement_escalates(who: str, sign: str) -> None:
    assert (T.assess(f"{who} {sign}").urgency or W) > W


@pytest.mark.parametrize(
    "said",
    ["dead cute", "she's dead tired today", "i burnt the toast", "my nipples were bleeding the first week",
     "i dropped the baby off at nursery", "baby fell asleep", "he fell off to sleep", "a baby blue blanket",
     "we feel safe in this cot", "smothered in kisses", "drowning in laundry", "dying to meet her", "fitted sheet",
     "is this cot safe", "her teddy fell out of the pram", "he went to sleep", "he moved into his own room"],
)  # fmt: skip
def test_a_short_innocent_statement_is_silent(said: str) -> None:
    assert (T.assess(said).urgency or W) is W


def test_a_sentence_between_never_denies() -> None:
    assert P.assess("She is 9 days old. No fever. Her hands are like an old man's").urgency is E


def test_an_added_sentence_in_front_takes_no_part_of_a_phrase_away() -> None:
    assert T.assess("He has tremors. It was gestational for me.").urgency is U
    assert T.assess("My gran has diabetes. He has tremors. It was gestational for me.").urgency is U


def test_a_denial_is_believed_by_its_own_sentence() -> None:
    assert T.assess("He is 9 days old. He has no fever.").urgency is W
    assert T.assess("my newborn twitches. no fever").urgency is W


def test_memory_counts_what_is_denied_or_asked_about_now() -> None:
    memory = TriageMemory(red_flags=("stiff-or-rigid",))
    for added in ("", " no stiffness.", " what does stiff look like?"):
        assert T.assess("he has not fed all day, wont feed." + added, memory).urgency is E


def test_a_brother_s_age_is_no_correction() -> None:
    memory = T.assess("he is 5 weeks old").memory
    said = T.assess("he keeps going all stiff. Sorry, I'm typing one handed, his brother is 3 years old", memory)
    assert (said.urgency, said.memory.age_days) == (E, 35)


@pytest.mark.parametrize(
    ("told", "flag"),
    [
        ("Last week there were pin prick spots that wouldn't fade on her leg, they've gone.", "meningitis-signs"),
        ("A while ago I rocked the baby much too hard because I was furious", "baby-was-shaken-or-hurt"),
    ],
)
def test_a_red_flag_that_is_told_stays_whatever_the_weights_hear(told: str, flag: str) -> None:
    assessment = T.assess(told)
    assert flag in {finding.red_flag.id for finding in assessment.findings}
    assert flag in assessment.memory.red_flags


@pytest.mark.parametrize("sign", ["not breathing", "no response", "isn't breathing", "not feeding"])
def test_a_no_confirms_a_sign_that_is_a_denial(sign: str) -> None:
    alone = P.assess(sign).urgency
    assert alone is not None
    assert P.assess(f"{sign}? no.").urgency is alone


def test_an_older_age_told_too_is_heard() -> None:
    late = "She's ten months and the sleep startles have only just started."
    alone = T.assess(late).urgency
    assert alone is not None
    assert (T.assess(f"Nine weeks was when her sister had them. {late}").urgency or W) >= alone


def test_what_is_perhaps_mentioned_is_told_by_a_yes_and_by_nothing_else() -> None:
    lines = (DATA / "blind_2" / "benign.jsonl").read_text(encoding="utf-8").splitlines()
    perhaps = next(
        text
        for text in (json.loads(line)["text"] for line in lines)
        if [finding.status for finding in T.assess(text).findings] == [Status.UNSURE]
    )
    chat = BOT.conversation()
    assert (quiet := chat.ask(perhaps).escalation) is not None
    assert quiet.urgency is W
    other = BOT.resume(chat.to_dict())
    assert (alarm := chat.ask("yes").escalation) is not None
    assert alarm.urgency > W
    later = other.ask("sorry I meant the cot").escalation
    assert later is None or later.urgency is W


def test_no_plain_phrase_in_its_first_words_is_silent() -> None:
    said = {
        " ".join(part.split("|")[0].strip("=").replace("_", " ") for part in phrase.split() if part != "...")
        for flag in BOT.knowledge.red_flags
        for phrase in (*flag.phrases, *(one for _, ones in flag.phrases_at for one in ones))
        if re.fullmatch(r"[a-z_|=. ]+", phrase)
    }
    assert len(said) > 200
    assert not [words for words in sorted(said) if T.assess(words).urgency is None]
