"""How the scores of the weights and of the encoder are mixed; needs scikit-learn, for `encoder_training.py` only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from babybot.encoder import Encoder, Mix
from babybot.labels import Labelled
from babybot.model import Urgency
from babybot.triage import Triage
from babybot.weights import Weights, by_sentence

__all__ = ["FLOOR", "GRAVE", "SURE", "mixed", "mixes"]

SURE: Final = 1.8
"""Score from which on a window is a sign without any phrase.

The three limits were set on eleven sets by other authors and on a sixth of the project's own unseen messages, so that
triage as a whole, phrases included, misses one sign in a hundred and alarms at one harmless message in fifty.
"""
FLOOR: Final = -2.8
"""Score from which on it brings a quiet word."""
GRAVE: Final = 0.806
"""Score from which on a sign is an emergency: one in thirty of the lesser signs of authors left out is at first."""

_Pairs: TypeAlias = NDArray[np.float64]
"""Two scores a window: that of the weights and that of the encoder."""


def mixed(signs: Sequence[_Pairs], harmless: Sequence[_Pairs], limit: float, floor: float) -> Mix:
    """How two scores make one, learned from messages that neither model was trained on.

    Args:
        signs: of each message of one kind the two scores of its windows, a row a window.
        harmless: the same of the other kind.
        limit: score from which on the mix is sure.
        floor: score from which on it may be.
    """
    rows = np.array([scores.max(axis=0) for scores in (*signs, *harmless)])
    kinds = np.repeat([1, 0], [len(signs), len(harmless)])
    unit = LogisticRegression(C=100.0).fit(rows[:, :1], kinds).coef_[0][0]
    model = LogisticRegression(C=100.0).fit(rows, kinds)
    of_weights, own, bias = (round(float(count / unit), 4) for count in (*model.coef_[0], model.intercept_[0]))
    return Mix(of_weights, own, bias, limit, floor)


def mixes(encoder: Encoder, weights: Weights, triage: Triage, messages: Iterable[Labelled]) -> tuple[Mix, Mix]:
    """How the scores of an encoder are mixed with those of the weights, of a sign and of an emergency.

    Args:
        encoder: mixed by nothing but its own scores.
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
    return mixed(list(chain(*alarms.values())), harmless, SURE, FLOOR), mixed(grave, lesser, GRAVE, GRAVE)
