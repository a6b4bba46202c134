"""What is held of each meaning before any pair was seen: how often values of one thing agree, and on which level."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmcli.dedupe.levels import LEVELS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

_COMMON = {"same": 70, "one letter": 7, "close": 3, "resembles": 1, "differs": 19}
_MATCHING: Mapping[str, Mapping[str, float]] = {  # of a hundred pairs of one thing
    "given": {
        "same": 70, "swapped": 4, "nickname": 8, "initial": 4, "one letter": 8, "close": 3, "part": 1,
        "resembles": 1, "differs": 2,
    },
    "surname": {
        "same": 76, "swapped": 4, "nickname": 0.3, "initial": 1, "one letter": 10, "close": 3, "part": 2,
        "resembles": 1, "differs": 3,
    },
    "org": {"same": 72, "one letter": 8, "close": 4, "part": 4, "resembles": 2, "differs": 10},
    "email": {"same": 55, "one letter": 6, "close": 4, "other mail host": 12, "same number": 2, "differs": 21},
    "phone": {"same": 66, "one letter": 8, "part": 1, "same area": 4, "differs": 21},
    "date": {"same": 80, "one letter": 10, "close": 3, "same area": 4, "differs": 3},
    "id": {"same": 86, "one letter": 9, "close": 2, "differs": 3},
    "street": {"same": 66, "one letter": 8, "close": 5, "part": 1, "differs": 20},
    "house": {"same": 80, "one letter": 5, "close": 1, "differs": 14},
    "city": {"same": 76, "one letter": 6, "close": 3, "resembles": 1, "differs": 14},
    "state": {"same": 87, "differs": 13},
    "country": {"same": 95, "differs": 5},
    "postcode": {"same": 74, "one letter": 7, "same area": 6, "differs": 13},
    "domain": {"same": 70, "one letter": 4, "differs": 26},
    "category": {"same": 80, "differs": 20},
    "text": {"same": 60, "one letter": 5, "close": 5, "resembles": 2, "differs": 28},
}  # fmt: skip
LEAST: Mapping[str, float] = {  # bits that a disagreement may cost
    "given": -7.0, "surname": -6.0, "date": -7.0, "id": -7.0, "org": -4.0, "email": -4.5, "phone": -4.0, "domain": -3.0,
}  # fmt: skip
BOUNDED: Mapping[str, tuple[float, float]] = {"category": (-2.0, 2.5), "text": (-2.0, 4.0)}  # say little, either way

_WHOLE = 1000  # rows of a table that tells by itself how common a value is
_USUAL: Mapping[str, float] = {  # the share of people, places and things that has any one value, where many have it
    "given": 1 / 150, "surname": 1 / 1000, "house": 1 / 100, "city": 1 / 30, "state": 1 / 15, "postcode": 1 / 300,
    "country": 1 / 3, "category": 1 / 10,
}  # fmt: skip


def besides(rows: int) -> int:
    """Give how many rows a small table is counted with besides its own: in it, two that are one thing look common."""
    return max(_WHOLE - rows, 0)


def usual(meaning: str) -> float:
    """Give the share of other rows that has any one value."""
    return _USUAL.get(meaning, 0)


def matching(meaning: str) -> NDArray[np.float64]:
    """Give the share of pairs of one thing on each level; a level that is not expected has a little."""
    expected = _MATCHING.get(meaning, _COMMON)
    shares = np.array([expected.get(level, 0.1) for level in LEVELS])
    shares[0] = 0
    shares /= shares.sum()
    return shares
