"""The arrays of a tuned encoder <-> the file that `encoder.py` reads; for `encoder_training.py` only."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from babybot.encoder import FORMAT, MOST_PIECES, Encoder, Heard, Mix

__all__ = ["packed", "unpacked"]

_Floats: TypeAlias = NDArray[np.float32]
_Class: TypeAlias = tuple[str, str]
"""The id of a red flag and the grade that its message must get."""

_HEADS: Final = 12
_UNREAD: Final = Heard(-7.5, 0.0)
"""What stands for a window that is not read: the middle of the harmless messages of authors left out."""
_LEAST: Final = -7.0
"""Score of the weights from which on a window is read."""
_LEAST_OF_ONE: Final = -10.0
"""The same of one sentence: at -7 a tenth of a point of recall is lost; so far for all, a long story takes twice as
long."""
_LAYER: Final = {
    "out": "attention.output.dense",
    "inner": "intermediate.dense",
    "outer": "output.dense",
}
"""The matrices of a layer here and in the transformer."""
_NORMAL: Final = {"attended": "attention.output.LayerNorm", "done": "output.LayerNorm"}
_THREE: Final = ("query", "key", "value")


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
        three = [f"{at}.attention.self.{name}" for name in _THREE]
        small(f"{layer}.query_key_value", np.concatenate([tuned[f"{name}.weight"] for name in three]).T, 0)
        whole(f"{layer}.query_key_value.bias", np.concatenate([tuned[f"{name}.bias"] for name in three]))
        for name, of in _LAYER.items():
            small(f"{layer}.{name}", tuned[f"{at}.{of}.weight"].T, 0)
            whole(f"{layer}.{name}.bias", tuned[f"{at}.{of}.bias"])
        for name, of in _NORMAL.items():
            _normal(whole, f"{layer}.{name}", tuned, f"{at}.{of}")
    whole("signs", tuned["signs.weight"].T)
    whole("signs.bias", tuned["signs.bias"])
    start = {
        "format": FORMAT,
        "heads": _HEADS,
        "classes": classes,
        "alarm": alarm._asdict(),
        "emergency": emergency._asdict(),
        "least": _LEAST,
        "least_of_one": _LEAST_OF_ONE,
        "unread": _UNREAD,
        "pieces": [pieces[number] for number in kept],
        "arrays": [[name, kind, values.shape] for name, kind, values in arrays],
    }
    return json.dumps(start, sort_keys=True).encode() + b"\n" + b"".join(values.tobytes() for _, _, values in arrays)


def _normal(whole: Any, name: str, tuned: Mapping[str, _Floats], of: str) -> None:
    whole(f"{name}.scale", tuned[f"{of}.weight"])
    whole(f"{name}.shift", tuned[f"{of}.bias"])


def unpacked(encoder: Encoder, tuned: Mapping[str, _Floats], pieces: Sequence[str]) -> dict[str, _Floats]:
    """The arrays of a file by their names in the transformer: what `packed` was given, but for rounding.

    Args:
        encoder: the file as it is read.
        tuned: the arrays of the transformer it was once made from, for what the file does not hold.
        pieces: all pieces of its tokenizer, by number.
    """
    arrays = encoder.arrays
    found = {name: values.copy() for name, values in tuned.items()}
    numbers = {piece: number for number, piece in enumerate(pieces)}
    kept = [numbers[piece] for piece in encoder.pieces]
    found["embeddings.word_embeddings.weight"][kept] = arrays["pieces"] * arrays["pieces.unit"][:, None]
    found["embeddings.position_embeddings.weight"][:MOST_PIECES] = (
        arrays["places"] - found["embeddings.token_type_embeddings.weight"][0]
    )

    def normal(name: str, of: str) -> None:
        found[f"{of}.weight"], found[f"{of}.bias"] = arrays[f"{name}.scale"], arrays[f"{name}.shift"]

    normal("start", "embeddings.LayerNorm")
    for layer in range(sum(name.endswith("query.weight") for name in tuned)):
        at = f"encoder.layer.{layer}"
        rows = np.split(arrays[f"{layer}.query_key_value"].T, 3)
        biases = np.split(arrays[f"{layer}.query_key_value.bias"], 3)
        for name, weight, bias in zip(_THREE, rows, biases, strict=True):
            found[f"{at}.attention.self.{name}.weight"], found[f"{at}.attention.self.{name}.bias"] = weight, bias
        for name, of in _LAYER.items():
            found[f"{at}.{of}.weight"] = arrays[f"{layer}.{name}"].T
            found[f"{at}.{of}.bias"] = arrays[f"{layer}.{name}.bias"]
        for name, of in _NORMAL.items():
            normal(f"{layer}.{name}", f"{at}.{of}")
    found["signs.weight"], found["signs.bias"] = arrays["signs"].T, arrays["signs.bias"]
    return found
