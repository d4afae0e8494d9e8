"""Labelled utterances and dialogues -> whether each reply escalates, keeps still, answers right as it should.

Labels are those of JSON lines with `flag` and `level`, with `id` and `also`, or with neither (benign); dialogues are
YAML. How the outcomes are shown is left to `evaluation_report.py`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, Final

import yaml

from babybot.bot import Bot
from babybot.model import Urgency
from babybot.reply import Kind, Reply

__all__ = ["EvaluationError", "Outcome", "Verdict", "measure"]

_SEEN: Final = frozenset({"present", "history", "past"})
"""Kinds of red-flag messages whose urgency must be high enough: the others are graded by the contract's own table."""
_ID: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+")


class EvaluationError(Exception):
    """Labelled data that cannot be used: says which file, where and why."""


class Verdict(Enum):
    """What one reply is judged for."""

    RECALL = "recall"
    """A message with a red flag escalates, be it as a `watch`."""
    URGENCY = "urgency"
    """A sign that is or was there gets at least the urgency it needs."""
    CALM = "calm"
    """A benign message raises no alarm: nothing above `watch`."""
    SILENT = "silent"
    """A benign message brings no quiet word either."""
    HIT1 = "hit@1"
    """A right entry is ranked first."""
    HIT3 = "hit@3"
    """A right entry is among the first three."""
    SERVED = "served"
    """A right entry's answer is shown."""
    NOT_WRONG = "not wrong"
    """No wrong entry's answer is shown."""
    TURN = "turn"
    """A turn of a dialogue escalates, or keeps still, as it must, and shows the entry it must."""
    TURN_ESCALATES = "turn escalates"
    """A turn that must escalate does, as urgently as it must."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How one reply did."""

    place: str
    """The file with the line, or with the dialogue's name and the number of the turn."""
    text: str
    """What was said."""
    expected: str
    found: str
    verdicts: Mapping[Verdict, bool]
    """What it was judged for, and whether it held."""
    groups: Mapping[str, str]
    """Kind, style, flag: what shares are also told by."""


def measure(bot: Bot, paths: Iterable[Path]) -> tuple[Outcome, ...]:
    """Ask the bot everything that the files hold.

    Raises:
        EvaluationError: when a file cannot be read or holds something else.
    """
    return tuple(outcome for path in paths for outcome in _measure_file(bot, path))


def _measure_file(bot: Bot, path: Path) -> Iterator[Outcome]:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise EvaluationError(f"{path}: cannot be read: {(error.strerror or type(error).__name__).lower()}") from None
    except UnicodeDecodeError as error:
        raise EvaluationError(f"{path}: this is not UTF-8 (byte {error.start})") from None
    if path.suffix in (".yaml", ".yml"):
        yield from _dialogues(bot, text, str(path))
    else:
        yield from _messages(bot, text, str(path))


def _messages(bot: Bot, text: str, path: str) -> Iterator[Outcome]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        place = f"{path}:{number}"
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            raise EvaluationError(f"{place}: this is no JSON") from None
        if not isinstance(row, dict) or not isinstance(row.get("text"), str):
            raise EvaluationError(f"{place}: expected an object with a 'text'")
        reply = bot.ask(row["text"])
        groups = {name: str(row[name]) for name in ("kind", "style", "flag") if row.get(name)}
        try:
            expected, found, verdicts = _judged(row, reply, place)
        except (TypeError, LookupError):
            raise EvaluationError(f"{place}: a label is neither text nor a list of texts") from None
        yield Outcome(place=place, text=row["text"], expected=expected, found=found, verdicts=verdicts, groups=groups)


def _judged(row: Mapping[str, Any], reply: Reply, place: str) -> tuple[str, str, dict[Verdict, bool]]:
    """What was expected, what was found, and the verdicts, by the labels that the row has."""
    if row.get("flag"):
        return _judged_red_flag(row, reply, place)
    if row.get("id"):
        return _judged_question(row, reply)
    return (
        "no alarm",
        _urgency_name(reply),
        {
            Verdict.CALM: not _alarms(reply),
            Verdict.SILENT: reply.escalation is None,
        },
    )


def _judged_red_flag(row: Mapping[str, Any], reply: Reply, place: str) -> tuple[str, str, dict[Verdict, bool]]:
    level = _urgency(row.get("level"), place)
    verdicts = {Verdict.RECALL: reply.escalation is not None}
    if row.get("kind") in _SEEN:
        verdicts[Verdict.URGENCY] = reply.escalation is not None and reply.escalation.urgency >= level
    return level.value, _urgency_name(reply), verdicts


def _judged_question(row: Mapping[str, Any], reply: Reply) -> tuple[str, str, dict[Verdict, bool]]:
    right = {row["id"], *(row.get("also") or ())}
    ranked = [match.entry.id for match in reply.matches]
    shown = reply.entry.id if reply.entry else None
    found = f"{shown or reply.kind.value} (best: {ranked[0] if ranked else 'none'})"
    if reply.escalation is not None:
        found += f", {reply.escalation.urgency.value}"
    return (
        str(row["id"]),
        found,
        {
            Verdict.HIT1: bool(right & set(ranked[:1])),
            Verdict.HIT3: bool(right & set(ranked[:3])),
            Verdict.SERVED: shown in right,
            Verdict.NOT_WRONG: shown is None or shown in right,
        },
    )


def _urgency(value: object, place: str) -> Urgency:
    try:
        return Urgency(value)
    except ValueError:
        known = ", ".join(urgency.value for urgency in Urgency)
        raise EvaluationError(f"{place}: level {value!r} is none of {known}") from None


def _urgency_name(reply: Reply) -> str:
    return "no escalation" if reply.escalation is None else reply.escalation.urgency.value


def _alarms(reply: Reply) -> bool:
    return reply.escalation is not None and reply.escalation.urgency > Urgency.WATCH


def _dialogues(bot: Bot, text: str, path: str) -> Iterator[Outcome]:
    try:
        dialogues = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        raise EvaluationError(f"{path}{f':{mark.line + 1}' if mark else ''}: this is no YAML") from None
    if not isinstance(dialogues, list):
        raise EvaluationError(f"{path}: expected a list of dialogues")
    for number, dialogue in enumerate(dialogues, start=1):
        try:
            yield from _dialogue(bot, dialogue["turns"], f"{path}: {dialogue.get('name', number)}")
        except (TypeError, LookupError, AttributeError):
            raise EvaluationError(f"{path}: dialogue {number} is no mapping with 'turns' of 'user', 'expect'") from None


def _dialogue(bot: Bot, turns: Sequence[Mapping[str, Any]], place: str) -> Iterator[Outcome]:
    conversation = bot.conversation()
    known = {entry.id for entry in bot.knowledge.entries}
    highest: Urgency | None = None
    for number, turn in enumerate(turns, start=1):
        said, expect = str(turn["user"]), turn["expect"]
        reply = conversation.ask(said)
        here = f"{place}, turn {number}"
        must = expect["escalate"]
        level = _urgency(expect.get("level") or "watch", here) if must else None
        escalates = _escalates_enough(reply, level) if level else _keeps_still(reply, highest)
        right = (
            ({expect["entry"]} | (set(_ID.findall(expect.get("note") or "")) & known)) if expect.get("entry") else set()
        )
        shows = must or not right or _shown(reply) in right
        verdicts = {Verdict.TURN: escalates and shows, **({Verdict.TURN_ESCALATES: escalates} if must else {})}
        wanted = f"{level.value if level else 'no escalation'}, {expect.get('entry') or 'any entry'}"
        found = f"{_urgency_name(reply)}, {_shown(reply) or reply.kind.value}"
        yield Outcome(place=here, text=said, expected=wanted, found=found, verdicts=verdicts, groups={})
        if reply.escalation is not None:
            highest = max(highest or Urgency.WATCH, reply.escalation.urgency)


def _escalates_enough(reply: Reply, level: Urgency) -> bool:
    return reply.escalation is not None and reply.escalation.urgency >= level


def _keeps_still(reply: Reply, highest: Urgency | None) -> bool:
    """No alarm; after an escalation its advice may be said again."""
    return not _alarms(reply) or (
        highest is not None and reply.escalation is not None and reply.escalation.urgency <= highest
    )


def _shown(reply: Reply) -> str | None:
    """The entry whose answer is shown; of a choice the first that is offered."""
    if reply.entry is not None:
        return reply.entry.id
    if reply.kind is Kind.CLARIFICATION and reply.suggestions:
        return reply.suggestions[0].id
    return None
