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
_OTHERS: Mapping[str, float] = {"same": 100, "one letter": 5, "close": 10, "resembles": 200}
_CHANCE: Mapping[str, Mapping[str, float]] = {  # of ten thousand pairs of two things; the others differ
    "given": {
        "same": 40, "swapped": 1, "nickname": 20, "initial": 10, "one letter": 10, "close": 28, "part": 3,
        "resembles": 440,
    },
    "surname": {
        "same": 12, "swapped": 1, "nickname": 1, "initial": 1, "one letter": 7, "close": 22, "part": 3,
        "resembles": 400,
    },
    "org": {"same": 15, "one letter": 3, "close": 8, "part": 2, "resembles": 250},
    "email": {"same": 0.5, "one letter": 0.5, "close": 0.7, "other mail host": 1.2, "same number": 0.2},
    "phone": {"same": 0.7, "one letter": 1.5, "part": 1, "same area": 250},
    "date": {"same": 1, "one letter": 15, "close": 40, "same area": 250},
    "id": {"same": 0.1, "one letter": 0.3, "close": 0.6, "resembles": 90},
    "street": {"same": 3, "one letter": 1, "close": 2, "part": 1},
    "house": {"same": 100, "one letter": 20, "close": 30, "resembles": 450},
    "city": {"same": 200, "one letter": 5, "close": 5, "resembles": 70},
    "state": {"same": 600},
    "country": {"same": 3000},
    "postcode": {"same": 8, "one letter": 100, "same area": 200},
    "domain": {"same": 10, "one letter": 1},
    "category": {"same": 1000},
    "text": {"same": 300, "one letter": 3, "close": 30, "resembles": 250},
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
    return _shares({"missing": 0, **expected})


def by_chance(meaning: str) -> NDArray[np.float64]:
    """Give the share of pairs of two things on each level."""
    expected = _CHANCE.get(meaning, _OTHERS)
    return _shares({**expected, "differs": 10_000 - sum(expected.values())})


def _shares(expected: Mapping[str, float]) -> NDArray[np.float64]:
    shares = np.array([expected.get(level, 0.1) for level in LEVELS])
    made: NDArray[np.float64] = shares / shares.sum()
    return made
