"""What a stream and its surroundings allow: how wide, colours or none, UTF-8 or ASCII; and which country they speak of.

Turns lines of `(style, text)` into what is written; what the lines say is left to `render.py`.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple, TextIO

from babybot.render import Line, to_ascii

__all__ = ["REGION_VARIABLE", "WIDEST", "Terminal", "region_of"]

REGION_VARIABLE: Final = "BABYBOT_REGION"

_COLOURS: Final = {
    "emergency": "1;31",
    "urgent": "1;31",
    "doctor": "1;33",
    "watch": "2",
    "heading": "1",
    "dim": "2",
    "error": "1;31",
    "warning": "33",
}
"""Style -> parameters of the escape sequence that sets it."""
WIDEST: Final = 96
"""Columns that a line takes at most: longer lines are hard to read."""
_USUAL: Final = 80
_DIGITS: Final = 5
"""Digits of a wider screen than there is."""
_LOCALE: Final = re.compile(r"[A-Za-z]{2,3}[_-](?:[A-Za-z]{4}[_-])?([A-Za-z]{2})(?:[.@].*)?")


class Terminal(NamedTuple):
    """What can be shown where."""

    width: int | None
    """Columns for text; None where nothing is to be wrapped, as in a pipe."""
    is_plain: bool
    """No colours, no box characters, nothing drawn again."""
    is_ascii: bool
    """Only ASCII can be shown."""

    @classmethod
    def of(cls, stream: TextIO, environ: Mapping[str, str], *, plain: bool = False) -> Terminal:
        """What a stream allows.

        Args:
            stream: where text will be written.
            environ: NO_COLOR, TERM, COLUMNS and the locale are read from it.
            plain: whether plain output was asked for.
        """
        is_terminal = stream.isatty()
        is_dumb = environ.get("TERM", "") == "dumb" or bool(environ.get("NO_COLOR"))
        return cls(
            width=min(_columns(stream, environ), WIDEST) if is_terminal else None,
            is_plain=plain or not is_terminal or is_dumb or _is_old_console(environ),
            is_ascii=_is_ascii(stream, environ),
        )

    @property
    def has_boxes(self) -> bool:
        """Whether box characters can be shown."""
        return not (self.is_plain or self.is_ascii)

    def text(self, lines: Iterable[Line]) -> str:
        """The lines as they are written, each ended."""
        return "".join(self._styled(style, to_ascii(text) if self.is_ascii else text) + "\n" for style, text in lines)

    def _styled(self, style: str, text: str) -> str:
        colour = None if self.is_plain else _COLOURS.get(style)
        return f"\x1b[{colour}m{text}\x1b[0m" if colour and text else text


def _columns(stream: TextIO, environ: Mapping[str, str]) -> int:
    told = environ.get("COLUMNS", "")
    if told.isdecimal() and len(told) < _DIGITS and int(told) > 0:
        return int(told)
    try:
        return os.get_terminal_size(stream.fileno()).columns or _USUAL
    except (OSError, ValueError):
        return _USUAL


def _is_old_console(environ: Mapping[str, str]) -> bool:
    """Whether this is a Windows console that may show escape sequences as they are."""
    return os.name == "nt" and not any(name in environ for name in ("WT_SESSION", "ANSICON", "TERM"))


def _is_ascii(stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Whether the stream or the locale knows ASCII only.

    Python writes UTF-8 under the locale "C" (PEP 538 and 540) and says so in LC_CTYPE; the terminal may not read it.
    """
    encoding = (getattr(stream, "encoding", None) or "utf-8").lower().replace("-", "").replace("_", "")
    if not encoding.startswith("utf"):
        return True
    ctype = environ.get("LC_CTYPE", "")
    coerced = ctype in ("C.UTF-8", "C.utf8", "UTF-8")
    named = environ.get("LC_ALL") or ("" if coerced else ctype) or environ.get("LANG", "")
    return named in ("C", "POSIX") and "PYTHONIOENCODING" not in environ


def region_of(environ: Mapping[str, str]) -> str | None:
    """The country the surroundings speak of: $BABYBOT_REGION, else the locale's; None where they name none.

    >>> region_of({"LANG": "en_GB.UTF-8"})
    'GB'
    """
    if environ.get(REGION_VARIABLE, "").strip():
        return environ[REGION_VARIABLE].strip().upper()
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environ.get(name):
            return _country(environ[name])
    return _country(_windows_locale())


def _country(locale: str) -> str | None:
    found = _LOCALE.fullmatch(locale)
    return found[1].upper() if found else None


def _windows_locale() -> str:
    """The user's locale where no variable tells it, as en-GB; empty elsewhere."""
    if sys.platform == "win32":
        import ctypes

        name = ctypes.create_unicode_buffer(85)
        ctypes.windll.kernel32.GetUserDefaultLocaleName(name, 85)
        return name.value
    return ""
