"""The slash commands of the shell, as data, and what becomes of a line: a command is run, all else is asked.

A command never keeps words from triage: where what follows a slash tells of danger, it is asked as a message.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from babybot import storing
from babybot.ages import is_age_alone
from babybot.body import source_lines
from babybot.chatting import Chat, Shown, emergency_number, transcript
from babybot.likeness import nearest
from babybot.model import Entry
from babybot.render import Line, clean

__all__ = ["COMMANDS", "Command", "may_wait", "respond"]

_DIGITS: Final = 5
"""Digits of a longer number are no place in any list."""
_LEAVING: Final = frozenset({"quit", "exit", ":q"})
"""What people type to leave a program, without a slash."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One slash command."""

    name: str
    """With its slash."""
    argument: str = ""
    """What may follow it, as help shows it; empty where nothing does."""
    summary: str
    """What it does; lower case, no full stop."""
    run: Callable[[Chat, str], Shown]


def respond(chat: Chat, line: str) -> Shown | None:
    """What to show for one line of input; None for an empty one.

    Args:
        chat: the chat; it is changed.
        line: as typed or pasted, line breaks included.
    """
    said = line.strip()
    if not said:
        return None
    if said.lower() in _LEAVING:
        return _quit(chat, "")
    if not said.startswith("/"):
        return chat.ask(line)
    name, _, argument = said.partition(" ")
    command = _command(name.lower())
    if command is not None and (command.run is _save or not chat.conversation.hears_danger(argument)):
        return command.run(chat, argument.strip())
    if command is None and " " not in said and not chat.conversation.hears_danger(said):
        meant = nearest(name.lower(), [known.name for known in COMMANDS])
        return _lines(f"There is no command {clean(name)[:40]}. {f'Did you mean {meant}?' if meant else 'See /help.'}")
    return chat.ask(argument if command is not None else said.removeprefix("/"))


def _command(name: str) -> Command | None:
    """The command of a name, or the only one whose name begins so."""
    begun = [command for command in COMMANDS if command.name.startswith(name)] if len(name) > 1 else []
    return next((command for command in begun if command.name == name), begun[0] if len(begun) == 1 else None)


def may_wait(chat: Chat, line: str) -> bool:
    """Whether a line can wait until the rest of the reply has been shown: no command, nothing of danger in it, and no
    emergency that stands ("how do i do cpr")."""
    said = line.strip()
    if chat.conversation.is_emergency:
        return False
    return (
        bool(said)
        and not said.startswith("/")
        and said.lower() not in _LEAVING
        and not chat.conversation.hears_danger(said)
    )


def _lines(*texts: str, style: str = "") -> tuple[Line, ...]:
    return tuple((style, text) for text in texts)


def _help(chat: Chat, _: str) -> Shown:
    listed = [f"- {f'{command.name} {command.argument}'.strip()}: {command.summary}" for command in COMMANDS]
    return _lines(
        "Type a question in your own words, or what you saw. A number picks from a list; Tab completes; Ctrl-R searches"
        " what you typed; Ctrl-C clears the line; Ctrl-D leaves.",
        *listed,
    )


def _topics(chat: Chat, argument: str) -> Shown:
    topics = list(chat.bot.knowledge.topics.items())
    number, _, pick = argument.partition(" ")
    if not number:
        listed = (
            f"{place}. {title} ({len(_entries(chat, name))})" for place, (name, title) in enumerate(topics, start=1)
        )
        return _lines(*listed, "/topics 1 shows what the first one holds.")
    if not 1 <= _place(number) <= len(topics):
        return _lines(f"There are topics 1 to {len(topics)}: /topics lists them.")
    name, title = topics[_place(number) - 1]
    entries = _entries(chat, name)
    if 1 <= _place(pick.strip()) <= len(entries):
        return chat.ask(entries[_place(pick.strip()) - 1].questions[0])
    listed = (f"{place}. {entry.title}" for place, entry in enumerate(entries, start=1))
    return (("heading", title), *_lines(*listed, f"/topics {number} 1 shows the first."))


def _place(number: str) -> int:
    """A number of a list as typed; 0 for anything else."""
    return int(number) if number.isdecimal() and len(number) < _DIGITS else 0


def _entries(chat: Chat, topic: str) -> list[Entry]:
    return [entry for entry in chat.bot.knowledge.entries if entry.topic == topic]


def _sources(chat: Chat, _: str) -> Shown:
    shown = next((reply for _, reply in reversed(chat.turns) if reply.entry is not None), None)
    if shown is None or shown.entry is None:
        return _lines(chat.wording.say("no_last"), *_contacts(chat))
    lines = source_lines(shown.entry, shown.sources, chat.wording).split("\n")
    return (("heading", shown.entry.title), *_lines(*lines, *_contacts(chat)))


def _contacts(chat: Chat) -> list[str]:
    """The region's numbers, with the day on which each was looked up."""
    lines = [f"Numbers for {chat.region.name}:"]
    for contact in chat.region.contacts:
        checked = f"checked {contact.checked}" if contact.checked else "not checked yet"
        lines.append(f"- {contact.name}: {contact.number or 'no single number'} ({checked})")
    return lines


def _why(chat: Chat, _: str) -> Shown:
    reply = chat.last
    if reply is None:
        return _lines(chat.wording.say("no_last"))
    lines = [f"You said: {clean(reply.utterance)[:200]}"]
    for finding in reply.escalation.red_flags if reply.escalation else ():
        words = f", in your words {clean(finding.words)!r}" if finding.words else ""
        lines.append(
            f"- Warning sign: {finding.red_flag.label} ({finding.status.value}, {finding.urgency.value}){words}"
        )
    if reply.entry is not None:
        score = "" if reply.score is None else f", score {reply.score:.0f} of 100"
        lines.append(f"- Answer shown: {reply.entry.title}{score}")
    lines += [f"- Near: {match.question} ({match.score:.0f})" for match in reply.matches[:3]]
    return _lines(*lines, "Every detail: babybot explain, outside this chat.")


def _region(chat: Chat, argument: str) -> Shown:
    if argument:
        chat.conversation.region = _code(chat, argument)
        known = chat.region.code != "default"
        note = "" if known else f" I know no numbers for {clean(argument)[:20]}."
        return _lines(f"Region: {chat.region.name}.{note} Emergency number: {emergency_number(chat)}", style="heading")
    codes = ", ".join(code for code in chat.bot.knowledge.regions if code != "default")
    return _lines(
        f"Region: {chat.region.name}. Emergency number: {emergency_number(chat)}", f"/region CODE changes it: {codes}"
    )


def _code(chat: Chat, argument: str) -> str:
    """The code of a region told by its name, or by the only one that begins so; else what was told."""
    begun = [
        region.code
        for region in chat.bot.knowledge.regions.values()
        if region.code != "default" and region.name.casefold().startswith(argument.casefold())
    ]
    return begun[0] if len(begun) == 1 and len(argument) > 3 else argument


def _age(chat: Chat, argument: str) -> Shown:
    if argument:
        told = f"Actually, my baby is {argument.removesuffix('old').strip()} old."
        if is_age_alone(told):
            return chat.ask(told)
        return _lines(f"I cannot read an age from {clean(argument)[:40]!r}. /age 6 weeks tells it.")
    days = chat.conversation.age_days
    return _lines("The age is not known. /age 6 weeks tells it." if days is None else f"Age: about {_spoken(days)}.")


def _spoken(days: float) -> str:
    if days < 14:
        return f"{days:.0f} days"
    return f"{days / 7:.0f} weeks" if days < 92 else f"{days / 30.4:.0f} months"


def _again(chat: Chat, _: str) -> Shown:
    return chat.last or _lines(chat.wording.say("no_last"))


def _save(chat: Chat, argument: str) -> Shown:
    if not argument:
        return _lines("/save FILE writes this chat to a file.")
    try:
        path = Path(argument).expanduser().absolute()
        storing.create(path, transcript(chat.turns).encode("utf-8", "replace"))
    except FileExistsError:
        return _lines(f"Not saved: {clean(str(path))} is there already.")
    except (OSError, ValueError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or "this is no name a file can have"
        return _lines(f"Not saved to {clean(argument)}: {reason.lower()}.")
    return _lines(f"Saved to {clean(str(path))}")


def _quit(chat: Chat, _: str) -> Shown:
    chat.is_over = True
    return ()


COMMANDS: Final = (
    Command(name="/help", summary="what you can type", run=_help),
    Command(name="/topics", argument="[NUMBER]", summary="what I can answer", run=_topics),
    Command(name="/sources", summary="what the last answer rests on", run=_sources),
    Command(name="/why", summary="why I said that", run=_why),
    Command(name="/region", argument="[CODE]", summary="whose emergency numbers I give", run=_region),
    Command(name="/age", argument="[AGE]", summary="how old your baby is", run=_age),
    Command(name="/again", summary="the last reply once more", run=_again),
    Command(name="/save", argument="FILE", summary="write this chat to a file; nothing is kept otherwise", run=_save),
    Command(name="/quit", summary="leave", run=_quit),
)
