"""Hears what parents say around their questions: thanks, greetings, doubts, news of the ambulance, another language.

The phrases and replies are the knowledge's; what is made of them is decided above.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from babybot.context import Status, status_of
from babybot.errors import KnowledgeError, Location, Problem, Severity
from babybot.matching import Reading, Span
from babybot.model import KnowledgeBase, SmallTalk
from babybot.phrase_book import PhraseBook, fold_fillers
from babybot.text import Stop, tokens

__all__ = ["Heard", "Listener", "is_of_another_day"]

_MOST_CHARS: Final = 2000
"""Of a longer message only so much is heard here; triage reads all of it."""
_LANGUAGE: Final = "other-language"
_DANGER: Final = "other-language-danger"
_POLITE: Final = ("acknowledge", "greeting", "thanks", "goodbye")
"""Kinds that are dropped from the front of a message and that no question is; the later ones tell more."""
_ALONE: Final = (
    *_POLITE, "tired-parent", "afraid", "abuse", "promise", "are-you-a-robot", "are-you-a-doctor", "off-topic", "cpr",
)  # fmt: skip
"""Kinds that may be all that a message says; the later ones tell more."""
_COURTESY: Final = frozenset(
    "x xx xxx love hun mate doc dear pal please pls very much so many for all help helping your you me again then "
    "there too lol haha i a bit now that"
    " the it about from everyone baby bot babybot x3 anyway though"
    " tho truly ever one in with by bye of and yes yeah".split()
)
"""Words that say nothing further beside small talk."""
_ASKING: Final = frozenset("is are was does do did will can could should would".split())
"""Words with which a question begins that has no mark: "is that ok"."""
_NEWS: Final = frozenset({"help-is-here", "help-is-coming", "it-stopped", "retraction", "was-seen", "was-there"})
_DOUBTFUL: Final = frozenset(
    "not never no if when until till before should would could"
    " can unless whether wish birth born wait waiting wants far away miles closed shut strike delayed busy"
    " cancelled".split()
)
"""Words that make news of help or of the end of an episode no news: "not here yet", "when they have seen him"."""
_GOES_ON: Final = frozenset("but again still yet happening dangerous serious urgent emergency tonight today".split())
"""Words that make it no news that a doctor has seen the baby: "they said it was nothing but it is happening again"."""
_BEFORE: Final = frozenset(
    "yesterday last ago earlier morning monday tuesday wednesday thursday friday saturday sunday weekend week month "
    "mum mam mom dad sister brother friend neighbour aunt uncle cousin gran nan parents mother father husband wife"
    " partner".split()
)
"""Words of another day, or of somebody else, that make it no news that help is here."""
_FOREIGN_SHARE: Final = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What was heard in one message."""

    kinds: frozenset[str] = frozenset()
    """Kinds found anywhere; news only where it is neither denied nor asked about."""
    alone: str | None = None
    """The kind that is all the message says."""
    rest: str = ""
    """The message without the small talk in front."""

    def __contains__(self, kind: object) -> bool:
        return kind in self.kinds


class Listener:
    """The small talk of some knowledge, ready to hear. Immutable; safe to share between threads.

    Args:
        knowledge: whose small talk is heard.
        compiled: what `compiled_phrases` gave for the same knowledge, which saves parsing them again.

    Raises:
        KnowledgeError: when a phrase cannot be read.
    """

    def __init__(self, knowledge: KnowledgeBase, compiled: bytes | None = None) -> None:
        self._small_talk: Mapping[str, SmallTalk] = MappingProxyType({item.kind: item for item in knowledge.small_talk})
        plain = [item for item in knowledge.small_talk if not item.kind.startswith(_LANGUAGE)]
        spoken = [(item.kind, phrase) for item in plain for phrase in item.phrases]
        self._kinds = tuple(kind for kind, _ in spoken)
        texts = [phrase for _, phrase in spoken]
        book = None if compiled is None else PhraseBook.load(compiled, texts)
        if book is None:
            _check(spoken)
            words = knowledge.words
            book = PhraseBook.compile(texts, {}, {}, {}, words.no_fuzzy, fold_fillers(words.fillers))
        self._book = book
        self._foreign = self._words(_LANGUAGE)
        self._danger = self._words(_DANGER)

    def compiled_phrases(self) -> bytes:
        """All phrases, parsed and indexed, for a file."""
        return self._book.dump()

    def reply(self, kind: str) -> str:
        """What is said back, its slots not yet filled; empty for a kind the knowledge does not have."""
        return self._small_talk[kind].reply if kind in self._small_talk else ""

    def hear(self, utterance: str) -> Heard:
        """The kinds of small talk in a message, and what is left of it without them."""
        heard = utterance[:_MOST_CHARS]
        foreign = self._language(heard)
        if foreign:
            return Heard(kinds=frozenset({foreign}), alone=foreign, rest=utterance)
        reading = Reading(heard, self._book)
        spans = self._spans(reading)
        kinds = frozenset(kind for kind, found in spans.items() if any(_is_told(kind, span, reading) for span in found))
        alone = self._alone(reading, spans)
        rest = 0 if alone else self._rest(reading, _covered(spans, _POLITE))
        return Heard(kinds=kinds, alone=alone, rest=utterance[rest:].strip())

    def hears_danger(self, utterance: str) -> bool:
        """Whether a message is in another language and has one of its words of danger."""
        return self._language(utterance[:_MOST_CHARS]) == _DANGER

    def _spans(self, reading: Reading) -> dict[str, list[Span]]:
        found: dict[str, list[Span]] = {}
        for number, span in reading.phrases():
            found.setdefault(self._kinds[number], []).append(span)
        return found

    def _alone(self, reading: Reading, spans: Mapping[str, list[Span]]) -> str | None:
        covered = _covered(spans, _ALONE)
        if not covered or self._content(reading, covered):
            return None
        asked = reading.tokens[0].word in _ASKING or any(token.asked for token in reading.tokens)
        kinds = [kind for kind in _ALONE if kind in spans and not (asked and kind in ("acknowledge", "thanks"))]
        return kinds[-1] if kinds else None

    def _content(self, reading: Reading, covered: set[int]) -> list[int]:
        """Places of the words that are neither covered nor without meaning of their own."""
        idle = self._book.fillers | _COURTESY
        return [at for at, token in enumerate(reading.tokens) if at not in covered and token.word not in idle]

    def _rest(self, reading: Reading, covered: set[int]) -> int:
        """Where the message begins without the small talk in front, in characters: whole clauses, then single words."""
        idle = self._book.fillers | _COURTESY
        begin = 0
        for at, token in enumerate(reading.tokens):
            if at not in covered and token.word not in idle:
                break
            if token.stop is not Stop.NONE and covered & set(range(begin, at + 1)):
                begin = at + 1
        while begin in covered:
            begin += 1
        return reading.tokens[begin].start if begin < len(reading.tokens) else 0

    def _words(self, kind: str) -> frozenset[str]:
        item = self._small_talk.get(kind)
        return frozenset(token.word for phrase in item.phrases for token in tokens(phrase)) if item else frozenset()

    def _language(self, heard: str) -> str | None:
        """Whether the message is in another language, and whether it has a word of danger."""
        words = [token.word for token in tokens(heard)]
        danger = any(
            word.startswith(sign) or (not sign.isascii() and sign in word) for word in words for sign in self._danger
        )
        letters = [char for char in heard if char.isalpha()]
        strange = sum(not _is_latin(char) for char in letters) * 2 > len(letters)
        known = {word for word in words if word in self._foreign}
        mostly = len(known) >= 2 and len(known) >= _FOREIGN_SHARE * len(set(words))
        if not (strange or mostly or (danger and known)):
            return None
        return _DANGER if danger else _LANGUAGE


def _check(spoken: Iterable[tuple[str, str]]) -> None:
    from babybot.patterns import PhraseError, parse  # of no use to compiled phrases

    problems = []
    for kind, phrase in spoken:
        try:
            parse(phrase, ())
        except PhraseError as error:
            message = f"small talk {kind!r}, phrase {phrase!r}: {error.message}"
            problems.append(
                Problem(
                    location=Location("messages"),
                    severity=Severity.ERROR,
                    rule="phrase-syntax",
                    message=message,
                    hint=error.hint,
                )
            )
    if problems:
        raise KnowledgeError(problems)


def _covered(spans: Mapping[str, list[Span]], kinds: Iterable[str]) -> set[int]:
    return {at for kind in kinds for span in spans.get(kind, ()) for at in range(span.start, span.end)}


def _is_told(kind: str, span: Span, reading: Reading) -> bool:
    """Whether news is told: neither denied nor asked about, and without a word that puts it in doubt."""
    if kind not in _NEWS:
        return True
    if status_of(span, reading.tokens, reading.sentence, about_carer=True) in (Status.DENIED, Status.ASKED):
        return False
    number = reading.sentence[span.words[0]]
    sentence = [token for token, at in zip(reading.tokens, reading.sentence, strict=True) if at == number]
    doubtful = _DOUBTFUL | {"was-seen": _GOES_ON, "help-is-here": _BEFORE}.get(kind, frozenset())
    return not (sentence[-1].asked or {token.word for token in sentence} & doubtful)


def is_of_another_day(text: str) -> bool:
    """Whether a text names another day, or somebody else who saw the baby."""
    return bool(_BEFORE & {token.word for token in tokens(text)})


def _is_latin(char: str) -> bool:
    return ord(char) < 0x250 or 0x1E00 <= ord(char) < 0x1F00
