"""The interactive shell on prompt_toolkit: a prompt with completion, the emergency number below it, replies above.

The only module that imports prompt_toolkit. What lines mean is left to `shell_commands.py`, what is shown to
`chatting.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from typing import Final

from prompt_toolkit import PromptSession, print_formatted_text
from prompt_toolkit.application import in_terminal
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.filters import Condition, is_done, is_searching
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.input import Input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.layout import ConditionalContainer, Window, walk
from prompt_toolkit.output import Output
from prompt_toolkit.styles import Style

from babybot.chatting import Chat, Shown, first_screen, laid_out, status_line
from babybot.completion import suggestions
from babybot.render import Line, to_ascii
from babybot.shell_commands import COMMANDS, may_wait, respond
from babybot.terminal import WIDEST, Terminal

__all__ = ["Shell"]

_STYLE: Final = Style.from_dict(
    {
        "emergency": "bold ansired",
        "urgent": "bold ansired",
        "doctor": "bold ansiyellow",
        "watch": "italic",
        "heading": "bold",
        "dim": "ansibrightblack",
        "prompt": "bold",
        "typed": "bold",
    }
)
_MENU: Final = 4
"""Rows kept for completions."""
_BELOW: Final = _MENU + 4
"""Rows kept for the prompt, the completions and the toolbar when a reply is longer than the screen."""
_UNSENT: Final = "-- That was the rest. Enter sends what you typed. --"
_SETTLED: Final = 0.15
"""Seconds without a further change of size before the screen is laid out again."""


class Shell:
    """Runs a chat at a terminal.

    Args:
        chat: the chat.
        terminal: whether box characters and more than ASCII can be shown.
        source: another input than the terminal's, for tests.
        target: another output than the terminal's, for tests.
    """

    def __init__(
        self, chat: Chat, terminal: Terminal, *, source: Input | None = None, target: Output | None = None
    ) -> None:
        self.chat = chat
        self._terminal = terminal
        self._shown: list[tuple[str, Shown]] = []
        self._rest: list[Line] = []
        self._unsent = ""
        """What was typed before the reply had been read to its end, for the parent to send or to change."""
        self.session: PromptSession[str] = PromptSession(
            message=self._message,
            history=InMemoryHistory(),
            completer=_ChatCompleter(chat),
            complete_while_typing=True,
            complete_in_thread=True,
            reserve_space_for_menu=_MENU,
            bottom_toolbar=self._toolbar,
            key_bindings=self._key_bindings(),
            style=_STYLE,
            input=source,
            output=target,
        )
        _always_show_toolbar(self.session)
        self._columns = self.session.output.get_size().columns
        self.session.app.before_render += lambda _: self._notice_size()

    def run(self) -> None:
        """Talk until the parent leaves."""
        self._print([*first_screen(self.chat, self._width()), ("", "")])
        while not self.chat.is_over:
            self.session.app.erase_when_done = False
            try:
                line = self.session.prompt(default=self._unsent)
            except KeyboardInterrupt:
                continue
            except EOFError:
                break
            self._take(line)

    def _take(self, line: str) -> None:
        """Show what a line leads to; an empty one shows the rest of a long reply.

        A question that stands in the rest cannot be meant by a "no" typed before it was shown: the rest is shown first,
        and the line stays at the prompt; but for a line that tells of danger.
        """
        self._unsent = ""
        if self._rest and may_wait(self.chat, line):
            self._unsent = line
            rest, self._rest = self._rest, []
            self._print([*rest, ("dim", _UNSENT), ("", "")])
            return
        shown = respond(self.chat, line)
        if shown is not None:
            self._shown = [(line, shown)] if shown else []
            self._rest = [*laid_out(shown, self._width(), box=self._terminal.has_boxes), ("", "")] if shown else []
        self._print_page()

    def _print_page(self) -> None:
        """Print as much of what waits as the screen holds."""
        end = _page_end(self._rest, max(self.session.output.get_size().rows - _BELOW, 4))
        page, self._rest = self._rest[:end], self._rest[end:]
        self._print(page)

    def _print(self, lines: Sequence[Line]) -> None:
        fragments = [(f"class:{style}", self._spelled(text) + "\n") for style, text in lines]
        print_formatted_text(FormattedText(fragments), style=_STYLE, output=self.session.output, end="")

    def _key_bindings(self) -> KeyBindings:
        bindings = KeyBindings()

        @bindings.add("c-c", filter=~is_searching)
        def _(event: KeyPressEvent) -> None:
            """Clear the line."""
            event.current_buffer.reset()

        @bindings.add("enter", filter=~is_searching & Condition(lambda: not self.session.default_buffer.text))
        def _(event: KeyPressEvent) -> None:
            """Go on with a long reply; the empty prompt leaves no trace."""
            event.app.erase_when_done = True
            event.app.exit(result="")

        return bindings

    def _width(self) -> int:
        return min(self.session.output.get_size().columns - 1, WIDEST)

    def _message(self) -> FormattedText:
        more = "-- Enter shows the rest --\n" if self._rest and not self.session.app.is_done else ""
        return FormattedText([("class:dim", more), ("class:prompt", "> ")])

    def _toolbar(self) -> FormattedText:
        return FormattedText([("", " " + self._spelled(status_line(self.chat, self._width() - 1)))])

    def _spelled(self, text: str) -> str:
        return to_ascii(text) if self._terminal.is_ascii else text

    def _notice_size(self) -> None:
        """Lay the last reply out again when the terminal has become wider or narrower."""
        columns = self.session.output.get_size().columns
        if columns != self._columns:
            self._columns = columns
            self.session.app.create_background_task(self._lay_out_again(columns))

    async def _lay_out_again(self, columns: int) -> None:
        await asyncio.sleep(_SETTLED)
        if columns != self._columns:
            return
        async with in_terminal():
            output = self.session.output
            output.erase_screen()
            output.cursor_goto(0, 0)
            output.flush()
            self._rest = self._everything()
            self._print_page()

    def _everything(self) -> list[Line]:
        """The last message with its reply, or the first screen, for the width as it is now."""
        if not self._shown:
            return [*first_screen(self.chat, self._width()), ("", "")]
        lines: list[Line] = []
        for typed, shown in self._shown:
            lines += [("typed", line) for _, line in laid_out((("", f"> {typed.strip()}"),), self._width())]
            lines += [*laid_out(shown, self._width(), box=self._terminal.has_boxes), ("", "")]
        return lines


class _ChatCompleter(Completer):
    """Offers what the text typed so far may become."""

    def __init__(self, chat: Chat) -> None:
        self.chat = chat
        self._commands = tuple((command.name, command.summary) for command in COMMANDS)

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterator[Completion]:
        """The suggestions as prompt_toolkit takes them."""
        for found in suggestions(self.chat, document.text_before_cursor, self._commands):
            yield Completion(found.text, start_position=found.start, display_meta=found.meta)


def _page_end(lines: Sequence[Line], rows: int) -> int:
    """How many lines make a page of at most so many rows: it ends between paragraphs where that leaves half a page."""
    if len(lines) <= rows:
        return len(lines)
    return next((end for end in range(rows, rows // 2, -1) if not lines[end - 1][1]), rows)


def _always_show_toolbar(session: PromptSession[str]) -> None:
    """Show the toolbar on terminals, too, that do not tell where the cursor is; prompt_toolkit hides it there."""
    for container in walk(session.layout.container):
        if isinstance(container, ConditionalContainer) and _is_toolbar(container.content):
            container.filter = ~is_done


def _is_toolbar(content: object) -> bool:
    return isinstance(content, Window) and content.style == "class:bottom-toolbar"
