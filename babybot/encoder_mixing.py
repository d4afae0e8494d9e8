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

__all__ = ["mixed", "mixes"]

_ALONE: Final = 0.0117
"""Share of the harmless messages of authors left out that may be raised without any phrase.

The three shares are set so that the whole of triage, phrases included, alarms at one in fifty on sets never trained on.
"""
_HEARD: Final = 0.046
"""Share that may be raised or bring a quiet word."""
_GRAVE: Final = 0.0325
"""Share of the lesser signs of authors left out that may be graded as emergencies."""

_Pairs: TypeAlias = NDArray[np.float64]
"""Two scores a window: that of the weights and that of the encoder."""


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
