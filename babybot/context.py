"""How a sign is mentioned: present, past, asked about, denied, or somebody else's.

Judged on the sentence of the mention alone, so that no further sentence can weaken it. Where two readings are possible
the more cautious one is taken: present before past, any of them before denied, the baby before anybody else.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from itertools import pairwise
from typing import Final

from babybot.matching import Span
from babybot.subject import is_other
from babybot.text import Stop, Token

__all__ = ["TOLD", "Status", "denies_amount", "is_answered_no", "status_of"]


class Status(Enum):
    """How a sign is mentioned; in order of weight."""

    PRESENT = "present"
    PAST = "past"
    ASKED = "asked"
    UNSURE = "unsure"
    """Perhaps mentioned: the weights neither hear it nor rule it out."""
    DENIED = "denied"
    OTHER = "other"
    """Somebody else's: an adult's, an animal's, in a film."""


TOLD: Final = (Status.PRESENT, Status.PAST)
"""Statuses of a sign that this baby has or had."""


def _pairs(text: str) -> frozenset[tuple[str, str]]:
    """Pairs of words written with commas between them."""
    return frozenset((first, second) for first, second in (pair.split() for pair in text.split(",")))


_DENIALS: Final = frozenset(
    {"not", "no", "never", "without", "nor", "neither", "none", "denies", "nae", "nowt", "zero", "minus"}
)
_LISTING: Final = frozenset({"no", "without", "never", "nor", "neither", "none", "zero", "minus"})
"""Denials that a list carries on: "no fever, cough or rash"."""
_ENDS_DENIAL: Final = frozenset(
    (
        "but although though however yet except then now because since when whenever after afterwards until "
        "till so while just only apart still instead unless if actually today tonight"
    ).split()
)
_SUBJECTS: Final = frozenset(("he she it they i we you his her their my this that there baby").split())
_NOT_A_DENIAL: Final = frozenset(
    (
        "sure certain know knows known idea only just want wanting wanna matter wonder like normal right "
        "usual himself herself themselves help helping because until till able believe doubt one think "
        "thought stop stopping stopped settle matter long quite too very again usually normally always even "
        "let good great well better convinced happy joking kidding exaggerating clue more reason less explain "
        "understand mention seen heard wake waking respond breathe breathing move moving feed feeding cope "
        "get"
    ).split()
)
"""After a denial, words that make it part of something else: "not sure", "no idea", "never seen", "can't wake"."""
_AMOUNTS: Final = frozenset("loads lots many heaps tons dozens constant constantly frequent frequently often".split())
"""Words of an amount that a "not" straight before them makes a small one."""
_ANSWERS: Final = frozenset({"no", "none", "nope", "never", "nah", "false", "negative"})
_HEADING: Final = 3
"""Words of a question that a "no" behind it may answer ("any fever? no."); a longer one is no list's heading."""
_FARTHEST: Final = 80
"""Words of a sentence that are looked at on either side of a sign; text without full stops has endless sentences."""
_DENIAL_REACH: Final = 6
"""Content words a denial reaches over. Source: the prototype's findings (5, 9 in lists)."""

_ASKING: Final = _pairs(
    "what if, what the, what do, what does, what is, what are, what would, what counts, how do, how can, how would, "
    "how will, how to, can babies, can a, do babies, can they, can it, can this, can that, could it, can sleep, "
    "can newborns, should i, do i, when should, when do, when is, is there, are there, does a, which signs, "
    "difference between, signs of, symptoms of, would i, would a, would it, will a, are babies, does it, do "
    "they, at what, could a, why do, why is, does every, do all, can having, can being, is a, are all, "
    "can normal, could normal, can harmless, can twitches, can twitching, can jerks, can startles, can myoclonus, "
    "do twitches, do jerks, does twitching, does myoclonus"
)
_ASKING_ANYWHERE: Final = _pairs("signs of, symptoms of, difference between")
_CONDITION: Final = frozenset({"if", "whether", "ever", "should", "case", "unless"})
_GENERIC: Final = frozenset(("babies a any newborns infants someone child children kids people anyone").split())
_TOLD: Final = frozenset(
    (
        "his her hers my our he she this that these those him just now last today tonight yesterday keeps "
        "kept was were had did been went got saw noticed started since again doing having happened"
    ).split()
)
"""Words by which a question tells of this baby."""
_LEADS: Final = frozenset("is are can could do does would might may".split())
"""Words that open a question with a yes or no for its answer."""
_RELATES: Final = frozenset(
    "mean means cause causes lead leads turn turns become becomes linked related connected associated sign signs "
    "symptom symptoms type kind form same mistaken confused mimic mimics resemble resembles look looks".split()
)
"""Words by which a question brings two things together: "can reflux look like a seizure"."""
_SOMEBODY: Final = frozenset("baby babys baba bub lo it its they them their you i me".split())
_NOW: Final = frozenset("having happening now just today tonight again keeps started since".split())
_GETS: Final = frozenset("get develop have end grow".split())
_SOON: Final = 5
"""Words between the opening of a question about the future and the sign it asks about."""
_HOW: Final = _pairs("how do, how does, how can, how could, how would, how will, how should, how to")
_SURE: Final = frozenset({"know", "tell", "sure", "certain"})
_PAST: Final = frozenset(["ago", "yesterday", "previously", "earlier"])
_PAST_PAIRS: Final = _pairs(
    "last week, last month, last year, last night, used to, other day, other night, when born, at birth, last "
    "tuesday, last spring, last winter, last summer, back in, in hospital, as newborn, was newborn, weeks "
    "back, last monday, last friday, last time"
)


def status_of(span: Span, tokens: Sequence[Token], sentence: Sequence[int], *, about_carer: bool = False) -> Status:
    """How the words of a span are mentioned.

    Args:
        span: the tokens that raised a red flag.
        tokens: all tokens of the utterance.
        sentence: the number of each token's sentence.
        about_carer: whether the sign is the carer's own, which no subject makes somebody else's.
    """
    first, last = span.words[0], span.words[-1]
    begin, end = first, last + 1
    while begin > max(0, first - _FARTHEST) and sentence[begin - 1] == sentence[first]:
        begin -= 1
    while end < min(len(tokens), last + _FARTHEST) and sentence[end] == sentence[last]:
        end += 1
    if _is_denied(span, tokens, begin, end):
        return Status.DENIED
    if not about_carer and is_other(span, tokens, begin, end):
        return Status.OTHER
    words = [token.word for token in tokens[begin:end]]
    if _is_asked(words, first - begin, tokens[end - 1].asked):
        return Status.ASKED
    pairs = set(pairwise(words))
    if set(words) & _PAST or pairs & _PAST_PAIRS:
        return Status.PAST
    return Status.PRESENT


def denies_amount(span: Span, tokens: Sequence[Token]) -> bool:
    """Whether the words that raised a red flag hold an amount that is denied: "not loads, just a flick"."""
    return any(
        tokens[at].word in _AMOUNTS
        and at > 0
        and tokens[at - 1].word == "not"
        and tokens[at - 1].stop is Stop.NONE
        and not _is_rhetorical(tokens, at - 1)
        for at in span.words
    )


def _is_denied(span: Span, tokens: Sequence[Token], begin: int, end: int) -> bool:
    """Whether a denial before the sign, or before one of its words, reaches it, or an answering "no" follows it.

    A "no" behind a sign that is a denial itself confirms it: "not breathing? no."
    """
    own = set(span.words)
    for target in span.words:
        for cue in range(target - 1, begin - 1, -1):
            if tokens[cue].stop is Stop.SENTENCE:
                break
            if tokens[cue].word not in _DENIALS or cue in own:
                continue
            following = cue + 1
            if tokens[following].word in _NOT_A_DENIAL and following not in own:
                continue
            if _is_rhetorical(tokens, cue) or _is_wondered([token.word for token in tokens[begin:cue]]):
                continue
            if _reaches(cue, target, tokens):
                return True
    return not any(tokens[at].word in _DENIALS for at in own) and is_answered_no(tokens, span.words[-1])


def _is_rhetorical(tokens: Sequence[Token], cue: int) -> bool:
    """Whether a denial only stresses what is told: "didn't he go limp on me"."""
    if cue == 0 or tokens[cue].word != "not" or cue + 1 >= len(tokens):
        return False
    return tokens[cue - 1].word in ("did", "does", "has", "was", "is") and tokens[cue + 1].word in ("he", "she")


def _is_wondered(before: Sequence[str]) -> bool:
    """Whether the words before a denial ask how to be sure of it: "how do i know it is not a fit"."""
    asks = any(pair in _HOW for pair in pairwise(before))
    return asks and not _SURE.isdisjoint(before[before.index("how") :][-_SOON:])


def is_answered_no(tokens: Sequence[Token], last: int) -> bool:
    """Whether a sign is a heading that a "no" and nothing more denies: "fever? no.", "fever: false"."""
    if last + 1 >= len(tokens) or tokens[last + 1].word not in _ANSWERS:
        return False
    begin = last
    while begin and tokens[begin - 1].stop is not Stop.SENTENCE and last - begin < _HEADING:
        begin -= 1
    following = tokens[last + 2].word if last + 2 < len(tokens) else ""
    if following in _ENDS_DENIAL or (following and tokens[last + 1].stop is Stop.NONE):  # "never. until tonight"
        return False
    return tokens[last].stop is Stop.CLAUSE or (tokens[last].asked and last - begin < _HEADING)


def _reaches(cue: int, target: int, tokens: Sequence[Token]) -> bool:
    """Whether a denial at `cue` still holds at `target`, in the same sentence."""
    listing = tokens[cue].word in _LISTING
    distance = 0
    for index in range(cue + 1, target):
        word = tokens[index].word
        if word in _ENDS_DENIAL:
            return False
        if word == "and" and not listing:
            return False
        if tokens[index - 1].stop is Stop.CLAUSE:
            if not listing and word not in ("or", "nor"):
                return False
            if word in _SUBJECTS:
                return False
        if (
            word in ("and", "or")
            and index + 1 < target
            and tokens[index + 1].word in ("he", "she", "it", "they", "is", "his", "her")
        ):
            return False
        distance += len(word) > 3
        if distance > (_DENIAL_REACH + 3 if listing else _DENIAL_REACH):
            return False
    return not (tokens[target - 1].stop is Stop.CLAUSE and target - 1 >= cue and not listing)


def _is_asked(words: Sequence[str], at: int, question: bool) -> bool:
    """Whether a sentence asks about the sign in general instead of telling of it."""
    before = words[:at]
    opening = tuple(words[:2])
    told = set(words) & _TOLD
    conditional = [
        index
        for index, word in enumerate(before)
        if word in _CONDITION and before[index - 1 : index] not in (["as"], ["even"], ["asked"])
    ]
    if conditional and not set(words[conditional[-1] :]) & {
        "was",
        "were",
        "had",
        "did",
        "been",
        "this",
        "these",
        "just",
    }:
        asks = (
            question
            or opening in _ASKING
            or opening[:1] in (("what",), ("how",), ("when",), ("should",), ("do",), ("would",), ("if",), ("is",))
        )
        if asks:
            return True
    if _asks_relation(words, at) or _foresees(words, at):
        return True
    if opening in _ASKING or (question and set(before[:3]) & _GENERIC):
        return not told
    return any(pair in _ASKING_ANYWHERE for pair in pairwise(before))


def _asks_relation(words: Sequence[str], at: int) -> bool:
    """Whether a yes-or-no question asks what a sign has to do with something that nobody told of this baby: "is sleep
    twitching a sign of epilepsy"."""
    lead = next((place for place, word in enumerate(words[:_SOON]) if word in _LEADS), None)
    if lead is None or lead >= at or set(words) & _NOW:
        return False
    relation = next((place for place in range(lead + 1, at + 1) if words[place] in _RELATES), None)
    return relation is not None and not set(words[lead:relation]) & (_TOLD | _SOMEBODY)


def _foresees(words: Sequence[str], at: int) -> bool:
    """Whether a question asks what is to come: "will he get epilepsy from this"."""
    return words[:1] == ["will"] and at < _SOON and bool(set(words[:at]) & _GETS) and "another" not in words[:at]
