"""The command line as data: what a command is, its arguments, and the parser made of them.

What commands do is left to `cli.py`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final, NamedTuple, NoReturn

from babybot.render import clean

__all__ = ["Command", "asked", "built", "chatted", "linted", "measured", "parser_of", "replies", "text"]


class _Parser(argparse.ArgumentParser):
    """Says what is wrong without the escape sequences that may stand in an argument."""

    def error(self, message: str) -> NoReturn:
        super().error(clean(message))


class _Version(argparse.Action):
    """Looks the version up only when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import PackageNotFoundError, version

        try:
            found = version("babybot")
        except PackageNotFoundError:
            found = "(not installed)"
        sys.stdout.write(f"babybot {found}\n")
        parser.exit()


def parser_of(commands: Iterable[Command]) -> argparse.ArgumentParser:
    """The parser of the whole command line; a parsed one says in `run` which function is to run."""
    parser = _Parser(
        prog="babybot",
        description="Answers parents' questions about a baby's shaking or twitching in sleep. It is not a doctor: in an"
        " emergency call your emergency number. Without a command it starts the chat.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and exit")
    below_it = parser.add_subparsers(metavar="COMMAND", required=True)
    for command in commands:
        below = below_it.add_parser(command.name, help=command.summary, description=command.summary, allow_abbrev=False)
        for add in command.arguments:
            add(below)
        below.set_defaults(run=command.run)
    return parser


Argument = Callable[[argparse.ArgumentParser], object]


class Command(NamedTuple):
    """One command."""

    name: str
    summary: str
    """What it does, for help; no full stop."""
    run: Callable[[argparse.Namespace], int]
    arguments: tuple[Argument, ...]
    """What adds its arguments to a parser."""


def replies(parser: argparse.ArgumentParser) -> None:
    """Add what every command that replies takes."""
    parser.add_argument(
        "--region", metavar="GB", help="whose emergency numbers to give (default: $BABYBOT_REGION, then the locale)"
    )
    parser.add_argument(
        "--knowledge", metavar="DIR", type=Path, help="answer from this knowledge folder instead of the shipped one"
    )


def text(parser: argparse.ArgumentParser) -> None:
    """Add the text to explain."""
    parser.add_argument("text", metavar="TEXT", nargs="+", help="what a parent would type")


def asked(parser: argparse.ArgumentParser) -> None:
    """Add what `ask` takes."""
    parser.add_argument(
        "text",
        metavar="TEXT",
        nargs="+",
        help="what a parent would type; - reads an utterance a line from standard input",
    )
    parser.add_argument("--json", action="store_true", help="reply as one JSON object a line")


def chatted(parser: argparse.ArgumentParser) -> None:
    """Add what `chat` takes."""
    parser.add_argument("--plain", action="store_true", help="lines of text only: no colours, nothing redrawn")


def linted(parser: argparse.ArgumentParser) -> None:
    """Add what `lint` takes."""
    parser.add_argument(
        "folders", metavar="DIR", nargs="*", type=Path, help="knowledge folders (default: the shipped one)"
    )
    parser.add_argument(
        "--format", choices=("text", "json", "github"), default="text", help="how problems are shown (default: text)"
    )


def built(parser: argparse.ArgumentParser) -> None:
    """Add what `build` takes."""
    parser.add_argument(
        "folder", metavar="DIR", nargs="?", type=Path, help="knowledge folder (default: the shipped one)"
    )
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 unless compiled/ matches the sources"
    )


def measured(parser: argparse.ArgumentParser) -> None:
    """Add what `eval` takes."""
    parser.add_argument(
        "files", metavar="FILE", nargs="+", type=Path, help="labelled utterances (.jsonl) or dialogues (.yaml)"
    )
    for name, of in _MINIMA:
        parser.add_argument(f"--{name}", metavar="SHARE", type=_share, help=f"exit 1 when {of} (0.97 or 97%%)")


_MINIMA: Final = (
    ("min-recall", "fewer red-flag messages escalate"),
    ("max-false-alarms", "more benign messages raise an alarm"),
    ("min-urgency", "fewer present or past signs get the urgency they need"),
    ("min-hit1", "fewer questions have a right entry first"),
    ("min-hit3", "fewer questions have a right entry among the first three"),
    ("min-turns", "fewer turns of the dialogues hold"),
)


def _share(text: str) -> float:
    """A share typed as 0.97 or 97%."""
    value = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    if not 0 <= value <= 1:
        raise ValueError(text)
    return value
