"""What is held of each meaning before any pair was seen: how often values of one thing agree, and on which level."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmcli.dedupe.levels import (
    AREA,
    CLOSE,
    DIFFERS,
    INITIAL,
    LEVELS,
    NICKNAME,
    ONE_LETTER,
    OTHER_HOST,
    PART,
    SAME,
    SWAPPED,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

_COMMON = {SAME: 0.7, ONE_LETTER: 0.07, CLOSE: 0.03, DIFFERS: 0.2}
_MATCHING: Mapping[str, Mapping[int, float]] = {
    "given": {
        SAME: 0.7,
        SWAPPED: 0.04,
        NICKNAME: 0.08,
        INITIAL: 0.04,
        ONE_LETTER: 0.08,
        CLOSE: 0.03,
        PART: 0.01,
        DIFFERS: 0.02,
    },
    "surname": {
        SAME: 0.76,
        SWAPPED: 0.04,
        NICKNAME: 0.003,
        INITIAL: 0.01,
        ONE_LETTER: 0.1,
        CLOSE: 0.03,
        PART: 0.02,
        DIFFERS: 0.03,
    },
    "org": {SAME: 0.72, ONE_LETTER: 0.08, CLOSE: 0.04, PART: 0.04, DIFFERS: 0.12},
    "email": {SAME: 0.55, ONE_LETTER: 0.06, CLOSE: 0.04, OTHER_HOST: 0.12, DIFFERS: 0.23},
    "phone": {SAME: 0.66, ONE_LETTER: 0.08, PART: 0.01, DIFFERS: 0.25},
    "date": {SAME: 0.8, ONE_LETTER: 0.1, CLOSE: 0.03, AREA: 0.04, DIFFERS: 0.03},
    "id": {SAME: 0.86, ONE_LETTER: 0.09, CLOSE: 0.02, DIFFERS: 0.03},
    "street": {SAME: 0.66, ONE_LETTER: 0.08, CLOSE: 0.05, PART: 0.01, DIFFERS: 0.2},
    "house": {SAME: 0.8, ONE_LETTER: 0.05, CLOSE: 0.01, DIFFERS: 0.14},
    "city": {SAME: 0.76, ONE_LETTER: 0.06, CLOSE: 0.03, DIFFERS: 0.15},
    "state": {SAME: 0.87, DIFFERS: 0.13},
    "country": {SAME: 0.95, DIFFERS: 0.05},
    "postcode": {SAME: 0.74, ONE_LETTER: 0.07, AREA: 0.06, DIFFERS: 0.13},
    "domain": {SAME: 0.6, ONE_LETTER: 0.03, CLOSE: 0.02, DIFFERS: 0.35},
    "category": {SAME: 0.8, DIFFERS: 0.2},
    "text": {SAME: 0.6, ONE_LETTER: 0.05, CLOSE: 0.05, DIFFERS: 0.3},
}
LEAST = {
    "given": -7.0,
    "surname": -6.0,
    "date": -7.0,
    "id": -7.0,
    "org": -3.0,
    "email": -2.5,
    "phone": -2.5,
}  # bits of a disagreement
BOUNDED = ("category", "text")  # say little: from -2 to 4 bits


def matching(meaning: str) -> NDArray[np.float64]:
    """Give the share of pairs of one thing on each level; a level that is not expected has a little."""
    shares = np.full(len(LEVELS), 1e-3)
    for level, share in _MATCHING.get(meaning, _COMMON).items():
        shares[level] = share
    shares[0] = 0
    shares /= shares.sum()
    return shares
