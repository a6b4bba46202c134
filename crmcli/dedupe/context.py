"""How much it says that two rows agree on several things that go together: a street, its city and its postcode.

Ten colleagues have their street, city, postcode and company in common. Counted one by one these are 40 bits; counted
as what they are, a tuple that ten rows have, they are as many as ten of all rows are rare.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_ODD = np.uint64(0x9E3779B97F4A7C15)


class Tuples:
    """Counts how many rows have the same values in any of the sets of columns."""

    def __init__(self, columns: Sequence[NDArray[np.int32]]) -> None:
        """Take the numbers of values, a column each; -1 is unset."""
        self._columns = columns
        self._factors = [np.uint64(pow(int(_ODD), 2 * place + 3, 2**64)) for place in range(len(columns))]
        self._shift = np.uint64(64 - max(10, (8 * max(len(columns[0]), 1) - 1).bit_length() if columns else 10))

    def rarity(
        self, chosen: NDArray[np.uint32], left: NDArray[np.int32], right: NDArray[np.int32]
    ) -> NDArray[np.float32]:
        """Give the bits of agreeing on the chosen columns (a set of bits for each pair), 0 where none is."""
        bits = np.zeros(len(chosen), np.float32)
        order = np.argsort(chosen, kind="stable")
        sets, starts = np.unique(chosen[order], return_index=True)
        for one, pairs in zip(sets.tolist(), np.split(order, starts[1:]), strict=True):
            if one:
                bits[pairs] = self._rarity(one, left[pairs], right[pairs])
        return bits

    def _rarity(self, chosen: int, left: NDArray[np.int32], right: NDArray[np.int32]) -> NDArray[np.float32]:
        members = [place for place in range(len(self._columns)) if chosen >> place & 1]
        hashed, filled = np.zeros(len(self._columns[0]), np.uint64), np.ones(len(self._columns[0]), bool)
        for place in members:
            filled &= self._columns[place] >= 0
            hashed += self._columns[place].astype(np.uint64) * self._factors[place]
        buckets = (hashed >> self._shift).astype(np.int32)
        counts = np.bincount(buckets[filled], minlength=int(buckets.max(initial=0)) + 1)
        seen = np.maximum(np.maximum(counts[buckets[left]], counts[buckets[right]]), 1)
        return np.log2(max(int(filled.sum()), 1) / seen).clip(0).astype(np.float32)
