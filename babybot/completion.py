"""What the text typed so far may become: a command, its argument, or a question that the knowledge answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from babybot.chatting import Chat

__all__ = ["Suggestion", "suggestions"]

_SHORTEST: Final = 3
"""Letters typed before questions are offered: fewer say too little."""
_MOST: Final = 6


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One way to go on."""

    text: str
    """What is put in place of the text from `start` on."""
    start: int
    """Where it begins, in characters from the end of what was typed; 0 or less."""
    meta: str = ""
    """A few words that say what it is."""


def suggestions(chat: Chat, typed: str, commands: Iterable[tuple[str, str]]) -> Iterator[Suggestion]:
    """Suggest how to go on.

    Args:
        chat: whose knowledge is used.
        typed: the text before the cursor.
        commands: name with its slash, and summary.
    """
    if typed.startswith("/"):
        yield from _commands(chat, typed, commands)
    elif len(typed.strip()) >= _SHORTEST and "\n" not in typed:
        for question in chat.bot.complete(typed, _MOST):
            yield Suggestion(question, -len(typed))


def _commands(chat: Chat, typed: str, commands: Iterable[tuple[str, str]]) -> Iterator[Suggestion]:
    name, blank, argument = typed.partition(" ")
    if not blank:
        yield from (Suggestion(known, -len(typed), summary) for known, summary in commands if known.startswith(name))
    elif name == "/region":
        for code, region in chat.bot.knowledge.regions.items():
            if code != "default" and code.lower().startswith(argument.lower()):
                yield Suggestion(code, -len(argument), region.name)
    elif name == "/topics" and not argument:
        for number, title in enumerate(chat.bot.knowledge.topics.values(), start=1):
            yield Suggestion(str(number), 0, title)
