"""Laying out: no line wider than asked, nothing unsafe printed, escalations first and in capitals."""

from __future__ import annotations

import doctest

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from babybot import render
from babybot.context import Status
from babybot.errors import Location, Problem, Severity
from babybot.findings import Finding
from babybot.model import Contact, RedFlag, Urgency
from babybot.render import clean, display_width, problem_lines, reply_lines, to_ascii, wrap
from babybot.reply import Escalation, Kind, Reply

_LAWS = settings(deadline=None, max_examples=200)


def finding(urgency: Urgency = Urgency.URGENT, status: Status = Status.PRESENT) -> Finding:
    flag = RedFlag(id="blue-lips", label="blue lips", urgency=urgency, phrases=("blue lips",))
    return Finding(red_flag=flag, urgency=urgency, status=status, words="blue lips", start=0, end=9)


def reply(
    urgency: Urgency | None, text: str = "Call 999 now.", status: Status = Status.PRESENT, kind: str = "emergency"
) -> Reply:
    escalation = None
    if urgency is not None:
        contact = Contact(kind=kind, name="emergency services", number="999")
        found = (finding(urgency, status),)
        escalation = Escalation(urgency=urgency, red_flags=found, text="Call 999 now.", contacts=(contact,))
    return Reply(utterance="blue lips", kind=Kind.TRIAGE, text=text, escalation=escalation)


def test_the_examples_of_the_module_hold() -> None:
    assert doctest.testmod(render).failed == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("a\tb", "a b"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07rest", "rest"),
        ("\x9b31mred", "red"),
        ("bell\a\b\x00\x7f", "bell"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("one\u2028two", "one\ntwo"),
        ("\u202eright to left", "right to left"),
        ("\ud800", "\ufffd"),
        ("né à 38,5\u00b0C", "né à 38,5\u00b0C"),
        ("\U0001f476\U0001f3fd\u200d\U0001f37c", "\U0001f476\U0001f3fd\u200d\U0001f37c"),
    ],
)
def test_cleaning_leaves_words_and_takes_what_could_garble(text: str, expected: str) -> None:
    assert clean(text) == expected


@_LAWS
@given(st.text())
def test_a_cleaned_text_is_printable_but_for_its_line_breaks(text: str) -> None:
    cleaned = clean(text)
    assert not any(ord(char) < 32 or 0x7F <= ord(char) < 0xA0 for char in cleaned.replace("\n", ""))
    assert not any("\ud800" <= char <= "\udfff" for char in cleaned)
    assert clean(cleaned) == cleaned


@_LAWS
@given(st.text(), st.integers(min_value=2, max_value=60))
def test_no_line_is_wider_than_asked(text: str, width: int) -> None:
    assert all(display_width(line) <= width for line in wrap(text, width))


@_LAWS
@given(st.text(alphabet=st.characters(whitelist_categories=("L", "N"))), st.integers(min_value=2, max_value=20))
def test_wrapping_loses_no_letter(text: str, width: int) -> None:
    assert "".join(wrap(text, width)).replace(" ", "") == clean(text).replace(" ", "")


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("one two three", 7, ["one two", "three"]),
        ("- one two three", 9, ["- one two", "  three"]),
        ("12. one two", 8, ["12. one", "    two"]),
        ("one\n\ntwo", 9, ["one", "", "two"]),
        ("broken in\nthe middle", 40, ["broken in the middle"]),
        ("A whole one.\nthe next", 40, ["A whole one.", "the next"]),
        ("A heading\nThe text", 40, ["A heading", "The text"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("寝返り", 4, ["寝返", "り"]),
        ("", 9, [""]),
    ],
)
def test_wrapping(text: str, width: int, expected: list[str]) -> None:
    assert wrap(text, width) == expected


def test_without_a_width_lines_stay_as_they_are() -> None:
    assert wrap("one  two\nthree", None) == ["one  two", "three"]


@pytest.mark.parametrize(("text", "columns"), [("abc", 3), ("寝る", 4), ("e\u0301", 1), ("\U0001f476", 2), ("", 0)])
def test_the_width_is_that_of_the_screen(text: str, columns: int) -> None:
    assert display_width(text) == columns


@_LAWS
@given(st.text())
def test_ascii_is_ascii(text: str) -> None:
    assert to_ascii(clean(text)).isascii()


@pytest.mark.parametrize(
    ("urgency", "heading"),
    [
        (Urgency.EMERGENCY, "EMERGENCY"),
        (Urgency.URGENT, "SEE A DOCTOR TODAY"),
        (Urgency.DOCTOR, "TELL A DOCTOR"),
    ],
)
@pytest.mark.parametrize("box", [False, True])
def test_an_escalation_comes_first_under_a_heading_in_capitals(urgency: Urgency, heading: str, box: bool) -> None:
    lines = reply_lines(reply(urgency, "Call 999 now.\n\nUntil then: stay."), 40, box=box)
    assert heading in lines[0][1]
    assert "Call 999 now." in lines[1][1]
    assert all(style == urgency.value for style, _ in lines[:3])
    assert lines[-1] == ("", "Until then: stay.")


def test_a_plain_escalation_is_ascii() -> None:
    assert all(text.isascii() for _, text in reply_lines(reply(Urgency.EMERGENCY), 40))


def test_a_watch_is_a_quiet_last_line() -> None:
    text = "They grow out of it.\n\nCall 999 now."
    assert reply_lines(reply(Urgency.WATCH, text), 40) == [
        ("", "They grow out of it."),
        ("", ""),
        ("watch", "Call 999 now."),
    ]


def test_a_sign_that_was_only_asked_about_gets_no_order() -> None:
    assert "WARNING SIGN" in reply_lines(reply(Urgency.URGENT, status=Status.ASKED), 40)[0][1]


def test_other_help_than_a_doctor_gets_its_own_heading() -> None:
    assert "GET HELP TODAY" in reply_lines(reply(Urgency.URGENT, kind="crisis"), 40)[0][1]


def test_a_reply_without_escalation_is_its_text() -> None:
    assert reply_lines(reply(None, "Yes.\nNo."), 40) == [("", "Yes."), ("", "No.")]


@_LAWS
@given(st.text(), st.integers(min_value=24, max_value=80), st.sampled_from(list(Urgency)), st.booleans())
def test_no_line_of_a_reply_is_wider_than_asked(text: str, width: int, urgency: Urgency, box: bool) -> None:
    lines = reply_lines(reply(urgency, f"Call 999 now.\n{text}"), width, box=box)
    assert all(display_width(line) <= width for _, line in lines)


def problem(context: str | None = "answerr: x", hint: str | None = "did you mean 'answer'?") -> Problem:
    return Problem(
        location=Location("faq/a,b.yaml", 3, 5),
        severity=Severity.ERROR,
        rule="unknown-key",
        message="nothing reads 'answerr'",
        hint=hint,
        context=context,
    )


def test_a_problem_shows_its_line_a_caret_and_the_hint() -> None:
    assert [text for _, text in problem_lines(problem("    answerr: x"))] == [
        "faq/a,b.yaml:3:5: error: nothing reads 'answerr' [unknown-key]",
        "        answerr: x",
        "        ^",
        "    hint: did you mean 'answer'?",
    ]


def test_a_caret_stands_below_its_column_after_wide_characters() -> None:
    assert problem_lines(problem("寝返り: x"))[2][1] == "    " + "       " + "^"


def test_a_problem_without_its_line_is_one_line() -> None:
    assert len(problem_lines(problem(None, None))) == 1


def test_github_gets_a_workflow_command() -> None:
    assert problem_lines(problem(), is_github=True) == [
        (
            "",
            "::error file=faq/a%2Cb.yaml,line=3,col=5,title=unknown-key::nothing reads 'answerr'"
            " (hint: did you mean 'answer'?)",
        )
    ]


def test_a_problem_prints_nothing_unsafe() -> None:
    lines = problem_lines(problem("\x1b[31manswerr\x07: x", "\x1b[2J"))
    assert all(clean(text) == text for _, text in lines)
