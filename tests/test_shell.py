"""The chat in a terminal and as plain lines: every item of issue 5 that a parent touches."""

from __future__ import annotations

import io
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from bots import shipped
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import DummyOutput

from babybot import Urgency
from babybot.chatting import Chat, first_screen, laid_out, status_line, transcript
from babybot.completion import suggestions
from babybot.plain_shell import PlainShell
from babybot.render import display_width
from babybot.reply import Reply
from babybot.shell import Shell
from babybot.shell_commands import COMMANDS, respond
from babybot.terminal import Terminal

QUESTION = "Why does my baby twitch when asleep?"
DANGER = "his lips went blue and he is not breathing"
RICH = Terminal(width=80, is_plain=False, is_ascii=False)


def chat(region: str | None = "GB") -> Chat:
    """A new chat with the shipped knowledge."""
    return Chat.of(shipped(), region)


def shown_by(a_chat: Chat, line: str, width: int | None = 80) -> str:
    """What the shell shows for a line."""
    shown = respond(a_chat, line)
    return "" if shown is None else "\n".join(text for _, text in laid_out(shown, width))


class Screen(DummyOutput):
    """An output that keeps what is written, and whose size can be changed."""

    def __init__(self, rows: int = 40, columns: int = 80) -> None:
        self.size = Size(rows=rows, columns=columns)
        self.written: list[str] = []

    def write(self, data: str) -> None:
        self.written.append(data)

    write_raw = write

    def get_size(self) -> Size:
        return self.size

    @property
    def text(self) -> str:
        """Everything written so far, cursor movements left out."""
        return "".join(self.written).replace("\r", "")


@pytest.fixture
def typed() -> Iterator[PipeInput]:
    """Keys that are waiting to be read."""
    with create_pipe_input() as keys:
        yield keys


def talk(keys: PipeInput, text: str, screen: Screen | None = None, a_chat: Chat | None = None) -> tuple[Chat, Screen]:
    """Type a text into a shell and wait until it ends."""
    a_chat, screen = a_chat or chat(), screen or Screen()
    keys.send_text(text)
    Shell(a_chat, RICH, source=keys, target=screen).run()
    return a_chat, screen


# First screen and toolbar


@pytest.mark.parametrize("width", [40, 60, 80, 96, None])
@pytest.mark.parametrize("region", ["GB", "US", None, "ZZ"])
def test_the_first_screen_has_at_most_ten_lines_and_says_what_it_must(width: int | None, region: str | None) -> None:
    lines = first_screen(chat(region), width)
    text = " ".join(line for _, line in lines)
    assert len(lines) <= 10
    assert all(display_width(line) <= (width or 1000) for _, line in lines)
    assert "not a doctor" in text
    assert {"GB": "999", "US": "911"}.get(region or "", "emergency number") in text


@pytest.mark.parametrize(
    ("said", "region", "expected"),
    [
        (None, "GB", "Emergency (GB): 999"),
        (None, "UK", "Emergency (GB): 999"),
        (None, "US", "Emergency (US): 911"),
        (None, None, "Emergency: your local emergency number"),
        (DANGER, "GB", "EMERGENCY: call 999"),
    ],
)
def test_the_toolbar_begins_with_the_emergency_number(said: str | None, region: str | None, expected: str) -> None:
    a_chat = chat(region)
    if said:
        a_chat.ask(said)
    assert status_line(a_chat).startswith(expected)


@pytest.mark.parametrize(
    ("width", "expected"), [(80, "| not a doctor | /help"), (40, "112 | /help"), (30, "999 or 112")]
)
def test_the_toolbar_says_as_much_as_fits(width: int, expected: str) -> None:
    assert status_line(chat(), width).endswith(expected)


def test_the_toolbar_is_drawn_even_where_the_terminal_tells_no_cursor_position(typed: PipeInput) -> None:
    _, screen = talk(typed, "\x04")
    assert "Emergency (GB): 999" in screen.text


# What a line becomes


def test_a_question_is_answered_and_kept() -> None:
    a_chat = chat()
    assert "sleep" in shown_by(a_chat, QUESTION)
    assert [said for said, _ in a_chat.turns] == [QUESTION]


@pytest.mark.parametrize("line", ["", "   ", "\n", "\t"])
def test_an_empty_line_is_no_turn(line: str) -> None:
    a_chat = chat()
    assert respond(a_chat, line) is None
    assert not a_chat.turns


def test_an_escalation_stands_out_without_colour() -> None:
    assert "EMERGENCY" in shown_by(chat(), DANGER).splitlines()[0]


@pytest.mark.parametrize(
    "line", [f"/help {DANGER}", f"/quit {DANGER}", f"/ {DANGER}", f"/{DANGER}", f"/topics {DANGER}"]
)
def test_no_command_keeps_words_from_triage(line: str) -> None:
    a_chat = chat()
    shown = respond(a_chat, line)
    assert isinstance(shown, Reply)
    assert shown.escalation is not None
    assert shown.escalation.urgency is Urgency.EMERGENCY
    assert not a_chat.is_over


@pytest.mark.parametrize("number", ["1", "2", "2 and 3"])
def test_numbers_always_go_to_the_conversation(number: str) -> None:
    a_chat = chat()
    respond(a_chat, "/topics")
    respond(a_chat, number)
    assert a_chat.turns[-1][0] == number


# Commands


def test_help_lists_every_command_with_what_it_does() -> None:
    text = shown_by(chat(), "/help", None)
    assert all(f"{command.name}" in text and command.summary in text for command in COMMANDS)


@pytest.mark.parametrize("command", [command.name for command in COMMANDS if command.name != "/quit"])
def test_every_command_says_something_from_the_start(command: str) -> None:
    assert shown_by(chat(), command).strip()


@pytest.mark.parametrize("line", ["/quit", "/QUIT", "quit", "exit"])
def test_leaving(line: str) -> None:
    a_chat = chat()
    respond(a_chat, line)
    assert a_chat.is_over


def test_an_unknown_command_is_told_with_its_likely_name() -> None:
    assert "/help" in shown_by(chat(), "/hepl")
    assert "\x1b" not in shown_by(chat(), "/\x1b[31mhe")


def test_topics_lead_to_questions_and_a_question_to_its_answer() -> None:
    a_chat = chat()
    assert "1. " in shown_by(a_chat, "/topics")
    assert shown_by(a_chat, "/topics 1").splitlines()[0] == next(iter(shipped().knowledge.topics.values()))
    assert isinstance(respond(a_chat, "/topics 1 1"), Reply)
    assert "There are topics" in shown_by(a_chat, "/topics 99")


def test_sources_name_publishers_review_and_when_numbers_were_checked() -> None:
    a_chat = chat()
    a_chat.ask(QUESTION)
    text = shown_by(a_chat, "/sources", None)
    assert "Numbers for United Kingdom" in text
    assert "checked" in text
    assert a_chat.last is not None
    assert all(source.publisher in text for source in a_chat.last.sources)


def test_why_names_the_words_that_escalated() -> None:
    a_chat = chat()
    a_chat.ask(DANGER)
    assert "in your words" in shown_by(a_chat, "/why")


def test_the_region_can_be_changed_and_memory_stays() -> None:
    a_chat = chat("GB")
    a_chat.ask("my baby is 5 weeks old")
    assert "911" in shown_by(a_chat, "/region us")
    assert a_chat.region.code == "US"
    assert a_chat.conversation.age_days == 35
    assert "I know no numbers for XX" in shown_by(a_chat, "/region XX")


def test_the_age_is_told_and_shown() -> None:
    a_chat = chat()
    assert "not known" in shown_by(a_chat, "/age")
    respond(a_chat, "/age 5 weeks")
    assert a_chat.conversation.age_days == 35
    assert "5 weeks" in shown_by(a_chat, "/age")


def test_again_shows_the_last_reply() -> None:
    a_chat = chat()
    said = shown_by(a_chat, QUESTION)
    assert shown_by(a_chat, "/again") == said
    assert len(a_chat.turns) == 1


def test_save_writes_the_chat_says_where_and_overwrites_nothing(tmp_path: Path) -> None:
    a_chat = chat()
    a_chat.ask(QUESTION)
    target = tmp_path / "chat.txt"
    assert str(target) in shown_by(a_chat, f"/save {target}", None)
    assert target.read_text(encoding="utf-8") == transcript(a_chat.turns)
    assert QUESTION in target.read_text(encoding="utf-8")
    assert "is there already" in shown_by(a_chat, f"/save {target}", None)
    assert [path.name for path in tmp_path.iterdir()] == ["chat.txt"]
    assert "Not saved" in shown_by(a_chat, f"/save {tmp_path / 'no' / 'such' / 'folder.txt'}", None)
    assert "Not saved" in shown_by(a_chat, f"/save {tmp_path}\0", None)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_a_saved_chat_is_for_its_owner_only(tmp_path: Path) -> None:
    shown_by(chat(), f"/save {tmp_path / 'chat.txt'}")
    assert (tmp_path / "chat.txt").stat().st_mode & 0o077 == 0


# Completion


def test_questions_are_completed_while_typing() -> None:
    found = [found.text for found in suggestions(chat(), "why do babies tw", ())]
    assert any("twitch" in question for question in found)


def test_a_misspelt_beginning_is_completed_too() -> None:
    assert list(suggestions(chat(), "why do babys twich", ()))


def test_commands_and_their_arguments_are_completed() -> None:
    commands = [(command.name, command.summary) for command in COMMANDS]
    found = {found.text: found.meta for found in suggestions(chat(), "/", commands)}
    assert found == dict(commands)
    assert [found.text for found in suggestions(chat(), "/region g", commands)] == ["GB"]
    assert [found.start for found in suggestions(chat(), "/sou", commands)] == [-4]


@pytest.mark.parametrize("typed_so_far", ["", "wh", "two\nlines of text", "/nosuch", "/help "])
def test_nothing_is_offered_where_nothing_fits(typed_so_far: str) -> None:
    commands = [(command.name, command.summary) for command in COMMANDS]
    assert not list(suggestions(chat(), typed_so_far, commands))


# The prompt


def test_a_chat_at_a_terminal(typed: PipeInput) -> None:
    a_chat, screen = talk(typed, f"{QUESTION}\r{DANGER}\r/quit\r")
    assert [said for said, _ in a_chat.turns] == [QUESTION, DANGER]
    assert "\u250f\u2501\u2501 EMERGENCY" in screen.text


def test_control_d_leaves(typed: PipeInput) -> None:
    a_chat, _ = talk(typed, "\x04")
    assert not a_chat.turns


def test_control_c_clears_the_line(typed: PipeInput) -> None:
    a_chat, _ = talk(typed, f"never mind this\x03{QUESTION}\r\x04")
    assert [said for said, _ in a_chat.turns] == [QUESTION]


def test_what_is_pasted_in_several_lines_is_one_message(typed: PipeInput) -> None:
    pasted = "she was asleep\nher legs kicked\nwhy?"
    a_chat, _ = talk(typed, f"\x1b[200~{pasted}\x1b[201~\r\x04")
    assert [said for said, _ in a_chat.turns] == [pasted]


def test_what_was_said_can_be_searched_and_said_again() -> None:
    a_chat, waiting = chat(), ["\x04", "\r", "\r", "twitch", "\x12"]
    with create_pipe_input() as keys:
        keys.send_text(f"{QUESTION}\rhello\r")
        shell = Shell(a_chat, RICH, source=keys, target=Screen())
        _repeatedly(shell, lambda: keys.send_text(waiting.pop()) if len(a_chat.turns) > 1 and waiting else None)
        shell.run()
    assert [said for said, _ in a_chat.turns] == [QUESTION, "hello", QUESTION]


def test_a_reply_that_does_not_fit_waits_for_enter(typed: PipeInput) -> None:
    _, screen = talk(typed, "/help\r\r\r\x04", Screen(rows=14))
    assert "Enter shows the rest" in screen.text
    assert COMMANDS[-1].summary in screen.text


def test_a_reply_that_fits_is_not_paged(typed: PipeInput) -> None:
    _, screen = talk(typed, "/help\r\x04", Screen(rows=60))
    assert "Enter shows the rest" not in screen.text


def test_after_a_resize_the_reply_is_laid_out_again() -> None:
    screen, a_chat = Screen(), chat()
    with create_pipe_input() as keys:
        keys.send_text(f"{DANGER}\r")
        shell = Shell(a_chat, RICH, source=keys, target=screen)

        def narrow() -> None:
            if a_chat.turns and screen.size.columns == 80:
                screen.size = Size(rows=60, columns=40)
                screen.written.clear()
                shell.session.app.invalidate()
            elif screen.size.columns == 40 and screen.text.count("EMERGENCY") >= 2:
                keys.send_text("\x04")

        _repeatedly(shell, narrow)
        shell.run()
    lines = [line for line in screen.text.split("\n") if line.startswith(("\u250f", "\u2503"))]
    assert lines
    assert all(display_width(line) <= 40 for line in lines)


def _repeatedly(shell: Shell, act: Callable[[], None]) -> None:
    """Let something happen while the shell waits, again and again."""
    begun = time.monotonic()

    def rendered(_: object) -> None:
        assert time.monotonic() - begun < 20, "nothing happened"
        shell.session.app.loop.call_later(0.05, act)  # type: ignore[union-attr]
        shell.session.app.loop.call_later(0.1, shell.session.app.invalidate)  # type: ignore[union-attr]

    shell.session.app.after_render += rendered


# Plain lines


def plain(text: bytes, **environ: str) -> str:
    """What a plain chat writes for an input."""
    target = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    PlainShell(chat(), io.BytesIO(text), target, environ).run()
    return target.buffer.getvalue().decode("utf-8")  # type: ignore[attr-defined, no-any-return]


def test_a_plain_chat_has_no_escape_sequences_and_no_boxes() -> None:
    said = plain(f"{QUESTION}\n{DANGER}\n/help\n".encode())
    assert "!!! EMERGENCY !!!" in said
    assert "\x1b" not in said
    assert not any("\u2500" <= char <= "\u257f" for char in said)


def test_a_plain_chat_under_an_ascii_locale_is_ascii() -> None:
    assert plain(f"{DANGER}\n/sources\n/region\n/quit\n".encode(), LANG="C").isascii()


def test_a_plain_chat_ends_with_its_input_and_replaces_what_is_no_text() -> None:
    assert plain(b"\xff\xfe\x1b[31m\nhello").strip()


def test_a_chat_never_writes_to_disk_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    plain(f"{QUESTION}\n{DANGER}\n/quit\n".encode())
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_lines_pasted_at_once_into_a_plain_terminal_are_one_message() -> None:
    import pty

    ours, theirs = pty.openpty()
    a_chat = chat()
    os.write(ours, b"she was asleep\nher legs kicked\n/quit\n")
    with open(theirs, "rb", closefd=True) as source:
        PlainShell(a_chat, source, io.StringIO(), {}).run()
    os.close(ours)
    assert [said for said, _ in a_chat.turns] == ["she was asleep\nher legs kicked"]
