"""How much it says that two rows agree on several things that go together: a street, its city and its postcode.

Ten colleagues have their street, city, postcode and company in common. Counted one by one these are 40 bits; counted
as what they are, a tuple that ten rows have, they are as many as ten of all rows are rare.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmcli.dedupe.priors import besides

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Ints = NDArray[np.int32]
    Bits = NDArray[np.float32]
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
        self._filled = [column >= 0 for column in columns]
        self._hashed = [
            column.astype(np.uint64) * np.uint64(pow(_ODD, 2 * place + 3, 2**64))
            for place, column in enumerate(columns)
        ]
        self._shares = shares
        self._shift = np.uint64(64 - max(10, (8 * max(len(shares), 1) - 1).bit_length()))
        self._counted: dict[tuple[int, int], NDArray[np.uint8]] = {}

    def rarity(self, chosen: Chosen, left: Ints, right: Ints) -> Bits:
        """Give the bits of agreeing on the chosen columns, 0 where none is."""
        steps = np.zeros(len(chosen), np.uint8)
        for one in range(len(self._filled)):
            has = np.flatnonzero(chosen >> one & 1)
            for other in range(one, len(self._filled)):
                both = has[(chosen[has] >> other & 1).astype(bool)]
                if len(both):
                    counted = self._rarity(one, other)
                    steps[both] = np.maximum(steps[both], np.minimum(counted[left[both]], counted[right[both]]))
        return (steps / np.float32(_STEPS)).astype(np.float32)

    def _rarity(self, one: int, other: int) -> NDArray[np.uint8]:
        """Give for each row how rare its values in two columns are (in one, where it is twice the same)."""
        if (one, other) not in self._counted:
            buckets = ((self._hashed[one] + self._hashed[other]) >> self._shift).astype(np.int32)
            counts = np.bincount(buckets, self._shares * (self._filled[one] & self._filled[other]))
            seen = np.maximum(counts[buckets].astype(np.float32), 1)
            rows = np.float32(len(seen) + besides(len(seen)))
            self._counted[one, other] = (np.log2(rows / seen) * _STEPS).astype(np.uint8)
        return self._counted[one, other]
