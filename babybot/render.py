"""`Reply` or `Problem` -> lines of `(style, text)`, wrapped by display width, without a control character in them.

Knows no terminal: what a style looks like, and whether there are colours at all, is decided by whoever shows the lines.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from babybot.context import Status
from babybot.errors import Problem, Severity
from babybot.model import Urgency
from babybot.reply import Escalation, Reply

__all__ = [
    "HEADINGS",
    "Line",
    "clean",
    "display_width",
    "problem_lines",
    "reply_lines",
    "text_lines",
    "to_ascii",
    "wrap",
]

Line = tuple[str, str]
"""A style and a text without line breaks. Styles: an urgency's value, `heading`, `dim`, `error`, `warning`, or none."""

HEADINGS: Final = {
    Urgency.EMERGENCY: "EMERGENCY",
    Urgency.URGENT: "SEE A DOCTOR TODAY",
    Urgency.DOCTOR: "TELL A DOCTOR",
}
"""What stands above an escalation, in capitals so that it stands out without colour; a `watch` has none."""
_ASKED: Final = "WARNING SIGN"
_HELP: Final = "GET HELP TODAY"
"""Above an urgent escalation that sends to other help than a doctor, too."""
_OTHER_HELP: Final = frozenset({"crisis", "poison"})
_ESCAPES: Final = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]*[0-~])|\x9b[0-?]*[ -/]*[@-~]"
)
_KEPT_FORMATS: Final = frozenset("\u200c\u200d")
"""Joiners that scripts and emoji need; every other format character could hide or turn text around."""
_MARKER: Final = re.compile(r"(\s*)((?:[-*\u2022]|\d{1,2}[.)])\s+)?")
_ASCII: Final = str.maketrans(
    {
        "\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u2014": "-", "\u2026": "...",
        "\u00a0": " ", "\u2022": "-", "\u00b0": " deg ", "\u00bd": "1/2", "\u2192": "->", "\u00d7": "x",
        "\u2265": ">=", "\u2264": "<=", "\u00b7": "-",
    }
)  # fmt: skip
_LINE_ENDS: Final = frozenset(".!?:;)\"'\u2019\u201d\u2026")
"""What a line ends with that is meant to end there; any other was broken to keep the file narrow."""
_NARROWEST: Final = 2
"""Columns that the widest character takes: no line can be kept narrower."""


def clean(text: str) -> str:
    r"""A text that is safe to print: no escape sequences, control or format characters, no lone surrogates.

    Line breaks stay, a tab becomes a blank.

    >>> clean("\x1b[31mred\x1b[0m\a\u202etxt\ttab\r\nnext")
    'redtxt tab\nnext'
    """
    if text.isascii() and text.isprintable():
        return text
    joined = _ESCAPES.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    return "".join(_cleaned(char) for char in joined)


def _cleaned(char: str) -> str:
    if char == "\n" or char.isprintable():
        return char
    category = unicodedata.category(char)
    if category == "Cs":
        return "\ufffd"
    if category in ("Zl", "Zp"):
        return "\n"
    if char == "\t" or category == "Zs":
        return " " if char != "\u00a0" else char
    return char if char in _KEPT_FORMATS or category in ("Co", "Cn") else ""


def to_ascii(text: str) -> str:
    """A text in ASCII: quotes and dashes as their plain forms, letters without accents, `?` for what has none."""
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFKD", text.translate(_ASCII))
    return "".join(char for char in plain if not unicodedata.combining(char)).encode("ascii", "replace").decode("ascii")


@lru_cache(maxsize=4096)
def _columns(char: str) -> int:
    """Columns of one character: 0 for what joins the one before, 2 for wide ones."""
    if unicodedata.category(char) in ("Mn", "Me", "Cf") or "\u1160" <= char <= "\u11ff":
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def display_width(text: str) -> int:
    """Columns that a cleaned line takes on a terminal."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def wrap(text: str, width: int | None) -> list[str]:
    """Break a text into lines.

    Args:
        text: paragraphs and lists; a line break in the middle of a sentence is taken as a blank, others are kept;
            further lines of a list item are set under its words.
        width: columns a line may take, counted as 2 at least; None breaks nothing.

    Returns:
        The lines; none is wider than asked. Words stay whole unless one is longer than a line.

    >>> wrap("- one two three", 9)
    ['- one two', '  three']
    """
    lines = clean(text).split("\n")
    if width is None:
        return [line.rstrip() for line in lines]
    return [piece for line in _rejoined(lines) for piece in _wrapped(line, max(width, _NARROWEST))]


def _rejoined(lines: Iterable[str]) -> Iterator[str]:
    """The lines, those joined that an editor broke in the middle of a sentence: the next begins with a small letter."""
    kept: str | None = None
    for line in map(str.rstrip, lines):
        if kept and kept[-1] not in _LINE_ENDS and line.lstrip()[:1].islower():
            kept += " " + line.lstrip()
            continue
        if kept is not None:
            yield kept
        kept = line
    if kept is not None:
        yield kept


def _wrapped(line: str, width: int) -> Iterator[str]:
    if display_width(line) <= width:
        yield line.rstrip()
        return
    marker = _MARKER.match(line)
    head = marker.group() if marker else ""
    if display_width(head) > width // 2:
        head = ""
    current, begun = head, False
    for word in filter(None, line[len(head) :].split(" ")):
        joined = f"{current} {word}" if begun else current + word
        if begun and display_width(joined) > width:
            yield current.rstrip()
            joined = " " * display_width(head) + word
        *full, current = _chopped(joined, width)
        yield from full
        begun = True
    if current.strip():
        yield current.rstrip()


def _chopped(text: str, width: int) -> Iterator[str]:
    """A text in pieces that fit, broken anywhere but before what joins the character before it."""
    piece, used = "", 0
    for char in text:
        columns = _columns(char)
        if used + columns > width:
            yield piece
            piece, used = "", 0
        piece += char
        used += columns
    yield piece


def text_lines(text: str, width: int | None, style: str = "") -> list[Line]:
    """A text as lines of one style."""
    return [(style, line) for line in wrap(text, width)]


def reply_lines(reply: Reply, width: int | None, *, box: bool = False) -> list[Line]:
    """A reply as it is shown to a parent, the escalation set apart at its top.

    Args:
        reply: what is to be shown.
        width: columns a line may take; None breaks nothing.
        box: whether the escalation gets a bar of box characters beside it, instead of rules of `!` around it.
    """
    escalation = reply.escalation
    if escalation is None:
        return text_lines(reply.text, width)
    advice, text = escalation.text.strip(), reply.text
    style = escalation.urgency.value
    if escalation.urgency is Urgency.WATCH:
        before = text.removesuffix(advice)
        return text_lines(before.rstrip(), width) + [("", "")] * bool(before.strip()) + text_lines(advice, width, style)
    after = text.removeprefix(advice).strip()
    framed = _boxed if box else _ruled
    lines = [(style, line) for line in framed(_heading(escalation), advice, width)]
    return lines + ([("", ""), *text_lines(after, width)] if after else [])


def _heading(escalation: Escalation) -> str:
    """The heading of an escalation above `watch`; softer where the sign was only asked about."""
    signs = [finding for finding in escalation.red_flags if finding.urgency > Urgency.WATCH]
    if signs and all(finding.status is Status.ASKED for finding in signs):
        return _ASKED
    if escalation.urgency is Urgency.URGENT and {contact.kind for contact in escalation.contacts} & _OTHER_HELP:
        return _HELP
    return HEADINGS[escalation.urgency]


def _boxed(heading: str, advice: str, width: int | None) -> Iterator[str]:
    for place, line in enumerate(wrap(heading, None if width is None else width - 4)):
        yield ("\u2503   " if place else "\u250f\u2501\u2501 ") + line
    for line in wrap(advice, None if width is None else width - 2):
        yield f"\u2503 {line}".rstrip()
    yield "\u2517\u2501\u2501"


def _ruled(heading: str, advice: str, width: int | None) -> Iterator[str]:
    yield from wrap(f"!!! {heading} !!!", width)
    yield from wrap(advice, width)
    yield "!!!"


def problem_lines(problem: Problem, *, is_github: bool = False) -> list[Line]:
    """A problem with the line it stands in, a caret and the hint; for GitHub one workflow command."""
    if is_github:
        return [("", _github(problem))]
    lines: list[Line] = [(problem.severity.value, clean(str(problem)).replace("\n", " "))]
    if problem.context is not None:
        column = problem.location.column - 1
        begun = clean(problem.context[:column])
        lines.append(("", "    " + clean(problem.context).replace("\n", " ").rstrip()))
        lines.append(("", "    " + " " * display_width(begun) + "^"))
    if problem.hint:
        lines.append(("dim", "    hint: " + clean(problem.hint).replace("\n", " ")))
    return lines


def _github(problem: Problem) -> str:
    """A workflow command that puts the problem beside its line. Source: GitHub, "Workflow commands"."""
    place = problem.location
    message = problem.message + (f" (hint: {problem.hint})" if problem.hint else "")
    for char, code in (("%", "%25"), ("\r", "%0D"), ("\n", "%0A")):
        message = message.replace(char, code)
    path = place.path.replace("%", "%25").replace(":", "%3A").replace(",", "%2C")
    kind = "error" if problem.severity is Severity.ERROR else "warning"
    return clean(f"::{kind} file={path},line={place.line},col={place.column},title={problem.rule}::{message}")
