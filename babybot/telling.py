"""What one utterance tells in its conversation: triage on the words, on earlier words once the age is known, and on
answers to the checklist.

Nothing here can take away what triage found; texts are left to `escalation.py` and `dialogue.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final, NamedTuple

from babybot.ages import without_ages
from babybot.answer_words import CARDINALS, QUESTION
from babybot.answers import Answer, Says, read_answer
from babybot.context import TOLD, Status
from babybot.findings import UNLISTED, WEIGHTS, YOUNG_DAYS, Finding, TriageMemory
from babybot.follow_up import content_stems
from babybot.memory import Numbers, State, strong
from babybot.model import ChecklistItem, RedFlag, Urgency
from babybot.picking import item_by_item, left_out, picks
from babybot.small_talk import Listener
from babybot.text import Stop, stem, tokens
from babybot.triage import Triage

__all__ = [
    "CHECKLIST", "MOST_CHARS", "REMEMBERED", "Told", "across_turns", "answered", "assessed", "confirmed", "half_heard",
    "reversed_denials", "taken_back", "unpicks",
]  # fmt: skip

CHECKLIST: Final = "checklist"
"""Id of the red flag that a yes to the checklist raises where nothing says to which sign."""
REMEMBERED: Final = 6
"""Utterances that are assessed again once the age is told."""
MOST_CHARS: Final = 4000
"""Of an utterance kept for that, no more than this."""
_DENIALS: Final = frozenset({"not", "no", "never", "without", "none", "nothing"})
_DENIAL_REACH: Final = 5
"""Words behind a denial that it takes back."""
_CHANGES: Final = frozenset("actually hang wait sorry meant oh correction though remembered thinking forgot".split())
"""Words by which a parent comes back to an answer given before."""
_TAKES_BACK: Final = frozenset("none wrong meant mean misread mistake neither nothing".split())
_ERRS: Final = frozenset({"wrong", "misread", "mistake", "mean"})
"""Words by which a "no" takes back what was picked, one of either or of `_CHANGES`; "no, wait" may say anything."""
_MISREAD: Final = frozenset("sorry meant correction wrong misread mistake typo".split())
"""Words by which a parent puts a temperature right."""
_LATER: Final = frozenset("now after since later down dropped calpol paracetamol tylenol ibuprofen medicine".split())
"""Words by which it is another reading rather than the same one."""
_REPEATS: Final = frozenset(
    "and then again over it he she they does did do doing keeps keep kept happening happened happens another one more "
    "time times in a row about ten five six four three two few several or of the now just goes going repeatedly yes "
    "like every each second seconds minute minutes apart after but is was it its has had happened did this that "
    "tonight today just yesterday morning started".split()
)
"""Words by which a parent says no more than that it happens again."""
_AGAIN: Final = frozenset({"again", "another", "row", "repeatedly"})
_HAPPENS: Final = frozenset("happened happening happens doing did does started starting had has having back".split())
"""Words of which one stands beside "again" where what a doctor has seen happens once more."""
_CONTINUES: Final = 8
"""Words of a statement that may go on with the one before it."""
_JOINED: Final = 3
"""Utterances before it that are read together with it."""
_JOINS: Final = (", ", ". ")
"""What stands between them: as one sentence, in which an innocent reading may cover it, and as several."""
_AMOUNTS: Final = frozenset(CARDINALS) | {"half", "a"} | frozenset(map(str, range(100)))
"""Words of an age that is told by itself: "two and a half"."""
_FEW: Final = 6
"""Words of an utterance that says no more than that it is back."""
_RELAPSE: Final = frozenset("worse worsened worsening back returned".split())
_NO_RELAPSE: Final = frozenset("home hospital we i normal sleep bed asleep himself herself from".split())
"""Words beside "back" by which nothing has come back: "we are back home"."""
_ITS_NAMES: Final = frozenset("question questions list checklist asked signs".split())
"""Words by which a parent names the checklist where numbers would pick from what was offered since."""


FOREIGN: Final = Finding(
    red_flag=UNLISTED, urgency=Urgency.EMERGENCY, status=Status.PRESENT, evidence="other-language-danger"
)
"""Words of danger in another language."""


class Told(NamedTuple):
    """What an utterance tells of danger."""

    findings: tuple[Finding, ...]
    """Of this utterance, and of earlier ones as far as the age now raises them."""
    memory: TriageMemory
    recent: tuple[str, ...]
    """The last utterances, this one included."""
    outdated: frozenset[str] = frozenset()
    """Ids of the red flags of earlier utterances that an age or a temperature raised which is put right now."""


def assessed(utterance: str, state: State, triage: Triage, listener: Listener) -> Told:
    """Triage of an utterance with all that is remembered; never less than triage of the utterance alone.

    Args:
        utterance: as typed.
        state: what earlier turns left.
        triage: of the bot.
        listener: knows the words of danger of other languages.
    """
    assessment = triage.assess(utterance, state.triage)
    outdated = frozenset[str]()
    words = {token.word for token in tokens(utterance[:200])}
    corrects = bool(_CHANGES & words)
    is_reread = bool(_MISREAD & words) and not _LATER & words  # "oh, it is 37 now" puts nothing right
    if is_reread and any(m.kind == "temperature_c" and _is_normal(m.value) for m in assessment.measures):
        assessment = triage.assess(utterance, state.triage._replace(temperature_c=None))
        outdated = triage.measured
    found = {finding.red_flag.id: finding for finding in assessment.findings}
    if listener.hears_danger(utterance):
        found[UNLISTED.id] = FOREIGN
    age = assessment.memory.age_days
    if age is not None and age != state.triage.age_days:
        if corrects:  # a cousin's age puts nothing right
            outdated |= _outdated(state, assessment.memory, triage)
        older_child = state.triage.age_days is not None and age > state.triage.age_days and not corrects
        for finding in () if older_child else _again(state, assessment.memory, triage):
            before = found.get(finding.red_flag.id)
            if before is None or finding.urgency > before.urgency:
                found[finding.red_flag.id] = finding
    for finding in _continued(utterance, state, triage, found.values()):
        found[finding.red_flag.id] = finding
    recent = (*state.recent, utterance[:MOST_CHARS])[-REMEMBERED:]
    findings = sorted(found.values(), key=lambda finding: -finding.urgency.rank)
    return Told(findings=tuple(findings), memory=assessment.memory, recent=recent, outdated=outdated)


def _continued(utterance: str, state: State, triage: Triage, found: Iterable[Finding]) -> Iterable[Finding]:
    """What a short statement tells together with those before it: "it doesn't stop", "even when I pick him up"."""
    said = tokens(utterance[:200])
    alone = any(finding.status in TOLD and finding.urgency >= Urgency.URGENT for finding in found)
    repeats = not _AGAIN.isdisjoint(token.word for token in said)
    if alone or state.is_alarmed or (_tells_nothing(utterance) and not repeats):
        return ()
    if len(said) > _CONTINUES or said[-1].asked or said[0].word in QUESTION:
        return ()
    known = {finding.red_flag.id for finding in state.standing}
    for first in range(1, min(_JOINED, len(state.recent)) + 1):
        told = [
            replace(finding, words=None, start=None, end=None)
            for join in _JOINS
            for finding in _told(join.join([*state.recent[-first:], utterance]), state.triage, triage)
            if finding.urgency >= Urgency.URGENT and finding.red_flag.id not in known | {UNLISTED.id}
        ]
        if told:
            return told
    return ()


def _tells_nothing(utterance: str) -> bool:
    """Whether an utterance tells no more than an age, if anything."""
    return set(content_stems(without_ages(utterance[:200]))) <= _AMOUNTS


def _is_normal(celsius: float) -> bool:
    """Whether a temperature is no red flag's. Source: clinical brief."""
    return 36.0 <= celsius < 38.0


def _again(state: State, memory: TriageMemory, triage: Triage) -> Iterable[Finding]:
    """What earlier utterances tell now that the age is known, as far as it is more urgent than it was."""
    standing = {finding.red_flag.id: finding.urgency for finding in state.standing}
    for earlier in state.recent:
        for finding in _told(without_ages(earlier), memory, triage):
            if finding.urgency > standing.get(finding.red_flag.id, Urgency.WATCH):
                yield replace(finding, words=None, start=None, end=None)


def _outdated(state: State, memory: TriageMemory, triage: Triage) -> frozenset[str]:
    """Ids of the red flags that earlier utterances told of by an age that is another now."""
    if state.triage.age_days is None or not state.standing:
        return frozenset()
    before = {finding.red_flag.id for earlier in state.recent for finding in _told(earlier, memory, triage)}
    now = {finding.red_flag.id for earlier in state.recent for finding in _told(without_ages(earlier), memory, triage)}
    return frozenset(before - now)


def _told(utterance: str, memory: TriageMemory, triage: Triage) -> Iterable[Finding]:
    return (finding for finding in triage.assess(utterance, memory).findings if finding.status in TOLD)


def across_turns(findings: Iterable[Finding], standing: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings, raised to emergency where an urgent one joins another urgent one of an earlier turn."""
    found = tuple(findings)
    earlier, new = _counted(standing), _counted(found)
    if not (earlier and new - earlier):
        return found
    raised = [_raised(f) if f.red_flag.id in new else f for f in found]
    return tuple(sorted(raised, key=lambda finding: -finding.urgency.rank))


def _raised(finding: Finding) -> Finding:
    """A finding as one of two urgent ones."""
    return replace(finding, urgency=Urgency.EMERGENCY) if finding.urgency >= Urgency.URGENT else finding


def _counted(findings: Iterable[Finding]) -> set[str]:
    """Ids of the red flags that count for "two urgent flags make an emergency"."""
    return {finding.red_flag.id for finding in strong(findings)} - {CHECKLIST}


def answered(
    utterance: str,
    state: State,
    checklist: tuple[ChecklistItem, ...],
    flags: Mapping[str, RedFlag],
    label: Mapping[Says, str],
) -> tuple[Answer, tuple[Finding, ...]]:
    """What an utterance answers to the checklist, and the findings that makes.

    Args:
        utterance: as typed.
        state: says whether it was asked, and whether numbers pick from it.
        checklist: its items.
        flags: red flags by id.
        label: what the red flag `checklist` is called after a yes, and after "not sure".
    """
    if not state.checklist_asked or not checklist:
        return Answer(Says.NOTHING, rest=utterance), ()
    age = state.triage.age_days
    by_item = (
        item_by_item(utterance, len(checklist), checklist) if _by_number(utterance, state) else Answer(Says.NOTHING)
    )
    answer = read_answer(utterance) if by_item.says is Says.NOTHING else by_item
    is_no = answer.says is Says.NO and not answer.rest
    picked, rest = by_item.picked, by_item.rest
    if by_item.says is Says.NOTHING and not is_no:
        picked, rest = _picked(utterance, state, checklist)
    if answer.says is Says.NO and not picked and _by_number(utterance, state):
        picked = left_out(utterance, len(checklist), checklist)
    if picked:
        chosen = [flags[checklist[place].red_flag] for place in picked if checklist[place].red_flag in flags]
        findings = tuple(_present(flag, age) for flag in chosen)
        findings = tuple(sorted(findings, key=lambda finding: -finding.urgency.rank))
        if len(_counted(findings)) > 1:
            findings = tuple(map(_raised, findings))
        return Answer(Says.PICKS, picked=picked, rest=rest), findings
    comes_back = bool(_CHANGES & {token.word for token in tokens(utterance[:200])}) and answer.says is Says.YES
    if state.is_alarmed or not (state.checklist_open or comes_back):
        return Answer(Says.NOTHING, rest=utterance), ()
    if answer.says is Says.YES:
        worst = max(
            (flags[item.red_flag].urgency for item in checklist if item.red_flag in flags), default=Urgency.URGENT
        )
        flag = RedFlag(id=CHECKLIST, label=label[Says.YES], urgency=worst, phrases=())
        return answer, (_present(flag, age),)
    if answer.says is Says.UNSURE:
        flag = RedFlag(id=CHECKLIST, label=label[Says.UNSURE], urgency=Urgency.DOCTOR, phrases=())
        return answer, (Finding(red_flag=flag, urgency=Urgency.DOCTOR, status=Status.PRESENT, evidence=CHECKLIST),)
    return answer, ()


def _by_number(utterance: str, state: State) -> bool:
    """Whether numbers pick from the checklist."""
    names_it = bool(_ITS_NAMES & {token.word for token in tokens(utterance[:2000])})
    return state.numbers is Numbers.CHECKLIST or (state.checklist_open and names_it)


def _picked(utterance: str, state: State, checklist: tuple[ChecklistItem, ...]) -> tuple[tuple[int, ...], str]:
    """The items that an utterance, or one sentence of it, picks; with what else it says."""
    found = tokens(utterance[:2000])
    words = {token.word for token in found}
    by_number = _by_number(utterance, state)
    if not (state.checklist_open or by_number or words & (_CHANGES | {"one", "ones", "yes", "yeah"})):
        return (), utterance
    whole = picks(utterance, len(checklist), checklist, by_number=by_number)
    if not whole and any(token.word.isdecimal() for token in found):  # "7 and he is 2 months"
        whole = picks(without_ages(utterance), len(checklist), checklist, by_number=by_number)
    if whole:
        return whole, ""
    begin = 0
    for at, token in enumerate(found):
        if token.stop is Stop.NONE and at + 1 < len(found):
            continue
        end = found[at + 1].start if at + 1 < len(found) else len(utterance)
        part = picks(utterance[found[begin].start : end], len(checklist), checklist, by_number=by_number)
        if part and (at + 1 == len(found) or token.stop is Stop.SENTENCE or not token.asked):
            return part, (utterance[: found[begin].start] + utterance[end:]).strip()
        begin = at + 1
    return (), utterance


def half_heard(
    utterance: str, findings: Iterable[Finding], state: State, checklist: Iterable[ChecklistItem]
) -> tuple[Finding, ...]:
    """Findings; one of the checklist's signs that is perhaps mentioned is told while the checklist is open, and, by a
    phrase without a denial, while something urgent stands."""
    listed = set() if _tells_nothing(utterance) else {item.red_flag for item in checklist}

    def is_told(finding: Finding) -> bool:
        if finding.status is not Status.UNSURE or finding.red_flag.id not in listed:
            return False
        words = {token.word for token in tokens(finding.words or "")}
        return state.checklist_open or (state.is_alarmed and finding.evidence != WEIGHTS and not words & _DENIALS)

    return tuple(
        replace(
            _present(finding.red_flag, state.triage.age_days),
            words=finding.words,
            start=finding.start,
            end=finding.end,
        )
        if is_told(finding)
        else finding
        for finding in findings
    )


def confirmed(utterance: str, state: State, flags: Mapping[str, RedFlag]) -> tuple[Finding, ...]:
    """Red flags that a yes or "and again" now tells: those perhaps mentioned in the turn before, and, where it is back
    or worse, those told before help came."""
    words = {token.word for token in tokens(utterance[:200])}
    goes_on = words <= _REPEATS and bool(words & _AGAIN)
    ids = state.unsure if goes_on or (state.unsure and read_answer(utterance).says is Says.YES) else ()
    if ("again" in words and words & _HAPPENS) or _relapses(utterance):
        ids = (*ids, *state.seen)
    age = state.triage.age_days
    return tuple(_present(flag, age) for flag_id in dict.fromkeys(ids) if (flag := flags.get(flag_id)))


def _relapses(utterance: str) -> bool:
    """Whether a short utterance says that it is back, or that the baby is worse: "he's worse now"."""
    found = tokens(utterance[:200])
    words = {token.word for token in found}
    return (
        0 < len(found) <= _FEW
        and not found[-1].asked
        and bool(words & _RELAPSE)
        and not words & (_DENIALS | _NO_RELAPSE)
    )


def _present(flag: RedFlag, age: float | None) -> Finding:
    """A red flag that an answer tells of this baby."""
    urgency = flag.urgency.raised() if age is not None and age < YOUNG_DAYS else flag.urgency
    return Finding(red_flag=flag, urgency=urgency, status=Status.PRESENT, evidence=CHECKLIST)


def taken_back(
    utterance: str,
    findings: Iterable[Finding],
    standing: Iterable[Finding],
    retracted: str = "",
    outdated: frozenset[str] = frozenset(),
    *,
    unpicked: bool = False,
) -> tuple[Finding, ...]:
    """Standing findings that an utterance denies, by triage or by their own words, those of an utterance that is
    retracted as a whole, those of an age that is put right, and those of answers to the checklist where these are
    unpicked: kept at `doctor`. Source: the contract's table."""
    found = {finding.red_flag.id: finding.status for finding in findings}
    denied = _denied_stems(utterance)
    return tuple(
        replace(finding, urgency=Urgency.DOCTOR, status=Status.DENIED, words=None, start=None, end=None)
        for finding in standing
        if finding.status in TOLD
        and (
            (found.get(finding.red_flag.id) is Status.DENIED and finding.red_flag.id != UNLISTED.id)
            or (
                finding.red_flag.id not in found
                and (
                    _said_of(finding) & denied
                    or _is_from(finding, retracted)
                    or finding.red_flag.id in outdated
                    or (unpicked and finding.evidence == CHECKLIST)
                )
            )
        )
    )


def unpicks(utterance: str, state: State) -> bool:
    """Whether an utterance takes back what was answered to the checklist: "wait, I read it wrong, none"."""
    words = {token.word for token in tokens(utterance[:200])}
    if state.numbers is not Numbers.CHECKLIST or not (words & _TAKES_BACK and words & (_CHANGES | _ERRS)):
        return False
    answer = read_answer(utterance)
    return answer.says is Says.NO and not answer.rest


def _is_from(finding: Finding, utterance: str) -> bool:
    return finding.words is not None and finding.words in utterance


def _said_of(finding: Finding) -> set[str]:
    return {
        stem(token.word) for token in tokens(f"{finding.words or ''} {finding.red_flag.label}") if len(token.word) > 3
    }


def _denied_stems(utterance: str) -> set[str]:
    """Stems of the words that follow a denial in its clause."""
    denied: set[str] = set()
    left = 0
    for token in tokens(utterance[:2000]):
        if token.word in _DENIALS:
            left = _DENIAL_REACH
        elif left:
            denied.add(stem(token.word))
            left -= 1
        if token.stop is not Stop.NONE:
            left = 0
    return denied


def reversed_denials(utterance: str, state: State, flags: Mapping[str, RedFlag]) -> tuple[Finding, ...]:
    """Red flags denied in the turn before that a short "actually he did" now tells."""
    words = [token.word for token in tokens(utterance[:200])]
    if not state.denied or len(words) > 8 or not set(words) & _CHANGES or set(words) & {"not", "no", "never", "none"}:
        return ()
    if not set(words) & {"did", "does", "has", "was", "is", "had", "were", "yes"}:
        return ()
    age = state.triage.age_days
    return tuple(_present(flags[flag_id], age) for flag_id in state.denied if flag_id in flags)
