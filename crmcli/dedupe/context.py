"""How much it says that two rows agree on several things that go together: a street, its city and its postcode.

Ten colleagues have their street, city, postcode and company in common. Counted one by one these are 40 bits; counted
as what they are, a tuple that ten rows have, they are as many as ten of all rows are rare.
"""

from __future__ import annotations

from threading import RLock
from typing import TYPE_CHECKING, Any

import numpy as np

from crmcli.dedupe.priors import besides

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Ints = NDArray[np.int32]
    Bits = NDArray[np.float32]
    Flags = NDArray[np.bool_]
    Steps = NDArray[np.uint8]
    Chosen = NDArray[np.uint32]  # a set of columns for each pair, as bits

_ODD = 0x9E3779B97F4A7C15
_STEPS = 8  # of a bit, which a rarity is kept in


class Tuples:
    """Tells how rare the values are that rows have in any two columns together.

    A tuple of more columns is as rare as the rarest two of them: that needs a count for each two columns, where counts
    of all sets of columns would be a thousand, and few tuples are rarer than that.
    """

    def __init__(self, columns: Sequence[Ints], shares: Bits) -> None:
        """Take the numbers of values, a column each (-1 is unset), and what each row counts for."""
        self._columns = columns
        self._shares = shares
        self._rows = len(shares) + besides(len(shares))
        self._counted: dict[tuple[int, int], Steps] = {}
        self._counting = RLock()  # pairs are scored on several processors, and each count is made once

    def rarity(self, chosen: Chosen, left: Ints, right: Ints) -> Bits:
        """Give the bits of agreeing on the chosen columns, 0 where none is."""
        steps = np.zeros(len(chosen), np.uint8)
        for one in range(len(self._columns)):
            has = np.flatnonzero(chosen >> one & 1)
            for other in range(one, len(self._columns)):
                both = has[(chosen[has] >> other & 1).astype(bool)]
                if len(both):
                    counted = self._rarity(one, other)
                    steps[both] = np.maximum(steps[both], np.minimum(counted[left[both]], counted[right[both]]))
        return (steps / np.float32(_STEPS)).astype(np.float32)

    def _rarity(self, one: int, other: int) -> Steps:
        """Give for each row how rare its values in two columns are (in one, where it is twice the same)."""
        with self._counting:
            if (one, other) not in self._counted:
                if one == other:
                    rows = np.flatnonzero(self._columns[one] >= 0)
                else:  # what is met once in a column, is in two
                    rows = np.flatnonzero(self._common(one) & self._common(other))
                self._counted[one, other] = np.full(len(self._shares), self._steps(np.ones(1))[0])
                self._counted[one, other][rows] = self._steps(self._seen(one, other, rows))
            return self._counted[one, other]

    def _common(self, one: int) -> Flags:
        several: Flags = self._rarity(one, one) < self._steps(np.ones(1))[0]
        return several

    def _seen(self, one: int, other: int, rows: NDArray[np.intp]) -> NDArray[np.number[Any]]:
        """Count how often what these rows have in two columns is met among them."""
        hashed = np.zeros(len(rows), np.uint64)
        for place in (one, other):
            hashed += self._columns[place][rows].astype(np.uint64) * np.uint64(pow(_ODD, 2 * place + 3, 2**64))
        buckets = (hashed >> np.uint64(64 - max(10, (8 * len(rows)).bit_length()))).astype(np.int32)
        seen: NDArray[np.number[Any]] = np.bincount(buckets, self._shares[rows])[buckets]
        return seen

    def _steps(self, seen: NDArray[np.number[Any]]) -> Steps:
        steps: Steps = (np.log2(self._rows / np.maximum(seen, 1)) * _STEPS).astype(np.uint8)
        return steps
