"""The second reading of windows by a small transformer: its tokenizer, its arithmetic, and how its score is mixed."""

from __future__ import annotations

import math

import numpy as np
import pytest

from babybot.encoder import Encoder, Heard, Mix
from babybot.encoder_packing import packed, unpacked
from babybot.weights import Window
from babybot.word_pieces import WordPieces

_PIECES = [
    "[PAD]",
    "[UNK]",
    "[CLS]",
    "[SEP]",
    *"abcdefgh.0123",
    "##b",
    "##c",
    "limp",
    "lettuce",
    "[unused1]",
    "caf\u00e9",
]
_CLASSES = [("fever", "emergency"), ("fever", "urgent"), ("limp", "emergency")]
_ALARM = Mix(weights=0.5, own=2.0, bias=0.5, limit=1.0, floor=-1.0)
_GRAVE = Mix(weights=0.25, own=0.5, bias=0.0, limit=0.0, floor=0.0)
_WIDE = 24


def _tuned(seed: int = 0) -> dict[str, np.ndarray]:
    """A transformer of one layer with the names that the tuned one has."""
    chance = np.random.default_rng(seed)

    def some(*shape: int) -> np.ndarray:
        return chance.normal(0, 0.4, shape).astype(np.float32)

    layer = "encoder.layer.0"
    shapes = {
        "embeddings.word_embeddings.weight": (len(_PIECES), _WIDE),
        "embeddings.position_embeddings.weight": (100, _WIDE),
        "embeddings.token_type_embeddings.weight": (2, _WIDE),
        **{f"{layer}.attention.self.{name}.weight": (_WIDE, _WIDE) for name in ("query", "key", "value")},
        **{f"{layer}.attention.self.{name}.bias": (_WIDE,) for name in ("query", "key", "value")},
        f"{layer}.attention.output.dense.weight": (_WIDE, _WIDE),
        f"{layer}.attention.output.dense.bias": (_WIDE,),
        f"{layer}.intermediate.dense.weight": (4 * _WIDE, _WIDE),
        f"{layer}.intermediate.dense.bias": (4 * _WIDE,),
        f"{layer}.output.dense.weight": (_WIDE, 4 * _WIDE),
        f"{layer}.output.dense.bias": (_WIDE,),
        "signs.weight": (4, _WIDE),
        "signs.bias": (4,),
    }
    for name in ("embeddings", f"{layer}.attention.output", f"{layer}.output"):
        shapes |= {f"{name}.LayerNorm.weight": (_WIDE,), f"{name}.LayerNorm.bias": (_WIDE,)}
    return {name: some(*shape) for name, shape in shapes.items()}


def _file(arrays: dict[str, np.ndarray]) -> bytes:
    return packed(arrays, _PIECES, _CLASSES, _ALARM, _GRAVE)


_FILE = _file(_tuned())
_ENCODER = Encoder.load(_FILE)


def _heard(*sentences: list[str]) -> Heard:
    return _ENCODER.read([sentences])[0]


def test_words_are_cut_into_the_longest_pieces() -> None:
    pieces = WordPieces({piece: number for number, piece in enumerate(_PIECES)})
    assert pieces.numbers(["abc", "limp"], 80) == (2, 4, 17, 18, 19, 3)
    assert pieces.numbers(["3.1", "zebra"], 80) == (2, 16, 12, 14, 1, 3)
    assert pieces.numbers(["limp"] * 10, 5) == (2, 19, 19, 19, 3)
    assert pieces.numbers(["a" * 200, "\u00e1"], 80) == (2, 1, 4, 3)


def test_it_reads_as_the_transformer_would() -> None:
    """Against the same arithmetic written out, with the arrays as they were before they were stored as bytes."""
    arrays = _tuned()
    layer = "encoder.layer.0"

    def dense(found: np.ndarray, name: str) -> np.ndarray:
        return found @ arrays[f"{name}.weight"].T + arrays[f"{name}.bias"]

    def normal(found: np.ndarray, name: str) -> np.ndarray:
        found = (found - found.mean(1, keepdims=True)) / found.std(1, keepdims=True)
        return found * arrays[f"{name}.LayerNorm.weight"] + arrays[f"{name}.LayerNorm.bias"]

    numbers = [2, _PIECES.index("limp"), _PIECES.index("a"), 3]
    found = arrays["embeddings.word_embeddings.weight"][numbers] + arrays["embeddings.position_embeddings.weight"][:4]
    found = normal(found + arrays["embeddings.token_type_embeddings.weight"][0], "embeddings")
    query, key, value = (dense(found, f"{layer}.attention.self.{name}") for name in ("query", "key", "value"))
    joined = np.empty_like(found)
    for head in range(12):
        part = slice(head * 2, head * 2 + 2)
        near = np.exp(query[:, part] @ key[:, part].T / math.sqrt(2))
        joined[:, part] = near / near.sum(1, keepdims=True) @ value[:, part]
    found = normal(found + dense(joined, f"{layer}.attention.output.dense"), f"{layer}.attention.output")
    inner = dense(found, f"{layer}.intermediate.dense")
    inner = inner * 0.5 * (1 + np.vectorize(math.erf)(inner / math.sqrt(2)))
    found = normal(found + dense(inner, f"{layer}.output.dense"), f"{layer}.output")
    likely = (found.max(0) * 0.5 + found.mean(0)) @ arrays["signs.weight"].T + arrays["signs.bias"]
    shares = np.exp(likely)
    sign, emergency = np.log(shares[:3].sum() / shares[3]), np.log((shares[0] + shares[2]) / shares[1])
    assert _heard(["limp", "a"]) == pytest.approx((sign, emergency), abs=0.15)
    assert abs(sign) > 0.2
    assert abs(emergency) > 0.2


def test_a_window_that_the_weights_clear_is_not_read() -> None:
    clear = _ENCODER.least_of_one - 1
    plain, doubtful = Window(0, 1, clear, emergency=3.0), Window(1, 2, -2.0, emergency=-1.0)
    cleared, mixed = _ENCODER.weighed([plain, doubtful], [["limp"], ["lettuce", "limp"]])
    heard = _heard(["lettuce", "limp"])
    assert (cleared.score, cleared.emergency) == (_ALARM.score(clear, -7.5), _GRAVE.score(3.0, 0.0))
    assert (mixed.score, mixed.emergency) == (_ALARM.score(-2.0, heard.sign), _GRAVE.score(-1.0, heard.emergency))


def test_of_a_long_window_every_stretch_is_read() -> None:
    """What stands late in a sentence without an end is not cut off."""
    words = ["c"] * 60 + ["a", "limp", "b"] * 10
    stretches = [_heard(words[at : at + 60]) for at in range(0, 60, 30)]
    assert _heard(words) == Heard(max(one.sign for one in stretches), max(one.emergency for one in stretches))


def test_sentences_are_read_together() -> None:
    assert _heard(["limp"], ["a"]) == _heard(["limp", ".", "a"])
    assert _heard([]) == _heard([], [])


def test_what_is_read_beside_a_text_changes_nothing() -> None:
    """Texts of many lengths, read at once, by an encoder that remembers none of them, and forgetting on the way."""
    chance = np.random.default_rng(1)
    texts = [[[str(word) for word in chance.choice(["a", "b", "limp", "lettuce"], 1 + at % 50)]] for at in range(5000)]
    together = Encoder.load(_FILE).read(texts)
    assert together[::500] == [Encoder.load(_FILE).read([text])[0] for text in texts[::500]]
    assert Encoder.load(_FILE).read([]) == []


@pytest.mark.parametrize("data", [b"", b"{}", b"{}\n", _FILE[:-1], _FILE + b"x", _FILE[_FILE.find(b"\n") :]])
def test_what_is_no_encoder_is_refused(data: bytes) -> None:
    with pytest.raises((ValueError, KeyError)):
        Encoder.load(data)


def test_pieces_of_other_alphabets_and_unused_ones_are_left_out() -> None:
    start = _FILE[: _FILE.find(b"\n")]
    assert b"unused1" not in start
    assert b"caf" not in start


def test_damaged_numbers_are_a_fault_and_no_silence() -> None:
    arrays = _tuned()
    arrays["signs.bias"][0] = np.nan
    with pytest.raises(ValueError, match="damaged"):
        Encoder.load(_file(arrays)).read([[["limp"]]])


@pytest.mark.parametrize("broken", ["limit", "floor", "bias"])
def test_limits_that_no_score_could_reach_are_refused(broken: str) -> None:
    alarm = _ALARM._replace(**{broken: math.nan})
    with pytest.raises(ValueError, match="limits"):
        Encoder.load(packed(_tuned(), _PIECES, _CLASSES, alarm, _GRAVE))


def test_a_file_is_unpacked_to_what_was_packed_but_for_rounding() -> None:
    published, tuned = _tuned(1), _tuned()
    found = unpacked(_ENCODER, published, _PIECES)
    assert found.keys() == tuned.keys()
    for name, values in found.items():
        assert values.shape == tuned[name].shape
    assert _file(found) != _file(published)
    again = Encoder.load(_file(found))
    texts = [[["limp", "abc"]], [["lettuce"], ["a", "b", "3"]]]
    for one, other in zip(_ENCODER.read(texts), again.read(texts), strict=True):
        assert one == pytest.approx(other, abs=0.02)
    left_out = _PIECES.index("caf\u00e9")
    words = "embeddings.word_embeddings.weight"
    assert (found[words][left_out] == published[words][left_out]).all()


def test_one_sentence_is_read_sooner_than_more() -> None:
    between = (_ENCODER.least + _ENCODER.least_of_one) / 2
    one, more = _ENCODER.weighed([Window(0, 1, between), Window(0, 2, between)], [["limp"], ["lettuce", "limp"]])
    assert one.score == _ALARM.score(between, _heard(["limp"]).sign)
    assert more.score == _ALARM.score(between, -7.5)
