"""Why the bot replies as it does: how an utterance was read, what became of each red flag, every part of a score.

For editors, in plain lines of `(style, text)`; nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from babybot.bot import Bot
from babybot.context import Status
from babybot.findings import Assessment, Finding, Mention
from babybot.matching import Reading
from babybot.retriever import Band, Explained

__all__ = ["explain"]

Line = tuple[str, str]

_UNITS: Final = {
    "temperature_c": "\u00b0C",
    "age_days": "days old",
    "duration_s": "seconds",
    "days": "days",
    "count": "times",
    "breaths_per_minute": "breaths a minute",
    "fall_m": "metres of a fall",
}
_OUTCOMES: Final = {
    "masked": "masked: an innocent reading covers its words",
    "contradicted": "contradicted: the weights and the phrases near it say too little",
    Status.UNSURE.value: "unsure: the weights neither hear nor rule it out, or clearly hear another red flag",
    Status.OTHER.value: "somebody else's",
}
_BANDS: Final = {
    Band.ANSWER: "answered",
    Band.CLARIFY: "offered as a choice",
    Band.NONE: "no match",
}


def explain(bot: Bot, utterance: str) -> list[Line]:
    """Explain what the bot makes of an utterance.

    Args:
        bot: whose knowledge, triage and retriever are asked.
        utterance: as typed.

    Returns:
        Lines with the styles `heading`, `dim`, an urgency's value, or none; not wrapped, and with whatever characters
        the utterance held.
    """
    reading = bot.triage.read(utterance)
    assessment = bot.triage.assess(utterance)
    lines: list[Line] = []
    for heading, part in (
        ("read as", _read(bot, utterance, reading)),
        ("measures", _measures(reading)),
        ("red-flag phrases", map(_mention, assessment.mentions)),
        ("triage weights", _weighed(bot, reading, assessment)),
        ("triage", _decided(assessment)),
        ("matches", _matched(bot, utterance)),
    ):
        found = list(part)
        lines += [("heading", heading), *((style, "  " + text) for style, text in found or [("dim", "none")])]
    return lines


def _read(bot: Bot, utterance: str, reading: Reading) -> Iterator[Line]:
    words = []
    for token, keys in zip(reading.tokens, reading.keys, strict=True):
        as_read = [key for key in keys if key != token.word]
        words.append(token.word + (f" ({', '.join(as_read)})" if as_read else ""))
    if words:
        yield "", "triage: " + " | ".join(words)
    spelled = [f"{typed} -> {read}" for typed, read in bot.retriever.read(utterance) if typed != read]
    if spelled:
        yield "", "retriever: " + ", ".join(spelled)


def _measures(reading: Reading) -> Iterator[Line]:
    for measure in reading.measures:
        typed = reading.utterance[reading.tokens[measure.start].start : reading.tokens[measure.end - 1].end]
        yield "", f"{measure.kind} {measure.value:g} ({_UNITS.get(measure.kind, '')}), from {typed!r}"


def _mention(mention: Mention) -> Line:
    outcome = _OUTCOMES.get(mention.outcome, mention.outcome)
    return "", f"{mention.words!r} by the phrase {mention.phrase!r} of {mention.red_flag}: {outcome}"


def _weighed(bot: Bot, reading: Reading, assessment: Assessment) -> Iterator[Line]:
    weights = bot.weights
    if weights is None:
        yield "dim", "none are loaded: broad phrases escalate on their own"
        return
    if assessment.score is not None:
        limit, floor = bot.triage.limits
        said = "heard" if assessment.score >= limit else "perhaps" if assessment.score >= floor else "not heard"
        limits = f"heard from {limit:.2f}, perhaps from {floor:.2f}; phrases add to it"
        alone = max(window.score for window in weights.windows(reading.tokens, reading.sentence))
        yield "", f"score {assessment.score:.2f}: {said} ({limits}); the weights alone {alone:.2f}"
        words = [token.word for token in reading.tokens]
        yield "", f"sounds like: {weights.name(words) or 'no red flag clearly'}"
        heaviest = weights.weightiest(words)
        yield "", "weightiest: " + ", ".join(f"{feature!r} {weight:+.2f}" for feature, weight in heaviest)


def _decided(assessment: Assessment) -> Iterator[Line]:
    for finding in assessment.findings:
        yield finding.urgency.value, _finding(finding)
    if assessment.raised_by:
        yield "", "raised by: " + ", ".join(assessment.raised_by)


def _finding(finding: Finding) -> str:
    by = f" by {finding.evidence!r}" if finding.evidence else ""
    words = f": {finding.words!r}" if finding.words else ""
    return f"{finding.urgency.value}: {finding.red_flag.id}, {finding.status.value}{words}{by}"


def _matched(bot: Bot, utterance: str) -> Iterator[Line]:
    retriever = bot.retriever
    ranked = retriever.rank_explained(utterance)
    if not retriever.trained:
        yield "warning", "the index is untrained: compiled/ is missing or older than the sources; run 'babybot build'"
    for place, explained in enumerate(ranked, start=1):
        yield "", _match(place, explained)
    if ranked:
        lead = ranked[0].match.score - (ranked[1].match.score if len(ranked) > 1 else 0.0)
        band = _BANDS[retriever.band([explained.match for explained in ranked])]
        yield (
            "",
            (
                f"{band}: score {ranked[0].match.score:.1f}, threshold {retriever.threshold:.1f} (offered from"
                f" {retriever.lower_threshold:.1f}); lead {lead:.1f}, margin {retriever.margin:.1f}"
            ),
        )


def _match(place: int, explained: Explained) -> str:
    match = explained.match
    parts = ", ".join(f"{name} {value:.2f}" for name, value in explained.parts.items())
    return f"{place}. {match.score:5.1f}  {match.entry.id}  ({parts})  {match.question!r}"
