"""One message, one reply: triage first and always, faults end in an escalation, nothing typed can break it."""

from __future__ import annotations

import json
import re
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from pathlib import Path
from typing import Any

import pytest
from bots import shipped
from hypothesis import given, settings
from hypothesis import strategies as st

from babybot import Bot, Kind, KnowledgeError, Urgency
from babybot.loader import fingerprint, load, shipped_folder
from babybot.reply import LAST_RESORT
from babybot.word_files import MESSAGE_KEYS
from babybot.wording import Wording

DANGER = "his lips went blue and he is not breathing"
SMALL = """
topic: basics
entries:
  - id: is-it-normal
    title: Is it normal?
    questions: [is it normal that his legs shake in sleep]
    answer: Yes, usually.
    reassures: true
    sources: []
    reviewed: null
"""
RED_FLAGS = """
red_flags:
  - id: blue-lips
    label: lips went blue
    urgency: emergency
    phrases: [blue + lips]
    advice: Stay with your baby.
    sources: []
    near_misses: [blue blanket]
"""


class Broken:
    """Stands in for a part that fails at whatever it is asked."""

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError("broken on purpose")


def broken(part: str) -> Bot:
    """A bot of its own with a part that fails."""
    bot = copy(shipped())
    setattr(bot, part, Broken())
    return bot


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "faq").mkdir()
    (tmp_path / "faq" / "basics.yaml").write_text(SMALL, encoding="utf-8")
    (tmp_path / "red_flags.yaml").write_text(RED_FLAGS, encoding="utf-8")
    return tmp_path


def test_the_escalation_is_the_first_thing_in_the_text() -> None:
    reply = shipped().ask(DANGER, region="GB")
    assert reply.escalation is not None
    assert reply.escalation.urgency is Urgency.EMERGENCY
    assert reply.text.startswith("Call 999 now.")
    assert reply.text.startswith(reply.escalation.text)


def test_the_seed_example_names_the_number_to_call() -> None:
    reply = shipped().ask("My baby's eyes roll back and his leg shakes when he sleeps")
    assert reply.escalation is not None
    assert reply.escalation.urgency >= Urgency.URGENT
    assert "emergency number" in reply.text.split("\n")[0]


def test_a_denied_sign_is_a_quiet_line_at_the_end() -> None:
    reply = shipped().ask("is it normal that his legs twitch asleep? he never goes stiff")
    assert reply.escalation is not None
    assert reply.escalation.urgency is Urgency.WATCH
    assert reply.text.endswith(reply.escalation.text)
    assert not reply.text.startswith(reply.escalation.text)


@pytest.mark.parametrize(
    "question", ["Is it normal for a baby's legs to shake during sleep?", "thanks", "tell me a poem", "hola bebé", ""]
)
def test_no_reassurance_beside_danger_whatever_stands_around_it(question: str) -> None:
    for utterance in (f"{question} {DANGER}", f"{DANGER}. {question}"):
        reply = shipped().ask(utterance)
        assert reply.escalation is not None
        assert reply.escalation.urgency is Urgency.EMERGENCY
        assert reply.entry is None or not reply.entry.reassures
        assert not any(entry.reassures for entry in reply.suggestions)


def test_a_question_of_an_entry_word_for_word_is_answered() -> None:
    reply = shipped().ask("What is an EEG?")
    assert (reply.kind, reply.entry and reply.entry.id, reply.score) == (Kind.ANSWER, "eeg-test", 100.0)
    assert reply.sources


@pytest.mark.parametrize(
    ("utterance", "kind"),
    [
        ("hello", Kind.SMALL_TALK),
        ("thanks a million", Kind.SMALL_TALK),
        ("are you a robot?", Kind.SMALL_TALK),
        ("are you a doctor", Kind.SMALL_TALK),
        ("you are useless", Kind.SMALL_TALK),
        ("mein Baby zuckt beim Schlafen", Kind.SMALL_TALK),
        ("write me a poem about gin", Kind.NO_MATCH),
        ("what is the capital of France", Kind.NO_MATCH),
        ("yes", Kind.SMALL_TALK),
        ("", Kind.NO_MATCH),
        ("...", Kind.NO_MATCH),
    ],
)
def test_what_is_no_question_gets_an_honest_short_reply(utterance: str, kind: Kind) -> None:
    reply = shipped().ask(utterance)
    assert reply.kind is kind
    assert reply.entry is None
    assert reply.escalation is None
    assert reply.text


def test_nobody_promises_that_it_is_nothing() -> None:
    reply = shipped().ask("just promise me it's nothing")
    assert reply.entry is not None
    assert reply.entry.id == "is-this-medical-advice"
    assert "cannot promise" in reply.text


@pytest.mark.parametrize(
    "words", ["тряска судороги у ребенка", "宝宝抽搐了", "mi hijo tiene convulsiones", "طفلي عنده تشنج"]
)
def test_danger_in_another_language_names_the_number(words: str) -> None:
    reply = shipped().ask(words, region="IE")
    assert reply.escalation is not None
    assert reply.text.startswith("Call 112 now.")


def test_a_single_message_is_never_answered_with_a_question_to_be_answered() -> None:
    reply = shipped().ask("Is it normal for a baby's legs to shake during sleep?")
    assert "Have you seen any of these" not in reply.text


@pytest.mark.parametrize(("region", "number"), [("uk", "999"), ("us", "911"), (None, "your local emergency number")])
def test_the_region_of_the_call_decides(region: str | None, number: str) -> None:
    assert f"Call {number} now" in shipped().ask(DANGER, region=region).text


@pytest.mark.parametrize("utterance", [None, 5, b"bytes", ["his lips went blue"]])
def test_only_text_can_be_asked(utterance: Any) -> None:
    with pytest.raises(TypeError, match="must be str"):
        shipped().ask(utterance)
    with pytest.raises(TypeError, match="must be str"):
        shipped().conversation().ask(utterance)
    with pytest.raises(TypeError, match="region must be str"):
        shipped().ask("hello", region=44)  # type: ignore[arg-type]


def test_a_fault_in_triage_escalates_as_urgent() -> None:
    bot = broken("triage")
    for reply in (bot.ask("hello", region="GB"), bot.conversation(region="GB").ask("is it normal?")):
        assert reply.kind is Kind.TRIAGE
        assert reply.escalation is not None
        assert reply.escalation.urgency is Urgency.URGENT
        assert "999" in reply.text
        assert reply.entry is None


def test_a_fault_elsewhere_still_shows_the_escalation() -> None:
    bot = broken("_dialogue")
    assert bot.ask(DANGER, region="GB").text.startswith("Call 999 now.")
    assert bot.ask("is it normal?").kind is Kind.NO_MATCH


def test_a_fault_never_loses_a_yes_nor_an_emergency_that_stands() -> None:
    bot = copy(shipped())
    chat = bot.conversation()
    chat.ask("Is it normal for a baby's legs to shake during sleep?")
    alarmed = bot.conversation()
    alarmed.ask(DANGER)
    bot._dialogue = Broken()  # type: ignore[assignment]
    for conversation in (chat, alarmed):
        reply = conversation.ask("yes")
        assert reply.escalation is not None
        assert reply.escalation.urgency >= Urgency.URGENT


def test_what_a_fault_hid_stands_in_the_next_turn() -> None:
    conversation = broken("triage").conversation(region="GB")
    conversation.ask(DANGER)
    assert conversation.urgency is Urgency.URGENT
    conversation.bot = shipped()
    for said in ("ok", "is it normal then"):
        reply = conversation.ask(said)
        assert reply.escalation is not None
        assert reply.escalation.urgency >= Urgency.URGENT
        assert reply.entry is None or not reply.entry.reassures


def test_a_fault_in_hearing_another_language_escalates() -> None:
    reply = broken("_listener").ask("mi bebe no respira")
    assert reply.escalation is not None
    assert reply.escalation.urgency is Urgency.URGENT


def test_a_fault_in_completion_is_no_suggestion() -> None:
    assert broken("retriever").complete("why does") == ()
    assert shipped().complete("why does")


def test_turns_of_two_threads_lose_no_emergency() -> None:
    for _ in range(5):
        conversation = shipped().conversation(region="GB")
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(conversation.ask, ["he is not breathing", "is white noise safe"]))
        assert conversation.is_emergency


def test_the_sentence_in_the_code_names_the_emergency_number() -> None:
    assert "emergency number" in LAST_RESORT


@pytest.mark.parametrize(
    "utterance",
    [
        "\x1b[31mred",
        "\x00\x07",
        "\ud800 he shakes \udfff",
        "\u202eabc",
        "😀" * 500,
        "a" * 10_000,
        "ا ب ت",
        "\n\n\t",
        "{emergency} {signs}",
        "%s {0}",
    ],
)
def test_odd_text_gets_a_calm_reply_that_echoes_none_of_it(utterance: str) -> None:
    reply = shipped().ask(utterance)
    assert reply.text
    assert reply.utterance == utterance
    assert all(char == "\n" or char.isprintable() for char in reply.text)


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece", ["his legs shake at night. ", "not breathing, ", "x", "yes no ", "He kicks. She jerks. "]
)
def test_a_megabyte_is_read_to_its_end(piece: str) -> None:
    begin = time.perf_counter()
    reply = shipped().ask(piece * (1_000_000 // len(piece)) + ". his lips went blue")
    assert reply.escalation is not None
    assert time.perf_counter() - begin < 180


@given(st.text())
@settings(deadline=None, max_examples=150)
def test_any_text_gets_a_reply_in_printable_characters(utterance: str) -> None:
    reply = shipped().ask(utterance)
    assert reply.text
    assert all(char == "\n" or char.isprintable() for char in reply.text)
    json.dumps(reply.to_dict())


@given(
    st.sampled_from(
        ["Is it normal? ", "thanks, ", "he is fine. ", "just dreaming. ", "5 weeks. ", "no. ", "never mind. "]
    )
)
@settings(deadline=None, max_examples=20)
def test_further_sentences_never_lower_it(further: str) -> None:
    alone = shipped().ask(DANGER).escalation
    joined = shipped().ask(further + DANGER + ". " + further).escalation
    assert alone is not None
    assert joined is not None
    assert joined.urgency >= alone.urgency


def test_the_same_reply_on_every_thread() -> None:
    utterances = ["is it normal?", DANGER, "how long does it last", "thanks", "5 weeks old with a fever of 38.4"] * 4
    alone = [shipped().ask(utterance).to_dict() for utterance in utterances]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda utterance: shipped().ask(utterance).to_dict(), utterances)) == alone


def test_no_socket_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    assert shipped().ask(DANGER).escalation


def test_a_folder_of_its_own_uses_what_it_leaves_out_from_the_shipped_one(folder: Path) -> None:
    bot = Bot(folder, region="au")
    assert bot.ask("is it normal that his legs shake in sleep").text.startswith("Yes, usually.")
    assert bot.ask(DANGER).text.startswith("Call 000 now.")
    assert bot.ask(DANGER, region="uk").text.startswith("Call 999 now.")


@pytest.mark.slow
def test_a_folder_may_include_the_shipped_red_flags(folder: Path) -> None:
    (folder / "red_flags.yaml").write_text("include: shipped\n", encoding="utf-8")
    bot = Bot(folder)
    assert bot.ask("she is having a seizure").escalation
    assert "Have you seen any of these" in bot.conversation().ask("is it normal that his legs shake in sleep").text


def test_an_edit_is_seen(folder: Path) -> None:
    Bot(folder)
    (folder / "faq" / "basics.yaml").write_text(SMALL.replace("Yes, usually.", "Most often."), encoding="utf-8")
    assert "Most often." in Bot(folder).ask("is it normal that his legs shake in sleep").text


def test_knowledge_that_cannot_be_used_is_an_error_with_its_problems(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError) as caught:
        Bot(tmp_path)
    assert {problem.rule for problem in caught.value.problems} >= {"no-entries"}


@pytest.mark.parametrize("data", [b"", b"{}", b"\xff\xff\xff\xff" + b"x" * 100], ids=["empty", "json", "binary"])
@pytest.mark.parametrize("name", ["knowledge.json", "retriever.bin", "triage.bin", "phrases.jsonl", "small_talk.jsonl"])
def test_a_broken_compiled_file_is_done_without(folder: Path, name: str, data: bytes) -> None:
    from babybot import snapshot

    compiled = folder / "compiled"
    compiled.mkdir()
    (compiled / "knowledge.json").write_text(snapshot.dumps(load(folder)), encoding="utf-8")
    (compiled / name).write_bytes(data)
    bot = Bot(folder)
    assert bot.ask("is it normal that his legs shake in sleep").kind is Kind.ANSWER
    assert bot.ask(DANGER).escalation


def test_a_folder_that_includes_the_shipped_red_flags_is_judged_by_their_weights(folder: Path) -> None:
    (folder / "red_flags.yaml").write_text("include: shipped\n" + RED_FLAGS, encoding="utf-8")
    bot = Bot(folder)
    calm = bot.ask("his favourite shoes are falling apart").escalation
    assert calm is None or calm.urgency is Urgency.WATCH
    long = "we went to the shops and had a nice day with granny and the dog and then I saw that her lips were blue"
    assert "blue-lips" in {f.red_flag.id for f in bot.ask(long).escalation.red_flags}  # type: ignore[union-attr]


def test_a_copy_of_the_shipped_folder_is_as_current_as_it(tmp_path: Path) -> None:
    assert load(shipped_folder()).fingerprint == fingerprint(_copied(tmp_path))


def _copied(folder: Path) -> Path:
    for path in shipped_folder().rglob("*.yaml"):
        target = folder / path.relative_to(shipped_folder())
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    return folder


def test_no_red_flags_at_all_is_taken_at_its_word(folder: Path) -> None:
    (folder / "red_flags.yaml").write_text("red_flags: []\n", encoding="utf-8")
    chat = Bot(folder).conversation()
    assert "1." not in chat.ask("is it normal that his legs shake in sleep").text


def test_the_shipped_folder_is_used_where_none_is_named() -> None:
    assert shipped().folder == shipped_folder()


def test_the_region_can_be_looked_up() -> None:
    assert [shipped().region(code).code for code in ("uk", "GB", None, "??")] == ["GB", "GB", "default", "default"]


def test_every_message_is_one_that_is_said_and_every_slot_one_that_is_filled() -> None:
    messages = shipped().knowledge.messages
    assert set(messages) == set(MESSAGE_KEYS)
    filled = {
        "emergency",
        "nurse",
        "poison",
        "crisis",
        "support",
        "signs",
        "earlier",
        "number",
        "title",
        "age",
        "corrected",
        "date",
        "region",
    }
    replies = [item.reply for item in shipped().knowledge.small_talk]
    assert set(re.findall(r"{(\w+)}", " ".join([*messages.values(), *replies]))) <= filled


@pytest.mark.parametrize("region", ["GB", "US", "CA", "IE", "AU", "NZ", "IN", "ZA", "EU", None])
def test_no_message_is_left_with_a_hole(region: str | None) -> None:
    wording = Wording(shipped().knowledge, region)
    for key, text in shipped().knowledge.messages.items():
        if not re.search(r"{(signs|earlier|number|title|age|corrected|date|support)}", text):
            said = wording.say(key)
            assert not re.search(r"[{}]|  |call [.,]|Call [.,]|\(\)", said), said
