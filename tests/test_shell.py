"""The chat in a terminal and as plain lines: every item of issue 5 that a parent touches."""

from __future__ import annotations

import io
import os
import select
import subprocess
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

ROOT = Path(__file__).resolve().parent.parent
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


@pytest.mark.parametrize("columns", [40, 80])
def test_a_shell_begins_with_the_first_screen(typed: PipeInput, columns: int) -> None:
    _, screen = talk(typed, "\x04", Screen(columns=columns))
    shown = screen.text.split("\n\n>")[0].rstrip("\n").split("\n")
    assert len(shown) <= 10
    assert all(display_width(line) < columns for line in shown)
    assert "not a doctor" in " ".join(shown)
    assert "999" in " ".join(shown)


def test_the_toolbar_follows_the_region_and_the_alarm() -> None:
    screen = Screen()
    steps = [("EMERGENCY: call 911 now (US)", "\x04"), ("Emergency (US): 911", f"{DANGER}\r"),
             ("Emergency (GB): 999", "/region US\r")]  # fmt: skip

    def follow(keys: PipeInput, _: Shell) -> None:
        if steps and steps[-1][0] in screen.text:
            keys.send_text(steps.pop()[1])

    attended("", follow, screen)
    assert not steps


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


@pytest.mark.parametrize(
    ("line", "begins"), [("/he", "Type a question"), ("/top", "1. "), ("/s", "There is no command")]
)
def test_a_command_may_be_cut_short_where_it_stays_clear(line: str, begins: str) -> None:
    assert shown_by(chat(), line).startswith(begins)


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


@pytest.mark.parametrize(
    ("told", "code"), [("uk", "GB"), ("United Kingdom", "GB"), ("ireland", "IE"), ("un", "default")]
)
def test_a_region_may_be_told_by_its_name(told: str, code: str) -> None:
    a_chat = chat("US")
    shown_by(a_chat, f"/region {told}")
    assert a_chat.region.code == code


def test_what_is_no_age_is_told_so() -> None:
    a_chat = chat()
    assert "cannot read an age" in shown_by(a_chat, "/age banana")
    assert not a_chat.turns


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


def test_a_save_that_fails_half_way_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert "no space left" in shown_by(chat(), f"/save {tmp_path / 'chat.txt'}", None)
    assert not list(tmp_path.iterdir())


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
    waiting = ["\x04", "\r", "\r", "twitch", "\x12"]
    a_chat = attended(
        f"{QUESTION}\r\rhello\r",
        lambda keys, shell: keys.send_text(waiting.pop()) if said(shell, "hello") and waiting else None,
    )
    assert [said for said, _ in a_chat.turns] == [QUESTION, "hello", QUESTION]


def test_control_c_leaves_the_search() -> None:
    waiting = ["\x04", "\r", "bye", "\x03", "twitch", "\x12"]
    a_chat = attended(
        f"{QUESTION}\r\r",
        lambda keys, shell: keys.send_text(waiting.pop()) if said(shell, QUESTION) and waiting else None,
    )
    assert [said for said, _ in a_chat.turns] == [QUESTION, "bye"]


def test_tab_takes_a_question_that_is_offered() -> None:
    waiting = ["\x04", "\r", "\t"]

    def complete(keys: PipeInput, shell: Shell) -> None:
        offered = shell.session.default_buffer.complete_state
        if waiting and (len(waiting) < 3 or (offered and offered.completions)):
            keys.send_text(waiting.pop())

    a_chat = attended("why do babies twitch", complete)
    questions = {question for entry in shipped().knowledge.entries for question in entry.questions}
    assert a_chat.turns[0][0] in questions


def test_a_slash_offers_the_commands_with_what_they_do() -> None:
    screen = Screen()
    attended("/", lambda keys, _: keys.send_text("\x03\x04") if COMMANDS[0].summary in screen.text else None, screen)


def test_a_number_picks_what_was_offered(typed: PipeInput) -> None:
    a_chat, _ = talk(typed, "What is an EEG?\r2\r\x04")
    assert a_chat.turns[1][1].entry == a_chat.turns[0][1].suggestions[1]


def test_every_command_works_at_the_prompt(typed: PipeInput, tmp_path: Path) -> None:
    lines = [
        QUESTION,
        "/help",
        "/topics",
        "/topics 1",
        "/sources",
        "/why",
        "/region IE",
        "/age 5 weeks",
        "/age",
        "/again",
    ]
    _, screen = talk(typed, "\r".join([*lines, f"/save {tmp_path / 'chat.txt'}", "/quit", ""]), Screen(rows=200))
    topics = shipped().knowledge.topics
    expected = [COMMANDS[0].summary, f"1. {next(iter(topics.values()))}", "Numbers for United Kingdom", "You said:",
                "Region: Ireland", "about 5 weeks", "Saved to"]  # fmt: skip
    assert [text for text in expected if text not in screen.text] == []
    assert QUESTION in (tmp_path / "chat.txt").read_text(encoding="utf-8")


def test_a_chat_at_a_terminal_writes_nothing_to_disk(
    typed: PipeInput, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    talk(typed, f"{QUESTION}\r{DANGER}\r/quit\r")
    assert not list(tmp_path.iterdir())


def test_a_terminal_that_knows_ascii_only_gets_ascii(typed: PipeInput) -> None:
    screen = Screen(rows=200)
    typed.send_text(f"{DANGER}\rna\u00efve caf\u00e9\r/why\r/quit\r")
    Shell(chat(), RICH._replace(is_ascii=True), source=typed, target=screen).run()
    assert "!!! EMERGENCY !!!" in screen.text
    assert "You said: naive cafe" in screen.text


def test_a_reply_that_does_not_fit_waits_for_enter() -> None:
    screen, asked = Screen(rows=14), 0

    def turn_pages(keys: PipeInput, shell: Shell) -> None:
        nonlocal asked
        if screen.text.count("Enter shows the rest") > asked:
            asked = screen.text.count("Enter shows the rest")
            keys.send_text("\r")
        elif COMMANDS[-1].summary in screen.text.partition(COMMANDS[0].summary)[2]:  # not "leave" on the first screen
            keys.send_text("\x04")

    attended("/help\r", turn_pages, screen)
    assert asked


def test_no_question_is_answered_before_it_was_shown() -> None:
    screen, a_chat = Screen(rows=24), chat()
    with create_pipe_input() as keys:
        keys.send_text(f"{QUESTION}\rno\r\x15/quit\r")
        Shell(a_chat, RICH, source=keys, target=screen).run()
    assert len(a_chat.turns) == 1
    assert "Have you seen any of these?" in screen.text.partition("Enter sends what you typed")[0]


def test_words_of_danger_never_wait_for_the_rest_of_a_reply() -> None:
    screen, a_chat = Screen(rows=24), chat()
    with create_pipe_input() as keys:
        keys.send_text(f"{QUESTION}\r{DANGER}\r/quit\r")
        Shell(a_chat, RICH, source=keys, target=screen).run()
    assert [said for said, _ in a_chat.turns] == [QUESTION, DANGER]


def test_nothing_waits_while_an_emergency_stands() -> None:
    screen, a_chat = Screen(rows=12), chat()
    with create_pipe_input() as keys:
        keys.send_text(f"{DANGER}\rhow do i do cpr\r/quit\r")
        Shell(a_chat, RICH, source=keys, target=screen).run()
    assert [said for said, _ in a_chat.turns] == [DANGER, "how do i do cpr"]


def test_a_page_ends_between_paragraphs() -> None:
    screen = Screen(rows=24)
    attended(f"{QUESTION}\r", lambda keys, _: keys.send_text("\x04") if "Enter shows" in screen.text else None, screen)
    assert screen.text.partition("-- Enter shows the rest")[0].endswith(".\n\n")


def test_a_reply_that_fits_is_not_paged(typed: PipeInput) -> None:
    _, screen = talk(typed, "/help\r\x04", Screen(rows=60))
    assert "Enter shows the rest" not in screen.text


def test_after_a_resize_the_reply_is_laid_out_again() -> None:
    screen = Screen(rows=60)

    def narrow(keys: PipeInput, shell: Shell) -> None:
        if said(shell, DANGER) and screen.size.columns == 80:
            screen.size = Size(rows=60, columns=40)
            screen.written.clear()
            shell.session.app.invalidate()
        elif screen.size.columns == 40 and screen.text.count("EMERGENCY") >= 2:
            keys.send_text("\x04")

    a_chat = attended(f"{DANGER}\r", narrow, screen)
    lines = [line for line in screen.text.split("\n") if line.startswith(("\u250f", "\u2503"))]
    assert lines
    assert all(display_width(line) < 40 for line in lines)
    assert {word for line in lines[1:] for word in line.split()[1:]} <= set(a_chat.turns[0][1].text.split())


def said(shell: Shell, utterance: str) -> bool:
    """Whether the parent has said something in this chat."""
    return any(turn[0] == utterance for turn in shell.chat.turns)


def attended(keys: str, act: Callable[[PipeInput, Shell], None], screen: Screen | None = None) -> Chat:
    """Type into a shell, then let something happen again and again while it waits, until it ends."""
    a_chat, begun = chat(), time.monotonic()
    with create_pipe_input() as source:
        source.send_text(keys)
        shell = Shell(a_chat, RICH, source=source, target=screen or Screen())

        def rendered(_: object) -> None:
            if time.monotonic() - begun > 60:
                shell.session.app.exit(exception=AssertionError("nothing happened"))
            shell.session.app.loop.call_later(0.03, act, source, shell)  # type: ignore[union-attr]
            shell.session.app.loop.call_later(0.06, shell.session.app.invalidate)  # type: ignore[union-attr]

        shell.session.app.after_render += rendered
        shell.run()
    return a_chat


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


# Real terminals


def at_terminal(arguments: list[str], text: str, *, columns: int = 80, **environ: str) -> str:
    """What a pseudo-terminal shows when babybot runs in it and a text is typed; it must end by itself."""
    import pty
    import termios

    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (40, columns))
    os.write(ours, text.encode())
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    command = [sys.executable, "-m", "babybot", *arguments]
    settings = {"LANG": "en_GB.UTF-8", "TERM": "xterm", **kept, **environ}
    shown = b""
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=settings, cwd=ROOT) as process:
        os.close(theirs)
        while select.select([ours], [], [], 20)[0]:
            try:
                shown += os.read(ours, 4096)
            except OSError:  # Linux says so when the other end is closed
                break
        os.close(ours)
        assert process.wait(20) == 0
    return shown.decode().replace("\r", "")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(
    ("arguments", "environ"),
    [(["--plain"], {}), ([], {"NO_COLOR": "1"}), ([], {"TERM": "dumb"}), (["chat", "--plain"], {"LC_ALL": "C"})],
    ids=["--plain", "NO_COLOR", "TERM=dumb", "LC_ALL=C"],
)  # fmt: skip
def test_a_terminal_that_wants_plain_lines_gets_them(arguments: list[str], environ: dict[str, str]) -> None:
    shown = at_terminal(arguments, f"{DANGER}\n/quit\n", columns=50, **environ)
    assert "!!! EMERGENCY !!!" in shown
    assert "\x1b" not in shown
    assert not any("\u2500" <= char <= "\u257f" for char in shown)
    assert shown.isascii() or "LC_ALL" not in environ
    assert all(display_width(line) <= 50 for line in shown.split("\n"))


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_a_terminal_gets_colours_a_bar_beside_the_alarm_and_the_toolbar() -> None:
    shown = at_terminal(["--region", "US"], f"{DANGER}\n/quit\n")
    assert "\x1b[" in shown
    assert "\u250f\u2501\u2501 EMERGENCY" in shown
    assert "Emergency (US): 911" in shown


def test_a_pipe_gets_plain_lines_without_a_prompt() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "babybot", "chat"],
        input=f"{DANGER}\n".encode(),
        capture_output=True,
        cwd=ROOT,
        check=True,
    )
    shown = ended.stdout.decode()
    assert "!!! EMERGENCY !!!" in shown
    assert "\x1b" not in shown
    assert "\n> " not in shown
