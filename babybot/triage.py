"""The decision made before anything else: does this utterance tell of danger, and how soon must somebody act?

Two kinds of evidence: the knowledge's phrases and numeric rules, and the triage weights (`weights.py`). A plain phrase
escalates alone unless the weights clearly contradict it; a broad one where the weights speak for a sign, the more so
where little else is said; the weights alone where they are sure. Grades are `grading.py`'s; words to show and numbers
to call are left to `escalation.py`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence, Set
from itertools import combinations
from typing import Final, NamedTuple

from babybot.ages import is_age_alone
from babybot.context import TOLD, Status, denies_amount, is_answered_no, status_of
from babybot.encoder import Encoder
from babybot.evidence import QUIET, Evidence, Hit
from babybot.findings import NO_MEMORY, UNLISTED, WEIGHTS, Assessment, Finding, Mention, TriageMemory
from babybot.grading import Case, Sighting, graded, raise_grades
from babybot.matching import Reading, Span
from babybot.model import KnowledgeBase, RedFlag, Urgency
from babybot.rules import age_told, apply_rules, modifiers_told, of_baby
from babybot.spotting import Spots, Spotter
from babybot.text import Stop, Token, tokens
from babybot.weights import WINDOW, Weights, Window, by_sentence

__all__ = ["Triage"]

_LEAST_WORDS: Final = 2
"""Words that the weights need to escalate alone: one word by itself ("eyes") weighs as much as a sentence."""
_LEAST_OF_DENIAL: Final = 5
"""Words of a denial that no phrase names: "no thank god" answers a question and denies nothing by itself."""
_SURER: Final = 3.3
"""What a score must be over the limit to be believed in spite of an innocent reading.

Source: with 3 a near miss in the knowledge ("the startle was gone by four months, he's 8 months now") raised a sign.
"""
_FAR_OVER: Final = 6.0
"""The same where innocent readings cover the whole stretch ("ambulance is here")."""
_FAR: Final = 1.0
"""How far another red flag must be ahead for a broad phrase to be doubted.

Source: with it a quarter fewer lesser signs are graded as emergencies, and 0.2 points fewer urgently enough.
"""
_CONTRASTS: Final = frozenset({"but", "although", "though", "however"})
"""Words between which a phrase is judged bare or not: "they said it was nothing but he is blue"."""


class _Found(NamedTuple):
    """A phrase of a red flag that no innocent reading hides."""

    flag: RedFlag
    number: int
    span: Span
    status: Status
    hit: Hit | None
    """What the evidence must know of it; None where it needs none."""
    doubted: bool
    """Whether it is a denial that the weights do not believe."""


class Triage:
    """The red flags of some knowledge, ready to assess utterances. Immutable; safe to share between threads.

    Args:
        knowledge: whose red flags, rules, modifiers and words are used.
        weights: the trained second evidence; None lets broad phrases escalate on their own.
        compiled: what `compiled_phrases` gave for the same knowledge, which saves parsing them again.
        encoder: reads the windows again that the weights do not clear; None leaves them to the weights.
    """

    def __init__(
        self,
        knowledge: KnowledgeBase,
        weights: Weights | None = None,
        compiled: bytes | None = None,
        encoder: Encoder | None = None,
    ) -> None:
        self._flags: Mapping[str, RedFlag] = {flag.id: flag for flag in knowledge.red_flags}
        self._rules = knowledge.rules
        self.measured = frozenset(rule.red_flag for rule in knowledge.rules if "temperature_c" in rule.measures)
        """Ids of the red flags that a temperature may raise."""
        self._modifiers = knowledge.modifiers
        self._weights = weights
        self._encoder = encoder
        judge = encoder or weights
        self._sure, self._floor = (judge.alarm.limit, judge.alarm.floor) if judge else (0.0, 0.0)
        self._grave = judge.emergency.limit if judge else 0.0
        self._spotter = Spotter(knowledge, compiled)
        self._book = self._spotter.book

    def compiled_phrases(self) -> bytes:
        """All phrases, parsed and indexed, for a file."""
        return self._book.dump()

    def sentences(self, utterance: str) -> list[list[str]]:
        """The words of each sentence of an utterance, as the weights are given them."""
        result: list[list[str]] = [[]]
        for token in self._book.unglued(tokens(utterance)):
            result[-1].append(token.word)
            if token.stop is Stop.SENTENCE:
                result.append([])
        return [words for words in result if words]

    def read(self, utterance: str) -> Reading:
        """An utterance as triage reads it, for `explain`."""
        return Reading(utterance, self._book)

    def assess(self, utterance: str, memory: TriageMemory = NO_MEMORY) -> Assessment:
        """Find every red flag an utterance mentions and grade it.

        Args:
            utterance: the whole of what was typed.
            memory: what earlier turns said.

        Returns:
            The findings with the most urgent grade; text added as further sentences never lowers it.
        """
        reading = self.read(utterance)
        windows = self._windows(reading.tokens, reading.sentence)
        case = Case(reading, windows, told=of_baby(reading.measures, reading), age=age_told(reading, memory))
        if self._weights:
            case.grave = frozenset((w.first, w.last) for w in self._unmeasured(case) if w.emergency >= self._grave)
            alone = (w for w in windows if w.last == w.first + 1)
            case.denying = frozenset(w.first for w in alone if self._weights.may_deny(w))
        spots = self._spotter.spot(reading)
        self._match(case, spots)
        self._listen(case, spots.innocent)
        signals = apply_rules(self._rules, self._flags, case, spots, memory)
        before = {
            flag for flag in memory.red_flags if flag in self._flags and self._flags[flag].urgency >= Urgency.URGENT
        }
        raise_grades(case, modifiers_told(self._modifiers, spots), before)
        findings = case.findings()
        told = [finding.red_flag.id for finding in findings if finding.status in TOLD]
        temperatures = [m.value for m in case.told if m.kind == "temperature_c"]
        if memory.temperature_c is not None:
            temperatures.append(memory.temperature_c)
        return Assessment(
            urgency=findings[0].urgency if findings else None,
            findings=tuple(findings),
            memory=TriageMemory(
                age_days=case.age,
                temperature_c=max(temperatures, default=None),
                red_flags=tuple(dict.fromkeys((*memory.red_flags, *told))),
                signals=signals,
            ),
            mentions=tuple(case.mentions),
            measures=reading.measures,
            raised_by=tuple(dict.fromkeys(case.raised_by)),
            score=max((window.score for window in windows), default=None),
        )

    @property
    def limits(self) -> tuple[float, float]:
        """The scores from which on a window escalates alone, and brings a quiet word."""
        return self._sure, self._floor

    def _windows(self, tokens: Sequence[Token], sentence: Sequence[int]) -> Sequence[Window]:
        """The windows of some tokens, weighed; those that the weights do not clear are read by the encoder, too."""
        if self._weights is None:
            return ()
        windows = self._weights.windows(tokens, sentence)
        if self._encoder is None:
            return windows
        words = by_sentence(tokens, sentence)
        return self._encoder.weighed(windows, [self._weights.repaired(one) for one in words])

    def _unmeasured(self, case: Case) -> Sequence[Window]:
        """The windows as they sound without the baby's temperatures: what these mean is left to the rules."""
        numbers = _temperatures(case)
        if not numbers:
            return case.windows
        tokens, sentence = case.reading.tokens, case.reading.sentence
        rest = [at for at in range(len(tokens)) if at not in numbers]
        return self._windows([tokens[at] for at in rest], [sentence[at] for at in rest])

    def _match(self, case: Case, spots: Spots) -> None:
        """Raise the red flags whose phrases were found and neither masked nor contradicted."""
        found: list[_Found] = []
        for flag_id, flag in self._flags.items():
            for number, span, masked in spots.of_flag(flag_id):
                status = spots.status(span, about_carer=flag.about_carer)
                few = self._spotter.urgency(number) <= Urgency.DOCTOR and denies_amount(span, case.reading.tokens)
                status = Status.DENIED if few else status
                if self._is_masked(case, span, status, masked):
                    self._note(case, flag_id, number, span, "masked")
                    case.masked.add((flag_id, case.reading.sentence[span.words[0]]))
                    continue
                doubted = status is Status.DENIED and not few and not self._may_deny(case, flag.id, span)
                status = Status.PRESENT if doubted else status
                firm = not (doubted or self._book.is_broad(number))
                judged = self._judges(flag.id) and status not in _UNWEIGHED
                hit = self._hit(case, span, firm=firm, immune=self._book.is_immune(number)) if judged else None
                found.append(_Found(flag, number, span, status, hit, doubted))
        evidence = Evidence(case.windows, [one.hit for one in found if one.hit])
        outsounded = self._outsounded(case, found)
        for at, one in enumerate(found):
            status, told = one.status, evidence.of(one.hit) if one.hit else self._sure
            if told < self._sure and one.doubted:
                status = Status.DENIED
            elif told < self._sure or at in outsounded:
                status = Status.UNSURE
            weak = told + QUIET < self._floor and (one.doubted or status is Status.UNSURE)
            contradicted = weak and not self._says_something(one)
            self._note(case, one.flag.id, one.number, one.span, "contradicted" if contradicted else status.value)
            if not contradicted and status is not Status.OTHER:
                urgency = graded(self._spotter.urgency(one.number), status)
                self._keep(case, one.flag, urgency, status, one.span, self._book.texts[one.number])

    def _says_something(self, one: _Found) -> bool:
        """Whether a phrase brings a quiet word at least: a plain one that nothing innocent can mean (an immune one), or
        whose denial the weights doubt."""
        return (one.doubted or self._book.is_immune(one.number)) and not self._book.is_broad(one.number)

    def _outsounded(self, case: Case, found: Sequence[_Found]) -> set[int]:
        """Indexes of broad phrases whose sentences sound far more like another red flag that is found in them."""
        if self._weights is None:
            return set()
        sentence, result = case.reading.sentence, set[int]()
        mentioned = {
            (one.flag.id, sentence[one.span.words[0]], sentence[one.span.words[-1]])
            for one in found
            if one.status not in _UNWEIGHED
        }
        scores: dict[tuple[int, int], Mapping[str, float]] = {}
        for at, one in enumerate(found):
            if one.hit is None or one.hit.is_firm or one.doubted:
                continue
            place = first, last = one.hit.first, one.hit.last
            if last - first >= WINDOW:  # no stretch that is judged as a whole
                continue
            if place not in scores:
                words = case.reading.tokens[bisect_left(sentence, first) : bisect_left(sentence, last + 1)]
                scores[place] = self._weights.likeness([token.word for token in words])
            here = [scores[place].get(flag, 0.0) for flag, begin, end in mentioned if first <= begin <= end <= last]
            if one.flag.id in scores[place] and scores[place][one.flag.id] < max(here) - _FAR:
                result.add(at)
        return result

    def _is_masked(self, case: Case, span: Span, status: Status, masked: set[int]) -> bool:
        """Whether an innocent reading covers a phrase.

        A denial under a mask stays a denial ("breathing is fine, no pauses"): naming a sign always says something.
        """
        return status is not Status.DENIED and bool(masked & self._telling(case, span.words))

    def _telling(self, case: Case, words: Sequence[int]) -> set[int]:
        """Those of some tokens that are no fillers; all where all are."""
        return {at for at in words if case.reading.tokens[at].word not in self._book.fillers} or set(words)

    def _judges(self, flag_id: str) -> bool:
        """Whether the weights may speak against a red flag: those trained with red flags know no others."""
        known = self._weights.signs.flags if self._weights else ()
        return self._weights is not None and (not known or flag_id in known)

    def _may_deny(self, case: Case, flag_id: str, span: Span) -> bool:
        """Whether the weights can believe that a sign is denied in its sentence ("he not wake up" denies nothing)."""
        numbers = {case.reading.sentence[index] for index in span.words}
        answered = is_answered_no(case.reading.tokens, span.words[-1])
        return answered or not self._judges(flag_id) or not numbers.isdisjoint(case.denying)

    def _hit(self, case: Case, span: Span, *, firm: bool, immune: bool) -> Hit:
        """What the evidence must know of a phrase."""
        sentence = case.reading.sentence
        first, last = sentence[span.words[0]], sentence[span.words[-1]]
        begin, end = bisect_left(sentence, first), bisect_left(sentence, first + 1)
        contrasts = [at for at in range(begin, end) if case.reading.tokens[at].word in _CONTRASTS]
        begin = max((at + 1 for at in contrasts if at < span.words[0]), default=begin)
        end = min((at for at in contrasts if at > span.words[-1]), default=end)
        others = [at for at in case.reading.telling(begin, end) if at not in span.words]
        return Hit(first, last, len(others), firm, firm and immune)

    def _note(self, case: Case, flag_id: str, number: int, span: Span, outcome: str) -> None:
        words, _, _ = _typed(case.reading, span)
        case.mentions.append(Mention(red_flag=flag_id, phrase=self._book.texts[number], words=words, outcome=outcome))

    def _keep(self, case: Case, flag: RedFlag, urgency: Urgency, status: Status, span: Span, evidence: str) -> None:
        """Keep what was found in one place."""
        words, start, end = _typed(case.reading, span)
        finding = Finding(
            red_flag=flag, urgency=urgency, status=status, words=words, start=start, end=end, evidence=evidence
        )
        case.sightings.append(Sighting(finding, span.words))

    def _listen(self, case: Case, innocent: Set[int]) -> None:
        """Let the weights alone raise a sign where they are sure: the red flag it clearly sounds like, else
        `unlisted-sign`.

        A stretch that innocent readings cover whole says nothing unless its score is far over the limit, an age and no
        more says nothing at all. A sentence in
        which a sign is denied or urgently asked about is left to that: the weights know the words of a sign, not how
        they are meant. Where nothing at all is found they may hear that a sign is denied.
        """
        if self._weights is None or is_age_alone(case.reading.utterance):
            return
        sentence = case.reading.sentence
        settled = {
            sentence[words[0]]
            for finding, words in case.sightings
            if finding.status is Status.DENIED or (finding.status is Status.ASKED and finding.urgency >= Urgency.URGENT)
            if sentence[words[0]] == sentence[words[-1]]
        }

        def span(window: Window) -> Span:
            words = tuple(range(bisect_left(sentence, window.first), bisect_left(sentence, window.last)))
            return Span(words[0], words[-1] + 1, words)

        def says_something(window: Window) -> bool:
            words = span(window).words
            is_innocent = self._telling(case, words) <= innocent and window.score < self._sure + _FAR_OVER
            return len(words) >= _LEAST_WORDS and not is_innocent

        windows = [window for window in case.windows if says_something(window)]
        free = [w for w in windows if w.score >= self._floor and settled.isdisjoint(range(w.first, w.last))]
        sure = [window for window in free if window.score >= self._sure]
        for heard in (sure, free):
            places = {(window.first, window.last) for window in heard}
            for window in heard:
                if places.isdisjoint(_within(window)):
                    self._hear(case, span(window), window.score - self._sure)
        longer = (window for window in windows if len(span(window).words) >= _LEAST_OF_DENIAL)
        denial = None if case.sightings else next(filter(self._weights.is_denial, longer), None)
        if denial:
            self._keep(case, UNLISTED, Urgency.WATCH, Status.DENIED, span(denial), WEIGHTS)

    def _hear(self, case: Case, span: Span, lead: float) -> None:
        """Raise the red flag that a stretch clearly sounds like, else `unlisted-sign`.

        Where an innocent reading of it stands there, the weights must be surer still. What a temperature means is left
        to the rules, and no fever is named where no words of it were found.

        Args:
            case: the assessment.
            span: the stretch.
            lead: by how much its score is over the limit.
        """
        assert self._weights is not None
        numbers = _temperatures(case)
        words = [at for at in span.words if at not in numbers]
        name = self._weights.name([case.reading.tokens[at].word for at in words])
        is_said = any(mention.red_flag == name for mention in case.mentions)
        is_left = name in self.measured and (len(words) < len(span.words) or not is_said)
        flag = UNLISTED if is_left else self._flags.get(name or "", UNLISTED)
        innocent = any((flag.id, case.reading.sentence[at]) in case.masked for at in span.words)
        ends = Span(span.start, span.end, (span.words[0], span.words[-1]))
        status = status_of(ends, case.reading.tokens, case.reading.sentence, about_carer=flag.about_carer)
        if lead < (_SURER if innocent else 0.0):
            status = Status.UNSURE
        elif flag is UNLISTED or status not in (Status.PAST, Status.ASKED):
            status = Status.PRESENT
        self._keep(case, flag, graded(max(flag.urgency, Urgency.URGENT), status), status, span, WEIGHTS)


_UNWEIGHED: Final = (Status.OTHER, Status.DENIED)
"""Mentions that need no evidence, as they raise nothing above `watch`."""


def _temperatures(case: Case) -> set[int]:
    """Indexes of the tokens that tell temperatures."""
    return {at for m in case.reading.measures if m.kind == "temperature_c" for at in range(m.start, m.end)}


def _within(window: Window) -> Iterator[tuple[int, int]]:
    """First and last sentence, exclusive, of the smaller windows in a window."""
    whole = (window.first, window.last)
    return (place for place in combinations(range(window.first, window.last + 1), 2) if place != whole)


def _typed(reading: Reading, span: Span) -> tuple[str, int, int]:
    """The stretch of the utterance that a span covers, with where it begins and ends."""
    start, end = reading.tokens[span.words[0]].start, reading.tokens[span.words[-1]].end
    return reading.utterance[start:end], start, end
