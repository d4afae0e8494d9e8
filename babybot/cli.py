"""The commands: one function each, `-> int`, and the only place that prints errors or exits.

What a command needs is imported when it runs, so that `babybot ask` answers at once. What is shown is laid out in
`render.py`.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, NoReturn

from babybot.arguments import Command, asked, built, chatted, linted, measured, parser_of, replies, text
from babybot.bot import Bot
from babybot.errors import KnowledgeError, Problem, Severity
from babybot.render import Line, clean, problem_lines, reply_lines, text_lines
from babybot.reply import LAST_RESORT, Kind, Reply
from babybot.terminal import Terminal, region_of

__all__ = ["COMMANDS", "main", "run"]

_FINE: Final = 0
_PROBLEMS: Final = 1
_UNUSABLE: Final = 2
_INTERRUPTED: Final = 130


def run() -> NoReturn:
    """The console script: run the command of the command line and leave at once.

    Taking the loaded knowledge apart again would take longer than a reply; `main` has written everything out.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115 (stays open until the end)
    status = main(sys.argv[1:])
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(status)


def main(arguments: Sequence[str]) -> int:
    """Run one command.

    Args:
        arguments: the command line without the program's name; no command means `chat`.

    Returns:
        The exit status: 0 fine, 1 problems found or no match, 2 wrong usage or unusable knowledge, 130 interrupted.
    """
    try:
        options = parser_of(COMMANDS).parse_args(_with_command([_decoded(argument) for argument in arguments]))
        status = _run(options)
        sys.stdout.flush()
        return status
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else _UNUSABLE
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _FINE
    except OSError as error:
        named = f"{error.filename}: " if error.filename else ""
        _complain([("error", clean(f"babybot: {named}{error.strerror or type(error).__name__}"))])
        return _UNUSABLE


def _run(options: argparse.Namespace) -> int:
    """Run the chosen command; knowledge that cannot be used ends it, and a parent is still told whom to call."""
    try:
        status: int = options.run(options)
        return status
    except KnowledgeError as error:
        _complain(line for problem in error.problems for line in problem_lines(problem))
        if options.run in (ask, chat):
            _complain([("emergency", LAST_RESORT)])
        return _UNUSABLE


def ask(options: argparse.Namespace) -> int:
    """Answer one utterance, or every line of standard input."""
    bot = _bot(options)
    show = _show_json if options.json else _show_text
    if options.text == ["-"]:
        for number, line in enumerate(sys.stdin.buffer):
            if number and not options.json:
                _show([("", "")])
            show(bot.ask(line.decode("utf-8", "replace").rstrip("\r\n").removeprefix("\ufeff")))
            sys.stdout.flush()
        return _FINE
    reply = bot.ask(" ".join(options.text))
    show(reply)
    return _PROBLEMS if reply.kind is Kind.NO_MATCH and reply.escalation is None else _FINE


def _bot(options: argparse.Namespace) -> Bot:
    """The bot that the options ask for. What is loaded stays until the end, so garbage is not looked for in it."""
    gc.disable()
    try:
        bot = Bot(options.knowledge, region=options.region or region_of(os.environ))
        if options.region and options.region.lower() != "default" and bot.region(options.region).code == "default":
            sys.stderr.write(f"babybot: no numbers for the region {options.region!r}: use a code such as GB\n")
        return bot
    finally:
        gc.freeze()
        gc.enable()


def _show_text(reply: Reply) -> None:
    terminal = Terminal.of(sys.stdout, os.environ)
    if terminal.width is None:
        _show(text_lines(reply.text, None))
    else:
        _show(reply_lines(reply, terminal.width, box=terminal.has_boxes))


def _show_json(reply: Reply) -> None:
    import json

    sys.stdout.write(json.dumps(reply.to_dict()) + "\n")


def chat(options: argparse.Namespace) -> int:
    """Talk with a parent until they leave."""
    from babybot.chatting import Chat

    chatted_with = Chat.of(_bot(options))
    terminal = Terminal.of(sys.stdout, os.environ, plain=options.plain)
    if terminal.is_plain or not sys.stdin.isatty():
        from babybot.plain_shell import PlainShell

        PlainShell(chatted_with, sys.stdin.buffer, sys.stdout, os.environ).run()
    else:
        os.environ.setdefault("PROMPT_TOOLKIT_NO_CPR", "1")
        from babybot.shell import Shell

        Shell(chatted_with, terminal).run()
    return _FINE


def explain(options: argparse.Namespace) -> int:
    """Show why an utterance gets its reply."""
    from babybot.explaining import explain as reasons

    bot = _bot(options)
    _show((style, clean(text).replace("\n", " ")) for style, text in reasons(bot, " ".join(options.text)))
    return _FINE


def lint(options: argparse.Namespace) -> int:
    """Check knowledge folders and show every problem."""
    from babybot.checking import check
    from babybot.loader import shipped_folder

    problems: list[Problem] = []
    status = _FINE
    for folder in options.folders or [_nearby(shipped_folder())]:
        try:
            problems.extend(check(folder))
        except KnowledgeError as error:
            problems.extend(error.problems)
            status = _UNUSABLE
    if options.format == "json":
        _show_problems_as_json(problems)
    else:
        _show(line for problem in problems for line in problem_lines(problem, is_github=options.format == "github"))
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    if options.format == "text":
        _show([("heading", f"{_counted(errors, 'error')}, {_counted(len(problems) - errors, 'warning')}")])
    return status or (_PROBLEMS if errors else _FINE)


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _nearby(folder: Path) -> Path:
    """A folder by its short name where it lies below the current one."""
    try:
        return folder.relative_to(Path.cwd())
    except (ValueError, OSError):
        return folder


def _show_problems_as_json(problems: Iterable[Problem]) -> None:
    import json

    found = [
        {
            "path": problem.location.path,
            "line": problem.location.line,
            "column": problem.location.column,
            "severity": problem.severity.value,
            "rule": problem.rule,
            "message": problem.message,
            "hint": problem.hint,
        }
        for problem in problems
    ]
    sys.stdout.write(json.dumps(found, indent=2) + "\n")


def build(options: argparse.Namespace) -> int:
    """Train and write the compiled form of a knowledge folder, or check that it matches."""
    from babybot.building import build as write
    from babybot.building import stale

    if options.check:
        found = stale(options.folder)
        _complain(("error", line) for line in found)
        return _PROBLEMS if found else _FINE
    built = write(options.folder)
    _show(("", clean(note)) for note in (*built.notes, *(f"wrote {_nearby(path.resolve())}" for path in built.written)))
    _complain(("error", clean(lack)) for lack in built.untrained)
    return _PROBLEMS if built.untrained else _FINE


def evaluate(options: argparse.Namespace) -> int:
    """Measure replies to labelled utterances and dialogues."""
    from babybot.evaluation import EvaluationError, measure
    from babybot.evaluation_report import Minima, report_lines

    bot = _bot(options)
    try:
        outcomes = measure(bot, options.files)
    except EvaluationError as error:
        _complain([("error", clean(str(error)))])
        return _UNUSABLE
    minima = Minima(**{name: getattr(options, name) for name in Minima.__dataclass_fields__})
    below = minima.missed_by(outcomes)
    _show((style, clean(text)) for style, text in report_lines(outcomes))
    _complain(("error", line) for line in below)
    return _PROBLEMS if below else _FINE


def _show(lines: Iterable[Line]) -> None:
    sys.stdout.write(Terminal.of(sys.stdout, os.environ).text(lines))


def _complain(lines: Iterable[Line]) -> None:
    sys.stderr.write(Terminal.of(sys.stderr, os.environ).text(lines))


def _decoded(argument: str) -> str:
    """An argument whose bytes that are no text are replaced."""
    return argument.encode("utf-8", "surrogateescape").decode("utf-8", "replace") if _is_broken(argument) else argument


def _is_broken(argument: str) -> bool:
    return any("\udc80" <= char <= "\udcff" for char in argument)


def _with_command(arguments: list[str]) -> list[str]:
    """The arguments with `chat` before them where they name no command."""
    if not arguments or (arguments[0].startswith("-") and arguments[0] not in ("-h", "--help", "--version")):
        return ["chat", *arguments]
    return arguments


COMMANDS: Final = (
    Command("chat", "talk with the bot", chat, (replies, chatted)),
    Command("ask", "answer one question and exit", ask, (asked, replies)),
    Command("explain", "show why a text gets its reply", explain, (text, replies)),
    Command("lint", "check knowledge folders", lint, (linted,)),
    Command("build", "train and write the compiled form of a knowledge folder", build, (built,)),
    Command("eval", "measure replies to labelled utterances and dialogues", evaluate, (measured, replies)),
)
