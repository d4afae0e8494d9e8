"""The chat as plain lines of text: for pipes, dumb terminals, screen readers, and whoever asks for it.

Nothing is redrawn, no box characters, no escape sequences; the terminal's own line editing is all there is.
"""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Mapping
from typing import BinaryIO, Final, TextIO

from babybot.chatting import Chat, Shown, first_screen, laid_out
from babybot.render import Line
from babybot.shell_commands import respond
from babybot.terminal import Terminal

__all__ = ["PlainShell"]

_PASTED_WITHIN: Final = 0.03
"""Seconds in which a further line is taken as part of the same paste: nobody types that fast."""


class PlainShell:
    """Runs a chat over two streams.

    Args:
        chat: the chat.
        source: bytes, a message a line; lines pasted at once into a terminal are one message.
        target: where replies are written.
        environ: COLUMNS, the locale and the like.
    """

    def __init__(self, chat: Chat, source: BinaryIO, target: TextIO, environ: Mapping[str, str]) -> None:
        self._chat = chat
        self._source = source
        self._target = target
        self._environ = environ
        self._waiting: deque[str] = deque()

    def run(self) -> None:
        """Talk until the parent leaves or the input ends.

        Raises:
            KeyboardInterrupt: when interrupted and the input is no terminal; at a terminal the line is dropped.
        """
        terminal = self._terminal()
        self._write([*first_screen(self._chat, terminal.width), ("", "")])
        while not self._chat.is_over:
            try:
                message = self._read()
            except KeyboardInterrupt:
                if not self._source.isatty():
                    raise
                self._write([("", "")])
                continue
            if message is None:
                break
            self._show(respond(self._chat, message))

    def _terminal(self) -> Terminal:
        return Terminal.of(self._target, self._environ, plain=True)

    def _show(self, shown: Shown | None) -> None:
        if shown:
            self._write([*laid_out(shown, self._terminal().width), ("", "")])

    def _write(self, lines: list[Line]) -> None:
        self._target.write(self._terminal().text(lines))
        self._target.flush()

    def _read(self) -> str | None:
        """The next message; None at the end."""
        if not self._waiting:
            if self._source.isatty():
                self._target.write("> ")
                self._target.flush()
            line = self._source.readline()
            if not line:
                return None
            self._take(line)
        return self._waiting.popleft()

    def _take(self, line: bytes) -> None:
        """Keep a line with what was pasted together with it; a command stands alone."""
        message = _decoded(line)
        while not message.startswith("/") and _more_at_once(self._source):
            further = _decoded(self._source.readline())
            if further.startswith("/"):
                self._waiting.extend((message, further))
                return
            message += "\n" + further
        self._waiting.append(message)


def _decoded(line: bytes) -> str:
    return line.decode("utf-8", "replace").removeprefix("\ufeff").rstrip("\r\n")


def _more_at_once(source: BinaryIO) -> bool:
    """Whether a terminal holds a further line already."""
    if os.name == "nt" or sys.platform == "win32" or not source.isatty():
        return False
    import select

    return bool(select.select([source], [], [], _PASTED_WITHIN)[0])
