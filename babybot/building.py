"""`babybot build`: trains what is trained and writes `compiled/` of a knowledge folder; `--check` only looks at it.

`knowledge.json` is taken away first and written last: while it matches the sources, the index beside it does, too.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from babybot import labels, snapshot, storing
from babybot.example_files import read_examples
from babybot.labels import Labelled, labelled
from babybot.loader import COMPILED, INDEX, PHRASES, SMALL_TALK, WEIGHTS, fingerprint, load, shipped_folder
from babybot.model import KnowledgeBase
from babybot.retriever import Retriever
from babybot.small_talk import Listener
from babybot.triage import Triage
from babybot.weights import Weights

__all__ = ["Built", "build", "stale"]

_NEEDS: Final = "numpy and scikit-learn are needed to train: install babybot[train]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What a build did."""

    written: tuple[Path, ...]
    """The files, in the order they were written."""
    notes: tuple[str, ...]
    """What was trained from how much, a line each."""
    untrained: tuple[str, ...]
    """What could not be trained, and why; empty when everything was."""


def build(folder: Path | None = None) -> Built:
    """Check the knowledge of a folder, train, and write its `compiled/`.

    Args:
        folder: the folder; None for the shipped one.

    Raises:
        KnowledgeError: when the knowledge or its examples cannot be used; nothing is written then.
        OSError: when a file cannot be written.
    """
    chosen = shipped_folder() if folder is None else folder
    knowledge = load(chosen, compiled=False)
    examples = read_examples(chosen)
    index, index_note, index_lack = _train_index(knowledge, labels.off_topic(examples))
    triage = Triage(knowledge)
    weights, weights_note, weights_lack = _train_weights(labelled(examples, knowledge.red_flags), triage)
    (chosen / COMPILED).parent.mkdir(exist_ok=True)
    (chosen / COMPILED).unlink(missing_ok=True)
    files = {
        INDEX: index.dump(),
        **({WEIGHTS: weights.dump()} if weights else {}),
        PHRASES: triage.compiled_phrases(),
        SMALL_TALK: Listener(knowledge).compiled_phrases(),
        COMPILED: snapshot.dumps(knowledge).encode(),
    }
    for name, data in files.items():
        storing.replace(chosen / name, data)
    notes = (f"{len(knowledge.entries)} entries, {len(knowledge.red_flags)} red flags", index_note, weights_note)
    return Built(
        written=tuple(chosen / name for name in files),
        notes=tuple(filter(None, notes)),
        untrained=tuple(filter(None, (index_lack, weights_lack))),
    )


def _train_index(knowledge: KnowledgeBase, off_topic: tuple[str, ...]) -> tuple[Retriever, str, str]:
    """The index, what it was trained from, and why it was not."""
    try:
        from babybot.retriever_training import train
    except ImportError:
        return (
            Retriever.build(knowledge.entries, knowledge.synonyms),
            "",
            f"the retriever's index is untrained: {_NEEDS}",
        )
    questions = sum(len(entry.questions) for entry in knowledge.entries)
    note = f"index trained from {questions} questions and {len(off_topic)} off-topic examples"
    return train(knowledge.entries, knowledge.synonyms, off_topic), note, ""


def _train_weights(messages: tuple[Labelled, ...], triage: Triage) -> tuple[Weights | None, str, str]:
    """The triage weights, what they were trained from, and why there are none."""
    kept = f"{WEIGHTS} is left as it is"
    red = sum(message.urgency is not None for message in messages)
    if red in (0, len(messages)):
        return None, "", f"no triage weights were trained: examples/ needs red-flag and benign messages; {kept}"
    try:
        from babybot.triage_training import train
    except ImportError:
        return None, "", f"no triage weights were trained: {_NEEDS}; {kept}"
    count = f"{red} red-flag and {len(messages) - red} benign examples"
    weights = train(messages, triage.sentences)
    if not math.isfinite(weights.alarm.limit):
        return None, "", f"no triage weights were trained: examples/ needs authors who wrote both kinds; {kept}"
    return weights, f"triage weights trained from {count}", ""


def stale(folder: Path | None = None) -> tuple[str, ...]:
    """What of a folder's `compiled/` does not match its sources, a line each; empty when all of it does.

    Raises:
        KnowledgeError: when the knowledge or its examples cannot be used.
    """
    chosen = shipped_folder() if folder is None else folder
    knowledge = load(chosen, compiled=False)
    found = []
    if snapshot.read(chosen / COMPILED, fingerprint(chosen)) != _unplaced(knowledge):
        found.append(f"{chosen / COMPILED} does not match the sources")
    for name, compiled in ((PHRASES, Triage(knowledge)), (SMALL_TALK, Listener(knowledge))):
        if _bytes(chosen / name) != compiled.compiled_phrases():
            found.append(f"{chosen / name} does not match the sources")
    examples = read_examples(chosen)
    if not _is_index_of(chosen / INDEX, knowledge, labels.off_topic(examples)):
        found.append(f"{chosen / INDEX} is missing, untrained, or of other questions or off-topic examples")
    messages = labelled(examples, knowledge.red_flags)
    if _weights_fingerprint(chosen / WEIGHTS) != _fingerprint(messages):
        found.append(f"{chosen / WEIGHTS} was trained from other examples")
    return tuple(found)


def _unplaced(knowledge: KnowledgeBase) -> KnowledgeBase:
    """The knowledge as the compiled form gives it back, without places in files."""
    return snapshot.from_data(snapshot.to_data(knowledge))


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _is_index_of(path: Path, knowledge: KnowledgeBase, off_topic: tuple[str, ...]) -> bool:
    try:
        index = Retriever.load(path.read_bytes(), knowledge.entries)
        return index.trained and index.off_topic == labels.digest(off_topic)
    except (OSError, ValueError, LookupError, TypeError):
        return False


def _weights_fingerprint(path: Path) -> str | None:
    try:
        return Weights.load(path.read_bytes()).fingerprint
    except (OSError, ValueError, LookupError, TypeError):
        return None


def _fingerprint(messages: tuple[Labelled, ...]) -> str | None:
    """Of messages as a build would train from them; None where it would not train."""
    examples = [message for message in messages if message.urgency is not None]
    return labels.fingerprint(messages) if 0 < len(examples) < len(messages) else None
