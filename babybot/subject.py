"""Whose sign it is: the baby's, or an adult's, an animal's, a thing's.

The riskiest of all readings, since a wrong one hides a sign: every doubt is the baby's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from babybot.lexicon import lemma, real_words
from babybot.matching import Span
from babybot.text import Stop, Token

__all__ = ["has_own_fever", "is_other"]

_CARER: Final = frozenset({"i", "we", "me", "myself", "im", "us"})
_ADULT: Final = frozenset(
    (
        "husband wife partner boyfriend girlfriend mum mom mam mother dad father grandad granda grandpa "
        "gran nan nana grandma granny grandmother grandfather uncle aunt auntie neighbour neighbor colleague "
        "boss teacher friend mate man woman bloke guy lady driver actor character player postman fella hubby "
        "sister brother cousin teenager student patient landlord plumber vicar nephew niece flatmate "
        "coworker workmate housemate classmate client customer passenger lifeguard jockey footballer "
        "celebrity king queen"
    ).split()
)
_WOMAN: Final = frozenset(
    "wife girlfriend mum mom mam mother gran nan nana grandma granny grandmother aunt auntie woman lady"
    " sister niece lass".split()
)
_MAN: Final = frozenset(
    "husband boyfriend dad father grandad granda grandpa grandfather uncle man bloke guy fella hubby brother nephew"
    " vicar plumber postman lad".split()
)
_HERS: Final = frozenset({"her", "hers", "she", "herself"})
_HIS: Final = frozenset({"his", "he", "himself"})
_ANIMAL: Final = frozenset(
    (
        "dog cat puppy kitten hamster rabbit horse pony parrot budgie spaniel labrador pup dogs cats hens hen "
        "ewe ram sheep pig piglet duck goose goldfish snake lizard mouse rat heifer bullock mare stallion donkey "
        "kittens puppies bitch hound dug beagle staffie poodle doberman husky retriever lab corgi rottweiler "
        "cow goat chicken fish guinea pug collie terrier greyhound lamb calf foal gerbil tortoise bird "
        "cockapoo labradoodle cavapoo lambs calves goats ducklings ferret hedgehog alpaca llama dachshund chihuahua "
        "whippet lurcher setter canary cockatiel cockerel rooster turkey gecko chickens ponies horses cows pigs "
        "rabbits hamsters"
    ).split()
)
_THING: Final = frozenset(
    (
        "film movie book novel episode documentary telly tv game doll toy teddy robot car van bike computer "
        "laptop phone printer tractor boat machine engine curtains printer software app website song puppet "
        "dishwasher fridge boiler washer dryer sofa chair mattress washing jelly pastry dough lettuce cloth "
        "jacket coat jeans mannequin manikin mannikin dolly teddies hoover vacuum kettle toaster sourdough starter "
        "umbrella drone scooter lawnmower mower strimmer chainsaw hairdryer"
    ).split()
)
_BABY: Final = frozenset(
    (
        "baby babies babys he she him his her hers they them bub bubs bubba bairn wean newborn infant lo son "
        "daughter twin twins preemie toddler tot kiddo bambino little girl boy wee one dd ds grandson "
        "granddaughter grandchild child himself herself pikin beta wain littlun"
    ).split()
)
_WITNESSED: Final = frozenset(
    (
        "see notice watch find think feel hear catch reckon say worry scare know wake rouse get calm settle "
        "hold pick put give tell can could film swear call ring phone text mention describe ask believe "
        "wonder guess suspect google read told said reckons thought try help stop make want need look lay "
        "change feed bath dress take bring hope suppose assume concern terrify fear fret panic mean touch push "
        "pull tip turn rub pat beat tap wait open lift cuddle carry rock move fetch keep leave begin sit drop "
        "saw seen felt heard found held caught kept took brought knew thought woke told said got gave laid made "
        "check measure count time video record cup press swaddle wrap rest unwrap undo tickle stroke blow shout"
    ).split()
)
"""Verbs (by their lemma) between "I" or an adult and a sign, by which somebody tells of the baby or tends it."""


_NO_SUBJECT_AFTER: Final = frozenset(
    "like as how in on off of from with by to at into onto out over under for than about against near beside".split()
)
"""Words before a noun that make it no subject: "like a washing machine", "in the car"."""
_BETWEEN: Final = frozenset("a an the my our his her this that some old wee big little wet new".split())
"""Words that may stand between those and the noun."""
_SHARED: Final = frozenset({"he", "she", "his", "her", "him", "they", "them", "one", "little"})
"""Baby words that may just as well mean somebody else in the sentence."""
_HAVING: Final = frozenset({"has", "had", "poorly", "ill", "sick"})
_WITH_FEVER: Final = frozenset("a got high bad slight raging with of at about around over nearly".split())
"""Words that may stand between these and the number; any other may make it the baby's."""
_FEVER: Final = frozenset({"fever", "temperature", "temp"})
_FEVER_OF: Final = _FEVER | _WITH_FEVER
_WAS: Final = frozenset("is was hit reached went".split())
_UP_TO: Final = frozenset("up to at of about around over nearly only just still".split())
"""Words that may stand between such a verb and the number."""
_REACH: Final = 9
"""Words before a sign among which its subject is looked for."""


def is_other(span: Span, tokens: Sequence[Token], begin: int, end: int) -> bool:
    """Whether a sign is not the baby's.

    Args:
        span: the tokens that raised a red flag.
        tokens: all tokens of the utterance.
        begin: the first token of the sign's sentence.
        end: the one after its last.

    Returns:
        True only where the nearest subject before the sign is an adult, an animal or a thing, no baby stands in
        between, and the sentence names no baby.
    """
    if any(token.word in _BABY - _SHARED for token in tokens[begin:end]):
        return False
    first = span.words[0]
    for index in range(first, max(begin - 1, first - _REACH), -1):
        word = tokens[index].word
        if word in _CARER:
            return _is_carer_s(index, span, tokens, end)
        if index in span.words or _is_no_subject(index, begin, tokens):
            continue
        between = {token.word for token in tokens[index + 1 : first]}
        if word in _ANIMAL:
            return True
        if word in _THING:
            return not between & _BABY
        if word in _ADULT:
            shared = between & _BABY
            own = shared <= _HERS if word in _WOMAN else shared <= _HIS and word in _MAN
            told = _tells(between) or _is_done_to_baby(span, tokens)
            return (not shared or (own and _is_possessed(tokens, first))) and not told
        if word in _BABY:
            return False
        if word == "my" and index + 1 == first:
            return tokens[first].word.isalpha() and not _names_baby(tokens[first:end])
    return False


def has_own_fever(tokens: Sequence[Token], at: int) -> bool:
    """Whether a temperature is an adult's: "mum has a fever of" it, "my own temperature was" it.

    An "I have" may be read off a thermometer.
    """
    begin = at
    while begin and tokens[begin - 1].stop is not Stop.SENTENCE:
        begin -= 1
    end = at
    while end + 1 < len(tokens) and tokens[end].stop is not Stop.SENTENCE:
        end += 1
    words = [token.word for token in tokens[begin:at]]
    if _is_mine(words) and not _names_baby(tokens[begin : end + 1]):
        return True
    return any(_is_adults_fever(words[first:]) for first in range(max(0, len(words) - _REACH), len(words)))


def _is_adults_fever(words: Sequence[str]) -> bool:
    """Whether some words before a number begin with an adult who has the fever."""
    rest = set(words[2:])
    return words[0] in _ADULT and len(words) > 1 and words[1] in _HAVING and bool(_FEVER & rest) and rest <= _FEVER_OF


def _is_mine(words: Sequence[str]) -> bool:
    """Whether a sentence is "my temperature was" and no more before the number: beside others it is compared."""
    rest = list(words)
    while rest and rest[-1] in _UP_TO:
        rest.pop()
    return len(rest) > 2 and rest[-1] in _WAS and rest[-2] in _FEVER and rest[:-2] in (["my"], ["my", "own"])


def _is_done_to_baby(span: Span, tokens: Sequence[Token]) -> bool:
    """Whether "on him", "to her" follows: what somebody did to the baby."""
    after = [token.word for token in tokens[span.words[-1] + 1 : span.words[-1] + 3]]
    return len(after) == 2 and after[0] in ("on", "to", "with", "at", "for", "of") and after[1] in _BABY


def _is_possessed(tokens: Sequence[Token], first: int) -> bool:
    """Whether the sign is told of a part of the body: "banged her head", "his arm went stiff"."""
    return any(token.word in ("his", "her") for token in tokens[max(0, first - 2) : first + 2])


def _is_carer_s(index: int, span: Span, tokens: Sequence[Token], end: int) -> bool:
    """Whether "I" is who has the sign: nothing is told of the baby from there to the end of the sentence."""
    if index in span.words or _names_baby(tokens[index + 1 : end]):
        return False
    words = {token.word for token in tokens[index + 1 : span.words[-1] + 1]}
    return not _tells(words) and all(word in real_words() for word in words if len(word) > 3)


def _is_no_subject(index: int, begin: int, tokens: Sequence[Token]) -> bool:
    """Whether a noun is what something is likened to, or where it happens."""
    before = index - 1
    while before >= begin and tokens[before].word in _BETWEEN:
        before -= 1
    return before >= begin and tokens[before].word in _NO_SUBJECT_AFTER


def _names_baby(tokens: Sequence[Token]) -> bool:
    return any(token.word in _BABY for token in tokens)


def _tells(words: set[str]) -> bool:
    """Whether somebody tells of the baby or tends it."""
    return not _WITNESSED.isdisjoint(words) or not _WITNESSED.isdisjoint({lemma(word) for word in words})
