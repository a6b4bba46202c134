"""Rows that are equal in everything: one of them is looked at, and stands for all.

A hundred copies of one row would make each of its values look common, and their pairs are thousands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

    from crmcli.dedupe.fields import Field

    Ints = NDArray[np.int32]

_TELLING = ("email", "phone", "id", "street", "domain")  # without one of these, equal rows need not be the same
_LEAST = 3  # fields that are filled
_ODD = np.uint64(0x9E3779B97F4A7C15)


def stand_ins(fields: Sequence[Field], judged: Collection[int]) -> Ints:
    """Give for each row the first that is equal to it; a row that somebody judged stands for itself."""
    rows = len(fields[0].codes)
    hashed, filled, telling = np.zeros(rows, np.uint64), np.zeros(rows, np.int32), np.zeros(rows, bool)
    for one in fields:
        for column in one.codes.T:
            hashed = (hashed ^ (hashed >> np.uint64(29))) * _ODD + column.astype(np.uint64)
        filled += one.first >= 0
        if one.meaning in _TELLING:
            telling |= one.first >= 0
    alone = ~telling | (filled < _LEAST)
    alone[list(judged)] = True
    hashed[alone] = np.arange(rows, dtype=np.uint64)[alone]
    _, first, which = np.unique(hashed, return_index=True, return_inverse=True)
    return first[which].astype(np.int32)
