"""Compares babybot's retriever with its peers: the same knowledge, the same questions, one run.

    python tests/benchmarks/retrieval.py                      # shipped knowledge, asked its entries' examples
    python tests/benchmarks/retrieval.py --ask faq_dev.jsonl --off-topic benign_dev.jsonl
    python tests/benchmarks/retrieval.py --train banking77_train.jsonl --shots 10 --ask other.jsonl
    python tests/benchmarks/retrieval.py --train clinc150_train.jsonl --uneven 0   # a bot of few, uneven entries
    python tests/benchmarks/retrieval.py --growth             # latency, build time and memory by number of questions
    python tests/benchmarks/retrieval.py --ablation           # what each part of the retriever gains

The peers stand in `peers.py` and need the extra `bench`; one that is not installed is left out and named.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import multiprocessing
import random
import resource
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
from peers import CONTENDERS, Asked, Babybot, Contender, Data

from babybot import retriever, retriever_training, spelling
from babybot.loader import load
from babybot.model import Entry
from babybot.retriever import Band, Retriever

SLOW = frozenset({"ChatterBot comparator"})
"""Asked a sample of the utterances only, spread evenly: the first ones may all be of one entry."""
SAMPLE = 100
SIZES = (100, 1_000, 10_000, 100_000)


def with_typo(text: str, rng: random.Random) -> str:
    """One slip in one word of four letters or more."""
    words = text.split()
    places = [at for at, word in enumerate(words) if len(word) >= 4 and word.isalpha()]
    if not places:
        return text
    at = rng.choice(places)
    word, cut = words[at], rng.randrange(len(words[at]) - 1)
    letter = rng.choice("abcdefghijklmnopqrstuvwxyz")
    slips = (
        word[:cut] + word[cut + 1] + word[cut] + word[cut + 2 :],
        word[:cut] + word[cut + 1 :],
        word[:cut] + letter + word[cut:],
        word[:cut] + letter + word[cut + 1 :],
    )
    words[at] = rng.choice(slips)
    return " ".join(words)


def hits(contender: Contender, data: Data, asked: Sequence[Asked]) -> tuple[float, float, list[float]]:
    """hit@1 and hit@3 in percent, and the best score of each utterance."""
    first = third = 0
    scores = []
    for one in asked:
        ranking = contender.rank(one.text)
        found = [data.entries[number].id in one.right for number, _ in ranking[:3]]
        first += found[:1] == [True]
        third += any(found)
        scores.append(ranking[0][1] if ranking else 0.0)
    return 100 * first / len(asked), 100 * third / len(asked), scores


def auroc(inside: Sequence[float], outside: Sequence[float]) -> float:
    """How often an utterance on the subject outscores one off it, in percent; ties count half."""
    ordered = np.sort(np.array(outside))
    below = np.searchsorted(ordered, inside, "left") + np.searchsorted(ordered, inside, "right")
    return float(100 * below.mean() / 2 / len(ordered))


def bands(found: Retriever, data: Data) -> str:
    """What is answered, rightly and wrongly, and of the off-topic."""
    right = wrong = 0
    for one in data.asked:
        matches = found.rank(one.text)
        if found.band(matches) is Band.ANSWER:
            right += matches[0].entry.id in one.right
            wrong += matches[0].entry.id not in one.right
    off = sum(found.band(found.rank(text)) is Band.ANSWER for text in data.off_topic)
    total = len(data.asked)
    return (
        f"babybot answers rightly {100 * right / total:.1f}%, wrongly {100 * wrong / total:.1f}%,"
        f" off-topic {100 * off / max(len(data.off_topic), 1):.1f}%"
    )


def compare(data: Data) -> None:
    """The table of hit rates."""
    rng = random.Random(0)
    slipped = [Asked(with_typo(one.text, rng), one.right) for one in data.asked]
    questions = sum(len(entry.questions) for entry in data.entries)
    print(
        f"{len(data.entries)} entries, {questions} questions; asked {len(data.asked)}, off-topic {len(data.off_topic)}"
    )
    print(f"{'':28}{'hit@1':>7}{'hit@3':>7}{'typo':>7}{'loss':>6}{'AUROC':>7}{'ms':>8}{'build s':>9}")
    for name, make in CONTENDERS.items():
        with left_out_if_missing(name):
            began = time.perf_counter()
            contender = make(data)
            built = time.perf_counter() - began
            few = slice(None, None, max(1, len(data.asked) // SAMPLE) if name in SLOW else 1)
            began = time.perf_counter()
            first, third, scores = hits(contender, data, data.asked[few])
            spent = 1000 * (time.perf_counter() - began) / len(scores)
            typo = hits(contender, data, slipped[few])[0]
            off = [next(iter(contender.rank(text)), (0, 0.0))[1] for text in data.off_topic[few]]
            area = f"{auroc(scores, off):7.1f}" if off else f"{'-':>7}"
            print(f"{name:28}{first:7.1f}{third:7.1f}{typo:7.1f}{first - typo:6.1f}{area}{spent:8.2f}{built:9.1f}")
            if name == "babybot trained" and isinstance(contender, Babybot):
                print(bands(contender.retriever, data))


@contextlib.contextmanager
def left_out_if_missing(name: str) -> Iterator[None]:
    """Goes on without a peer whose package is not there."""
    try:
        yield
    except ImportError as error:
        print(f"{name:28}left out: {error}")


def grown(data: Data, size: int) -> Data:
    """As many questions, ten an entry: the knowledge's own with a third of their words replaced by others of it."""
    rng = random.Random(size)
    texts = [question for entry in data.entries for question in entry.questions]
    words = sorted({word for text in texts for word in spelling.read(text)})
    made = [
        " ".join(rng.choice(words) if rng.random() < 1 / 3 else word for word in spelling.read(rng.choice(texts)))
        for _ in range(size)
    ]
    entries = tuple(
        Entry(id=f"e{at}", topic="t", title="t", questions=tuple(made[at : at + 10]), answer="a")
        for at in range(0, size, 10)
    )
    return Data(entries, data.synonyms, data.asked, [])


def measured(name: str, data: Data, answer: Any) -> None:
    """In a process of its own: (median ms a question, seconds to build, MB of memory it took)."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    try:
        contender = CONTENDERS[name](data)
    except ImportError as error:
        answer.send(str(error))
        return
    built = time.perf_counter() - began
    memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    times = []
    for one in data.asked[: 10 if name in SLOW else 40]:
        began = time.perf_counter()
        contender.rank(one.text)
        times.append(time.perf_counter() - began)
        if sum(times) > 20:
            break
    answer.send((1000 * statistics.median(times), built, memory))


def growth(data: Data) -> None:
    """Latency, build time and memory by number of questions; each cell in a fresh process."""
    print("median ms a question (build s, MB)")
    print(f"{'':28}" + "".join(f"{size:>22,}" for size in SIZES))
    context = multiprocessing.get_context("fork")
    larger = {size: grown(data, size) for size in SIZES}
    for name in CONTENDERS:
        cells = []
        for size in SIZES:
            if (name in SLOW or name == "babybot trained") and size > 10_000:
                cells.append(f"{'-':>22}")
                continue
            receive, send = context.Pipe(False)
            worker = context.Process(target=measured, args=(name, larger[size], send))
            worker.start()
            found = receive.recv()
            worker.join()
            cells.append(
                f"{'left out':>22}" if isinstance(found, str) else "{:>9.2f} ({:.1f}, {:.0f})".format(*found).rjust(22)
            )
        print(f"{name:28}" + "".join(cells), flush=True)


def ablation(data: Data) -> None:
    """hit@1 with each part taken away."""
    parts: dict[str, Any] = {
        "everything": contextlib.nullcontext(),
        "without n-grams": mock.patch.dict(spelling.BLOCKS, gram=0.0),
        "without words": mock.patch.dict(spelling.BLOCKS, word=0.0),
        "without skip bigrams": mock.patch.dict(spelling.BLOCKS, skip=0.0),
        "without senses": mock.patch.dict(spelling.BLOCKS, sense=0.0),
        "real words repaired too": mock.patch.object(spelling, "real_words", frozenset),
        "without spelling repair": mock.patch.object(spelling.Speller, "repair", lambda self, word: word),
        "without the fuzzy look": mock.patch.object(retriever, "_FUZZY", 0.0),
        "without titles and ids": mock.patch.multiple(retriever_training, names=lambda entry, asked: ()),
        "without the prior": mock.patch.multiple(retriever_training, prior=lambda counts: [1.0] * len(counts)),
        "without coverage": mock.patch.object(retriever, "_COVERAGE", 0.0),
        "without leaving out": mock.patch.object(
            retriever_training, "_left_out", lambda table, *_: np.zeros(len(table.owners), np.float32)
        ),
        "one rival": mock.patch.object(retriever_training, "_RIVALS", 1),
    }
    rng = random.Random(0)
    slipped = [Asked(with_typo(one.text, rng), one.right) for one in data.asked]
    print(f"{'':28}{'hit@1':>7}{'hit@3':>7}{'typo':>7}{'AUROC':>7}")
    for name, part in parts.items():
        with part:
            _row(name, Babybot(data, retriever_training.train), data, slipped)
    _row("without training", Babybot(data, Retriever.build), data, slipped)


def _row(name: str, contender: Contender, data: Data, slipped: Sequence[Asked]) -> None:
    first, third, scores = hits(contender, data, data.asked)
    typo = hits(contender, data, slipped)[0]
    off = [next(iter(contender.rank(text)), (0, 0.0))[1] for text in data.off_topic]
    area = f"{auroc(scores, off):7.1f}" if off else f"{'-':>7}"
    print(f"{name:28}{first:7.1f}{third:7.1f}{typo:7.1f}{area}", flush=True)


def gathered(options: argparse.Namespace) -> Data:
    """What is asked of what."""
    knowledge = load(options.knowledge)
    entries, synonyms = knowledge.entries, knowledge.synonyms
    if options.train:
        entries = _entries(options.train, options.shots) if options.uneven is None else _uneven(options)
    asked = [Asked(text, frozenset({entry.id})) for entry in entries for text in entry.examples]
    off_topic: list[str] = []
    for path in options.ask:
        for row in _rows(path):
            right = {row.get("id", row.get("label")), *row.get("also", ())} - {None}
            if right:
                asked = [*asked, Asked(row["text"], frozenset(right))]
            else:
                off_topic.append(row["text"])
    if options.ask:
        asked = asked[sum(len(entry.examples) for entry in entries) :]
    for path in options.off_topic:
        off_topic += [row["text"] for row in _rows(path) if row.get("kind", "off-topic") == "off-topic"]
    return Data(entries, synonyms, asked[: options.most], off_topic[: options.most])


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def _entries(path: Path, shots: int | None) -> tuple[Entry, ...]:
    """An entry a label, with the first texts of each after a shuffle with seed 0."""
    by_label: dict[str, list[str]] = {}
    for row in _rows(path):
        if row["label"] is not None:
            by_label.setdefault(row["label"], []).append(row["text"])
    for texts in by_label.values():
        random.Random(0).shuffle(texts)
    return tuple(
        Entry(id=label, topic="t", title=label, questions=tuple(texts[:shots]), answer="a")
        for label, texts in by_label.items()
    )


def _uneven(options: argparse.Namespace) -> tuple[Entry, ...]:
    """Fifty of the labels with 60 questions to 3, as bots of real shops have them; as many more are their examples."""
    whole = list(_entries(options.train, None))
    random.Random(options.uneven).shuffle(whole)
    counts = [round(60 / (rank + 1) ** 0.75) for rank in range(50)]
    return tuple(
        replace(entry, questions=entry.questions[:count], examples=entry.questions[count : 2 * count])
        for entry, count in zip(whole, counts, strict=False)
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--knowledge", type=Path, help="a knowledge folder; the shipped one by default")
    parser.add_argument("--train", type=Path, help="JSON lines of text and label, in place of the knowledge's entries")
    parser.add_argument("--shots", type=int, help="questions a label")
    parser.add_argument(
        "--uneven", type=int, help="of --train, fifty labels drawn with this seed, with many questions to few"
    )
    parser.add_argument("--ask", type=Path, action="append", default=[], help="JSON lines of text and id or label")
    parser.add_argument("--off-topic", type=Path, action="append", default=[], help="JSON lines of text")
    parser.add_argument("--most", type=int, help="utterances asked at most")
    parser.add_argument("--growth", action="store_true", help="latency, build time and memory by size instead")
    parser.add_argument("--ablation", action="store_true", help="each part taken away instead")
    options = parser.parse_args()
    data = gathered(options)
    (growth if options.growth else ablation if options.ablation else compare)(data)


if __name__ == "__main__":
    main()
