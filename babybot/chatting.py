"""One chat as the shell keeps it: the conversation, what was said so far, how it is laid out, and its first screen.

Nothing is decided here about answers, and nothing is known about terminals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from babybot.bot import Bot, Conversation
from babybot.model import Region, Urgency
from babybot.render import HEADINGS, Line, clean, display_width, reply_lines, wrap
from babybot.reply import Reply
from babybot.wording import Wording, region_of

__all__ = ["Chat", "Shown", "emergency_number", "first_screen", "laid_out", "status_line", "transcript"]

Shown = Reply | tuple[Line, ...]
"""What is shown next: a reply, or lines that are not wrapped yet."""

_TALLEST: int = 10
"""Lines of the first screen at most. Source: issue 5, item 6."""


@dataclass(slots=True)
class Chat:
    """The state of one chat. It belongs to one shell and one thread."""

    bot: Bot
    conversation: Conversation
    turns: list[tuple[str, Reply]] = field(default_factory=list)
    """What the parent said, with the reply."""
    is_over: bool = False
    """Whether the parent has asked to leave."""

    @classmethod
    def of(cls, bot: Bot, region: str | None = None) -> Chat:
        """A new chat for a region; None for the bot's own."""
        return cls(bot=bot, conversation=bot.conversation(region=region))

    @property
    def region(self) -> Region:
        """Whose contacts are given."""
        return region_of(self.bot.knowledge, self.conversation.region)

    @property
    def wording(self) -> Wording:
        """The messages for the region."""
        return Wording(self.bot.knowledge, self.conversation.region)

    @property
    def last(self) -> Reply | None:
        """The latest reply."""
        return self.turns[-1][1] if self.turns else None

    def ask(self, utterance: str) -> Reply:
        """Take a turn and keep it."""
        reply = self.conversation.ask(utterance)
        self.turns.append((utterance, reply))
        return reply


def emergency_number(chat: Chat) -> str:
    """The emergency numbers of the region as they are dialled; words where there is no single one."""
    contacts = [contact for contact in chat.region.contacts if contact.kind == "emergency"]
    return " or ".join(dict.fromkeys(contact.number or contact.name for contact in contacts))


def first_screen(chat: Chat, width: int | None) -> list[Line]:
    """What this is, what it is not, whom to call, how to begin: at most ten lines where these can hold it."""
    greeting = [("", line) for line in wrap(chat.wording.say("greeting"), width)]
    number = f"Emergency number: {emergency_number(chat)} ({_place(chat)})"
    begin = "Type a question and press Enter. /help shows what else there is. /quit leaves."
    called = [("heading", line) for line in wrap(number, width)]
    begun = [("dim", line) for line in wrap(begin, width)]
    title: list[Line] = [("heading", "babybot"), ("", "")]
    short: list[Line] = [("dim", "/help  /quit")]
    choices = [
        [*title, *greeting, *called, *begun],
        [*greeting, *called, *begun],
        [*greeting, *called, *short],
        greeting,
    ]
    return next((lines for lines in choices if len(lines) <= _TALLEST), choices[-1])


def _place(chat: Chat) -> str:
    if chat.region.code == "default":
        return "/region GB tells me your country"
    return f"{chat.region.name}; /region changes it"


def status_line(chat: Chat, width: int = 80) -> str:
    """What stays in sight while the parent types: the emergency number first, more where the width allows it."""
    number, code = emergency_number(chat), chat.region.code
    where = "" if code == "default" else f" ({code})"
    standing = chat.last.escalation.urgency if chat.last and chat.last.escalation else None
    if standing is Urgency.EMERGENCY:
        return f"{HEADINGS[standing]}: call {number} now{where}"
    called = f"Emergency{where}: {number}"
    longer = (f"{called} | not a doctor | /help", f"{called} | /help")
    return next((text for text in longer if display_width(text) <= width), called)


def laid_out(shown: Shown, width: int | None, *, box: bool = False) -> list[Line]:
    """What is shown, wrapped to a width."""
    if isinstance(shown, Reply):
        return reply_lines(shown, width, box=box)
    return [(style, line) for style, text in shown for line in wrap(text, width)]


def transcript(turns: Sequence[tuple[str, Reply]]) -> str:
    """The chat so far as text to keep."""
    parts = [f"You: {clean(utterance)}\n\nbabybot: {clean(reply.text)}\n" for utterance, reply in turns]
    return "\n".join(parts)
