"""A calm question-and-answer helper for parents whose baby shakes or twitches in sleep; signs of danger always
escalate."""

from babybot.bot import Bot, Conversation
from babybot.context import Status
from babybot.errors import KnowledgeError, Location, Problem, Severity
from babybot.findings import Finding
from babybot.model import Contact, Entry, KnowledgeBase, RedFlag, Source, Urgency
from babybot.reply import Escalation, Kind, Reply
from babybot.retriever import Match

__all__ = [
    "Bot",
    "Contact",
    "Conversation",
    "Entry",
    "Escalation",
    "Finding",
    "Kind",
    "KnowledgeBase",
    "KnowledgeError",
    "Location",
    "Match",
    "Problem",
    "RedFlag",
    "Reply",
    "Severity",
    "Source",
    "Status",
    "Urgency",
]
